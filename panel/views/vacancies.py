"""Seats that are offered to everybody: the public pages of vacancies, a candidate's own page, and the office's."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import FormView, ListView, TemplateView

from beacons.core.lifecycle import Refused
from beacons.core.links import by_link, hash_of
from beacons.core.text import whole
from beacons.core.throttle import within
from beacons.core.views import PER_PAGE, ClosingFirst, SignedIn
from panel import permissions
from panel.actions import vacancies as actions
from panel.forms.vacancies import AdvertiseForm, CandidacyForm, WithdrawVacancyForm
from panel.models import Candidacy, Seat, Vacancy
from panel.rules import vacancies as rules

# So many people come forward from one address within an hour.
FROM_ONE_PLACE, HOUR = 20, 3600


class VacancyList(ListView):
    """For everybody: the seats for which candidates may come forward now."""

    template_name = "panel/vacancy_list.html"
    context_object_name = "vacancies"
    paginate_by = PER_PAGE

    def get_queryset(self) -> Any:
        return Vacancy.objects.open(self.request.at).for_list()


def the_vacancy(request: HttpRequest, pk: int) -> Vacancy:
    known = Vacancy.objects.visible_to(request.user, request.at)
    return get_object_or_404(known.for_list(), pk=pk)


class VacancyDetail(TemplateView):
    """What is looked for; for those who agree who sits there, also who has come forward."""

    template_name = "panel/vacancy_detail.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, at = self.request.user, self.request.at
        vacancy = the_vacancy(self.request, self.kwargs["pk"])
        known = Candidacy.objects.visible_to(user, at).standing().filter(vacancy=vacancy)
        follows = permissions.may_see_candidates(user, vacancy)
        return super().get_context_data(
            vacancy=vacancy,
            seat=vacancy.seat,
            round=vacancy.seat.round,
            is_open=vacancy.is_open(at),
            follows=follows,
            candidacies=list(known.order_by("confirmed_at", "pk")) if follows else [],
            may_propose=permissions.may_open_panel(user),
            **context,
        )


class CandidacyCreate(ClosingFirst, FormView):
    """Anybody comes forward; no account is needed."""

    form_class = CandidacyForm
    template_name = "panel/candidacy_form.html"
    minutes = 15

    @cached_property
    def vacancy(self) -> Vacancy:
        """One that is over is found by what was typed while it was open, and by nothing else."""
        if self.request.method == "POST":
            return get_object_or_404(Vacancy.objects.for_list(), pk=self.kwargs["pk"])
        return the_vacancy(self.request, self.kwargs["pk"])

    @property
    def by(self) -> Any:
        return self.request.user if self.request.user.is_authenticated else None

    def closing(self) -> list[str]:
        return rules.reasons_not_to_come_forward(self.vacancy, at=self.request.at)

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.by.name} if self.by else {}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "by": self.by}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            vacancy=self.vacancy,
            seat=self.vacancy.seat,
            round=self.vacancy.seat.round,
            reasons=self.closing(),
            minutes=self.minutes,
            by=self.by,
            **context,
        )

    def form_valid(self, form: CandidacyForm) -> HttpResponse:
        if not within(self.request, "candidacies", most=FROM_ONE_PLACE, seconds=HOUR):
            busy = Refused(
                "Very many people have come forward from where you are. Send this again in an hour."
            )
            return self.form_invalid(form.refused(busy))
        typed = {"email": "", **form.cleaned_data}
        try:
            candidacy = actions.come_forward(self.vacancy, **typed, by=self.by, at=self.request.at)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        return render(self.request, "panel/candidacy_sent.html", {"candidacy": candidacy, "by": self.by})


def the_candidacy(secret: str) -> Candidacy:
    """The candidacy that a letter's link opens."""
    found = Candidacy.objects.for_list().filter(secret_hash=hash_of(secret)).first()
    if found is None:
        raise Http404
    return found


own_door = by_link("panel/candidacy_unknown.html")


@own_door
@require_safe
def candidacy_detail(request: HttpRequest, secret: str) -> HttpResponse:
    """A candidate's own page. To look changes nothing: mail scanners open every link."""
    candidacy = the_candidacy(secret)
    vacancy = candidacy.vacancy
    facts = {
        "candidacy": candidacy,
        "versions": rules.versions_of(candidacy, at=request.at),
        "vacancy": vacancy,
        "seat": vacancy.seat,
        "round": vacancy.seat.round,
        "reasons": rules.reasons_not_to_confirm(candidacy, at=request.at),
        "secret": secret,
    }
    return render(request, "panel/candidacy_detail.html", facts)


@own_door
@require_POST
def candidacy_confirm(request: HttpRequest, secret: str) -> HttpResponse:
    """Of what was sent for this mailbox, the version whose button was pressed."""
    number = whole(request.POST.get("version", ""))
    versions = {each.pk: each for each in rules.versions_of(the_candidacy(secret), at=request.at)}
    return carried_out(request, secret, actions.confirm, versions.get(number) or the_candidacy(secret))


@own_door
@require_POST
def candidacy_stand_down(request: HttpRequest, secret: str) -> HttpResponse:
    return carried_out(request, secret, actions.stand_down, the_candidacy(secret))


def carried_out(
    request: HttpRequest, secret: str, act: Callable[..., Candidacy], candidacy: Candidacy
) -> HttpResponse:
    try:
        act(candidacy, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("candidacy_detail", secret)


# For the office


class VacancyCreate(SignedIn, ClosingFirst, FormView):
    """The office offers an empty seat to everybody."""

    form_class = AdvertiseForm
    template_name = "panel/vacancy_form.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            known = Seat.objects.visible_to(request.user, request.at).select_related("round")
            self.seat = get_object_or_404(known, pk=kwargs["pk"])
            if not permissions.may_open_panel(request.user):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def closing(self) -> list[str]:
        return rules.reasons_not_to_advertise(self.seat, at=self.request.at)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            seat=self.seat, round=self.seat.round, reasons=self.closing(), **context
        )

    def form_valid(self, form: AdvertiseForm) -> HttpResponse:
        try:
            vacancy = actions.advertise(
                self.seat,
                sought=form.cleaned_data["sought"],
                closes_at=form.closes_at(),
                by=self.request.user,
                at=self.request.at,
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, "The vacancy is published.")
        return redirect(vacancy)


class VacancyWithdraw(SignedIn, FormView):
    form_class = WithdrawVacancyForm
    template_name = "panel/vacancy_withdraw.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            self.vacancy = the_vacancy(request, kwargs["pk"])
            if not permissions.may_open_panel(request.user):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        seat = self.vacancy.seat
        return super().get_context_data(vacancy=self.vacancy, seat=seat, round=seat.round, **context)

    def form_valid(self, form: WithdrawVacancyForm) -> HttpResponse:
        try:
            actions.withdraw_vacancy(
                self.vacancy, why=form.cleaned_data["why"], by=self.request.user, at=self.request.at
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, "The vacancy is withdrawn. Whoever had come forward is told.")
        return redirect("seat_list", self.vacancy.seat.round.slug)
