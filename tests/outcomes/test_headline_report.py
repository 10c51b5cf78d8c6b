"""The headline report: figures, places, directions, targets, what is missing, and what it never says."""

import csv
import io
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from beacons.core import papers
from beacons.directory.models import Authority
from outcomes.headlines.choices import Choices, read
from outcomes.headlines.lines import Line, Other, Point, Target
from outcomes.headlines.report import build
from outcomes.headlines.words import gap, listed, ordinal, parted, small_first, spoken
from outcomes.models import HeadlineMeasure, IndicatorValue, LocalPriority
from tests import factories as make

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
Kind = Authority.Kind


# One measure, in words


def a_line(**facts):
    about = {
        "code": "recycling",
        "title": "Household waste recycled",
        "unit": "%",
        "polarity": "high",
        "source": "Defra",
        "name": "Adur",
        "is_county": False,
        "series": (Point(2022, "2022/23", 40.0), Point(2023, "2023/24", 41.5)),
        "others": tuple(Other(f"Other {value:g}", value) for value in (30.0, 35.0, 45.0, 50.0, 41.5)),
        "others_period": "2023/24",
        "company": "district councils",
        "others_words": "the other district councils",
        "looked_at": 5,
    }
    return Line(**about | facts)


def test_a_line_says_all_that_a_councillor_reads_aloud():
    line = a_line(targets=(Target("Less waste", "/", 45.0, 2028),))

    assert line.sentence == (
        "On household waste recycled, Adur stood at 41.5% in 2023/24. That is joint 3rd of 6 district councils, in the"
        " second quarter. It has got better since 2022/23, when it was 40%. The middle of the other district councils"
        " is 41.5%, and the best is Other 50 at 50%. The target is 45% by 2028: 3.5 percentage points to go."
    )


@pytest.mark.parametrize(
    ("polarity", "values", "travel", "arrow"),
    [
        ("high", (40.0, 41.5), "Better than in 2022/23 (40%)", "▲"),
        ("high", (41.5, 40.0), "Worse than in 2022/23 (41.5%)", "▼"),
        ("low", (40.0, 41.5), "Worse than in 2022/23 (40%)", "▲"),
        ("low", (41.5, 40.0), "Better than in 2022/23 (41.5%)", "▼"),
        ("low", (40.0, 40.0), "The same as in 2022/23 (40%)", "▶"),
        ("", (40.0, 41.5), "Higher than in 2022/23 (40%)", "▲"),
    ],
)
def test_the_direction_of_travel_respects_the_polarity(polarity, values, travel, arrow):
    series = tuple(Point(2022 + n, f"{2022 + n}/{23 + n}", value) for n, value in enumerate(values))

    line = a_line(polarity=polarity, series=series)

    assert (line.travel, line.arrow) == (travel, arrow)


@pytest.mark.parametrize(
    ("polarity", "value", "place", "quarter", "best"),
    [
        ("high", 60.0, "1st of 6", "top quarter", "Other 50"),
        ("high", 20.0, "6th of 6", "bottom quarter", "Other 50"),
        ("low", 20.0, "1st of 6", "top quarter", "Other 30"),
        ("low", 35.0, "joint 2nd of 6", "second quarter", "Other 30"),
        ("", 35.0, "", "", None),
    ],
)
def test_rank_quarter_and_best_respect_the_polarity(polarity, value, place, quarter, best):
    line = a_line(polarity=polarity, series=(Point(2023, "2023/24", value),))

    assert (line.place, line.quarter, line.best and line.best.name) == (place, quarter, best)


def test_fewer_than_four_are_not_parted_into_quarters_and_fewer_than_five_are_warned_of():
    line = a_line(others=(Other("B", 30.0), Other("C", 50.0)))

    assert (line.place, line.quarter) == ("2nd of 3", "")
    assert line.few == "Only 2 others have a figure for 2023/24: the middle of so few says little."
    assert a_line().few == ""


