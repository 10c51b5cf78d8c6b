"""What the round's clock does: each thing once, and nothing when nothing is due."""

from datetime import date, timedelta

import pytest

from beacons.core import clock
from beacons.core.lifecycle import Refused
from beacons.core.models import Letter
from beacons.core.steps import Step
from beacons.directory.models import Role
from beacons.rounds import actions, rules, wording
from beacons.rounds.models import Round, Stage
from beacons.rounds.tasks import sweep
from tests import factories as make
from tests.rounds.made import AT, approved, set_up

pytestmark = pytest.mark.django_db
MOMENT = timedelta(microseconds=1)


def sweep_at(at):
    with clock.set_to(at):
        return sweep()


def noted(step):
    taken = Step.objects.filter(subject_type="rounds.stage", step=step).order_by("pk")
    return [Stage.objects.get(pk=each.subject_id).key for each in taken]


def cohort_of_two(outcome):
    """A council with an officer and a certifier, one with nobody, and people who are not written to."""
    signed_up = make.SignUpFactory(outcome=outcome).authority
    make.SignUpFactory(outcome=outcome)
    people = [make.drafter(signed_up), make.certifier(signed_up)]
    make.drafter(make.AuthorityFactory())
    gone = make.drafter(signed_up)
    gone.memberships.update(ended_at=AT)
    asleep = make.drafter(signed_up)
    asleep.is_active = False
    asleep.save()
    make.person(Role.COORDINATOR, region=signed_up.region)
    return people


def test_the_cohort_is_invited_when_the_round_is_approved():
    outcome, other = make.OutcomeFactory(title="Children's homes & care"), make.OutcomeFactory()
    people = cohort_of_two(outcome)
    cohort_of_two(other)

    approved(outcome)

    letters = Letter.objects.filter(kind="round_invitation")
    assert {letter.to for letter in letters} == {person.email for person in people}
    letter = letters.get(to=people[0].email)
    assert letter.subject == "You are invited to Beacons 2027"
    assert "- Children's homes & care\n  http" in letter.body
    assert "Sign-up closes: noon on 25 January 2027" in letter.body


def test_somebody_with_two_councils_gets_one_letter_about_both():
    outcome = make.OutcomeFactory()
    one, other = make.SignUpFactory(outcome=outcome).authority, make.SignUpFactory(outcome=outcome).authority
    officer = make.drafter(one)
    make.MembershipFactory(user=officer, authority=other)

    approved(outcome)

    letter = Letter.objects.get(kind="round_invitation", to=officer.email)
    assert one.name in letter.body
    assert other.name in letter.body


def test_a_refused_approval_invites_nobody():
    outcome = make.OutcomeFactory()
    cohort_of_two(outcome)
    round = set_up(outcome)
    round.questions.all().delete()

    with pytest.raises(Refused, match="There are no questions"):
        actions.mark_approved(round, by=None, at=AT)

    assert not Letter.objects.exists()
    assert Round.objects.get(pk=round.pk).approved_at is None


@pytest.mark.parametrize(
    ("off", "opened"), [(-MOMENT, []), (timedelta(0), ["sign_up"]), (MOMENT, ["sign_up"])]
)
def test_a_stage_is_opened_at_noon_to_the_microsecond(off, opened):
    round = approved()

    sweep_at(round.plan[0].opens_at + off)

    assert noted("open") == opened
    assert noted("close") == []


def test_running_twice_changes_nothing_more():
    round = approved()
    at = round.stage_of("criteria").opens_at

    assert sweep_at(at) == 3
    assert sweep_at(at + timedelta(seconds=60)) == 0

    assert (noted("open"), noted("close")) == (["sign_up", "criteria"], ["sign_up"])


def test_two_sweeps_that_found_the_same_stage_note_it_once():
    stage = approved().plan[0]
    at = stage.opens_at
    actions.open_stage(stage, by=None, at=at)

    with pytest.raises(Refused):
        actions.open_stage(stage, by=None, at=at)

    assert noted("open") == ["sign_up"]


def test_a_stage_that_was_moved_away_after_a_sweep_found_it_is_left():
    stage = approved().plan[0]

    with pytest.raises(Refused, match="opens on"):
        actions.open_stage(stage, by=None, at=stage.opens_at - MOMENT)
    with pytest.raises(Refused, match="closes on"):
        actions.close_stage(stage, by=None, at=stage.closes_at - MOMENT)
    assert (noted("open"), noted("close")) == ([], [])
    actions.close_stage(stage, by=None, at=stage.closes_at)

    assert noted("close") == ["sign_up"]


def test_a_round_that_is_not_approved_stands_still():
    round = set_up()

    assert sweep_at(round.plan[-1].closes_at) == 0


