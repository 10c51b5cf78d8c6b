"""The sweep: lapses and reminders, once each however often it runs; and the words for a closing."""

from datetime import UTC, datetime, timedelta

import pytest

from beacons.applications import actions, deadline
from beacons.applications.actions import clock as clock_actions
from beacons.applications.models import Application
from beacons.applications.querysets import reminder_due
from beacons.applications.tasks import sweep
from beacons.core import clock, workdays
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from tests import factories
from tests.applications.conftest import begun, certified, letters_of, submitted


def sweep_at(at):
    with clock.set_to(at):
        return sweep()


def status(bid):
    return Application.objects.get(pk=bid.pk).status


@pytest.mark.parametrize(("moment", "lapsed"), [("last", 0), ("closes", 1)])
@pytest.mark.parametrize("make", [begun, certified])
def test_the_unfinished_lapse_at_the_closing(council, make, moment, lapsed):
    bid = make(council)
    Application.objects.update(reminded_at=council.last)

    assert sweep_at(getattr(council, moment) + clock.STRAGGLERS) == lapsed

    assert (status(bid) == "lapsed") is bool(lapsed)
    assert len(letters_of("application_lapsed")) == 2 * lapsed


def test_lapsing_happens_once_and_leaves_the_rest_alone(council):
    bid = submitted(council)
    factories.ApplicationFactory(round=council.round)

    over = council.closes + clock.STRAGGLERS

    assert [sweep_at(over), sweep_at(over)] == [1, 0]
    assert status(bid) == "submitted"


def test_nothing_lapses_before_the_closing(council):
    with pytest.raises(Refused, match="can still be handed in"):
        actions.lapse(begun(council), by=None, at=council.last)


def test_one_bad_row_stops_no_other(council, monkeypatch):
    bad, good = factories.ApplicationFactory(round=council.round), begun(council)
    tell = clock_actions.tell

    def failing(application, kind, **facts):
        if application.pk == bad.pk:
            raise OSError("disk full")
        tell(application, kind, **facts)

    monkeypatch.setattr(clock_actions, "tell", failing)

    assert sweep_at(council.closes + clock.STRAGGLERS) == 1
    assert (status(bad), status(good)) == ("draft", "lapsed")


# Reminders. Applications close on Monday 9 March 2026.

FIVE = workdays.noon(datetime(2026, 3, 2).date())
ONE = workdays.noon(datetime(2026, 3, 6).date())


def test_reminders_fall_on_working_days(council):
    closes_on = council.round.stage_of("applications").closes_on

    assert reminder_due(closes_on, FIVE - timedelta(microseconds=1)) is None
    assert reminder_due(closes_on, FIVE) == FIVE
    assert reminder_due(closes_on, ONE - timedelta(microseconds=1)) == FIVE
    assert reminder_due(closes_on, ONE) == ONE


def test_reminders_go_once_five_and_one_working_days_before(council):
    bid = begun(council)

    done = [
        sweep_at(at) for at in (FIVE - timedelta(seconds=1), FIVE, FIVE, FIVE + timedelta(days=1), ONE, ONE)
    ]

    assert done == [0, 1, 0, 0, 1, 0]
    letters = letters_of("application_reminder")
    assert [letter.to for letter in letters] == sorted([council.drafter.email, council.certifier.email] * 2)
    assert all(
        bid.reference in letter.subject and "noon on 9 March 2026" in letter.subject for letter in letters
    )


def test_a_clock_that_stood_still_sends_one_reminder_and_not_two(council):
    begun(council)

    assert [sweep_at(ONE), sweep_at(ONE)] == [1, 0]
    assert Letter.objects.filter(kind="application_reminder").count() == 2


def test_who_has_handed_in_is_left_in_peace(council):
    submitted(council)

    assert sweep_at(FIVE) == 0


def test_who_began_after_a_reminder_gets_the_next(council):
    begun(council, at=FIVE + timedelta(hours=1))

    assert [sweep_at(FIVE + timedelta(hours=2)), sweep_at(ONE)] == [0, 1]


def test_reminding_twice_in_a_moment_writes_one_letter_each(council):
    bid = begun(council)

    actions.remind(bid, by=None, at=FIVE)
    actions.remind(bid, by=None, at=FIVE + timedelta(seconds=1))

    assert Letter.objects.filter(kind="application_reminder").count() == 2


# Words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2027, 3, 2, 12, tzinfo=UTC), "closes at noon on Friday 5 March, in 3 days"),
        (datetime(2027, 3, 4, 23, 59, tzinfo=UTC), "closes at noon on Friday 5 March, tomorrow"),
        (datetime(2027, 3, 5, 0, 0, tzinfo=UTC), "closes at noon on Friday 5 March, in 12 hours"),
        (datetime(2027, 3, 5, 9, 59, tzinfo=UTC), "closes at noon on Friday 5 March, in 2 hours and 1 minute"),
        (datetime(2027, 3, 5, 11, 58, tzinfo=UTC), "closes at noon on Friday 5 March, in 2 minutes"),
        (datetime(2027, 3, 5, 11, 59, 59, 999_999, tzinfo=UTC), "closes at noon on Friday 5 March, in less than a minute"),
        (datetime(2027, 3, 5, 12, tzinfo=UTC), "closed at noon on Friday 5 March 2027"),
        (datetime(2026, 12, 31, 12, tzinfo=UTC), "closes at noon on Friday 5 March 2027, in 64 days"),
    ],
)  # fmt: skip
def test_the_closing_in_words(at, words):
    assert deadline.in_words(datetime(2027, 3, 5, 12, tzinfo=UTC), at) == words


def test_the_closing_in_words_in_summer():
    """Eleven in UTC is noon in London; the last midnight before it is at 23:00 UTC."""
    closes = datetime(2027, 7, 2, 11, tzinfo=UTC)

    assert deadline.in_words(closes, datetime(2027, 7, 1, 22, 59, tzinfo=UTC)).endswith("tomorrow")
    assert deadline.in_words(closes, datetime(2027, 7, 1, 23, 0, tzinfo=UTC)).endswith("in 12 hours")
    assert deadline.sentence(closes, closes) == "Applications closed at noon on Friday 2 July 2027."
