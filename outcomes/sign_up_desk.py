"""The desk of one council's sign-ups: each outcome, what the agreement says, how far it is, and what to do next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from beacons.core.workdays import day_in_london
from beacons.directory.models import Authority
from outcomes import permissions, rules, sign_up_rules
from outcomes.models import Indicator, IndicatorValue, Outcome, SignUp
from outcomes.standing import Progress, progress_of


@dataclass(frozen=True)
class Line:
    """An outcome as the council meets it."""

    outcome: Outcome
    sign_up: SignUp | None
    # For a district: the sign-up of its county, which it may join.
    area: SignUp | None
    latest: IndicatorValue | None
    progress: Progress | None
    words: str
    url: str
    # Why nothing can be done now, where something is left to do.
    reasons: list[str]

    @property
    def status(self) -> tuple[str, str]:
        if self.sign_up is None:
            return ("Not signed up", "grey")
        if self.sign_up.confirmed_at is not None:
            return ("Confirmed", "green")
        return ("Not confirmed yet", "yellow")

    @property
    def newest(self) -> str:
        if self.latest is None or self.sign_up is None:
            return ""
        return f"{self.sign_up.written(self.latest.value)} in {self.latest.period}"


def lines(authority: Authority, user: Any, *, at: datetime) -> list[Line]:
    """Signed up first, then the rest by name. A fixed number of queries, however many outcomes there are."""
    known = Outcome.objects.visible_to(user, at).select_related("measure").order_by("title")
    if not sign_up_rules.is_area(authority) and authority.county_id is None:
        known = _with_joinable(known, authority, at)
    outcomes = list(known)
    rules.read_at_once(outcomes, at=at)
    held = _held(authority, outcomes, user, at)
    newest = latest_figures(
        [authority.pk], [own.measured_by for (_, own) in _own(held, authority) if own.measured_by]
    )
    found = [_line(outcome, authority, user, held, newest, at=at) for outcome in outcomes]
    return sorted(found, key=lambda line: line.sign_up is None)


def _held(
    authority: Authority, outcomes: Iterable[Outcome], user: Any, at: datetime
) -> dict[tuple[int, int], SignUp]:
    """The sign-ups of the council and of its county."""
    by_pk = {outcome.pk: outcome for outcome in outcomes}
    found = SignUp.objects.visible_to(user, at).of_areas([authority.pk, authority.area_id])
    held = {}
    for sign_up in found.select_related("authority", "measure", "joins__authority"):
        sign_up.outcome = by_pk[sign_up.outcome_id]
        held[sign_up.outcome_id, sign_up.authority_id] = sign_up
    return held


def _with_joinable(outcomes: Any, authority: Authority, at: datetime) -> Any:
    """`joinable`: is an area signed up that a fire, police or park body of this region may join?"""
    areas = Authority.objects.existing_on(day_in_london(at)).exclude(pk=authority.pk)
    if authority.region_id is not None:
        areas = areas.filter(region=authority.region_id)
    found = SignUp.objects.of_agreements().filter(outcome=OuterRef("pk"), authority__in=areas)
    return outcomes.annotate(joinable=Exists(found))


def _own(held: dict[tuple[int, int], SignUp], authority: Authority) -> list[tuple[int, SignUp]]:
    return [(outcome, sign_up) for (outcome, owner), sign_up in held.items() if owner == authority.pk]


def latest_figures(
    authorities: list[int], measures: list[Indicator]
) -> dict[tuple[int, int], IndicatorValue]:
    """The newest figure of each of these authorities by each of these measures."""
    found = IndicatorValue.objects.filter(
        authority__in=authorities, indicator__in={measure.pk for measure in measures}
    ).latest()
    return {(value.authority_id, value.indicator_id): value for value in found}


def progress_with(sign_up: SignUp, latest: IndicatorValue | None) -> Progress:
    measure = sign_up.measured_by
    return progress_of(
        sign_up.baseline,
        sign_up.baseline_year,
        sign_up.target,
        sign_up.target_year,
        (latest.year, latest.value) if latest else None,
        measure.polarity if measure else "",
    )


def _line(
    outcome: Outcome,
    authority: Authority,
    user: Any,
    held: dict[tuple[int, int], SignUp],
    newest: dict[tuple[int, int], IndicatorValue],
    *,
    at: datetime,
) -> Line:
    sign_up = held.get((outcome.pk, authority.pk))
    area = held.get((outcome.pk, authority.area_id)) if authority.county_id else None
    measure = sign_up.measured_by if sign_up else None
    latest = newest.get((authority.pk, measure.pk)) if measure else None
    words, url, reasons = what_to_do(outcome, authority, sign_up, area, user, at=at)
    if sign_up is None and not getattr(outcome, "joinable", True):
        words, url, reasons = "", "", []
    return Line(
        outcome,
        sign_up,
        area,
        latest,
        progress_with(sign_up, latest) if sign_up else None,
        words,
        url,
        reasons,
    )


def what_to_do(
    outcome: Outcome,
    authority: Authority,
    sign_up: SignUp | None,
    area: SignUp | None,
    user: Any,
    *,
    at: datetime,
) -> tuple[str, str, list[str]]:
    """The next act of this reader, its address, and why it must wait. Empty where nothing is theirs to do."""
    if not permissions.may_prepare_sign_up(user, authority):
        return "", "", []
    if sign_up is None:
        words, url = begin(outcome, authority, area)
        if not words:
            return "", "", []
        if authority.is_abolished(day_in_london(at)):
            return "", "", [f"{authority} was abolished. Its successor signs up."]
        return words, url, rules.reasons_not_now(outcome, at=at)
    if sign_up.confirmed_at is not None:
        closed = bool(sign_up_rules.reasons_not_to_change_terms(sign_up, at=at))
        return ("", "", []) if closed else ("Refresh", reverse("sign_up_terms", args=[sign_up.pk]), [])
    reasons = rules.reasons_not_to_confirm_sign_up(sign_up, at=at)
    if permissions.may_confirm_sign_up(user, sign_up):
        return "Confirm", reverse("sign_up_confirm", args=[sign_up.pk]), reasons
    return "Prepare for your certifier", reverse("sign_up_terms", args=[sign_up.pk]), reasons


def begin(outcome: Outcome, authority: Authority, area: SignUp | None) -> tuple[str, str]:
    """Sign up as an area; join as a district whose county is signed up; join as another body."""
    url = reverse("sign_up_begin", args=[outcome.slug, authority.pk])
    if sign_up_rules.is_area(authority):
        return "Sign up", url
    if authority.county_id is None:
        return "Join an area", url
    return (f"Join {area.authority}", url) if area else ("", "")
