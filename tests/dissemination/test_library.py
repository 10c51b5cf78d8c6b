"""A practice is written, reviewed, published, read, looked at again and retired."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from beacons.core.lifecycle import Refused
from beacons.core.models import Letter
from beacons.core.steps import Step
from beacons.core.workdays import day_in_london
from grants.dissemination import actions, rules
from grants.dissemination.models import Practice
from tests import factories as make
from tests.dissemination import making
from tests.dissemination.making import DAY, ENTRY, drafted, in_library, letters, text


def path(practice, act=""):
    return f"/library/{practice.slug}/{act}"


# Writing


def test_a_holder_writes_in_parts_and_hands_in_what_is_whole(host, visit):
    client = visit(host.officer, at=host.at)
    begun = {"title": "A second chance", "problem": "Nobody knew."}

    page = client.post(f"/grants/{host.grant.reference}/practices/new/", begun)

    practice = Practice.objects.get()
    assert page.url == "/library/a-second-chance/"
    page = client.get(page.url)
    assert "Write the lessons, failures too." in text(page)
    assert client.post(path(practice, "develop/")).status_code == 302
    practice.refresh_from_db()
    assert practice.status == "drafted"

    client.post(path(practice, "edit/"), {**ENTRY, "cost": "£24,000"})
    client.post(path(practice, "develop/"))

    practice.refresh_from_db()
    assert (practice.status, practice.cost, practice.lessons) == ("developed", 24_000, ENTRY["lessons"])
    [step] = Step.objects.of(practice).filter(step="edit").with_words()
    assert step.words.data["before"]["title"] == "A second chance"


def test_the_form_keeps_what_was_typed(host, visit):
    page = visit(host.officer, at=host.at).post(
        f"/grants/{host.grant.reference}/practices/new/",
        {"title": "", "problem": "Nobody knew.", "cost": "much"},
    )

    assert "Enter title" in text(page)
    assert "Cost must be a whole number" in text(page)
    assert "Nobody knew." in text(page)
    assert not Practice.objects.exists()


def test_titles_that_are_alike_get_addresses_of_their_own(host):
    first, second = drafted(host), drafted(host, title="A second chance, at sixteen")
    third = drafted(host, title="Awaiting review")

    assert (first.slug, second.slug) == ("a-second-chance-at-sixteen", "a-second-chance-at-sixteen-2")
    assert third.slug == "awaiting-review-2"
    assert drafted(host, title="§§§").slug == "practice"


def test_a_form_sent_twice_begins_one_entry(host):
    drafted(host)

    with pytest.raises(Refused, match="in your grant's list already"):
        drafted(host)

    assert Practice.objects.count() == 1


def test_a_practice_under_review_stands_still(host):
    practice = drafted(host)
    actions.develop(practice, by=host.officer, at=host.at)

    with pytest.raises(Refused, match="being reviewed"):
        actions.edit_practice(practice, title="Other", by=host.officer, at=host.at)
    practice.refresh_from_db()
    assert practice.title == ENTRY["title"]


@pytest.mark.parametrize("status", ["offered", "accepted", "reconciled", "closed", "stopped"])
def test_a_practice_is_begun_while_the_grant_runs(host, status):
    type(host.grant).objects.update(status=status)

    with pytest.raises(Refused, match="while the grant runs"):
        drafted(host)


# Review


def test_the_office_returns_with_a_reason_and_the_author_reads_it(host, visit):
    practice = drafted(host)
    actions.develop(practice, by=host.officer, at=host.at)
    officer = visit(make.case_officer(), at=host.at + DAY)

    assert officer.post(path(practice, "return/"), {"why": " "}).status_code == 200
    officer.post(path(practice, "return/"), {"why": "Say over what time the figures fell."})

    practice.refresh_from_db()
    assert practice.status == "drafted"
    assert letters("practice_returned") == [host.officer.email]
    assert "Say over what time" in Letter.objects.get(kind="practice_returned").body
    assert "Say over what time" in text(visit(host.officer, at=host.at + DAY).get(path(practice)))

    actions.develop(practice, by=host.officer, at=host.at + 2 * DAY)
    assert "Say over what time" not in text(visit(host.officer, at=host.at + 2 * DAY).get(path(practice)))


def test_a_case_officer_reviews_and_the_manager_publishes(host, visit):
    practice = drafted(host)
    actions.develop(practice, by=host.officer, at=host.at)
    officer, manager = make.case_officer(), make.scheme_manager()
    review_on = day_in_london(host.at) + timedelta(days=400)

    visit(officer, at=host.at).post(path(practice, "review/"))
    assert (
        visit(officer, at=host.at).post(path(practice, "publish/"), {"review_on": review_on}).status_code
        == 403
    )
    page = visit(manager, at=host.at).post(path(practice, "publish/"), {"review_on": host.at.date()})
    assert "The review date must lie ahead." in text(page)
    visit(manager, at=host.at).post(path(practice, "publish/"), {"review_on": review_on})

    practice.refresh_from_db()
    assert (practice.status, practice.published_at, practice.review_on) == ("published", host.at, review_on)
    assert letters("practice_published") == [host.officer.email]
    assert text(visit(at=host.at).get(path(practice))).count(ENTRY["problem"]) == 1


def test_a_reviewed_practice_can_still_be_returned(host):
    practice = drafted(host)
    actions.develop(practice, by=host.officer, at=host.at)
    actions.review(practice, by=make.case_officer(), at=host.at)

    actions.return_to_author(practice, why="The cost is wrong.", by=make.case_officer(), at=host.at)

    practice.refresh_from_db()
    assert practice.status == "drafted"


def test_a_review_date_lies_ahead_and_within_three_years(host):
    today = day_in_london(host.at)
    practice = make.PracticeFactory(grant=host.grant, status="reviewed", published_at=None, review_on=None)

    def reasons(on):
        return rules.reasons_not_to_publish(practice, review_on=on, at=host.at)

    assert reasons(today) != []
    assert reasons(today + timedelta(days=1)) == []
    assert reasons(today.replace(year=today.year + 3)) == []
    assert reasons(today.replace(year=today.year + 3) + timedelta(days=1)) != []


def test_nothing_is_in_the_library_without_a_review_date(host):
    practice = in_library(host)

    with pytest.raises(IntegrityError), transaction.atomic():
        Practice.objects.filter(pk=practice.pk).update(review_on=None)


# Who may know


def test_what_is_not_published_is_known_to_its_council_and_the_office_alone(host, guest, visit):
    practice = drafted(host)
    people = {
        "author": host.officer,
        "colleague": make.certifier(host.authority),
        "case officer": make.case_officer(),
        "grants officer": make.grants_officer(),
        "other council": guest.officer,
        "signatory": make.signatory("lga"),
        "visitor": None,
    }

    def seen_by():
        return {
            name for name, user in people.items() if visit(user, at=host.at).get(path(practice)).status_code == 200
        }  # fmt: skip

    assert seen_by() == {"author", "colleague", "case officer", "grants officer"}
    for act in ("develop", "review", "return", "publish", "retire", "edit", "adopt"):
        answer = visit(guest.officer, at=host.at).post(path(practice, f"{act}/"), {"why": "x"})
        assert (act, answer.status_code) == (act, 404)
    practice.refresh_from_db()
    assert practice.status == "drafted"
    Practice.objects.update(status="published", published_at=host.at, review_on=host.at.date())
    assert seen_by() == set(people)


def test_authors_do_not_review_and_the_office_does_not_write(host, visit):
    practice = drafted(host)
    author, staff = visit(host.officer, at=host.at), visit(make.scheme_manager(), at=host.at)

    for act in ("review", "return", "publish", "renew", "retire"):
        assert (act, author.post(path(practice, f"{act}/"), {"why": "x"}).status_code) == (act, 403)
    for act in ("edit", "develop"):
        assert (act, staff.post(path(practice, f"{act}/"), ENTRY).status_code) == (act, 403)
    assert author.get("/library/awaiting-review/").status_code == 403


def test_nobody_reviews_what_their_own_council_wrote(host, visit):
    practice = drafted(host)
    actions.develop(practice, by=host.officer, at=host.at)
    manager = make.scheme_manager()
    make.MembershipFactory(user=manager, role="drafter", authority=host.authority)

    assert visit(manager, at=host.at).post(path(practice, "review/")).status_code == 403
    assert visit(manager, at=host.at).get(path(practice, "publish/")).status_code == 403
    assert "It is fit to be published" not in text(visit(manager, at=host.at).get(path(practice)))


def test_a_visitor_sees_whom_to_ask_only_after_signing_in(host, guest, visit):
    practice = in_library(host)

    assert ENTRY["contact"] not in text(visit(at=host.at).get(path(practice)))
    assert host.officer.name not in text(visit(at=host.at).get(path(practice)))
    assert ENTRY["contact"] in text(visit(guest.officer, at=host.at).get(path(practice)))


# The library


def test_the_library_is_searched_and_filtered(host, visit):
    other = making.holder()
    first = in_library(host, title="Calling at the door", cost=9_999)
    second = in_library(
        other, title="A shared list", problem="Nobody called.", done="One list for all.", cost=10_000
    )
    third = in_library(other, title="No figure", problem="x", done="y", cost=None)
    drafted(host, title="Calling, not ready")
    client = visit(at=host.at + 9 * DAY)

    def shown(query):
        return {practice.pk for practice in client.get(f"/library/?{query}").context["page_obj"]}

    assert shown("") == {first.pk, second.pk, third.pk}
    assert shown("words=CALL") == {first.pk, second.pk}
    assert shown("words=list+called") == {second.pk}
    assert shown("words=rota") == set()
    assert shown(f"outcome={host.outcome.pk}") == {first.pk}
    assert shown(f"region={other.authority.region_id}") == {second.pk, third.pk}
    assert shown("kind=unitary") == {first.pk, second.pk, third.pk}
    assert shown("kind=county") == set()
    assert shown("cost=small") == {first.pk}
    assert shown("cost=medium") == {second.pk}
    assert shown("cost=larger") == set()


def test_the_library_counts_who_changed_something(host, visit):
    practice = in_library(host)
    for status in ("considering", "planned", "changed", "moved", "given_up"):
        make.AdoptionFactory(practice=practice, status=status)

    [shown] = visit(at=host.at + 9 * DAY).get("/library/").context["page_obj"]

    assert shown.adopted == 2


def test_a_council_finds_its_drafts_and_the_office_what_waits(host, guest, visit):
    practice = drafted(host)
    at = host.at

    assert practice.title in text(visit(host.officer, at=at).get("/library/"))
    assert practice.title not in text(visit(guest.officer, at=at).get("/library/"))
    staff = visit(make.case_officer(), at=at)
    assert "0 entries wait" in text(staff.get("/library/"))

    actions.develop(practice, by=host.officer, at=at)

    assert "1 entry waits" in text(staff.get("/library/"))
    assert [one.pk for one in staff.get("/library/awaiting-review/").context["page_obj"]] == [practice.pk]


def test_an_entry_leads_to_events_at_which_it_can_be_seen(host, visit):
    practice = in_library(host)
    coming = making.event(host)
    making.event(host, title="Long gone", starts_at=host.at - 2 * DAY, ends_at=host.at - DAY)

    page = visit(at=host.at + 4 * DAY).get(path(practice))

    assert list(page.context["activities"]) == [coming]


# Looking at it again


def test_what_is_due_may_be_brought_up_to_date_but_not_made_less(host):
    practice = in_library(host)
    with pytest.raises(Refused, match="It can be changed when its review is due"):
        actions.edit_practice(practice, result="Better still.", by=host.officer, at=host.at)
    actions.fall_due(practice, by=None, at=host.at + 700 * DAY)

    with pytest.raises(Refused, match="Write the result"):
        actions.edit_practice(practice, result="", by=host.officer, at=host.at + 701 * DAY)
    actions.edit_practice(practice, result="Better still.", by=host.officer, at=host.at + 701 * DAY)

    practice.refresh_from_db()
    assert (practice.result, practice.status) == ("Better still.", "due_for_review")


def test_the_manager_renews_or_retires(host, guest, visit):
    practice = in_library(host)
    make.AdoptionFactory(practice=practice, authority=guest.authority)
    due = host.at + 701 * DAY
    actions.fall_due(practice, by=None, at=due)
    manager = visit(make.scheme_manager(), at=due)

    manager.post(path(practice, "renew/"), {"review_on": (due + 365 * DAY).date()})
    practice.refresh_from_db()
    assert (practice.status, practice.review_on) == ("published", (due + 365 * DAY).date())

    manager.post(path(practice, "retire/"), {"why": "The law has changed."})
    practice.refresh_from_db()
    assert practice.status == "retired"
    assert visit(at=due).get(path(practice)).status_code == 404
    assert "The law has changed." in text(visit(guest.officer, at=due).get(path(practice)))
