"""A council and its sign-ups: the desk, one sign-up, and what is done about it."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.generic import DetailView, TemplateView

from beacons.core.lifecycle import Refused
from beacons.core.views import SignedIn
from beacons.core.workdays import day_in_london
from beacons.directory.models import Authority
from outcomes import permissions, rules, sign_up_desk, sign_up_rules
from outcomes.actions import sign_ups
from outcomes.forms.sign_ups import LeadForm, SignUpForm, TermsForm, WithdrawForm
from outcomes.models import Outcome, SignUp
from outcomes.terms import FIGURES, Terms
from outcomes.views.base import ForCouncil


@login_required
@require_safe
def own_sign_ups(request: HttpRequest) -> HttpResponse:
    """Where the navigation leads: the desk of the reader's first council, which names the others."""
    mine = request.user.authorities
    if not mine:
        return redirect("outcome_list")
    return redirect("sign_up_desk", authority=mine[0].pk)


class SignUpDesk(SignedIn, TemplateView):
    """All outcomes as one council meets them."""

    template_name = "outcomes/sign_up_desk.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, at = self.request.user, self.request.at
        known = Authority.objects.visible_to(user, at).select_related("county", "region")
        authority = get_object_or_404(known, pk=self.kwargs["authority"])
        if not permissions.may_see_sign_ups_of(user, authority):
            raise PermissionDenied
        found = sign_up_desk.lines(authority, user, at=at)
        signed = [line for line in found if line.sign_up]
        # The address's own words are the page's too.
        del kwargs["authority"]
        return super().get_context_data(
            **kwargs,
            authority=authority,
            signed=signed,
            unsigned=[line for line in found if not line.sign_up],
            confirmed=sum(line.sign_up.confirmed_at is not None for line in signed),
            met=sum(bool(line.progress and line.progress.met) for line in signed),
            others=[other for other in user.authorities if other != authority],
            acts=permissions.may_prepare_sign_up(user, authority),
            certifies=user.certifies_for(authority),
            is_area=sign_up_rules.is_area(authority),
            measures=authority.own_measures.order_by("code"),
        )


class SignUpDetail(DetailView):
    """One sign-up: what it says, how far it is, who joined it, and what it said before."""

    template_name = "outcomes/sign_up_detail.html"
    context_object_name = "sign_up"

    def get_queryset(self) -> Any:
        return sign_ups_in_full(self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sign_up, user, at = self.object, self.request.user, self.request.at
        measure = sign_up.measured_by
        newest = sign_up_desk.latest_figures([sign_up.authority_id], [measure] if measure else [])
        latest = newest.get((sign_up.authority_id, measure.pk)) if measure else None
        prepares = permissions.may_prepare_sign_up(user, sign_up.authority)
        withdraws = permissions.may_withdraw_sign_up(user, sign_up)
        former = sign_up.former_terms.select_related("measure", "confirmed_by", "replaced_by")
        return super().get_context_data(
            **kwargs,
            outcome=sign_up.outcome,
            terms=Terms.of(sign_up).written(sign_up.outcome),
            measure=measure,
            newest=f"{sign_up.written(latest.value)} in {latest.period}" if latest else "",
            progress=sign_up_desk.progress_with(sign_up, latest) if sign_up.target is not None else None,
            prepares=prepares,
            certifies=permissions.may_confirm_sign_up(user, sign_up),
            withdraws=withdraws,
            sees_desk=permissions.may_see_sign_ups_of(user, sign_up.authority),
            reasons_not_to_confirm=rules.reasons_not_to_confirm_sign_up(sign_up, at=at) if prepares else [],
            may_withdraw_now=withdraws and not sign_up_rules.reasons_not_to_withdraw(sign_up, at=at),
            former=[(each, Terms.of(each).written(sign_up.outcome)) for each in former],
            joined=sign_up.joined.select_related("authority").order_by("authority__name", "pk"),
            certifiers=sign_up.authority.memberships.active().filter(role="certifier", user__is_active=True)
            if prepares
            else None,
        )


def sign_ups_in_full(request: Any) -> Any:
    return SignUp.objects.visible_to(request.user, request.at).select_related(
        "authority__county",
        "authority__region",
        "outcome__measure",
        "measure__authority",
        "joins__authority",
        "confirmed_by",
        "inherited_from",
    )


class OnSignUp(ForCouncil):
    """A form about one sign-up, for those of its council whom `may` lets in."""

    sign_up: SignUp

    def find(self) -> None:
        self.sign_up = get_object_or_404(sign_ups_in_full(self.request), pk=self.kwargs["pk"])
        self.outcome = self.sign_up.outcome
        if not self.may():
            raise PermissionDenied

    def may(self) -> bool:
        return permissions.may_prepare_sign_up(self.request.user, self.sign_up.authority)

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.cancel = reverse("sign_up_detail", args=[self.sign_up.pk])
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, sign_up=self.sign_up)


class SignUpConfirm(OnSignUp):
    form_class = SignUpForm
    template_name = "outcomes/sign_up_confirm.html"

    def may(self) -> bool:
        return permissions.may_confirm_sign_up(self.request.user, self.sign_up)

    def reasons(self) -> list[str]:
        return rules.reasons_not_to_confirm_sign_up(self.sign_up, at=self.request.at)

    def get_initial(self) -> dict[str, Any]:
        return {"lead_officer": self.sign_up.lead_officer}

    def act(self, form: Any) -> str:
        sign_ups.confirm_sign_up(
            self.sign_up,
            lead_officer=form.cleaned_data["lead_officer"],
            by=self.request.user,
            at=self.request.at,
        )
        return f"Thank you. {self.sign_up.authority} is signed up to this outcome."


