"""A round from a preset: complete, and never longer than its limit."""

from datetime import date, timedelta

import pytest

from beacons.core import invariants
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.core.workdays import is_working_day
from beacons.rounds import actions, rules, timeline
from beacons.rounds.models import Criterion, Question, Round, Stage
from beacons.rounds.presets import PRESETS
from grants.dissemination.models import Activity
from tests import factories as make
from tests.rounds.made import AT, DAY_0, set_up

BEACONS = PRESETS["beacons"]


def test_beacons_is_what_the_scheme_says():
    assert [criterion.weight for criterion in BEACONS.criteria] == [25, 15, 15, 15, 10, 10, 5, 5]
    assert {criterion.key: criterion.least for criterion in BEACONS.criteria if criterion.least} == {
        "outcomes": 3,
        "transfer": 3,
    }
    assert [leg.days for leg in BEACONS.stages] == [21, 14, 28, 7, 21, 7, 21, 7, 14, 56, 130, 29]
    assert {leg.key: leg.name for leg in BEACONS.stages} == dict(Stage.Key.choices)
    assert (BEACONS.days, BEACONS.words, BEACONS.limit_months, BEACONS.most_outcomes) == (355, 2_000, 12, 6)


@pytest.mark.parametrize("kind", PRESETS.values(), ids=PRESETS.keys())
def test_every_preset_is_whole_and_speaks_the_models_words(kind):
    criteria = {criterion.key for criterion in kind.criteria}
    questions = {question.key: question for question in kind.questions}

    assert sum(criterion.weight for criterion in kind.criteria) == 100
    assert {criterion.key for criterion in kind.criteria if criterion.least} == set(kind.gates)
    assert all(len(set(criterion.anchors)) == 6 and all(criterion.anchors) for criterion in kind.criteria)
    assert len(criteria) == len(kind.criteria)
    assert criteria <= set(Criterion.Key.values) - {"own"}
    # Whatever is marked is asked for.
    assert {question.criterion for question in kind.questions} - {""} == criteria
    assert len(questions) == len(kind.questions)
    assert {question.kind for question in kind.questions} <= set(Question.Kind.values)
    assert {question.shown_if for question in kind.questions} - {""} <= set(questions)
    assert {leg.key for leg in kind.stages} <= set(Stage.Key.values)
    # Without these no bid is judged and no grant is paid.
    assert {"applications", "scoring", "shortlist", "decision", "agreement", "spread", "close"} <= {
        leg.key for leg in kind.stages
    }
    assert set(kind.words_of_stages) <= {leg.key for leg in kind.stages}
    assert kind.open_to in Round.OpenTo.values
    assert (kind.open_to == "first_phase") == (kind.follows in PRESETS)
    assert {activity.kind for activity in kind.activities} <= set(Activity.Kind.values)
    assert 0 < kind.grant.on_signature <= 100 - kind.grant.after_middle
    assert kind.grant.after_middle == 0 or kind.grant.middle_at is not None
    assert all(0 < at <= 100 for at in (kind.grant.middle_at, kind.grant.closing_at) if at is not None)
    assert kind.grant.least <= kind.grant.usual <= kind.grant.most
    spread = sum(leg.days for leg in kind.stages if leg.key in ("spread", "close"))
    assert kind.grant.reserve_days <= spread


@pytest.mark.parametrize("kind", PRESETS.values(), ids=PRESETS.keys())
def test_whatever_day_it_starts_a_preset_fits_its_limit(kind):
    first = PRESETS[kind.follows].first_days("develop") if kind.follows else 0
    for number in range(366):
        day_0 = date(2027, 9, 1) + timedelta(days=number)
        planned = timeline.plan(day_0 + timedelta(days=first), kind.stages)
        assert timeline.days_over(planned, day_0, kind.limit_months) == 0
        assert all(is_working_day(stage.closes_on) for stage in planned)


