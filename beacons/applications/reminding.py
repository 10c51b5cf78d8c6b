"""Whom the clock reminds of a closing: authorities with something left to do, some working days before it.

What is left is one of four things: nothing is begun by a council that is expected to apply; a draft is not finished; a
finished one waits for those who certify; a certified one is not handed in. One letter says all of it to each person whom
it concerns. Whoever said that it will not apply, withdrew or handed in is left in peace.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from beacons.applications import expected, rules
from beacons.applications.models import Application, Extension, Reminder
from beacons.applications.querysets import OF_ITS_AUTHORITY
from beacons.applications.statuses import Status
from beacons.core.workdays import day_in_london
from beacons.directory.models import COUNCIL_ROLES, MEMBER_ROLES, Authority, Membership, Role, User
from beacons.rounds.models import Round, Stage
from beacons.rounds.timeline import reminder_due
from outcomes.models import Outcome

# Of what a draft lacks a letter names so much.
MOST_NAMED = 8


@dataclass(frozen=True)
class Due:
    """A closing of a round, and the day before it that has come: for all, or for the authorities with more time."""

    round: Round
    closes_at: datetime
    due_at: datetime
    # Whose closing it is; None for the round's own, which is everybody's who was given no more time.
    authority_id: int | None = None

    def unfinished(self, at: datetime) -> Any:
        """Begun before the day fell due."""
        mine = Application.objects.unfinished().filter(round=self.round, drafted_at__lt=self.due_at)
        longer = Extension.objects.running(at).filter(OF_ITS_AUTHORITY, round=self.round)
        if self.authority_id is None:
            return mine.filter(~Exists(longer))
        return mine.filter(Q(authority=self.authority_id) | Q(inherited_from=self.authority_id))

    def not_begun(self, at: datetime) -> QuerySet:
        """Expected since before the day fell due, with nothing begun."""
        rows = expected.not_begun(self.round, at)
        if self.round.needs_sign_up:
            rows = rows.filter(Q(signed_up_at__isnull=True) | Q(signed_up_at__lt=self.due_at))
        longer = Extension.objects.running(at).filter(round=self.round)
        if self.authority_id is None:
            return rows.exclude(authority__in=longer.values("authority"))
        return rows.filter(authority=self.authority_id)


@dataclass
class Left:
    """What one person is told is left to do for one authority."""

    to_start: list[Outcome] = field(default_factory=list)
    # Each with what it lacks, and how much more.
    to_finish: list[tuple[Application, list[str], int]] = field(default_factory=list)
    to_certify: list[Application] = field(default_factory=list)
    to_hand_in: list[Application] = field(default_factory=list)


def due(at: datetime) -> list[Due]:
    """The closings ahead whose reminder has fallen due: of each only the last one, so that late ones are sent once."""
    stages = Stage.objects.filter(key=Stage.Key.APPLICATIONS, round__reminds=True, round__approved_at__lte=at)
    found: list[tuple[Round, datetime, datetime, int | None]] = [
        (stage.round, stage.opens_at, stage.closes_at, None)
        for stage in stages.open_at(at).select_related("round")
    ]
    longer = Extension.objects.running(at).filter(round__reminds=True).select_related("round")
    for extension in longer.prefetch_related("round__stages"):
        opens_at = extension.round.stage_of(Stage.Key.APPLICATIONS).opens_at
        found.append((extension.round, opens_at, extension.until, extension.authority_id))
    return [
        Due(a_round, closes_at, instant, authority)
        for a_round, opens_at, closes_at, authority in found
        # On the day on which applications open everybody is written to anyway.
        if (instant := last_due(a_round, closes_at, at)) and instant > opens_at
    ]


def last_due(a_round: Round, closes_at: datetime, at: datetime) -> datetime | None:
    return reminder_due(day_in_london(closes_at), at, a_round.days_of_application_reminders)


def to_remind(at: datetime) -> Iterator[Authority]:
    """Authorities with something left to do that were not reminded for this day; each with `due`.

    Where nobody is registered nobody can be written to; whoever is registered later is written to then.
    """
    people = Membership.objects.active().filter(
        authority=OuterRef("pk"), role__in=(*COUNCIL_ROLES, *MEMBER_ROLES), user__is_active=True
    )
    for each in due(at):
        sent = Reminder.objects.filter(round=each.round, due_at=each.due_at, authority=OuterRef("pk"))
        unfinished = each.unfinished(at).filter(authority=OuterRef("pk")).order_by()
        not_begun = each.not_begun(at).filter(authority=OuterRef("pk")).order_by()
        late = Authority.objects.filter(Exists(unfinished) | Exists(not_begun))
        for authority in late.filter(Exists(people), ~Exists(sent)).order_by("pk"):
            authority.due = each  # type: ignore[attr-defined]
            yield authority


def what_is_left(authority: Authority, each: Due, at: datetime) -> dict[User, Left]:
    """By person. Of two who could do a thing, whoever it waits for is told."""
    found: dict[User, Left] = {}

    def tell(people: Any) -> Iterator[Left]:
        for person in people:
            yield found.setdefault(person, Left())

    outcomes = set(each.not_begun(at).filter(authority=authority).values_list("outcome", flat=True))
    to_start = list(Outcome.objects.filter(pk__in=outcomes).order_by("title"))
    for left in tell(writers(authority) if to_start else ()):
        left.to_start += to_start
    mine = each.unfinished(at).filter(authority=authority).for_progress()
    for application in mine.order_by("outcome__title", "pk"):
        if application.status == Status.CERTIFIED:
            for left in tell(application.people().order_by("pk")):
                left.to_hand_in.append(application)
        elif application.certifier_asked_at is not None:
            # Who was asked today has today's letter already.
            if day_in_london(application.certifier_asked_at) != day_in_london(at):
                for left in tell(application.certifiers().order_by("pk")):
                    left.to_certify.append(application)
        else:
            lacks = rules.reasons_incomplete(application)
            for left in tell(writers_of(application)):
                left.to_finish.append((application, lacks[:MOST_NAMED], max(0, len(lacks) - MOST_NAMED)))
    return found


def writers(authority: Authority) -> list[User]:
    """Its officers; where it has none, whoever certifies for it."""
    officers = list(User.objects.of_authority(authority.pk, Role.DRAFTER).order_by("pk"))
    return officers or list(User.objects.of_authority(authority.pk).order_by("pk"))


def writers_of(application: Application) -> list[User]:
    return list(application.people(Role.DRAFTER).order_by("pk")) or list(application.people().order_by("pk"))
