"""The pages of earlier versions: who saved what when, what changed in between, and one of them restored."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse

from beacons.applications import actions, versions
from beacons.applications.models import Answer, AnswerVersion, Application, DetailsVersion
from beacons.applications.overtaking import NOWHERE, Page
from beacons.core.lifecycle import Refused
from beacons.directory.models import Role
from beacons.rounds.models import Round
from tests import factories
from tests.applications.conftest import DETAILS, LONG_ENOUGH, MONEY, begun

FIRST, SECOND, THIRD = "We asked them why.", "We asked them all why.", "<b>We</b> rang them & asked."


@pytest.fixture
def bid(council):
    """A draft whose first answer was saved three times, and its details twice more."""
    bid, at = begun(council), council.at
    save(council, bid, FIRST, 0, at=at)
    save(council, bid, SECOND, 1, by=council.certifier, at=at + timedelta(minutes=32))
    save(council, bid, THIRD, 2, at=at + timedelta(days=1))
    for title in ("A second chance", "A third chance"):
        actions.save_details(bid, **{**DETAILS, "title": title}, by=council.certifier, at=at)
    return bid


def save(council, bid, words, seen, *, by=None, at=None, page=NOWHERE):
    given = {council.questions[0].pk: (words, seen)}
    return actions.save_answers(bid, given, by=by or council.drafter, at=at or council.at, page=page)


def page(council, bid, name="version_list", *arguments, what=None):
    return reverse(name, args=[bid.reference, what or council.questions[0].pk, *arguments])


def text(answer):
    return " ".join(answer.content.decode().split())


def ever(bid):
    """All that is kept: (version, text, restored from) of answers, and (version, title, restored from) of details."""
    answers = AnswerVersion.objects.filter(answer__application=bid).order_by("pk")
    details = DetailsVersion.objects.filter(application=bid).order_by("pk")
    return (
        list(answers.values_list("version", "text", "restored_from")),
        list(details.values_list("version", "title", "restored_from")),
        list(Answer.objects.filter(application=bid).values_list("text", "version")),
        Application.objects.filter(pk=bid.pk).values_list("title", "details_version").get(),
    )


# Listed


def test_who_saved_what_when_is_listed_the_newest_first(council, bid, visit):
    answer = visit(council.drafter, at=council.at).get(page(council, bid))

    shown = text(answer)
    assert [(row.version, row.saved.saved_by, row.when) for row, _, _ in answer.context["rows"]] == [
        (3, council.drafter, "8am on 11 February 2026"),
        (2, council.certifier, "8:32am on 10 February 2026"),
        (1, council.drafter, "8am on 10 February 2026"),
    ]
    assert "3 versions were saved, by 2 people." in shown
    assert "Version 3 <strong" in shown
    assert "Stands now" in shown
    assert "4 words: “We asked them why.”" in shown
    assert "&lt;b&gt;We&lt;/b&gt; rang them &amp; asked." in shown


def test_times_are_londons_in_summer_too():
    saved = SimpleNamespace(
        version=1, page="", saved_by_id=1, saved_at=datetime(2026, 7, 2, 13, 5, tzinfo=UTC)
    )

    [sitting] = versions.sittings([saved])

    assert sitting.when == "2:05pm on 2 July 2026"


def test_what_was_saved_while_typing_stands_in_one_line_and_each_by_itself_if_wished(council, visit):
    """One person, one page and no long pause; a colleague in between, or lunch, begins another line."""
    bid, at, page_of = begun(council), council.at, Page("first", 1)
    minutes = [0, 1, 2, 40, 41]
    for seen, minute in enumerate(minutes):
        save(council, bid, f"Text {seen}", seen, at=at + timedelta(minutes=minute), page=page_of)
    save(
        council, bid, "Theirs", 5, by=council.certifier, at=at + timedelta(minutes=42), page=Page("other", 1)
    )
    save(council, bid, "Mine", 6, at=at + timedelta(minutes=43), page=page_of)
    client = visit(council.drafter, at=at)

    grouped = client.get(page(council, bid))
    every = client.get(page(council, bid), {"every": "1"})

    rows = [(row.version, row.count, row.when) for row, _, _ in grouped.context["rows"]]
    assert rows == [
        (7, 1, "8:43am on 10 February 2026"),
        (6, 1, "8:42am on 10 February 2026"),
        (5, 2, "8:40am to 8:41am on 10 February 2026"),
        (3, 3, "8am to 8:02am on 10 February 2026"),
    ]
    assert [row.version for row, _, _ in every.context["rows"]] == [7, 6, 5, 4, 3, 2, 1]
    assert "in 3 saves" in text(grouped)
    # Not listed there, a version in the middle of a line can be read and compared all the same.
    compared = client.get(page(council, bid, "version_compare"), {"old": 2, "new": 4})
    assert (compared.context["old"].text, compared.context["new"].text) == ("Text 1", "Text 3")
    assert f"2: 10 Feb 8:01am, {council.drafter}<" in text(compared)


def test_the_way_there_stands_beside_each_answer_that_has_earlier_versions(council, bid, visit):
    one, two = council.questions
    actions.save_answers(bid, {two.pk: ("Once", 0)}, by=council.drafter, at=council.at)
    client = visit(council.drafter, at=council.at)

    pages = {
        name: text(client.get(f"/applications/{bid.reference}/{name}/"))
        for name in ("section/1", "details", "check")
    }

    of_one, of_two, of_details = (page(council, bid, what=what) for what in (one.pk, two.pk, "details"))
    assert [(of_one in shown, of_two in shown, of_details in shown) for shown in pages.values()] == [
        (True, False, False),
        (False, False, True),
        (True, False, True),
    ]
    assert "Earlier versions (2)" in pages["section/1"]
    assert "Earlier versions (2)" in pages["details"]


def test_there_is_no_way_to_what_was_saved_once(council, visit):
    """Nor on the page on which the public, the panel or a leader of the group reads it."""
    bid = begun(council)
    save(council, bid, FIRST, 0)
    client = visit(council.drafter, at=council.at)

    for name in ("section/1", "details", "check"):
        assert "Earlier versions" not in text(client.get(f"/applications/{bid.reference}/{name}/"))


# Compared


def test_any_two_are_compared_and_what_changed_is_told_by_more_than_colour(council, bid, visit):
    client = visit(council.drafter, at=council.at)

    there = client.get(page(council, bid, "version_compare"), {"old": 1, "new": 2})
    back = client.get(page(council, bid, "version_compare"), {"old": 2, "new": 1})

    hidden = '<span class="govuk-visually-hidden">'
    added = f'<ins class="app-new">{hidden} (added: </span>all{hidden}) </span></ins>'
    for answer in (there, back):
        assert f"We asked them {added} why." in text(answer)
        assert "What changed from version 1 to 2" in text(answer)
    usual = text(client.get(page(council, bid, "version_compare")))
    assert "What changed from version 2 to 3" in usual
    assert "<b>We" not in usual
    assert "&lt;b&gt;We&lt;/b&gt;" in usual


@pytest.mark.parametrize("asked", [{"old": "x"}, {"old": "99"}, {"new": "-1"}, {"old": "1" * 400}])
def test_what_is_no_version_is_taken_for_nothing(council, bid, visit, asked):
    answer = visit(council.drafter, at=council.at).get(page(council, bid, "version_compare"), asked)

    assert "What changed from version 2 to 3" in text(answer)


def test_the_same_one_twice_and_two_that_say_the_same(council, bid, visit):
    save(council, bid, FIRST, 3)
    client = visit(council.drafter, at=council.at)

    once = client.get(page(council, bid, "version_compare"), {"old": 2, "new": 2})
    same = client.get(page(council, bid, "version_compare"), {"old": 1, "new": 4})

    assert "This is one and the same version." in text(once)
    assert "There is no difference: both say the same." in text(same)


def test_details_are_compared_part_by_part(council, bid, visit):
    answer = visit(council.drafter, at=council.at).get(
        page(council, bid, "version_compare", what="details"), {"old": 2, "new": 3}
    )

    assert [(name, told.sentence) for name, told in answer.context["parts"]] == [
        ("Title", "1 word added, 1 word removed."),
        ("Summary for the public", "No difference."),
        ("Lead officer", "No difference."),
    ]


def test_a_table_is_compared_as_a_table(council, visit):
    question = factories.QuestionFactory(
        round=council.round, kind="table", columns="Year\nPupils", position=9
    )
    bid = begun(council)
    for seen, pupils in enumerate(("1000", "1200")):
        given = {question.pk: (f'[["2024", "{pupils}"]]', seen)}
        actions.save_answers(bid, given, by=council.drafter, at=council.at)
    client = visit(council.drafter, at=council.at)

    compared = text(client.get(page(council, bid, "version_compare", what=question.pk)))
    listed = text(client.get(page(council, bid, what=question.pk)))

    assert ">1,000<" in compared
    assert ">1,200<" in compared
    assert "1 row changed." in compared
    assert "[[" not in compared + listed
    assert "<bdi>1 row</bdi>" in listed


# Restored


def test_an_earlier_answer_is_restored_as_a_version_of_its_own(council, bid, visit):
    client = visit(council.drafter, at=council.at)
    address = page(council, bid, "version_detail", 1)
    before = ever(bid)

    asked = client.get(address)

    assert "Restore this version?" in text(asked)
    assert FIRST in text(asked)
    assert ever(bid) == before, "to look at it restores nothing"

    done = client.post(address, {"seen": 3}, follow=True)

    assert "Restored: version 1 stands again, as version 4." in text(done)
    assert f">{FIRST}</textarea>" in text(done).replace("> ", ">")
    [answers, *_] = ever(bid)
    assert answers == [(1, FIRST, None), (2, SECOND, None), (3, THIRD, None), (4, FIRST, 1)]
    assert AnswerVersion.objects.get(version=4, answer__application=bid).saved_by == council.drafter
    assert "Restored from version 1" in text(client.get(page(council, bid)))
    # And the one that it took the place of, in the same way.
    client.post(page(council, bid, "version_detail", 3), {"seen": 4})
    assert ever(bid)[2] == [(THIRD, 5)]


def test_earlier_details_are_restored_all_three_together(council, bid, visit):
    client = visit(council.drafter, at=council.at)

    client.post(page(council, bid, "version_detail", 1, what="details"), {"seen": 3})

    saved = Application.objects.get(pk=bid.pk)
    assert (saved.title, saved.summary, saved.lead_officer) == (bid.title, "", "Alex Green")
    assert ever(bid)[1][-1] == (4, "A second chance at sixteen", 1)


@pytest.mark.parametrize("seen", ["3", "", "x", "1" * 400])
@pytest.mark.parametrize("what", ["answer", "details"])
def test_the_second_of_two_is_shown_both_and_nothing_is_overwritten(council, bid, visit, what, seen):
    """Somebody saved another while the question stood on the page."""
    is_answer = what == "answer"
    if is_answer:
        save(council, bid, "Theirs, meanwhile", 3, by=council.certifier)
    else:
        theirs = {**DETAILS, "title": "Theirs, meanwhile"}
        actions.save_details(bid, **theirs, by=council.certifier, at=council.at)
    address = page(council, bid, "version_detail", 1, what=None if is_answer else "details")
    client, before = visit(council.drafter, at=council.at), ever(bid)

    refused = client.post(address, {"seen": seen})

    shown = text(refused)
    assert refused.status_code == 200
    assert f"{council.certifier} saved another text meanwhile, so nothing was restored." in shown
    assert "Error: Version 1" in shown
    assert "Theirs" in shown
    assert (FIRST if is_answer else "A second chance at sixteen") in shown
    assert ever(bid) == before

    # Now it is known.
    client.post(address, {"seen": refused.context["kept"].standing})

    assert ever(bid)[0 if is_answer else 1][-1][::2] == (5, 1)


def test_in_another_window_of_ones_own_too(council, bid, visit):
    save(council, bid, "Mine, meanwhile", 3)

    refused = visit(council.drafter, at=council.at).post(page(council, bid, "version_detail", 1), {"seen": 3})

    assert "You saved another text in another window, so nothing was restored." in text(refused)


def test_what_says_the_same_already_is_not_restored(council, bid, visit):
    save(council, bid, FIRST, 3)
    client, before = visit(council.drafter, at=council.at), ever(bid)
    address = page(council, bid, "version_detail", 1)

    assert "What stands now says the same." in text(client.get(address))
    assert "It says that already" in text(client.post(address, {"seen": 4}, follow=True))
    assert ever(bid) == before


@pytest.mark.parametrize("moment", ["last", "closes"])
@pytest.mark.parametrize("what", ["answer", "details"])
def test_restoring_ends_at_the_closing_instant_and_reading_does_not(council, bid, visit, moment, what):
    client, before = visit(council.drafter, at=getattr(council, moment)), ever(bid)
    named = {"what": None if what == "answer" else "details"}
    address = page(council, bid, "version_detail", 1, **named)

    asked, posted = text(client.get(address)), client.post(address, {"seen": 3})

    assert ("Restore this version?" in asked) == (moment == "last")
    assert (ever(bid) == before) == (moment == "closes")
    if moment == "closes":
        assert "closed at noon" in text(posted)
        assert "none can be restored" in text(client.get(page(council, bid, **named)))
        assert client.get(page(council, bid, "version_compare", **named)).status_code == 200


def test_what_is_certified_is_read_and_not_restored(council, visit):
    bid = actions.certify(ready(council, begun(council)), by=council.certifier, at=council.at)
    client, before = visit(council.drafter, at=council.at), ever(bid)

    posted = client.post(page(council, bid, "version_detail", 1), {"seen": 2})

    assert "A certifier must send it back" in text(posted)
    assert "Restore this version?" not in text(posted)
    assert ever(bid) == before
    with pytest.raises(Refused, match="send it back"):
        actions.restore_answer(bid, council.questions[0], 1, seen=2, by=council.drafter, at=council.at)
    with pytest.raises(Refused, match="send it back"):
        actions.restore_details(bid, 1, seen=2, by=council.drafter, at=council.at)
    assert Application.objects.get(pk=bid.pk).fingerprint() == bid.content_hash


# Who, and what is no version


def everything(council, bid):
    numbers = [page(council, bid, "version_detail", 1, what=what) for what in (None, "details")]
    return [page(council, bid), page(council, bid, "version_compare"), *numbers]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (lambda council: council.certifier, 200),
        (lambda council: factories.certifier(factories.AuthorityFactory()), 404),
        (lambda council: factories.drafter(factories.PartnerFactory(application=council.bid).authority), 404),
        (lambda council: factories.case_officer(), 404),
        (lambda council: factories.UserFactory(), 404),
    ],
    ids=["certifier", "another council", "a partner", "the office", "nobody"],
)
def test_a_drafts_versions_are_its_authoritys_alone(council, bid, visit, who, status):
    council.bid = bid
    client, before = visit(who(council), at=council.at), ever(bid)

    assert {client.get(address).status_code for address in everything(council, bid)} == {status}
    if status != 200:
        posted = client.post(page(council, bid, "version_detail", 1), {"seen": 3})
        assert (posted.status_code, ever(bid) == before) == (status, True)


def test_the_office_reads_what_was_handed_in_and_not_what_was_written_before(council, visit):
    bid = ready(council, begun(council))
    bid = actions.submit(
        actions.certify(bid, by=council.certifier, at=council.at), by=council.drafter, at=council.at
    )
    office, own = visit(factories.case_officer(), at=council.checking), council.drafter

    assert {office.get(address).status_code for address in everything(council, bid)} == {403}
    assert "Earlier versions" not in text(office.get(bid.get_absolute_url()))
    assert {visit(own).get(address).status_code for address in everything(council, bid)} == {200}


def test_a_councillors_versions_are_the_councillors_own(db, visit):
    a_round = factories.a_round(open_to=Round.OpenTo.COUNCILLORS, slug="next")
    factories.CategoryFactory(round=a_round, name="Independent")
    council = factories.AuthorityFactory()
    councillor, leader = (
        factories.person(role, authority=council, political_group="Independent")
        for role in (Role.COUNCILLOR, Role.GROUP_LEADER)
    )
    at = factories.during(a_round, "applications")
    seat = councillor.memberships.get()
    bid = actions.start_own(a_round, seat, a_round.outcomes.get(), title="Buses", by=councillor, at=at)
    actions.save_details(bid, **DETAILS, by=councillor, at=at)
    address = reverse("version_list", args=[bid.reference, "details"])

    answered = {
        who: visit(who, at=at).get(address).status_code
        for who in (councillor, leader, factories.certifier(council))
    }

    assert list(answered.values()) == [200, 403, 404]
    assert "Earlier versions" not in text(visit(leader, at=at).get(f"/applications/{bid.reference}/check/"))


def test_what_is_no_version_is_not_there(council, bid, visit):
    """Never answered, of another round, of another application, or a number that never was."""
    client, (_, two) = visit(council.drafter, at=council.at), council.questions
    other = factories.answered(factories.ApplicationFactory())
    wrong = [
        page(council, bid, what=two.pk),
        page(council, bid, what=other.round.questions.first().pk),
        page(council, bid, what="summary"),
        page(council, bid, what="1" * 30),
        page(council, bid, "version_detail", 4),
        page(council, bid, "version_detail", 10**15),
    ]

    assert [client.get(address).status_code for address in wrong] == [404] * len(wrong)
    with pytest.raises(Refused, match="no such version"):
        actions.restore_answer(bid, two, 1, seen=0, by=council.drafter, at=council.at)
    with pytest.raises(Refused, match="no such version"):
        actions.restore_details(bid, 9, seen=3, by=council.drafter, at=council.at)


def test_the_pages_cost_the_same_for_three_versions_and_for_three_hundred(
    council, bid, visit, django_assert_max_num_queries
):
    client = visit(council.drafter, at=council.at)
    addresses = [page(council, bid), f"{page(council, bid)}?every=1", *everything(council, bid)[1:3]]
    answer = bid.answers.get(question=council.questions[0])

    def costs():
        found = []
        for address in addresses:
            with django_assert_max_num_queries(12) as counted:
                assert client.get(address).status_code == 200
            found.append(len(counted))
        return found

    of_three = costs()
    AnswerVersion.objects.bulk_create(
        AnswerVersion(
            answer=answer,
            version=number,
            text=f"{THIRD} {number}",
            saved_by=factories.UserFactory() if number % 100 == 0 else council.drafter,
            saved_at=council.at + timedelta(hours=number),
        )
        for number in range(4, 300)
    )
    Answer.objects.filter(pk=answer.pk).update(version=299)

    assert costs() == of_three
    assert len(client.get(page(council, bid)).context["rows"]) == 50


def ready(council, bid):
    """Nothing is left to be done, and each answer was saved twice."""
    for question in council.questions:
        seen = bid.answers.filter(question=question).values_list("version", flat=True).first() or 0
        given = {question.pk: ("Saved before", seen)}
        actions.save_answers(bid, given, by=council.drafter, at=council.at)
        given = {question.pk: (LONG_ENOUGH, seen + 1)}
        actions.save_answers(bid, given, by=council.drafter, at=council.at)
    bid = actions.save_details(bid, **DETAILS, by=council.drafter, at=council.at)
    return actions.save_budget(bid, **MONEY, by=council.drafter, at=council.at)
