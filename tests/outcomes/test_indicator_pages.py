"""What is measured: the list of indicators, the page of one, its figures to take away, and how staff add one."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outcomes.models import Indicator, IndicatorValue, SupersededValue
from tests import factories as make

pytestmark = pytest.mark.django_db

AT = datetime(2026, 2, 1, 12, tzinfo=UTC)
LIST = reverse("indicator_list")
MOST_QUERIES = 12


def text(response):
    return " ".join(response.content.decode().split())


def codes(response):
    return [indicator.code for indicator in response.context["indicators"]]


def figures(indicator, number, year=2024, **fields):
    areas = make.AuthorityFactory.create_batch(number)
    IndicatorValue.objects.bulk_create(
        IndicatorValue(
            indicator=indicator, authority=area, year=year, period=str(year), value=place, **fields
        )
        for place, area in enumerate(areas)
    )
    return areas


def revise(indicator, areas, **fields):
    SupersededValue.objects.bulk_create(
        SupersededValue(
            indicator=indicator,
            authority=area,
            year=2024,
            period="2024",
            value=12.5,
            published_on=date(2025, 6, 1),
            superseded_on=date(2025, 11, 20),
            **fields,
        )
        for area in areas
    )


@pytest.fixture
def recycling():
    return make.IndicatorFactory(
        code="recycling",
        title="Household waste that is recycled",
        theme="Environment",
        polarity="high",
        source="A statistical release",
        licence="OGL v3.0",
        description="Waste sent for reuse, recycling or composting.",
    )


def test_the_list_says_what_is_held(recycling, visit):
    make.IndicatorFactory(code="NI 117", kind=Indicator.Kind.NATIONAL, title="", theme="Young people")
    figures(recycling, 2, 2023)
    figures(recycling, 3, 2024)

    page = visit(at=AT).get(LIST)

    assert {one.code: (one.newest_year, one.newest_count) for one in page.context["indicators"]} == {
        "NI 117": (None, 0),
        "recycling": (2024, 3),
    }
    assert "NI 117: title not known" in text(page)
    assert "Bring in figures" not in text(page)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"words": "waste household"}, ["recycling"]),
        ({"words": "ni117"}, ["NI 117"]),
        ({"kind": "national"}, ["NI 117"]),
        ({"theme": "Environment"}, ["recycling"]),
        ({"words": "nothing like it"}, []),
        ({"kind": "no such kind"}, ["recycling", "NI 117"]),
    ],
)
def test_indicators_are_found(recycling, visit, asked, found):
    make.IndicatorFactory(code="NI 117", kind=Indicator.Kind.NATIONAL, title="", theme="Young people")

    assert codes(visit(at=AT).get(LIST, asked)) == found


def test_the_page_says_what_is_measured_and_what_is_held(recycling, visit):
    figures(recycling, 2, 2023)
    areas = figures(recycling, 5, 2024, published_on=date(2025, 11, 20))
    revise(recycling, areas[:1])
    make.OutcomeFactory(title="Less waste", measure=recycling)

    page = visit(at=AT).get(recycling.get_absolute_url())

    shown = text(page)
    for said in (
        "Household waste that is recycled",
        "Waste sent for reuse, recycling or composting.",
        "A statistical release",
        "OGL v3.0",
        "High is good",
        "Less waste",
        "20 November 2025",
        "1 June 2025",
        "12.5%",
        areas[0].name,
    ):
        assert said in shown, said
    assert [(held["year"], held["authorities"]) for held in page.context["years"]] == [(2024, 5), (2023, 2)]
    assert areas[1].name not in shown  # a dot in the picture names nobody


def test_the_first_figures_of_a_new_year_do_not_make_the_picture(recycling, visit):
    figures(recycling, 5, 2023)
    figures(recycling, 2, 2024)
    url = recycling.get_absolute_url()

    assert "Household waste that is recycled, 2023" in text(visit(at=AT).get(url))
    figures(recycling, 1, 2024)
    assert "Household waste that is recycled, 2024" in text(visit(at=AT).get(url))


def test_a_page_without_figures_says_so(visit):
    bare = make.IndicatorFactory(code="NI 12", kind=Indicator.Kind.NATIONAL, title="", unit="", polarity="")

    shown = text(visit(at=AT).get(bare.get_absolute_url()))

    assert "NI 12: title not known" in shown
    assert "No figures are held" in shown
    assert "What was published before" not in shown


def test_no_such_indicator(visit):
    browser = visit(at=AT)
    for name in ("indicator_detail", "indicator_figures", "indicator_superseded"):
        assert browser.get(reverse(name, args=["nothing"])).status_code == 404


def rows(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_figures_can_be_taken_away(recycling, visit):
    [area] = figures(recycling, 1, 2024, published_on=date(2025, 11, 20))
    type(area).objects.filter(pk=area.pk).update(name="=HYPERLINK(1)")
    revise(recycling, [area])
    browser = visit(at=AT)

    held = browser.get(reverse("indicator_figures", args=["recycling"]))
    before = browser.get(reverse("indicator_superseded", args=["recycling"]))

    assert held["Content-Disposition"] == 'attachment; filename="recycling.csv"'
    assert rows(held)[1:] == [[area.code, "", "'=HYPERLINK(1)", "2024", "2024", "0", "2025-11-20"]]
    assert rows(before)[1][-3:] == ["12.5", "2025-06-01", "2025-11-20"]


@pytest.mark.parametrize("page", ["list", "one"])
def test_queries_do_not_grow_with_rows(recycling, visit, page):
    browser = visit(make.scheme_manager(), at=AT)
    url = LIST if page == "list" else recycling.get_absolute_url()
    counts = []
    for number in (2, 18):
        make.IndicatorFactory.create_batch(number)
        make.OutcomeFactory.create_batch(number, measure=recycling)
        revise(recycling, figures(recycling, number, 2000 + number))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert browser.get(url).status_code == 200
        counts.append(len(asked))

    assert counts[0] == counts[1] <= MOST_QUERIES


def test_no_page_loads_more_superseded_figures_than_it_shows(recycling, visit):
    revise(recycling, make.AuthorityFactory.create_batch(45))
    browser = visit(at=AT)

    first = browser.get(recycling.get_absolute_url())
    last = browser.get(recycling.get_absolute_url(), {"superseded": 3})

    assert (len(first.context["superseded"]), len(last.context["superseded"])) == (20, 5)


def test_staff_add_an_indicator_with_all_that_its_page_says(office_browser):
    answer = office_browser.post(
        "/admin/outcomes/indicator/add/",
        {
            "code": "new-measure",
            "kind": "present",
            "title": "A new measure",
            "title_source": "",
            "description": "What it counts.",
            "unit": "%",
            "polarity": "low",
            "theme": "Environment",
            "source": "A statistical release",
            "licence": "OGL v3.0",
        },
    )

    assert answer.status_code == 302, answer.context["errors"]
    made = Indicator.objects.get(code="new-measure")
    assert (made.kind, made.unit, made.polarity) == ("present", "%", "low")
    assert (made.source, made.licence, made.description) == (
        "A statistical release",
        "OGL v3.0",
        "What it counts.",
    )


def test_staff_add_no_council_its_own_measure(office_browser):
    answer = office_browser.post(
        "/admin/outcomes/indicator/add/",
        {"code": "own", "kind": "own", "title": "Ours", "unit": "%", "polarity": "", "source": "x"},
    )

    assert answer.status_code == 200
    assert not Indicator.objects.exists()


def test_staff_see_superseded_figures_in_the_admin(recycling, office_browser):
    [area] = figures(recycling, 1)
    revise(recycling, [area])

    listed = office_browser.get("/admin/outcomes/supersededvalue/")

    assert area.name in text(listed)
    assert office_browser.get("/admin/outcomes/supersededvalue/add/").status_code == 403


@pytest.fixture
def office_browser(visit, settings):
    settings.DEMONSTRATION = True  # where staff may enter without a second factor
    return visit(make.scheme_manager(), at=AT)