@pytest.mark.parametrize(
    ("polarity", "target", "aim"),
    [
        ("high", 45.0, "45% by 2028: 3.5 percentage points to go"),
        ("high", 42.5, "42.5% by 2028: 1 percentage point to go"),
        ("high", 41.5, "41.5% by 2028: met"),
        ("low", 45.0, "45% by 2028: met"),
        ("", 45.0, "45% by 2028"),
        ("high", 42.08, "42.08% by 2028: 0.58 percentage points to go"),
    ],
)
def test_a_target_is_met_or_says_how_far_it_is(polarity, target, aim):
    assert a_line(polarity=polarity, targets=(Target("Less waste", "/", target, 2028),)).aims == [aim]


def test_a_figure_out_of_date_says_so_and_is_compared_within_its_own_year():
    line = a_line(newer="2024/25")

    assert line.missing == "No figure for 2024/25; newest is of 2023/24."
    assert line.place == "joint 3rd of 6"


def test_no_figure_at_all_is_said_and_the_others_are_still_shown():
    line = a_line(series=())

    assert line.missing == "No figure for 2023/24 for Adur, nor for any year before."
    assert line.sentence == (
        "There is no figure for Adur on household waste recycled. The middle of the other district councils is 41.5%,"
        " and the best is Other 50 at 50%."
    )
    assert (line.place, line.travel, line.picture, line.value) == ("", "", "", "")


def test_a_countys_figure_has_no_place_among_districts():
    line = a_line(is_county=True, name="West Sussex", others=())

    assert (line.place, line.middle, line.best, line.none) == ("", None, None, "")


def test_nobody_else_with_a_figure_is_said():
    assert a_line(others=()).none == "None of the other district councils has a figure for 2023/24."
    assert a_line(others=(), looked_at=0).none == ""


def test_two_who_share_the_best_figure_are_counted():
    line = a_line(others=(Other("B", 50.0), Other("A", 50.0), Other("C", 1.0)))

    assert line.best_said == "50%"
    assert line.best.name == "A and 1 more"


def test_the_picture_names_its_ends_and_holds_no_code_of_anybody():
    line = a_line(code='x"><script>', title="<b>Waste</b>")

    assert "<script>" not in line.picture
    assert "&lt;b&gt;Waste" in line.picture
    assert line.anchor == "measure-x-script"


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (41.24, "%", "41.2%"),
        (0.256, "%", "0.26%"),
        (1234.6, "£", "£1,235"),
        (43.2, "£", "£43.20"),
        (5.284, "times a year's pay", "5.28 times a year's pay"),
        (64187.0, "", "64,187"),
        (None, "%", "no figure"),
    ],
)
def test_figures_are_said_with_as_many_decimals_as_are_read_aloud(value, unit, said):
    assert spoken(value, unit) == said


def test_words_of_numbers():
    assert [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 112, 1003)] == (
        "1st 2nd 3rd 4th 11th 12th 13th 21st 112th 1,003rd".split()
    )
    assert (gap(1.0, "%"), gap(0.5, "£"), gap(2.0, "years")) == ("1 percentage point", "£0.50", "2 years")
    assert (parted(9.614, "out of 10"), parted(9.614, "%")) == (("9.61", "out of 10"), ("9.6%", ""))
    assert (small_first("GCSEs"), small_first("Waste"), small_first("")) == ("GCSEs", "waste", "")
    assert listed(["A", "B", "C"]) == "A, B and C"


# What an address asks for


class Query(dict):
    """An address's pairs, as Django hands them on."""

    def getlist(self, name):
        found = self.get(name, [])
        return found if isinstance(found, list) else [found]


def test_an_address_is_read_and_written_the_same():
    asked = Query(
        {
            "compare": "neighbours",
            "measures": "beside",
            "with": ["B", "A", "B"],
            "w-pay": "7",
            "w-claimants": " 0 ",
        }
    )

    choices, problems = read(asked)

    assert problems == []
    assert choices == Choices("beside", "neighbours", ("B", "A"), {"pay": 7, "claimants": 0})
    assert choices.query() == "measures=beside&compare=neighbours&with=B&with=A&w-claimants=0&w-pay=7"


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"compare": "everything"}, "Choose what to compare with from the list."),
        ({"measures": "all"}, "Choose the measures from the list."),
        ({"w-pay": "11"}, "A weight is a whole number from 0 to 10, not “11”."),
        ({"w-pay": "-1"}, "A weight is a whole number from 0 to 10, not “-1”."),
        ({"w-pay": "٣"}, "A weight is a whole number from 0 to 10, not “٣”."),
        (
            {"with": [f"C{n}" for n in range(61)]},
            "Choose 60 councils or fewer to compare with; you chose 61.",
        ),
    ],
)
def test_what_an_address_cannot_ask_for_is_said(asked, problem):
    assert read(Query(asked))[1] == [problem]


