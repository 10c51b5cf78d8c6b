"""Certify, send back, hand in, withdraw, reopen: two people, one deadline, and proof of what was handed in."""

import hashlib
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from beacons.applications import actions, rules
from beacons.applications.actions import Overtaken
from beacons.applications.models import Application
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from tests import factories
from tests.applications.conftest import DETAILS, begun, certified, letters_of, submitted, written

STATEMENTS = {"statement_1": "on", "statement_2": "on"}
MINUTE = timedelta(minutes=1)


def url(bid, page=""):
    return f"/applications/{bid.reference}/{page}"


def status(bid):
    return Application.objects.get(pk=bid.pk).status


def certifying(client, bid):
    """The form as it was shown, with both statements ticked."""
    return STATEMENTS | {"seen": client.get(url(bid, "certify/")).context["form"]["seen"].value()}


# Two people


def test_a_second_person_certifies(council, visit):
    bid, client = written(council), visit(council.certifier, at=council.at)

    response = client.post(url(bid, "certify/"), certifying(client, bid))

    saved = Application.objects.get(pk=bid.pk)
    assert response.url == url(bid, "check/#submit")
    assert (saved.status, saved.certified_by, saved.certified_at) == (
        "certified",
        council.certifier,
        council.at,
    )
    assert saved.content_hash == saved.fingerprint()
    assert [letter.to for letter in letters_of("application_certified")] == sorted(
        [council.drafter.email, council.certifier.email]
    )


def test_the_same_person_is_refused_by_page_action_and_database(council, visit):
    factories.MembershipFactory(user=council.drafter, role="certifier", authority=council.authority)
    bid = written(council)

    page = visit(council.drafter, at=council.at).post(
        url(bid, "certify/"), STATEMENTS | {"seen": bid.fingerprint()}
    )
    with pytest.raises(Refused, match="somebody other than the person who began it"):
        actions.certify(bid, by=council.drafter, at=council.at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=bid.pk).update(certified_by=council.drafter)

    assert page.status_code == 403
    assert status(bid) == "draft"


def test_an_officer_who_is_no_certifier_cannot_certify(council, visit):
    bid = written(council)

    page = visit(factories.drafter(council.authority), at=council.at).post(url(bid, "certify/"), STATEMENTS)

    assert page.status_code == 403


def test_both_statements_are_wanted(council, visit):
    bid, client = written(council), visit(council.certifier, at=council.at)

    page = client.post(url(bid, "certify/"), {"statement_1": "on", "seen": bid.fingerprint()})

    assert page.status_code == 200
    assert "Tick “If it wins" in page.content.decode()
    assert status(bid) == "draft"


def test_what_is_unfinished_is_not_certified(council):
    bid = begun(council)

    with pytest.raises(Refused) as refusal:
        actions.certify(bid, by=council.certifier, at=council.at)

    assert refusal.value.reasons == [
        "Write the summary for the public.",
        f"Answer “{council.questions[0]}”",
        f"Answer “{council.questions[1]}”",
        "Enter the grant you ask for, under its four heads.",
    ]


@pytest.mark.parametrize(("words", "reasons"), [(20, 0), (21, 1)])
def test_the_word_limit_is_exact(council, words, reasons):
    bid, question = written(council), council.questions[0]

    actions.save_answers(bid, {question.pk: ("word " * words, 1)}, by=council.drafter, at=council.at)

    assert len(rules.reasons_incomplete(Application.objects.get(pk=bid.pk))) == reasons


@pytest.mark.parametrize(
    ("words", "allowed"), [(rules.SUMMARY_WORDS, True), (rules.SUMMARY_WORDS + 1, False)]
)
def test_the_summary_has_a_limit_too(council, words, allowed):
    details = {**DETAILS, "summary": "word " * words}
    bid = actions.save_details(written(council), **details, by=council.drafter, at=council.at)

    assert (rules.reasons_details(bid) == []) is allowed


