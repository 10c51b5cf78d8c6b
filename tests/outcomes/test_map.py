"""The map of an outcome: who is signed up, quarters of the figures, April 2009 and today, and the list beside it."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beacons.directory.models import Hex, Region, Succession
from outcomes.models import SignUp
from tests import factories as make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 9, 9, tzinfo=UTC)
MOST_QUERIES = 12


def on_map(authority, layout="today"):
    number = Hex.objects.filter(layout=layout).count()
    Hex.objects.create(layout=layout, authority=authority, column=number, row=0)
    return authority


def council(name, *layouts, **fields):
    authority = make.AuthorityFactory(name=name, **fields)
    for layout in layouts or ("today",):
        on_map(authority, layout)
    return authority


@pytest.fixture
def kent():
    """A county with one district on both maps."""
    county = make.AuthorityFactory(name="Kent", kind="county", tier="upper")
    district = council("Dover", "2009", "today", kind="district", tier="lower", county=county)
    return county, district


@pytest.fixture
def outcome():
    measure = make.IndicatorFactory(title="Waste recycled", unit="%", polarity="high")
    return make.OutcomeFactory(slug="less-waste", title="Less waste", measure=measure)


def signed(outcome, authority, **fields):
    return make.SignUpFactory(outcome=outcome, authority=authority, **fields)


def figure(outcome, authority, value, year=2024):
    return make.IndicatorValueFactory(
        indicator=outcome.measure, authority=authority, year=year, period=str(year), value=value
    )


def page(client, outcome, **asked):
    return client.get(reverse("outcome_map", args=[outcome.slug]), asked)


def listed(response):
    return {line.council.name: (line.mark.words, line.note) for line in response.context["lines"]}


# Who is signed up


def test_a_district_is_part_of_the_area_that_its_county_signed_up(visit, outcome, kent):
    wigan, hull = council("Wigan"), council("Hull")
    signed(outcome, kent[0])
    signed(outcome, wigan)

    response = page(visit(at=AT), outcome)

    assert listed(response) == {
        "Dover": ("Part of an area signed up", "through its county, Kent"),
        "Wigan": ("Signed up", ""),
        hull.name: ("Not signed up", ""),
    }
    assert [(entry.mark.letter, entry.count) for entry in response.context["picture"].entries] == [
        ("S", 1),
        ("A", 1),
        ("", 1),
    ]


def test_a_district_that_joined_is_marked_as_joined(visit, outcome, kent):
    county, district = kent
    area = signed(outcome, county)
    signed(outcome, district, joins=area)

    assert listed(page(visit(at=AT), outcome))["Dover"] == ("Joined the sign-up of its area", "")


def test_bodies_without_a_place_on_the_map_are_named_below(visit, outcome, kent):
    area = signed(outcome, kent[0])
    police = make.AuthorityFactory(name="Kent Police", kind="police", tier="")
    signed(outcome, police, joins=area)

    response = page(visit(at=AT), outcome)

    assert response.context["map"].elsewhere == ("Kent Police",)
    assert "Not on this map: Kent Police." in response.content.decode()


def test_the_map_of_2009_shows_what_passed_to_a_successor_and_todays_what_was_before(visit, outcome):
    corby = council("Corby", "2009", closed_on=date(2021, 4, 1))
    north = council("North Northamptonshire", "today", opened_on=date(2021, 4, 1))
    Succession.objects.create(authority=corby, successor=north, took_over_on=date(2021, 4, 1))
    held = signed(outcome, north)

    then = page(visit(at=AT), outcome, layout="2009")
    held.authority = corby
    held.save()
    now = page(visit(at=AT), outcome, layout="today")

    through = "through its successor, North Northamptonshire"
    assert listed(then) == {"Corby": ("Part of an area signed up", through)}
    assert listed(now) == {
        "North Northamptonshire": ("Part of an area signed up", "through its predecessor, Corby")
    }


# Quarters


def test_quarters_follow_the_newest_figures_and_their_polarity(visit, outcome):
    councils = [council(f"C{number}") for number in range(8)]
    for number, authority in enumerate(councils):
        figure(outcome, authority, 10 + number)
        figure(outcome, authority, 90 - number, year=2023)
    council("Without")

    response = page(visit(at=AT), outcome, colour="quartile")

    assert listed(response) == {
        "C7": ("Top quarter", "17%"),
        "C6": ("Top quarter", "16%"),
        "C5": ("Second quarter", "15%"),
        "C4": ("Second quarter", "14%"),
        "C3": ("Third quarter", "13%"),
        "C2": ("Third quarter", "12%"),
        "C1": ("Bottom quarter", "11%"),
        "C0": ("Bottom quarter", "10%"),
        "Without": ("No figure", ""),
    }
    assert "struggling" not in response.content.decode().lower()


def test_a_councils_county_or_successor_stands_for_it_and_that_is_said(visit, outcome, kent):
    county, _ = kent
    abolished = council("Corby", "2009", closed_on=date(2021, 4, 1))
    north = council("North Northamptonshire", "today")
    Succession.objects.create(authority=abolished, successor=north, took_over_on=date(2021, 4, 1))
    for number, authority in enumerate([county, north, council("A"), council("B")]):
        figure(outcome, authority, 10 + number)

    response = page(visit(at=AT), outcome, colour="quartile", layout="2009")

    assert listed(response) == {
        "Dover": ("Bottom quarter", "10%, the figure of its county, Kent"),
        "Corby": ("Third quarter", "11%, the figure of its successor, North Northamptonshire"),
    }
    assert "A council abolished since 2009 shows the figure of its successor." in response.content.decode()


def test_a_new_council_is_not_given_the_figure_of_one_of_those_before_it(visit, outcome):
    corby = make.AuthorityFactory(name="Corby", closed_on=date(2021, 4, 1))
    north = council("North Northamptonshire")
    Succession.objects.create(authority=corby, successor=north, took_over_on=date(2021, 4, 1))
    figure(outcome, corby, 12)

    response = page(visit(at=AT), outcome, colour="quartile")

    assert listed(response) == {"North Northamptonshire": ("No figure", "")}


def test_a_measure_of_which_neither_end_is_good_has_no_quarters(visit, outcome):
    outcome.measure.polarity = ""
    outcome.measure.save()
    for number in range(5):
        figure(outcome, council(f"C{number}"), number)

    response = page(visit(at=AT), outcome, colour="quartile")

    assert {words for words, _ in listed(response).values()} == {"Has a figure"}
    assert "there are no quarters" in response.content.decode()


def test_an_outcome_without_figures_says_so(visit):
    bare = make.OutcomeFactory(slug="bare", measure=None)
    council("Wigan")

    response = page(visit(at=AT), bare, colour="quartile")

    assert listed(response) == {"Wigan": ("No figure", "")}
    assert "There are no figures for this outcome yet." in response.content.decode()


# The page


def test_every_hexagon_leads_to_its_council_and_a_link_leads_past_them(visit, outcome):
    wigan = council("Wigan", code="WGN")

    told = page(visit(at=AT), outcome).content.decode()

    assert f'<a href="{reverse("council_detail", args=[wigan.code])}">' in told
    assert 'href="#councils"' in told
    assert 'id="councils"' in told
    assert told.index('href="#councils"') < told.index("<svg") < told.index('id="councils"')


def test_the_list_is_filtered_by_region_and_by_a_mark_of_the_key(visit, outcome):
    north, south = make.RegionFactory(name="North"), make.RegionFactory(name="South")
    for name, region in (("Ashby", north), ("Bilton", north), ("Corley", south)):
        authority = council(name, region=region)
        if name != "Bilton":
            signed(outcome, authority)

    by_region = page(visit(at=AT), outcome, region="North")
    by_both = page(visit(at=AT), outcome, region="North", mark="signed")
    by_nothing = page(visit(at=AT), outcome, region="South", mark="not")

    assert set(listed(by_region)) == {"Ashby", "Bilton"}
    assert by_region.context["picture"].count == 3
    assert set(listed(by_both)) == {"Ashby"}
    assert "Only: signed up." in by_both.content.decode()
    assert listed(by_nothing) == {}
    assert "No council on the map is of this kind" in by_nothing.content.decode()


@pytest.mark.parametrize("asked", [{"layout": "1066"}, {"colour": "<b>"}, {"region": "Mars"}, {"mark": "q9"}])
def test_what_is_no_choice_counts_as_not_chosen(visit, outcome, asked):
    council("Wigan")

    response = page(visit(at=AT), outcome, **asked)

    assert response.status_code == 200
    assert listed(response) == {"Wigan": ("Not signed up", "")}
    assert "<b>" not in response.content.decode()


def test_the_readers_own_council_is_outlined_and_a_visitors_is_not(visit, outcome, kent):
    wigan = council("Wigan")

    mine = page(visit(make.drafter(wigan), at=AT), outcome)
    of_county = page(visit(make.drafter(kent[0]), at=AT), outcome)
    visitors = page(visit(at=AT), outcome)

    assert [line.council.name for line in mine.context["lines"] if line.is_own] == ["Wigan"]
    assert [line.council.name for line in of_county.context["lines"] if line.is_own] == ["Dover"]
    assert "Your council" in mine.content.decode()
    assert "Your council" not in visitors.content.decode()


def test_without_any_hexes_the_page_still_stands(visit, outcome):
    response = page(visit(at=AT), outcome)

    assert response.status_code == 200
    assert listed(response) == {}


@pytest.mark.parametrize("colour", ["cohort", "quartile"])
def test_as_many_queries_however_many_councils(visit, outcome, colour):
    region = make.RegionFactory()

    def counted(client):
        with CaptureQueriesContext(connection) as queries:
            assert page(client, outcome, colour=colour, layout="2009").status_code == 200
        return len(queries)

    def grow(count):
        for number in range(count):
            authority = council(f"C{count}-{number}", "2009", region=region)
            signed(outcome, authority)
            figure(outcome, authority, number)

    grow(2)
    client = visit(make.scheme_manager(), at=AT)
    few = counted(client)
    grow(20)

    assert counted(client) == few <= MOST_QUERIES


# The picture on the outcome's own page


def test_the_outcomes_page_shows_where_the_cohort_is(visit, outcome, kent):
    signed(outcome, kent[0])

    response = visit(at=AT).get(outcome.get_absolute_url())

    told = response.content.decode()
    assert "Where they are" in told
    assert "Dover: part of an area signed up, through its county, Kent" in told
    assert reverse("outcome_map", args=[outcome.slug]) in told


def test_an_outcome_without_a_cohort_has_no_map_on_its_page(visit, outcome):
    council("Wigan")

    assert SignUp.objects.count() == 0
    assert "Where they are" not in visit(at=AT).get(outcome.get_absolute_url()).content.decode()


def test_regions_are_those_of_the_councils(visit, outcome):
    council("Wigan", region=make.RegionFactory(name="North West"))
    Region.objects.create(name="Elsewhere", gss_code="E12999999")

    form = page(visit(at=AT), outcome).context["choice"]

    assert [name for name, _ in form.fields["region"].choices] == ["", "North West"]


def test_those_who_have_no_place_on_the_map_are_named_in_one_query(visit):
    outcome = make.OutcomeFactory()
    names = [make.SignUpFactory(outcome=outcome).authority.name for _ in range(5)]

    page = visit().get(reverse("outcome_map", args=[outcome.slug])).content.decode()

    assert all(name in page for name in names)
