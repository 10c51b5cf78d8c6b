"""Invitations: to the cohort of the round's outcomes and nobody else, once; opened once; spoken of again in time."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from beacons.core import clock, invariants, letters, workdays
from beacons.core.lifecycle import Refused
from beacons.core.models import Letter
from beacons.core.steps import Step
from beacons.core.sweeps import Failure
from beacons.directory.models import Role
from beacons.rounds import actions, engagement, invitations, rules
from beacons.rounds.models import Invitation, Stage
from beacons.rounds.tasks import sweep
from outcomes.models import Issue, IssueSupport
from tests import factories as make
from tests.reliability.racing import at_once, errors
from tests.rounds.made import AT, approved, set_up

pytestmark = pytest.mark.django_db
MOMENT = timedelta(microseconds=1)


def member(outcome, **fields):
    """A council of the outcome's cohort with an officer."""
    council = make.AuthorityFactory(**fields)
    make.SignUpFactory(outcome=outcome, authority=council)
    return council, make.drafter(council)


def sign_up_stage(round):
    return round.stage_of("sign_up")


def invited(round):
    return sorted(Invitation.objects.filter(round=round).values_list("outcome__title", "authority__name"))


def written(kind="round_invitation"):
    return sorted(Letter.objects.filter(kind=kind).values_list("to", flat=True))


def sweep_at(at):
    with clock.set_to(at):
        return sweep()


# Who is invited


def test_the_approval_invites_the_cohort_of_the_rounds_outcomes_and_of_those_alone():
    outcome, other, elsewhere = (make.OutcomeFactory(title=title) for title in ("Jobs", "Homes", "Waste"))
    council, officer = member(outcome, name="Northshire")
    make.SignUpFactory(outcome=other, authority=council)
    area = make.SignUpFactory(outcome=outcome, authority__name="Southshire")
    brigade = make.AuthorityFactory(name="Southshire Fire", kind="fire", tier="")
    make.SignUpFactory(outcome=outcome, authority=brigade, joins=area)
    member(elsewhere, name="Eastshire")

    round = approved(outcome, other)

    assert invited(round) == [
        ("Homes", "Northshire"),
        ("Jobs", "Northshire"),
        ("Jobs", "Southshire"),
        ("Jobs", "Southshire Fire"),
    ]
    assert set(Invitation.objects.values_list("sent_at", "sent_by", "opened_at")) == {(AT, None, None)}
    assert written() == [officer.email]
    body = Letter.objects.get().body
    for invitation in Invitation.objects.filter(authority=council):
        assert reverse("invitation_detail", args=[invitation.pk]) in body
    assert list(invariants.broken()) == []


@pytest.mark.parametrize(
    ("closed_on", "is_invited"), [(AT.date(), False), (AT.date() + timedelta(days=1), True)]
)
def test_an_authority_that_was_abolished_is_not_invited(closed_on, is_invited):
    outcome = make.OutcomeFactory()
    _, officer = member(outcome, closed_on=closed_on)

    round = approved(outcome)

    assert Invitation.objects.filter(round=round).exists() == is_invited
    assert written() == ([officer.email] if is_invited else [])


def test_outcomes_changed_before_the_approval_decide_who_is_invited():
    out, kept, added = make.OutcomeFactory.create_batch(3)
    councils = [member(outcome)[0] for outcome in (out, kept, added)]
    round = set_up(out, kept)
    actions.change(round, outcomes=[kept, added], by=None, at=AT)

    actions.mark_approved(round, by=None, at=AT)

    assert set(Invitation.objects.values_list("authority", flat=True)) == {
        council.pk for council in councils[1:]
    }


def test_a_round_without_a_cohort_invites_nobody_and_notes_nothing():
    round = approved()

    assert not Invitation.objects.exists()
    assert not Step.objects.of(round).filter(step="invite").exists()


def test_a_council_without_anybody_registered_is_invited_and_nobody_is_written_to():
    sign_up = make.SignUpFactory()

    round = approved(sign_up.outcome)

    assert Invitation.objects.filter(round=round).count() == 1
    assert not Letter.objects.exists()
    assert engagement.members(round, AT).filter(engagement.NOBODY).count() == 1


# Those who come later


def test_staff_invite_who_signed_up_later_and_only_those():
    outcome = make.OutcomeFactory()
    _, early = member(outcome)
    round = approved(outcome)
    late, officer = member(outcome)
    manager = make.scheme_manager()

    invitations.invite(round, by=manager, at=AT + timedelta(days=3))

    made = Invitation.objects.get(authority=late)
    assert (made.sent_by, made.sent_at) == (manager, AT + timedelta(days=3))
    assert Letter.objects.filter(kind="round_invitation", to=early.email).count() == 1
    assert Letter.objects.filter(kind="round_invitation", to=officer.email).count() == 1


