"""Writing a draft: answers with versions, details, partners. Nothing typed is lost."""

import pytest
from django.http import QueryDict

from beacons.applications import actions, rules, tasklist
from beacons.applications.actions import Overtaken
from beacons.applications.models import Answer, AnswerVersion, Application, Partner
from beacons.applications.sharing import Plan
from beacons.core.forms import LOST
from beacons.core.lifecycle import Refused
from beacons.core.middleware import refuse_unreadable_text
from tests import factories
from tests.applications.conftest import DETAILS, LONG_ENOUGH, MONEY, begun, certified, written


def texts(bid):
    return {answer.question_id: (answer.text, answer.version) for answer in bid.answers.all()}


def versions(bid):
    return list(
        AnswerVersion.objects.filter(answer__application=bid).order_by("pk").values_list("text", "saved_by")
    )


def section_url(bid):
    return f"/applications/{bid.reference}/section/1/"


def typed(council, *answers, **more):
    """What the form of section 1 posts: (text, version seen) for each question."""
    data = dict(more)
    for question, (words, seen) in zip(council.questions, answers, strict=True):
        data |= {f"answer_{question.pk}": words, f"version_{question.pk}": seen}
    return data


# Answers


def test_every_save_is_kept_as_a_version(council):
    bid, question = begun(council), council.questions[0]

    actions.save_answers(bid, {question.pk: ("One", 0)}, by=council.drafter, at=council.at)
    actions.save_answers(bid, {question.pk: ("Two", 1)}, by=council.certifier, at=council.at)

    assert texts(bid) == {question.pk: ("Two", 2)}
    assert versions(bid) == [("One", council.drafter.pk), ("Two", council.certifier.pk)]


def test_saving_the_same_text_makes_no_version(council):
    bid, question = begun(council), council.questions[0]
    actions.save_answers(bid, {question.pk: ("One", 0)}, by=council.drafter, at=council.at)

    actions.save_answers(bid, {question.pk: ("One", 0)}, by=council.certifier, at=council.at)

    assert versions(bid) == [("One", council.drafter.pk)]


def test_a_stale_text_overwrites_nothing(council):
    bid, question = begun(council), council.questions[0]
    actions.save_answers(bid, {question.pk: ("Theirs", 0)}, by=council.certifier, at=council.at)

    with pytest.raises(Overtaken, match="while you were writing") as refusal:
        actions.save_answers(bid, {question.pk: ("Mine", 0)}, by=council.drafter, at=council.at)

    assert refusal.value.answers[question.pk].text == "Theirs"
    assert texts(bid) == {question.pk: ("Theirs", 1)}


def test_an_answer_that_was_not_touched_is_not_in_conflict(council):
    bid, (one, two) = begun(council), council.questions
    actions.save_answers(bid, {one.pk: ("One", 0), two.pk: ("Two", 0)}, by=council.drafter, at=council.at)
    actions.save_answers(bid, {one.pk: ("One, better", 1)}, by=council.certifier, at=council.at)

    actions.save_answers(
        bid, {one.pk: ("One", 1), two.pk: ("Two, better", 1)}, by=council.drafter, at=council.at
    )

    assert texts(bid) == {one.pk: ("One, better", 2), two.pk: ("Two, better", 2)}


def test_an_empty_box_that_somebody_filled_meanwhile_stays_theirs(council):
    bid, (one, two) = begun(council), council.questions
    actions.save_answers(bid, {one.pk: ("Theirs", 0)}, by=council.certifier, at=council.at)

    actions.save_answers(bid, {one.pk: ("", 0), two.pk: ("Mine", 0)}, by=council.drafter, at=council.at)

    assert texts(bid) == {one.pk: ("Theirs", 1), two.pk: ("Mine", 1)}


def test_an_answer_can_be_emptied(council):
    bid, question = begun(council), council.questions[0]
    actions.save_answers(bid, {question.pk: ("One", 0)}, by=council.drafter, at=council.at)

    actions.save_answers(bid, {question.pk: ("", 1)}, by=council.drafter, at=council.at)

    assert texts(bid) == {question.pk: ("", 2)}


def test_a_question_of_another_round_is_refused(council):
    stranger = factories.a_round().questions.first()

    with pytest.raises(Refused, match="not asked in this round"):
        actions.save_answers(begun(council), {stranger.pk: ("x", 0)}, by=council.drafter, at=council.at)
    assert Answer.objects.count() == 0


