"""Two requests at one moment. A second connection holds the row until all of them wait for it, then lets go."""

import contextvars
import threading
import time

import pytest
from django.db import IntegrityError, close_old_connections, connection, connections, transaction
from django.test import Client

from beacons.applications import actions
from beacons.applications.models import Answer, AnswerVersion, Application, Partner
from beacons.applications.statuses import Status
from beacons.core import clock
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from tests import factories
from tests.applications.conftest import DETAILS, LONG_ENOUGH, begun, certified, written

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
POSTS = 5


def at_once(row, *acts):
    """Run the acts in threads of their own, each held up by a lock on `row` until all are; their results in order."""
    results = [None] * len(acts)

    def run(number, act, context):
        try:
            results[number] = context.run(act)
        except (Refused, IntegrityError) as refusal:
            results[number] = refusal
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(number, act, contextvars.copy_context()), daemon=True)
        for number, act in enumerate(acts)
    ]
    with transaction.atomic():
        list(type(row).objects.select_for_update().filter(pk=row.pk))
        for thread in threads:
            thread.start()
        wait_until_waiting(len(threads))
    for thread in threads:
        thread.join(timeout=30)
    close_old_connections()
    return results


def wait_until_waiting(number):
    until = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            # Within a transaction the activity is read once, unless it is asked for afresh.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] >= number:
                return
            time.sleep(0.05)
    raise AssertionError(f"{number} requests did not come to wait for the row")


def posts(council, url, *bodies):
    """One signed-in browser for each body, ready to post."""
    made = []
    for body in bodies:
        client = Client()
        client.force_login(council.drafter, backend="allauth.account.auth_backends.AuthenticationBackend")
        made.append(lambda client=client, body=body: client.post(url, body))
    return made


def test_handed_in_once_however_many_press_the_button(council):
    bid = certified(council)

    with clock.set_to(council.at):
        answers = at_once(bid, *posts(council, f"/applications/{bid.reference}/submit/", *[{}] * POSTS))

    assert {answer.url for answer in answers} == {f"/applications/{bid.reference}/receipt/"}
    assert Step.objects.of(bid).filter(step="submit").count() == 1
    assert Letter.objects.filter(kind="application_submitted").count() == 2


def test_the_gate_finds_a_check_without_a_lock(council):
    """The negative control: asked before the row is locked and written without asking again, it happens each time."""
    bid = certified(council)
    done = []

    def careless():
        with transaction.atomic():
            if Application.objects.get(pk=bid.pk).status == Status.CERTIFIED:
                Application.objects.filter(pk=bid.pk).update(status=Status.SUBMITTED, submitted_at=council.at)
                done.append(1)

    at_once(bid, *[careless] * POSTS)

    assert len(done) == POSTS


def test_of_two_texts_at_one_moment_neither_is_lost(council):
    bid, question = begun(council), council.questions[0]

    def save(words, who):
        return lambda: actions.save_answers(bid, {question.pk: (words, 0)}, by=who, at=council.at)

    results = at_once(bid, save("Mine", council.drafter), save("Theirs", council.certifier))

    [refused] = [result for result in results if isinstance(result, Refused)]
    answer = Answer.objects.get(application=bid, question=question)
    assert refused.answers[question.pk].text == answer.text
    assert list(AnswerVersion.objects.values_list("text", "version")) == [(answer.text, 1)]


def autosaves(council, bid, *sent):
    """A browser of its own for each (who, text, page, turn): what its page's script sends, and the JSON it is told."""
    question, other = council.questions
    address = f"/applications/{bid.reference}/section/1/autosave/"

    def act(client, body):
        return lambda: client.post(address, body, headers={"accept": "application/json"}).json()

    made = []
    for who, words, page, turn in sent:
        client = Client()
        client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
        body = {
            f"answer_{question.pk}": words,
            f"version_{question.pk}": 0,
            f"answer_{other.pk}": "",
            f"version_{other.pk}": 0,
        }
        made.append(act(client, body | {"page": page, "turn": turn}))
    return made


def kept(bid):
    return list(
        AnswerVersion.objects.filter(answer__application=bid)
        .order_by("version")
        .values_list("version", "text", "restored_from")
    )


