"""Score sheets: who may mark what and until when, to the microsecond; lodging, more time, discharge, reopening."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from beacons.applications.overtaking import NOWHERE, Page
from beacons.core import invariants
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from panel.actions import seats, sheets
from panel.models import Assessment, Mark, Note
from panel.statuses import SheetStatus
from tests import factories as make
from tests.panel.panels import a_panel, assigned, facts, lodge, lodge_all, marks, opened

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)
WHY = "The member is ill."


@pytest.fixture
def panel():
    return assigned(bids=1)


@pytest.fixture
def sheet(panel):
    return panel.sheets()[0]


def refused(reason, act, *args, **kwargs):
    with pytest.raises(Refused, match=reason) as raised:
        act(*args, **kwargs)
    return raised.value


@pytest.mark.parametrize(("instant", "allowed"), [(-TICK, True), (timedelta(0), False), (TICK, False)])
def test_marks_are_saved_until_the_very_instant_at_which_scoring_closes(panel, sheet, instant, allowed):
    by, at = sheet.appointment.user, panel.closes_at + instant

    if allowed:
        sheets.save_marks(sheet, marks(panel.round), by=by, at=at)
        sheets.lodge(sheet, by=by, at=at)
    else:
        refused(
            "The time for this sheet ended at noon",
            sheets.save_marks,
            sheet,
            marks(panel.round),
            by=by,
            at=at,
        )
        refused("The time for this sheet ended", sheets.lodge, sheet, by=by, at=at)

    assert Mark.objects.count() == (3 if allowed else 0)
    assert facts(sheet).status == (SheetStatus.LODGED if allowed else SheetStatus.OPEN)


@pytest.mark.parametrize(("instant", "allowed"), [(-TICK, True), (timedelta(0), False)])
def test_more_time_ends_at_its_own_instant(panel, sheet, instant, allowed):
    until = panel.closes_at + timedelta(days=2, hours=3)
    sheets.extend(sheet, until=until, why=WHY, by=panel.chair.user, at=panel.closes_at + timedelta(hours=1))

    if allowed:
        lodge(sheet, at=until + instant)
    else:
        refused(
            "ended",
            sheets.save_marks,
            sheet,
            marks(panel.round),
            by=sheet.appointment.user,
            at=until + instant,
        )

    assert facts(sheet).status == (SheetStatus.LODGED if allowed else SheetStatus.OPEN)


def test_nothing_is_marked_before_scoring_opens():
    panel = a_panel(bids=1)
    case = make.CaseFactory(application=panel.bids[0])
    sheet = make.AssessmentFactory(case=case, appointment=panel.members[0])

    with pytest.raises(Refused, match="Scoring has not opened"):
        sheets.save_marks(sheet, marks(panel.round), by=panel.members[0].user, at=panel.opens_at - TICK)

    assert list(sheet.marks.all()) == []
    sheets.save_marks(sheet, marks(panel.round), by=panel.members[0].user, at=panel.opens_at)
    assert sheet.marks.count() == panel.round.criteria.count()


def test_nobody_marks_anothers_sheet(panel, sheet):
    for other in (panel.sheets()[1].appointment.user, panel.chair.user, make.scheme_manager()):
        refused("Only the member", sheets.save_marks, sheet, marks(panel.round), by=other, at=panel.during)
        refused("Only the member", sheets.lodge, sheet, by=other, at=panel.during)

    assert Mark.objects.count() == 0


def test_a_draft_may_be_as_thin_as_one_likes_and_loses_nothing(panel, sheet):
    first, second, third = panel.round.criteria.all()
    by = sheet.appointment.user

    sheets.save_marks(
        sheet,
        {first.pk: (4, False, ""), second.pk: (None, False, "Half a thought"), third.pk: (None, False, "")},
        by=by,
        at=panel.during,
    )
    sheets.save_marks(sheet, {third.pk: (None, True, "No figures are given.")}, by=by, at=panel.during + TICK)

    kept = Mark.objects.order_by("criterion__position").values_list("score", "cannot_judge", "reason")
    assert list(kept) == [
        (4, False, ""),
        (None, False, "Half a thought"),
        (None, True, "No figures are given."),
    ]
    refusal = refused("Outcomes", sheets.lodge, sheet, by=by, at=panel.during)
    assert refusal.reasons == [
        "Outcomes: write your reason.",
        "Can be transferred: give a mark, or say that you cannot judge it.",
    ]
    assert facts(sheet).status == SheetStatus.OPEN


@pytest.mark.parametrize("score", [-1, 6, 2.5, "3", True])
def test_marks_off_the_scale_are_refused(panel, sheet, score):
    refused(
        "whole number from 0 to 5",
        sheets.save_marks, sheet, marks(panel.round, score), by=sheet.appointment.user, at=panel.during,
    )  # fmt: skip

    assert Mark.objects.count() == 0


def test_nought_is_a_mark_and_cannot_judge_is_none(panel, sheet):
    lodge(sheet, at=panel.during, score=0)
    lodge(panel.sheets()[1], at=panel.during, score=None)

    assert set(Mark.objects.filter(assessment=sheet).values_list("score", "cannot_judge")) == {(0, False)}
    others = Mark.objects.exclude(assessment=sheet)
    assert set(others.values_list("score", "cannot_judge")) == {(None, True)}


def test_a_mark_cannot_both_be_and_not_be(panel, sheet):
    criterion = panel.round.criteria.first()

    with pytest.raises(Refused, match="not both"):
        sheets.save_marks(
            sheet, {criterion.pk: (3, True, "Both.")}, by=sheet.appointment.user, at=panel.during
        )

    assert list(sheet.marks.all()) == []


def test_a_criterion_of_another_round_is_refused(panel, sheet):
    strange = make.CriterionFactory(round=make.a_round())

    with pytest.raises(Refused, match="not this round's"):
        sheets.save_marks(
            sheet, {strange.pk: (3, False, "Good.")}, by=sheet.appointment.user, at=panel.during
        )

    assert list(sheet.marks.all()) == []


def test_a_sheet_saved_in_another_window_is_not_overwritten_unread(panel, sheet):
    by, at = sheet.appointment.user, panel.during
    first, *rest = panel.round.criteria.all()
    blank = dict.fromkeys(marks(panel.round), sheets.NOTHING)
    sheets.save_marks(sheet, {first.pk: (5, False, "")}, by=by, at=at, seen=blank)

    refusal = refused(
        "something else in another window",
        sheets.save_marks, sheet, marks(panel.round, 1), by=by, at=at, seen=blank,
    )  # fmt: skip

    assert {pk: mark.said for pk, mark in refusal.marks.items()} == {first.pk: (5, False, "")}
    assert list(Mark.objects.values_list("criterion", "score")) == [(first.pk, 5)]
    # Saved each for itself, what nobody overtook is saved.
    overtaken, standing = sheets.save_each_mark(
        sheet, marks(panel.round, 1), by=by, at=at, seen=blank, page=Page("a", 1)
    )
    assert set(overtaken) == {first.pk}
    saved = sheets.fingerprint(*marks(panel.round, 1)[first.pk])
    assert standing == {first.pk: sheets.fingerprint(5, False, "")} | {one.pk: saved for one in rest}
    # What was not touched since it was shown is no conflict.
    shown = {first.pk: sheets.fingerprint(2, False, "")}
    sheets.save_marks(sheet, {first.pk: (2, False, "")}, by=by, at=at, seen=shown)
    assert Mark.objects.get(criterion=first).score == 5


def test_a_page_never_overtakes_itself_and_its_sendings_keep_their_order(panel, sheet):
    """An acknowledgement that is lost, and two sendings that overtake each other on the way."""
    by, at = sheet.appointment.user, panel.during
    first = panel.round.criteria.first()
    blank = {first.pk: sheets.NOTHING}

    def send(score, turn, page="mine"):
        said = {first.pk: (score, False, f"Thought {turn}.")}
        overtaken, _ = sheets.save_each_mark(sheet, said, by=by, at=at, seen=blank, page=Page(page, turn))
        return bool(overtaken), Mark.objects.get(criterion=first).score

    assert send(1, 1) == (False, 1)
    assert send(3, 3) == (False, 3)
    assert send(2, 2) == (False, 3)
    assert send(4, 4, page="another") == (True, 3)


def test_a_note_is_kept_in_every_version_and_written_over_nothing_unread(panel, sheet):
    by, at = sheet.appointment.user, panel.during

    def note(text, seen=None, page=NOWHERE):
        return sheets.note(sheet, text, by=by, at=at, seen=seen, page=page).number

    assert note("First.", seen=0, page=Page("a", 1)) == 1
    assert note("First.", seen=0, page=Page("b", 1)) == 1
    assert note("First, and more.", seen=0, page=Page("a", 2)) == 2
    refusal = refused("another note in another window", note, "Second.", seen=1, page=Page("b", 2))
    assert refusal.note.text == "First, and more."
    assert note("Second.", seen=2, page=Page("b", 3)) == 3
    assert note("", seen=3) == 4

    kept = list(Note.objects.order_by("number").values_list("text", flat=True))
    assert kept == ["First.", "First, and more.", "Second.", ""]
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Note.objects.update(text="Other.")
    assert not Step.objects.filter(subject_type="panel.note").exists()


def test_notes_go_on_after_lodging_and_end_with_the_paper(panel, sheet):
    by = sheet.appointment.user
    lodge(sheet, at=panel.during)
    sheets.note(sheet, "To be said in the meeting.", by=by, at=panel.closes_at + TICK)
    for other in (panel.sheets()[1].appointment.user, panel.chair.user, make.scheme_manager(), None):
        refused("not, or no longer, yours", sheets.note, sheet, "Mine.", by=other, at=panel.during)
    refused("characters at most", sheets.note, sheet, "x" * 20_001, by=by, at=panel.during)

    make.InterestFactory(appointment=sheet.appointment, application=panel.bids[0])

    refused("not, or no longer, yours", sheets.note, sheet, "More.", by=by, at=panel.during)
    assert list(Note.objects.values_list("text", flat=True)) == ["To be said in the meeting."]
    assert not Note.objects.visible_to(by, panel.during).exists()


def test_a_lodged_sheet_is_closed_to_its_member_too(panel, sheet):
    lodge(sheet, at=panel.during)

    refused(
        "You have lodged",
        sheets.save_marks,
        sheet,
        marks(panel.round, 5),
        by=sheet.appointment.user,
        at=panel.during,
    )
    refused("You have lodged", sheets.lodge, sheet, by=sheet.appointment.user, at=panel.during)

    assert Step.objects.of(sheet).filter(step="lodge").count() == 1
    assert set(Mark.objects.values_list("score", flat=True)) == {3}


def test_a_member_whose_appointment_ended_marks_nothing_more(panel, sheet):
    seats.end_appointment(sheet.appointment, why="Moved abroad.", by=None, at=panel.during)

    with pytest.raises(Refused, match="do not hold a seat"):
        sheets.save_marks(sheet, marks(panel.round), by=sheet.appointment.user, at=panel.during + TICK)

    assert list(sheet.marks.all()) == []


def test_a_withdrawn_application_is_marked_no_more_even_before_the_clock_saw_it(panel, sheet):
    panel.bids[0].status = "withdrawn"
    panel.bids[0].save()

    refused(
        "withdrawn", sheets.save_marks, sheet, marks(panel.round), by=sheet.appointment.user, at=panel.during
    )
    case = sheets.withdraw(panel.case(), by=None, at=panel.during)
    refused("withdrawn", sheets.lodge, sheet, by=sheet.appointment.user, at=panel.during)

    assert case.status == "withdrawn"


def test_a_case_is_withdrawn_only_with_its_application(panel):
    with pytest.raises(Refused, match="was not withdrawn"):
        sheets.withdraw(panel.case(), by=None, at=panel.during)

    assert panel.case().status == "assigned"


# What the chair may do


def test_reopening_gives_the_sheet_back_and_tells_its_member(panel, sheet):
    lodge(sheet, at=panel.during)

    sheets.reopen(sheet, why="Asked for it.", by=panel.chair.user, at=panel.during + TICK)

    assert (facts(sheet).status, facts(sheet).lodged_at) == (SheetStatus.OPEN, None)
    assert Mark.objects.filter(assessment=sheet).count() == 3
    assert Letter.objects.filter(kind="panel_reopened", to=sheet.appointment.user.email).count() == 1
    assert Step.objects.of(sheet).with_words().get(step="reopen").words.why == "Asked for it."


def test_after_the_seal_opened_nothing_is_reopened_extended_or_discharged(panel):
    opened(panel)
    sheet, at = panel.sheets()[0], panel.closes_at + timedelta(hours=1)

    refused("seal", sheets.reopen, sheet, why=WHY, by=panel.chair.user, at=at)
    refused("seal", sheets.extend, sheet, until=at + timedelta(days=1), why=WHY, by=panel.chair.user, at=at)
    refused("seal", sheets.discharge, sheet, why=WHY, by=panel.chair.user, at=at)

    assert facts(sheet).status == SheetStatus.LODGED


def test_more_time_lies_ahead_past_the_closing_and_before_the_shortlists(panel, sheet):
    shortlist = make.closing(panel.round, "shortlist")
    late = panel.closes_at + timedelta(days=2)
    for until, reason in [
        (late - TICK, "must lie ahead"),
        (shortlist + TICK, "The shortlist closes at noon"),
    ]:
        refused(reason, sheets.extend, sheet, until=until, why=WHY, by=panel.chair.user, at=late)
    refused(
        "in any case",
        sheets.extend,
        sheet,
        until=panel.closes_at,
        why=WHY,
        by=panel.chair.user,
        at=panel.during,
    )
    refused("Say why", sheets.extend, sheet, until=shortlist, why=" ", by=panel.chair.user, at=late)

    sheets.extend(sheet, until=shortlist, why=WHY, by=panel.chair.user, at=late)

    assert facts(sheet).extended_to == shortlist


def test_of_two_remaining_sheets_of_one_body_none_can_be_discharged(panel):
    by_body = {sheet.body: sheet for sheet in panel.sheets()}
    lonely = next(
        sheet for sheet in panel.sheets() if [s.body for s in panel.sheets()].count(sheet.body) == 1
    )
    spare = next(sheet for sheet in panel.sheets() if sheet.body != lonely.body)

    refused("none of", sheets.discharge, lonely, why=WHY, by=panel.chair.user, at=panel.during)
    sheets.discharge(spare, why=WHY, by=panel.chair.user, at=panel.during)
    rest = next(s for s in panel.sheets() if s.status == "open" and s.pk != lonely.pk)
    refused("none of", sheets.discharge, rest, why=WHY, by=panel.chair.user, at=panel.during)

    assert len(by_body) == 2
    assert [s.status for s in panel.sheets()].count("discharged") == 1


def test_a_lodged_sheet_is_not_discharged(panel, sheet):
    lodge(sheet, at=panel.during)

    with pytest.raises(Refused, match="not lodged"):
        sheets.discharge(sheet, why=WHY, by=panel.chair.user, at=panel.during)

    assert facts(sheet).status == "lodged"


def test_a_further_reader_after_closing_needs_a_time_of_their_own(panel):
    late = panel.closes_at + timedelta(hours=1)
    spare = next(m for m in panel.members if not m.assessments.exists())

    refused("say until when", sheets.add, panel.case(), spare, why=WHY, by=panel.chair.user, at=late)
    added = sheets.add(
        panel.case(), spare, why=WHY, until=late + timedelta(days=1), by=panel.chair.user, at=late
    )
    refused(
        "already", sheets.add, panel.case(), spare, why=WHY, until=late + timedelta(days=1), by=None, at=late
    )

    lodge(added, at=late + timedelta(hours=2))
    assert Letter.objects.filter(kind="panel_added", to=spare.user.email).count() == 1


@pytest.mark.parametrize("fault", ["chair", "stranger", "undeclared", "interest"])
def test_a_further_reader_must_be_free_to_read(panel, fault):
    spare = next(m for m in panel.members if not m.assessments.exists())
    if fault == "chair":
        spare = panel.chair
    elif fault == "stranger":
        spare = make.seated(make.a_round(), body="lga")
    elif fault == "undeclared":
        spare.declared_at = None
        spare.save()
    else:
        make.MembershipFactory(user=spare.user, authority=panel.bids[0].authority)

    with pytest.raises(Refused):
        sheets.add(panel.case(), spare, why=WHY, by=panel.chair.user, at=panel.during)

    assert Assessment.objects.filter(case=panel.case()).count() == 3


# The seal


def test_a_seal_opens_when_scoring_has_closed_and_all_is_lodged(panel):
    lodge_all(panel)

    refused("no seal opens before", sheets.open_seal, panel.case(), by=None, at=panel.closes_at - TICK)
    case = sheets.open_seal(panel.case(), by=None, at=panel.closes_at)

    assert (case.status, case.is_sealed) == ("scored", False)
    refused("is open", sheets.open_seal, case, by=None, at=panel.closes_at)


def test_one_missing_sheet_keeps_the_seal(panel):
    for sheet in panel.sheets()[:2]:
        lodge(sheet, at=panel.during)

    refused("1 of 3 sheets not lodged", sheets.open_seal, panel.case(), by=None, at=panel.closes_at)

    assert panel.case().is_sealed


def test_two_sheets_of_one_body_do_not_open_a_seal():
    panel = a_panel(bids=1)
    case = make.CaseFactory(application=panel.bids[0])
    for member in panel.members[:2]:
        lodge(make.AssessmentFactory(case=case, appointment=member), at=panel.during)

    with pytest.raises(Refused, match="none of LGA"):
        sheets.open_seal(case, by=None, at=panel.closes_at)

    make.AssessmentFactory(case=case, appointment=panel.members[2], status="discharged")
    with pytest.raises(Refused, match="none of LGA"):
        sheets.open_seal(case, by=None, at=panel.closes_at)

    assert facts(case).status == "assigned"


def test_an_independents_sheet_counts_for_neither_body():
    panel = a_panel(bids=1, independent=1)
    case = make.CaseFactory(application=panel.bids[0])
    for member in (panel.members[0], panel.members[4]):
        lodge(make.AssessmentFactory(case=case, appointment=member), at=panel.during)

    with pytest.raises(Refused, match="none of LGA"):
        sheets.open_seal(case, by=None, at=panel.closes_at)

    assert facts(case).status == "assigned"


def test_what_was_done_breaks_no_promise(panel):
    opened(panel)

    assert [told for told in invariants.broken() if told.startswith("panel.")] == []