def test_the_second_person_is_shown_both_texts_and_may_go_on(council, visit):
    bid = begun(council)
    actions.save_answers(bid, {council.questions[0].pk: ("Theirs", 0)}, by=council.certifier, at=council.at)
    client = visit(council.drafter, at=council.at)

    page = client.post(section_url(bid), typed(council, ("Mine", 0), ("Another", 0)))

    shown = page.content.decode()
    assert page.status_code == 200
    assert "<p>Theirs</p>" in shown
    assert ">\nMine</textarea>" in shown
    assert ">\nAnother</textarea>" in shown
    assert f'name="version_{council.questions[0].pk}" value="1"' in shown
    assert texts(bid) == {council.questions[0].pk: ("Theirs", 1)}

    client.post(section_url(bid), typed(council, ("Mine", 1), ("Another", 0)))

    assert [text for text, _ in texts(bid).values()] == ["Mine", "Another"]
    assert ("Theirs", council.certifier.pk) in versions(bid)


def test_too_many_words_are_saved_and_said(council, visit):
    bid = begun(council)
    long = "word " * (council.questions[0].word_limit + 3)

    visit(council.drafter, at=council.at).post(section_url(bid), typed(council, (long, 0), ("", 0)))

    assert bid.answers.get().text == long.strip()
    assert rules.reasons_answers(Application.objects.get(pk=bid.pk)) == [
        f"Your answer to “{council.questions[0]}” is 3 words too long; the limit is 20.",
        f"Answer “{council.questions[1]}”",
    ]


