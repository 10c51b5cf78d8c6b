"""From the panel's facts to the assignment problem and back: who would read what, how well it fits, what is in the way."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from beacons.applications.models import Application
from beacons.applications.statuses import Status
from beacons.directory.models import Authority
from beacons.rounds.models import Round
from panel.assignment import Assessor, Infeasible, assign, even_loads
from panel.models import Appointment, Assessment, Interest, Seat, SharingOut
from panel.rules.interests import authorities_of, employers_of, kind_of
from panel.statuses import SheetStatus

# How much a member's knowledge of the outcome weighs against an eye from another region.
KNOWS_THE_OUTCOME, ANOTHER_REGION = 3, 1
# How far loads may be from even before balance gives way: what is late or replaced cannot always be shared evenly.
SLACKS = (0, 1, 2, 4, None)
METHOD = "best fit, even loads; 2"
# So many pairs of an application and a member are weighed while a page is asked for; more are left to the clock.
AT_ONCE = 60_000


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
    # Nobody is given an application that they fit less than this.
    least_fit: int = 0
    # What is in hand and what was discharged, as (application, appointment), and which interests are noted.
    held: set[tuple[int, int]] = field(default_factory=set)
    discharged: set[tuple[int, int]] = field(default_factory=set)
    noted: set[tuple[int, int]] = field(default_factory=set)
    theirs: dict[int, list[Authority]] = field(default_factory=dict)
    employers: dict[int, dict[int, date | None]] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)
    shortfalls: list[tuple[int | None, str]] = field(default_factory=list)
    least: int = 0
    most: int | None = None
    # For a panel that is too large to wait for: has the clock worked out this very plan?
    is_worked_out: bool = True

    @property
    def is_large(self) -> bool:
        """Too large to be worked out while a page is asked for?"""
        return len(self.applications) * len(self.members) > AT_ONCE

    @property
    def new(self) -> list[Reading]:
        return [reading for reading in self.readings if reading.is_new]

    @property
    def inputs(self) -> str:
        """A digest of all that the plan rests on, so that a plan that was kept is known to be this one's."""
        knows = [
            (member.pk, member.seat.body, sorted(outcome.pk for outcome in member.expertise.all()))
            for member in self.members
        ]
        bids = [
            (
                bid.pk,
                bid.outcome_id,
                bid.authority_id,
                sorted(partner.authority_id or 0 for partner in bid.partners.all()),
            )
            for bid in self.applications
        ]
        ties = [
            (
                user,
                sorted(authority.pk for authority in theirs),
                sorted(map(str, self.employers[user].items())),
            )
            for user, theirs in sorted(self.theirs.items())
        ]
        facts = [self.round.assessors_each, self.least_fit, knows, bids, ties]
        sheets = [sorted(pairs) for pairs in (self.held, self.discharged, self.noted)]
        return hashlib.sha256(repr([METHOD, facts, sheets]).encode()).hexdigest()

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

    @cached_property
    def bids(self) -> dict[int, Application]:
        return {bid.pk: bid for bid in self.applications}

    @cached_property
    def seats(self) -> dict[int, Appointment]:
        return {member.pk: member for member in self.members}

    @cached_property
    def gone(self) -> dict[int, Appointment]:
        """Members who have left: what they had lodged still counts, and they are given nothing more."""
        left = {member for _, member in self.held} - set(self.seats)
        return {member.pk: member for member in Appointment.objects.filter(pk__in=left).for_list()}

    @cached_property
    def knows(self) -> dict[int, set[int]]:
        return {member.pk: {outcome.pk for outcome in member.expertise.all()} for member in self.members}

    @cached_property
    def regions(self) -> dict[int, set[int | None]]:
        return {
            member.pk: {authority.region_id for authority in self.theirs[member.user_id]}
            for member in self.members
        }

    def fits(self, bid: Application, member: int) -> tuple[tuple[str, int], ...]:
        """What speaks for giving this application to this member."""
        found = []
        if bid.outcome_id in self.knows[member]:
            found.append(("knows the outcome", KNOWS_THE_OUTCOME))
        if bid.authority.region_id not in self.regions[member]:
            found.append(("from another region", ANOTHER_REGION))
        return tuple(found)

    def reading(self, bid: int, member: int, *, is_new: bool) -> Reading:
        fits = self.fits(self.bids[bid], member) if member in self.seats else ()
        return Reading(self.bids[bid], self.seats.get(member) or self.gone[member], fits, is_new)


