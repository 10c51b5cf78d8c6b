"""Sweeps and the clock: one bad row stops no other, what cannot be done is seen, and nothing happens twice."""

from datetime import UTC, datetime, timedelta

import pytest
from celery import Celery
from django.db import connection
from django.urls import reverse

from beacons.applications import tasks as of_applications
from beacons.applications.actions import clock as applications
from beacons.applications.models import Application
from beacons.celery import app
from beacons.core import clock, heartbeat, sweeps
from beacons.core.heartbeat import LATE_AFTER, Heartbeat
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.core.sweeps import RECENT, Failure
from beacons.core.ticker import Ticker
from grants import plans
from grants import tasks as of_grants
from tests import factories as make
from tests.reliability.racing import at_once

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def users(db):
    return make.UserFactory.create_batch(3)


def poisoned(second, error):
    def act(item, *, by, at):
        if item == second:
            raise error
        done.append(item)

    done = []
    act.done = done
    return act


# One bad row


@pytest.mark.parametrize("error", [ValueError("odd row"), Refused("Not now.")])
def test_a_bad_item_stops_no_other_and_is_seen(users, error):
    act = poisoned(users[1], error)

    for minute in range(3):
        assert sweeps.each(users, act, at=AT + minute * MINUTE) == 2

    assert act.done == [users[0], users[2]] * 3
    failure = Failure.objects.get()
    assert (failure.act, failure.subject_type, failure.subject_id) == (
        f"{__name__}.act",
        "directory.user",
        users[1].pk,
    )
    assert (failure.times, failure.first_at, failure.last_at) == (3, AT, AT + 2 * MINUTE)
    assert str(error) in failure.error


def test_an_item_that_cannot_even_be_looked_at_stops_no_other(users):
    done = []

    def when(item):
        if item == users[1]:
            raise KeyError("spread")
        return item != users[2]

    def act(item, *, by, at):
        done.append(item)

    assert sweeps.each(users, act, at=AT, when=when) == 1

    assert done == [users[0]]
    assert Failure.objects.get().error == "KeyError: 'spread'"


def test_what_failed_once_in_a_race_is_no_alarm_and_what_is_over_is_none(users):
    act = poisoned(users[1], Refused("Somebody else was quicker."))
    sweeps.each(users, act, at=AT)
    assert not Failure.objects.standing(AT + MINUTE).exists()

    sweeps.each(users, act, at=AT + MINUTE)
    assert Failure.objects.standing(AT + MINUTE).count() == 1
    assert not Failure.objects.standing(AT + MINUTE + RECENT).exists()

    sweeps.each(users, act, at=AT + timedelta(days=9))
    assert Failure.objects.get().times == 1, "counted anew: it had been over"


def test_what_failed_did_nothing_and_the_rest_did_all(users, db):
    """The bad item's own changes are rolled back with it, and the failure is not."""
    bids = [make.ApplicationFactory(), make.ApplicationFactory()]
    after = make.closing(bids[0].round, "applications") + timedelta(hours=1)
    Application.objects.filter(pk=bids[0].pk).update(title="x" * 120, reference="BAD")
    tell = applications.tell

    def fails_late(application, kind, **facts):
        if application.reference == "BAD":
            raise OSError("disk full")
        tell(application, kind, **facts)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(applications, "tell", fails_late)
        with clock.set_to(after):
            assert of_applications.sweep() == 1

    assert [Application.objects.get(pk=bid.pk).status for bid in bids] == ["draft", "lapsed"]
    assert list(Step.objects.filter(step="lapse").values_list("subject_id", flat=True)) == [bids[1].pk]
    assert Failure.objects.get().act == "beacons.applications.actions.clock.lapse"


def test_a_grant_whose_plan_cannot_be_read_stops_no_other_work_on_grants(db, monkeypatch):
    """Its plan is asked before its turn comes: that, too, is a thing that can fail."""
    bad, good = make.GrantFactory(status="active"), make.GrantFactory(status="active")
    due = make.ReturnFactory(grant=good)
    moved = plans.moved
    monkeypatch.setattr(plans, "moved", lambda grant: 1 / 0 if grant.pk == bad.pk else moved(grant))

    with clock.set_to(due.due_at):
        of_grants.sweep()

    due.refresh_from_db()
    assert due.reminders > 0
    assert Failure.objects.get().subject_id == bad.pk


def test_a_part_of_the_grants_work_that_breaks_stops_no_other_part(db, monkeypatch):
    due = make.ReturnFactory(grant=make.GrantFactory(status="active"))
    monkeypatch.setattr(of_grants.awards, "without_grant", lambda at: 1 / 0)

    with clock.set_to(due.due_at), pytest.raises(ZeroDivisionError):
        of_grants.sweep()

    due.refresh_from_db()
    assert due.reminders > 0


