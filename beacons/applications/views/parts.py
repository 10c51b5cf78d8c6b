"""A partner's own pages: its part in a bid that another authority leads, and its answer.

There are two doors to the same pages: an account of the partner's authority, and the secret of a link that came by
letter. Both show the partner's own part and nothing else of the bid. To open a page changes nothing: mail scanners
open every link.
"""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import FormView

from beacons.applications import actions, permissions, rules
from beacons.applications.actions import Overtaken
from beacons.applications.content import part_fingerprint
from beacons.applications.deadline import sentence
from beacons.applications.forms.partners import ConfirmForm, DeclineForm, PartForm
from beacons.applications.models import Partner
from beacons.core.lifecycle import Refused
from beacons.core.links import by_link
from beacons.core.views import CarriesOn, ClosingFirst, SignedIn, too_late


class PartView(ClosingFirst, FormView):
    """What both doors have in common. `by` and `secret` say who answers; `page` names the next page of the same door."""

    partner: Partner
    secret = ""

    @property
    def by(self) -> Any:
        """The account that answers; None for somebody with a link alone."""
        return self.request.user

    def page(self, name: str) -> str:
        return reverse(f"part_{name}", args=[self.partner.pk])

    def closing(self) -> list[str]:
        return rules.reasons_not_to_answer(self.partner, at=self.request.at)

    def standing(self) -> Partner | None:
        """The partner as it stands now; None when the lead authority took it out of the bid meanwhile."""
        return Partner.objects.for_part().filter(pk=self.partner.pk).first()

    def gone(self, refusal: Refused) -> HttpResponse:
        """There is no page of it any more to show again."""
        back = "desk" if self.request.user.is_authenticated else "home"
        return too_late(self.request, [str(refusal)], back=back)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        application = self.partner.application
        return super().get_context_data(
            partner=self.partner,
            application=application,
            closed=self.closing(),
            closing=sentence(application.closes_at, self.request.at),
            by_link=bool(self.secret),
            back=self.page("detail"),
            decline_url=self.page("decline"),
            **context,
        )


class OwnPart(SignedIn, PartView):
    """The door for people of the partner's authority."""

    @cached_property
    def partner(self) -> Partner:  # type: ignore[override]
        known = Partner.objects.visible_to(self.request.user, self.request.at).for_part()
        return get_object_or_404(known, pk=self.kwargs["pk"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not permissions.may_answer(request.user, self.partner):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class PartByLink(PartView):
    """The door for whoever was sent the link. Nobody who is signed in for somebody else comes in by it."""

    @cached_property
    def partner(self) -> Partner:  # type: ignore[override]
        found = Partner.objects.opened_by(self.kwargs["secret"]).for_part().first()
        if found is None:
            raise Http404
        return found

    @property
    def secret(self) -> str:  # type: ignore[override]
        return self.kwargs["secret"]

    @property
    def by(self) -> Any:
        return self.request.user if self.request.user.is_authenticated else None

    def page(self, name: str) -> str:
        return reverse(f"part_link_{name}", args=[self.secret])

    @method_decorator(by_link("applications/part_unknown.html"))
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        reasons = rules.reasons_not_of_the_partner(self.partner, self.by)
        if reasons:
            return render(request, "applications/part_stranger.html", {"reasons": reasons}, status=403)
        return super().dispatch(request, *args, **kwargs)


# What is done at either door


class Confirms(PartView):
    """Reads the part, and confirms it."""

    template_name = "applications/part_detail.html"
    form_class = ConfirmForm
    minutes = 3

    def get_initial(self) -> dict[str, Any]:
        known = self.by if self.by and self.by.is_authenticated else None
        named = known.name if known else self.partner.contact_name
        job = self.partner.contact_job if named == self.partner.contact_name else ""
        return {"name": named, "job": job, "seen": part_fingerprint(self.partner, self.partner.application)}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(minutes=self.minutes, edit_url=self.edit_url(), **context)

    def edit_url(self) -> str:
        return ""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            actions.confirm_part(
                self.partner, **form.cleaned_data, by=self.by, at=self.request.at, secret=self.secret
            )
        except Refused as refusal:
            standing = self.standing()
            if standing is None:
                return self.gone(refusal)
            self.partner = standing
            return self.form_invalid(form.shown_again(standing, refusal))
        messages.success(self.request, f"Thank you. {self.partner.application.authority} has been told.")
        return redirect(self.page("detail"))


class Declines(PartView):
    """Says no, and why."""

    template_name = "applications/part_decline.html"
    form_class = DeclineForm
    minutes = 3

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.partner.contact_name, "job": self.partner.contact_job}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(minutes=self.minutes, **context)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.closing():
            return redirect(self.page("detail"))
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            actions.decline_part(
                self.partner, **form.cleaned_data, by=self.by, at=self.request.at, secret=self.secret
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal)) if self.standing() else self.gone(refusal)
        messages.success(
            self.request, f"{self.partner.application.authority} has been told that you decline."
        )
        return redirect(self.page("detail"))


class PartDetail(OwnPart, Confirms):
    """For an officer of the partner's authority, who may also write its part while the bid is a draft."""

    def edit_url(self) -> str:
        return "" if rules.reasons_not_to_edit_part(self.partner, at=self.request.at) else self.page("edit")


class PartDecline(OwnPart, Declines):
    pass


class PartLink(PartByLink, Confirms):
    pass


class PartLinkDecline(PartByLink, Declines):
    pass


class PartEdit(CarriesOn, OwnPart, PartView):
    """What the partner does, and who answers for it, in its own people's words."""

    template_name = "applications/part_edit.html"
    form_class = PartForm
    minutes = 5

    def closing(self) -> list[str]:
        return rules.reasons_not_to_edit_part(self.partner, at=self.request.at)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if reasons := self.closing():
            if self.carried is not None:
                return too_late(request, reasons, back=self.partner, sent=self.carried)
            messages.error(request, " ".join(reasons))
            return redirect(self.partner)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "partner": self.partner, "own": True}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(minutes=self.minutes, **context)

    def form_valid(self, form: PartForm) -> HttpResponse:
        try:
            actions.edit_partner(self.partner, **form.cleaned_data, by=self.request.user, at=self.request.at)
        except Overtaken as refusal:
            other = self.standing()
            return self.render_to_response(
                self.get_context_data(form=form.overtaken(other, refusal), other=other)
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal)) if self.standing() else self.gone(refusal)
        messages.success(self.request, f"Saved. {self.partner.application.authority} sees it too.")
        return redirect(self.partner)
