"""What colleagues say beside the answers: written, answered, settled, reopened, and read by nobody else."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from beacons.applications import actions
from beacons.applications.models import Comment
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.desks import todo
from tests import factories
from tests.applications.conftest import begun, certified, submitted, written

SAID = "Which year is this figure of?"
REPLY = "Of 2024; I have put it in."
HOUR = timedelta(hours=1)


def url(bid):
    return reverse("application_comments", args=[bid.reference])


def said(bid, *, by, at, question=None, words=SAID):
    return actions.write_comment(bid, question=question, words=words, by=by, at=at)


def told(bid):
    """(about which question, in answer to what, words, settled by)."""
    rows = Comment.objects.filter(application=bid).order_by("pk")
    return list(rows.values_list("question", "thread", "text", "resolved_by"))


# The verbs


def test_a_talk_is_written_answered_settled_and_reopened(council):
    bid, question = begun(council), council.questions[0]

    remark = said(bid, question=question, by=council.certifier, at=council.at)
    actions.answer_comment(remark, words=REPLY, by=council.drafter, at=council.at + HOUR)
    settled = actions.settle_comment(remark, by=council.certifier, at=council.at + 2 * HOUR)

    assert told(bid) == [
        (question.pk, None, SAID, council.certifier.pk),
        (question.pk, remark.pk, REPLY, None),
    ]
    assert settled.resolved_at == council.at + 2 * HOUR

    reopened = actions.reopen_comment(remark, by=council.drafter, at=council.at + 3 * HOUR)

    assert (reopened.is_open, reopened.resolved_at) == (True, None)
    assert (reopened.reopened_by, reopened.reopened_at) == (council.drafter, council.at + 3 * HOUR)


def test_settling_twice_keeps_who_was_first(council):
    remark = said(begun(council), by=council.drafter, at=council.at)
    actions.settle_comment(remark, by=council.certifier, at=council.at)

    actions.settle_comment(remark, by=council.drafter, at=council.at + HOUR)

    remark.refresh_from_db()
    assert (remark.resolved_by, remark.resolved_at) == (council.certifier, council.at)


def test_the_same_words_posted_twice_in_a_row_are_one_comment(council):
    bid, question = begun(council), council.questions[0]
    for _ in range(2):
        remark = said(bid, question=question, by=council.drafter, at=council.at)
    for _ in range(2):
        actions.answer_comment(remark, words=REPLY, by=council.certifier, at=council.at)

    assert [words for _, _, words, _ in told(bid)] == [SAID, REPLY]


def test_others_say_the_same_and_it_is_another_comment(council):
    bid = begun(council)

    for who in (council.drafter, council.certifier):
        said(bid, by=who, at=council.at)

    assert len(told(bid)) == 2


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("  ", "Write the comment."),
        ("\u200b\u2060", "Write the comment."),
        ("x" * 4001, "The comment has 4,001 characters, and 4,000 is the most. Say it in several."),
    ],
)
def test_what_says_nothing_or_too_much_is_refused(council, words, reason):
    bid = begun(council)

    with pytest.raises(Refused) as refusal:
        said(bid, words=words, by=council.drafter, at=council.at)

    assert refusal.value.reasons == [reason]
    assert told(bid) == []


def test_marks_that_turn_the_direction_are_taken_out(council):
    bid = begun(council)

    said(bid, words="Paid \u202e000,1", by=council.drafter, at=council.at)

    assert told(bid) == [(None, None, "Paid 000,1", None)]


def test_a_question_of_another_round_cannot_be_commented_on(council):
    bid, stranger = begun(council), factories.a_round().questions.first()

    with pytest.raises(Refused, match="not asked in this round"):
        said(bid, question=stranger, by=council.drafter, at=council.at)


def test_comments_end_with_the_closing_to_the_microsecond(council):
    bid = begun(council)
    remark = said(bid, by=council.drafter, at=council.last)

    for act in (
        lambda: said(bid, words="Late", by=council.drafter, at=council.closes),
        lambda: actions.answer_comment(remark, words="Late", by=council.drafter, at=council.closes),
        lambda: actions.settle_comment(remark, by=council.drafter, at=council.closes),
        lambda: actions.reopen_comment(remark, by=council.drafter, at=council.closes),
    ):
        with pytest.raises(Refused, match="Applications closed"):
            act()
    assert told(bid) == [(None, None, SAID, None)]


def test_what_is_certified_can_still_be_talked_about_and_what_is_handed_in_cannot(council):
    bid = certified(council)
    said(bid, by=council.drafter, at=council.at)
    actions.submit(bid, by=council.drafter, at=council.at)

    with pytest.raises(Refused, match="its comments can be read"):
        said(bid, words="Another", by=council.drafter, at=council.at)
    assert len(told(bid)) == 1


def test_who_answers_what_is_settled_is_told_to_reopen_it(council):
    remark = said(begun(council), by=council.drafter, at=council.at)
    actions.settle_comment(remark, by=council.certifier, at=council.at)

    with pytest.raises(Refused, match="Reopen it to answer"):
        actions.answer_comment(remark, words=REPLY, by=council.drafter, at=council.at)


def test_the_database_settles_a_talk_as_a_whole(council):
    remark = said(begun(council), by=council.drafter, at=council.at)
    reply = actions.answer_comment(remark, words=REPLY, by=council.certifier, at=council.at)

    for row, facts in (
        (reply, {"resolved_by": council.drafter, "resolved_at": council.at}),
        (remark, {"resolved_at": council.at}),
        (remark, {"text": ""}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Comment.objects.filter(pk=row.pk).update(**facts)


def test_nothing_of_a_talk_goes_into_the_audit_or_a_letter_or_the_fingerprint(council):
    bid = written(council)
    before = (Step.objects.count(), Letter.objects.count(), bid.fingerprint())

    remark = said(bid, question=council.questions[0], by=council.certifier, at=council.at)
    actions.answer_comment(remark, words=REPLY, by=council.drafter, at=council.at)
    actions.settle_comment(remark, by=council.certifier, at=council.at)
    actions.reopen_comment(remark, by=council.certifier, at=council.at)

    assert (Step.objects.count(), Letter.objects.count(), bid.fingerprint()) == before


# The pages


def test_an_officer_comments_beside_an_answer_and_comes_back_to_it(council, visit):
    bid, question = begun(council), council.questions[1]
    client = visit(council.drafter, at=council.at)

    answer = client.post(url(bid), {"text": SAID, "question": question.pk, "section": 1})

    assert answer.url == f"/applications/{bid.reference}/section/1/#talk-q{question.pk}"
    page = client.get(f"/applications/{bid.reference}/section/1/").content.decode()
    assert f"<p>{SAID}</p>" in page
    assert "Comments (1 open)" in page
    assert told(bid) == [(question.pk, None, SAID, None)]


def test_no_comment_form_lies_within_the_form_of_the_answers(council, visit):
    bid = begun(council)
    said(bid, question=council.questions[0], by=council.certifier, at=council.at)

    page = visit(council.drafter, at=council.at).get(f"/applications/{bid.reference}/section/1/")

    main, notes = page.content.decode().split("<aside")
    assert 'name="text"' not in main
    assert "data-comment" not in main
    assert 'name="answer_' not in notes
    assert notes.count("<form") == 4  # two questions; one remark to settle and to answer


def test_a_comment_is_answered_settled_and_reopened_on_the_page_of_all(council, visit):
    bid = begun(council)
    remark = said(bid, by=council.certifier, at=council.at)
    client = visit(council.drafter, at=council.at)

    client.post(url(bid), {"text": REPLY, "thread": remark.pk})
    client.post(reverse("comment_settle", args=[bid.reference, remark.pk]))
    settled = client.get(url(bid)).content.decode()
    client.post(reverse("comment_reopen", args=[bid.reference, remark.pk]))
    reopened = client.get(url(bid)).content.decode()

    assert told(bid) == [(None, None, SAID, None), (None, remark.pk, REPLY, None)]
    assert f"Settled by {council.drafter}" in settled
    assert "All 1 are settled." in settled
    assert f"Reopened by {council.drafter}" in reopened
    assert "1 open, 0 settled." in reopened


def test_an_empty_comment_is_asked_for_in_its_place(council, visit):
    bid, question = begun(council), council.questions[0]

    page = visit(council.drafter, at=council.at).post(url(bid), {"text": " ", "question": question.pk})

    text = page.content.decode()
    assert "Enter your comment" in text
    assert f'href="#comment-q{question.pk}-text"' in text
    assert f'id="comment-q{question.pk}-text-error"' in text


def test_what_came_too_late_is_shown_again(council, visit):
    bid = begun(council)

    page = visit(council.drafter, at=council.closes).post(url(bid), {"text": SAID})

    text = page.content.decode()
    assert page.status_code == 200
    assert "Applications closed" in text
    assert f"{SAID}</textarea>" in text
    assert told(bid) == []


def test_an_answer_to_what_was_settled_meanwhile_is_shown_again(council, visit):
    bid = begun(council)
    remark = said(bid, by=council.certifier, at=council.at)
    actions.settle_comment(remark, by=council.certifier, at=council.at)

    page = visit(council.drafter, at=council.at).post(url(bid), {"text": REPLY, "thread": remark.pk})

    assert "Reopen it to answer" in page.content.decode()
    assert f"{REPLY}</textarea>" in page.content.decode()


def test_another_councils_comment_or_question_in_the_form_is_not_found(council, visit):
    mine, theirs = begun(council), factories.CommentFactory()
    client = visit(council.drafter, at=council.at)
    stranger = factories.a_round().questions.first()

    pages = [
        client.post(url(mine), {"text": SAID, "thread": theirs.pk}),
        client.post(url(mine), {"text": SAID, "question": stranger.pk}),
        client.post(url(mine), {"text": SAID, "thread": "x" * 30, "question": "99999999999999999999"}),
    ]
    acts = [
        client.post(reverse(name, args=[mine.reference, theirs.pk]))
        for name in ("comment_settle", "comment_reopen")
    ]

    assert ["Part of this page was lost" in page.content.decode() for page in pages] == [True] * 3
    assert [SAID in page.content.decode() for page in pages] == [True] * 3
    assert [answer.status_code for answer in acts] == [404, 404]
    assert told(mine) == []
    assert theirs.replies.count() == 0


def test_strangers_staff_and_partners_reach_no_comment(council, visit):
    bid = submitted(council)
    remark = factories.CommentFactory(application=bid)
    partner = factories.PartnerFactory(application=bid)
    kept_out = {
        factories.drafter(factories.AuthorityFactory()): 404,
        factories.certifier(partner.authority): 404,
        factories.scheme_manager(): 403,
        factories.case_officer(): 403,
        factories.person("observer", body="lga"): 404,
    }

    for person, status in kept_out.items():
        client = visit(person, at=council.at)
        answers = [
            client.get(url(bid)),
            client.post(url(bid), {"text": SAID}),
            client.post(reverse("comment_settle", args=[bid.reference, remark.pk])),
        ]
        assert [answer.status_code for answer in answers] == [status] * 3, person
        assert list(Comment.objects.visible_to(person, council.at)) == []
    assert list(Comment.objects.visible_to(council.certifier, council.at)) == [remark]
    assert Comment.objects.get().is_open


def test_the_council_reads_its_comments_after_handing_in_and_adds_nothing(council, visit):
    bid = written(council)
    said(bid, by=council.certifier, at=council.at)
    actions.certify(bid, by=council.certifier, at=council.at)
    actions.submit(bid, by=council.drafter, at=council.at)
    client = visit(council.drafter, at=council.checking)

    page = client.get(url(bid)).content.decode()

    assert SAID in page
    assert "<textarea" not in page
    assert url(bid) in client.get(bid.get_absolute_url()).content.decode()


def test_open_comments_are_counted_where_it_matters_and_stop_nobody(council, visit):
    bid, question = written(council), council.questions[0]
    said(bid, question=question, by=council.drafter, at=council.at)
    said(bid, words="Another", by=council.drafter, at=council.at)
    client = visit(council.certifier, at=council.at)

    tasks = client.get(bid.get_absolute_url()).content.decode()
    check = client.get(reverse("application_check", args=[bid.reference])).content.decode()
    certify = client.get(reverse("application_certify", args=[bid.reference])).content.decode()

    assert "2 of 2 answered, 1 open comment" in tasks
    assert "2 comments of your colleagues are still open" in check
    assert "2 comments of your colleagues are still open" in certify
    actions.certify(bid, by=council.certifier, at=council.at)


@pytest.mark.parametrize("remarks", [1, 6])
def test_the_section_and_the_comments_take_few_queries_however_much_was_said(
    council, visit, django_assert_max_num_queries, remarks
):
    bid = written(council)
    for number in range(remarks):
        remark = said(
            bid,
            question=council.questions[number % 2],
            words=f"{number}",
            by=factories.drafter(council.authority),
            at=council.at,
        )
        actions.answer_comment(remark, words=REPLY, by=factories.drafter(council.authority), at=council.at)
    client = visit(council.drafter, at=council.at)

    for address in (f"/applications/{bid.reference}/section/1/", url(bid)):
        with django_assert_max_num_queries(12):
            client.get(address)


# Who is told


def duties(person, at):
    return [duty.words for duty in todo.duties(person, at) if "comment" in duty.words]


def test_whoever_wrote_the_answer_finds_the_comment_on_their_list_until_they_have_answered(council):
    bid, question = written(council), council.questions[0]
    colleague = factories.drafter(council.authority)
    actions.save_answers(bid, {question.pk: ("Mine now.", 1)}, by=colleague, at=council.at)

    remark = said(bid, question=question, by=council.certifier, at=council.at)

    words = f"Read 1 comment of your colleagues on “{bid.title}”"
    assert (duties(colleague, council.at), duties(council.certifier, council.at)) == ([words], [])
    assert duties(council.drafter, council.at) == []

    actions.answer_comment(remark, words=REPLY, by=colleague, at=council.at)

    assert (duties(colleague, council.at), duties(council.certifier, council.at)) == ([], [words])

    actions.settle_comment(remark, by=council.certifier, at=council.at)

    assert duties(council.certifier, council.at) == []
    assert Letter.objects.count() == 0


def test_a_comment_on_the_whole_is_for_whoever_began_it_while_it_can_be_written(council):
    bid = begun(council)

    said(bid, by=council.certifier, at=council.at)

    assert len(duties(council.drafter, council.last)) == 1
    assert duties(council.drafter, council.closes) == []
    assert duties(factories.drafter(factories.AuthorityFactory()), council.at) == []
