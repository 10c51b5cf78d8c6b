"""When results open to everybody."""

from datetime import datetime, time

from django import forms

from beacons.core.forms import HouseForm
from beacons.core.workdays import LONDON


class AnnouncementForm(HouseForm, forms.Form):
    """A day and an hour in London."""

    submit = "Set the announcement"

    day = forms.DateField(label="Day of the announcement", help_text="For example, 27 3 2027.")
    hour = forms.TimeField(label="Time", help_text="London time, for example 9:30am.", initial=time(9, 30))

    def instant(self) -> datetime:
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["hour"], tzinfo=LONDON)
