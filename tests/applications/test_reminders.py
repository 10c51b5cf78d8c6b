"""Reminders of the closing: to those with something left to do, once for each day, in one letter for all of it."""

from datetime import datetime, timedelta

import pytest

from beacons.applications import actions, reminding
from beacons.applications.models import Abstention, Reminder
from beacons.applications.tasks import sweep
from beacons.core import clock, workdays
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from beacons.directory.models import Membership
from beacons.rounds.models import Invitation, Round, Stage
from outcomes.models import SignUp
from tests import factories
from tests.applications.conftest import begun, certified, letters_of, submitted, written


def on(month, day):
    return workdays.noon(datetime(2026, month, day).date())


# Applications open on Monday 9 February and close on Monday 9 March 2026.
TEN, FIVE, TWO, ONE = on(2, 23), on(3, 2), on(3, 5), on(3, 6)
SECOND = timedelta(seconds=1)


def sweep_at(at):
    with clock.set_to(at):
        return sweep()


def told():
    """{address: body} of all reminders."""
    return {letter.to: letter.body for letter in letters_of("application_reminder")}


def test_they_go_ten_five_two_and_one_working_days_before_and_once_each(council):
    begun(council)

    done = [
        sweep_at(at)
        for at in (TEN - SECOND, TEN, TEN, FIVE - SECOND, FIVE, FIVE + timedelta(days=1), TWO, ONE, ONE)
    ]

    assert done == [0, 1, 0, 0, 1, 0, 1, 1, 0]
    assert Reminder.objects.count() == Letter.objects.filter(kind="application_reminder").count() == 4
    assert {letter.subject for letter in letters_of("application_reminder")} == {
        "Applications close at noon on 9 March 2026: what is left for Testbury to do"
    }


def test_a_clock_that_stood_still_sends_the_last_one_alone(council):
    begun(council)

    assert [sweep_at(ONE), sweep_at(ONE)] == [1, 0]
    assert Reminder.objects.get().due_at == ONE


def test_the_days_are_the_rounds_own_and_can_be_turned_off(council):
    begun(council)
    Round.objects.update(application_reminder_days="3")
    third = on(3, 4)

    assert [sweep_at(TWO - SECOND), Reminder.objects.get().due_at] == [1, third]
    Round.objects.update(reminds=False, application_reminder_days="1")
    assert sweep_at(ONE) == 0


def test_each_situation_is_told_to_those_it_waits_for(council):
    """A council with four outcomes: nothing begun, being written, waiting for a certifier, certified."""
    second = factories.certifier(council.authority)
    titles = {}
    for name in ("Nothing begun", "Written", "Waiting"):
        outcome = factories.OutcomeFactory(title=name)
        council.round.outcomes.add(outcome)
        factories.SignUpFactory(outcome=outcome, authority=council.authority)
        if name != "Nothing begun":
            titles[name] = actions.start(
                council.round, outcome, council.authority, title=f"Bid {name}", by=council.drafter, at=council.at
            )  # fmt: skip
    factories.answered(titles["Waiting"])
    titles["Waiting"].summary, titles["Waiting"].lead_officer = "We did it.", "Sam"
    titles["Waiting"].develop = titles["Waiting"].disseminate = 50_000
    titles["Waiting"].save()
    actions.ask_certifier(titles["Waiting"], by=council.drafter, at=council.at)
    signed = certified(council)

    assert sweep_at(FIVE) == 1

    letters = told()
    assert set(letters) == {council.drafter.email, council.certifier.email, second.email}
    officer, chief = letters[council.drafter.email], letters[council.certifier.email]
    assert "- Nothing begun\n" in officer
    assert "Say that you will not, and we write no more" in officer
    assert "Bid Written" in officer
    assert "* Write the summary for the public." in officer
    assert "* Answer “What about outcomes?”" in officer
    assert "Bid Waiting" not in officer
    assert "Certified, and not submitted" in officer
    assert signed.title in officer
    assert "Bid Waiting" in chief
    assert signed.title in chief
    assert "Nothing begun" not in chief
    assert "Bid Written" not in chief
    assert Reminder.objects.get().letters == 3


def test_a_draft_in_which_nothing_is_missing_is_to_be_certified(council):
    written(council)

    sweep_at(FIVE)

    assert set(told()) == {council.drafter.email}
    assert "Nothing is missing. Ask those who certify" in told()[council.drafter.email]


def test_of_much_that_is_missing_a_letter_names_the_first(council):
    begun(council)
    for _ in range(8):
        factories.QuestionFactory(round=council.round)

    sweep_at(FIVE)

    [body] = told().values()
    assert body.count("  * ") == reminding.MOST_NAMED + 1
    assert "* and 4 more" in body


def test_who_was_asked_to_certify_today_is_not_written_to_twice(council):
    bid = written(council)
    actions.ask_certifier(bid, by=council.drafter, at=TWO - timedelta(hours=2))

    sweep_at(TWO)
    on_that_day = told()
    sweep_at(ONE)

    assert on_that_day == {}
    assert set(told()) == {council.certifier.email}


