"""Criteria and questions are the panel's until applications open; then they are everybody's, and locked."""

from datetime import timedelta

import pytest

from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.rounds import actions, rules
from beacons.rounds.models import Criterion, Question
from tests.rounds.made import AT, approved, set_up

pytestmark = pytest.mark.django_db
MOMENT = timedelta(microseconds=1)


def weights(round):
    return dict(round.criteria.values_list("key", "weight"))


@pytest.mark.parametrize(("off", "allowed"), [(-MOMENT, True), (timedelta(0), False), (MOMENT, False)])
def test_criteria_and_questions_lock_at_the_instant_applications_open(off, allowed):
    round = approved()
    at = round.stage_of("applications").opens_at + off
    locked = [
        "Criteria and questions are locked since applications opened at noon on Monday 8 February 2027."
    ]

    assert rules.reasons_not_to_edit(round, at=at) == ([] if allowed else locked)
    criterion, question = round.criteria.first(), round.questions.first()
    criterion.name, question.text = "Figures", "What changed?"
    for save, row in ((actions.save_criteria, criterion), (actions.save_questions, question)):
        if allowed:
            save(round, keep=[row], remove=[], by=None, at=at)
        else:
            with pytest.raises(Refused, match="locked since"):
                save(round, keep=[row], remove=[], by=None, at=at)
    assert Criterion.objects.filter(name="Figures").exists() is allowed
    assert Question.objects.filter(text="What changed?").exists() is allowed


def test_weights_change_together_and_add_up():
    round = set_up()
    value, leadership = round.criteria.get(key="value"), round.criteria.get(key="leadership")
    value.weight, leadership.weight = 10, 1

    with pytest.raises(Refused, match="The weights add up to 101; they must add up to 100"):
        actions.save_criteria(round, keep=[value, leadership], remove=[], by=None, at=AT)
    assert (weights(round)["value"], weights(round)["leadership"]) == (5, 5)

    leadership.weight = 0
    actions.save_criteria(round, keep=[value, leadership], remove=[], by=None, at=AT)
    assert (weights(round)["value"], weights(round)["leadership"]) == (10, 0)
    step = Step.objects.of(round).get(step="set_criteria")
    assert step.words.data["weights"]["Value for money"] == 10


@pytest.mark.parametrize("key", ["outcomes", "transfer"])
def test_the_two_gates_stay(key):
    round = set_up()
    gate = round.criteria.get(key=key)
    gate.least = 0

    with pytest.raises(Refused, match=f"“{gate}” must be a criterion with a smallest mean mark"):
        actions.save_criteria(round, keep=[gate], remove=[], by=None, at=AT)

    other = round.criteria.get(key="innovation")
    other.weight += gate.weight
    with pytest.raises(Refused, match="must be a criterion"):
        actions.save_criteria(round, keep=[other], remove=[gate], by=None, at=AT)
    assert round.criteria.get(key=key).least == 3


def test_a_criterion_of_the_panels_own_may_take_the_place_of_another():
    round = set_up()
    old = round.criteria.get(key="value")
    own = Criterion(name="Rural reach", weight=5, position=9)

    actions.save_criteria(round, keep=[own], remove=[old], by=None, at=AT)

    assert weights(round) == {**{c.key: c.weight for c in round.criteria.all()}, "own": 5}
    assert not round.criteria.filter(key="value").exists()


def test_one_question_stays():
    round = set_up()

    with pytest.raises(Refused, match="Keep one question at least"):
        actions.save_questions(round, keep=[], remove=list(round.questions.all()), by=None, at=AT)

    assert round.questions.count() == 15


def test_anchors_are_six_lines_or_none():
    criterion = set_up().criteria.first()
    assert [mark for mark, _ in criterion.scale] == [0, 1, 2, 3, 4, 5]

    criterion.anchors = "\n\n none \n weak\n"
    with pytest.raises(Exception, match="six lines"):
        criterion.full_clean()
    criterion.anchors = ""
    criterion.full_clean()
    assert criterion.scale == []