def draw_up(round: Round, *, at: datetime, least_fit: int = 0) -> Plan:
    """The best fit in which everything in hand stays where it is; the plan names what is infeasible and why.

    The plan of a panel that is too large to wait for is the one that the clock has worked out, if it has.
    """
    plan = gather(round, at=at, least_fit=least_fit)
    if plan.is_large:
        fill(plan, SharingOut.objects.newest(round, least_fit))
    else:
        solve(plan)
    return plan


def gather(round: Round, *, at: datetime, least_fit: int = 0) -> Plan:
    """The facts that a plan rests on, in a dozen queries whatever the size of the panel."""
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
        least_fit=least_fit,
    )
    users = {member.user_id: member.pk for member in plan.members}
    plan.theirs, plan.employers = authorities_of(users), employers_of(users)
    noted = Interest.objects.filter(application__round=round, appointment__user__in=users)
    plan.noted = {
        (bid, users[user])
        for bid, user in noted.values_list("application", "appointment__user")
        if bid in plan.bids
    }
    sheets = Assessment.objects.filter(
        case__application__round=round, case__application__status=Status.ELIGIBLE
    )
    for bid, member, status in sheets.values_list("case__application", "appointment", "status"):
        (plan.discharged if status == SheetStatus.DISCHARGED else plan.held).add((bid, member))
    return plan


def fill(plan: Plan, kept: SharingOut | None) -> None:
    """Take what the clock has worked out, if it rests on the same facts."""
    plan.is_worked_out = kept is not None and kept.found is not None and kept.inputs == plan.inputs
    if not plan.is_worked_out or kept is None or kept.found is None:
        return
    plan.least, plan.most = kept.found["least"], kept.found["most"]
    plan.shortfalls = [(application, reason) for application, reason in kept.found["shortfalls"]]
    plan.readings = [
        plan.reading(bid, member, is_new=is_new) for bid, member, is_new in kept.found["readings"]
    ]


def solve(plan: Plan, *, tell: Callable[[int], None] | None = None) -> None:
    """Work the plan out. `tell` hears how many degrees of evenness have been tried."""
    # Who was discharged from an application is not given it again.
    excluded = plan.noted | plan.discharged
    suits = {}
    for bid in plan.applications:
        for member in plan.members:
            user, pair = member.user_id, (bid.pk, member.pk)
            if kind_of(plan.theirs[user], bid, plan.employers[user]):
                excluded.add(pair)
            suits[pair] = sum(points for _, points in plan.fits(bid, member.pk))
    held = plan.held - excluded
    # Too little known of it takes no paper away that somebody has.
    excluded |= {pair for pair, fit in suits.items() if fit < plan.least_fit and pair not in held}
    in_hand = Counter(bid for bid, _ in held)
    k = plan.round.assessors_each
    short = [pk for pk in plan.bids if in_hand[pk] < k]
    complete = Counter(member for bid, member in held if in_hand[bid] >= k)
    locked = {(bid, member) for bid, member in held if in_hand[bid] < k}
    plan.readings = [plan.reading(bid, member, is_new=False) for bid, member in sorted(held)]
    if not short:
        return
    for tried, slack in enumerate(SLACKS, 1):
        wanted = len(plan.bids), len(plan.members), k
        least, most = even_loads(*wanted, slack=slack) if slack is not None else (0, None)
        assessors = [
            Assessor(
                member.pk,
                member.seat.body,
                max(0, least - complete[member.pk]),
                None if most is None else max(0, most - complete[member.pk]),
            )
            for member in plan.members
        ] + [Assessor(member.pk, member.seat.body, 0, 0) for member in plan.gone.values()]
        try:
            found = assign(short, assessors, k=k, affinity=suits, excluded=excluded, locked=locked)
        except Infeasible as infeasible:
            if slack is None:
                plan.shortfalls = [
                    (shortfall.application, _named(shortfall.application, shortfall.reason, plan.bids))
                    for shortfall in infeasible.shortfalls
                ]
            elif tell is not None:
                tell(tried)
        else:
            plan.least, plan.most = least, most
            plan.readings += [
                plan.reading(pair.application, pair.assessor, is_new=True)
                for pair in found.pairs
                if not pair.locked
            ]
            return


def _named(application: int | None, reason: str, bids: dict[int, Application]) -> str:
    if application is None:
        return reason
    bid = bids[application]
    return f"{bid.reference} ({bid.authority}) {reason}."