def test_what_changed_while_it_was_read_is_not_certified(council, visit):
    bid, client = written(council), visit(council.certifier, at=council.at)
    form = certifying(client, bid)
    actions.save_details(bid, **{**DETAILS, "title": "Another"}, by=council.drafter, at=council.at)

    page = client.post(url(bid, "certify/"), form)

    assert page.status_code == 200
    assert "changed while you were reading it" in page.content.decode()
    assert status(bid) == "draft"
    with pytest.raises(Overtaken):
        actions.certify(bid, by=council.certifier, at=council.at, seen=form["seen"])


# Sent back


def test_sent_back_with_a_reason(council, visit):
    bid = certified(council)
    client = visit(council.certifier, at=council.at)

    client.post(url(bid, "send-back/"), {"why": "The money is <too> much."})

    saved = Application.objects.get(pk=bid.pk)
    assert (saved.status, saved.certified_by, saved.certified_at, saved.content_hash) == (
        "draft",
        None,
        None,
        "",
    )
    page = visit(council.drafter, at=council.at).get(url(bid))
    assert "The money is &lt;too&gt; much." in page.content.decode()
    assert statuses(page) == {
        "Details": "Done",
        "Your practice": "Done",
        "Evidence figures": "Not started",
        "Sharing plan": "Not started",
        "Files": "Not started",
        "Partners": "Not started",
        "Budget": "Done",
        "Check your answers": "Sent back",
        "Certify": "Cannot start yet",
        "Submit": "Cannot start yet",
    }
    [letter] = letters_of("application_sent_back")
    assert letter.to == council.drafter.email
    assert "The money is <too> much." in letter.body


def statuses(page):
    return {task.name: task.status for group in page.context["groups"] for task in group.tasks}


def test_a_certifier_points_at_what_is_to_be_changed_until_it_is(council, visit):
    bid = certified(council)

    page = visit(council.certifier, at=council.at)
    page.post(url(bid, "send-back/"), {"why": "Say what it cost.", "parts": ["details", "section_1"]})

    [letter] = letters_of("application_sent_back")
    assert "To be changed: Details, Your practice." in letter.body
    writer = visit(council.drafter, at=council.at + MINUTE)
    shown = writer.get(url(bid))
    assert "to change Details and Your practice:" in shown.content.decode()
    assert statuses(shown) == {
        "Details": "Sent back",
        "Your practice": "Sent back",
        "Evidence figures": "Not started",
        "Sharing plan": "Not started",
        "Files": "Not started",
        "Partners": "Not started",
        "Budget": "Done",
        "Check your answers": "Done",
        "Certify": "Cannot start yet",
        "Submit": "Cannot start yet",
    }
    for form in ("section/1/", "details/", "plan/", "partners/", "budget/"):
        assert "Say what it cost." in writer.get(url(bid, form)).content.decode()

    question = council.questions[0]
    later = council.at + MINUTE
    actions.save_answers(bid, {question.pk: ("It cost £900.", 1)}, by=council.drafter, at=later)
    assert [name for name, status in statuses(writer.get(url(bid))).items() if status == "Sent back"] == [
        "Details"
    ]
    actions.save_details(bid, **{**DETAILS, "summary": "It cost £900."}, by=council.drafter, at=later)
    assert "Sent back" not in statuses(writer.get(url(bid))).values()

    actions.certify(bid, by=council.certifier, at=later)
    assert "Say what it cost." not in writer.get(url(bid)).content.decode().split("What happened")[0]


def test_a_part_that_is_none_is_refused(council, visit):
    bid = certified(council)

    page = visit(council.certifier, at=council.at).post(
        url(bid, "send-back/"), {"why": "Shorter", "parts": ["section_9"]}
    )

    assert "choose from the list" in page.content.decode()
    assert status(bid) == "certified"


