"""The list of councils, and the page of one."""

from datetime import date

import pytest
from django.urls import reverse

from beacons.directory.models import Authority, Region, Succession
from tests import factories as make

pytestmark = pytest.mark.django_db

Kind = Authority.Kind


def names(client, **asked):
    return [each.name for each in client.get(reverse("council_list"), asked).context["councils"]]


@pytest.fixture
def land():
    north, south = make.RegionFactory(name="North"), make.RegionFactory(name="South")
    county = make.AuthorityFactory(
        name="Cumbria", kind=Kind.COUNTY, tier="upper", region=north, closed_on=date(2023, 4, 1)
    )
    old = make.AuthorityFactory(
        name="Allerdale",
        code="ALL",
        kind=Kind.DISTRICT,
        region=north,
        county=county,
        closed_on=date(2023, 4, 1),
    )
    new = make.AuthorityFactory(name="Cumberland", code="CBD", region=north, opened_on=date(2023, 4, 1))
    Succession.objects.create(authority=old, successor=new, took_over_on=date(2023, 4, 1))
    make.AuthorityFactory(
        name="Brighton and Hove", code="BNH", official_name="Brighton and Hove City Council", region=south
    )
    make.AuthorityFactory(name="Gwent", kind=Kind.WELSH, nation="Wales", region=None)
    return {"north": north, "old": old, "new": new, "county": county}


def test_all_are_listed_by_name_and_the_abolished_say_what_became_of_them(client, land):
    page = client.get(reverse("council_list")).content.decode()

    assert names(client) == ["Allerdale", "Brighton and Hove", "Cumberland", "Cumbria", "Gwent"]
    assert "Abolished 1 April 2023, now" in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"name": "brighton & hove"}, ["Brighton and Hove"]),
        ({"name": "city council"}, ["Brighton and Hove"]),
        ({"name": "cbd"}, ["Cumberland"]),
        ({"name": "nowhere"}, []),
        ({"kind": "district"}, ["Allerdale"]),
        ({"region": "wales"}, ["Gwent"]),
        ({"kind": "unitary", "name": "c"}, ["Brighton and Hove", "Cumberland"]),
        ({"kind": "parish"}, ["Allerdale", "Brighton and Hove", "Cumberland", "Cumbria", "Gwent"]),
    ],
)
def test_a_council_is_found_by_name_code_kind_and_region(client, land, asked, found):
    assert names(client, **asked) == found


def test_a_council_is_found_by_its_region(client, land):
    assert names(client, region=str(land["north"].pk)) == ["Allerdale", "Cumberland", "Cumbria"]


def test_nobody_found_leads_back_to_all(client, land):
    page = client.get(reverse("council_list"), {"name": "nowhere"}).content.decode()

    assert "No council is like that" in page


@pytest.mark.parametrize("rows", [2, 20])
def test_the_list_asks_no_more_however_many(client, rows, django_assert_max_num_queries):
    heir = make.AuthorityFactory(name="Heir")
    for _ in range(rows):
        county = make.AuthorityFactory(kind=Kind.COUNTY)
        Succession.objects.create(authority=make.AuthorityFactory(county=county), successor=heir)

    with django_assert_max_num_queries(5):
        found = names(client)

    assert len(found) == 2 * rows + 1


def test_no_more_rows_are_loaded_than_shown(client):
    region = make.RegionFactory()
    for _ in range(60):
        make.AuthorityFactory(region=region)

    assert len(names(client)) == 50
    assert len(names(client, page=2)) == 10


def test_an_abolished_council_names_its_successor_and_a_new_one_whom_it_followed(client, land):
    old, new = (
        client.get(reverse("council_detail", args=[code])).content.decode() for code in ("ALL", "CBD")
    )

    assert "was abolished on 1 April 2023" in old
    assert reverse("council_detail", args=["CBD"]) in old
    assert "Took over from" in new
    assert reverse("council_detail", args=["ALL"]) in new


def test_a_county_names_the_districts_of_its_time(client, land):
    Authority.objects.filter(pk=land["county"].pk).update(code="CMA")
    make.AuthorityFactory(name="Gone in 1998", county=land["county"], closed_on=date(1998, 4, 1))

    assert [
        each.name for each in client.get(reverse("council_detail", args=["CMA"])).context["districts"]
    ] == ["Allerdale"]


def test_a_district_shows_its_own_sign_ups_and_its_countys_as_the_countys(client, land):
    make.SignUpFactory(outcome=make.OutcomeFactory(title="Less waste"), authority=land["old"])
    make.SignUpFactory(outcome=make.OutcomeFactory(title="More homes"), authority=land["county"])

    page = client.get(reverse("council_detail", args=["ALL"])).content.decode()

    assert "Less waste" in page
    assert page.count("Signed by Cumbria, for the whole county") == 1


def test_the_names_of_lead_officers_are_not_shown(client, land):
    make.SignUpFactory(authority=land["new"], lead_officer="Jo Quiet")

    assert "Jo Quiet" not in client.get(reverse("council_detail", args=["CBD"])).content.decode()


@pytest.mark.parametrize("rows", [2, 20])
def test_a_councils_page_asks_no_more_however_much_there_is(visit, land, rows, django_assert_max_num_queries):
    officer = make.drafter(land["new"])
    for _ in range(rows):
        make.SignUpFactory(authority=land["new"])
        make.HeadlineReportFactory(
            authority=land["new"], council=land["new"], made_by=officer, sharing="public"
        )
        Succession.objects.create(authority=make.AuthorityFactory(), successor=land["new"])
        make.AuthorityFactory(county=land["new"])
    browser = visit(officer)

    with django_assert_max_num_queries(12):
        answer = browser.get(reverse("council_detail", args=["CBD"]))

    assert answer.status_code == 200


def test_an_unknown_code_is_not_found(client):
    for name in ("council_detail", "report_show", "neighbour_list", "own_list_choose", "report_csv"):
        assert client.get(reverse(name, args=["NOPE"])).status_code == 404


def test_only_officers_are_led_to_choosing_priorities(visit, land):
    address = reverse("council_detail", args=["CBD"])

    assert "Choose local priorities" in visit(make.drafter(land["new"])).get(address).content.decode()
    assert "Choose local priorities" not in visit(make.drafter(land["old"])).get(address).content.decode()
    assert "Choose local priorities" not in visit().get(address).content.decode()


def test_home_finds_a_council(client, land):
    page = client.get(reverse("home")).content.decode()

    assert f'action="{reverse("council_list")}"' in page
    assert "Find your council" in page


def test_the_filter_names_every_region_and_wales(client, land):
    form = client.get(reverse("council_list")).context["filter"].form

    assert [label for _, label in form.fields["region"].choices] == [
        "All regions",
        *Region.objects.order_by("name").values_list("name", flat=True),
        "Wales",
    ]