def test_a_council_invited_again_on_another_outcome_gets_a_letter_about_that_alone():
    outcome, other = make.OutcomeFactory(title="Jobs"), make.OutcomeFactory(title="Homes")
    council, officer = member(outcome)
    round = approved(outcome, other)
    make.SignUpFactory(outcome=other, authority=council)

    invitations.invite(round, by=make.scheme_manager(), at=AT + timedelta(days=1))

    first, second = Letter.objects.filter(to=officer.email).order_by("pk")
    assert ("Jobs" in first.body, "Homes" in first.body) == (True, False)
    assert ("Jobs" in second.body, "Homes" in second.body) == (False, True)


def test_inviting_twice_changes_nothing_more():
    outcome = make.OutcomeFactory()
    round = approved(outcome)
    member(outcome)
    manager = make.scheme_manager()
    invitations.invite(round, by=manager, at=AT)
    before = (Invitation.objects.count(), Letter.objects.count(), Step.objects.count())

    with pytest.raises(Refused, match="Every member of the cohort is invited already"):
        invitations.invite(round, by=manager, at=AT + timedelta(days=1))

    assert (Invitation.objects.count(), Letter.objects.count(), Step.objects.count()) == before


def test_nobody_is_invited_to_a_round_that_is_not_approved():
    outcome = make.OutcomeFactory()
    member(outcome)
    round = set_up(outcome)

    with pytest.raises(Refused, match="not approved yet"):
        invitations.invite(round, by=make.scheme_manager(), at=AT)

    assert not Invitation.objects.exists()


@pytest.mark.parametrize(("off", "reasons"), [(-MOMENT, 0), (timedelta(0), 1)])
def test_nobody_is_invited_from_the_instant_sign_up_closes(off, reasons):
    outcome = make.OutcomeFactory()
    round = approved(outcome)
    member(outcome)

    said = rules.reasons_not_to_invite(round, at=sign_up_stage(round).closes_at + off)

    assert len(said) == reasons
    assert all("Sign-up closed at noon on Monday 25 January 2027" in reason for reason in said)


def test_the_database_keeps_one_invitation_for_a_round_an_outcome_and_an_authority():
    outcome = make.OutcomeFactory()
    member(outcome)
    approved(outcome)
    copy = Invitation.objects.get()
    copy.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()


def test_a_sign_up_that_was_withdrawn_is_out_of_the_count_and_not_reminded():
    outcome = make.OutcomeFactory()
    council, _ = member(outcome)
    round = approved(outcome)
    outcome.sign_ups.get(authority=council).delete()

    assert engagement.members(round, AT).count() == 0
    assert engagement.letters_to_write(round, AT) == {"invite": 0, "remind": 0}


# Killed, and tried again


