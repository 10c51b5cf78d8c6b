"""Who may know of an application, and who may open which of its pages."""

import pytest
from django.contrib.auth.models import AnonymousUser

from beacons.applications import actions
from beacons.applications.models import Application
from beacons.directory.models import Membership
from tests import factories
from tests.applications.conftest import begun, submitted, written

PAGES = ["", "details/", "section/1/", "budget/", "partners/", "check/", "certify/", "send-back/", "withdraw/", "receipt/",
         "content.json", "ineligible/"]  # fmt: skip
ACTS = ["submit/", "reopen/", "eligible/", "partners/1/remove/", "partners/1/ask/"]


def test_who_knows_of_a_draft_and_of_what_was_handed_in(council):
    draft = factories.ApplicationFactory(round=council.round)
    handed_in = submitted(council)

    def known(user):
        return set(Application.objects.visible_to(user, council.at))

    assert known(AnonymousUser()) == set()
    assert known(factories.drafter(factories.AuthorityFactory())) == set()
    assert known(council.drafter) == {handed_in}
    assert known(draft.drafted_by) == {draft}
    assert known(factories.case_officer()) == {handed_in}
    assert known(factories.person("observer", body="clg")) == set()


@pytest.mark.parametrize("address", PAGES)
def test_another_councils_application_is_not_there(council, visit, address):
    theirs = factories.handed_in("submitted", round=council.round)

    assert (
        visit(council.drafter, at=council.at).get(f"/applications/{theirs.reference}/{address}").status_code
        == 404
    )


@pytest.mark.parametrize(
    "act", [*ACTS, "details/", "section/1/", "budget/", "partners/", "certify/", "send-back/", "withdraw/"]
)
def test_nothing_is_done_to_another_councils_application(council, visit, act):
    theirs = written(council)
    before = Application.objects.filter(pk=theirs.pk).values().get()
    stranger = factories.certifier(factories.AuthorityFactory())

    response = visit(stranger, at=council.at).post(
        f"/applications/{theirs.reference}/{act}", {"why": "x", "title": "x"}
    )

    assert response.status_code == 404
    assert Application.objects.filter(pk=theirs.pk).values().get() == before


def test_another_councils_question_in_the_form_is_ignored(council, visit):
    """Only the section's own questions are read from what is posted, for the application in the address."""
    mine, theirs = begun(council), factories.answered(factories.ApplicationFactory())
    answer = theirs.answers.first()

    visit(council.drafter, at=council.at).post(
        f"/applications/{mine.reference}/section/1/",
        {
            f"answer_{answer.question_id}": "Mine now",
            f"version_{answer.question_id}": 1,
            "application": theirs.pk,
        },
    )

    answer.refresh_from_db()
    assert answer.text != "Mine now"
    assert mine.answers.filter(question=answer.question).count() == 0


@pytest.mark.parametrize(
    "address", ["details/", "section/1/", "budget/", "partners/", "check/", "withdraw/", "receipt/"]
)
def test_the_office_reads_and_does_not_write(council, visit, address):
    bid = submitted(council)
    client = visit(factories.scheme_manager(), at=council.at)

    assert client.get(f"/applications/{bid.reference}/").status_code == 200
    assert client.get(f"/applications/{bid.reference}/{address}").status_code == 403
    assert client.post(f"/applications/{bid.reference}/submit/").status_code == 403


def test_the_office_does_not_see_what_happened_while_it_was_a_draft(council, visit):
    bid = written(council)
    actions.certify(bid, by=council.certifier, at=council.at)
    actions.send_back(bid, why="Our secret quarrel", by=council.certifier, at=council.at)
    actions.certify(bid, by=council.certifier, at=council.at)
    actions.submit(bid, by=council.drafter, at=council.last)

    office = visit(factories.case_officer(), at=council.checking).get(f"/applications/{bid.reference}/")
    council_page = visit(council.drafter, at=council.checking).get(f"/applications/{bid.reference}/")

    assert "Our secret quarrel" not in office.content.decode()
    assert "Our secret quarrel" in council_page.content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_visitors_are_asked_to_sign_in(council, visit, address):
    bid = submitted(council)

    assert visit().get(f"/applications/{bid.reference}/{address}").url.startswith("/accounts/login/")


def test_a_leaver_is_out_at_once(council, visit):
    bid, client = begun(council), visit(council.drafter, at=council.at)
    assert client.get(f"/applications/{bid.reference}/").status_code == 200

    Membership.objects.filter(user=council.drafter).update(ended_at=council.at)

    assert client.get(f"/applications/{bid.reference}/").status_code == 404


def test_pages_are_kept_by_no_cache(council, visit):
    bid = begun(council)

    response = visit(council.drafter, at=council.at).get(f"/applications/{bid.reference}/")

    assert "no-store" in response["Cache-Control"]


def test_the_admin_shows_only_what_was_handed_in(council, visit, settings):
    settings.DEMONSTRATION = True
    bid, draft = submitted(council), factories.ApplicationFactory(round=council.round, title="Secret draft")
    client = visit(factories.case_officer(), at=council.at)
    admin = "/admin/applications/application/"

    listed = client.get(admin).content.decode()

    assert bid.reference in listed
    assert draft.reference not in listed
    assert client.get(f"{admin}{bid.pk}/change/").status_code == 200
    assert client.get(f"{admin}{draft.pk}/change/").status_code == 302
    assert client.get(f"{admin}?q={draft.reference}").context["cl"].result_count == 0
    assert client.get(f"{admin}?status__exact=draft").context["cl"].result_count == 0


def test_the_admin_changes_nothing(council, visit, settings):
    settings.DEMONSTRATION = True
    bid, client = submitted(council), visit(factories.scheme_manager(), at=council.at)
    before = Application.objects.filter(pk=bid.pk).values().get()

    for page in ("add/", f"{bid.pk}/change/", f"{bid.pk}/delete/"):
        assert client.post(f"/admin/applications/application/{page}", {"title": "Another"}).status_code == 403
    assert Application.objects.filter(pk=bid.pk).values().get() == before


@pytest.mark.parametrize(
    "lookup",
    [
        "title__startswith=A",
        "develop__gte=1",
        "summary__contains=a",
        "drafted_by__email=x",
        "answers__text=x",
    ],
)
def test_the_admin_is_no_oracle(council, visit, settings, lookup):
    settings.DEMONSTRATION = True
    submitted(council)
    client = visit(factories.case_officer(), at=council.at)

    assert client.get(f"/admin/applications/application/?{lookup}").status_code == 400
