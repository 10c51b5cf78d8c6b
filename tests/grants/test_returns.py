"""Two short returns: sent, reminded of, sent back; the rule, the letters and the page."""

from datetime import timedelta

import pytest

from beacons.core import clock
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from beacons.core.workdays import add_working_days
from grants import actions, tasks
from grants.timetable import morning
from tests.factories import certifier, drafter, grants_officer
from tests.grants.making import fresh, return_of, statuses

MICROSECOND = timedelta(microseconds=1)
TYPED = {
    "done": "Two open days were held.",
    "learned": "The first one was too long.",
    "authorities_helped": "6",
    "struggling_helped": "2",
    "spent": "£36,000",
}


def sweep(at):
    with clock.set_to(at):
        return tasks.sweep()


def reminders(grant):
    written = Letter.objects.filter(kind="grant_return_reminder", to=grant.accepted_by.email)
    return list(written.order_by("pk").values_list("subject", flat=True))


# The act


def test_a_return_is_kept_as_it_was_sent(world):
    grant = world.active()

    due = world.report(grant, "middle", spent=30_000)

    kept = fresh(due)
    assert (kept.done, kept.learned) == ("Two open days were held.", "Fewer words, more people.")
    assert (kept.authorities_helped, kept.struggling_helped, kept.spent) == (6, 2, 30_000)
    assert (kept.submitted_by, kept.submitted_at) == (grant.accepted_by, due.submitted_at)
    assert statuses(grant) == ["active"]
    told = set(Letter.objects.filter(kind="grant_return_received").values_list("to", flat=True))
    assert {grant.accepted_by.email, world.officer.email} <= told


def test_a_return_is_sent_once(world):
    grant = world.active()
    world.report(grant, "middle")

    with pytest.raises(Refused, match="has been sent already"):
        world.report(grant, "middle", spent=1)

    assert return_of(grant, "middle").spent == grant.amount


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"done": " "}, "Say what was done"),
        ({"learned": "\u200b"}, "Say what was done"),
        ({"authorities_helped": 1, "struggling_helped": 2}, "there cannot be more"),
    ],
)
def test_a_return_says_something_that_can_be(world, said, reason):
    grant = world.active()

    with pytest.raises(Refused, match=reason):
        world.report(grant, "middle", **said)

    assert return_of(grant, "middle").submitted_at is None


def test_no_return_is_asked_for_before_the_grant_starts(world):
    with pytest.raises(Refused, match="no return is asked for"):
        world.report(world.accepted(), "middle")


def test_the_closing_return_comes_after_the_other_and_when_the_work_is_nearly_done(world):
    grant = world.active()
    due = return_of(grant, "closing")

    with pytest.raises(Refused, match="Send the mid-point return first"):
        world.report(grant, "closing")
    world.report(grant, "middle")
    with pytest.raises(Refused, match="can be sent from"):
        world.report(grant, "closing", at=due.due_at - timedelta(days=29))
    world.report(grant, "closing", at=due.due_at - timedelta(days=28))

    assert statuses(grant) == ["reported"]


def test_a_late_return_is_still_taken(world):
    grant = world.active()

    world.report(grant, "middle", at=return_of(grant, "middle").due_at + timedelta(days=20))

    assert return_of(grant, "middle").submitted_at is not None


# Sent back


def test_an_officer_sends_a_return_back_and_the_words_stay(world):
    grant = world.half_way()
    due = return_of(grant, "middle")

    with pytest.raises(Refused, match="Say why"):
        actions.send_back_return(due, why="", by=world.officer, at=due.due_at)
    actions.send_back_return(due, why="Is the spending right?", by=world.officer, at=due.due_at)

    due = fresh(due)
    assert (due.submitted_at, due.submitted_by) == (None, None)
    assert due.done == "Two open days were held."
    letter = Letter.objects.get(kind="grant_return_sent_back", to=grant.accepted_by.email)
    assert "Is the spending right?" in letter.body


def test_a_closing_return_sent_back_makes_the_grant_active_again(world):
    grant = world.reported()
    closing = return_of(grant, "closing")

    with pytest.raises(Refused, match="send that one back first"):
        actions.send_back_return(return_of(grant, "middle"), why="Why?", by=world.officer, at=closing.due_at)
    actions.send_back_return(closing, why="Why?", by=world.officer, at=closing.due_at)

    assert statuses(grant) == ["active"]
    world.report(grant, "closing")
    assert statuses(grant) == ["reported"]