def test_what_dies_on_the_way_leaves_nothing_and_the_next_try_does_it_once(monkeypatch):
    outcome = make.OutcomeFactory()
    for _ in range(2):
        member(outcome)
    round = approved(make.OutcomeFactory())
    round.outcomes.add(outcome)
    write, calls = letters.write, []

    def dying(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise OSError("pulled out")
        write(*args, **kwargs)

    monkeypatch.setattr(letters, "write", dying)
    with pytest.raises(OSError, match="pulled out"):
        invitations.invite(round, by=None, at=AT)
    assert (Invitation.objects.count(), Letter.objects.count()) == (0, 0)

    invitations.invite(round, by=None, at=AT)

    assert (Invitation.objects.count(), Letter.objects.count()) == (2, 2)


# Opening


@pytest.fixture
def letter_box():
    """An invited council, its officer and its invitation."""
    outcome = make.OutcomeFactory(title="Jobs")
    _, officer = member(outcome, name="Northshire")
    round = approved(outcome)
    return round, officer, Invitation.objects.get()


def test_the_first_of_the_council_to_read_it_opens_it_and_the_second_changes_nothing(letter_box, visit):
    round, officer, invitation = letter_box
    chief = make.certifier(invitation.authority)
    at = make.during(round, "sign_up")
    url = invitation.get_absolute_url()

    visit(chief, at=at).get(url)
    visit(officer, at=at + timedelta(hours=1)).get(url)

    invitation.refresh_from_db()
    assert (invitation.opened_by, invitation.opened_at) == (chief, at)
    assert [step.by_id for step in Step.objects.of(invitation).filter(step="open")] == [chief.pk]


def test_the_verb_stamps_once_whoever_comes_with_an_old_copy(letter_box):
    _, officer, invitation = letter_box
    stale = Invitation.objects.get()
    invitations.open_invitation(invitation, by=officer, at=AT)

    invitations.open_invitation(stale, by=make.certifier(invitation.authority), at=AT + timedelta(days=1))

    invitation.refresh_from_db()
    assert (invitation.opened_by, invitation.opened_at) == (officer, AT)
    assert Step.objects.of(invitation).count() == 1


def test_that_others_look_at_it_does_not_count(letter_box, visit):
    round, _, invitation = letter_box
    at = make.during(round, "sign_up")
    coordinator = make.person(Role.COORDINATOR, region=invitation.authority.region)
    elsewhere = make.person(Role.COORDINATOR, region=make.RegionFactory())
    rival = make.drafter(make.AuthorityFactory())
    answers = {
        who: visit(user, at=at).get(invitation.get_absolute_url()).status_code
        for who, user in {
            "staff": make.scheme_manager(),
            "coordinator": coordinator,
            "elsewhere": elsewhere,
            "rival": rival,
            "visitor": None,
        }.items()
    }

    invitation.refresh_from_db()
    assert answers == {"staff": 200, "coordinator": 200, "elsewhere": 404, "rival": 404, "visitor": 302}
    assert invitation.opened_at is None


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}])
def test_a_browser_that_fetches_ahead_does_not_open_it(letter_box, visit, headers):
    round, officer, invitation = letter_box
    browser = visit(officer, at=make.during(round, "sign_up"))

    assert browser.get(invitation.get_absolute_url(), headers=headers).status_code == 200
    assert browser.head(invitation.get_absolute_url()).status_code == 200

    invitation.refresh_from_db()
    assert invitation.opened_at is None


def test_the_page_says_what_is_asked_and_by_when(letter_box, visit):
    round, _, invitation = letter_box
    chief = make.certifier(invitation.authority)
    page = visit(chief, at=make.during(round, "sign_up")).get(invitation.get_absolute_url())
    text = page.content.decode()

    assert "Please do this by <strong>noon on 25 January 2027</strong>" in text
    assert "about ten minutes" in text
    sign_up = invitation.outcome.sign_ups.get()
    for address in (
        reverse("sign_up_confirm", args=[sign_up.pk]),
        reverse("issue_state", args=[invitation.outcome.slug, invitation.authority_id]),
        round.get_absolute_url(),
        invitation.outcome.get_absolute_url(),
    ):
        assert f'href="{address}"' in text


def test_the_page_says_when_a_sign_up_is_prepared_and_waits_for_the_certifier(letter_box, visit):
    round, officer, invitation = letter_box
    chief, url = make.certifier(invitation.authority), invitation.get_absolute_url()
    at = make.during(round, "sign_up")
    before = visit(officer, at=at).get(url).content.decode()
    invitation.outcome.sign_ups.update(lead_officer="Ann Other, head of service")
    after = visit(officer, at=at).get(url).content.decode()

    assert "Waits for your certifier" not in before
    assert "Waits for your certifier" in after
    assert "Prepared</strong>" in visit(chief, at=at).get(url).content.decode()


def test_the_page_offers_nothing_that_is_done_or_not_possible(letter_box, visit):
    round, officer, invitation = letter_box
    sign_up = invitation.outcome.sign_ups.get()
    confirm = f'href="{reverse("sign_up_confirm", args=[sign_up.pk])}"'
    url = invitation.get_absolute_url()
    stage = sign_up_stage(round)

    chief = make.certifier(invitation.authority)
    early = visit(chief, at=stage.opens_at - MOMENT).get(url).content.decode()
    late = visit(chief, at=stage.closes_at).get(url).content.decode()
    staff = visit(make.scheme_manager(), at=stage.opens_at).get(url).content.decode()
    sign_up.confirmed_at, sign_up.confirmed_by = stage.opens_at, officer
    sign_up.save()
    done = visit(chief, at=stage.opens_at).get(url).content.decode()

    assert not any(confirm in page for page in (early, late, staff, done))
    assert "Sign-up opens at noon on 4 January 2027" in early
    assert "Sign-up closed at noon on 25 January 2027" in late
    assert "does not count as opening it" in staff
    assert "Completed" in done
    sign_up.delete()
    assert "no longer signed up" in visit(chief, at=stage.opens_at).get(url).content.decode()


