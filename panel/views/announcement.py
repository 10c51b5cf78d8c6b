"""The instant at which results open to everybody."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import FormView

from beacons.core.lifecycle import Refused
from beacons.core.templatetags.govuk import moment
from beacons.core.views import ClosingFirst, SignedIn
from beacons.core.workdays import LONDON
from panel import permissions, results
from panel.actions import announcement as actions
from panel.forms.announcement import AnnouncementForm
from panel.models import Announcement
from panel.rules import announcement as rules
from panel.views.doors import the_round


class AnnouncementEdit(ClosingFirst, SignedIn, FormView):
    """The chair sets when results are announced; who runs the round may look."""

    template_name = "panel/announcement_form.html"
    form_class = AnnouncementForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            self.round = the_round(request, kwargs["slug"])
            self.chairs = permissions.may_chair(request.user, self.round, request.at)
            may = self.chairs if request.method == "POST" else self.may_look(request)
            if not may:
                raise PermissionDenied
            self.announcement = Announcement.objects.filter(round=self.round).first()
        return super().dispatch(request, *args, **kwargs)

    def may_look(self, request: HttpRequest) -> bool:
        return permissions.may_see_announcement(request.user, self.round, request.at)

    def get_initial(self) -> dict[str, Any]:
        if self.announcement is None:
            return {}
        local = self.announcement.at.astimezone(LONDON)
        return {"day": local.date(), "hour": local.time()}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        at = self.request.at
        return super().get_context_data(
            round=self.round,
            announcement=self.announcement,
            has_come=self.announcement is not None and self.announcement.has_come(at),
            chairs=self.chairs,
            reasons=self.closing(),
            without=results.outcomes_without(self.round),
            latest=rules.latest_instant(self.round),
            **context,
        )

    def closing(self) -> list[str]:
        return rules.reasons_not_to_set_announcement(self.round, by=self.request.user, at=self.request.at)

    def form_valid(self, form: AnnouncementForm) -> HttpResponse:
        try:
            set_to = actions.set_announcement(
                self.round, instant=form.instant(), by=self.request.user, at=self.request.at
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, f"Results will be announced at {moment(set_to.at)}.")
        return redirect("announcement_edit", self.round.slug)