def test_a_return_on_which_money_rests_stays(world):
    grant = world.half_way()
    due = return_of(grant, "middle")
    world.prepare(grant, 2, at=due.due_at)

    with pytest.raises(Refused, match="on the strength of this return"):
        actions.send_back_return(due, why="Why?", by=world.officer, at=due.due_at)
    with pytest.raises(Refused, match="Only a grants officer"):
        actions.send_back_return(due, why="Why?", by=world.finance, at=due.due_at)


# Reminders


def test_a_return_is_reminded_of_three_times_once_each(world):
    grant = world.active()
    due = return_of(grant, "middle")
    day = f"{due.due_on:%-d %B %Y}"
    instants = [
        morning(add_working_days(due.due_on, -5)),
        morning(due.due_on),
        morning(add_working_days(due.due_on, 5)),
    ]
    for number, instant in enumerate(instants):
        assert sweep(instant - MICROSECOND) == 0
        assert sweep(instant) == 1
        assert sweep(instant) == 0
        assert len(reminders(grant)) == number + 1

    subject = f"Mid-point return of {grant.reference}, due by noon on {day}"
    assert reminders(grant) == [subject, subject, f"Late: {subject}"]


def test_what_was_missed_while_the_clock_stood_still_is_written_once(world):
    grant = world.active()
    due = return_of(grant, "middle")

    assert sweep(due.due_at + timedelta(days=30)) == 1
    assert sweep(due.due_at + timedelta(days=31)) == 0

    assert [subject.split(":")[0] for subject in reminders(grant)] == ["Late"]


def test_nobody_is_reminded_of_what_has_come_or_of_a_stopped_grant(world):
    sent, stopped = world.half_way(), world.active()
    actions.stop(stopped, why="Closed.", by=world.officer, at=world.signed_at)

    assert sweep(return_of(sent, "middle").due_at + timedelta(days=10)) == 0

    assert not Letter.objects.filter(kind="grant_return_reminder").exists()


# The page


def test_the_holder_sends_its_return_by_the_page(world, visit):
    grant = world.active()
    due = return_of(grant, "middle")
    officer = grant.application.drafted_by
    browser = visit(officer, at=due.due_at - timedelta(days=1))

    page = browser.get(due.get_absolute_url())
    assert "Takes about 10 minutes." in page.content.decode()
    assert 'value="0"' not in page.content.decode()
    answer = browser.post(due.get_absolute_url(), TYPED, follow=True)

    assert answer.redirect_chain == [(grant.get_absolute_url(), 302)]
    assert "Mid-point return of" in answer.content.decode()
    assert fresh(due).spent == 36_000
    assert fresh(due).submitted_by == officer
    shown = browser.get(due.get_absolute_url()).content.decode()
    assert "The first one was too long." in shown
    assert "<textarea" not in shown


def test_nothing_typed_is_lost_when_a_return_is_refused(world, visit):
    grant = world.active()
    due = return_of(grant, "middle")
    browser = visit(grant.accepted_by, at=due.due_at)
    world.report(grant, "middle")

    page = browser.post(due.get_absolute_url(), TYPED)

    assert page.status_code == 200
    assert "has been sent already" in page.content.decode()
    assert "The first one was too long." in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"done": "word " * 201}, "1 word too many"),
        ({"learned": ""}, "What was learned?"),
        ({"struggling_helped": "7"}, "there cannot be more of them"),
        ({"spent": "lots"}, "must be a whole number"),
        ({"authorities_helped": "-1"}, "0 or more"),
    ],
)
def test_the_form_says_what_is_wrong(world, visit, typed, error):
    grant = world.active()
    due = return_of(grant, "middle")

    page = visit(grant.accepted_by, at=due.due_at).post(due.get_absolute_url(), TYPED | typed)

    assert error in page.content.decode()
    assert fresh(due).submitted_at is None


def test_only_the_holder_writes_a_return(world, visit):
    grant = world.active()
    due = return_of(grant, "middle")
    url = due.get_absolute_url()

    staff = visit(grants_officer(), at=due.due_at)
    assert "<textarea" not in staff.get(url).content.decode()
    assert staff.post(url, TYPED).status_code == 403
    stranger = visit(drafter(world.case().application.authority), at=due.due_at)
    assert stranger.get(url).status_code == 404
    assert stranger.post(url, TYPED).status_code == 404
    assert (
        visit(certifier(grant.authority), at=due.due_at).get(url.replace("middle", "other")).status_code
        == 404
    )

    assert fresh(due).submitted_at is None
