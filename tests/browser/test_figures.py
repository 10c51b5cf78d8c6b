"""Evidence figures in a real browser: picked in one press, written and put in order, with scripts and without."""

from datetime import timedelta

import pytest

from beacons.applications.models import Application
from outcomes.models import HeadlineMeasure
from tests import factories as make
from tests.browser.hands import Keyboard, Mouse

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 320, "height": 640}


@pytest.fixture(params=[Mouse, Keyboard], ids=["mouse", "keyboard without scripts"])
def office(request, offices):
    return offices(request.param)


@pytest.fixture
def bid(office):
    """A draft of a council that is measured for two headline measures, as five others are."""
    a_round = make.a_round()
    bid = make.ApplicationFactory(round=a_round)
    for position, title in enumerate(("Out of work", "Out of learning")):
        measure = make.IndicatorFactory(title=title)
        HeadlineMeasure.objects.create(kind="unitary", indicator=measure, position=position)
        for place, council in enumerate([bid.authority, *make.AuthorityFactory.create_batch(5)]):
            for year in (2022, 2023, 2024):
                make.IndicatorValueFactory(
                    indicator=measure, authority=council, year=year, value=2030 - year + place
                )
    office.set_clock(make.during(a_round, "applications") + timedelta(hours=1))
    return bid


def titles(bid):
    return [item.title for item in Application.objects.get(pk=bid.pk).evidence]


def test_an_officer_picks_writes_and_orders_figures(office, bid):
    officer = office.as_(bid.drafted_by)

    officer.goes_to(bid.get_absolute_url()).follows("Evidence figures")
    officer.presses("Use the figures of our headline report")
    officer.follows("Write a figure of your own")
    officer.fills(
        title="Young people who came back", unit="people", polarity="high", source="Our own count, each July",
        rows_0_0="2024", rows_0_1="55", rows_1_0="2023", rows_1_1="40", comment="More came back each year.",
    )  # fmt: skip
    officer.presses("Save the figure")
    officer.presses("Move up figure 3")

    assert titles(bid) == ["Out of work", "Young people who came back", "Out of learning"]
    officer.page.set_viewport_size(PHONE)
    office.looked_at.clear()
    officer.looks()


def test_an_officer_compares_a_figure_with_others_and_says_what_it_shows(office, bid):
    officer = office.as_(bid.drafted_by)
    code = bid.authority.code

    officer.goes_to(f"/applications/{bid.reference}/figures/of/{code}/")
    officer.ticks("group_0", HeadlineMeasure.objects.first().indicator.code)
    officer.presses("Add the figures ticked")
    officer.follows("Say what it shows")
    officer.fills(comparison="england", comment="We fell faster than England.")
    officer.presses("Save the figure")

    words = officer.page.locator("main").inner_text()
    assert "We fell faster than England." in words
    assert "the other councils of England" in words
