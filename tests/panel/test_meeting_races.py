"""Two acts in a meeting at one moment. A second connection holds the row until both wait for it, then lets go."""

import pytest
from django.db import IntegrityError, transaction

from beacons.core.lifecycle import Refused
from beacons.core.models import Step
from panel.actions import meetings
from panel.models import Item, Mark, MarkChange, Meeting
from tests import factories as make
from tests.applications.test_races import at_once
from tests.panel.judged import judged
from tests.panel.meetings import called, decided, item_of, opened, own_mark
from tests.panel.panels import facts
from tests.panel.test_moderation import set_scores

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def refusals(results):
    return [result for result in results if isinstance(result, Refused)]


def test_two_chairs_call_two_items_at_one_moment_and_one_is_told_that_it_moved_on():
    house, meeting = opened(2)
    make.InterestFactory(appointment=house.chair, application=house.bids[1])
    at, seen = house.closes_at, meeting.turn

    results = at_once(
        meeting,
        lambda: meetings.call(item_of(house, 0), by=house.chairing, at=at, seen=seen),
        lambda: meetings.call(item_of(house, 1), by=house.vice.user, at=at, seen=seen),
    )

    [refused] = refusals(results)
    assert "moved on" in str(refused)
    assert Item.objects.filter(status="called").count() == 1
    assert facts(meeting).turn == seen + 1


def test_the_gate_lets_both_through_where_nobody_looks_and_the_database_keeps_one():
    """The negative control: without the lock, and without what the page had seen, only the constraint stands."""
    _, meeting = opened(2)

    def careless(pk):
        def act():
            with transaction.atomic():
                if not Item.objects.filter(status="called").exists():
                    Meeting.objects.select_for_update().get(pk=meeting.pk)
                    Item.objects.filter(pk=pk).update(status="called")

        return act

    results = at_once(meeting, *[careless(pk) for pk in meeting.items.values_list("pk", flat=True)])

    assert [type(result) for result in results if result is not None] == [IntegrityError]
    assert Item.objects.filter(status="called").count() == 1


def test_an_item_is_decided_once():
    house, meeting = opened(1)
    item, at = called(house), house.closes_at

    results = at_once(
        meeting,
        *[
            lambda said=said: meetings.decide(
                item, recommendation="keep", said=said, by=house.chairing, at=at
            )
            for said in ("One.", "Two.")
        ],
    )

    assert len(refusals(results)) == 1
    assert Step.objects.filter(step="moderate").count() == 1
    assert house.case().moderation_note == item_of(house).said


def test_a_mark_changed_in_two_windows_is_changed_once():
    house, meeting = opened(1)
    called(house)
    mark, by = own_mark(house)

    results = at_once(
        meeting,
        *[
            lambda score=score: meetings.change_mark(
                item_of(house),
                Mark.objects.get(pk=mark.pk),
                score=score,
                cannot_judge=False,
                why="Table 3.",
                by=by,
                at=house.closes_at,
                seen=0,
            )
            for score in (2, 3)
        ],
    )

    [refused] = refusals(results)
    assert "changed in another window" in str(refused)
    kept = MarkChange.objects.get()
    assert (kept.number, kept.new_score) == (1, facts(mark).score)


def test_no_mark_is_changed_after_the_decision_of_that_moment():
    house, meeting = opened(1)
    item, at = called(house), house.closes_at
    mark, by = own_mark(house)

    results = at_once(
        meeting,
        lambda: meetings.decide(item, recommendation="keep", said="s", by=house.chairing, at=at),
        lambda: meetings.change_mark(
            item_of(house), mark, score=3, cannot_judge=False, why="w", by=by, at=at, seen=0
        ),
    )

    decided = Step.objects.get(step="decide")
    changed = Step.objects.filter(step="change").first()
    assert len(refusals(results)) == (changed is None)
    assert changed is None or changed.pk < decided.pk


def test_notes_of_two_windows_are_written_over_by_neither():
    house, _ = opened(1)
    item, at = item_of(house), house.closes_at

    results = at_once(
        item,
        *[
            lambda notes=notes: meetings.take_notes(item, notes=notes, seen=0, by=house.chairing, at=at)
            for notes in ("One.", "Two.")
        ],
    )

    assert len(refusals(results)) == 1
    assert facts(item).notes_version == 1


def test_no_note_lands_after_the_minutes_were_approved():
    house, meeting = opened(1)
    at = house.closes_at
    decided(house)
    meetings.close(meeting, by=house.chairing, at=at)

    results = at_once(
        meeting,
        lambda: meetings.approve(meeting, by=house.chairing, at=at),
        lambda: meetings.take_notes(item_of(house), notes="Late.", seen=0, by=house.chairing, at=at),
    )

    approved = Step.objects.get(step="approve")
    noted = Step.objects.filter(step="take_notes").first()
    assert len(refusals(results)) == (noted is None)
    assert noted is None or noted.pk < approved.pk
    assert item_of(house).notes == ("" if noted is None else "Late.")


def test_what_a_member_asks_while_the_agenda_is_made_is_on_it():
    house = judged(2)
    at, case = house.closes_at, house.case()

    results = at_once(
        house.round,
        lambda: meetings.prepare(house.round, by=house.chairing, at=at),
        lambda: meetings.ask_to_talk(case, reason="Year two?", by=house.members[0].user, at=at),
    )

    assert refusals(results) == []
    assert ["concern", "A member asks: Year two?"] in item_of(house).why


def test_two_agendas_made_at_one_moment_are_one():
    house = judged(1)
    set_scores(house.case(), "value", [1, 4, 4])

    results = at_once(
        house.round, *[lambda: meetings.prepare(house.round, by=house.chairing, at=house.closes_at)] * 2
    )

    assert len(refusals(results)) == 1
    assert Meeting.objects.count() == 1
