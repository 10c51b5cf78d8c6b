"""Sums of hours from which nobody's own can be read: plain Python."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from beacons.desks.ledger import OTHERS, Told, added_up, by_group, countable

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


def told(*answers):
    """(person, group, hours) in the order in which they came, each on a thing of its own."""
    return [
        Told(person, number, group, Decimal(hours), NOON + timedelta(minutes=number))
        for number, (person, group, hours) in enumerate(answers)
    ]


@pytest.mark.parametrize(("people", "counted"), [(0, 0), (4, 0), (5, 5), (6, 5), (9, 5), (10, 10), (11, 10)])
def test_sums_grow_by_five_people_at_a_time(people, counted):
    answers = told(*((person, "", 2) for person in range(people)))

    found = countable(answers)

    total = added_up(found)
    assert len(found) == counted
    assert (total is None) is (counted == 0)
    assert total is None or (total.people, total.hours, total.each) == (counted, 2 * counted, 2)


def test_one_more_answer_of_somebody_who_counts_waits_for_the_next_five():
    five = [(person, "", 1) for person in range(5)]

    before = countable(told(*five))
    with_another = countable(told(*five, (0, "", 90)))
    with_five_more = countable(told(*five, (0, "", 90), *((person, "", 1) for person in range(5, 10))))

    assert added_up(before) == added_up(with_another)
    assert added_up(with_five_more).hours == 100


def test_people_are_counted_and_not_their_answers():
    assert countable(told(*((person % 4, "", 1) for person in range(12)))) == []


def test_two_who_told_at_one_instant_are_kept_apart():
    same = [Told(person, person, "", Decimal(1), NOON) for person in (6, 2, 4, 1, 3, 5)]

    assert {each.person for each in countable(same)} == {1, 2, 3, 4, 5}


def groups(**people):
    """{group: how many people}, as the groups that are shown with how many people each."""
    answers, number = [], 0
    for group, count in people.items():
        answers += [(number + person, group, 1) for person in range(count)]
        number += count
    return {name: hours.people for name, hours in by_group(told(*answers))}


@pytest.mark.parametrize(
    ("people", "shown"),
    [
        ({"County": 5, "District": 7}, {"County": 5, "District": 7}),
        # Too few are shown with others, if those together are enough.
        ({"County": 5, "Fire": 2, "Police": 3}, {"County": 5, OTHERS: 5}),
        # What is left could be found by taking the shown from the whole, so the smallest that is shown goes with it.
        ({"County": 6, "District": 9, "Fire": 1}, {"District": 9, OTHERS: 7}),
        ({"County": 6, "Fire": 1}, {}),
        ({"Fire": 2, "Police": 2}, {}),
        ({"Fire": 3, "Police": 4}, {}),
        ({}, {}),
    ],
)
def test_no_group_of_fewer_than_five_is_shown_or_can_be_found(people, shown):
    assert groups(**people) == shown
