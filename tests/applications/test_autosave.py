"""What the page's script sends while somebody types: saved by the same verbs, and never a conflict with oneself."""

import pytest
from django.test import Client

from beacons.applications import actions
from beacons.applications.actions import Overtaken
from beacons.applications.models import AnswerVersion, Application
from beacons.applications.overtaking import Page, Verdict, judge
from beacons.core import carrying
from beacons.core.forms import LOST
from beacons.core.steps import Step
from tests import factories
from tests.applications.conftest import DETAILS, begun, certified

JSON = {"accept": "application/json"}


def section(bid, end="autosave/"):
    return f"/applications/{bid.reference}/section/1/{end}"


def details(bid, end="autosave/"):
    return f"/applications/{bid.reference}/details/{end}"


def typed(council, *answers, page="first", turn=1, **more):
    """What the form of section 1 sends: (text, version seen) for each question."""
    data = {"page": page, "turn": turn, **more}
    for question, (words, seen) in zip(council.questions, answers, strict=True):
        data |= {f"answer_{question.pk}": words, f"version_{question.pk}": seen}
    return data


def send(client, address, data):
    answer = client.post(address, data, headers=JSON)
    return answer.status_code, answer.json()


def texts(bid):
    return [(answer.text, answer.version) for answer in bid.answers.all()]


def versions(bid):
    return list(
        AnswerVersion.objects.filter(answer__application=bid)
        .order_by("pk")
        .values_list("text", "page", "turn")
    )


# Saved


def test_what_is_typed_is_saved_and_the_page_is_told_its_new_versions(council, visit):
    bid, client = begun(council), visit(council.drafter, at=council.at)
    one, two = council.questions

    status, told = send(client, section(bid), typed(council, ("One", 0), ("", 0)))

    assert (status, told) == (
        200,
        {
            "at": "8am",
            "versions": {f"version_{one.pk}": 1, f"version_{two.pk}": 0},
            "problems": {},
            "overtaken": {},
        },
    )
    assert texts(bid) == [("One", 1)]
    assert versions(bid) == [("One", "first", 1)]


def test_saved_by_itself_and_then_by_the_button_is_no_conflict(council, visit):
    bid, client = begun(council), visit(council.drafter, at=council.at)
    send(client, section(bid), typed(council, ("One", 0), ("", 0)))
    send(client, section(bid), typed(council, ("One, and", 1), ("", 0), turn=2))

    answer = client.post(section(bid, ""), typed(council, ("One, and more", 2), ("", 0), turn=3))

    assert answer.status_code == 302
    assert texts(bid) == [("One, and more", 3)]


def test_a_page_whose_acknowledgement_was_lost_goes_on_as_if_it_had_come(council, visit):
    """It was saved, the answer never arrived, and the page still says that it has seen nothing."""
    bid, client = begun(council), visit(council.drafter, at=council.at)
    send(client, section(bid), typed(council, ("One", 0), ("", 0)))

    status, told = send(client, section(bid), typed(council, ("One, and more", 0), ("", 0), turn=2))

    assert (status, told["overtaken"]) == (200, {})
    assert texts(bid) == [("One, and more", 2)]


def test_what_was_taken_back_after_a_lost_acknowledgement_is_taken_back(council, visit):
    bid, client = begun(council), visit(council.drafter, at=council.at)
    send(client, section(bid), typed(council, ("One", 0), ("", 0)))

    send(client, section(bid), typed(council, ("", 0), ("", 0), turn=2))

    assert texts(bid) == [("", 2)]


def test_a_straggler_writes_nothing_over_what_its_page_sent_after_it(council, visit):
    """Of two requests of one page the later was handled first."""
    bid, client = begun(council), visit(council.drafter, at=council.at)
    client.post(section(bid, ""), typed(council, ("The whole text", 0), ("", 0), turn=2))

    status, told = send(client, section(bid), typed(council, ("The who", 0), ("", 0), turn=1))

    assert (status, told["overtaken"]) == (200, {})
    assert f"version_{council.questions[0].pk}" not in told["versions"]
    assert texts(bid) == [("The whole text", 1)]


