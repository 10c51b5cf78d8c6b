"""The office's pages of mergers: what waits, sharing out a divided council, certifiers, and a merger to come."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from zeal import zeal_ignore

from beacons.desks.todo import duties
from beacons.directory.actions import successions as actions
from beacons.directory.models import Authority, Inheritance, Succession
from tests import factories as make
from tests.mergers import merge, take_over

pytestmark = pytest.mark.django_db

AT = datetime(2009, 4, 2, 12, tzinfo=UTC)
LIST = reverse("succession_list")


@pytest.fixture
def divided():
    """A county that was divided between two others, with three things to its name."""
    former = make.AuthorityFactory(name="Cheshire", code="CHS")
    heirs = [make.AuthorityFactory(name=name) for name in ("Cheshire East", "Cheshire West")]
    for heir in heirs:
        take_over(former, heir, at=AT)
    make.SignUpFactory.create_batch(2, authority=former)
    make.drafter(former)
    return former


def page_of(former):
    return reverse("succession_detail", args=[former.code])


def text(response):
    return " ".join(response.content.decode().split())


def test_the_scheme_manager_finds_what_waits_on_the_desk_and_in_the_office(divided, visit):
    manager = make.scheme_manager()

    assert ("Share out what Cheshire left", page_of(divided)) in [
        (duty.words, duty.url) for duty in duties(manager, AT)
    ]
    assert "Share out what Cheshire left" in text(visit(manager, at=AT).get(LIST))
    assert not [duty for duty in duties(make.case_officer(), AT) if "Share out" in duty.words]


def test_things_are_shared_out_one_by_one(divided, visit):
    east, west = [each.successor for each in divided.successions.order_by("successor__name")]
    first, second = divided.sign_ups.order_by("pk")
    browser = visit(make.scheme_manager(), at=AT)

    done = browser.post(page_of(divided), {f"sign-up-{first.pk}": east.pk}, follow=True)

    assert "1 thing has passed on." in text(done)
    waiting = sum(number for _, number in done.context["waiting"].counts)
    assert [waiting, done.context["passed"].paginator.count] == [2, 1]
    browser.post(
        page_of(divided),
        {f"sign-up-{second.pk}": west.pk, f"membership-{divided.memberships.get().pk}": west.pk},
    )
    assert not divided.sign_ups.exists()
    assert Inheritance.objects.count() == 3
    assert "Nothing of a divided council waits." in text(browser.get(LIST))


@pytest.mark.parametrize("typed", [{}, {"sign-up": "no-council"}])
def test_what_is_not_chosen_well_is_shown_again(divided, visit, typed):
    first = divided.sign_ups.order_by("pk")[0]
    typed = {f"{kind}-{first.pk}": value for kind, value in typed.items()}

    page = visit(make.scheme_manager(), at=AT).post(page_of(divided), typed)

    assert page.status_code == 200
    assert page.context["form"].errors
    assert divided.sign_ups.count() == 2
    assert not Inheritance.objects.exists()


def test_only_the_scheme_manager_decides(divided, visit):
    first = divided.sign_ups.order_by("pk")[0]
    heir = divided.successions.first().successor
    for officer in (make.case_officer(), make.grants_officer()):
        browser = visit(officer, at=AT)
        assert "The scheme manager chooses." in text(browser.get(page_of(divided)))
        assert browser.post(page_of(divided), {f"sign-up-{first.pk}": heir.pk}).status_code == 403
    outsider = visit(make.drafter(heir), at=AT)
    assert outsider.get(LIST).status_code == 403
    assert outsider.post(page_of(divided), {f"sign-up-{first.pk}": heir.pk}).status_code == 403
    assert not Inheritance.objects.exists()


def test_a_council_that_nobody_took_over_has_no_page(divided, visit):
    browser = visit(make.scheme_manager(), at=AT)

    assert browser.get(page_of(make.AuthorityFactory())).status_code == 404


def test_one_kind_is_left_while_another_is_chosen_for(divided, visit):
    held, sign_up = divided.memberships.get(), divided.sign_ups.first()
    browser = visit(make.scheme_manager(), at=AT)
    roles, sign_ups = (f"{page_of(divided)}?kind={kind}" for kind in ("membership", "sign-up"))

    shown = text(browser.get(sign_ups))
    browser.post(sign_ups, {f"sign-up-{sign_up.pk}": divided.successions.first().successor_id})

    assert f'name="sign-up-{sign_up.pk}"' in shown
    assert f'name="membership-{held.pk}"' not in shown
    assert f'name="membership-{held.pk}"' in text(browser.get(roles))
    assert [each.kind for each in Inheritance.objects.all()] == ["sign-up"]


def test_before_the_day_nothing_can_be_shared_out(visit):
    former = make.AuthorityFactory()
    for _ in range(2):
        take_over(former, at=datetime(2030, 4, 1, 12, tzinfo=UTC))
    sign_up = make.SignUpFactory(authority=former)
    browser = visit(make.scheme_manager(), at=AT)

    assert "Nothing passes before the day" in text(browser.get(page_of(former)))
    browser.post(page_of(former), {f"sign-up-{sign_up.pk}": former.successions.first().successor_id})
    assert not Inheritance.objects.exists()


def test_certifiers_are_confirmed_on_the_page(visit):
    former = make.AuthorityFactory()
    chief, officer = make.certifier(former), make.drafter(former)
    successor = merge(former, at=AT)
    manager = make.scheme_manager()
    browser = visit(manager, at=AT)
    assert "Confirm 1 certifier after a merger" in [duty.words for duty in duties(manager, AT)]
    url = reverse("certifier_confirm", args=[successor.code, chief.pk])

    assert visit(make.case_officer(), at=AT).post(url).status_code == 403
    refused = browser.post(reverse("certifier_confirm", args=[successor.code, officer.pk]), follow=True)
    done = browser.post(url, follow=True)

    assert "did not certify for a council" in text(refused)
    assert f"{chief} certifies for {successor}." in text(done)
    assert type(chief).objects.get(pk=chief.pk).certifies_for(successor)


def test_queries_do_not_grow_with_things(divided, visit):
    browser = visit(make.scheme_manager(), at=AT)
    counts = []
    for number in (2, 18):
        make.SignUpFactory.create_batch(number, authority=divided)
        for _ in range(number):
            former = make.AuthorityFactory()
            make.certifier(former)
            merge(former, at=AT)
        asked = []
        for url in (LIST, page_of(divided)):
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(url).status_code == 200
            asked.append(len(queries))
        counts.append(asked)

    assert counts[0] == counts[1]
    assert max(counts[1]) <= 12


def test_staff_enter_a_merger_that_is_to_come(visit, settings):
    settings.DEMONSTRATION = True  # where staff may enter without a second factor
    surrey, heir = make.AuthorityFactory(name="Surrey"), make.AuthorityFactory(name="West Surrey")
    browser = visit(make.scheme_manager(), at=AT)
    add = "/admin/directory/succession/add/"

    with zeal_ignore():  # the form looks each of the two councils up
        refused = browser.post(
            add, {"authority": surrey.pk, "successor": surrey.pk, "took_over_on": "2009-05-01"}
        )
    assert "cannot take itself over" in text(refused)
    assert not Succession.objects.exists()
    with zeal_ignore():
        done = browser.post(add, {"authority": surrey.pk, "successor": heir.pk, "took_over_on": "2009-05-01"})

    assert done.status_code == 302
    merger = Succession.objects.get()
    assert (merger.successor, merger.took_over_on) == (heir, date(2009, 5, 1))
    surrey.refresh_from_db()
    assert surrey.closed_on == date(2009, 5, 1)
    actions.inherit(surrey, by=None, at=datetime(2009, 5, 1, 12, tzinfo=UTC))
    page = f"/admin/directory/succession/{merger.pk}/change/"
    assert browser.post(page, {"successor": heir.pk, "took_over_on": "2009-06-01"}).status_code == 403


def test_loading_the_table_again_keeps_a_merger_that_staff_entered():
    call_command("load_authorities", verbosity=0)
    surrey, kent = Authority.objects.get(code="SRY"), Authority.objects.get(code="KEN")
    actions.enter(surrey, kent, took_over_on=date(2027, 4, 1), by=make.scheme_manager(), at=AT)

    call_command("load_authorities", verbosity=0)

    surrey.refresh_from_db()
    assert surrey.closed_on == date(2027, 4, 1)
    assert surrey.successions.get().successor == kent