def test_save_and_stay_or_go_back(council, visit):
    bid, client = begun(council), visit(council.drafter, at=council.at)

    back = client.post(section_url(bid), typed(council, ("One", 0), ("", 0)))
    stay = client.post(
        section_url(bid), typed(council, ("Two", 1), ("", 0), stay="Save and stay on this page")
    )

    assert (back.url, stay.url) == (f"/applications/{bid.reference}/", section_url(bid))


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("Turn \u202eover\u202c this", "Turn over this"),
        ("Line\r\nand line", "Line\nand line"),
        (
            "\U0001f468\u200d\U0001f469\u200d\U0001f467 family",
            "\U0001f468\u200d\U0001f469\u200d\U0001f467 family",
        ),
        ("e\u0301te\u0301", "été"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_odd_text_is_kept_and_printed_safely(council, visit, pasted, kept):
    bid, client = begun(council), visit(council.drafter, at=council.at)

    client.post(section_url(bid), typed(council, (pasted, 0), ("", 0)))

    assert bid.answers.get().text == kept
    page = client.get(f"/applications/{bid.reference}/check/").content.decode()
    assert "<script>alert" not in page
    assert kept.split("\n")[0].replace("<", "&lt;").replace(">", "&gt;") in page


def test_only_zero_width_marks_are_no_answer(council):
    bid = begun(council)

    actions.save_answers(
        bid, {council.questions[0].pk: ("\u200b\u200d", 0)}, by=council.drafter, at=council.at
    )

    assert f"Answer “{council.questions[0]}”" in rules.reasons_answers(Application.objects.get(pk=bid.pk))


def test_a_megabyte_is_refused_and_shown_again(council, visit):
    bid, paste = begun(council), "word " * 210_000

    page = visit(council.drafter, at=council.at).post(section_url(bid), typed(council, (paste, 0), ("", 0)))

    assert page.status_code == 200
    assert "must be 50000 characters or fewer" in page.content.decode()
    assert page.content.decode().count("word ") > 200_000
    assert Answer.objects.count() == 0
    with pytest.raises(Refused, match="50,000 is the most"):
        actions.save_answers(bid, {council.questions[0].pk: (paste, 0)}, by=council.drafter, at=council.at)


def test_nul_in_a_form_that_no_page_of_ours_gave_out_is_answered_with_400(council, visit):
    bid = begun(council)

    response = visit(council.drafter, at=council.at).post(section_url(bid), typed(council, ("a", 0), ("", 0)))
    nul = visit(council.drafter, at=council.at).post(
        section_url(bid),
        f"answer_{council.questions[0].pk}=a%00b",
        content_type="application/x-www-form-urlencoded",
    )

    assert (response.status_code, nul.status_code) == (302, 400)
    assert bid.answers.get().text == "a"


def test_half_a_character_never_reaches_the_database(council, visit, rf):
    """Bytes of a lone surrogate arrive as the replacement mark; a surrogate itself is answered with 400."""
    bid = begun(council)
    name = f"answer_{council.questions[0].pk}"
    request = rf.post(section_url(bid), content_type="application/x-www-form-urlencoded")
    request.POST = QueryDict(mutable=True)
    request.POST[name] = "half \ud800"
    request.user, request.at = council.drafter, council.at

    refused = refuse_unreadable_text(lambda _: None)(request)
    visit(council.drafter, at=council.at).post(
        section_url(bid), f"{name}=half+%ED%A0%80", content_type="application/x-www-form-urlencoded"
    )

    assert refused.status_code == 400
    assert bid.answers.get().text == "half \ufffd\ufffd\ufffd"


def test_what_was_typed_in_a_lost_session_is_shown(council, visit):
    bid = begun(council)

    response = visit().post(section_url(bid), typed(council, (LONG_ENOUGH, 0), ("", 0)))

    assert response.status_code == 403
    assert LONG_ENOUGH in response.content.decode()
    assert visit().get(section_url(bid)).url.startswith("/accounts/login/")


# Details


def details(**changed):
    return {**DETAILS, **changed}


def test_details_are_saved(council):
    bid = actions.save_details(begun(council), **DETAILS, by=council.drafter, at=council.at)

    saved = Application.objects.get(pk=bid.pk)
    assert {name: getattr(saved, name) for name in DETAILS} == DETAILS


@pytest.mark.parametrize("title", ["", "\u200b\u2060", "\u202e \u202c"])
def test_the_page_refuses_a_title_nobody_can_see(council, visit, title):
    bid = begun(council)

    page = visit(council.drafter, at=council.at).post(
        f"/applications/{bid.reference}/details/", details(title=title)
    )

    assert page.status_code == 200
    assert "Enter title of the application" in page.content.decode()
    assert DETAILS["summary"] in page.content.decode()
    assert Application.objects.get().title == bid.title


def test_the_second_to_save_details_is_shown_both(council, visit):
    bid, client = begun(council), visit(council.drafter, at=council.at)
    url = f"/applications/{bid.reference}/details/"
    seen = client.get(url).context["form"]["seen"].value()
    actions.save_details(bid, **details(title="Theirs"), by=council.certifier, at=council.at)

    page = client.post(url, details(title="Mine", seen=seen))

    shown = page.content.decode()
    assert page.status_code == 200
    assert "Theirs" in shown
    assert 'value="Mine"' in shown
    assert Application.objects.get().title == "Theirs"

    client.post(url, details(title="Mine", seen=page.context["form"]["seen"].value()))

    assert Application.objects.get().title == "Mine"


# Partners


def test_partners_are_authorities_or_named_bodies(council, visit):
    bid, client, other = begun(council), visit(council.drafter, at=council.at), factories.AuthorityFactory()
    url = f"/applications/{bid.reference}/partners/"

    client.post(url, {"authority": other.pk, "role": "Runs the second site"})
    client.post(url, {"name": "Testbury College", "role": "Teaches"})

    assert sorted(str(partner) for partner in bid.partners.all()) == sorted([other.name, "Testbury College"])


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"name": "", "role": "x"}, "one of the two"),
        ({"name": "College", "other": True, "role": "x"}, "one of the two"),
        ({"name": "College", "role": "\u200b"}, "part in the application"),
        ({"own": True, "role": "x"}, "cannot be its partner"),
        ({"name": "the COLLEGE", "role": "x"}, "is a partner already"),
    ],
)
def test_partners_that_are_refused(council, given, reason):
    bid = begun(council)
    actions.add_partner(
        bid, authority=None, name="The College", role="Teaches", by=council.drafter, at=council.at
    )
    authority = council.authority if "own" in given else None
    if "other" in given:
        authority = factories.AuthorityFactory()

    with pytest.raises(Refused, match=reason):
        actions.add_partner(
            bid,
            authority=authority,
            name=given.get("name", ""),
            role=given["role"],
            by=council.drafter,
            at=council.at,
        )
    assert Partner.objects.count() == 1


def test_the_same_authority_is_a_partner_once(council):
    bid, other = begun(council), factories.AuthorityFactory()
    who = {"authority": other, "name": "", "role": "x", "by": council.drafter, "at": council.at}
    actions.add_partner(bid, **who)

    with pytest.raises(Refused, match="already"):
        actions.add_partner(bid, **who)


def test_a_partner_is_removed_by_post_alone(council, visit):
    bid, client = begun(council), visit(council.drafter, at=council.at)
    partner = actions.add_partner(
        bid, authority=None, name="College", role="x", by=council.drafter, at=council.at
    )
    url = f"/applications/{bid.reference}/partners/{partner.pk}/remove/"

    assert client.get(url).status_code == 405
    assert Partner.objects.count() == 1
    client.post(url)

    assert Partner.objects.count() == 0