def test_each_is_offered_what_each_may_do(letter_box, visit):
    """An officer prepares the sign-up and a certifier confirms it: no link of the page leads to a refusal."""
    round, officer, invitation = letter_box
    sign_up = invitation.outcome.sign_ups.get()
    confirm, prepare = (reverse(name, args=[sign_up.pk]) for name in ("sign_up_confirm", "sign_up_detail"))

    for user, theirs, others in (
        (officer, prepare, confirm),
        (make.certifier(invitation.authority), confirm, prepare),
    ):
        browser = visit(user, at=make.during(round, "sign_up"))
        text = browser.get(invitation.get_absolute_url()).content.decode()
        assert (f'href="{theirs}"' in text, f'href="{others}"' in text) == (True, False)
        assert browser.get(theirs).status_code == 200


@pytest.mark.parametrize("rows", [2, 20])
def test_the_page_costs_the_same_on_few_outcomes_and_many(visit, django_assert_max_num_queries, rows):
    outcomes = make.OutcomeFactory.create_batch(rows)
    council, officer = member(outcomes[0])
    for outcome in outcomes[1:]:
        make.SignUpFactory(outcome=outcome, authority=council)
    round = approved(outcomes[0])
    round.outcomes.set(outcomes)
    invitations.invite(round, by=None, at=AT)
    browser = visit(officer, at=make.during(round, "sign_up"))
    first, *_ = Invitation.objects.order_by("pk")

    # The first visit also writes; two of these are the savepoint that a test's transaction needs for it.
    with django_assert_max_num_queries(13):
        page = browser.get(first.get_absolute_url())
    assert page.content.decode().count("/invitations/") == rows - 1
    with django_assert_max_num_queries(7):
        browser.get(first.get_absolute_url())


# Reminders


@pytest.fixture
def late(letter_box):
    """The same, five working days before sign-up closes, at noon."""
    round, officer, _ = letter_box
    stage = sign_up_stage(round)
    return round, stage, officer, workdays.noon(workdays.add_working_days(stage.closes_on, -5))


def test_the_clock_reminds_five_working_days_and_one_before_sign_up_closes(late):
    _, stage, officer, due = late
    last = workdays.noon(workdays.add_working_days(stage.closes_on, -1))
    assert (due.date(), last.date()) == (date(2027, 1, 18), date(2027, 1, 22))

    told = []
    for at in (due - MOMENT, due, due + timedelta(hours=1), last - MOMENT, last, stage.closes_at - MOMENT):
        sweep_at(at)
        told.append(len(written("round_reminder")))

    assert told == [0, 1, 1, 1, 2, 2]
    assert set(written("round_reminder")) == {officer.email}
    assert not Failure.objects.exists()


def test_a_clock_that_stood_still_reminds_once_and_never_after_the_closing(late):
    _, stage, _, _ = late

    sweep_at(stage.closes_at - MOMENT)
    assert len(written("round_reminder")) == 1
    Letter.objects.filter(kind="round_reminder").delete()
    sweep_at(stage.closes_at)

    assert written("round_reminder") == []


def test_a_reminder_says_what_is_left(late):
    round, _, officer, due = late
    council = officer.authorities[0]
    sign_up = council.sign_ups.get()

    def left():
        row = engagement.members(round, due).get()
        return invitations.what_is_left(row)

    assert left() == "confirm the sign-up; say what is hard about it, or support what another council said"
    sign_up.confirmed_at, sign_up.confirmed_by = due, officer
    sign_up.save()
    assert left() == "say what is hard about it, or support what another council said"
    sweep_at(due)
    body = Letter.objects.get(kind="round_reminder").body
    assert "- Jobs: say what is hard about it, or support what another council said" in body
    assert Invitation.objects.get().get_absolute_url() in body


@pytest.mark.parametrize("how", ["states", "supports", "supports what was withdrawn", "withdraws"])
def test_who_confirmed_and_was_heard_is_not_reminded(late, how):
    _, _, officer, due = late
    council = officer.authorities[0]
    sign_up = council.sign_ups.get()
    sign_up.confirmed_at, sign_up.confirmed_by = due, officer
    sign_up.save()
    if how.startswith("supports"):
        issue = make.IssueFactory(outcome=sign_up.outcome)
        IssueSupport.objects.create(issue=issue, authority=council, supported_by=officer, supported_at=due)
    else:
        make.IssueFactory(outcome=sign_up.outcome, authority=council)
    if "withdr" in how:
        Issue.objects.update(withdrawn_at=due, withdrawn_by=officer)

    sweep_at(due)

    assert written("round_reminder") == ([officer.email] if how == "withdraws" else [])
    assert not Failure.objects.exists()