@pytest.mark.django_db
def test_set_up_copies_the_preset_and_notes_who_did_it():
    manager = make.scheme_manager()
    outcomes = [make.OutcomeFactory(), make.OutcomeFactory()]

    made = set_up(*outcomes, by=manager)

    assert [stage.key for stage in made.plan] == [leg.key for leg in BEACONS.stages]
    assert [stage.length for stage in made.plan] == [leg.days for leg in BEACONS.stages]
    assert (made.plan[0].opens_on, made.ends_on) == (DAY_0, date(2027, 12, 24))
    assert set(made.outcomes.all()) == set(outcomes)
    assert [criterion.scale[5][1] for criterion in made.criteria.all()] == [
        criterion.anchors[5] for criterion in BEACONS.criteria
    ]
    assert [
        (question.text, question.kind, question.criterion.key if question.criterion else "")
        for question in made.questions.all()
    ] == [(question.text, question.kind, question.criterion) for question in BEACONS.questions]
    follow_up = made.questions.get(key="elsewhere-who")
    assert (follow_up.shown_if.key, follow_up.shown_if_answer) == ("elsewhere", "Yes")
    assert (made.grant_least, made.grant_most, made.shared_least, made.limit_months) == (
        40_000,
        250_000,
        40,
        12,
    )
    assert (made.paid_on_signature, made.paid_after_middle, made.paid_after_closing) == (40, 40, 20)
    assert (made.middle_return_at, made.closing_return_at, made.days_to_accept) == (54, 50, 7)
    assert made.approved_at is None
    assert rules.reasons_not_to_approve(made) == []
    assert Step.objects.of(made).get().by_id == manager.pk
    assert list(invariants.broken()) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"outcomes_reason": "  "}, "It is not said why these outcomes were chosen."),
        ({"pot": 39_999}, "The pot of £39,999 does not pay for one grant of £40,000, the smallest."),
    ],
)
def test_set_up_is_refused_with_its_reason_and_leaves_nothing(given, reason):
    with pytest.raises(Refused) as refusal:
        set_up(**given)

    assert refusal.value.reasons == [reason]
    assert not Round.objects.exists()


@pytest.mark.django_db
def test_a_round_has_one_to_six_outcomes():
    with pytest.raises(Refused, match="7 outcomes are chosen; this kind of round has 6 at most"):
        set_up(*make.OutcomeFactory.create_batch(7))
    with pytest.raises(Refused, match="No outcomes are chosen"):
        actions.set_up(
            "beacons",
            name="x",
            slug="x",
            starts_on=DAY_0,
            outcomes=[],
            outcomes_reason="x",
            pot=99_999,
            by=None,
            at=AT,
        )


@pytest.mark.django_db
def test_an_address_is_used_once():
    set_up()

    with pytest.raises(Refused, match="Another round has the address “beacons-2027”"):
        set_up()


@pytest.mark.django_db
def test_what_is_missing_for_approval_is_said_all_at_once():
    made = set_up()
    made.criteria.filter(key="outcomes").delete()
    made.questions.all().delete()
    made.stages.get(key="check").delete()
    Round.objects.filter(pk=made.pk).update(pot=1_000)

    reasons = rules.reasons_not_to_approve(Round.objects.get(pk=made.pk))

    assert reasons == [
        "The pot of £1,000 does not pay for one grant of £40,000, the smallest.",
        "The plan lacks the stage “Check”.",
        "“Scoring” does not open when “Applications” closes.",
        "The weights add up to 75; they must add up to 100.",
        "“Outcomes” must be a criterion with a smallest mean mark: no application is shortlisted without it.",
        "There are no questions for applicants.",
    ]


@pytest.mark.django_db
def test_a_new_day_0_moves_every_stage_both_ways():
    made = set_up()

    for starts_on in (date(2028, 3, 1), date(2027, 2, 1)):
        made = actions.change(made, starts_on=starts_on, name="Later", by=None, at=AT)

        expected = timeline.plan(starts_on, BEACONS.stages)
        assert [(stage.opens_on, stage.closes_on) for stage in made.plan] == [
            (leg.opens_on, leg.closes_on) for leg in expected
        ]
        assert (made.name, made.starts_on, made.ends_on) == ("Later", starts_on, expected[-1].closes_on)


@pytest.mark.django_db
def test_what_was_approved_stays():
    made = actions.mark_approved(set_up(), by=None, at=AT)

    with pytest.raises(Refused, match="The round is approved"):
        actions.change(made, pot=5_000_000, by=None, at=AT)
    with pytest.raises(Refused, match="approved already"):
        actions.mark_approved(made, by=None, at=AT)
