"""Councils' pages and headline reports in a real browser: read by anybody, saved by an officer, on desktop and phone."""

import pytest

from beacons.directory.models import Authority
from outcomes.models import HeadlineMeasure
from tests import factories as make
from tests.journeys.pages import session_of

pytestmark = pytest.mark.django_db(transaction=True)

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
District = Authority.Kind.DISTRICT


@pytest.fixture
def adur():
    region = make.RegionFactory(name="South East")
    county = make.AuthorityFactory(name="Sussex", kind=Authority.Kind.COUNTY, region=region)
    about = {"kind": District, "tier": "lower", "region": region, "county": county}
    councils = [
        make.AuthorityFactory(name=name, code=name[:3].upper(), population=50_000 + 9_000 * number, **about)
        for number, name in enumerate(["Adur", "Brook", "Cliff", "Downs", "Eastness", "Ferry"])
    ]
    for code, unit in [("recycling", "%"), ("pay", "£"), ("new-homes", "per 1,000 homes")]:
        indicator = make.IndicatorFactory(code=code, title=code.capitalize(), unit=unit, polarity="high")
        if code != "pay":
            HeadlineMeasure.objects.create(kind=District, indicator=indicator)
        for number, council in enumerate(councils):
            for year in (2023, 2024):
                make.IndicatorValueFactory(
                    indicator=indicator, authority=council, year=year, value=20 + number + year % 10
                )
    return councils[0]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_anybody_finds_a_council_reads_its_report_and_changes_the_facts(page, live_server, look, adur, size):
    page.set_viewport_size(size)
    page.goto(live_server.url)
    page.get_by_label("Its name, or part of it").fill("adu")
    page.get_by_role("button", name="Find", exact=True).click()
    look(page)
    page.get_by_role("link", name="Adur", exact=True).click()
    look(page)
    page.get_by_role("button", name="See its headline report").click()
    look(page)
    page.get_by_label("Compare with").select_option("neighbours")
    page.get_by_role("button", name="Show", exact=True).click()
    assert "compared with its nearest neighbours: Brook" in page.inner_text("main")
    look(page)
    page.get_by_role("link", name="Change the facts and their weights").click()
    look(page)
    page.get_by_label("Pay").fill("eleven")
    page.get_by_role("button", name="Find the neighbours again").click()
    assert "Pay: enter a whole number from 0 to 10" in page.inner_text(".govuk-error-summary")
    look(page)
    page.get_by_label("Pay").fill("10")
    page.get_by_role("button", name="Find the neighbours again").click()
    page.get_by_role("button", name="Compare Adur with these in a report").click()
    assert "w-pay=10" in page.url
    page.get_by_role("link", name="Choose the councils yourself").click()
    look(page)
    page.get_by_label("Ferry, district council").check()
    page.get_by_role("button", name="Show the report").click()
    assert "compared with the councils chosen: Ferry" in page.inner_text("main")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_officer_chooses_priorities_and_saves_shares_and_copies_a_report(
    page, live_server, look, adur, size, settings
):
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(make.drafter(adur))}
    page.context.add_cookies([cookie | {"url": live_server.url}])
    page.set_viewport_size(size)
    page.goto(f"{live_server.url}/councils/ADU/priorities/")
    look(page)
    page.get_by_label("First priority").select_option("pay")
    page.get_by_role("button", name="Save our priorities").click()
    assert "Local priority" in page.inner_text("main")
    look(page)
    page.get_by_role("button", name="Save this report").click()
    look(page)
    page.get_by_label("Name of the report").fill("")
    page.get_by_role("button", name="Save the report").click()
    look(page)
    page.get_by_label("Name of the report").fill("Ours")
    page.get_by_label("Everyone of Adur").check()
    page.get_by_role("button", name="Save the report").click()
    assert page.inner_text("h1") == "Ours"
    look(page)
    page.get_by_role("button", name="Make a copy of my own").click()
    assert page.inner_text("h1") == "Copy of Ours"
    page.get_by_role("link", name="Delete").click()
    look(page)
    page.get_by_role("button", name="Delete the report").click()
    assert "Ours" in page.inner_text("main table")
    look(page)