def test_what_was_merged_was_said_all_the_same(late):
    round, _, officer, due = late
    council = officer.authorities[0]
    outcome = council.sign_ups.get().outcome
    other = make.IssueFactory(outcome=outcome)
    make.IssueFactory(outcome=outcome, authority=council, merged_into=other, merged_at=due, merged_by=officer)

    assert engagement.members(round, due).get().has_stated


def test_staff_remind_once_in_a_working_day(late):
    _, stage, officer, _ = late
    manager = make.scheme_manager()
    friday = workdays.noon(date(2027, 1, 8))

    invitations.remind(stage, by=manager, at=friday)
    for again in (friday + timedelta(hours=3), friday + timedelta(days=1), friday + timedelta(days=2)):
        with pytest.raises(Refused, match="was reminded on Friday 8 January 2027"):
            invitations.remind(stage, by=manager, at=again)
    assert len(written("round_reminder")) == 1
    invitations.remind(stage, by=manager, at=friday + timedelta(days=3))

    assert written("round_reminder") == [officer.email] * 2


def test_what_staff_sent_on_the_day_will_do_for_the_clock(late):
    _, stage, _, due = late
    invitations.remind(stage, by=make.scheme_manager(), at=due - timedelta(hours=3))

    sweep_at(due)
    sweep_at(due + timedelta(days=1))

    assert len(written("round_reminder")) == 1
    assert not Failure.objects.exists()


def test_a_stage_that_was_moved_is_spoken_of_again_before_its_new_closing(late):
    _, stage, _, due = late
    sweep_at(due)
    stage = actions.move_stage(
        stage, closes_on=date(2027, 1, 29), why="The school holidays.", by=None, at=due + timedelta(hours=1)
    )

    sweep_at(due + timedelta(hours=2))
    assert len(written("round_reminder")) == 1
    sweep_at(workdays.noon(workdays.add_working_days(stage.closes_on, -5)))

    assert len(written("round_reminder")) == 2


def test_there_is_a_reason_whenever_nobody_is_reminded(late):
    _, stage, _, due = late
    manager = make.scheme_manager()

    def said(at):
        return rules.reasons_not_to_remind(stage, by=manager, at=at)

    assert said(stage.opens_at - MOMENT) == [
        "Sign-up opens at noon on Monday 4 January 2027. Until then nobody is late."
    ]
    assert said(stage.opens_at) == []
    assert said(stage.closes_at) == ["Sign-up closed at noon on Monday 25 January 2027."]
    make.MembershipFactory._meta.model.objects.filter(authority__isnull=False).update(ended_at=due)
    assert said(due) == [
        "There is nobody to remind: everybody who can be written to has done what was asked."
    ]


# Two at once


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_invite_at_once_write_one_letter():
    outcome = make.OutcomeFactory()
    round = approved(outcome)
    member(outcome)

    came = at_once(*[lambda: invitations.invite(round, by=None, at=AT)] * 2, gate=round)

    assert [type(error) for error in errors(came)] == [Refused]
    assert Invitation.objects.count() == 1
    assert Letter.objects.filter(kind="round_invitation").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_database_still_keeps_one():
    """The control: who does not lock reads an empty list twice, and the constraint stops the second."""
    outcome = make.OutcomeFactory()
    round = approved(outcome)
    member(outcome)

    def unlocked():
        waiting = list(engagement.uninvited(round, AT))
        Stage.objects.lock(sign_up_stage(round).pk)
        for sign_up in waiting:
            Invitation.objects.create(
                round=round, outcome=sign_up.outcome, authority=sign_up.authority, sent_at=AT
            )

    def whole():
        with transaction.atomic():
            unlocked()

    came = at_once(whole, whole, gate=sign_up_stage(round))

    assert [type(error) for error in errors(came)] == [IntegrityError]
    assert Invitation.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_clock_and_staff_at_once_remind_once():
    outcome = make.OutcomeFactory()
    member(outcome)
    round = approved(outcome)
    stage = sign_up_stage(round)
    at = workdays.noon(workdays.add_working_days(stage.closes_on, -5))
    manager = make.scheme_manager()

    came = at_once(
        lambda: invitations.remind(stage, by=None, at=at),
        lambda: invitations.remind(stage, by=manager, at=at),
        gate=round,
    )

    assert [type(error) for error in errors(came)] == [Refused]
    assert len(written("round_reminder")) == 1