def test_a_partner_of_another_application_is_not_found(council, visit):
    mine, theirs = begun(council), factories.ApplicationFactory(round=council.round)
    partner = factories.PartnerFactory(application=theirs)
    client = visit(council.drafter, at=council.at)

    response = client.post(f"/applications/{mine.reference}/partners/{partner.pk}/remove/")

    assert response.status_code == 404
    assert Partner.objects.count() == 1


# The task list


def test_the_task_list_follows_the_work(council, visit):
    bid, client = begun(council), visit(council.drafter, at=council.at)

    def statuses():
        context = client.get(f"/applications/{bid.reference}/").context
        return {task.name: task.status for group in context["groups"] for task in group.tasks}

    begun_with = statuses()
    assert begun_with == {
        "Details": "Not started",
        "Your practice": "Not started",
        "Evidence figures": "Not started",
        "Sharing plan": "Not started",
        "Files": "Not started",
        "Partners": "Not started",
        "Budget": "Not started",
        "Check your answers": "In progress",
        "Certify": "Cannot start yet",
        "Submit": "Cannot start yet",
    }
    actions.save_answers(bid, {council.questions[0].pk: ("One", 0)}, by=council.drafter, at=council.at)
    assert statuses() == begun_with | {"Your practice": "In progress"}
    actions.save_answers(bid, {council.questions[1].pk: ("Two", 0)}, by=council.drafter, at=council.at)
    actions.save_details(bid, **DETAILS, by=council.drafter, at=council.at)
    assert statuses() == begun_with | {"Details": "Done", "Your practice": "Done"}
    actions.save_budget(bid, **MONEY, by=council.drafter, at=council.at)
    assert statuses() == begun_with | {
        "Details": "Done",
        "Your practice": "Done",
        "Budget": "Done",
        "Check your answers": "Done",
    }


def test_the_task_list_says_how_much_time_is_left(council, visit):
    bid = begun(council)

    page = visit(council.drafter, at=council.at).get(f"/applications/{bid.reference}/").content.decode()

    assert "Applications close at noon on Monday 9 March, in 27 days." in page


def test_the_task_list_counts_what_has_to_be_done_and_says_apart_what_is_optional(council, visit):
    """Partners are not wanted while none is needed, nor is what they say, so a finished draft lacks only the two acts."""
    bid, client = written(council), visit(council.drafter, at=council.at)

    def told():
        return client.get(f"/applications/{bid.reference}/").content.decode()

    assert "4 of 6 tasks are done, and 0 of 4 optional ones." in told()
    partner = factories.PartnerFactory(application=bid)
    assert "4 of 6 tasks are done, and 0 of 4 optional ones." in told()
    officer = factories.drafter(partner.authority)
    actions.confirm_part(
        partner, name="Ann Lee", job="Head", seen=partner.fingerprint, by=officer, at=council.at
    )
    assert "4 of 6 tasks are done, and 1 of 4 optional ones." in told()


def test_what_is_optional_and_was_begun_is_wanted_until_it_is_finished(council):
    """A plan that the round does not ask for stops the certificate while it has gaps."""
    bid = begun(council)
    actions.save_plan(bid, Plan(authorities=3), by=council.drafter, at=council.at)

    [required, optional] = tasklist.counts(
        tasklist.what_it_says(tasklist.Desk(Application.objects.get(pk=bid.pk), council.drafter, council.at))
    )

    assert (required, optional) == (tasklist.Count(0, 4), tasklist.Count(0, 3))


def test_a_section_counts_only_what_is_asked_and_what_has_to_be_answered(council):
    first, *others = council.questions
    for number, question in enumerate(others):
        question.required = number > 0
        question.section = first.section
        question.save(update_fields=["required", "section"])
    follow_up = factories.QuestionFactory(
        round=council.round, section=first.section, required=True, shown_if=first, shown_if_answer="Yes"
    )
    bid = begun(council)
    answers = {question.pk: (LONG_ENOUGH, 0) for question in (first, *others)}
    actions.save_answers(bid, answers, by=council.drafter, at=council.at)

    [section] = Application.objects.get(pk=bid.pk).sections

    assert follow_up in [item.question for item in section.items]
    assert section.progress == "1 of 1 answered; optional: 1 of 1 answered"


