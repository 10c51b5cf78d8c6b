"""Pages and acts by which an application is checked, certified, handed in, withdrawn and reopened."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from beacons.applications import actions, kinds, permissions, rules, tasklist
from beacons.applications.deadline import sentence
from beacons.applications.forms.answers import first_box
from beacons.applications.forms.handing_in import CertifyForm, SendBackForm
from beacons.applications.forms.hours import HoursForm
from beacons.applications.models import Application, Partner
from beacons.applications.statuses import HANDED_IN, Status
from beacons.applications.views.base import OwnApplicationMixin, WholeMixin, application_for
from beacons.applications.views.hours import answer_of
from beacons.core.forms import WhyForm
from beacons.core.lifecycle import Refused
from beacons.core.views import ClosingFirst

# As long as a reason to an applicant may be.
WORDS = 600
# So fast reads somebody who has to stand by it.
WORDS_A_MINUTE = 150


class ApplicationCheck(WholeMixin, OwnApplicationMixin, TemplateView):
    """All the answers on one page, each part with a way to change it, what is still to be done, and the way on."""

    template_name = "applications/application_check.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        application, user, at = self.application, self.request.user, self.request.at
        is_draft = application.status == Status.DRAFT
        desk = tasklist.Desk(application, user, at)
        # Where each part is changed; nowhere while nothing can be.
        changes = desk.addresses if is_draft else {}
        lacks = desk.lacks if is_draft else []
        # Asked only where the page names them.
        waits = is_draft and not lacks and not permissions.may_certify(user, application)
        certifiers = list(application.certifiers().order_by("name", "pk")) if waits else []
        return super().get_context_data(
            lacks=[(lack.words, address(lack, changes)) for lack in lacks],
            changes=changes,
            closed=rules.reasons_closed(application, at=at),
            closing=sentence(application.closes_at, at),
            may_write=permissions.may_edit(user, application),
            may_certify=permissions.may_certify(user, application),
            may_send_back=permissions.may_send_back(user, application),
            certifiers=certifiers,
            asking=rules.reasons_not_to_ask_certifier(
                application, at=at, is_incomplete=bool(lacks), can_certify=bool(certifiers)
            ),
            open_comments=open_comments(application),
            unconfirmed=unconfirmed(application, at),
            **context,
        )


def address(lack: rules.Lack, changes: Mapping[str, str]) -> str:
    """Where something that is missing is put right: the part's page, and on it the question."""
    page = changes.get(lack.part, "")
    if page and lack.question and lack.question.kind == kinds.FILE:
        return f"{changes['files']}?question={lack.question.pk}"
    return f"{page}#{first_box(lack.question)}" if page and lack.question else page


@login_required
@require_POST
def certifier_ask(request: HttpRequest, reference: str) -> HttpResponse:
    """The people who write say that it is ready, and those who certify are written to."""
    application = application_for(request, reference, loading="for_list")
    if not permissions.may_edit(request.user, application):
        raise PermissionDenied
    try:
        actions.ask_certifier(application, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Asked. Those who can certify it have been written to.")
    return redirect("application_check", reference)


class ApplicationCertify(WholeMixin, OwnApplicationMixin, FormView):
    """A certifier who did not begin the application stands by it."""

    template_name = "applications/application_certify.html"
    form_class = CertifyForm

    def may(self) -> bool:
        return permissions.may_certify(self.request.user, self.application)

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.application.fingerprint()}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "statements": self.application.round.to_confirm}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        at = self.request.at
        return super().get_context_data(
            reasons=rules.reasons_not_to_certify(self.application, by=self.request.user, at=at),
            closing=sentence(self.application.closes_at, at),
            minutes=minutes_to_read(self.application),
            open_comments=open_comments(self.application),
            unconfirmed=unconfirmed(self.application, at),
            **context,
        )

    def form_valid(self, form: CertifyForm) -> HttpResponse:
        seen = form.cleaned_data["seen"]
        try:
            actions.certify(self.application, by=self.request.user, at=self.request.at, seen=seen)
        except Refused as refusal:
            if not is_now(self.application, status=Status.CERTIFIED, certified_by=self.request.user):
                return self.form_invalid(form.refused(refusal))
        messages.success(self.request, "Certified. It can be submitted now.")
        return redirect(f"{reverse('application_check', args=[self.application.reference])}#submit")


def open_comments(application: Application) -> int:
    """How many stand open while it can still be written or certified."""
    return application.open_comments.total() if application.is_unfinished else 0


def unconfirmed(application: Application, at: datetime) -> list[tuple[Partner, bool]]:
    """Partners that have not confirmed their part as it stands, each with whether it can be asked now."""
    waiting = [partner for partner in application.partners.all() if not partner.is_confirmed]
    return [(partner, not rules.reasons_not_to_ask(partner, at=at)) for partner in waiting]


def is_now(application: Application, **facts: Any) -> bool:
    """Has somebody, or another press of the same button, done it already?"""
    return Application.objects.filter(pk=application.pk, **facts).exists()


def minutes_to_read(application: Application) -> int:
    """What a certifier needs for the answers as they stand, and a little for the money and the partners."""
    words = sum(item.words for section in application.sections for item in section.asked)
    return 5 + words // WORDS_A_MINUTE


