"""A figure that is revised stays on record, with the dates of both publications."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from beacons.core import clock
from beacons.core.tables import Problems
from outcomes import loading_figures
from outcomes.loading_figures import Figures
from outcomes.models import Indicator, IndicatorValue, SupersededValue
from tests import factories as make

pytestmark = pytest.mark.django_db

TODAY = date(2026, 2, 1)
HEADER = "indicator,authority,year,period,value,published_on"


@pytest.fixture
def areas():
    return [make.AuthorityFactory(code=code) for code in ("AAA", "BBB")]


@pytest.fixture
def recycling(areas):
    return make.IndicatorFactory(code="recycling")


def load(*lines, header=HEADER, **options):
    """The figures, and what was wrong with the rows."""
    problems = Problems()
    text = "\n".join([header, *lines])
    figures = Figures(
        BytesIO(text.encode()), problems, today=options.pop("today", TODAY), name="new.csv", **options
    )
    figures.load()
    return figures, [problem.sentence for problem in problems.kept]


def held():
    return list(
        IndicatorValue.objects.order_by("authority__code", "year").values_list(
            "authority__code", "period", "value", "published_on"
        )
    )


def superseded():
    return list(
        SupersededValue.objects.order_by("pk").values_list(
            "authority__code", "year", "period", "value", "published_on", "superseded_on"
        )
    )


def test_the_old_value_is_kept_with_the_dates_of_both_publications(recycling):
    load("recycling,AAA,2024,2024/25,41,2025-06-01")

    figures, wrong = load("recycling,AAA,2024,2024/25,42.5,2025-11-20")

    assert wrong == []
    assert figures.counts == {"added": 0, "changed": 1, "superseded": 1, "unchanged": 0}
    assert held() == [("AAA", "2024/25", Decimal("42.5"), date(2025, 11, 20))]
    assert superseded() == [
        ("AAA", 2024, "2024/25", Decimal(41), date(2025, 6, 1), date(2025, 11, 20)),
    ]


def test_a_repeat_adds_none(recycling):
    load("recycling,AAA,2024,2024/25,41,2025-06-01")
    revision = "recycling,AAA,2024,2024/25,42.5,2025-11-20"
    load(revision)

    figures, wrong = load(revision)

    assert wrong == []
    assert figures.counts == {"added": 0, "changed": 0, "superseded": 0, "unchanged": 1}
    assert len(superseded()) == 1


def test_each_revision_is_kept(recycling):
    for month, value in ((1, 41), (2, 42), (3, 41)):
        load(f"recycling,AAA,2024,2024,{value},2025-0{month}-01")

    assert [row[3:] for row in superseded()] == [
        (41, date(2025, 1, 1), date(2025, 2, 1)),
        (42, date(2025, 2, 1), date(2025, 3, 1)),
    ]
    assert held()[0][2] == 41


def test_without_a_date_it_is_superseded_on_the_day_of_the_import(recycling):
    load("recycling,AAA,2024,2024,41,2025-06-01")

    load("recycling,AAA,2024,2024,42", header="indicator,authority,year,period,value")

    assert superseded() == [("AAA", 2024, "2024", Decimal(41), date(2025, 6, 1), TODAY)]
    assert held() == [("AAA", "2024", Decimal(42), None)]


def test_the_files_own_date_stands_for_rows_that_have_none(recycling):
    figures, _ = load(
        "recycling,AAA,2024,2024,42,",
        "recycling,BBB,2024,2024,43,2025-12-24",
        published_on=date(2025, 12, 1),
    )

    assert figures.tally.added == 2
    assert [row[3] for row in held()] == [date(2025, 12, 1), date(2025, 12, 24)]


def test_an_older_publication_does_not_replace_a_newer_one(recycling):
    load("recycling,AAA,2024,2024,42,2025-11-20")

    _, wrong = load("recycling,AAA,2024,2024,41,2025-06-01", "recycling,BBB,2024,2024,40,2025-06-01")

    assert wrong == [
        "Line 2, column published_on: this figure was published on 1 June 2025, and the one that is held (42) later,"
        " on 20 November 2025: an older publication does not replace a newer one."
    ]
    assert held() == [("AAA", "2024", Decimal(42), date(2025, 11, 20))]
    assert superseded() == []


def test_an_older_publication_that_says_the_same_changes_nothing(recycling):
    load("recycling,AAA,2024,2024,42,2025-11-20")

    figures, wrong = load("recycling,AAA,2024,2024,42,2025-06-01")

    assert (wrong, figures.tally.unchanged) == ([], 1)
    assert held()[0][3] == date(2025, 11, 20)


def test_a_newer_publication_that_says_the_same_is_remembered(recycling):
    """So that nothing published in between takes its place."""
    load("recycling,AAA,2024,2024,42,2025-06-01")

    figures, _ = load("recycling,AAA,2024,2024,42,2025-11-20")

    assert figures.counts == {"added": 0, "changed": 1, "superseded": 0, "unchanged": 0}
    assert superseded() == []
    _, wrong = load("recycling,AAA,2024,2024,41,2025-09-01")
    assert len(wrong) == 1


def test_a_correction_on_the_day_of_publication_is_taken(recycling):
    load("recycling,AAA,2024,2024,42,2025-06-01")

    _, wrong = load("recycling,AAA,2024,2024,43,2025-06-01")

    assert wrong == []
    assert [row[3] for row in superseded()] == [42]


def test_how_a_period_is_written_may_change_without_superseding_the_figure(recycling):
    load("recycling,AAA,2024,2024,42,2025-06-01")

    figures, _ = load("recycling,AAA,2024,2024/25,42,2025-06-01")

    assert figures.tally.changed == 1
    assert superseded() == []
    load("recycling,AAA,2024,,42,2025-06-01")
    assert held()[0][1] == "2024/25"


def test_a_date_in_the_future_is_refused(recycling):
    _, wrong = load("recycling,AAA,2024,2024,42,2026-02-02")

    assert wrong == ["Line 2, column published_on: 2 February 2026 lies in the future."]
    assert held() == []


def test_looking_writes_nothing(recycling):
    load("recycling,AAA,2024,2024,41,2025-06-01")

    figures, _ = load(
        "recycling,AAA,2024,2024,42,2025-11-20", "recycling,BBB,2024,2024,9,2025-11-20", write=False
    )

    assert figures.counts == {"added": 1, "changed": 1, "superseded": 1, "unchanged": 0}
    assert held() == [("AAA", "2024", Decimal(41), date(2025, 6, 1))]
    assert superseded() == []


def test_revisions_are_kept_across_batches(recycling, monkeypatch):
    monkeypatch.setattr(loading_figures, "BATCH", 3)
    years = range(2000, 2020)
    load(*(f"recycling,AAA,{year},,1,2025-01-01" for year in years))

    figures, _ = load(*(f"recycling,AAA,{year},,{year % 2},2025-02-01" for year in years))

    assert figures.counts == {"added": 0, "changed": 20, "superseded": 10, "unchanged": 0}
    assert [row[1] for row in superseded()] == [year for year in years if not year % 2]


def test_an_own_measure_has_figures_of_its_own_council_alone(areas):
    make.IndicatorFactory(code="our-own", kind=Indicator.Kind.OWN, authority=areas[0])

    _, wrong = load("our-own,AAA,2024,,1,", "our-own,BBB,2024,,1,")

    assert wrong == ["Line 3, column authority: this indicator is the own measure of another authority."]


def test_the_products_own_tables_do_not_take_a_revision_back():
    call_command("load_authorities", stdout=StringIO())
    with clock.set_to(datetime(2026, 2, 1, 12, tzinfo=ZoneInfo("UTC"))):
        call_command("load_indicators", stdout=StringIO())
        first = IndicatorValue.objects.select_related("indicator", "authority").order_by("pk")[:2]
        for figure, published in zip(first, ("2026-01-15", ""), strict=True):
            load(f"{figure.indicator.code},{figure.authority.code},{figure.year},,1234,{published}")
        said = StringIO()

        call_command("load_indicators", stdout=said)

    assert said.getvalue().splitlines()[-1] == "Nothing has changed."
    assert IndicatorValue.objects.filter(value=1234).count() == 2
    assert SupersededValue.objects.count() == 2
