"""The last minutes: what came in time counts whatever happens after it came, and costs the database little."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beacons.applications import actions, tasks
from beacons.applications.models import Application, Extension
from beacons.core import clock
from beacons.core.lifecycle import Refused
from beacons.core.models import Letter
from beacons.core.steps import Step
from tests import factories
from tests.applications.conftest import LONG_ENOUGH, certified, submitted, written
from tests.reliability.racing import at_once

MICROSECOND = timedelta(microseconds=1)


def withdrawn(council):
    return actions.withdraw(submitted(council), why="x", by=council.drafter, at=council.at)


def changed(council):
    """One answer changed, of a section as its form sends it."""
    one, other = council.questions
    return {f"answer_{one.pk}": "Changed.", f"version_{one.pk}": 1, f"answer_{other.pk}": LONG_ENOUGH, f"version_{other.pk}": 1}  # fmt: skip


def statements(council):
    return {
        "statement_1": "on",
        "statement_2": "on",
        "seen": Application.objects.get(authority=council.authority).fingerprint(),
    }


# What is made, who acts, on which page, with what, and the statuses it has when it came in time and when it came too late.
ACTS = {
    "save": (written, "drafter", "section/1/", changed, "draft", "draft"),
    "certify": (written, "certifier", "certify/", statements, "certified", "draft"),
    "ask": (written, "drafter", "certify/ask/", lambda _: {}, "draft", "draft"),
    "send back": (certified, "certifier", "send-back/", lambda _: {"why": "Shorter"}, "draft", "certified"),
    "submit": (certified, "drafter", "submit/", lambda _: {}, "submitted", "certified"),
    "withdraw a draft": (written, "drafter", "withdraw/", lambda _: {"why": "x"}, "withdrawn", "draft"),
    "reopen": (withdrawn, "drafter", "reopen/", lambda _: {}, "draft", "withdrawn"),
}


def came(at):
    return {"X-Request-Start": f"t={at.timestamp():.6f}"}


def steps_of(bid):
    return Step.objects.of(bid).count()


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize(("early", "counts"), [(MICROSECOND, True), (0 * MICROSECOND, False)])
def test_the_instant_at_which_it_came_decides_however_long_it_waited(
    council, visit, settings, name, early, counts
):
    settings.TRUSTED_PROXY = True
    make, who, page, said, in_time, too_late = ACTS[name]
    bid = make(council)
    before, texts = steps_of(bid), set(bid.answers.values_list("text", flat=True))
    client = visit(getattr(council, who), at=council.closes + timedelta(seconds=90))

    client.post(f"/applications/{bid.reference}/{page}", said(council), headers=came(council.closes - early))

    assert Application.objects.get(pk=bid.pk).status == (in_time if counts else too_late)
    if name == "save":
        assert ("Changed." in bid.answers.values_list("text", flat=True)) is counts
        assert counts or set(bid.answers.values_list("text", flat=True)) == texts
    else:
        assert steps_of(bid) - before == counts
        last = Step.objects.of(bid).last()
        assert not counts or last.at == council.last


@pytest.mark.parametrize(("early", "final"), [(MICROSECOND, False), (0 * MICROSECOND, True)])
def test_withdrawn_in_time_it_can_come_back_and_withdrawn_too_late_it_cannot(
    council, visit, settings, early, final
):
    settings.TRUSTED_PROXY = True
    bid = submitted(council)
    client = visit(council.drafter, at=council.closes + timedelta(seconds=90))

    client.post(
        f"/applications/{bid.reference}/withdraw/", {"why": "x"}, headers=came(council.closes - early)
    )
    client.post(f"/applications/{bid.reference}/reopen/", headers=came(council.closes - MICROSECOND))

    told = Letter.objects.filter(kind="application_withdrawn").first()
    assert ("this is final" in told.body) is final


@pytest.mark.parametrize(("early", "agreed"), [(MICROSECOND, True), (0 * MICROSECOND, False)])
def test_more_time_is_agreed_to_in_time_however_long_it_waited(council, visit, settings, early, agreed):
    settings.TRUSTED_PROXY = True
    extension = factories.ExtensionFactory(
        round=council.round, authority=council.authority, agreed_by=None, agreed_at=None
    )
    bid = certified(council)

    visit(factories.case_officer(), at=council.closes + timedelta(seconds=90)).post(
        f"/applications/more-time/{extension.pk}/agree/", headers=came(council.closes - early)
    )
    with clock.set_to(council.closes + clock.STRAGGLERS):
        tasks.sweep()

    assert Extension.objects.get().is_agreed is agreed
    assert Application.objects.get(pk=bid.pk).status == ("certified" if agreed else "lapsed")


# Held up behind another for seconds, with the clock's sweep on its heels


def posting(council, bid, name, at, *, who=""):
    """A browser that posts, whose request came at an instant."""
    _, usual, page, said, _, _ = ACTS[name]
    client, body = Client(), said(council)
    client.force_login(
        getattr(council, who or usual), backend="allauth.account.auth_backends.AuthenticationBackend"
    )

    def post():
        with clock.set_to(at):
            return client.post(f"/applications/{bid.reference}/{page}", body)

    return post


def sweeping(at):
    def sweep():
        with clock.set_to(at):
            return tasks.sweep()

    return sweep


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["certify", "send back", "submit", "withdraw a draft"])
def test_held_up_by_a_lock_it_counts_and_the_sweep_that_follows_finds_it_done(council, name):
    make, _, _, _, in_time, _ = ACTS[name]
    bid = make(council)

    answer, _ = at_once(
        posting(council, bid, name, council.last),
        # Alone it waits for nothing: it finds nothing due while those who came in time are still being handled.
        lambda: waiting_too(bid, sweeping(council.closes + clock.STRAGGLERS - MICROSECOND)),
        gate=bid,
    )

    assert answer.status_code == 302
    assert Application.objects.get(pk=bid.pk).status == in_time
    assert not Letter.objects.filter(kind="application_lapsed").exists()


def waiting_too(bid, act):
    """Sweep, and then stand at the gate as well."""
    done = act()
    Application.objects.filter(pk=bid.pk).update(drafted_at=bid.drafted_at)
    return done


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_overtaken_by_the_sweep_after_all_it_is_told_so_and_nothing_is_half_done(council):
    """It was held up for longer than requests live: one of the two happens, whole, and the other is refused in words."""
    bid = certified(council)

    answer, lapsed = at_once(
        posting(council, bid, "submit", council.last),
        lambda: lapsing(bid, council.closes + clock.STRAGGLERS),
        gate=bid,
    )

    status = Application.objects.get(pk=bid.pk).status
    handed_in = status == "submitted"
    assert status in ("submitted", "lapsed")
    assert answer.url == f"/applications/{bid.reference}/{'receipt/' if handed_in else 'check/'}"
    assert isinstance(lapsed, Refused) is handed_in
    assert bid.submissions.count() == handed_in
    assert Letter.objects.filter(kind="application_lapsed").exists() is not handed_in
    assert list(Step.objects.of(bid).filter(step__in=["submit", "lapse"]).values_list("step", flat=True)) == [
        "submit" if handed_in else "lapse"
    ]


def lapsing(bid, at):
    try:
        return actions.lapse(bid, by=None, at=at)
    except Refused as refusal:
        return refusal


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_people_at_one_moment_both_have_the_receipt(council):
    bid = certified(council)

    answers = at_once(
        posting(council, bid, "submit", council.last, who="drafter"),
        posting(council, bid, "submit", council.last, who="certifier"),
        gate=bid,
    )

    assert {answer.url for answer in answers} == {f"/applications/{bid.reference}/receipt/"}
    assert bid.submissions.count() == 1
    assert Letter.objects.filter(kind="application_submitted").count() == 2


# What 350 councils do in the last minutes asks little of the database


def fill(council, bid):
    """More questions, partners and people than a council has at first."""
    for _ in range(6):
        question = factories.QuestionFactory(round=council.round)
        actions.save_answers(bid, {question.pk: (LONG_ENOUGH, 0)}, by=council.drafter, at=council.at)
        factories.PartnerFactory(application=bid)
        factories.drafter(council.authority)


def counted(council, name, bid):
    post = posting(council, bid, name, council.last)
    with CaptureQueriesContext(connection) as taken:
        assert post().status_code == 302
    return len(taken)


@pytest.mark.parametrize(("name", "most"), [("submit", 28), ("certify", 34), ("save", 21)])
def test_it_takes_few_queries_however_much_is_written(council, name, most):
    bid = written(council)
    fill(council, bid)
    if name == "submit":
        actions.certify(bid, by=council.certifier, at=council.at)

    assert counted(council, name, bid) <= most
