"""kill -9 of the real web server while councils save and hand in: what was acknowledged is there, and once."""

import os
import random
import re
import signal
import time
from pathlib import Path

import pytest
from django.utils import timezone

from beacons.applications import actions
from beacons.applications.models import Answer, AnswerVersion
from beacons.core import guards, invariants, workdays
from beacons.core.letters import Letter
from tests import factories as make
from tests.reliability.browsers import Browser, Officer, faults
from tests.reliability.midyear import DAY
from tests.reliability.processes import environment, running, wait_until
from tests.setup.test_up import command, members

PASSWORD = "only for this test"
COUNCILS, BIDS = 3, 5
KILLS, SECONDS = 4, 15.0


def council(a_round):
    """Somebody who acts for many councils, with a draft to write and certified bids to hand in."""
    user = make.UserFactory()
    user.set_password(PASSWORD)
    user.save()
    bids = []
    for _ in range(BIDS + 1):
        authority = make.AuthorityFactory()
        make.MembershipFactory(user=user, role="drafter", authority=authority)
        bids.append(make.ApplicationFactory(round=a_round, authority=authority, drafted_by=user))
    draft, *others = bids
    for bid in others:
        make.answered(bid)
        actions.certify(bid, by=make.certifier(bid.authority), at=bid.drafted_at)
    return user, draft, others


def address(log: Path) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/", log.read_text())
    return found.group() if found else ""


def web(house: int) -> tuple[list[int], list[int]]:
    """gunicorn's masters and its workers, among the house's processes."""
    parents = {}
    for pid in members(house):
        try:
            if "gunicorn" in command(pid):
                parents[pid] = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it ended while we looked
    masters = [pid for pid, parent in parents.items() if parent == house]
    return masters, [pid for pid, parent in parents.items() if parent in masters]


@pytest.mark.django_db(transaction=True)
def test_a_web_server_killed_under_way_loses_and_doubles_nothing(tmp_path):
    a_round = make.a_round(starts_on=workdays.day_in_london(timezone.now()) - 45 * DAY)
    assert a_round.is_in("applications", timezone.now())
    people = [council(a_round) for _ in range(COUNCILS)]
    # Those of the bids that were certified before anything was killed.
    before = AnswerVersion.objects.count()
    log = tmp_path / "log"
    env = environment(
        DJANGO_SETTINGS_MODULE="tests.reliability.served", EMAIL_URL=f"filemail:///{tmp_path}/letters"
    )
    chance = random.Random(20_081_125)
    kills = 0

    with running("up", "--port", "0", env=env, log=log) as house:
        assert wait_until(lambda: address(log)), log.read_text()
        officers = []
        for user, draft, others in people:
            browser = Browser(address(log))
            browser.sign_in(user.email, PASSWORD)
            officers.append(Officer(browser, draft, others))
        for officer in officers:
            officer.start()

        def acknowledged():
            return sum(officer.acknowledged for officer in officers)

        last = time.monotonic() + SECONDS
        while kills < KILLS and (time.monotonic() < last or kills < 3):
            seen = acknowledged()
            assert wait_until(lambda seen=seen: acknowledged() >= seen + 4, pause=0.005), log.read_text()
            time.sleep(chance.uniform(0, 0.05))
            masters, workers = web(house.pid)
            # Each third time the master too: then the supervisor starts another one.
            for pid in [*workers, *(masters if kills % 3 == 2 else [])]:
                os.kill(pid, signal.SIGKILL)
            kills += 1
        seen = acknowledged()
        assert wait_until(lambda: acknowledged() > seen + 4), "it does not serve after the last kill"
        for officer in officers:
            officer.stopping = True
        for officer in officers:
            officer.join(60)
            assert not officer.is_alive()
        house.send_signal(signal.SIGINT)
        assert house.wait(30) == 0
        assert members(house.pid) == []

    assert list(faults(officers)) == []
    assert list(invariants.broken()) == []
    assert sum(officer.browser.broken for officer in officers) > 0, (
        "no request was cut off: nothing was tried"
    )
    assert sum(len(officer.handed_in) for officer in officers) > 0
    assert sum(officer.by_itself for officer in officers) > 0
    assert AnswerVersion.objects.count() == before + sum(len(officer.saved) for officer in officers)


# The control: the ledger tells what is lost, and what is doubled


@pytest.fixture
def officer(db):
    a_round = make.a_round()
    user, draft, others = council(a_round)
    found = Officer(Browser("http://127.0.0.1:1/"), draft, others)
    at = make.during(a_round, "applications")
    for number, text in enumerate(("one", "two", "three")):
        actions.save_answers(draft, {found.question.pk: (text, number)}, by=user, at=at)
        found.saved.append(text)
    for bid in others[:2]:
        actions.submit(bid, by=user, at=at)
        found.handed_in.append(bid)
    assert list(faults([found])) == []
    return found


def lose_a_save(officer):
    AnswerVersion.objects.filter(version=2).delete()


def lose_the_last_save(officer):
    AnswerVersion.objects.filter(version=3).delete()


def double_a_save(officer):
    answer = Answer.objects.get(application=officer.draft)
    AnswerVersion.objects.create(
        answer=answer, version=4, text="three", saved_by=answer.saved_by, saved_at=answer.saved_at
    )


def lose_what_was_handed_in(officer):
    type(officer.draft).objects.filter(pk=officer.handed_in[0].pk).update(status="certified")


def hand_in_what_was_not(officer):
    bids = type(officer.draft).objects.filter(pk=officer.bids[-1].pk)
    bids.update(status="submitted", submitted_by=officer.draft.drafted_by, submitted_at=timezone.now())


def double_a_letter(officer):
    letter = Letter.objects.filter(kind="application_submitted").first()
    letter.pk, letter.key = None, f"{letter.key}:again"
    letter.save()


@pytest.mark.parametrize(
    "spoil",
    [
        lose_a_save,
        lose_the_last_save,
        double_a_save,
        lose_what_was_handed_in,
        hand_in_what_was_not,
        double_a_letter,
    ],
)
def test_the_ledger_tells_what_is_lost_or_doubled(officer, spoil):
    guards.drop_all()

    spoil(officer)

    assert len(list(faults([officer]))) >= 1
    guards.set_all()