def test_the_list_says_that_it_was_sent_back(council, visit):
    bid = certified(council)
    actions.send_back(bid, why="Shorter", by=council.certifier, at=council.at)

    assert "Sent back" in visit(council.drafter, at=council.at).get("/applications/").content.decode()
    actions.certify(bid, by=council.certifier, at=council.at)
    assert "Sent back" not in visit(council.drafter, at=council.at).get("/applications/").content.decode()


@pytest.mark.parametrize("why", ["", "\u200b\u200d"])
def test_sending_back_wants_a_reason(council, visit, why):
    bid = certified(council)

    page = visit(council.certifier, at=council.at).post(url(bid, "send-back/"), {"why": why})

    assert page.status_code == 200
    with pytest.raises(Refused, match="has to be changed"):
        actions.send_back(bid, why=why, by=council.certifier, at=council.at)
    assert status(bid) == "certified"


def test_only_a_certifier_sends_back(council, visit):
    bid = certified(council)

    page = visit(council.drafter, at=council.at).post(url(bid, "send-back/"), {"why": "No"})

    assert page.status_code == 403


# Handed in


def test_handing_in_gives_a_receipt_with_a_hash_anybody_can_check(council, visit):
    bid, client = certified(council), visit(council.drafter, at=council.at)

    response = client.post(url(bid, "submit/"))

    saved = Application.objects.get(pk=bid.pk)
    assert response.url == url(bid, "receipt/")
    assert (saved.status, saved.submitted_by, saved.submitted_at) == (
        "submitted",
        council.drafter,
        council.at,
    )
    receipt = client.get(url(bid, "receipt/")).content.decode()
    assert bid.reference in receipt
    assert saved.content_hash in receipt
    content = client.get(url(bid, "content.json"))
    assert hashlib.sha256(content.content).hexdigest() == saved.content_hash
    assert content["Content-Disposition"] == f'attachment; filename="{bid.reference}.json"'
    letters = letters_of("application_submitted")
    assert [letter.to for letter in letters] == sorted([council.drafter.email, council.certifier.email])
    assert all(saved.content_hash in letter.body and bid.reference in letter.subject for letter in letters)


def test_a_letter_prints_the_words_as_they_are(council):
    bid = written(council)
    actions.save_details(bid, **{**DETAILS, "title": "Fish & chips <b>"}, by=council.drafter, at=council.at)
    actions.certify(bid, by=council.certifier, at=council.at)

    assert "Fish & chips <b>" in letters_of("application_certified")[0].subject


def test_the_hash_changes_with_every_part(council):
    bid = certified(council)
    seen = {bid.content_hash}

    for change in (
        {"title": "x"}, {"summary": "x"}, {"lead_officer": "x"}, {"develop": 1}, {"innovate": 1}, {"disseminate": 1},
        {"support": 1},
    ):  # fmt: skip
        Application.objects.filter(pk=bid.pk).update(**change)
        seen.add(Application.objects.get(pk=bid.pk).fingerprint())
    factories.PartnerFactory(application=bid)
    seen.add(Application.objects.get(pk=bid.pk).fingerprint())
    bid.answers.filter(question=council.questions[0]).update(text="x")
    seen.add(Application.objects.get(pk=bid.pk).fingerprint())

    assert len(seen) == 10


def test_what_is_not_certified_cannot_be_handed_in(council, visit):
    bid = written(council)

    response = visit(council.drafter, at=council.at).post(url(bid, "submit/"), follow=True)

    assert "must certify the application first" in response.content.decode()
    assert status(bid) == "draft"


def test_what_is_no_longer_what_was_certified_cannot_be_handed_in(council):
    bid = certified(council)
    Application.objects.filter(pk=bid.pk).update(develop=1)

    with pytest.raises(Refused, match="no longer what was certified"):
        actions.submit(bid, by=council.drafter, at=council.at)


def test_pressing_twice_gives_the_same_receipt_and_one_letter_each(council, visit):
    bid, client = certified(council), visit(council.drafter, at=council.at)

    first, second = client.post(url(bid, "submit/")), client.post(url(bid, "submit/"))

    assert first.url == second.url == url(bid, "receipt/")
    assert len(letters_of("application_submitted")) == 2
    assert Step.objects.of(bid).filter(step="submit").count() == 1


