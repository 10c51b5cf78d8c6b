"""Who is expected to apply in a round, and how far each has come: what staff may know while drafts are sealed.

Three kinds of rows together are the list: applications, whatever became of them; councils that said they will not apply;
and councils that are expected and have begun nothing. Not a word of a draft is read here, not even its title.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from beacons.applications import admission, closings
from beacons.applications.deadline import day_in_words
from beacons.applications.models import Abstention, Answer, Application, DetailsVersion
from beacons.applications.statuses import HANDED_IN, STANDING, Status
from beacons.core.steps import Step
from beacons.core.workdays import day_in_london, time_left
from beacons.directory.models import COUNCIL_ROLES, MEMBER_ROLES, Authority, Membership
from beacons.rounds.models import Invitation, Round
from outcomes.models import SignUp

NOT_STARTED, ABSTAINS, DRAFTING, SENT_BACK, WAITING, CERTIFIED, SUBMITTED, WITHDRAWN, LAPSED = (
    "not_started", "abstains", "drafting", "sent_back", "waiting", "certified", "submitted", "withdrawn", "lapsed",
)  # fmt: skip
# In the order of the way, with the colour of each.
STATES = {
    NOT_STARTED: ("Not started", "red"),
    ABSTAINS: ("Will not apply", "grey"),
    DRAFTING: ("Drafting", "blue"),
    SENT_BACK: ("Sent back", "yellow"),
    WAITING: ("Waiting for certification", "yellow"),
    CERTIFIED: ("Certified, not submitted", "turquoise"),
    SUBMITTED: ("Submitted", "green"),
    WITHDRAWN: ("Withdrawn", "grey"),
    LAPSED: ("Lapsed at the closing", "grey"),
}
# Whose writing has something to say of how complete it is.
IN_WRITING = (DRAFTING, SENT_BACK, WAITING, CERTIFIED)

COLUMNS = ("since", "row", "area", "council", "about", "state")


@dataclass(frozen=True)
class Row:
    """One council and outcome, or one application, as the list shows it."""

    council: str
    code: str
    type: str
    region: str
    outcome: str
    category: str
    state: str
    percent: int | None
    last_at: datetime | None
    closes_at: datetime
    # Longer than the round gives others.
    has_more_time: bool
    has_people: bool
    # Once it is handed in, staff may read it.
    reference: str
    # Why a council will not apply, if it said so: it was asked on the office's behalf.
    why: str

    @property
    def words(self) -> str:
        return STATES[self.state][0]

    @property
    def colour(self) -> str:
        return STATES[self.state][1]

    @property
    def is_in_writing(self) -> bool:
        return self.state in IN_WRITING

    def closing(self, at: datetime) -> str:
        """'In 3 days'; the instant as well for whoever was given more time."""
        left = "Closed" if at >= self.closes_at else time_left(self.closes_at, at).capitalize()
        return f"{left}: more time, until {day_in_words(self.closes_at, at)}" if self.has_more_time else left


# Who is expected


def of_whom(a_round: Round) -> str:
    """In words: whom the list holds, for a round of this kind."""
    if a_round.is_for_councillors:
        return "Councillors apply for themselves in this round, so nobody is expected: the list holds those who began."
    if a_round.needs_sign_up:
        return (
            "Expected are the councils signed up to the round’s outcomes, with the bodies that joined them."
            " Others that have begun, such as a district or a council with a partner, stand among them."
        )
    if a_round.follows_id is not None:
        return "Expected are the councils that were awarded in the first phase, each for its outcome."
    return (
        "This round asks for no sign-up, so nobody has to apply. The list holds the councils that were invited,"
        " and those that have begun."
    )


def awaited(a_round: Round, at: datetime) -> QuerySet:
    """Rows with an authority and an outcome: each is expected to apply, or to say that it will not."""
    there = Authority.objects.existing_on(day_in_london(at))
    if a_round.is_for_councillors:
        return Invitation.objects.none()
    if a_round.needs_sign_up:
        return SignUp.objects.filter(outcome__rounds=a_round, authority__in=there)
    if a_round.follows_id is not None:
        return admission.admitting(at).filter(
            round=a_round.follows_id, outcome__rounds=a_round, authority__in=there
        )
    return Invitation.objects.filter(round=a_round, authority__in=there)


def same(a_round: Round, rows: QuerySet) -> Exists:
    """Is there one of these rows for the authority and outcome of the row outside?"""
    return Exists(
        rows.filter(round=a_round, outcome=OuterRef("outcome"), authority=OuterRef("authority")).order_by()
    )


def not_begun(a_round: Round, at: datetime) -> QuerySet:
    """Of those awaited: they have begun nothing, and have not said that they will not apply."""
    silent = ~same(a_round, Application.objects.all()) & ~same(a_round, Abstention.objects.standing())
    return awaited(a_round, at).filter(silent)


def abstaining(a_round: Round) -> QuerySet:
    """Whoever has said so, and has no application, whatever became of it."""
    return (
        Abstention.objects.standing().filter(round=a_round).filter(~same(a_round, Application.objects.all()))
    )


def begun(a_round: Round) -> Any:
    """Applications of the round, without those that were given up for another of the same council and outcome."""
    another = Application.objects.filter(
        Q(category=OuterRef("category")) | Q(category__isnull=True),
        Q(councillor=OuterRef("councillor")) | Q(councillor__isnull=True),
        Q(status__in=STANDING) | Q(pk__gt=OuterRef("pk")),
    ).exclude(pk=OuterRef("pk"))
    given_up = Q(status__in=[Status.WITHDRAWN, Status.LAPSED])
    return Application.objects.filter(round=a_round).exclude(given_up & Q(same(a_round, another)))


# The list


def state_of_application() -> Case:
    """In what state an application is; with `with_last_step()`."""
    return Case(
        When(status__in=HANDED_IN, then=Value(SUBMITTED)),
        When(status=Status.CERTIFIED, then=Value(CERTIFIED)),
        When(status=Status.WITHDRAWN, then=Value(WITHDRAWN)),
        When(status=Status.LAPSED, then=Value(LAPSED)),
        When(certifier_asked_at__isnull=False, then=Value(WAITING)),
        When(last_step="send_back", then=Value(SENT_BACK)),
        default=Value(DRAFTING),
    )


def parts(a_round: Round, at: datetime) -> list[QuerySet]:
    """The three kinds of rows, each with its `state`, to be narrowed alike and read together."""
    return [
        begun(a_round).with_last_step().annotate(state=state_of_application()),
        abstaining(a_round).annotate(state=Value(ABSTAINS)),
        not_begun(a_round, at).annotate(state=Value(NOT_STARTED)),
    ]


def tally(found: Sequence[QuerySet]) -> list[tuple[int, str, str, int]]:
    """(outcome, its title, state, how many), in one query: a few dozen rows."""
    counted = [
        part.order_by()
        .values("outcome", "outcome__title", "state")
        # A council may be admitted by two applications of a first phase.
        .annotate(number=Count("pk") if part.model is Application else Count("authority", distinct=True))
        .values_list("outcome", "outcome__title", "state", "number")
        for part in found
    ]
    return sorted(counted[0].union(*counted[1:], all=True), key=lambda line: line[1])


def together(found: Sequence[QuerySet]) -> QuerySet:
    """All the rows in the order of their councils' names, as one query that can be counted and cut.

    It is sorted whole for each page, so it carries only what says which rows these are.
    """
    applications, abstentions, others = found
    lists = [
        listed(applications, since=F("drafted_at"), row=F("pk")),
        listed(abstentions, since=F("said_at"), row=F("pk")),
        listed(others, since=Value(None, output_field=Abstention._meta.get_field("said_at")), row=Value(0)),
    ]
    read = [each.values_list(*COLUMNS) for each in lists]
    return read[0].union(*read[1:]).order_by("council", "about", "row")


def listed(rows: QuerySet, **own: Any) -> QuerySet:
    return rows.order_by().annotate(
        area=F("authority"),
        council=F("authority__name"),
        about=F("outcome__title"),
        **own,
    )


def rows(a_round: Round, shown: Iterable[Sequence[Any]]) -> list[Row]:
    """What stands in these lines of `together`. Three queries at most; the round comes with its extensions."""
    lines = [dict(zip(COLUMNS, line, strict=True)) for line in shown]
    begun = [line["row"] for line in lines if line["state"] not in (NOT_STARTED, ABSTAINS)]
    said = [line["row"] for line in lines if line["state"] == ABSTAINS]
    facts, reasons = facts_of(begun), reasons_of(said)
    councils = councils_of(a_round, {line["area"] for line in lines})
    found = []
    for line in lines:
        abstains = line["state"] == ABSTAINS
        further = {} if abstains or line["state"] == NOT_STARTED else facts[line["row"]]
        line |= councils[line["area"]]
        found.append(as_row(a_round, line, further, reasons[line["row"]] if abstains else ""))
    return found


def as_row(a_round: Round, line: dict[str, Any], further: dict[str, Any], why: str) -> Row:
    given = closings.given_until(a_round, {line["area"], further.get("inherited_from")})
    closes_at = closings.later(a_round, given)
    is_in_writing = line["state"] in IN_WRITING
    return Row(
        council=line["council"],
        code=line["code"],
        type=str(Authority.Kind(line["kind"]).label),
        region=line["region__name"] or "",
        outcome=line["about"],
        category=further.get("category__name") or "",
        state=line["state"],
        percent=further.get("progress__percent") if is_in_writing else None,
        last_at=further.get("last_at", line["since"]),
        closes_at=closes_at,
        has_more_time=closes_at > closings.of_round(a_round),
        has_people=line["has_people"],
        reference=further["reference"] if line["state"] == SUBMITTED else "",
        why=why,
    )


def councils_of(a_round: Round, authorities: Collection[int]) -> dict[int, dict[str, Any]]:
    """{id: what the list says of it besides its name}."""
    if not authorities:
        return {}
    roles = MEMBER_ROLES if a_round.is_for_councillors else COUNCIL_ROLES
    people = Membership.objects.active().filter(
        authority=OuterRef("pk"), role__in=roles, user__is_active=True
    )
    found = Authority.objects.filter(pk__in=authorities).order_by().annotate(has_people=Exists(people))
    known = found.values("pk", "code", "kind", "region__name", "has_people")
    return {line["pk"]: {**line} for line in known}


def reasons_of(abstentions: Sequence[int]) -> dict[int, str]:
    """{id: why}."""
    if not abstentions:
        return {}
    return dict(Abstention.objects.filter(pk__in=abstentions).values_list("pk", "why"))


def facts_of(applications: Sequence[int]) -> dict[int, dict[str, Any]]:
    """{id: what else may be known of it}. None of these columns holds a word that was written."""
    if not applications:
        return {}
    done = Step.objects.filter(
        subject_type=Application._meta.label_lower, subject_id=OuterRef("pk"), by_id__isnull=False
    )
    saved = {
        name: Subquery(model._base_manager.filter(application=OuterRef("pk")).order_by("-saved_at").values("saved_at")[:1])
        for name, model in (("answered_at", Answer), ("detailed_at", DetailsVersion))
    }  # fmt: skip
    found = Application.objects.filter(pk__in=applications).annotate(
        done_at=Subquery(done.order_by("-pk").values("at")[:1]), **saved
    )
    columns = ("pk", "reference", "inherited_from", "category__name", "progress__percent")
    times = ("drafted_at", "done_at", "answered_at", "detailed_at")
    return {
        line["pk"]: line | {"last_at": max(line[name] for name in times if line[name])}
        for line in found.values(*columns, *times)
    }
