"""Check your answers: all of it on one page, each part with a way to change it, and what is missing with a way there."""

import pytest

from beacons.applications import actions, rules, tasklist
from beacons.applications.models import Application
from beacons.core.steps import Step
from beacons.desks.todo import duties
from tests import factories
from tests.applications.conftest import begun, certified, letters_of, submitted, written


def url(bid, page=""):
    return f"/applications/{bid.reference}/{page}"


def fresh(bid):
    return Application.objects.for_detail().get(pk=bid.pk)


# All of it, and where it is changed


@pytest.mark.parametrize("make", [begun, written, certified, submitted])
def test_it_is_open_at_every_step_and_says_where_to_change_what_can_be(council, visit, make):
    bid = make(council)

    response = visit(council.drafter, at=council.at).get(url(bid, "check/"))

    page = response.content.decode()
    addresses = tasklist.Desk(fresh(bid), council.drafter, council.at).addresses.values()
    links = [f'href="{address}"' in page for address in addresses if address]
    assert response.status_code == 200
    assert bid.title in page
    assert all(str(question) in page for question in council.questions)
    assert all(links)
    assert bool(links) is (bid.status == "draft")
    assert ("Change" in page) is (bid.status == "draft")


def test_withdrawn_and_lapsed_it_is_still_read(council, visit):
    bid = actions.withdraw(written(council), why="x", by=council.drafter, at=council.at)
    other = actions.lapse(factories.ApplicationFactory(round=council.round), by=None, at=council.closes)

    assert visit(council.drafter, at=council.at).get(url(bid, "check/")).status_code == 200
    assert visit(other.drafted_by, at=council.checking).get(url(other, "check/")).status_code == 200


def test_each_part_of_the_task_list_has_its_page(council):
    desk = tasklist.Desk(fresh(begun(council)), council.drafter, council.at)

    assert desk.addresses == {
        task.part: task.url for group in tasklist.groups(desk) for task in group.tasks if task.part
    }
    assert {lack.part for lack in rules.lacks(desk.application)} <= set(desk.addresses)


def test_what_is_missing_leads_to_where_it_is_mended(council, visit):
    bid = begun(council)
    first, second = council.questions

    page = visit(council.drafter, at=council.at).get(url(bid, "check/"))

    assert page.context["lacks"] == [
        ("Write the summary for the public.", url(bid, "details/")),
        (f"Answer “{first}”", f"{url(bid, 'section/1/')}#id_answer_{first.pk}"),
        (f"Answer “{second}”", f"{url(bid, 'section/1/')}#id_answer_{second.pk}"),
        ("Enter the grant you ask for, under its four heads.", url(bid, "budget/")),
    ]
    assert f'href="{url(bid, "section/1/")}#id_answer_{first.pk}"' in page.content.decode()


@pytest.mark.parametrize("kind", ["short", "long", "number", "money", "date", "choice", "choices", "table", "statement"])  # fmt: skip
def test_each_kind_of_question_is_led_to_by_its_first_box(council, visit, kind):
    question = factories.QuestionFactory(
        round=council.round, kind=kind, options="One\nTwo", columns="Year\nVisits"
    )
    bid, client = begun(council), visit(council.drafter, at=council.at)
    missing = dict(client.get(url(bid, "check/")).context["lacks"])

    page, _, box = missing[f"Answer “{question}”"].partition("#")

    assert f'id="{box}"' in client.get(page).content.decode()


def test_a_closed_draft_is_read_and_leads_nowhere(council, visit):
    bid = begun(council)

    page = visit(council.drafter, at=council.closes).get(url(bid, "check/"))

    assert {address for _, address in page.context["lacks"]} == {""}
    assert "Change" not in page.content.decode()


# Asking a certifier


def test_those_who_can_certify_are_asked_and_it_waits_on_their_desks(council, visit):
    second = factories.certifier(council.authority)
    bid, client = written(council), visit(council.drafter, at=council.at)

    response = client.post(url(bid, "certify/ask/"), follow=True)

    saved = Application.objects.get(pk=bid.pk)
    assert (saved.certifier_asked_by, saved.certifier_asked_at) == (council.drafter, council.at)
    assert [letter.to for letter in letters_of("application_to_certify")] == sorted(
        [council.certifier.email, second.email]
    )
    assert f"{council.drafter} asks you to certify" in letters_of("application_to_certify")[0].body
    assert f"{council.drafter} asked, " in response.content.decode()
    [duty] = [each for each in duties(second, council.at) if bid.title in each.words]
    assert duty.words == f"Certify “{bid.title}”"
    assert f"{council.drafter} asks for it" in duty.note
    assert list(Application.objects.waiting_for_certifier()) == [saved]


