"""Two at once, held at a gate until both have read: one lodging, one of discharge and lodging, one sharing out."""

import threading
from datetime import timedelta

import pytest

from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from panel.actions import interests, seats, sheets
from panel.models import Assessment, Case, Mark
from panel.rules import sheets as rules
from panel.statuses import SHEET
from tests import factories as make
from tests.panel.panels import a_panel, assigned, facts, lodge, marks
from tests.reliability.racing import at_once, errors

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def panel():
    return assigned(bids=1)


@pytest.fixture
def ready(panel):
    """A sheet that only wants lodging."""
    sheet = panel.sheets()[0]
    return sheets.save_marks(sheet, marks(panel.round), by=sheet.appointment.user, at=panel.during)


def statuses(panel):
    return sorted(Assessment.objects.filter(case=panel.case()).values_list("status", flat=True))


def test_lodged_twice_at_once_is_lodged_once(panel, ready):
    by = ready.appointment.user

    results = at_once(*[lambda: sheets.lodge(ready, by=by, at=panel.during)] * 5, gate=ready.case)

    refused = errors(results)
    assert len(refused) == 4
    assert all(isinstance(error, Refused) for error in refused)
    assert Step.objects.of(ready).filter(step="lodge").count() == 1


def test_without_the_locks_the_same_gate_lets_them_all_through(panel, ready):
    """The negative control: what reads first and writes later, without asking again, lodges as often as one likes."""

    def careless():
        sheet = Assessment.objects.get(pk=ready.pk)
        if not SHEET.may(sheet, "lodge"):
            raise Refused("Lodged already.")
        Assessment.objects.filter(pk=sheet.pk).update(status="lodged", lodged_at=panel.during)

    results = at_once(*[careless] * 5, gate=ready)

    assert errors(results) == []


def test_lodging_and_discharging_at_once_leaves_one_of_them(panel, ready):
    results = at_once(
        lambda: sheets.lodge(ready, by=ready.appointment.user, at=panel.during),
        lambda: sheets.discharge(
            next(s for s in panel.sheets() if s.pk == ready.pk),
            why="Ill.",
            by=panel.chair.user,
            at=panel.during,
        ),
        gate=ready.case,
    )

    assert len(errors(results)) == 1
    assert facts(ready).status in ("lodged", "discharged")
    assert (facts(ready).lodged_at is not None) == (facts(ready).status == "lodged")


def test_two_discharges_at_once_never_leave_too_few_readers(panel):
    first, second, third = panel.sheets()

    results = at_once(
        *[
            lambda sheet=sheet: sheets.discharge(sheet, why="Ill.", by=panel.chair.user, at=panel.during)
            for sheet in (first, second, third)
        ],
        gate=first.case,
    )

    assert len(errors(results)) >= 2
    bodies = [sheet.body for sheet in panel.sheets() if sheet.status == "open"]
    assert set(bodies) == {"clg", "lga"}


def test_reopening_and_opening_the_seal_at_once_never_open_a_seal_over_an_open_sheet(panel):
    for sheet in panel.sheets():
        lodge(sheet, at=panel.during)
    sheet, at = panel.sheets()[0], panel.closes_at

    results = at_once(
        lambda: sheets.reopen(sheet, why="Asked.", by=panel.chair.user, at=at),
        lambda: sheets.open_seal(panel.case(), by=None, at=at),
        gate=sheet.case,
    )

    assert len(errors(results)) == 1
    assert panel.case().is_sealed == ("open" in statuses(panel))


def test_an_interest_declared_while_marks_are_saved_leaves_no_sheet_with_an_interest(panel, ready):
    member, bid = ready.appointment, panel.bids[0]

    at_once(
        lambda: interests.declare(member, {bid.pk: "I advised them."}, by=member.user, at=panel.during),
        lambda: sheets.lodge(ready, by=member.user, at=panel.during),
        gate=ready.case,
    )

    assert facts(ready).status == "discharged"
    assert facts(ready).lodged_at is None


def test_papers_shared_out_twice_at_once_are_shared_out_once():
    panel = a_panel(bids=3)

    results = at_once(
        *[lambda: sheets.assign(panel.round, by=panel.chair.user, at=panel.opens_at)] * 3, gate=panel.round
    )

    assert len(errors(results)) == 2
    assert Case.objects.count() == 3
    assert Assessment.objects.count() == 9


def test_an_interest_declared_while_papers_are_shared_out_is_kept_clear_of():
    panel = a_panel(bids=2, clg=3, lga=3)
    member, bid = panel.members[0], panel.bids[0]

    results = at_once(
        lambda: interests.declare(member, {bid.pk: "I advised them."}, by=member.user, at=panel.opens_at),
        lambda: sheets.assign(panel.round, by=panel.chair.user, at=panel.opens_at),
        gate=panel.round,
    )

    assert errors(results) == []
    assert not Assessment.objects.counting().filter(appointment=member, case__application=bid).exists()


@pytest.mark.parametrize("act", ["declares", "leaves"])
def test_nobody_is_given_a_further_paper_while_declaring_an_interest_or_leaving(monkeypatch, act):
    panel = a_panel(bids=1, clg=3, lga=3)
    sheets.assign(panel.round, by=panel.chair.user, at=panel.opens_at)
    bid, case = panel.bids[0], panel.case()
    given = set(case.assessments.values_list("appointment", flat=True))
    member = next(member for member in panel.members if member.pk not in given)

    def comes_between():
        if act == "leaves":
            return seats.end_appointment(member, why="Moves away.", by=None, at=panel.during)
        return interests.declare(member, {bid.pk: "I advised them."}, by=member.user, at=panel.during)

    asked, results = rules.reasons_not_to_add, []
    thread = threading.Thread(target=lambda: results.extend(at_once(comes_between)), daemon=True)

    def slowly(*about, **facts):
        reasons = asked(*about, **facts)
        thread.start()
        thread.join(1)
        return reasons

    monkeypatch.setattr(rules, "reasons_not_to_add", slowly)
    sheets.add(case, member, why="A third reader.", by=panel.chair.user, at=panel.during)
    thread.join(30)

    assert len(results) == 1
    assert errors(results) == []
    assert not Assessment.objects.counting().filter(appointment=member).exists()


def test_the_last_two_approvals_at_once_make_the_round():
    round = make.a_round(approved_at=None)
    at = round.plan[0].opens_at - timedelta(days=5)
    chair, vice = (
        make.seated(round, kind="chair", agreed_at=at),
        make.seated(round, kind="vice_chair", agreed_at=at),
    )
    for body in ("clg", "lga"):
        make.SeatFactory(round=round, body=body)
    for body in ("clg", "lga"):
        seats.approve_round(round, part=body, by=make.signatory(body), at=at)

    results = at_once(
        lambda: seats.approve_round(round, part="chair", by=chair.user, at=at),
        lambda: seats.approve_round(round, part="vice_chair", by=vice.user, at=at),
        gate=round,
    )

    assert errors(results) == []
    assert facts(round).approved_at == at


def test_saved_in_two_windows_at_once_one_is_told(panel):
    sheet = panel.sheets()[0]
    by, seen = sheet.appointment.user, dict.fromkeys(marks(panel.round), sheets.NOTHING)

    results = at_once(
        *[
            lambda score=score: sheets.save_marks(
                sheet, marks(panel.round, score), by=by, at=panel.during, seen=seen
            )
            for score in (1, 5)
        ],
        gate=sheet.case,
    )

    (told,) = errors(results)
    assert isinstance(told, sheets.Overtaken)
    assert len(told.marks) == 3
    assert len(set(Mark.objects.values_list("score", flat=True))) == 1
