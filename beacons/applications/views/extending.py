"""The office's pages on more time for one authority: who was given some, asking, agreeing and refusing."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView
from django.views.generic.base import ContextMixin

from beacons.applications import actions, permissions, rules
from beacons.applications.forms.extending import WORDS, ExtensionForm
from beacons.applications.models import Extension
from beacons.applications.views.office import OfficeMixin
from beacons.core.forms import WhyForm
from beacons.core.lifecycle import Refused
from beacons.core.views import ClosingFirst, SignedIn


class ExtensionList(OfficeMixin, TemplateView):
    """Who was given more time in a round, and what waits for an answer."""

    template_name = "applications/extension_list.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, at = self.request.user, self.request.at
        asked = Extension.objects.visible_to(user, at).filter(round=self.round)
        reasons = rules.reasons_not_to_extend_any(self.round, at=at)
        return super().get_context_data(extensions=asked.for_list(), reasons=reasons, **context)


class ExtensionAsk(ClosingFirst, OfficeMixin, FormView):
    """One person of the office asks for more time for an authority."""

    template_name = "applications/extension_ask.html"
    form_class = ExtensionForm

    def closing(self) -> list[str]:
        return rules.reasons_not_to_extend_any(self.round, at=self.request.at)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "a_round": self.round, "at": self.request.at}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(reasons=self.closing(), **context)

    def form_valid(self, form: ExtensionForm) -> HttpResponse:
        typed = form.cleaned_data
        try:
            extension = actions.ask_for_time(
                self.round,
                typed["authority"],
                until=form.until,
                why=typed["why"],
                by=self.request.user,
                at=self.request.at,
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, "Asked. A colleague has to agree before anything is given.")
        return redirect(extension)


def extension_for(request: HttpRequest, pk: int) -> Extension:
    known = Extension.objects.visible_to(request.user, request.at).for_list()
    extension = get_object_or_404(known.prefetch_related("round__stages", "round__extensions"), pk=pk)
    if not permissions.may_extend(request.user):
        raise PermissionDenied
    return extension


class ExtensionMixin(SignedIn, ContextMixin):
    """Pages of one extension, for those who run rounds."""

    @cached_property
    def extension(self) -> Extension:
        return extension_for(self.request, self.kwargs["pk"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not self.extension:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        extension, at = self.extension, self.request.at
        return super().get_context_data(extension=extension, round=extension.round, at=at, **context)


class ExtensionDetail(ExtensionMixin, TemplateView):
    """What was asked for whom and why; a second person agrees to it here."""

    template_name = "applications/extension_detail.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        extension, user, at = self.extension, self.request.user, self.request.at
        return super().get_context_data(
            reasons=rules.reasons_not_to_agree_to_time(extension, by=user, at=at)
            if extension.is_waiting
            else [],
            is_mine=extension.asked_by_id == user.pk,
            **context,
        )


@login_required
@require_POST
def extension_agree(request: HttpRequest, pk: int) -> HttpResponse:
    extension = extension_for(request, pk)
    try:
        extension = actions.agree_to_time(extension, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Agreed. {extension.authority} has been told.")
    return redirect(extension)


class ExtensionRefuse(ClosingFirst, ExtensionMixin, FormView):
    """Refused with a reason, or taken back by the one who asked."""

    template_name = "applications/extension_refuse.html"
    form_class = WhyForm

    def closing(self) -> list[str]:
        return rules.reasons_answered(self.extension)

    @property
    def heading(self) -> str:
        mine = self.extension.asked_by_id == self.request.user.pk
        return "Take the request back" if mine else "Refuse more time"

    def get_form_kwargs(self) -> dict[str, Any]:
        cancel = self.extension.get_absolute_url()
        return {**super().get_form_kwargs(), "submit": self.heading, "words": WORDS, "cancel": cancel}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(heading=self.heading, reasons=self.closing(), **context)

    def form_valid(self, form: WhyForm) -> HttpResponse:
        why = form.cleaned_data["why"]
        try:
            actions.refuse_time(self.extension, why=why, by=self.request.user, at=self.request.at)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, "Kept. No more time is given by it.")
        return redirect("extension_list", self.extension.round.slug)