def test_a_council_without_officers_is_reminded_through_those_who_certify(council):
    Membership.objects.filter(user=council.drafter).delete()

    sweep_at(FIVE)

    assert set(told()) == {council.certifier.email}


def test_a_council_with_nobody_waits_until_somebody_is_registered(council):
    Membership.objects.all().delete()
    before = [sweep_at(FIVE), sweep_at(FIVE)]
    officer = factories.drafter(council.authority)

    assert [*before, sweep_at(FIVE + SECOND), sweep_at(FIVE + SECOND)] == [0, 0, 1, 0]
    assert set(told()) == {officer.email}


@pytest.mark.parametrize("became", ["handed in", "withdrawn", "abstains", "not signed up", "abolished"])
def test_who_has_nothing_left_to_do_is_left_in_peace(council, became):
    if became == "handed in":
        submitted(council)
    elif became == "withdrawn":
        actions.withdraw(begun(council), why="x", by=council.drafter, at=council.at)
    elif became == "abstains":
        actions.abstain(
            council.round, council.authority, [council.outcome], by=council.drafter, at=council.at
        )
    elif became == "not signed up":
        SignUp.objects.all().delete()
    else:
        council.authority.closed_on = council.at.date()
        council.authority.save()

    assert [sweep_at(at) for at in (TEN, FIVE, TWO, ONE)] == [0, 0, 0, 0]
    assert told() == {}


def test_who_takes_it_back_is_reminded_again(council):
    [said] = actions.abstain(
        council.round, council.authority, [council.outcome], by=council.drafter, at=council.at
    )
    actions.take_abstention_back(said, by=council.certifier, at=TEN)

    assert [sweep_at(at) for at in (TEN, FIVE)] == [1, 1]


def test_who_began_or_signed_up_after_a_reminder_fell_due_gets_the_next(council):
    SignUp.objects.update(signed_up_at=FIVE + timedelta(hours=1))
    signed_up_late = [sweep_at(FIVE + timedelta(hours=2)), sweep_at(TWO)]
    late = factories.ApplicationFactory(round=council.round, drafted_at=TWO + timedelta(hours=1))
    SignUp.objects.filter(authority=late.authority).update(signed_up_at=TWO + timedelta(hours=1))

    assert signed_up_late == [0, 1]
    assert [sweep_at(TWO + timedelta(hours=2)), sweep_at(ONE)] == [0, 2]


def test_on_the_day_applications_open_nobody_is_reminded(council):
    """The letter that they are open goes at the same noon."""
    Round.objects.update(application_reminder_days="20, 5")
    Stage.objects.filter(key="applications").update(opens_on=datetime(2026, 2, 9).date())

    assert [sweep_at(on(2, 9)), sweep_at(on(2, 10)), sweep_at(FIVE)] == [0, 0, 1]


def test_nobody_is_reminded_to_begin_where_nobody_is_expected(council):
    Round.objects.update(open_to="any")

    assert sweep_at(TEN) == 0
    Invitation.objects.create(
        round=council.round, outcome=council.outcome, authority=council.authority, sent_at=council.at
    )
    assert sweep_at(FIVE) == 1


def test_one_person_of_two_councils_gets_a_letter_for_each(council):
    other = factories.SignUpFactory(outcome=council.outcome).authority
    factories.MembershipFactory(user=council.drafter, authority=other)

    assert sweep_at(FIVE) == 2
    assert [letter.to for letter in letters_of("application_reminder")] == [council.drafter.email] * 2


def test_reminding_twice_in_a_moment_writes_one_letter_each(council):
    [authority] = reminding.to_remind(FIVE)

    actions.remind(authority, by=None, at=FIVE)
    with pytest.raises(Refused, match="reminded already"):
        actions.remind(authority, by=None, at=FIVE + SECOND)

    assert len(letters_of("application_reminder")) == 1


def test_one_council_that_fails_stops_no_other(council, monkeypatch):
    bad = factories.SignUpFactory(outcome=council.outcome).authority
    factories.drafter(bad)
    left = reminding.what_is_left

    def failing(authority, *facts):
        if authority.pk == bad.pk:
            raise OSError("disk full")
        return left(authority, *facts)

    monkeypatch.setattr(reminding, "what_is_left", failing)

    assert sweep_at(FIVE) == 1
    monkeypatch.undo()
    assert sweep_at(FIVE) == 1
    assert len(told()) == 2


def test_councillors_who_write_and_leaders_who_certify_are_reminded(db):
    a_round = factories.a_round(open_to="councillors")
    seat = factories.AuthorityFactory()
    councillor, leader = (
        factories.person(role, authority=seat, political_group="Independent")
        for role in ("councillor", "group_leader")
    )
    factories.drafter(seat)
    bid = factories.ApplicationFactory(
        round=a_round, authority=seat, councillor=councillor, political_group="Independent", drafted_by=councillor
    )  # fmt: skip
    SignUp.objects.all().delete()
    sweep_at(FIVE)
    first = set(told())
    factories.answered(bid)
    actions.ask_certifier(bid, by=councillor, at=FIVE + timedelta(hours=1))

    sweep_at(TWO)

    assert first == {councillor.email}
    assert set(told()) == {councillor.email, leader.email}
    assert not Abstention.objects.exists()
