"""While papers are declared, marked and opened."""

from collections import defaultdict
from datetime import datetime, timedelta

from beacons.core import letters
from beacons.core.sweeps import each
from beacons.core.workdays import add_working_days, day_in_london, last_noon, noon
from beacons.rounds.models import Round
from panel.actions import interests, sheets
from panel.models import Appointment, Assessment, Case
from panel.querysets.interests import bids_of_interest
from panel.rules.interests import missing

# A reminder goes so many working days before the time for a sheet ends.
REMINDERS = (1, 3)
# No three working days are further apart than this, whatever holidays fall between them.
LONGEST = timedelta(days=9)


def note_interests(at: datetime) -> int:
    """Who began to act for whom since: papers that this member may no longer see are gone already."""
    judging = Round.objects.running(at).filter(
        stages__key="applications",
        stages__closes_on__lte=last_noon(at),
        seats__appointments__agreed_at__isnull=False,
    )
    return each(judging.distinct(), interests.find, at=at, when=lambda found: missing(found, at=at))


def withdraw_cases(at: datetime) -> int:
    return each(Case.objects.to_withdraw(), sheets.withdraw, at=at)


def open_seals(at: datetime) -> int:
    return each(Case.objects.to_open(at).order_by("pk"), sheets.open_seal, at=at)


def ask_for_declarations(at: datetime) -> int:
    """When applications have closed, members are asked for the interests they have in them."""
    noon_past = last_noon(at)
    waiting = (
        Appointment.objects.active(at)
        .filter(
            declared_at__isnull=True,
            seat__round__approved_at__isnull=False,
            seat__round__in=Round.objects.filter(
                stages__key="applications", stages__closes_on__lte=noon_past
            ),
        )
        .filter(seat__round__in=Round.objects.filter(stages__key="scoring", stages__closes_on__gt=noon_past))
        .for_list()
        .prefetch_related("seat__round__stages")
    )
    return letters.write_missing(
        "panel_declare",
        (
            (
                member.user,
                str(member.pk),
                {"round": member.seat.round, "opens_at": member.seat.round.stage_of("scoring").opens_at},
            )
            for member in waiting
        ),
        at=at,
    )


def remind_members(at: datetime) -> int:
    """Three working days and one before the time ends: one letter for all the sheets a member has to lodge by then."""
    open_sheets: dict[tuple[int, datetime], list[Assessment]] = defaultdict(list)
    due_soon = Assessment.objects.due_before(at, at + LONGEST).for_list()
    for sheet in due_soon.prefetch_related("case__application__round__stages"):
        open_sheets[sheet.appointment_id, sheet.due_at].append(sheet)
    letters_due = []
    for (member, due_at), theirs in open_sheets.items():
        days = next(
            (days for days in REMINDERS if at >= noon(add_working_days(day_in_london(due_at), -days))), None
        )
        if days is not None:
            context = {"round": theirs[0].case.application.round, "number": len(theirs), "due_at": due_at}
            key = f"{member}:{due_at.isoformat()}:{days}"
            letters_due.append((theirs[0].appointment.user, key, context))
    return letters.write_missing("panel_marks_due", letters_due, at=at)


def tell_chairs_of_late_marks(at: datetime) -> int:
    """The chair and the vice-chair hear of what is not lodged, each without the bids of an interest."""
    late: dict[tuple[Round, datetime], list[Assessment]] = defaultdict(list)
    overdue = Assessment.objects.overdue(at).for_list().order_by("case__application__reference", "pk")
    for sheet in overdue.prefetch_related("case__application__round__stages"):
        late[sheet.case.application.round, sheet.due_at].append(sheet)
    letters_due = []
    for (of_round, due_at), theirs in late.items():
        for chair in Appointment.objects.active(at).chairs().filter(seat__round=of_round).for_list():
            hidden = set(bids_of_interest(chair.user).values_list("pk", flat=True))
            told = [sheet for sheet in theirs if sheet.case.application_id not in hidden]
            if told:
                context = {"round": of_round, "sheets": told, "due_at": due_at}
                letters_due.append((chair.user, f"{of_round.pk}:{due_at.isoformat()}", context))
    return letters.write_missing("panel_marks_late", letters_due, at=at)
