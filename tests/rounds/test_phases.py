"""Two phases are two rounds: the second follows the first, and both keep to one limit."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from beacons.core import invariants
from beacons.core.lifecycle import Refused
from beacons.rounds import actions, rules
from beacons.rounds.models import Round, Stage
from tests import factories as make
from tests.rounds.made import AT, approved, set_up, two_phases

pytestmark = pytest.mark.django_db


def test_a_second_phase_keeps_the_first_days_limit():
    first, second = two_phases()

    assert (second.follows, second.programme, second.open_to) == (first, first.programme, "first_phase")
    assert (second.first_began_on, second.counted_from) == (date(2027, 1, 4), date(2027, 1, 4))
    assert (second.limit_on, second.limit_in_words) == (
        date(2028, 7, 4),
        "18 months after day 0 of the first phase",
    )
    assert second.ends_on <= second.limit_on
    assert (first.first_began_on, first.limit_on) == (None, date(2028, 7, 4))
    assert rules.reasons_not_to_approve(second) == []
    assert list(invariants.broken()) == []


def test_what_a_second_phase_follows_is_checked():
    outcome, other = make.OutcomeFactory(), make.OutcomeFactory(title="Another")
    first, second = two_phases(outcome)
    beacons = set_up(outcome)
    late = {"starts_on": date(2027, 9, 1), "slug": "x"}

    for given, reason in (
        ({"follows": None}, "Choose the round that “Creative Councils, second phase” follows."),
        (
            {"follows": beacons},
            "Beacons 2027 is not a first phase that “Creative Councils, second phase” could follow.",
        ),
        (
            {"follows": first},
            "Creative Councils 2027 has a second phase already: Creative Councils 2027, second phase.",
        ),
    ):
        with pytest.raises(Refused) as refusal:
            set_up(outcome, kind="creative_councils_second", **given, **late)
        assert refusal.value.reasons == [reason]
    with pytest.raises(Refused, match="it follows no other round"):
        set_up(outcome, follows=first, slug="x")
    with pytest.raises(Refused, match="“Another” is not an outcome of Creative Councils 2027"):
        actions.change(second, outcomes=[outcome, other], by=None, at=AT)
    assert Round.objects.count() == 3


@pytest.mark.parametrize(
    ("starts_on", "reason"),
    [
        (
            date(2027, 4, 1),
            "The second phase cannot begin on Thursday 1 April 2027: the agreements of Creative Councils 2027 are due"
            " on Monday 12 April 2027.",
        ),
        (
            date(2027, 8, 2),
            "The round would end on Monday 10 July 2028, 6 days past its limit of Tuesday 4 July 2028, 18 months after"
            " day 0 of the first phase.",
        ),
    ],
)
def test_a_second_phase_begins_neither_too_soon_nor_too_late(starts_on, reason):
    with pytest.raises(Refused) as refusal:
        two_phases(starts_on=starts_on)

    assert refusal.value.reasons == [reason]
    assert Round.objects.count() == 1


def test_no_way_of_writing_gets_a_second_phase_past_the_limit():
    first, second = two_phases()
    last = second.plan[-1]

    with pytest.raises(IntegrityError, match="round_within_its_limit"), transaction.atomic():
        Stage.objects.filter(pk=last.pk).update(closes_on=date(2028, 7, 5))
    with pytest.raises(IntegrityError, match="round_within_its_limit"), transaction.atomic():
        Round.objects.filter(pk=first.pk).update(starts_on=date(2026, 12, 1))
    with pytest.raises(IntegrityError, match="round_second_phase_is_for_the_first"), transaction.atomic():
        Round.objects.filter(pk=second.pk).update(follows=None)
    Round.objects.filter(pk=second.pk).update(first_began_on=date(2028, 1, 1))

    second.refresh_from_db()
    assert second.first_began_on == first.starts_on
    Stage.objects.filter(pk=last.pk).update(closes_on=date(2028, 7, 4))
    second.refresh_from_db()
    assert second.ends_on == date(2028, 7, 4)


def test_the_first_day_of_the_second_phase_follows_the_first_ones():
    first, second = two_phases()

    Round.objects.filter(pk=first.pk).update(starts_on=date(2027, 1, 3))

    second.refresh_from_db()
    assert second.first_began_on == date(2027, 1, 3)
    other = set_up(kind="creative_councils", slug="other", name="Other")
    Round.objects.filter(pk=second.pk).update(follows=other)
    second.refresh_from_db()
    assert second.first_began_on == other.starts_on


def test_the_agreements_of_the_first_stay_before_the_second():
    first, second = two_phases()
    agreement = first.stage_of("agreement")
    closes_on = second.starts_on + timedelta(days=3)

    reasons = rules.reasons_not_to_move(agreement, closes_on=closes_on, at=AT)

    assert reasons == [
        "The second phase cannot begin on Monday 12 July 2027: the agreements of Creative Councils 2027 are due on"
        " Thursday 15 July 2027."
    ]
    later = {
        "agreement": closes_on,
        "develop": date(2027, 8, 2),
        "spread": date(2027, 9, 1),
        "close": date(2027, 10, 1),
    }
    with pytest.raises(Refused, match="The second phase cannot begin"):
        actions.lay_out(
            first, {first.stage_of(key).pk: day for key, day in later.items()}, why="Late.", by=None, at=AT
        )
    assert Stage.objects.get(pk=agreement.pk).closes_on == agreement.closes_on
    moved = actions.move_stage(agreement, closes_on=date(2027, 4, 15), why="Late.", by=None, at=AT)
    assert moved.closes_on == date(2027, 4, 15)


def test_a_second_phase_is_approved_after_its_first():
    outcome = make.OutcomeFactory()
    first = set_up(outcome, kind="creative_councils", slug="first", name="First")
    second = set_up(
        outcome, kind="creative_councils_second", follows=first, slug="second", starts_on=date(2027, 7, 12)
    )

    assert rules.reasons_not_to_approve(second) == ["First, its first phase, is not approved."]
    with pytest.raises(Refused, match="its second phase, would then end later than 18 months after"):
        actions.change(first, starts_on=date(2026, 12, 7), by=None, at=AT)

    actions.mark_approved(first, by=None, at=AT)
    second = Round.objects.get(pk=second.pk)
    assert rules.reasons_not_to_approve(second) == []


def test_a_second_phase_copies_the_questions_of_the_last_second_phase():
    outcome = make.OutcomeFactory()
    first, second = two_phases(outcome)

    assert rules.round_before(second) is None
    assert rules.round_before(first) is None
    next_first = approved(
        outcome, kind="creative_councils", slug="next", name="Next", starts_on=date(2028, 1, 3)
    )
    assert rules.round_before(next_first) == first