def test_another_window_of_the_same_person_is_another_page(council, visit):
    bid, client = begun(council), visit(council.drafter, at=council.at)
    send(client, section(bid), typed(council, ("From the first", 0), ("", 0)))

    status, told = send(client, section(bid), typed(council, ("From the second", 0), ("", 0), page="second"))

    name = f"answer_{council.questions[0].pk}"
    assert (status, told["overtaken"]) == (
        200,
        {name: "You saved another text in another window meanwhile, at 8am."},
    )
    assert texts(bid) == [("From the first", 1)]


def test_nobody_else_may_use_the_mark_of_a_page(council):
    bid, question = begun(council), council.questions[0]
    page = Page("first", 1)
    actions.save_answers(bid, {question.pk: ("Theirs", 0)}, by=council.certifier, at=council.at, page=page)

    with pytest.raises(Overtaken):
        actions.save_answers(
            bid, {question.pk: ("Mine", 0)}, by=council.drafter, at=council.at, page=Page("first", 2)
        )
    assert texts(bid) == [("Theirs", 1)]


@pytest.mark.parametrize(
    ("typed", "now", "seen", "later", "page", "is_newest", "verdict"),
    [
        ("a", "a", "x", [("p", 1)], Page("p", 0), False, Verdict.KEEP),
        ("b", "a", "a", [], Page(), True, Verdict.WRITE),
        ("b", "a", "x", [("p", 1)], Page("p", 2), False, Verdict.WRITE),
        ("b", "a", "x", [("p", 2)], Page("p", 2), False, Verdict.WRITE),
        ("b", "a", "x", [("p", 3)], Page("p", 2), False, Verdict.KEEP),
        ("b", "a", "x", [("p", 1), ("q", 1)], Page("p", 2), False, Verdict.OVERTAKEN),
        ("b", "a", "x", [("", 0)], Page(), False, Verdict.OVERTAKEN),
        ("x", "a", "x", [("q", 1)], Page("p", 2), False, Verdict.KEEP),
        ("x", "a", "x", [("p", 1)], Page("p", 2), False, Verdict.WRITE),
        ("", "a", None, [], Page("p", 2), False, Verdict.OVERTAKEN),
    ],
)
def test_what_becomes_of_a_text(typed, now, seen, later, page, is_newest, verdict):
    class Saved:
        pk = saved_by_id = 7

        def __init__(self, page, turn):
            self.page, self.turn = page, turn

    given = {"now": now, "seen": seen, "page": page, "is_newest": is_newest, "by": Saved("", 0)}

    assert judge(typed, later=[Saved(*one) for one in later], **given) is verdict


# Two people


def test_it_stops_where_a_colleague_saved_and_goes_on_everywhere_else(council, visit):
    bid, client = begun(council), visit(council.drafter, at=council.at)
    one, two = council.questions
    actions.save_answers(bid, {one.pk: ("Theirs", 0)}, by=council.certifier, at=council.at)

    status, told = send(client, section(bid), typed(council, ("Mine", 0), ("Another", 0)))

    assert (status, told) == (
        200,
        {
            "at": "8am",
            "versions": {f"version_{two.pk}": 1},
            "problems": {},
            "overtaken": {
                f"answer_{one.pk}": f"{council.certifier} saved another text while you were writing, at 8am."
            },
        },
    )
    assert texts(bid) == [("Theirs", 1), ("Another", 1)]

    page = client.post(section(bid, ""), typed(council, ("Mine", 0), ("Another", 1), turn=2))

    shown = page.content.decode()
    assert "<p>Theirs</p>" in shown
    assert ">\nMine</textarea>" in shown
    assert "data-autosave" not in shown, "what is to be decided first is not saved by itself"


