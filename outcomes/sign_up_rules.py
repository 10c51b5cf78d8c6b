"""Why a council may not sign up, join, refresh or withdraw, now. The page and the verb ask the same functions."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.db.models import Q

from beacons.core.text import is_blank
from beacons.core.workdays import day_in_london
from beacons.directory.models import Authority
from outcomes import rules
from outcomes.models import Indicator, Issue, IssueSupport, Outcome, SignUp
from outcomes.terms import FIGURES, Terms

Leaving = Callable[[Outcome, list[int]], Iterable[str]]
_leaving: list[Leaving] = []
MOST_WHY = 250
FIRST_YEAR, LAST_YEAR = 1990, 2100
AREAS = (Authority.Tier.UPPER, Authority.Tier.SINGLE)


def leaving(ask: Leaving) -> Leaving:
    """Register a function of a later room that says what of these authorities hangs on their outcome's sign-up."""
    _leaving.append(ask)
    return ask


# Who signs up for itself, and who joins another


def is_area(authority: Authority) -> bool:
    """An area has a Local Area Agreement of its own; a district is of its county's area, other bodies join one."""
    return authority.tier in AREAS and authority.county_id is None


def areas_to_join(outcome: Outcome, authority: Authority, day: date) -> list[SignUp]:
    """The sign-ups that a body may join: its county's, or an area's of its own region."""
    if is_area(authority):
        return []
    found = (
        outcome.sign_ups.of_agreements()
        .filter(authority__in=Authority.objects.existing_on(day))
        .exclude(authority=authority)
    )
    if authority.county_id is not None:
        found = found.filter(authority=authority.county_id)
    elif authority.region_id is not None:
        found = found.filter(authority__region=authority.region_id)
    return list(found.select_related("authority").order_by("authority__name", "pk"))


def reasons_not_to_begin(
    outcome: Outcome, authority: Authority, areas: list[SignUp], *, at: datetime
) -> list[str]:
    """Why the authority cannot sign up to this outcome, nor join an area's sign-up, whatever it says."""
    if authority.is_abolished(day_in_london(at)):
        return [f"{authority} was abolished on {authority.closed_on:%-d %B %Y}. Its successor signs up."]
    held = outcome.sign_ups.filter(authority=authority).first()
    if held is not None:
        return [f"{authority} has {'joined' if held.joins_id else 'signed up'} already."]
    if not is_area(authority) and not areas:
        if authority.county is not None:
            return [
                f"{authority.county} is not signed up to this outcome. A district joins its county’s sign-up."
            ]
        return [
            f"No area that {authority} could join is signed up to this outcome. Areas are councils with a Local"
            f" Area Agreement{', in your region' if authority.region_id else ''}."
        ]
    return rules.reasons_not_now(outcome, at=at)


def reasons_against_area(authority: Authority, area: SignUp | None, areas: list[SignUp]) -> list[str]:
    """What is wrong with the sign-up that is to be joined."""
    if is_area(authority):
        return [] if area is None else [f"{authority} has an agreement of its own, so it joins no other."]
    if area is None:
        return ["Choose the area whose sign-up you join."]
    if area not in areas:
        return [f"{authority} cannot join the sign-up of {area.authority}."]
    return []


# What a sign-up says


def measures_for(outcome: Outcome, authority: Authority) -> list[Indicator]:
    """Measures that may stand in the place of the outcome's: the council's own, and those others use for it."""
    used = SignUp.objects.filter(outcome=outcome, measure__isnull=False)
    found = Indicator.objects.filter(
        Q(authority=authority) | Q(pk__in=used.values("measure")), kind=Indicator.Kind.OWN
    )
    return list(found.select_related("authority").order_by("code"))


def reasons_against_terms(
    terms: Terms, *, outcome: Outcome, authority: Authority, joins: bool, measures: Iterable[Indicator]
) -> list[str]:
    """What is wrong with the terms themselves."""
    reasons = []
    for name in ("baseline", "target"):
        value, year = getattr(terms, name), getattr(terms, f"{name}_year")
        if (value is None) != (year is None):
            reasons.append(f"The {name} goes together with its year: fill in both or neither.")
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
            reasons.append(f"The {name}’s year must lie between {FIRST_YEAR} and {LAST_YEAR}.")
    if (
        terms.baseline_year is not None
        and terms.target_year is not None
        and terms.target_year <= terms.baseline_year
    ):
        reasons.append("The target’s year must come after the baseline’s year.")
    if terms.measure is not None and terms.measure not in measures:
        reasons.append("Choose a measure of your own, or one that another council uses for this outcome.")
    if not joins and terms.target is None and terms.measure is not None:
        reasons.append("Say which target you set by your own measure.")
    return reasons