def test_of_two_pages_that_save_by_themselves_at_one_moment_one_is_acknowledged_and_one_told(council):
    bid, question = begun(council), council.questions[0]
    sent = [(council.drafter, "Mine", "first", 1), (council.certifier, "Theirs", "second", 1)]

    with clock.set_to(council.at):
        told = at_once(bid, *autosaves(council, bid, *sent))

    # Acknowledged is what is kept, and the other page was not told that it is saved.
    [(version, text, _)] = kept(bid)
    [winner] = [place for place, (_, words, _, _) in enumerate(sent) if words == text]
    assert told[winner]["versions"][f"version_{question.pk}"] == version == 1
    assert told[winner]["overtaken"] == {}
    assert f"version_{question.pk}" not in told[1 - winner]["versions"]
    assert list(told[1 - winner]["overtaken"]) == [f"answer_{question.pk}"]


def test_two_sendings_of_one_page_at_one_moment_leave_the_later_text_in_either_order(council):
    """The first was slow on its way, and the page had gone on."""
    bid = begun(council)
    sent = [(council.drafter, "The who", "first", 1), (council.drafter, "The whole text", "first", 2)]

    with clock.set_to(council.at):
        told = at_once(bid, *autosaves(council, bid, *sent))

    assert [answer["overtaken"] for answer in told] == [{}, {}]
    assert Answer.objects.get(application=bid).text == "The whole text"
    assert kept(bid)[-1][1] == "The whole text"


def test_restored_and_saved_at_one_moment_one_of_them_is_refused_and_shown_the_other(council):
    bid, question = begun(council), council.questions[0]
    for seen, words in enumerate(("First", "Second")):
        actions.save_answers(bid, {question.pk: (words, seen)}, by=council.drafter, at=council.at)

    restored, saved = at_once(
        bid,
        lambda: actions.restore_answer(bid, question, 1, seen=2, by=council.certifier, at=council.at),
        lambda: actions.save_answers(bid, {question.pk: ("Third", 2)}, by=council.drafter, at=council.at),
    )

    *before, last = kept(bid)
    assert before == [(1, "First", None), (2, "Second", None)]
    if isinstance(restored, Refused):
        assert last == (3, "Third", None)
        assert "saved another text" in str(restored)
        assert not isinstance(saved, Refused)
    else:
        assert last == (3, "First", 1)
        assert saved.answers[question.pk].text == "First"
    assert Answer.objects.get(application=bid).text == last[1]


@pytest.mark.parametrize("what", ["answer", "details"])
def test_two_restore_at_one_moment_and_the_second_is_asked_again(council, what):
    bid, question = begun(council), council.questions[0]
    for seen, words in enumerate(("First", "Second", "Third")):
        actions.save_answers(bid, {question.pk: (words, seen)}, by=council.drafter, at=council.at)
        actions.save_details(bid, **{**DETAILS, "title": words}, by=council.drafter, at=council.at)

    def restore(version, who):
        facts = {"by": who, "at": council.at}
        if what == "details":
            return lambda: actions.restore_details(bid, version, seen=4, **facts)
        return lambda: actions.restore_answer(bid, question, version, seen=3, **facts)

    results = at_once(bid, restore(1, council.drafter), restore(2, council.certifier))

    [won] = [place for place, result in enumerate(results, 1) if not isinstance(result, Refused)]
    if what == "details":
        newest = bid.details_versions.first()
        assert (newest.version, newest.restored_from) == (5, won)
        assert Application.objects.get(pk=bid.pk).title == newest.title
    else:
        assert kept(bid)[3:] == [(4, ("First", "Second")[won - 1], won)]


def test_certified_and_changed_at_one_moment(council):
    """Whichever comes first, what is certified is what it says."""
    bid, question = written(council), council.questions[0]

    at_once(
        bid,
        lambda: actions.certify(bid, by=council.certifier, at=council.at),
        lambda: actions.save_answers(
            bid, {question.pk: (f"{LONG_ENOUGH} More.", 1)}, by=council.drafter, at=council.at
        ),
    )

    after = Application.objects.get(pk=bid.pk)
    assert after.status == Status.CERTIFIED
    assert after.content_hash == after.fingerprint()


def test_withdrawn_and_handed_in_at_one_moment(council):
    bid = certified(council)

    results = at_once(
        bid,
        lambda: actions.submit(bid, by=council.drafter, at=council.at),
        lambda: actions.withdraw(bid, why="x", by=council.certifier, at=council.at),
    )

    after = Application.objects.get(pk=bid.pk)
    assert after.status == Status.WITHDRAWN
    assert after.submitted_at is None
    assert sum(isinstance(result, Refused) for result in results) in (0, 1)