# A report of real rows


@pytest.fixture
def place(db):
    """A county with two districts, another district, and a measure of each."""
    region = make.RegionFactory(name="South East")
    county = make.AuthorityFactory(name="Sussex", code="SUS", kind=Kind.COUNTY, tier="upper", region=region)
    adur, arun = (
        make.AuthorityFactory(
            name=name, code=name[:3].upper(), kind=Kind.DISTRICT, tier="lower", region=region, county=county
        )
        for name in ("Adur", "Run")
    )
    far = make.AuthorityFactory(name="Faraway", code="FAR", kind=Kind.DISTRICT, tier="lower", county=county)
    recycling = make.IndicatorFactory(code="recycling", title="Recycling", polarity="high")
    neet = make.IndicatorFactory(code="neet", title="NEET", polarity="low")
    HeadlineMeasure.objects.create(kind=Kind.DISTRICT, indicator=recycling, position=1)
    HeadlineMeasure.objects.create(kind=Kind.COUNTY, indicator=neet, position=1)
    for authority, year, value in [
        (adur, 2022, 40), (adur, 2023, 42), (arun, 2023, 30), (arun, 2024, 31), (far, 2023, 50),
    ]:  # fmt: skip
        make.IndicatorValueFactory(indicator=recycling, authority=authority, year=year, value=value)
    make.IndicatorValueFactory(indicator=neet, authority=county, year=2024, value=3)
    return SimpleNamespace(
        region=region, county=county, adur=adur, arun=arun, far=far, recycling=recycling, neet=neet
    )


def report(authority, *, at=AT, **choices):
    authority = Authority.objects.select_related("region", "county").get(pk=authority.pk)
    return build(authority, Choices(**choices), user=AnonymousUser(), at=at)


def test_a_districts_report_compares_its_kind_and_shows_the_countys_figures_as_the_countys(place):
    made = report(place.adur)

    (line,) = made.lines
    assert (line.value, line.period, line.place, line.missing) == (
        "42%",
        "2023",
        "2nd of 3",
        "No figure for 2024; newest is of 2023.",
    )
    assert [(each.title, each.name, each.value, each.is_county) for each in made.county_lines] == [
        ("NEET", "Sussex", "3%", True)
    ]
    assert made.compared_with == "the other district councils, 2 in all"


def test_a_region_leaves_out_who_lies_elsewhere_and_whom_a_district_is_part_of(place):
    made = report(place.adur, comparison="region")

    assert [each.name for each in made.others] == ["Run"]


def test_england_covers_each_place_once(place):
    make.AuthorityFactory(name="Unity", kind=Kind.UNITARY)
    make.AuthorityFactory(name="Cymru", kind=Kind.WELSH, nation="Wales", region=None)

    assert [each.name for each in report(place.adur, comparison="england").others] == [
        "Faraway",
        "Run",
        "Unity",
    ]
    assert [each.name for each in report(place.county, comparison="england").others] == ["Unity"]


def test_an_own_list_names_who_is_unknown_and_asks_for_councils_when_empty(place):
    made = report(place.adur, comparison="own", own_list=("FAR", "ADU", "XXX"))

    assert [each.name for each in made.others] == ["Faraway"]
    assert made.problems == ("No council is known as “XXX”, so it is left out.",)
    assert report(place.adur, comparison="own").problems == (
        "Choose the councils to compare with: the list is empty.",
    )


def test_a_comparison_that_means_nothing_falls_back_and_says_so(place):
    welsh = make.AuthorityFactory(name="Gwent", kind=Kind.WELSH, nation="Wales", region=None)

    made = report(welsh, comparison="england")

    assert made.comparison == "kind"
    assert made.problems == (
        "Gwent cannot be compared in that way; it is compared with the other councils of Wales.",
    )


