"""From the shortlist to the announcement."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from beacons.core import clock, letters
from beacons.core.sweeps import each
from beacons.core.workdays import add_working_days, day_in_london, is_working_day, last_noon, noon
from beacons.directory.models import Role, User
from beacons.rounds.models import Round, Stage
from panel.actions import announcement, decisions
from panel.chairing import WAY_OUT, Chairs
from panel.models import Appointment, Case, Decision
from panel.querysets.interests import bids_of_interest
from panel.rules.decisions import first_refusal_at, propose_again_until
from panel.statuses import CaseStatus
from panel.terms import RECENT

# A proposal that has waited so many working days is called to mind, and then once every working day.
WORKING_DAYS_TO_ANSWER = 1
# What should be over when a stage closes, by the statuses in which a case is late.
LATE = {
    Stage.Key.SHORTLIST: (CaseStatus.ASSIGNED, CaseStatus.SCORED, CaseStatus.MODERATED),
    Stage.Key.VERIFY: (CaseStatus.SHORTLISTED,),
    Stage.Key.DECISION: (CaseStatus.VERIFIED, CaseStatus.NOT_SHORTLISTED),
}


def announce_cases(at: datetime) -> int:
    """Announce, with its letters, every decided case whose instant has come."""
    return each(Case.objects.to_announce(at).order_by("pk"), announcement.announce, at=at)


def lapse_refused(at: datetime) -> int:
    """Decline what a body refused, once the time for a second proposal is over and nothing sent in time is on its way."""
    found = Decision.objects.refused().standing().prefetch_related("consents").order_by("pk")
    due = [
        decision
        for decision in found
        if (refused_at := first_refusal_at(decision))
        and at - clock.STRAGGLERS >= propose_again_until(refused_at)
    ]
    return each(due, decisions.lapse, at=at)


def tell_shortlist(at: datetime) -> int:
    """Each applicant its own result, once the stage has closed; the letter's kind does not say which."""
    closed = Round.objects.filter(
        stages__in=Stage.objects.closed_at(at).filter(
            key=Stage.Key.SHORTLIST, closes_on__gt=last_noon(at - RECENT)
        )
    )
    cases = (
        Case.objects.standing()
        .exclude(status=CaseStatus.ANNOUNCED)
        .filter(application__round__in=closed.values("pk"))
        .exclude(shortlisted_at__isnull=True, left_out_at__isnull=True)
        .for_list()
        .order_by("pk")
    )
    people = people_of({case.application.authority_id for case in cases})
    return letters.write_missing(
        "panel_shortlist",
        (
            (
                person,
                f"case-{case.pk}",
                {
                    "application": case.application,
                    "round": case.application.round,
                    "shortlisted": case.shortlisted_at is not None,
                },
            )
            for case in cases
            for person in (
                case.application.people()
                if case.application.councillor_id
                else people[case.application.authority_id]
            )
        ),
        at=at,
    )


def people_of(authorities: set[int]) -> dict[int, list[User]]:
    """Those who drafted or certify for these authorities now."""
    found: dict[int, list[User]] = defaultdict(list)
    users = User.objects.filter(
        memberships__authority__in=authorities,
        memberships__role__in=(Role.CERTIFIER, Role.DRAFTER),
        memberships__ended_at__isnull=True,
        is_active=True,
    )
    for user in users.distinct().prefetch_related("memberships").order_by("pk"):
        own = {hat.authority_id for hat in user.memberships.all() if hat.ended_at is None}
        for authority in own & authorities:
            found[authority].append(user)
    return found


def remind_signatories(at: datetime) -> int:
    """One letter a working day to each signatory, for all the proposals that wait for its body, and no verdict in it."""
    day = day_in_london(at)
    if not is_working_day(day) or last_noon(at) != day:
        return 0
    waited_since = noon(add_working_days(day, -WORKING_DAYS_TO_ANSWER))
    proposed = Decision.objects.unsettled().standing().filter(proposed_at__lte=waited_since)
    # On most days of a year nothing waits, and then nobody need be asked about.
    if not proposed.exists():
        return 0
    due = []
    for user in User.objects.with_role(Role.SIGNATORY).order_by("pk"):
        waiting: dict[int, int] = defaultdict(int)
        rounds: dict[int, Round] = {}
        for body in user.bodies_signed_for:
            found = (
                proposed.unanswered_by(body)
                .exclude(case__application__in=bids_of_interest(user).values("pk"))
                .select_related("case__application__round")
            )
            for decision in found:
                shown = decision.case.application.round
                rounds[shown.pk] = shown
                waiting[shown.pk] += 1
        due += [
            (user, f"{pk}:{day}", {"round": rounds[pk], "number": number}) for pk, number in waiting.items()
        ]
    return letters.write_missing("panel_answers_due", due, at=at)


def tell_chairs_of_delay(at: datetime) -> int:
    """The chair and the vice-chair hear once of what should be over when the stage closed, each for its own part."""
    due: list[tuple[Any, str, dict[str, Any]]] = []
    for key, statuses in LATE.items():
        stages = Stage.objects.closed_at(at).filter(key=key, closes_on__gt=last_noon(at - RECENT))
        for stage in stages.select_related("round"):
            late = Case.objects.of_round(stage.round).standing().filter(status__in=statuses)
            if key == Stage.Key.DECISION:
                late = late.filter(application__round__announcement__isnull=True)
            if not late.exists():
                continue
            for chair in Appointment.objects.active(at).chairs().filter(seat__round=stage.round).for_list():
                number = late.exclude(application__in=bids_of_interest(chair.user).values("pk")).count()
                if number:
                    context = {"round": stage.round, "stage": stage, "number": number}
                    due.append((chair.user, f"{stage.pk}:{stage.closes_on}", context))
    return letters.write_missing("panel_late", due, at=at)


def tell_office_of_no_chair(at: datetime) -> int:
    """The scheme manager hears of bids on which neither the chair nor the vice-chair may act."""
    judging = Round.objects.running(at).filter(
        stages__in=Stage.objects.filter(key=Stage.Key.SCORING, opens_on__lte=last_noon(at)),
        announcement__isnull=True,
    )
    due = []
    for found in judging:
        chairs = Chairs(found, at)
        if not chairs.holders:
            continue
        cases = Case.objects.of_round(found).standing().select_related("application").order_by("pk")
        without = [case.application for case in cases if chairs.acting(case.application_id) is None]
        if without:
            context = {"round": found, "applications": without, "way_out": WAY_OUT}
            key = f"{found.pk}:{'-'.join(str(bid.pk) for bid in without)}"
            due += [(person, key, context) for person in User.objects.with_role(Role.SCHEME_MANAGER)]
    return letters.write_missing("panel_no_chair", due, at=at)