def reasons_not_to_change_terms(sign_up: SignUp, *, at: datetime) -> list[str]:
    if sign_up.authority.is_abolished(day_in_london(at)):
        return [f"{sign_up.authority} was abolished. Its successor speaks for the area."]
    return rules.reasons_not_now(sign_up.outcome, at=at)


def reasons_not_to_set_terms(
    sign_up: SignUp, terms: Terms, *, year: int | None, why: str, at: datetime
) -> list[str]:
    """Why these very terms do not take the place of what the sign-up says."""
    now = Terms.of(sign_up)
    reasons = []
    if not terms.is_agreed_with(now):
        if reasons := reasons_not_to_change_terms(sign_up, at=at):
            return reasons
        reasons += reasons_against_terms(
            terms,
            outcome=sign_up.outcome,
            authority=sign_up.authority,
            joins=sign_up.joins_id is not None,
            measures=measures_for(sign_up.outcome, sign_up.authority),
        )
        if says_something(now) and is_blank(why):
            reasons.append("Say why the terms change: what they were is kept, with your reason.")
        if sign_up.confirmed_at is not None and year is None:
            reasons.append("Say for which year the agreement is refreshed.")
    if len(why) > MOST_WHY:
        reasons.append(f"Say why in {MOST_WHY} characters at most.")
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        reasons.append(f"The year of the refresh must lie between {FIRST_YEAR} and {LAST_YEAR}.")
    if sign_up.confirmed_at is not None:
        reasons += rules.reasons_not_to_lead(terms.lead_officer)
    if not reasons and terms == now:
        reasons.append("Nothing differs from what the sign-up says already.")
    return reasons


def says_something(terms: Terms) -> bool:
    """Is there anything that would be forgotten if it were replaced?"""
    return terms.measure is not None or any(getattr(terms, name) is not None for name in FIGURES)


# Taking it back


def reasons_not_to_withdraw(sign_up: SignUp, *, at: datetime) -> list[str]:
    """Only what its council has not confirmed, or has joined, and only while nothing hangs on it."""
    authority = sign_up.authority
    if sign_up.confirmed_at is not None and sign_up.joins_id is None:
        return [f"{authority} has confirmed its sign-up. It can be refreshed, and no longer withdrawn."]
    if sign_up.joins_id is None and sign_up.former_terms.filter(confirmed_at__isnull=False).exists():
        return [f"{authority} has confirmed earlier terms of this sign-up, so it is no longer withdrawn."]
    if reasons := rules.reasons_not_now(sign_up.outcome, at=at):
        return reasons
    joined = sign_up.joined.count()
    reasons = []
    if joined:
        reasons.append(f"{joined} other {'body has' if joined == 1 else 'bodies have'} joined this sign-up.")
    return reasons + what_hangs_on(sign_up)


def reasons_against_why(why: str) -> list[str]:
    if is_blank(why):
        return ["Say why."]
    return [f"Say why in {MOST_WHY} characters at most."] if len(why) > MOST_WHY else []


def what_hangs_on(sign_up: SignUp) -> list[str]:
    """What only a member of the cohort may have said or begun, by those who are members through this sign-up."""
    left = members_through(sign_up)
    if not left:
        return []
    outcome = sign_up.outcome
    reasons = []
    stated = Issue.objects.filter(outcome=outcome, authority__in=left, withdrawn_at__isnull=True)
    supported = IssueSupport.objects.filter(issue__outcome=outcome, authority__in=left)
    for rows, did in ((stated, "stated"), (supported, "supported")):
        names = sorted(set(rows.values_list("authority__name", flat=True)))
        if names:
            reasons.append(f"Issues {did} by {', '.join(names)} hang on it: withdraw them first.")
    return reasons + [reason for ask in _leaving for reason in ask(outcome, left)]


def members_through(sign_up: SignUp) -> list[int]:
    """The authorities that would no longer be of the cohort: itself and its districts, unless signed up otherwise."""
    authority = sign_up.authority
    held = SignUp.objects.filter(outcome=sign_up.outcome_id).exclude(pk=sign_up.pk)
    others = set(held.values_list("authority_id", flat=True))
    if authority.county_id in others:
        return []
    districts = Authority.objects.filter(county=authority).values_list("pk", flat=True)
    return [pk for pk in (authority.pk, *districts) if pk not in others]