def test_the_city_of_london_stands_with_the_boroughs(place):
    city = make.AuthorityFactory(name="City of London", kind=Kind.CITY)
    make.AuthorityFactory(name="Camden", kind=Kind.LONDON)

    assert [each.name for each in report(city).others] == ["Camden"]


def test_an_abolished_council_is_compared_with_those_of_its_last_day(place):
    Authority.objects.filter(pk__in=[place.adur.pk, place.arun.pk]).update(closed_on=date(2023, 4, 1))
    make.AuthorityFactory(name="Newer", kind=Kind.DISTRICT, opened_on=date(2023, 4, 1))

    assert [each.name for each in report(place.adur).others] == ["Faraway", "Run"]
    assert [each.name for each in report(place.far).others] == ["Newer"]


def test_local_priorities_stand_beside_the_measures_unless_asked_otherwise(place):
    LocalPriority.objects.create(
        authority=place.adur, indicator=place.neet, position=1, chosen_by=make.UserFactory(), chosen_at=AT
    )

    beside, alone, without = (report(place.adur, measures=measures) for measures in ("", "local", "headline"))

    assert [(line.title, line.is_local, line.is_county) for line in beside.lines] == [
        ("Recycling", False, False),
        ("NEET", True, True),
    ]
    assert [line.title for line in alone.lines] == ["NEET"]
    assert [line.title for line in without.lines] == ["Recycling"]
    assert beside.county_lines == ()


def test_without_priorities_the_six_are_shown_and_said(place):
    made = report(place.adur, measures="local")

    assert [line.title for line in made.lines] == ["Recycling"]
    assert made.problems == ("No local priorities have been chosen yet, so the headline measures are shown.",)


def test_a_target_of_a_sign_up_stands_on_its_measure(place):
    outcome = make.OutcomeFactory(title="Less waste", measure=place.recycling)
    make.SignUpFactory(outcome=outcome, authority=place.adur, baseline=40, target=45, target_year=2028)
    make.SignUpFactory(outcome=make.OutcomeFactory(measure=place.neet), authority=place.county, target=2)

    made = report(place.adur)

    assert made.lines[0].aims == ["45% by 2028: 3 percentage points to go"]
    assert made.county_lines[0].aims == ["2% by 2026: 1 percentage point to go"]


def with_neighbours(place):
    pay = make.IndicatorFactory(code="pay", title="Pay", unit="£", polarity="high")
    for authority, people, value in [
        (place.adur, 60_000, 600),
        (place.arun, 65_000, 610),
        (place.far, 200_000, 900),
    ]:
        Authority.objects.filter(pk=authority.pk).update(population=people)
        make.IndicatorValueFactory(indicator=pay, authority=authority, year=2024, value=value)
    return pay


def test_nearest_neighbours_are_found_by_the_houses_facts_and_say_why(place):
    with_neighbours(place)

    made = report(place.adur, comparison="neighbours")

    assert [(each.authority.name, each.shown) for each in made.neighbourhood.nearest] == [
        ("Run", "0.05"),
        ("Faraway", "1.00"),
    ]
    assert set(made.neighbourhood.nearest[0].alike) == {
        "number of people (60,000 and 65,000)",
        "pay (£600 and £610)",
    }
    assert made.neighbourhood.nearest[1].apart == "number of people (60,000 and 200,000)" or (
        made.neighbourhood.nearest[1].apart == "pay (£600 and £900)"
    )
    assert made.circular == []


def test_a_fact_that_the_report_shows_is_no_house_fact_and_is_warned_of_when_chosen(place):
    pay = with_neighbours(place)
    HeadlineMeasure.objects.create(kind=Kind.DISTRICT, indicator=pay, position=2)

    unasked = report(place.adur, comparison="neighbours")
    asked = report(place.adur, comparison="neighbours", weights={"pay": 3, "nothing": 4})

    assert [fact.code for fact in unasked.neighbourhood.facts] == ["population"]
    assert asked.circular == ["pay"]
    assert asked.problems == ("No fact is known as “nothing”, so it is left out.",)


