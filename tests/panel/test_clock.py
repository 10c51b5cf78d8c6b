"""The panel's clock: declarations asked for, late marks chased, seals opened; each once, whatever ran before."""

from datetime import timedelta

import pytest

from beacons.core import clock
from beacons.core.letters import Letter
from beacons.core.workdays import add_working_days, day_in_london, noon
from panel import tasks
from panel.actions import sheets
from panel.models import Case, Interest
from tests import factories as make
from tests.panel.panels import a_panel, assigned, facts, lodge, lodge_all

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


def sweep(at):
    with clock.set_to(at):
        return tasks.sweep()


def letters(kind):
    return sorted(Letter.objects.filter(kind=kind).values_list("to", flat=True))


def days_before(panel, days):
    return noon(add_working_days(day_in_london(panel.closes_at), -days))


# Declarations


def test_members_are_asked_to_declare_when_applications_have_closed_and_once():
    panel = a_panel(bids=1)
    late = panel.members[0]
    late.declared_at = None
    late.save()
    closes = make.closing(panel.round, "applications")

    sweep(closes - TICK)
    assert letters("panel_declare") == []
    assert sweep(closes) == 1
    assert sweep(closes + timedelta(hours=5)) == 0

    assert letters("panel_declare") == [late.user.email]
    letter = Letter.objects.get(kind="panel_declare")
    assert panel.bids[0].title not in letter.body
    assert str(panel.bids[0].authority) not in letter.body
    assert "/declare/" in letter.body


def test_interests_are_found_from_the_closing_of_applications():
    panel = a_panel(bids=1)
    make.MembershipFactory(user=panel.members[0].user, role="drafter", authority=panel.bids[0].authority)
    closes = make.closing(panel.round, "applications")

    sweep(closes - TICK)
    assert not Interest.objects.exists()
    sweep(closes)

    assert Interest.objects.get().kind == "own"


# Reminders


@pytest.mark.parametrize("days", [3, 1])
def test_members_are_reminded_three_working_days_and_one_before(days):
    panel = assigned(bids=2)
    due = days_before(panel, days)
    Letter.objects.all().delete()

    sweep(due - TICK)
    before = len(letters("panel_marks_due"))
    sweep(due)
    sweep(due + timedelta(minutes=1))

    readers = sorted(member.user.email for member in panel.members if member.assessments.exists())
    assert before == (0 if days == 3 else len(readers))
    assert letters("panel_marks_due")[:: 2 if before else 1] == readers
    newest = Letter.objects.filter(kind="panel_marks_due").last()
    assert "noon on 2 April 2026" in newest.body


def test_a_clock_that_was_stopped_sends_the_last_reminder_alone():
    panel = assigned(bids=1)

    sweep(days_before(panel, 1))

    assert len(letters("panel_marks_due")) == 3


def test_who_has_lodged_everything_is_not_reminded():
    panel = assigned(bids=1)
    done = panel.sheets()[0]
    lodge(done, at=panel.during)

    sweep(days_before(panel, 3))

    assert done.appointment.user.email not in letters("panel_marks_due")
    assert len(letters("panel_marks_due")) == 2


def test_a_longer_time_has_reminders_of_its_own():
    panel = assigned(bids=1)
    sheet = panel.sheets()[0]
    until = noon(add_working_days(day_in_london(panel.closes_at), 2))
    sheets.extend(
        sheet, until=until, why="Ill.", by=panel.chair.user, at=panel.closes_at - timedelta(hours=1)
    )

    sweep(until - timedelta(hours=30))

    mine = Letter.objects.filter(kind="panel_marks_due", to=sheet.appointment.user.email)
    assert mine.count() == 1
    assert "noon on 8 April 2026" in mine.get().body


# Late marks


def test_the_chairs_hear_of_late_marks_at_closing_and_once():
    panel = assigned(bids=1)
    lodge(panel.sheets()[0], at=panel.during)

    sweep(panel.closes_at - TICK)
    assert letters("panel_marks_late") == []
    sweep(panel.closes_at)
    sweep(panel.closes_at + timedelta(minutes=1))

    assert letters("panel_marks_late") == sorted([panel.chair.user.email, panel.vice.user.email])
    body = Letter.objects.filter(kind="panel_marks_late").first().body
    assert body.count(panel.bids[0].reference) == 2
    assert str(panel.sheets()[0].appointment.user) not in body


def test_a_chair_with_an_interest_is_not_told_of_that_bid():
    panel = assigned(bids=1)
    make.InterestFactory(appointment=panel.chair, application=panel.bids[0])

    sweep(panel.closes_at)

    assert letters("panel_marks_late") == [panel.vice.user.email]


def test_a_longer_time_is_chased_when_it_ends():
    panel = assigned(bids=1)
    for sheet in panel.sheets()[1:]:
        lodge(sheet, at=panel.during)
    until = panel.closes_at + timedelta(days=1)
    late = panel.sheets()[0]
    sheets.extend(late, until=until, why="Ill.", by=panel.chair.user, at=panel.closes_at - TICK)

    sweep(until - TICK)
    assert letters("panel_marks_late") == []
    sweep(until)

    assert len(letters("panel_marks_late")) == 2


# Seals


def test_seals_open_at_closing_where_all_is_lodged_and_once():
    panel = assigned(bids=2)
    lodge_all(panel, 0)
    lodge(panel.sheets(1)[0], at=panel.during)

    sweep(panel.closes_at - TICK)
    assert Case.objects.sealed().count() == 2
    sweep(panel.closes_at)

    assert (panel.case(0).status, panel.case(1).status) == ("scored", "assigned")
    assert sweep(panel.closes_at) == 0


def test_the_last_late_sheet_lets_the_seal_open():
    panel = assigned(bids=1)
    first, *rest = panel.sheets()
    for sheet in rest:
        lodge(sheet, at=panel.during)
    until = panel.closes_at + timedelta(days=1)
    sheets.extend(first, until=until, why="Ill.", by=panel.chair.user, at=panel.closes_at)
    sweep(panel.closes_at + timedelta(hours=1))
    assert panel.case().is_sealed

    lodge(first, at=until - TICK)
    sweep(until - TICK)

    assert panel.case().status == "scored"


def test_a_seal_without_both_bodies_waits_for_a_reader():
    panel = a_panel(bids=1)
    case = make.CaseFactory(application=panel.bids[0])
    for member in panel.members[:2]:
        lodge(make.AssessmentFactory(case=case, appointment=member), at=panel.during)

    sweep(panel.closes_at)
    assert facts(case).is_sealed
    at = panel.closes_at + timedelta(hours=1)
    added = sheets.add(
        case,
        panel.members[2],
        why="One of the LGA.",
        until=at + timedelta(days=1),
        by=panel.chair.user,
        at=at,
    )
    lodge(added, at=at)
    sweep(at)

    assert facts(case).status == "scored"


def test_a_withdrawn_application_takes_its_case_along():
    panel = assigned(bids=2)
    panel.bids[0].status = "withdrawn"
    panel.bids[0].save()

    assert sweep(panel.during) == 1
    assert sweep(panel.during) == 0

    assert (panel.case(0).status, panel.case(1).status) == ("withdrawn", "assigned")
    for sheet in panel.sheets(0):
        assert sheet.appointment.user.email not in letters("panel_marks_late")
