"""What a council that comes does: book, give the places back, say what it will change."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from beacons.core.lifecycle import Refused
from beacons.directory.models import Authority
from grants.dissemination import actions, permissions, rules
from grants.dissemination.forms import BookingForm, ChangeForm
from grants.dissemination.models import Activity, Booking
from grants.dissemination.views.activities import places_of
from grants.dissemination.views.base import ActView, known_activity, known_booking


class BookingCreate(ActView):
    """Take places for one of the councils the person acts for."""

    template_name = "dissemination/booking_form.html"
    form_class = BookingForm
    done = "Booked. We have sent you a receipt, and will remind you five working days before."

    @cached_property
    def activity(self) -> Activity:
        return known_activity(self.request, self.kwargs["pk"])

    @cached_property
    def guests(self) -> list[Authority]:
        """Their councils, the host left out."""
        return [
            one
            for one in permissions.councils_of(self.request.user)
            if one.pk != self.activity.grant.authority_id
        ]

    def may(self) -> bool:
        return bool(self.guests)

    def reasons(self) -> list[str]:
        """Those that keep all of their councils out."""
        places = places_of(self.activity, self.request.user, self.request.at)
        if any(place.booking is None and not place.reasons for place in places):
            return []
        return [reason for place in places for reason in place.reasons] or ["You have booked already."]

    def back(self) -> Any:
        return self.activity

    def get_form_kwargs(self) -> dict[str, Any]:
        cancel = self.activity.get_absolute_url()
        return {**super().get_form_kwargs(), "authorities": self.guests, "cancel": cancel}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        only = self.guests[0] if len(self.guests) == 1 else None
        return super().get_context_data(activity=self.activity, council=only, **context)

    def act(self, form: BookingForm, *, by: Any, at: datetime) -> None:
        actions.book(self.activity, form.council, people=form.cleaned_data["people"], by=by, at=at)


@login_required
@require_POST
def booking_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    booking = known_booking(request, pk)
    if not permissions.may_tell(request.user, booking):
        raise PermissionDenied
    try:
        actions.cancel_booking(booking, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Booking of {booking.authority} cancelled. The places are free again.")
    return redirect(booking.activity)


class BookingTell(ActView):
    """What a council that came will change. It may say it again."""

    template_name = "dissemination/booking_tell.html"
    form_class = ChangeForm
    done = "Thank you. The host sees what you will change."

    @cached_property
    def booking(self) -> Booking:
        return known_booking(self.request, self.kwargs["pk"])

    def may(self) -> bool:
        return permissions.may_tell(self.request.user, self.booking)

    def reasons(self) -> list[str]:
        return rules.reasons_not_to_tell(self.booking, at=self.request.at)

    def back(self) -> Any:
        return self.booking.activity

    def get_initial(self) -> dict[str, Any]:
        return {"text": self.booking.will_change}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "cancel": self.booking.activity.get_absolute_url()}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(booking=self.booking, activity=self.booking.activity, **context)

    def act(self, form: ChangeForm, *, by: Any, at: datetime) -> None:
        actions.tell_change(self.booking, text=form.cleaned_data["text"], by=by, at=at)