@pytest.mark.parametrize("act", ["submit/", "reopen/", "eligible/"])
def test_acts_are_done_by_post_alone(council, visit, act):
    bid = certified(council)

    assert visit(council.drafter, at=council.at).get(url(bid, act)).status_code == 405
    assert status(bid) == "certified"


def test_there_is_no_receipt_before_it_is_handed_in(council, visit):
    bid, client = certified(council), visit(council.drafter, at=council.at)

    assert client.get(url(bid, "receipt/")).status_code == 404
    assert client.get(url(bid, "content.json")).status_code == 404


# Withdrawn and reopened


def test_withdrawn_before_the_closing_it_comes_back_as_a_draft(council, visit):
    bid, client = submitted(council), visit(council.drafter, at=council.at)

    client.post(url(bid, "withdraw/"), {"why": "A better idea"})
    withdrawn = Application.objects.get(pk=bid.pk)
    client.post(url(bid, "reopen/"))

    reopened = Application.objects.get(pk=bid.pk)
    assert (withdrawn.status, withdrawn.submitted_at, withdrawn.submitted_by) == ("withdrawn", None, None)
    assert (reopened.status, reopened.certified_by, reopened.content_hash) == ("draft", None, "")
    assert rules.reasons_incomplete(reopened) == []


def test_handed_in_again_it_keeps_every_rule(council):
    """Withdrawing and reopening is no way round the second person, or round the deadline."""
    bid = submitted(council)
    bid = actions.withdraw(bid, why="A better idea", by=council.drafter, at=council.at)
    bid = actions.reopen(bid, by=council.drafter, at=council.at)

    with pytest.raises(Refused, match="certify the application first"):
        actions.submit(bid, by=council.drafter, at=council.at)
    bid = actions.certify(bid, by=council.certifier, at=council.at)
    with pytest.raises(Refused, match="closed at noon"):
        actions.submit(bid, by=council.drafter, at=council.closes)
    assert actions.submit(bid, by=council.drafter, at=council.last).submitted_at == council.last


def test_withdrawn_it_does_not_come_back_beside_another(council, visit):
    bid = submitted(council)
    actions.withdraw(bid, why="A better idea", by=council.drafter, at=council.at)
    other = begun(council)

    response = visit(council.drafter, at=council.at).post(url(bid, "reopen/"), follow=True)

    assert other.reference in response.content.decode()
    assert status(bid) == "withdrawn"


def test_withdrawn_after_the_closing_is_final(council, visit):
    bid, client = submitted(council), visit(council.drafter, at=council.checking)

    shown = client.get(url(bid, "withdraw/")).content.decode()
    client.post(url(bid, "withdraw/"), {"why": "We cannot do it"})
    client.post(url(bid, "reopen/"))

    assert "this is final" in shown
    assert status(bid) == "withdrawn"


def test_the_office_is_told_when_what_was_handed_in_is_withdrawn(council):
    officer = factories.case_officer()

    bid = actions.withdraw(submitted(council), why="A better idea", by=council.drafter, at=council.at)
    actions.withdraw(begun(council), why="Never mind", by=council.drafter, at=council.at + timedelta(hours=1))

    told = [letter.body for letter in letters_of("application_withdrawn") if letter.to == officer.email]
    assert len(told) == 1
    assert bid.reference in told[0]


def test_withdrawing_ends_when_the_panel_comes_to_decide(council):
    opens = council.round.stage_of("decision").opens_at
    early, late = submitted(council), factories.handed_in(round=council.round)

    actions.withdraw(early, why="x", by=council.drafter, at=opens - timedelta(microseconds=1))

    with pytest.raises(Refused, match="panel is deciding"):
        actions.withdraw(late, why="x", by=late.drafted_by, at=opens)


