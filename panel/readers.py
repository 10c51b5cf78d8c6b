"""From the panel's facts to the assignment problem and back: who would read what, how well it fits, what is in the way."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from beacons.applications.models import Application
from beacons.applications.statuses import Status
from beacons.directory.models import Authority
from beacons.rounds.models import Round
from panel.assignment import Assessor, Infeasible, assign, even_loads
from panel.models import Appointment, Assessment, Interest, Seat
from panel.rules.interests import authorities_of, employers_of, kind_of
from panel.statuses import SheetStatus

# How much a member's knowledge of the outcome weighs against an eye from another region.
KNOWS_THE_OUTCOME, ANOTHER_REGION = 3, 1
# How far loads may be from even before balance gives way: what is late or replaced cannot always be shared evenly.
SLACKS = (0, 1, 2, 4)


@dataclass(frozen=True)
class Reading:
    """One member with one application, and why they fit."""

    application: Application
    member: Appointment
    fits: tuple[tuple[str, int], ...]
    is_new: bool

    @property
    def fit(self) -> int:
        return sum(points for _, points in self.fits)

    @property
    def sum(self) -> str:
        """The fit as a sum that a person can check."""
        return " + ".join(f"{points} {why}" for why, points in self.fits) or "nothing in common"


@dataclass(frozen=True)
class Load:
    """What one member reads altogether."""

    member: Appointment
    before: int
    new: int

    @property
    def total(self) -> int:
        return self.before + self.new


@dataclass
class Plan:
    """Who reads what: what is in hand stays, what is missing is added."""

    round: Round
    applications: list[Application]
    members: list[Appointment]
    undeclared: list[Appointment]
    unchecked: int
    readings: list[Reading] = field(default_factory=list)
    shortfalls: list[tuple[int | None, str]] = field(default_factory=list)
    least: int = 0
    most: int | None = None

    @property
    def new(self) -> list[Reading]:
        return [reading for reading in self.readings if reading.is_new]

    @property
    def digest(self) -> str:
        """Names this very plan, so that nothing else is carried out than what was looked at."""
        pairs = sorted(
            (reading.application.pk, reading.member.pk, reading.is_new) for reading in self.readings
        )
        return hashlib.sha256(repr(pairs).encode()).hexdigest()[:16]

    @property
    def loads(self) -> list[Load]:
        before = Counter(reading.member.pk for reading in self.readings if not reading.is_new)
        new = Counter(reading.member.pk for reading in self.new)
        return [Load(member, before[member.pk], new[member.pk]) for member in self.members]

    def readers(self, application: Application) -> list[Reading]:
        return [reading for reading in self.readings if reading.application.pk == application.pk]

    def reasons(self, hidden: Iterable[int] = ()) -> list[str]:
        """What is in the way; an application that the reader may not know of is not named."""
        hidden = set(hidden)
        return [
            "One application that is not shown to you, because you have an interest in it, cannot be shared out."
            if application in hidden
            else reason
            for application, reason in self.shortfalls
        ]


def draw_up(round: Round, *, at: datetime) -> Plan:
    """The best fit in which everything in hand stays where it is; the plan names what is infeasible and why."""
    everyone = list(
        Appointment.objects.active(at)
        .filter(seat__round=round, seat__kind=Seat.Kind.MEMBER)
        .for_list()
        .prefetch_related("expertise")
        .order_by("user__name", "pk")
    )
    plan = Plan(
        round=round,
        applications=list(
            Application.objects.filter(round=round, status=Status.ELIGIBLE)
            .select_related("authority__region", "outcome", "round")
            .prefetch_related("partners__authority")
            .order_by("reference")
        ),
        members=[member for member in everyone if member.declared_at],
        undeclared=[member for member in everyone if not member.declared_at],
        unchecked=Application.objects.filter(round=round, status=Status.SUBMITTED).count(),
    )
    _solve(plan)
    return plan


def fits(
    member: Appointment, theirs: Iterable[Authority], application: Application
) -> tuple[tuple[str, int], ...]:
    """What speaks for giving this application to this member."""
    found = []
    if application.outcome_id in {outcome.pk for outcome in member.expertise.all()}:
        found.append(("knows the outcome", KNOWS_THE_OUTCOME))
    if application.authority.region_id not in {authority.region_id for authority in theirs}:
        found.append(("from another region", ANOTHER_REGION))
    return tuple(found)


def _solve(plan: Plan) -> None:
    members = {member.pk: member for member in plan.members}
    bids = {bid.pk: bid for bid in plan.applications}
    users = [member.user_id for member in plan.members]
    theirs, employers = authorities_of(users), employers_of(users)
    suits = {
        (bid.pk, member.pk): fits(member, theirs[member.user_id], bid)
        for bid in plan.applications
        for member in plan.members
    }
    seats = {member.user_id: member.pk for member in plan.members}
    noted = Interest.objects.filter(application__in=bids, appointment__user__in=seats)
    excluded = {(bid, seats[user]) for bid, user in noted.values_list("application", "appointment__user")} | {
        (bid.pk, member.pk)
        for bid in plan.applications
        for member in plan.members
        if kind_of(theirs[member.user_id], bid, employers[member.user_id])
    }
    sheets = list(
        Assessment.objects.filter(case__application__in=bids).values_list(
            "case__application", "appointment", "status"
        )
    )
    # Who was discharged from an application is not given it again.
    excluded |= {(bid, member) for bid, member, status in sheets if status == SheetStatus.DISCHARGED}
    held = {(bid, member) for bid, member, status in sheets if status != SheetStatus.DISCHARGED} - excluded
    in_hand = Counter(bid for bid, _ in held)
    k = plan.round.assessors_each
    short = [pk for pk in bids if in_hand[pk] < k]
    complete = Counter(member for bid, member in held if in_hand[bid] >= k)
    locked = {(bid, member) for bid, member in held if in_hand[bid] < k}
    # What a member who has left had lodged still counts; such a member is given nothing more.
    gone = {
        member.pk: member
        for member in Appointment.objects.filter(
            pk__in={member for _, member in held} - set(members)
        ).for_list()
    }
    plan.readings = [
        Reading(bids[bid], members.get(member) or gone[member], suits.get((bid, member), ()), False)
        for bid, member in sorted(held)
    ]
    if not short:
        return
    for slack in (*SLACKS, None):
        least, most = even_loads(len(bids), len(members), k, slack=slack) if slack is not None else (0, None)
        assessors = [
            Assessor(
                member.pk,
                member.seat.body,
                max(0, least - complete[member.pk]),
                None if most is None else max(0, most - complete[member.pk]),
            )
            for member in plan.members
        ] + [Assessor(member.pk, member.seat.body, 0, 0) for member in gone.values()]
        try:
            found = assign(
                short,
                assessors,
                k=k,
                affinity={pair: sum(points for _, points in why) for pair, why in suits.items()},
                excluded=excluded,
                locked=locked,
            )
        except Infeasible as infeasible:
            if slack is None:
                plan.shortfalls = [
                    (shortfall.application, _named(shortfall.application, shortfall.reason, bids))
                    for shortfall in infeasible.shortfalls
                ]
        else:
            plan.least, plan.most = least, most
            plan.readings += [
                Reading(
                    bids[pair.application],
                    members[pair.assessor],
                    suits[pair.application, pair.assessor],
                    True,
                )
                for pair in found.pairs
                if not pair.locked
            ]
            return


def _named(application: int | None, reason: str, bids: dict[int, Application]) -> str:
    if application is None:
        return reason
    bid = bids[application]
    return f"{bid.reference} ({bid.authority}) {reason}."
