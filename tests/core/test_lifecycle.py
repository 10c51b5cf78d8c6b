"""A refused step is told as a person would tell it, from the table of steps."""

import pytest

from beacons.applications.statuses import APPLICATION, Status
from beacons.core.lifecycle import Lifecycle
from grants.dissemination.statuses import PRACTICE, PracticeStatus
from grants.statuses import GRANT, GrantStatus
from panel.statuses import ITEM, MEETING, ItemStatus, MeetingStatus


class Row:
    """What a table asks of a row."""

    def __init__(self, status):
        self.status = status

    def get_status_display(self):
        return self.status.label


@pytest.mark.parametrize(
    ("lifecycle", "status", "step", "words"),
    [
        (APPLICATION, Status.SUBMITTED, "certify", "This application is submitted; it can no longer be certified."),
        (APPLICATION, Status.DRAFT, "submit", "This application is a draft; it cannot be submitted yet."),
        (APPLICATION, Status.CERTIFIED, "certify", "This application is certified already."),
        (APPLICATION, Status.LAPSED, "withdraw", "This application has lapsed; it can no longer be withdrawn."),
        # What was withdrawn may be taken up again, which leads back: nobody waits for that.
        (APPLICATION, Status.WITHDRAWN, "submit", "This application is withdrawn; it can no longer be submitted."),
        (APPLICATION, Status.SUBMITTED, "reopen", "This application is submitted; it cannot be taken up again."),
        (GRANT, GrantStatus.RECOVERING, "close", "This grant is being recovered; it cannot be closed yet."),
        (GRANT, GrantStatus.REFUSED, "accept", "This grant was refused by the council; it can no longer be accepted."),
        (PRACTICE, PracticeStatus.DRAFTED, "fall_due", "This practice is drafted; it cannot fall due for review yet."),
        (MEETING, MeetingStatus.PREPARED, "close", "This meeting has its agenda; it cannot be closed yet."),
        (ITEM, ItemStatus.DEFERRED, "decide", "This item is put off; it cannot be settled yet."),
    ],
)  # fmt: skip
def test_a_refused_step_says_where_the_thing_stands_and_what_it_cannot(lifecycle, status, step, words):
    assert lifecycle.reasons_not_to(Row(status), step) == [words]


@pytest.mark.parametrize("noun", sorted(Lifecycle.known))
def test_no_refusal_of_any_table_names_a_step_as_the_code_does(noun):
    lifecycle = Lifecycle.known[noun]
    statuses = type(lifecycle.begins)

    said = [
        (step, words)
        for status in statuses
        for step in lifecycle.words
        for words in lifecycle.reasons_not_to(Row(status), step)
    ]

    assert said
    for step, words in said:
        assert words.startswith(f"This {noun} ")
        assert words.endswith(".")
        assert "“" not in words
        assert "_" not in step or step not in words
    assert set(lifecycle.said) <= set(statuses)
    assert lifecycle.back <= set(lifecycle.words)


@pytest.mark.parametrize("noun", sorted(Lifecycle.known))
def test_what_may_no_longer_happen_cannot_be_reached_by_going_on(noun):
    """'No longer' and 'yet' are told apart by the table itself, each step that leads back left out."""
    lifecycle = Lifecycle.known[noun]

    for status in type(lifecycle.begins):
        reached, frontier = set(), {status}
        while frontier:
            frontier = {
                to
                for step, origins, to in lifecycle.table
                if step not in lifecycle.back and frontier & set(origins)
            } - reached
            reached |= frontier
        for step, origins, to in lifecycle.table:
            [words] = lifecycle.reasons_not_to(Row(status), step) or [""]
            assert ("no longer" in words) == bool(words and status != to and not reached & set(origins))
