"""The holder's, the signers' and the office's pages: who sees what, what it says, what a button does."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grants import actions
from grants.models import Grant
from grants.statuses import GrantStatus
from panel.models import Appointment
from tests.factories import (
    InterestFactory,
    MembershipFactory,
    RegionFactory,
    UserFactory,
    certifier,
    drafter,
    person,
    scheme_manager,
    signatory,
)
from tests.grants.making import fresh, return_of, statuses

DAY = timedelta(days=1)


def text(page):
    return " ".join(page.content.decode().split())


# Who may know


def test_a_grant_is_seen_by_staff_its_holder_and_those_who_sign(world, visit):
    grant = world.drafted()
    holder = certifier(grant.authority)
    people = {
        "staff": scheme_manager(),
        "holder": holder,
        "chair": world.chair,
        "lga": world.lga,
        "clg": signatory("clg"),
        "stranger": drafter(world.case().application.authority),
    }

    def seen_by():
        at = world.announced_at + DAY
        return {
            name for name, user in people.items()
            if visit(user, at=at).get(grant.get_absolute_url()).status_code == 200
        }  # fmt: skip

    assert seen_by() == {"staff"}
    actions.offer(grant, by=None, at=world.announced_at)
    assert seen_by() == {"staff", "holder"}
    actions.accept(grant, by=holder, at=world.announced_at)
    assert seen_by() == {"staff", "holder", "chair", "lga"}


def test_a_coordinator_reads_the_grants_of_its_region_once_they_are_accepted(world, visit):
    grant = world.drafted()
    people = {
        "theirs": person("coordinator", region=grant.authority.region),
        "another": person("coordinator", region=RegionFactory()),
    }
    former = person("coordinator", region=grant.authority.region)
    former.memberships.update(ended_at=world.announced_at)
    people["former"] = former
    at = world.announced_at + DAY

    def seen_by():
        pages = {name: visit(user, at=at).get("/grants/") for name, user in people.items()}
        return {name for name, page in pages.items() if grant.reference in text(page)}

    assert seen_by() == set()
    actions.offer(grant, by=None, at=world.announced_at)
    assert seen_by() == set()
    actions.accept(grant, by=certifier(grant.authority), at=world.announced_at)
    assert seen_by() == {"theirs"}

    reader = visit(people["theirs"], at=at)
    for path in ("", "agreement/"):
        page = text(reader.get(grant.get_absolute_url() + path))
        assert '<form method="post" action="/grants' not in page
    for path in ("accept/", "sign/", "refuse/", "returns/middle/"):
        assert reader.post(grant.get_absolute_url() + path, {"part": "council"}).status_code == 403
    assert visit(people["another"], at=at).get(grant.get_absolute_url()).status_code == 404
    assert statuses(grant) == ["accepted"]


@pytest.mark.parametrize(
    "path", ["", "agreements/", "{ref}/", "{ref}/agreement/", "{ref}/refuse/", "{ref}/returns/middle/"]
)
def test_a_visitor_is_asked_to_sign_in(world, visit, path):
    grant = world.offered()
    url = "/grants/" + path.format(ref=grant.reference)

    page = visit(at=world.announced_at).get(url)

    assert (page.status_code, page.url) == (302, f"/accounts/login/?next={url}")


@pytest.mark.parametrize("act", ["accept", "sign"])
def test_acts_take_a_post_alone(world, visit, act):
    grant = world.offered()

    page = visit(certifier(grant.authority), at=world.announced_at).get(f"/grants/{grant.reference}/{act}/")

    assert page.status_code == 405
    assert statuses(grant) == ["offered"]


def test_staff_cannot_answer_or_sign_for_others(world, visit):
    grant = world.offered()
    staff = visit(scheme_manager(), at=world.announced_at)

    for act in ("accept", "refuse", "sign"):
        assert (
            staff.post(f"/grants/{grant.reference}/{act}/", {"part": "council", "why": "x"}).status_code
            == 403
        )
    drafting = visit(grant.application.drafted_by, at=world.announced_at)
    assert drafting.post(f"/grants/{grant.reference}/accept/").status_code == 403
    assert drafting.get(f"/grants/{grant.reference}/refuse/").status_code == 403

    assert statuses(grant) == ["offered"]


# Answering


def test_the_certifier_reads_accepts_and_signs(world, visit):
    grant = world.offered(amount=90_000)
    chief = visit(certifier(grant.authority), at=world.announced_at)

    page = text(chief.get(grant.get_absolute_url()))
    assert "Read the agreement, then accept or refuse the offer before noon on" in page
    for amount in ("£90,000", "£27,000", "£18,000", "£36,000"):
        assert amount in page
    assert "Agreement to share learning" in text(chief.get(f"/grants/{grant.reference}/agreement/"))
    answer = chief.post(f"/grants/{grant.reference}/accept/", follow=True)
    assert "accepted. Sign the agreement next." in text(answer)
    assert 'name="part" value="council"' in text(answer)
    answer = chief.post(f"/grants/{grant.reference}/sign/", {"part": "council"}, follow=True)

    assert "signed. Thank you." in text(answer)
    assert "waits for the panel's chair and an LGA signatory" in text(
        chief.get(grant.get_absolute_url())
    ).replace("&#x27;", "'")


def test_whoever_began_the_application_reads_why_it_cannot_accept(world, visit):
    grant = world.offered()
    author = grant.application.drafted_by
    author.memberships.update(role="certifier")

    page = text(visit(author, at=world.announced_at).get(grant.get_absolute_url()))

    assert "You began the application" in page
    assert "/accept/" not in page


def test_after_its_end_an_offer_has_no_buttons(world, visit):
    grant = world.offered()

    browser = visit(certifier(grant.authority), at=grant.offer_ends_at)
    page = text(browser.get(grant.get_absolute_url()))
    assert "The offer ended at noon on" in page
    assert "/accept/" not in page
    answer = browser.post(f"/grants/{grant.reference}/accept/", follow=True)
    assert "The offer ended at noon on" in text(answer)
    assert browser.get(f"/grants/{grant.reference}/refuse/").status_code == 302

    assert statuses(grant) == ["offered"]


def test_a_refusal_asks_for_a_reason_and_keeps_what_was_typed(world, visit):
    grant = world.offered()
    url = f"/grants/{grant.reference}/refuse/"
    browser = visit(certifier(grant.authority), at=world.announced_at)

    assert "Why does the council refuse the grant?" in text(browser.get(url))
    assert "There is a problem" in text(browser.post(url, {"why": ""}))
    late = visit(certifier(grant.authority), at=grant.offer_ends_at)
    kept = text(late.post(url, {"why": "We merge in May."}))
    assert "The offer ended" in kept
    assert "We merge in May." in kept
    assert list(late.post(url, {"why": ""}).context["form"].errors) == ["__all__"]
    assert statuses(grant) == ["offered"]
    on_time = visit(certifier(grant.authority), at=world.announced_at)
    assert on_time.post(url, {"why": "We merge in May."}).status_code == 302

    assert statuses(grant) == ["refused"]


# Countersigning


def test_the_chair_and_the_lga_find_what_they_sign_and_sign_it(world, visit):
    grant = world.signed_by_council()
    world.accepted()  # not signed by its council yet
    for who, part in ((world.chair, "chair"), (world.lga, "lga")):
        browser = visit(who, at=world.signed_at)
        listed = browser.get("/grants/agreements/")
        assert [row.reference for row in listed.context["page_obj"]] == [grant.reference]
        page = text(browser.get(f"/grants/{grant.reference}/agreement/"))
        assert f'name="part" value="{part}"' in page
        browser.post(f"/grants/{grant.reference}/sign/", {"part": part})
        assert not browser.get("/grants/agreements/").context["page_obj"].object_list

    assert statuses(grant) == ["active"]


def test_the_list_to_sign_goes_to_the_vice_chair_where_the_chair_has_an_interest(world, visit):
    grant, other = world.signed_by_council(), world.signed_by_council()
    held = Appointment.objects.get(user=world.chair)
    InterestFactory(appointment=held, application=grant.application)

    def listed(who):
        rows = visit(who, at=world.signed_at).get("/grants/agreements/").context["page_obj"]
        return [row.reference for row in rows]

    assert listed(world.chair) == [other.reference]
    assert listed(world.vice_chair) == [grant.reference]
    Appointment.objects.filter(pk=held.pk).update(ended_at=world.announced_at)
    assert listed(world.vice_chair) == [grant.reference, other.reference]


def test_others_have_no_list_to_sign(world, visit):
    world.signed_by_council()

    for who in (scheme_manager(), signatory("clg"), UserFactory()):
        assert visit(who, at=world.signed_at).get("/grants/agreements/").status_code == 403


def test_one_person_in_two_parts_is_told_why_it_cannot_sign_twice(world, visit):
    grant = world.signed_by_council()
    MembershipFactory(user=world.chair, role="signatory", body="lga")
    actions.sign(grant, part="chair", by=world.chair, at=world.signed_at)

    page = text(visit(world.chair, at=world.signed_at).get(f"/grants/{grant.reference}/agreement/"))

    assert "Three different people sign an agreement." in page
    assert '<form method="post" action="/grants' not in page


# Where a grant stands


def test_the_page_says_what_each_instalment_waits_for(world, visit):
    grant = world.half_way(amount=90_000)
    due = return_of(grant, "middle")

    page = text(visit(certifier(grant.authority), at=due.due_at - DAY).get(grant.get_absolute_url()))

    assert "£36,000 on" in page
    assert f"It is due on {due.due_on:%-d %B %Y}." in page
    assert "The closing return must come first" in page
    assert "Send the closing return by noon on" in page


def test_a_late_return_is_marked_wherever_the_grant_is_shown(world, visit):
    grant = world.active()
    due = return_of(grant, "middle")

    browser = visit(scheme_manager(), at=due.due_at)
    for url in ("/grants/", grant.get_absolute_url()):
        assert "Return late" in text(browser.get(url))
    early = visit(scheme_manager(), at=due.due_at - timedelta(microseconds=1))
    for url in ("/grants/", grant.get_absolute_url()):
        assert "Return late" not in text(early.get(url))


def test_staff_read_the_history_and_the_holder_does_not(world, visit):
    grant = world.active()
    payment = world.prepare(grant, 1)
    actions.reject_payment(payment, why="Wrong bank account.", by=world.finance, at=world.signed_at)

    staff = text(visit(scheme_manager(), at=world.signed_at).get(grant.get_absolute_url()))
    holder = text(visit(grant.accepted_by, at=world.signed_at).get(grant.get_absolute_url()))

    for words in (
        "Agreement signed for the panel",
        "Payment rejected",
        "Wrong bank account.",
        str(world.finance),
    ):
        assert words in staff
        assert words not in holder


def page_at(world, visit, grant, at):
    return text(visit(grant.accepted_by, at=at).get(grant.get_absolute_url())).replace("&#x27;", "'")


def test_every_status_says_what_comes_next(world, visit):
    """The pages of one grant that spends too little, from its report to the close."""
    end = world.stage("close").closes_at - 10 * DAY
    grant = world.reported(amount=90_000, spent=50_000)
    assert "£22,000 was paid and not spent, and will be asked back" in page_at(world, visit, grant, end)
    actions.recover(grant, by=world.finance, at=end)
    assert "£22,000 is still to come back" in page_at(world, visit, grant, end)
    actions.record_recovery(grant, amount=22_000, note="BACS", by=world.finance, at=end)
    assert "All that was asked back has come" in page_at(world, visit, grant, end)
    actions.reconcile(grant, by=world.finance, at=end)
    assert "The grant closes with its round" in page_at(world, visit, grant, end)
    actions.close(grant, by=None, at=end + 10 * DAY)
    assert "The round is over and the money is settled" in page_at(world, visit, grant, end + 10 * DAY)


def test_a_stopped_grant_says_so(world, visit):
    grant = world.active()
    actions.stop(grant, why="Closed.", by=world.officer, at=world.signed_at)

    assert "The grant was stopped, and nothing more is paid." in page_at(world, visit, grant, world.signed_at)


@pytest.mark.parametrize("status", GrantStatus.values)
def test_there_is_a_page_for_every_status(world, visit, status):
    grant = world.active()
    Grant.objects.filter(pk=grant.pk).update(status=status)

    staff = visit(scheme_manager(), at=world.signed_at)
    for url in (
        grant.get_absolute_url(),
        f"/grants/{grant.reference}/agreement/",
        f"/grants/{grant.reference}/returns/middle/",
    ):
        page = text(staff.get(url))
        assert grant.reference in page
        assert "None" not in page
    assert GrantStatus(status).label in text(staff.get("/grants/"))


# The list


def listed(browser, query=""):
    return [grant.pk for grant in browser.get(f"/grants/{query}").context["page_obj"]]


def test_the_list_is_narrowed_by_words_status_and_what_waits(world, visit):
    offered, accepted, active = world.offered(), world.accepted(), world.active()
    prepared = world.active()
    world.prepare(prepared, 1)
    staff = visit(scheme_manager(), at=world.signed_at)

    assert listed(staff) == [offered.pk, accepted.pk, active.pk, prepared.pk]
    assert listed(staff, f"?words={offered.reference.lower()}") == [offered.pk]
    assert listed(staff, f"?words={accepted.authority.name.replace(' ', '+')}") == [accepted.pk]
    assert listed(staff, "?status=active") == [active.pk, prepared.pk]
    assert listed(staff, "?waiting=sign") == [accepted.pk]
    assert listed(staff, "?waiting=prepare") == [active.pk]
    assert listed(staff, "?waiting=approve") == [prepared.pk]
    assert listed(staff, "?waiting=late") == []
    assert listed(staff, f"?round={world.round.pk}&status=lapsed") == []


def test_a_council_sees_its_own_alone(world, visit):
    own = world.offered()
    world.offered()

    assert listed(visit(drafter(own.authority), at=world.announced_at)) == [own.pk]


def queries(browser, url):
    browser.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert browser.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("who", ["staff", "lga"])
def test_the_list_takes_as_many_queries_for_twenty_rows_as_for_two(world, visit, who):
    user = world.officer if who == "staff" else world.lga
    url = "/grants/" if who == "staff" else "/grants/agreements/"
    browser = visit(user, at=world.signed_at)
    for _ in range(2):
        world.signed_by_council(amount=40_000)
    few = queries(browser, url)
    for _ in range(18):
        world.signed_by_council(amount=40_000)

    assert queries(browser, url) == few
    assert len(browser.get(url).context["page_obj"]) == 20


def test_no_page_fetches_more_rows_than_it_shows(world, visit):
    for _ in range(3):
        world.signed_by_council(amount=40_000)
    made = Grant.objects.get(pk=world.signed_by_council(amount=40_000).pk)
    for number in range(60):
        case = world.case(amount=1)
        made.pk, made.application, made.authority = None, case.application, case.application.authority
        made.reference, made.amount, made.develop = f"X-{number}", 1, 1
        made.innovate = made.disseminate = made.support = 0
        made.save(force_insert=True)
    browser = visit(world.officer, at=world.signed_at)

    with CaptureQueriesContext(connection) as captured:
        page = browser.get("/grants/")

    assert len(page.context["page_obj"]) == 50
    rows = [query["sql"] for query in captured if '"grants_grant"."reference"' in query["sql"]]
    assert all("LIMIT 50" in sql for sql in rows)
    assert len(rows) == 1
    second = browser.get("/grants/?page=2&status=accepted")
    assert len(second.context["page_obj"]) == 14
    assert "status=accepted" in second.content.decode()


def test_a_detail_page_takes_the_same_queries_whatever_has_happened(world, visit):
    early, late = world.active(), world.half_way()
    world.pay(late, 2)
    holder = visit(certifier(early.authority), at=world.signed_at)
    other = visit(certifier(late.authority), at=world.signed_at)

    assert abs(queries(holder, early.get_absolute_url()) - queries(other, late.get_absolute_url())) <= 1
    assert fresh(late).paid_out == 80_000 * late.amount // 100_000


def test_why_a_grant_is_refused_is_shown_again_when_the_session_has_ended(world, visit):
    grant = world.offered()
    words = "The service that was to do this has been closed."

    answer = visit(at=world.announced_at).post(
        reverse("grant_refuse", args=[grant.reference]), {"why": words}
    )

    assert words in answer.content.decode()