def test_the_log_does_not_say_why_the_panels_work_was_refused(db, caplog):
    case, grant = make.CaseFactory(), make.GrantFactory()

    def act(item, *, by, at):
        raise Refused(f"Why {item._meta.model_name} waits.")

    with caplog.at_level("INFO"):
        sweeps.each([case, grant], act, at=AT)

    assert "Why grant waits." in caplog.text
    assert f"Case {case.pk}" in caplog.text
    assert "Why case waits." not in caplog.text


def test_a_part_that_fails_stops_no_later_part_and_the_task_fails_all_the_same():
    ran = []

    def first(at):
        ran.append("first")
        raise KeyError("scoring")

    def second(at):
        ran.append("second")
        return 2

    with pytest.raises(KeyError):
        sweeps.one_by_one(first, second, at=AT)

    assert ran == ["first", "second"]
    assert sweeps.one_by_one(second, second, at=AT) == 4


def test_the_office_sees_what_the_clock_could_not_do_but_nothing_that_is_sealed(users, visit):
    for subject, times in (("grants.grant", 2), ("panel.decision", 5), ("rounds.stage", 1)):
        Failure.objects.create(
            act=f"{subject}.act",
            subject_type=subject,
            subject_id=90_210,
            error=f"{subject} is odd",
            times=times,
            first_at=AT,
            last_at=AT,
        )
    client = visit(make.scheme_manager(), at=AT + MINUTE)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa"}]
    session.save()

    office = client.get(reverse("office")).content.decode()
    listed = client.get(reverse("admin:core_failure_changelist")).content.decode()

    assert "2 things that the clock found due and could not do" in " ".join(office.split())
    assert "grants.grant is odd" in listed
    assert "grants.grant 90210" in listed
    assert "panel.decision is odd" not in listed
    assert "panel.decision 90210" not in listed


# Twice


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_one_moment_do_each_thing_once():
    """Both have found all that is due before either has done any of it."""
    a_round = make.a_round()
    bids = [make.ApplicationFactory(round=a_round) for _ in range(6)]
    after = make.closing(a_round, "applications") + timedelta(hours=1)
    found = list(Application.objects.unfinished_after(after))
    assert len(found) == 6

    done = at_once(
        lambda: sweeps.each(found, applications.lapse, at=after),
        lambda: sweeps.each(reversed(found), applications.lapse, at=after),
    )

    assert sum(done) == 6
    assert Step.objects.filter(step="lapse").count() == 6
    assert Letter.objects.filter(kind="application_lapsed").count() == 6
    assert set(Application.objects.values_list("status", flat=True)) == {"lapsed"}
    assert len(bids) == 6


# The ticker and its heartbeats


def small_house(**tasks):
    """A Celery application with these tasks, each minute."""
    house = Celery("house", set_as_current=False)
    schedule = {}
    for name, act in tasks.items():
        house.task(act, name=f"house.{name}")
        schedule[name] = {"task": f"house.{name}", "schedule": 60.0}
    house.conf.beat_schedule = schedule
    house.finalize()
    return house, schedule


@pytest.mark.django_db(transaction=True)
def test_a_task_that_always_fails_stops_no_other_and_gets_late(settings, client):
    ran = []

    def bad():
        raise RuntimeError("always")

    def good():
        ran.append("good")

    house, settings.CELERY_BEAT_SCHEDULE = small_house(bad=bad, good=good)
    ticker = Ticker(house)
    for minute in range(6):
        with clock.set_to(AT + minute * MINUTE):
            assert ticker.tick(minute * 60.0) == 2

    now = AT + 5 * MINUTE
    assert ran == ["good"] * 6
    assert Heartbeat.objects.get(name="bad").beat_at == AT
    assert Heartbeat.objects.get(name="good").beat_at == now
    with clock.set_to(AT + LATE_AFTER):
        assert client.get("/healthz").status_code == 200
    with clock.set_to(now):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["late"]) == (503, ["bad"])


def test_a_task_that_is_no_longer_in_the_schedule_is_not_late(settings, db):
    heartbeat.beat("of old", at=AT)
    heartbeat.beat("letters", at=AT)

    late = Heartbeat.objects.late(AT + timedelta(days=1))

    assert [part.name for part in late] == ["letters"]


@pytest.mark.django_db(transaction=True)
def test_every_line_of_the_schedule_beats_when_its_task_has_run(settings):
    ticker = Ticker(app)

    with clock.set_to(AT):
        ticker.tick(0.0)

    assert set(Heartbeat.objects.values_list("name", flat=True)) == set(settings.CELERY_BEAT_SCHEDULE)
    assert set(Heartbeat.objects.values_list("beat_at", flat=True)) == {AT}


@pytest.mark.django_db(transaction=True)
def test_a_database_that_went_away_between_two_tasks_is_asked_again():
    """The connection is cut when a task has used it: the next one has another."""
    ran = []

    def cut():
        ran.append(Letter.objects.count())
        if len(ran) == 1:
            connection.connection.close()

    def count():
        ran.append(Letter.objects.count())

    house, _ = small_house(cut=cut, count=count)
    ticker = Ticker(house)

    ticker.tick(0.0)
    ticker.tick(60.0)

    assert ran == [0, 0, 0, 0]