def test_a_draft_is_not_withdrawn_after_the_closing(council):
    with pytest.raises(Refused, match="closed at noon"):
        actions.withdraw(begun(council), why="x", by=council.drafter, at=council.closes)


# The doors, at the closing instant


@pytest.mark.parametrize("moment", ["last", "closes"])
def test_certifying_ends_at_the_closing_instant(council, visit, moment):
    bid = written(council)

    response = visit(council.certifier, at=getattr(council, moment)).post(
        url(bid, "certify/"), STATEMENTS | {"seen": bid.fingerprint()}
    )

    assert (response.status_code, status(bid)) == ((302, "certified") if moment == "last" else (200, "draft"))


@pytest.mark.parametrize("moment", ["last", "closes"])
def test_sending_back_ends_at_the_closing_instant(council, visit, moment):
    bid = certified(council)

    response = visit(council.certifier, at=getattr(council, moment)).post(
        url(bid, "send-back/"), {"why": "What I have just typed"}
    )

    assert (response.status_code, status(bid)) == ((302, "draft") if moment == "last" else (200, "certified"))
    assert moment == "last" or "What I have just typed" in response.content.decode()


@pytest.mark.parametrize("moment", ["last", "closes"])
def test_handing_in_ends_at_the_closing_instant(council, visit, moment):
    bid = certified(council)

    response = visit(council.drafter, at=getattr(council, moment)).post(url(bid, "submit/"), follow=True)

    assert status(bid) == ("submitted" if moment == "last" else "certified")
    assert (
        moment == "last" or "Applications closed at noon on Monday 9 March 2026" in response.content.decode()
    )


@pytest.mark.parametrize("moment", ["last", "closes"])
def test_reopening_ends_at_the_closing_instant(council, visit, moment):
    bid = actions.withdraw(submitted(council), why="x", by=council.drafter, at=council.at)

    visit(council.drafter, at=getattr(council, moment)).post(url(bid, "reopen/"))

    assert status(bid) == ("draft" if moment == "last" else "withdrawn")


def test_a_sweep_that_has_not_run_opens_no_door(council, visit):
    """An hour after the closing the draft is still called one, and nothing can be done with it."""
    bid = certified(council)
    late = council.closes + timedelta(hours=1)

    page = visit(council.certifier, at=late).get(url(bid, "check/")).content.decode()
    tasks = visit(council.certifier, at=late).get(url(bid))

    assert "Submit the application" not in page
    assert "Too late" in page
    assert "This application had not been submitted by then." in tasks.content.decode()
    urls = {task.url for group in tasks.context["groups"] for task in group.tasks}
    assert urls == {"", url(bid, "check/")}


# What is confirmed


def test_the_rounds_own_statements_are_confirmed_and_kept_with_who_and_when(council, visit):
    council.round.statements = "I have read it.\nWe shall share it.\nIt costs no more."
    council.round.save()
    bid, client = written(council), visit(council.certifier, at=council.at)
    seen = {"seen": bid.fingerprint()}

    two = client.post(url(bid, "certify/"), {**STATEMENTS, **seen})
    before = status(bid)
    client.post(url(bid, "certify/"), {**STATEMENTS, "statement_3": "on", **seen})

    kept = bid.certifications.get()
    assert "Tick “It costs no more.”" in two.content.decode()
    assert (before, status(bid)) == ("draft", "certified")
    assert (kept.certified_by, kept.certified_at) == (council.certifier, council.at)
    assert kept.statements == ["I have read it.", "We shall share it.", "It costs no more."]
    assert hashlib.sha256(bytes(kept.content)).hexdigest() == kept.sha256 == bid.fingerprint()


def test_each_certification_is_kept_also_those_that_were_sent_back(council):
    bid = certified(council)
    actions.send_back(bid, why="Shorter", by=council.certifier, at=council.at)
    actions.certify(bid, by=council.certifier, at=council.last)

    assert list(bid.certifications.values_list("certified_at", flat=True)) == [council.at, council.last]
    assert not hasattr(bid.certifications.first(), "submission")