def test_who_began_it_is_not_asked_to_certify_it(council, visit):
    factories.MembershipFactory(user=council.drafter, role="certifier", authority=council.authority)

    actions.ask_certifier(written(council), by=council.drafter, at=council.at)

    assert [letter.to for letter in letters_of("application_to_certify")] == [council.certifier.email]


def test_pressed_twice_they_are_written_to_once(council, visit):
    bid, client = written(council), visit(council.drafter, at=council.at)

    for _ in range(2):
        response = client.post(url(bid, "certify/ask/"), follow=True)

    assert len(letters_of("application_to_certify")) == 1
    assert "Once a day is enough" in response.content.decode()


def test_unfinished_closed_or_certified_nobody_is_asked(council):
    draft, done = begun(council), factories.handed_in(round=council.round)

    def reasons(bid, at=council.at):
        return rules.reasons_not_to_ask_certifier(fresh(bid), at=at)

    assert reasons(draft) == ["A certifier can be asked when nothing is left to be done."]
    assert "closed at noon" in reasons(draft, council.closes)[0]
    assert reasons(done) == ["This application is eligible; it can no longer be certified."]


def test_without_a_certifier_it_says_whom_to_ask(council, visit):
    council.certifier.memberships.all().update(ended_at=council.at)
    bid = written(council)

    page = visit(council.drafter, at=council.at).get(url(bid, "check/")).content.decode()

    assert "Nobody can certify it yet." in page
    assert "certify/ask/" not in page


def test_it_waits_no_longer_once_it_is_certified_sent_back_or_withdrawn(council):
    bid = written(council)

    def asked():
        actions.ask_certifier(bid, by=council.drafter, at=council.at)

    def waits():
        return Application.objects.waiting_for_certifier().exists()

    asked()
    actions.send_back(bid, why="Shorter", by=council.certifier, at=council.at)
    after_sending_back = waits()
    asked()
    actions.certify(bid, by=council.certifier, at=council.at)
    actions.withdraw(bid, why="x", by=council.drafter, at=council.at)
    actions.reopen(bid, by=council.drafter, at=council.at)

    assert (after_sending_back, waits()) == (False, False)


# The same button twice


def test_certified_twice_by_the_same_person_is_certified_once(council, visit):
    bid, client = written(council), visit(council.certifier, at=council.at)
    form = {"statement_1": "on", "statement_2": "on", "seen": bid.fingerprint()}

    answers = [client.post(url(bid, "certify/"), form) for _ in range(2)]

    assert {answer.url for answer in answers} == {url(bid, "check/#submit")}
    assert bid.certifications.count() == 1
    assert len(letters_of("application_certified")) == 2


def test_sent_back_twice_is_sent_back_once(council, visit):
    bid, client = certified(council), visit(council.certifier, at=council.at)

    answers = [client.post(url(bid, "send-back/"), {"why": "Shorter"}) for _ in range(2)]
    again = client.post(url(bid, "send-back/"), {"why": "Shorter still"})

    assert {answer.status_code for answer in (*answers, again)} == {302}
    steps = Step.objects.of(bid).filter(step="send_back").with_words()
    assert [step.words.why for step in steps] == ["Shorter", "Shorter still"]


def test_withdrawn_and_reopened_twice_is_done_once(council, visit):
    bid, client = submitted(council), visit(council.drafter, at=council.at)

    withdrawn = [client.post(url(bid, "withdraw/"), {"why": "x"}) for _ in range(2)]
    reopened = [client.post(url(bid, "reopen/"), follow=True) for _ in range(2)]

    assert [answer.url for answer in withdrawn] == [url(bid)] * 2
    assert all("Reopened" in answer.content.decode() for answer in reopened)
    assert len(letters_of("application_withdrawn")) == len(letters_of("application_reopened")) == 2


def test_two_people_hand_it_in_and_both_have_the_receipt(council, visit):
    bid = certified(council)

    first = visit(council.drafter, at=council.at).post(url(bid, "submit/"))
    second = visit(council.certifier, at=council.at).post(url(bid, "submit/"), follow=True)

    assert first.url == url(bid, "receipt/")
    assert f"{council.drafter}" in second.content.decode()
    assert bid.submissions.count() == 1