def test_the_cohort_is_told_once_that_applications_are_open():
    outcome = make.OutcomeFactory()
    people = cohort_of_two(outcome)
    round = approved(outcome)
    opens_at = round.stage_of("applications").opens_at

    sweep_at(opens_at - MOMENT)
    assert not Letter.objects.filter(kind="applications_open").exists()
    sweep_at(opens_at)
    sweep_at(opens_at + timedelta(days=1))

    letters = Letter.objects.filter(kind="applications_open")
    assert sorted(letter.to for letter in letters) == sorted(person.email for person in people)
    assert "open until noon on 8 March 2027" in letters[0].body
    assert "there are 15 questions, and 2000 words" in letters[0].body


def test_a_clock_that_stood_still_says_nothing_that_is_no_longer_so():
    outcome = make.OutcomeFactory()
    cohort_of_two(outcome)
    round = approved(outcome)

    sweep_at(round.stage_of("check").opens_at)

    assert noted("open") == ["sign_up", "criteria", "applications", "check"]
    assert not Letter.objects.filter(kind="applications_open").exists()


def test_a_sweep_with_nothing_to_do_asks_three_times(django_assert_num_queries):
    for number in range(5):
        round = approved(slug=f"beacons-{number}")
    at = round.stage_of("decision").opens_at
    sweep_at(at)

    with django_assert_num_queries(3):
        assert sweep_at(at + timedelta(seconds=60)) == 0


# What is said about it


@pytest.mark.parametrize(
    ("at", "now", "then"),
    [
        (
            ("sign_up", "opens", -MOMENT),
            "The round has not begun.",
            "It begins at noon on Monday 4 January 2027, in less than a minute.",
        ),
        (
            ("sign_up", "opens", timedelta(0)),
            "Councils are signing up.",
            "Sign-up closes at noon on Monday 25 January 2027, in 21 days.",
        ),
        (
            ("applications", "closes", -timedelta(days=12)),
            "Applications are open.",
            "Applications close at noon on Monday 8 March 2027, in 12 days.",
        ),
        (
            ("applications", "closes", -timedelta(days=1)),
            "Applications are open.",
            "Applications close at noon on Monday 8 March 2027, tomorrow.",
        ),
        (
            ("applications", "closes", -MOMENT),
            "Applications are open.",
            "Applications close at noon on Monday 8 March 2027, in less than a minute.",
        ),
        (
            ("applications", "closes", timedelta(0)),
            "Applications are being checked.",
            "The check ends at noon on Monday 15 March 2027, in 7 days.",
        ),
        (
            ("close", "closes", -MOMENT),
            "The round is closing.",
            "The round ends at noon on Friday 24 December 2027, in less than a minute.",
        ),
        (
            ("close", "closes", timedelta(0)),
            "The round has ended.",
            "It ended at noon on Friday 24 December 2027.",
        ),
    ],
)
def test_where_the_round_stands_is_one_plain_sentence(at, now, then):
    round = approved()
    key, edge, off = at

    said = wording.standing(round, getattr(round.stage_of(key), f"{edge}_at") + off)

    assert (said.now, said.next) == (now, then)


def test_every_stage_has_its_words():
    assert set(wording.STAGES) == set(Stage.Key.values)


def test_a_round_being_prepared_promises_nothing():
    said = wording.standing(set_up(), AT)

    assert said.now == "This round is being prepared and is not approved yet."
    assert said.next == "Day 0 is planned for Monday 4 January 2027."


# When councils may sign up


@pytest.mark.parametrize(
    ("at", "reasons"),
    [
        (("opens", -MOMENT), ["Sign-up for Beacons 2027 opens at noon on Monday 4 January 2027."]),
        (("opens", timedelta(0)), []),
        (("closes", -MOMENT), []),
        (("closes", timedelta(0)), ["Sign-up for Beacons 2027 closed at noon on Monday 25 January 2027."]),
    ],
)
def test_councils_sign_up_while_the_rounds_first_stage_is_open(at, reasons):
    outcome = make.OutcomeFactory()
    stage = approved(outcome).plan[0]
    edge, off = at

    assert list(rules.reasons_not_to_sign_up_yet(outcome, getattr(stage, f"{edge}_at") + off)) == reasons


def test_an_outcome_in_no_running_round_is_open_at_any_time():
    outcome = make.OutcomeFactory()
    set_up(outcome)
    assert list(rules.reasons_not_to_sign_up_yet(outcome, AT)) == []

    over = approved(outcome, slug="earlier", starts_on=date(2027, 1, 11))
    fresh = type(outcome).objects.get(pk=outcome.pk)
    assert list(rules.reasons_not_to_sign_up_yet(fresh, over.plan[-1].closes_at)) == []
