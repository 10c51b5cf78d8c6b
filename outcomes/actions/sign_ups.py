"""Councils sign up to outcomes, join an area's sign-up, refresh what they agreed, and stand by it."""

from datetime import datetime
from typing import Any

from beacons.core import letters, steps
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.core.text import clean
from beacons.core.workdays import day_in_london
from beacons.directory.models import Authority, User
from outcomes import rules, sign_up_rules
from outcomes.models import FormerTerms, Outcome, SignUp
from outcomes.terms import AGREED, Terms

SAID = (*AGREED, "lead_officer")


@verb
def sign_up(
    outcome: Outcome,
    authority: Authority,
    *,
    terms: Terms,
    joins: SignUp | None = None,
    by: User,
    at: datetime,
) -> SignUp:
    """The council commits itself, or joins the sign-up of its area; its certifier has yet to confirm that."""
    outcome = Outcome.objects.lock(outcome.pk)
    areas = sign_up_rules.areas_to_join(outcome, authority, day_in_london(at))
    refuse_if(
        sign_up_rules.reasons_not_to_begin(outcome, authority, areas, at=at)
        or [
            *sign_up_rules.reasons_against_area(authority, joins, areas),
            *sign_up_rules.reasons_against_terms(
                terms,
                outcome=outcome,
                authority=authority,
                joins=joins is not None,
                measures=sign_up_rules.measures_for(outcome, authority),
            ),
        ]
    )
    made = SignUp.objects.create(
        outcome=outcome,
        authority=authority,
        joins=joins,
        source=SignUp.Source.COUNCIL,
        signed_up_at=at,
        signed_up_by=by,
        **said(terms),
    )
    steps.note(made, "join" if joins else "sign_up", by=by, at=at, terms=terms.written(outcome))
    return made


@verb
def set_terms(
    sign_up: SignUp, *, terms: Terms, why: str = "", year: int | None = None, by: User, at: datetime
) -> SignUp:
    """What the sign-up says from now on. What it said is kept, and who stood by it stands by it afresh."""
    sign_up = SignUp.objects.lock(sign_up.pk)
    why = clean(why)
    refuse_if(sign_up_rules.reasons_not_to_set_terms(sign_up, terms, year=year, why=why, at=at))
    before = Terms.of(sign_up)
    agreed = terms.is_agreed_with(before)
    if year is not None:
        why = f"Refresh of {year}: {why}"
    if sign_up_rules.says_something(before) and (not agreed or sign_up.confirmed_at is not None):
        keep_former(sign_up, why=why or "Another lead officer", by=by, at=at)
    replace_terms(sign_up, terms)
    steps.note(
        sign_up, "set_terms", by=by, at=at, why=why, changes=list(before.changes(terms, sign_up.outcome))
    )
    return sign_up


@verb
def confirm_sign_up(sign_up: SignUp, *, lead_officer: str, by: User, at: datetime) -> SignUp:
    """The council's certifier stands by its sign-up, and by who leads on it."""
    sign_up = SignUp.objects.lock(sign_up.pk)
    lead_officer = clean(lead_officer)
    refuse_if(
        [*rules.reasons_not_to_confirm_sign_up(sign_up, at=at), *rules.reasons_not_to_lead(lead_officer)]
    )
    sign_up.lead_officer, sign_up.confirmed_at, sign_up.confirmed_by = lead_officer, at, by
    sign_up.save(update_fields=["lead_officer", "confirmed_at", "confirmed_by"])
    steps.note(sign_up, "confirm", by=by, at=at, lead_officer=lead_officer)
    letters.write(
        "sign_up_confirmed",
        to=by,
        key=f"{sign_up.pk}:{at:%Y%m%d%H%M%S%f}",
        at=at,
        context={"sign_up": sign_up},
    )
    return sign_up


@verb
def withdraw_sign_up(sign_up: SignUp, *, why: str, by: User, at: datetime) -> SignUp:
    """The council takes back what it has not confirmed, or leaves what it joined. The steps keep what it said."""
    # Who joins, and who says what is hard, locks the outcome too, so that nothing comes to hang on it meanwhile.
    Outcome.objects.lock(sign_up.outcome_id)
    sign_up = SignUp.objects.lock(sign_up.pk)
    why = clean(why)
    refuse_if(
        [
            *sign_up_rules.reasons_not_to_withdraw(sign_up, at=at),
            *sign_up_rules.reasons_against_why(why),
        ]
    )
    steps.note(
        sign_up,
        "withdraw",
        by=by,
        at=at,
        why=why,
        outcome=sign_up.outcome.slug,
        authority=sign_up.authority.code,
        terms=Terms.of(sign_up).written(sign_up.outcome),
    )
    sign_up.delete()
    return sign_up


def keep_former(sign_up: SignUp, *, why: str, by: User | None, at: datetime) -> FormerTerms:
    """For a verb that holds the sign-up's lock: its present terms become former ones."""
    former = former_terms(sign_up, why=why, by=by, at=at)
    former.save(force_insert=True)
    return former


def former_terms(sign_up: SignUp, *, why: str, by: User | None, at: datetime) -> FormerTerms:
    """Not saved yet."""
    return FormerTerms(
        sign_up=sign_up,
        source=sign_up.source,
        confirmed_at=sign_up.confirmed_at,
        confirmed_by=sign_up.confirmed_by,
        replaced_at=at,
        replaced_by=by,
        why=why,
        **said(Terms.of(sign_up)),
    )


def replace_terms(sign_up: SignUp, terms: Terms) -> None:
    """Other terms than were agreed have to be confirmed again; another lead officer has not."""
    fields = list(SAID)
    if not terms.is_agreed_with(Terms.of(sign_up)):
        sign_up.confirmed_at = sign_up.confirmed_by = None
        fields += ["confirmed_at", "confirmed_by"]
    for name, value in said(terms).items():
        setattr(sign_up, name, value)
    sign_up.save(update_fields=fields)


def said(terms: Terms) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in SAID} | {"lead_officer": clean(terms.lead_officer)}
