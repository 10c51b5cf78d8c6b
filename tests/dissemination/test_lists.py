"""No page takes more queries for twenty rows than for two, or loads more rows than it shows."""

import pytest

from grants.dissemination.models import Activity, Adoption, Booking, Practice
from tests import factories as make
from tests.dissemination import making
from tests.dissemination.making import DAY, counted

MODELS = (Activity, Booking, Practice, Adoption)


def load(client, url):
    """The second time, so that what a process looks up once is not counted."""
    client.get(url)
    with counted(*MODELS) as found:
        page = client.get(url)
    assert page.status_code == 200
    return found, page


def events(host, number):
    for _ in range(number):
        making.event(making.holder())
    return "/events/", None


def entries(host, number):
    for _ in range(number):
        practice = make.PracticeFactory(grant=making.holder().grant)
        make.AdoptionFactory(practice=practice, status="changed")
    return "/library/", None


def waiting(host, number):
    for _ in range(number):
        make.PracticeFactory(grant=making.holder().grant, status="developed", published_at=None)
    return "/library/awaiting-review/", make.case_officer()


def bookings(host, number):
    activity = Activity.objects.first() or making.event(host, places=500)
    for _ in range(number):
        make.BookingFactory(activity=activity, attended=True, people_came=1, will_change="Much.")
    Activity.objects.update(status="held")
    return f"/events/{activity.pk}/bookings/", host.officer


def adoptions(host, number):
    officer = host.officer
    for _ in range(number):
        make.AdoptionFactory(authority=host.authority)
    return "/adoptions/", officer


def one_event(host, number):
    activity = Activity.objects.first() or making.event(host, places=500)
    for _ in range(number):
        make.BookingFactory(activity=activity)
    return activity.get_absolute_url(), host.officer


def one_entry(host, number):
    practice = Practice.objects.first() or make.PracticeFactory(grant=host.grant)
    for _ in range(number):
        make.AdoptionFactory(practice=practice, status="changed")
    return practice.get_absolute_url(), host.officer


def spreading(host, number):
    for _ in range(number):
        make.BookingFactory(activity=making.event(host), attended=True, people_came=1, will_change="x")
        make.PracticeFactory(grant=host.grant)
    return f"/grants/{host.grant.reference}/spreading/", host.officer


@pytest.mark.parametrize(
    "fill",
    [events, entries, waiting, bookings, adoptions, one_event, one_entry, spreading],
    ids=lambda f: f.__name__,
)
def test_queries_do_not_grow_with_rows(host, visit, fill):
    url, user = fill(host, 2)
    client = visit(user, at=host.at)
    few, _ = load(client, url)

    fill(host, 18)
    many, _ = load(client, url)

    assert many.queries == few.queries
    assert many.queries <= 20


@pytest.mark.parametrize(
    ("fill", "model"),
    [
        (events, "Activity"),
        (entries, "Practice"),
        (waiting, "Practice"),
        (bookings, "Booking"),
        (adoptions, "Adoption"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_list_loads_the_rows_it_shows(host, visit, monkeypatch, fill, model):
    monkeypatch.setattr("grants.dissemination.views.activities.ActivityList.paginate_by", 5)
    monkeypatch.setattr("grants.dissemination.views.activities.BookingList.paginate_by", 5)
    monkeypatch.setattr("grants.dissemination.views.practices.PracticeList.paginate_by", 5)
    monkeypatch.setattr("grants.dissemination.views.practices.PracticeReviewList.paginate_by", 5)
    monkeypatch.setattr("grants.dissemination.views.adoptions.AdoptionList.paginate_by", 5)
    url, user = fill(host, 12)

    found, page = load(visit(user, at=host.at), url)

    assert len(page.context["page_obj"].object_list) == 5
    assert found.rows[model] == 5


def test_the_page_of_an_event_loads_no_booking_of_others(host, visit):
    activity = making.event(host, places=500)
    guest = making.guest(host)
    for _ in range(9):
        make.BookingFactory(activity=activity)
    make.BookingFactory(activity=activity, authority=guest.authority)

    found, page = load(visit(guest.officer, at=host.at + DAY), activity.get_absolute_url())

    assert page.context["activity"].councils == 10
    assert found.rows["Booking"] == 1