class ReasonView(ClosingFirst, FormView):
    """A page that asks why, and then acts. `reasons` gives the reasons that stand against it already.

    `leads_to` is the status after which a second press of the button, or a colleague's, is answered like the first.
    """

    template_name = "applications/application_why.html"
    form_class = WhyForm
    heading = label = hint = submit = done = ""
    verb: Any = None
    leads_to = ""

    def is_done(self) -> bool:
        return bool(self.leads_to) and is_now(self.application, status=self.leads_to)

    def reasons(self) -> list[str]:
        return []

    def closing(self) -> list[str]:
        return self.reasons()

    def get_form_kwargs(self) -> dict[str, Any]:
        words = {"label": self.label, "hint": self.hint, "submit": self.submit, "words": WORDS}
        return {**super().get_form_kwargs(), **words, "cancel": self.application.get_absolute_url()}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(heading=self.heading, reasons=self.reasons(), **context)

    def said(self, form: Any) -> dict[str, Any]:
        """What the act is told."""
        return {"why": form.cleaned_data["why"]}

    def form_valid(self, form: WhyForm) -> HttpResponse:
        try:
            self.verb(self.application, **self.said(form), by=self.request.user, at=self.request.at)
        except Refused as refusal:
            if not self.is_done():
                return self.form_invalid(form.refused(refusal))
        messages.success(self.request, self.done)
        return redirect(self.application)


class ApplicationSendBack(OwnApplicationMixin, ReasonView):
    """A certifier says what has to be changed, and may point at the parts of the task list that are meant."""

    form_class = SendBackForm
    heading = "Send the application back"
    label = "What has to be changed?"
    hint = "The people who write it are sent this, and see it above the task list."
    submit = "Send it back"
    done = "Sent back. It is a draft again."
    verb = staticmethod(actions.send_back)

    def may(self) -> bool:
        return permissions.may_send_back(self.request.user, self.application)

    @cached_property
    def parts(self) -> dict[str, str]:
        return tasklist.parts(self.application, self.request.user, self.request.at)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "parts": self.parts}

    def said(self, form: Any) -> dict[str, Any]:
        return {
            **super().said(form),
            "parts": {part: self.parts[part] for part in form.cleaned_data["parts"]},
        }

    def reasons(self) -> list[str]:
        return rules.reasons_closed(self.application, at=self.request.at)


class ApplicationWithdraw(OwnApplicationMixin, ReasonView):
    loading = "for_details"
    heading = "Withdraw the application"
    label = "Why is it withdrawn?"
    submit = "Withdraw it"
    done = "The application is withdrawn."
    verb = staticmethod(actions.withdraw)
    leads_to = Status.WITHDRAWN

    def may(self) -> bool:
        return permissions.may_edit(self.request.user, self.application)

    def reasons(self) -> list[str]:
        return rules.reasons_not_to_withdraw(self.application, at=self.request.at)

    @property
    def hint(self) -> str:  # type: ignore[override]
        if rules.is_final(self.application, at=self.request.at):
            return "Applications have closed, so this is final: it cannot be reopened."
        return (
            "Everybody who acts for your authority is told. Until the closing it can be reopened as a draft."
        )


@login_required
@require_POST
def application_submit(request: HttpRequest, reference: str) -> HttpResponse:
    application = application_for(request, reference, loading="for_list")
    if not permissions.may_edit(request.user, application):
        raise PermissionDenied
    try:
        actions.submit(application, by=request.user, at=request.at)
    except Refused as refusal:
        if not is_now(application, status__in=HANDED_IN):
            messages.error(request, str(refusal))
            return redirect("application_check", reference)
    # A second press of the button, or a colleague's, is answered with the same receipt.
    return redirect("application_receipt", reference)


@login_required
@require_POST
def application_reopen(request: HttpRequest, reference: str) -> HttpResponse:
    application = application_for(request, reference, loading="for_list")
    if not permissions.may_edit(request.user, application):
        raise PermissionDenied
    try:
        actions.reopen(application, by=request.user, at=request.at)
    except Refused as refusal:
        if not is_now(application, status=Status.DRAFT):
            messages.error(request, str(refusal))
    else:
        messages.success(
            request, "Reopened. It is a draft again, and has to be certified and submitted again."
        )
    return redirect(application)


class ApplicationReceipt(OwnApplicationMixin, TemplateView):
    """Proof of what was handed in, and when."""

    template_name = "applications/application_receipt.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.application.is_handed_in:
            raise Http404
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        application, at = self.application, self.request.at
        known = application.submissions.select_related("submitted_by")
        told = answer_of(self.request, application)
        asks = told is None and not rules.reasons_not_to_tell_hours(
            application.round, application, hours=None, at=at
        )
        address = reverse("application_hours", args=[application.reference])
        return super().get_context_data(
            hours_form=HoursForm(address=address) if asks else None,
            hours_told=told,
            closing=sentence(application.closes_at, at),
            is_closed=at >= application.closes_at,
            earlier=known.exclude(pk=application.submission.pk),
            **context,
        )