class WithTerms:
    """The form of terms, and what it may choose from."""

    @cached_property
    def measures(self) -> list[Any]:
        return sign_up_rules.measures_for(self.outcome, self.authority)

    def terms_form(self, **options: Any) -> dict[str, Any]:
        asks = [*options.pop("asks", ()), *(["measure"] if self.measures else [])]
        return {"outcome": self.outcome, "measures": self.measures, "asks": asks, **options}


class SignUpTerms(WithTerms, OnSignUp):
    """Before it is confirmed the terms are prepared; afterwards they are refreshed, and confirmed again."""

    template_name = "outcomes/sign_up_terms.html"

    @property
    def authority(self) -> Authority:
        return self.sign_up.authority

    @cached_property
    def closed(self) -> list[str]:
        """Why only the lead officer may change now."""
        return sign_up_rules.reasons_not_to_change_terms(self.sign_up, at=self.request.at)

    def reasons(self) -> list[str]:
        return []

    def get_form_class(self) -> Any:
        return LeadForm if self.closed else TermsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        given = super().get_form_kwargs()
        if self.closed:
            return given
        asks = ["why"] if sign_up_rules.says_something(Terms.of(self.sign_up)) else []
        if self.sign_up.confirmed_at is not None:
            asks = ["year", "why"]
        return given | self.terms_form(asks=asks)

    def get_initial(self) -> dict[str, Any]:
        held = self.sign_up
        return {
            "measure": held.measure_id,
            "lead_officer": held.lead_officer,
            **{name: plain(getattr(held, name)) for name in FIGURES},
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            closed=self.closed,
            refreshes=self.sign_up.confirmed_at is not None,
            terms=Terms.of(self.sign_up).written(self.outcome),
        )

    def act(self, form: Any) -> str:
        if self.closed:
            held = Terms.of(self.sign_up)
            terms = Terms(**{**vars(held), "lead_officer": form.cleaned_data["lead_officer"]})
        else:
            terms = form.terms(self.measures)
        changed = sign_ups.set_terms(
            self.sign_up,
            terms=terms,
            why=form.cleaned_data.get("why", ""),
            year=form.cleaned_data.get("year"),
            by=self.request.user,
            at=self.request.at,
        )
        if changed.confirmed_at is not None:
            return "Saved."
        if self.request.user.certifies_for(self.authority):
            return "Saved. Now confirm it for your council."
        return "Saved. A certifier of your council confirms it."

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        return redirect("sign_up_detail", pk=self.sign_up.pk) if answer.status_code == 302 else answer


class SignUpBegin(WithTerms, ForCouncil):
    """An area signs up for itself; a district joins its county's sign-up; other bodies join an area's."""

    form_class = TermsForm
    template_name = "outcomes/sign_up_begin.html"

    def find(self) -> None:
        user, at = self.request.user, self.request.at
        outcomes = Outcome.objects.visible_to(user, at).select_related("measure")
        self.outcome = get_object_or_404(outcomes, slug=self.kwargs["slug"])
        known = Authority.objects.visible_to(user, at).select_related("county", "region")
        self.authority = get_object_or_404(known, pk=self.kwargs["authority"])
        if not permissions.may_prepare_sign_up(user, self.authority):
            raise PermissionDenied
        self.areas = sign_up_rules.areas_to_join(self.outcome, self.authority, day_in_london(at))

    @property
    def only_area(self) -> SignUp | None:
        """A district has one county; there is nothing to choose."""
        return self.areas[0] if len(self.areas) == 1 else None

    def reasons(self) -> list[str]:
        return sign_up_rules.reasons_not_to_begin(
            self.outcome, self.authority, self.areas, at=self.request.at
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        asks = ["area"] if len(self.areas) > 1 else []
        return super().get_form_kwargs() | self.terms_form(asks=asks, areas=self.areas)

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.submit = "Join" if self.areas else "Sign up"
        form.cancel = reverse("sign_up_desk", args=[self.authority.pk])
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs, authority=self.authority, area=self.only_area, joins=bool(self.areas)
        )

    def form_valid(self, form: Any) -> HttpResponse:
        chosen = form.cleaned_data.get("area")
        area = next((each for each in self.areas if each.pk == chosen), self.only_area)
        try:
            made = sign_ups.sign_up(
                self.outcome,
                self.authority,
                terms=form.terms(self.measures),
                joins=area,
                by=self.request.user,
                at=self.request.at,
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        did = f"has joined the sign-up of {area.authority}" if area else "is signed up"
        messages.success(self.request, f"{self.authority} {did}. A certifier has yet to confirm it.")
        return redirect("sign_up_detail", pk=made.pk)


class SignUpWithdraw(OnSignUp):
    form_class = WithdrawForm
    template_name = "outcomes/sign_up_withdraw.html"

    def may(self) -> bool:
        return permissions.may_withdraw_sign_up(self.request.user, self.sign_up)

    def reasons(self) -> list[str]:
        return sign_up_rules.reasons_not_to_withdraw(self.sign_up, at=self.request.at)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            sign_ups.withdraw_sign_up(
                self.sign_up, why=form.cleaned_data["why"], by=self.request.user, at=self.request.at
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, f"{self.sign_up.authority} is no longer signed up to {self.outcome}.")
        return redirect("sign_up_desk", authority=self.sign_up.authority_id)


def plain(value: Any) -> Any:
    """12.5 rather than 12.5000."""
    return f"{value.normalize():f}" if hasattr(value, "normalize") else value
