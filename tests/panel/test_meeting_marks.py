"""Marks that are changed while the meeting talks of an application."""

import pytest
from django.db import IntegrityError, transaction

from beacons.core import invariants
from beacons.core.lifecycle import Refused
from panel.actions import ranking
from panel.models import MarkChange, Ranking
from panel.reckoning import Scope
from panel.standings import standing_of
from tests.panel.meetings import called, change, decided, everybody_here, opened, own_mark
from tests.panel.panels import facts

pytestmark = pytest.mark.django_db


def test_a_reader_changes_its_mark_with_a_reason_and_the_old_one_is_kept():
    house, _ = opened(1)
    called(house)
    mark, by = own_mark(house)
    was = mark.score

    change(house, mark, by)

    kept = MarkChange.objects.get()
    assert (kept.old_score, kept.new_score, kept.why) == (was, 3, "Table 3 answers it.")
    assert facts(mark).score == 3
    assert facts(mark).reason == mark.reason


def test_a_mark_is_changed_again_and_every_one_of_them_is_kept():
    house, _ = opened(1)
    called(house)
    mark, by = own_mark(house)

    change(house, mark, by, 3)
    change(house, mark, by, None, cannot_judge=True)

    assert list(MarkChange.objects.order_by("number").values_list("number", "old_score", "new_score")) == [
        (1, 1, 3),
        (2, 3, None),
    ]
    assert (facts(mark).score, facts(mark).cannot_judge) == (None, True)
    assert [told for told in invariants.broken() if "hange" in told or "Mark" in told] == []


def test_the_kept_mark_is_changed_by_nobody():
    house, _ = opened(1)
    called(house)
    change(house, *own_mark(house))

    for harm in (lambda: MarkChange.objects.update(old_score=5), lambda: MarkChange.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            harm()


@pytest.mark.parametrize(
    ("facts_of", "words"),
    [
        ({"why": " "}, "Say what in the talk"),
        ({"score": 1}, "the mark that it has"),
        ({"score": 6}, "between 0 and 5"),
        ({"seen": 1}, "changed in another window"),
    ],
)
def test_a_mark_is_not_changed_without_a_reason_or_a_change(facts_of, words):
    house, _ = opened(1)
    called(house)
    mark, by = own_mark(house)

    with pytest.raises(Refused, match=words):
        change(house, mark, by, **facts_of)

    assert facts(mark).score == mark.score
    assert not MarkChange.objects.exists()


def test_marks_change_only_while_they_are_talked_about():
    house, _ = opened(1)
    mark, by = own_mark(house)
    with pytest.raises(Refused, match="only while the meeting talks"):
        change(house, mark, by)
    decided(house)

    with pytest.raises(Refused, match="only while the meeting talks"):
        change(house, mark, by)


def test_nobody_changes_another_s_mark_nor_an_absent_one_its_own():
    house, meeting = opened(1)
    called(house)
    mark, by = own_mark(house)
    other = house.sheets()[1].appointment.user

    with pytest.raises(Refused, match="by whoever gave it"):
        change(house, mark, other)
    everybody_here(house, meeting, absent=[mark.assessment.appointment])
    with pytest.raises(Refused, match="not noted among those who are here"):
        change(house, mark, by)


def test_the_standing_takes_the_new_mark_and_calibration_the_first():
    house, _ = opened(2)
    called(house)
    before = Ranking.objects.latest("pk")
    mark, by = own_mark(house)

    change(house, mark, by, 4)

    after = ranking.fitting(Scope.whole(house.round), at=house.closes_at)
    assert after.pk != before.pk
    old, new = (found.rows.get(case=house.case()) for found in (before, after))
    assert new.shown > old.shown
    assert not new.to_discuss
    assert (new.calibrated, new.expected_rank) == (old.calibrated, old.expected_rank)
    assert standing_of(house.case()).shown == new.shown
