"""An outcome's map, and the list of councils beside it."""

from typing import Any

from django.views.generic import DetailView

from beacons.directory.maps import England
from outcomes.cohort import sign_ups_of
from outcomes.forms.maps import MapForm
from outcomes.maps import COLOURS, QUARTILE, cohort_map, quartile_map
from outcomes.models import Outcome


class OutcomeMapDetail(DetailView):
    template_name = "outcomes/map_detail.html"

    def get_queryset(self) -> Any:
        visible = Outcome.objects.visible_to(self.request.user, self.request.at)
        return visible.select_related("measure", "national_indicator")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        outcome, user = self.object, self.request.user
        form = MapForm(self.request.GET, colours=COLOURS)
        england = England.on(form.layout_chosen)
        own = {authority.pk for authority in user.authorities} if user.is_authenticated else set()
        if form.colour_chosen == QUARTILE:
            shown = quartile_map(outcome, england, own)
        else:
            shown = cohort_map(outcome, england, sign_ups_of(outcome, user, self.request.at), own)
        # The choices of the form are what the map has, so that it comes before the form is drawn.
        lines = form.listed(shown.lines, shown.marks)
        return super().get_context_data(
            **kwargs,
            choice=form,
            map=shown,
            picture=shown.picture(),
            lines=lines,
            caption=f"{len(lines)} of {len(shown.lines)} councils",
        )