def test_a_fact_that_is_missing_is_flagged_and_an_own_missing_one_is_said_once(place):
    pay = with_neighbours(place)
    IndicatorValue.objects.filter(indicator=pay, authority=place.arun).delete()

    theirs = report(place.adur, comparison="neighbours").neighbourhood
    IndicatorValue.objects.filter(indicator=pay, authority=place.adur).delete()
    ours = report(place.adur, comparison="neighbours").neighbourhood

    assert {each.authority.name: each.missing for each in theirs.nearest} == {"Run": ("pay",), "Faraway": ()}
    assert ours.names_lacking == ["pay"]
    assert all(each.missing == () for each in ours.nearest)


# The pages


def test_the_page_shows_figure_rank_direction_and_sentence(client, place):
    page = client.get(reverse("report_show", args=["ADU"])).content.decode()

    for words in (
        "Recycling",
        "42%",
        "<strong>2nd of 3</strong>",
        "Better than in 2022 (40%)",
        "No figure for 2024; newest is of 2023.",
        "On recycling, Adur stood at 42% in 2023.",
        "What Sussex answers for",
        "Only 2 others have a figure for 2023",
    ):
        assert words in page


def test_a_body_without_figures_is_told_so_plainly(client, db):
    make.AuthorityFactory(name="Kent Fire", code="FRS-1", kind=Kind.FIRE, region=None)

    page = client.get(reverse("report_show", args=["FRS-1"])).content.decode()

    assert "There are no official figures of fire and rescue services here" in page
    assert "Compare with" not in page


def test_bad_choices_in_an_address_are_said_and_the_report_is_shown(client, place):
    page = client.get(reverse("report_show", args=["ADU"]), {"compare": "moon", "w-pay": "lots"})

    assert page.status_code == 200
    assert "Choose what to compare with from the list." in page.content.decode()
    assert "A weight is a whole number from 0 to 10, not “lots”." in page.content.decode()
    assert "42%" in page.content.decode()


def test_flags_and_labels_stand_in_no_report_not_even_that_of_the_council_itself(visit, place):
    make.FlagFactory(authority=place.adur, colour="red", assessment="Oneplace: care in crisis")
    make.FlagFactory(authority=place.far, colour="green", assessment="Oneplace: shining")

    for user in (None, make.drafter(place.adur), make.scheme_manager()):
        browser = visit(user)
        for name in ("report_show", "report_csv", "council_detail", "neighbour_list"):
            said = browser.get(reverse(name, args=["ADU"])).content.decode().lower()
            assert not [word for word in ("flag", "struggling", "strong council", "oneplace") if word in said]


def test_the_csv_holds_the_same_and_no_formula(client, place):
    Authority.objects.filter(pk=place.far.pk).update(name="=HYPERLINK(1)")

    answer = client.get(reverse("report_csv", args=["ADU"]))

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer["Content-Disposition"] == 'attachment; filename="headline-report-ADU.csv"'
    assert [(row["Measure"], row["Figure of"], row["Figure"], row["Rank"], row["Of"]) for row in rows] == [
        ("Recycling", "Adur", "42.0", "2", "3"),
        ("NEET", "Sussex", "3.0", "", ""),
    ]
    assert rows[0]["Who is best"] == "'=HYPERLINK(1)"
    assert rows[0]["Direction of travel"] == "better"


def test_the_pdf_is_tagged_and_has_a_language_and_a_title(client, place, monkeypatch):
    pytest.importorskip("weasyprint")
    kept = {}
    plain = papers.press
    monkeypatch.setattr(
        papers, "press", lambda html, **o: kept.setdefault("pdf", plain(html, uncompressed_pdf=True))
    )

    answer = client.get(reverse("report_pdf", args=["ADU"]), {"compare": "england"})

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-1.7")
    for mark in (b"/Lang (en-GB)", b"/Title (Adur: headline report)", b"/StructTreeRoot", b"/Marked true"):
        assert mark in kept["pdf"]