def test_two_colleagues_begin_at_one_moment(council):
    """The second finds the first one's application, by the constraint that both ran into."""
    with clock.set_to(council.at):
        url = f"/applications/start/{council.round.slug}/{council.outcome.slug}/{council.authority.code}/"
        answers = at_once(council.round, *posts(council, url, {"title": "One"}, {"title": "Two"}))

    bid = Application.objects.get()
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    [refused] = [answer for answer in answers if answer.status_code == 200]
    assert bid.reference in refused.content.decode()


# Partners


SIGNED = {"name": "Bo Ek", "job": "Director"}


def with_partners(council, number=2):
    """A bid that names councils with an officer each, all asked; (bid, [(partner, officer)])."""
    bid = written(council)
    named = []
    for each in range(number):
        authority = factories.AuthorityFactory()
        partner = actions.add_partner(
            bid, authority=authority, name="", role=f"Runs site {each}", contact_email=f"{each}@partner.example",
            by=council.drafter, at=council.at,
        )  # fmt: skip
        actions.ask_partner(partner, by=council.drafter, at=council.at)
        named.append((Partner.objects.get(pk=partner.pk), factories.drafter(authority)))
    return bid, named


def answers_of(officer, partner, page="", **typed):
    """A browser in which this officer has the partner's part open, ready to send an answer to it."""
    client = Client()
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    body = {**SIGNED, "seen": partner.fingerprint, **typed}
    return lambda: client.post(f"/applications/parts/{partner.pk}/{page}", body)


def test_two_partners_confirm_at_one_moment_and_neither_is_lost(council):
    bid, named = with_partners(council)
    told = Letter.objects.filter(kind="partner_confirmed").count()

    with clock.set_to(council.at):
        pages = at_once(bid, *[answers_of(officer, partner) for partner, officer in named])

    after = [Partner.objects.get(pk=partner.pk) for partner, _ in named]
    assert [page.status_code for page in pages] == [302, 302]
    assert [partner.is_confirmed for partner in after] == [True, True]
    assert [partner.confirmed_by for partner in after] == [officer for _, officer in named]
    assert [Step.objects.of(partner).filter(step="confirm_part").count() for partner in after] == [1, 1]
    people = bid.people().count()
    assert Letter.objects.filter(kind="partner_confirmed").count() - told == 2 * people > 0


def test_one_partner_is_confirmed_once_however_many_of_its_people_press(council):
    bid, [(partner, officer)] = with_partners(council, 1)
    colleagues = [officer, *(factories.drafter(partner.authority) for _ in range(POSTS - 1))]

    with clock.set_to(council.at):
        pages = at_once(bid, *[answers_of(each, partner) for each in colleagues])

    after = Partner.objects.get(pk=partner.pk)
    assert [page.status_code for page in pages] == [302] * POSTS
    assert after.is_confirmed
    assert after.confirmed_by in colleagues
    assert Step.objects.of(partner).filter(step="confirm_part").count() == 1
    assert Letter.objects.filter(kind="partner_confirmed").count() == bid.people().count()


@pytest.mark.parametrize(("door", "typed"), [("", {}), ("decline/", {"why": LONG_ENOUGH})])
def test_taken_out_while_it_answers(council, door, typed):
    """Whoever comes first, the bid no longer names it, and whoever answered is told so, not shown an error."""
    bid, [(partner, officer), (other, _)] = with_partners(council)

    with clock.set_to(council.at):
        results = at_once(
            bid,
            answers_of(officer, partner, door, **typed),
            lambda: actions.remove_partner(partner, by=council.drafter, at=council.at),
        )

    answer, removed = results
    assert removed == bid
    assert list(Partner.objects.filter(application=bid)) == [other]
    said = Step.objects.of(partner).filter(step__in=["confirm_part", "decline_part"]).count()
    assert (answer.status_code, said) in [(302, 1), (200, 0)]
    if not said:
        assert "somebody took it away meanwhile" in answer.content.decode()
        assert not typed or LONG_ENOUGH in answer.content.decode()


def test_a_part_changed_while_it_is_confirmed_is_never_confirmed_unread(council):
    bid, [(partner, officer), _] = with_partners(council)

    with clock.set_to(council.at):
        at_once(
            bid,
            answers_of(officer, partner),
            lambda: actions.edit_partner(
                partner, role="Pays for all of it", contact_name="", contact_job="", contact_email="",
                by=council.drafter, at=council.at,
            ),
        )  # fmt: skip

    after = Partner.objects.get(pk=partner.pk)
    assert after.role == "Pays for all of it"
    assert not after.is_confirmed