def test_a_colleagues_text_beside_an_untouched_box_is_not_taken_for_seen(council, visit):
    """The box still holds the old text: were its version renewed, the next key would write over theirs."""
    bid, client = begun(council), visit(council.drafter, at=council.at)
    one, two = council.questions
    actions.save_answers(bid, {one.pk: ("Old", 0)}, by=council.drafter, at=council.at)
    actions.save_answers(bid, {one.pk: ("Theirs", 1)}, by=council.certifier, at=council.at)

    status, told = send(client, section(bid), typed(council, ("Old", 1), ("Mine", 0)))

    assert (status, told["versions"], told["overtaken"]) == (200, {f"version_{two.pk}": 1}, {})
    assert texts(bid) == [("Theirs", 2), ("Mine", 1)]


# Refused


@pytest.mark.parametrize(("moment", "status"), [("last", 200), ("closes", 409)])
@pytest.mark.parametrize("door", [section, details])
def test_it_ends_at_the_closing_instant(council, visit, door, moment, status):
    bid = begun(council)
    client = visit(council.drafter, at=getattr(council, moment))
    data = typed(council, ("Typed in the last second", 0), ("", 0))
    data |= {"title": "Typed in the last second", "summary": "", "lead_officer": "", "seen": 1}

    answered, told = send(client, door(bid), data)

    assert answered == status
    saved = Application.objects.get(pk=bid.pk)
    kept = [saved.title, *(text for text, _ in texts(bid))]
    assert ("Typed in the last second" in kept) == (moment == "last")
    if moment == "closes":
        assert told == {
            "reasons": [
                "Applications closed at noon on Monday 9 March 2026. Nothing more can be changed or submitted."
            ]
        }


@pytest.mark.parametrize("door", [section, details])
def test_what_was_certified_meanwhile_is_not_changed(council, visit, door):
    bid = certified(council)
    data = typed(council, ("Late", 1), ("Late", 1)) | {"title": "Late", "seen": 2}

    status, told = send(visit(council.drafter, at=council.at), door(bid), data)

    assert status == 409
    assert told == {
        "reasons": ["This application is certified. A certifier must send it back before it can be changed."]
    }
    assert Application.objects.get(pk=bid.pk).fingerprint() == bid.content_hash


@pytest.mark.parametrize("door", [section, details])
def test_who_is_signed_out_is_told_so(council, visit, door):
    bid = begun(council)

    status, told = send(visit(at=council.at), door(bid), typed(council, ("Mine", 0), ("", 0)))

    assert (status, told) == (403, {"reasons": ["You have been signed out, so this was not saved."]})


def test_a_token_of_a_session_that_is_over_is_answered_in_json_too(council):
    bid, client = begun(council), Client(enforce_csrf_checks=True)

    status, told = send(client, section(bid), typed(council, ("Mine", 0), ("", 0)))

    assert (status, told) == (403, {"reasons": ["You have been signed out, so this was not saved."]})


@pytest.mark.parametrize("door", [section, details])
def test_nothing_is_saved_in_the_name_of_who_signed_in_meanwhile(council, visit, door):
    """A colleague signed in in the same browser, and the page of the other stands open in another window."""
    bid = begun(council)
    mark = carrying.mark(council.drafter, door(bid, ""))
    data = typed(council, ("Mine", 0), ("", 0), typist=mark) | {"title": "Mine", "seen": 1}

    status, told = send(visit(council.certifier, at=council.at), door(bid), data)

    assert status == 403
    assert "Somebody else has signed in" in told["reasons"][0]
    assert texts(bid) == []
    assert Application.objects.get().title == bid.title


def test_another_councils_draft_is_not_found_and_not_saved(council, visit):
    bid, stranger = begun(council), factories.drafter(factories.AuthorityFactory())

    client = visit(stranger, at=council.at)

    assert client.post(section(bid), typed(council, ("x", 0), ("", 0)), headers=JSON).status_code == 404
    assert client.post(details(bid), {"title": "x"}, headers=JSON).status_code == 404
    assert texts(bid) == []


def test_it_is_posted_alone(council, visit):
    client, bid = visit(council.drafter, at=council.at), begun(council)

    assert [client.get(door(bid)).status_code for door in (section, details)] == [405, 405]


# Odd text