def test_without_pango_a_page_says_what_to_do(client, place, monkeypatch):
    def no_press(*args, **options):
        raise papers.NoPress("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(papers, "pdf", no_press)

    answer = client.get(reverse("report_pdf", args=["ADU"]), {"compare": "region"})

    assert answer.status_code == 503
    assert "install Pango" in answer.content.decode()
    assert "/councils/ADU/report/?measures=headline&amp;compare=region" in answer.content.decode()


def fill(place, councils):
    """More districts with figures, and more measures of them."""
    facts = [
        make.IndicatorFactory(code=code) for code in ("pay", "productivity", "claimants", "affordability")
    ]
    for number in range(councils):
        each = make.AuthorityFactory(
            kind=Kind.DISTRICT, region=place.region, population=50_000 + 1_000 * number
        )
        for indicator in (place.recycling, *facts):
            make.IndicatorValueFactory(indicator=indicator, authority=each, year=2023, value=number)
    Authority.objects.filter(pk=place.adur.pk).update(population=60_000)
    for indicator in facts:
        make.IndicatorValueFactory(indicator=indicator, authority=place.adur, year=2023, value=4)


@pytest.mark.parametrize("councils", [2, 20])
@pytest.mark.parametrize("comparison", ["kind", "region", "england", "neighbours", "own"])
def test_a_report_asks_no_more_however_many_councils(
    visit, place, councils, comparison, django_assert_max_num_queries
):
    fill(place, councils)
    browser = visit(make.drafter(place.adur))
    asked = {"compare": comparison, "with": ["FAR", "RUN"]}

    with django_assert_max_num_queries(12):
        answer = browser.get(reverse("report_show", args=["ADU"]), asked)

    assert answer.status_code == 200
    assert "42%" in answer.content.decode()


# Neighbours and own lists


@pytest.mark.parametrize("councils", [2, 20])
def test_the_page_of_neighbours_asks_no_more_however_many(
    visit, place, councils, django_assert_max_num_queries
):
    fill(place, councils)
    browser = visit(make.drafter(place.adur))

    with django_assert_max_num_queries(9):
        answer = browser.get(reverse("neighbour_list", args=["ADU"]))

    assert len(answer.context["found"].nearest) == min(councils, 15)


def test_weights_stand_in_the_address_and_lead_into_the_report(client, place):
    with_neighbours(place)

    answer = client.get(reverse("neighbour_list", args=["ADU"]), {"w-pay": "9", "w-population": ""})

    assert [(fact.code, fact.weight) for fact in answer.context["found"].facts] == [("pay", 9)]
    assert "/councils/ADU/report/?compare=neighbours&amp;w-pay=9" in answer.content.decode()


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ({"w-pay": "11"}, "Pay: enter a whole number from 0 to 10"),
        ({"w-pay": "much"}, "Pay: enter a whole number from 0 to 10"),
        ({"w-pay": "0"}, "Give at least one fact a weight above 0."),
    ],
)
def test_a_weight_that_is_none_is_said_and_kept_as_it_was_typed(client, place, weights, said):
    with_neighbours(place)

    page = client.get(reverse("neighbour_list", args=["ADU"]), weights).content.decode()

    assert said in page
    assert f'value="{weights["w-pay"]}"' in page
    assert "Distance" not in page


def test_neighbours_are_not_sought_for_bodies_without_figures(client, db):
    make.AuthorityFactory(name="Kent Fire", code="FRS-1", kind=Kind.FIRE, region=None)

    assert (
        "Neighbours are sought for councils alone"
        in client.get(reverse("neighbour_list", args=["FRS-1"])).content.decode()
    )


def test_too_few_facts_of_the_council_itself_are_said(client, place):
    with_neighbours(place)
    Authority.objects.filter(pk=place.adur.pk).update(population=None)
    IndicatorValue.objects.filter(indicator__code="pay", authority=place.adur).delete()

    assert "Nobody can be named" in client.get(reverse("neighbour_list", args=["ADU"])).content.decode()
    page = client.get(reverse("report_show", args=["ADU"]), {"compare": "neighbours"}).content.decode()
    assert "There are too few figures of Adur" in page


def test_own_lists_offer_councils_by_region_with_the_chosen_ticked(client, place):
    Authority.objects.filter(pk=place.arun.pk).update(closed_on=date(2020, 4, 1))

    page = client.get(reverse("own_list_choose", args=["ADU"]), {"with": "FAR"}).content.decode()

    assert 'value="FAR" checked' in page
    assert 'value="SUS">' in page
    assert 'value="RUN"' not in page
    assert 'value="ADU"' not in page
