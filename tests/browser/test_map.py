"""The hex map in a real browser: reached, read and passed by keyboard; no fault for axe; it fits a phone."""

import pytest

from beacons.directory.models import Hex
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = {"desktop": 1280, "phone": 320}


@pytest.fixture
def mapped(live_server):
    """Nine councils in two regions, two of them signed up."""
    outcome = make.OutcomeFactory(slug="less-waste", title="Less waste")
    north, south = make.RegionFactory(name="North"), make.RegionFactory(name="South")
    for number in range(9):
        region = south if number < 4 else north
        council = make.AuthorityFactory(name=f"Council {number}", code=f"C{number}", region=region)
        Hex.objects.create(layout="today", authority=council, column=number % 3, row=number // 3)
        if number in (2, 7):
            make.SignUpFactory(outcome=outcome, authority=council)
    return f"{live_server.url}/outcomes/less-waste/map/"


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_the_map_pleases_axe_and_fits_the_window(page, mapped, look, width):
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(mapped)

    look(page)
    drawn = page.locator("svg.app-hexmap__picture").bounding_box()
    assert drawn["x"] >= 0
    assert drawn["x"] + drawn["width"] <= width


def test_each_hexagon_has_the_name_of_its_council_and_what_it_is(page, mapped):
    page.goto(mapped)

    links = page.get_by_role("group", name="North, 5 councils").get_by_role("link")

    assert links.count() == 5
    assert page.get_by_role("link", name="Council 7: signed up", exact=True).count() == 1
    assert page.get_by_role("link", name="Council 8: not signed up", exact=True).count() == 1


def test_the_keyboard_walks_from_hexagon_to_hexagon_and_reads_each_below_the_map(page, mapped):
    page.goto(mapped)
    page.get_by_role("link", name="Skip the map").focus()

    page.keyboard.press("Tab")
    first = page.evaluate(SEEN)
    page.keyboard.press("Tab")
    second = page.evaluate(SEEN)
    page.keyboard.press("Enter")

    assert first == ["/councils/C4/", "1", "rgb(255, 221, 0)"]
    assert second[0] == "/councils/C5/"
    page.wait_for_url("**/councils/C5/")


# Where the focus is, whether its words are to be seen, and what fills it.
SEEN = """() => {
    const link = document.activeElement;
    return [
        link.getAttribute("href"),
        getComputedStyle(link.querySelector(".said")).opacity,
        getComputedStyle(link.querySelector("use")).fill,
    ];
}"""


def test_the_skip_link_leads_past_every_hexagon_to_the_list(page, mapped):
    page.goto(mapped)
    page.get_by_role("link", name="Skip the map").focus()

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.getElementById('councils').contains(document.activeElement)")
