"""The office looks at all of it in the admin, and changes none of it there."""

import pytest

from tests import factories as make
from tests.dissemination import making

LISTS = ("activity", "booking", "practice", "adoption")


@pytest.fixture
def admin(visit, settings):
    """Signed in to the admin of a demonstration, which asks for no second factor."""
    settings.DEMONSTRATION = True
    return lambda user, at: visit(user, at=at)


@pytest.fixture
def filled(host):
    activity = making.event(host)
    make.BookingFactory(activity=activity)
    practice = make.PracticeFactory(grant=host.grant)
    make.AdoptionFactory(practice=practice)
    return {"activity": activity.pk, "booking": activity.bookings.get().pk, "practice": practice.pk,
            "adoption": practice.adoptions.get().pk}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_the_office_reads_and_does_not_write(host, filled, admin, name):
    client = admin(make.grants_officer(), host.at)

    assert client.get(f"/admin/dissemination/{name}/").status_code == 200
    assert client.get(f"/admin/dissemination/{name}/{filled[name]}/change/").status_code == 200
    assert client.get(f"/admin/dissemination/{name}/add/").status_code == 403
    assert client.post(f"/admin/dissemination/{name}/{filled[name]}/change/", {}).status_code == 403
    assert (
        client.post(f"/admin/dissemination/{name}/{filled[name]}/delete/", {"post": "yes"}).status_code == 403
    )


@pytest.mark.parametrize("name", LISTS)
def test_others_do_not_even_read(host, filled, admin, name):
    signatory = make.signatory("clg")
    type(signatory).objects.filter(pk=signatory.pk).update(is_staff=True)

    assert admin(signatory, host.at).get(f"/admin/dissemination/{name}/").status_code == 403


def test_what_a_grant_spreads_is_for_those_who_know_of_it_and_drafts_for_fewer(host, guest, visit):
    url = f"/grants/{host.grant.reference}/spreading/"
    making.drafted(host)

    def seen(user):
        page = visit(user, at=host.at).get(url)
        return page.status_code, making.ENTRY["title"] in page.content.decode()

    assert seen(host.officer) == seen(make.grants_officer()) == (200, True)
    assert seen(make.signatory("lga")) == (200, False)
    assert seen(guest.officer) == (404, False)
    assert seen(None) == (302, False)


def test_a_council_that_came_twice_is_counted_once(host, guest, visit):
    for told in ("Much.", ""):
        make.BookingFactory(
            activity=making.event(host, status="held"),
            authority=guest.authority,
            attended=True,
            people_came=2,
            will_change=told,
        )
    practice = make.PracticeFactory(grant=host.grant)
    make.AdoptionFactory(practice=practice, status="changed")
    make.AdoptionFactory(practice=practice)

    shown = visit(host.officer, at=host.at).get(f"/grants/{host.grant.reference}/spreading/").context

    assert [shown[name] for name in ("councils_came", "changes", "adoptions", "changes_made")] == [1, 1, 2, 1]


@pytest.mark.parametrize("act", ["events/new/", "practices/new/"])
def test_only_the_holder_plans_and_writes(host, guest, visit, act):
    url = f"/grants/{host.grant.reference}/{act}"

    def status(user):
        return visit(user, at=host.at).get(url).status_code

    assert status(host.officer) == status(make.certifier(host.authority)) == 200
    assert status(guest.officer) == 404
    assert status(make.scheme_manager()) == status(make.signatory("lga")) == 403
