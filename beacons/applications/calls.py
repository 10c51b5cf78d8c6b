"""What an authority may apply for: each outcome of a round that takes applications is a call to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet, Value

from beacons.applications import admission, closings
from beacons.applications.models import Abstention, Application, Extension
from beacons.applications.statuses import STANDING
from beacons.directory.models import Authority
from beacons.rounds.models import Category, Round, Stage
from outcomes.models import Outcome, SignUp


@dataclass(frozen=True)
class Call:
    """One outcome of one round, as one authority meets it."""

    round: Round
    outcome: Outcome
    authority: Authority
    in_round: bool
    # The areas among its own and its county's that are signed up.
    signed_up: frozenset[int]
    # Its applications for this outcome in this round, whatever became of them.
    applications: Sequence[Application] = field(default_factory=list)
    # In a second phase: its application of the first whose award opens this call to it.
    admitting: Application | None = None
    # It said that it will not apply, and has not taken that back.
    abstains: bool = False

    @property
    def closes_at(self) -> datetime:
        """When applications of this authority close."""
        return closings.Deadline(self.round, self.authority).closes_at

    @property
    def needs_partner(self) -> bool:
        """May it apply only with a partner that is signed up?"""
        return self.round.needs_sign_up and not self.signed_up

    @property
    def is_shut(self) -> bool:
        """Is this the second phase of a programme in whose first the authority was not awarded for this outcome?"""
        return self.round.follows_id is not None and self.admitting is None

    @property
    def why(self) -> str:
        """Why the authority may apply without a partner; empty if it may not."""
        if self.admitting is not None:
            return f"Your application {self.admitting.reference} was awarded in the first phase."
        if self.round.open_to == self.round.OpenTo.ANY:
            return "This round is open to every authority."
        if self.authority.pk in self.signed_up:
            return "Your area is signed up to this outcome."
        if self.signed_up:
            return f"{self.authority.county} is signed up to this outcome."
        return ""

    @property
    def standing(self) -> list[Application]:
        return [application for application in self.applications if application.status in STANDING]

    def standing_in(self, category: Category | None) -> Application | None:
        """The application that stands in the way of another in this category."""
        wanted = category.pk if category else None
        return next((bid for bid in self.standing if bid.category_id == wanted), None)

    @property
    def free_categories(self) -> list[Category]:
        taken = {bid.category_id for bid in self.standing}
        return [category for category in self.round.categories.all() if category.pk not in taken]

    @property
    def is_taken(self) -> bool:
        """Is there nothing left to begin here?"""
        return not self.free_categories if self.round.categories.all() else bool(self.standing)


def areas(authority: Authority) -> set[int]:
    """Whose sign-up counts for an authority: its own, and its county's."""
    return {authority.pk, authority.area_id}


def signed_up(outcome: Outcome, authorities: Iterable[Authority]) -> bool:
    """Is one of these authorities, or its county, signed up to the outcome?"""
    return bool(those_signed_up(outcome, authorities))


def those_signed_up(outcome: Outcome, authorities: Iterable[Authority]) -> list[Authority]:
    """Those of these authorities that are signed up to the outcome, or whose county is; one query."""
    authorities = list(authorities)
    found = set(sign_ups(outcome, authorities).values_list("authority_id", flat=True))
    return [authority for authority in authorities if areas(authority) & found]


def sign_ups(outcome: Outcome, authorities: Iterable[Authority]) -> QuerySet[SignUp]:
    """What signs one of these authorities up to the outcome."""
    wanted = set().union(*(areas(authority) for authority in authorities))
    return SignUp.objects.filter(outcome=outcome, authority_id__in=wanted)


def taking_part(application: Application) -> list[Authority]:
    """The authorities that bid together: the one that leads, and its partners; not the bodies that are none."""
    named = [partner.authority for partner in application.partners.all() if partner.authority]
    return [application.authority, *named]


def entitled(application: Application) -> list[Authority]:
    """Those that take part and are signed up to its outcome, or whose county is."""
    together, known = taking_part(application), application.areas_signed_up
    if known is None:
        return those_signed_up(application.outcome, together)
    return [authority for authority in together if areas(authority) & known]


