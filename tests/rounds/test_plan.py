"""The plan moves as a whole, within the year or not at all."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction

from beacons.core import invariants
from beacons.core.lifecycle import Refused
from beacons.core.models import Letter
from beacons.core.steps import Step
from beacons.core.workdays import is_working_day
from beacons.rounds import actions, plans, rules
from beacons.rounds.models import Round, Stage
from tests import factories as make
from tests.rounds.made import AT, DAY_0, approved, set_up

pytestmark = pytest.mark.django_db
MOMENT = timedelta(microseconds=1)


def dates(round):
    return [(stage.key, stage.opens_on, stage.closes_on) for stage in Round.objects.get(pk=round.pk).plan]


def test_later_stages_move_with_one_and_keep_their_lengths():
    round = set_up()
    before = dates(round)

    moved = actions.move_stage(round.stage_of("check"), closes_on=date(2027, 3, 19), why="", by=None, at=AT)

    after = dates(round)
    assert moved.closes_on == date(2027, 3, 19)
    assert after[:3] == before[:3]
    assert after[3] == ("check", date(2027, 3, 8), date(2027, 3, 19))
    assert after[4] == ("scoring", date(2027, 3, 19), date(2027, 4, 9))
    assert all(one[2] == other[1] for one, other in pairwise(after))
    assert all(is_working_day(closes_on) for _, _, closes_on in after)
    assert list(invariants.broken()) == []


def test_a_plan_moved_to_and_fro_is_the_same_again():
    round = set_up()
    before = dates(round)
    there, back = date(2027, 3, 24), round.stage_of("check").closes_on

    for closes_on in (there, back, there, back):
        actions.move_stage(
            Stage.objects.get(round=round, key="check"), closes_on=closes_on, why="", by=None, at=AT
        )

    assert dates(round) == before


def test_what_moves_is_known_before_and_is_what_then_moves():
    round = set_up()
    stage = round.stage_of("spread")

    moves = plans.after_moving(stage, date(2027, 11, 30))

    assert [(move.stage.key, move.later_by) for move in moves] == [("spread", 4), ("close", 5)]
    actions.move_stage(stage, closes_on=date(2027, 11, 30), why="", by=None, at=AT)
    assert [(move.stage.key, move.opens_on, move.closes_on) for move in moves] == dates(round)[-2:]


@pytest.mark.parametrize(
    ("key", "closes_on", "reasons"),
    [
        (
            "verify",
            date(2027, 5, 28),
            [
                "The round would end on Wednesday 19 January 2028, 15 days past its limit of Tuesday 4 January 2028,"
                " 12 months after day 0.",
                "Shorten a later stage first. Long enough for that: Develop the practice (56 days), Spread and"
                " support (130 days) and Close (29 days).",
            ],
        ),
        (
            "develop",
            date(2027, 12, 10),
            [
                "The round would end on Wednesday 17 May 2028, 134 days past its limit of Tuesday 4 January 2028,"
                " 12 months after day 0.",
                "Shorten several later stages first: Spread and support (130 days) and Close (29 days).",
            ],
        ),
        (
            "spread",
            date(2028, 1, 4),
            [
                "The round would end on Wednesday 2 February 2028, 29 days past its limit of Tuesday 4 January 2028,"
                " 12 months after day 0.",
                "The later stages are too short to take in so many days.",
            ],
        ),
    ],
)
def test_what_does_not_fit_into_the_year_is_refused_with_the_days_and_who_could_give_them(
    key, closes_on, reasons
):
    round = set_up()
    before = dates(round)

    with pytest.raises(Refused) as refusal:
        actions.move_stage(round.stage_of(key), closes_on=closes_on, why="", by=None, at=AT)

    assert refusal.value.reasons == reasons
    assert dates(round) == before
    assert not Step.objects.filter(step="move").exists()


def test_the_last_stage_may_end_on_the_limit_and_no_working_day_later():
    round = set_up()
    actions.move_stage(round.stage_of("close"), closes_on=date(2028, 1, 4), why="", by=None, at=AT)

    round = Round.objects.get(pk=round.pk)
    assert round.ends_on == round.limit_on == date(2028, 1, 4)
    with pytest.raises(Refused, match="1 day past its limit"):
        actions.move_stage(round.stage_of("close"), closes_on=date(2028, 1, 5), why="", by=None, at=AT)


@pytest.mark.parametrize(
    ("closes_on", "reason"),
    [
        (date(2027, 3, 8), "which is not after it opens on Monday 8 March 2027."),
        (date(2027, 3, 13), "“Check” cannot close on Saturday 13 March 2027: that is not a working day."),
        (date(2027, 3, 26), "“Check” cannot close on Friday 26 March 2027: that is not a working day."),
        (date(2027, 3, 15), "“Check” closes on Monday 15 March 2027 already."),
    ],
)
def test_a_closing_that_makes_no_sense_is_refused(closes_on, reason):
    with pytest.raises(Refused) as refusal:
        actions.move_stage(set_up().stage_of("check"), closes_on=closes_on, why="", by=None, at=AT)

    assert refusal.value.reasons[0].endswith(reason)


@pytest.mark.parametrize(("off", "allowed"), [(-MOMENT, True), (timedelta(0), False), (MOMENT, False)])
def test_a_stage_moves_until_the_instant_at_which_it_closes(off, allowed):
    stage = approved().stage_of("applications")

    reasons = rules.reasons_not_to_move(stage, closes_on=date(2027, 3, 12), at=stage.closes_at + off)

    assert (reasons == []) is allowed
    if not allowed:
        assert reasons == ["“Applications” closed at noon on Monday 8 March 2027."]


@pytest.mark.parametrize(("off", "allowed"), [(-MOMENT, True), (timedelta(0), False)])
def test_the_deadline_comes_earlier_only_until_applications_open(off, allowed):
    stage = approved().stage_of("applications")

    reasons = rules.reasons_not_to_move(stage, closes_on=date(2027, 3, 5), at=stage.opens_at + off)

    assert reasons == (
        [] if allowed else ["Applications are open: their deadline may be moved later, never earlier."]
    )


def test_an_approved_plan_changes_only_with_a_reason_which_the_cohort_reads():
    sign_up = make.SignUpFactory()
    officer = make.drafter(sign_up.authority)
    manager = make.scheme_manager()
    round = approved(sign_up.outcome)
    at = AT + timedelta(days=1)
    with pytest.raises(Refused, match="Say why the plan changes"):
        actions.move_stage(round.stage_of("check"), closes_on=date(2027, 3, 17), why=" ", by=manager, at=at)

    actions.move_stage(
        round.stage_of("check"),
        closes_on=date(2027, 3, 17),
        why="Easter comes early & late.",
        by=manager,
        at=at,
    )

    letter = Letter.objects.get(kind="plan_changed")
    assert letter.to == officer.email
    assert "Check: 17 March 2027 (before: 15 March 2027)" in letter.body
    assert "Why: Easter comes early & late." in letter.body
    step = Step.objects.of(Stage.objects.get(round=round, key="check")).get()
    assert (step.step, step.by_id, step.words.why) == ("move", manager.pk, "Easter comes early & late.")
    assert step.words.data["closes_on"] == ["2027-03-15", "2027-03-17"]


def test_closings_set_by_hand_move_only_what_they_name():
    round = set_up()
    check, scoring = round.stage_of("check"), round.stage_of("scoring")
    before = {key: closes_on for key, _, closes_on in dates(round)}

    actions.lay_out(
        round, {check.pk: date(2027, 3, 12), scoring.pk: date(2027, 4, 9)}, why="", by=None, at=AT
    )

    after = {key: closes_on for key, _, closes_on in dates(round)}
    assert after == {**before, "check": date(2027, 3, 12), "scoring": date(2027, 4, 9)}
    assert list(invariants.broken()) == []


def test_after_a_change_by_hand_the_lengths_still_give_the_dates():
    round = set_up()
    actions.lay_out(round, {round.stage_of("verify").pk: date(2027, 5, 7)}, why="", by=None, at=AT)
    before = dates(round)

    round = Round.objects.get(pk=round.pk)
    for moved in (date(2028, 1, 4), round.stage_of("close").closes_on):
        actions.move_stage(
            Stage.objects.get(round=round, key="close"), closes_on=moved, why="", by=None, at=AT
        )

    assert dates(round) == before


def test_nobody_sets_a_closing_before_the_one_before():
    round = set_up()

    reasons = rules.reasons_not_to_lay_out(round, {round.stage_of("check").pk: date(2027, 4, 9)}, at=AT)

    assert reasons == [
        "“Scoring” would close on Monday 5 April 2027, which is not after it opens on Friday 9 April 2027."
    ]


# The database


def test_the_database_itself_keeps_every_way_of_writing_within_the_limit():
    round = set_up()
    last = round.stage_of("close")
    within, beyond = round.limit_on, round.limit_on + timedelta(days=1)

    def by_save(day):
        Stage(pk=last.pk, round=round, key="close", position=12, opens_on=last.opens_on, closes_on=day).save()

    def by_update(day):
        Stage.objects.filter(pk=last.pk).update(closes_on=day)

    def by_bulk(day):
        last.closes_on = day
        Stage.objects.bulk_update([last], ["closes_on"])

    def by_sql(day):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE rounds_stage SET closes_on = %s WHERE id = %s", [day, last.pk])

    for write in (by_save, by_update, by_bulk, by_sql):
        with pytest.raises(IntegrityError, match="round_within_its_limit"), transaction.atomic():
            write(beyond)
        assert Stage.objects.get(pk=last.pk).closes_on == date(2027, 12, 24)
    by_sql(within)
    assert Round.objects.get(pk=round.pk).ends_on == within


def test_the_limit_of_a_leap_day_is_the_last_of_february():
    round = set_up(starts_on=date(2028, 2, 29))
    last = round.stage_of("close")

    assert round.limit_on == date(2029, 2, 28)
    actions.move_stage(last, closes_on=date(2029, 2, 28), why="", by=None, at=AT)
    with pytest.raises(Refused, match="past its limit of Wednesday 28 February 2029"):
        actions.move_stage(Stage.objects.get(pk=last.pk), closes_on=date(2029, 3, 1), why="", by=None, at=AT)


def test_day_0_stays_before_what_hangs_on_it():
    """An update that moves day 0 alone, past what its stages allow, is refused by the database."""
    round = set_up()

    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.filter(pk=round.pk).update(starts_on=DAY_0 - timedelta(days=60))


def test_an_instant_is_in_exactly_one_stage():
    round = set_up()
    first, last = round.plan[0], round.plan[-1]

    assert round.stage(first.opens_at - MOMENT) is None
    assert round.stage(last.closes_at) is None
    for one, other in pairwise(round.plan):
        assert round.stage(one.closes_at - MOMENT) == one
        assert round.stage(one.closes_at) == other
    # Noon in London, whatever the clocks do there.
    assert round.stage_of("applications").closes_at == datetime(2027, 3, 8, 12, tzinfo=UTC)
    assert round.stage_of("shortlist").closes_at.hour == 11