def test_a_certifier_can_send_back_from_the_task_list(council, visit):
    bid = certified(council)

    def told(user):
        return visit(user, at=council.at).get(f"/applications/{bid.reference}/").content.decode()

    way = f'href="/applications/{bid.reference}/send-back/"'
    assert way in told(council.certifier)
    assert way not in told(council.drafter)


def test_sections_come_from_the_rounds_questions(council, visit):
    factories.QuestionFactory(round=council.round, section="Your people", position=9, required=False)
    bid, client = begun(council), visit(council.drafter, at=council.at)

    [write, *_] = client.get(f"/applications/{bid.reference}/").context["groups"]

    assert [task.name for task in write.tasks] == [
        "Details",
        "Your practice",
        "Your people",
        "Evidence figures",
        "Sharing plan",
        "Files",
    ]
    assert client.get(f"/applications/{bid.reference}/section/2/").status_code == 200
    assert client.get(f"/applications/{bid.reference}/section/3/").status_code == 404


# The doors, at the closing instant


DOORS = {
    "section": lambda council, bid: typed(council, ("Typed in the last second", 1), (LONG_ENOUGH, 1)),
    "details": lambda council, bid: details(title="Typed in the last second", seen=2),
    "partners": lambda council, bid: {"name": "Typed in the last second", "role": "Teaches"},
}
ADDRESSES = {"section": "section/1/", "details": "details/", "partners": "partners/"}


@pytest.mark.parametrize(("moment", "status"), [("last", 302), ("closes", 200)])
@pytest.mark.parametrize("door", DOORS)
def test_writing_ends_at_the_closing_instant(council, visit, door, moment, status):
    bid = written(council)
    client = visit(council.drafter, at=getattr(council, moment))
    before = Application.objects.filter(pk=bid.pk).values().get(), texts(bid), bid.partners.count()

    response = client.post(f"/applications/{bid.reference}/{ADDRESSES[door]}", DOORS[door](council, bid))

    after = Application.objects.filter(pk=bid.pk).values().get(), texts(bid), bid.partners.count()
    assert response.status_code == status
    assert (before == after) == (moment == "closes")
    if moment == "closes":
        assert "closed at noon" in response.content.decode()
        assert "Typed in the last second" in response.content.decode()


@pytest.mark.parametrize("moment", ["last", "closes"])
def test_removing_a_partner_ends_at_the_closing_instant(council, visit, moment):
    bid = begun(council)
    partner = factories.PartnerFactory(application=bid)

    visit(council.drafter, at=getattr(council, moment)).post(
        f"/applications/{bid.reference}/partners/{partner.pk}/remove/"
    )

    assert Partner.objects.exists() == (moment == "closes")


@pytest.mark.parametrize("door", DOORS)
def test_a_form_opened_after_the_closing_leads_back(council, visit, door):
    bid = begun(council)

    response = visit(council.drafter, at=council.closes).get(
        f"/applications/{bid.reference}/{ADDRESSES[door]}"
    )

    assert response.url == f"/applications/{bid.reference}/"


@pytest.mark.parametrize("door", DOORS)
def test_what_is_certified_cannot_be_changed(council, visit, door):
    bid = actions.certify(written(council), by=council.certifier, at=council.at)

    response = visit(council.drafter, at=council.at).post(
        f"/applications/{bid.reference}/{ADDRESSES[door]}", DOORS[door](council, bid)
    )

    assert response.status_code == 200
    assert "A certifier must send it back" in response.content.decode()
    assert Application.objects.get(pk=bid.pk).fingerprint() == bid.content_hash


def test_a_version_that_was_garbled_keeps_what_was_typed_and_overwrites_nothing(council, visit):
    bid, question = begun(council), council.questions[0]
    actions.save_answers(bid, {question.pk: ("Theirs", 0)}, by=council.certifier, at=council.at)
    others = [("", 0)] * (len(council.questions) - 1)

    response = visit(council.drafter, at=council.at).post(
        section_url(bid), typed(council, ("Mine", "25x"), *others)
    )

    form = response.context["form"]
    assert form.errors == {"__all__": [LOST]}
    assert form[f"answer_{question.pk}"].value() == "Mine"
    assert texts(bid) == {question.pk: ("Theirs", 1)}


@pytest.mark.parametrize("page", ["", "figures.csv", "superseded.csv"])
def test_an_address_that_no_database_can_look_for_is_answered_with_400(db, visit, page):
    assert visit().get(f"/outcomes/indicators/%00/{page}").status_code == 400
