"""The sweep lapses what was not handed in, once however often it runs; and the words for a closing."""

from datetime import UTC, datetime

import pytest

from beacons.applications import actions, deadline
from beacons.applications.actions import clock as clock_actions
from beacons.applications.models import Application
from beacons.applications.tasks import sweep
from beacons.core import clock
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
    sweep_at(council.last)

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
    with pytest.raises(Refused, match="can still be submitted"):
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