def taking_applications(authorities: Iterable[Authority], at: datetime) -> list[Round]:
    """Approved rounds that take applications of one of these authorities, at least, at this instant."""
    open_stages = Stage.objects.filter(key=Stage.Key.APPLICATIONS).open_at(at)
    more_time = Extension.objects.running(at).filter(authority__in=authorities)
    found = Round.objects.approved().filter(
        Q(stages__in=open_stages) | Q(extensions__in=more_time), approved_at__lte=at
    )
    found = found.exclude(open_to=Round.OpenTo.COUNCILLORS)
    return list(
        found.distinct()
        .prefetch_related("stages", "outcomes", "categories", "extensions")
        .select_related("follows")
        .order_by("name")
    )


def may_want_time(a_round: Round, at: datetime) -> QuerySet[Authority]:
    """The authorities that may apply without a partner, and those that have begun a bid."""
    if a_round.open_to == Round.OpenTo.ANY:
        return Authority.objects.all()
    if a_round.follows_id is not None:
        return admission.admitted(a_round.follows_id, at)
    signed_up = SignUp.objects.filter(outcome__rounds=a_round).values("authority")
    begun = Application.objects.filter(round=a_round).values("authority")
    return Authority.objects.filter(Q(pk__in=signed_up) | Q(county__in=signed_up) | Q(pk__in=begun))


def open_to(authorities: Sequence[Authority], at: datetime) -> list[Call]:
    """Every call to these authorities, in the order of authority, round and outcome; a fixed number of queries."""
    rounds = taking_applications(authorities, at)
    wanted = {pk for authority in authorities for pk in areas(authority)}
    sign_ups, abstaining = signed_up_and_abstaining(rounds, wanted)
    bids: dict[tuple[int, int, int], list[Application]] = {}
    for bid in Application.objects.filter(round__in=rounds, authority__in=authorities).order_by("reference"):
        bids.setdefault((bid.round_id, bid.outcome_id, bid.authority_id), []).append(bid)
    admitted = {
        (bid.round_id, bid.outcome_id, bid.authority_id): bid
        for bid in admission.of_phase([a_round.follows_id for a_round in rounds], authorities, at)
    }
    found = [
        Call(
            round=a_round,
            outcome=outcome,
            authority=authority,
            in_round=True,
            signed_up=frozenset(pk for pk in areas(authority) if (outcome.pk, pk) in sign_ups),
            applications=bids.get((a_round.pk, outcome.pk, authority.pk), []),
            admitting=admitted.get((a_round.follows_id, outcome.pk, authority.pk))
            if a_round.follows_id
            else None,
            abstains=(a_round.pk, outcome.pk, authority.pk) in abstaining,
        )
        for authority in authorities
        for a_round in rounds
        for outcome in a_round.outcomes.all()
    ]
    return [call for call in found if at < call.closes_at and not call.is_shut]


def signed_up_and_abstaining(
    rounds: Sequence[Round], authorities: Iterable[int]
) -> tuple[set[tuple[int, int]], set[tuple[int, int, int]]]:
    """Who is signed up, as (outcome, authority), and who will not apply, as (round, outcome, authority): one query.

    A sign-up is to an outcome and to no round: it has 0 in its place.
    """
    signed_up = SignUp.objects.filter(outcome__rounds__in=rounds, authority_id__in=authorities)
    abstaining = Abstention.objects.standing().filter(round__in=rounds, authority_id__in=authorities)
    said = signed_up.order_by().values_list(Value(0), "outcome_id", "authority_id")
    rows = set(said.union(abstaining.order_by().values_list("round_id", "outcome_id", "authority_id")))
    return {(outcome, authority) for a_round, outcome, authority in rows if not a_round}, {
        row for row in rows if row[0]
    }


def call(a_round: Round, outcome: Outcome, authority: Authority, at: datetime) -> Call:
    """The one call, read afresh."""
    admitting = admission.of_phase([a_round.follows_id], [authority], at) if a_round.follows_id else []
    return Call(
        round=a_round,
        outcome=outcome,
        authority=authority,
        in_round=a_round.outcomes.filter(pk=outcome.pk).exists(),
        signed_up=frozenset(
            SignUp.objects.filter(outcome=outcome, authority_id__in=areas(authority)).values_list(
                "authority_id", flat=True
            )
        ),
        applications=list(
            Application.objects.filter(round=a_round, outcome=outcome, authority=authority).order_by(
                "reference"
            )
        ),
        admitting=next((bid for bid in admitting if bid.outcome_id == outcome.pk), None),
        abstains=Abstention.objects.standing()
        .filter(round=a_round, outcome=outcome, authority=authority)
        .exists(),
    )