@pytest.mark.parametrize(
    ("pasted", "problem"),
    [
        ("a\x00b", "this holds characters that cannot be kept"),
        ("x" * 50_001, "must be 50000 characters or fewer"),
        ("word " * 210_000, "must be 50000 characters or fewer"),
    ],
)
def test_what_cannot_be_kept_is_said_and_keeps_nothing_else_from_being_saved(council, visit, pasted, problem):
    bid, client = begun(council), visit(council.drafter, at=council.at)
    one, two = council.questions

    status, told = send(client, section(bid), typed(council, (pasted, 0), ("Kept", 0)))

    [(name, [said])] = told["problems"].items()
    assert (status, name) == (200, f"answer_{one.pk}")
    assert problem in said
    assert told["versions"] == {f"version_{two.pk}": 1}
    assert [(answer.question, answer.text) for answer in bid.answers.all()] == [(two, "Kept")]


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [("Turn \u202eover\u202c this", "Turn over this"), ("x" * 50_000, "x" * 50_000), ("\u200b", "\u200b")],
)
def test_odd_text_that_can_be_kept_is_acknowledged(council, visit, pasted, kept):
    bid, client = begun(council), visit(council.drafter, at=council.at)

    status, told = send(client, section(bid), typed(council, (pasted, 0), ("", 0)))

    assert (status, told["problems"]) == (200, {})
    assert told["versions"][f"version_{council.questions[0].pk}"] == 1
    assert texts(bid) == [(kept, 1)]


def test_a_garbled_version_is_refused_whole(council, visit):
    bid, client = begun(council), visit(council.drafter, at=council.at)

    status, told = send(client, section(bid), typed(council, ("Mine", "25x"), ("Kept", 0)))

    assert (status, told) == (409, {"reasons": [LOST]})
    assert texts(bid) == []


# The details


def test_details_are_saved_and_versioned_alike(council, visit):
    bid, client = begun(council), visit(council.drafter, at=council.at)
    data = {**DETAILS, "seen": 1, "page": "first", "turn": 1}

    status, told = send(client, details(bid), data)
    again = client.post(details(bid, ""), {**data, "summary": "Better", "seen": 1, "turn": 2})

    assert (status, told["versions"]) == (200, {"seen": 2})
    assert again.status_code == 302
    kept = bid.details_versions.order_by("version").values_list("title", "summary", "page", "turn")
    assert list(kept) == [
        (bid.title, "", "", 0),
        (DETAILS["title"], DETAILS["summary"], "first", 1),
        (DETAILS["title"], "Better", "first", 2),
    ]
    assert Step.objects.of(bid).values_list("step", flat=True).get() == "begin"


def test_a_title_that_nobody_can_see_leaves_the_old_one_and_saves_the_rest(council, visit):
    bid, client = begun(council), visit(council.drafter, at=council.at)

    status, told = send(client, details(bid), {**DETAILS, "title": "\u200b", "seen": 1})

    assert (status, told["problems"]) == (200, {"title": ["Enter title of the application"]})
    saved = Application.objects.get()
    assert (saved.title, saved.summary) == (bid.title, DETAILS["summary"])


def test_details_that_a_colleague_saved_meanwhile_are_not_written_over(council, visit):
    bid, client = begun(council), visit(council.drafter, at=council.at)
    actions.save_details(bid, **{**DETAILS, "title": "Theirs"}, by=council.certifier, at=council.at)

    status, told = send(client, details(bid), {**DETAILS, "title": "Mine", "seen": 1, "page": "p", "turn": 1})

    assert (status, told["versions"]) == (200, {})
    assert told["overtaken"] == {
        "title": f"{council.certifier} saved another text while you were writing, at 8am."
    }
    assert Application.objects.get().title == "Theirs"


# What it costs


def test_a_save_that_changes_nothing_asks_little(council, visit, django_assert_max_num_queries):
    bid, client = begun(council), visit(council.drafter, at=council.at)
    send(client, section(bid), typed(council, ("One", 0), ("", 0)))

    with django_assert_max_num_queries(20):
        send(client, section(bid), typed(council, ("One, and more", 1), ("", 0), turn=2))
