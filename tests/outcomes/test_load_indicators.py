"""`load_indicators`: the real tables, repeats, what staff entered, and files in which something is wrong."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from outcomes import loading_figures
from outcomes.models import HeadlineMeasure, Indicator, IndicatorValue, Outcome
from tests.factories import AuthorityFactory, IndicatorFactory, IndicatorValueFactory

pytestmark = pytest.mark.django_db

NATIONAL = "code,title,title_note,title_source,theme,in_final_set"
MEASURES = "code,title,unit,polarity,theme,stands_for,nearness,source,licence"
CHOICES = "indicator,areas,of_areas,precision,source"
OUTCOMES = "slug,title,description,national_indicator,measure"
HEADLINES = "kind,position,indicator"
VALUES = "indicator,authority,year,period,value"


def load(**files):
    said = StringIO()
    call_command("load_indicators", stdout=said, **files)
    return said.getvalue().splitlines()


@pytest.fixture
def file(tmp_path):
    def written(header, *lines, name="facts.csv"):
        path = tmp_path / name
        path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
        return path

    return written


@pytest.fixture
def refused(tmp_path):
    """The sentences with which a load is refused, without the folder."""

    def told(**files):
        with pytest.raises(CommandError) as refusal:
            load(**files)
        return str(refusal.value).replace(f"{tmp_path}/", "").splitlines()

    return told


@pytest.fixture
def areas():
    return [
        AuthorityFactory(code=code, gss_code=gss)
        for code, gss in [("AAA", "E06000901"), ("BBB", "E06000902")]
    ]


@pytest.fixture
def recycling():
    return IndicatorFactory(code="recycling", kind=Indicator.Kind.PRESENT)


def figures():
    return list(
        IndicatorValue.objects.order_by("indicator__code", "authority__code", "year").values_list(
            "indicator__code", "authority__code", "year", "period", "value"
        )
    )


def test_the_products_own_tables_load_whole_and_a_second_run_changes_nothing():
    call_command("load_authorities", stdout=StringIO())

    first, second = load(), load()

    assert first == [
        "national indicators: 199 added, 0 changed, 0 as they were",
        "measures: 39 added, 0 changed, 0 as they were",
        "choices of 2008: 0 added, 20 changed, 0 as they were",
        "outcomes: 16 added, 0 changed, 0 as they were",
        "headline measures: 48 added, 0 changed, 0 as they were",
        "figures: 42600 added, 0 changed, 0 as they were",
    ]
    assert second == [
        "national indicators: 0 added, 0 changed, 199 as they were",
        "measures: 0 added, 0 changed, 39 as they were",
        "choices of 2008: 0 added, 0 changed, 20 as they were",
        "outcomes: 0 added, 0 changed, 16 as they were",
        "headline measures: 0 added, 0 changed, 48 as they were",
        "figures: 0 added, 0 changed, 42600 as they were",
        "Nothing has changed.",
    ]
    neet = Indicator.objects.get(code="neet-16-17")
    assert (neet.polarity, neet.stands_for.code, neet.stands_for.laa_choices) == ("low", "NI 117", 115)
    assert Indicator.objects.get(code="NI 112").laa_choices_source == "publicnet.co.uk, 1 July 2008; at least"
    assert Indicator.objects.get(code="NI 31").description == "Dropped before the set came into force."
    assert Indicator.objects.filter(kind="national", title="").count() == 126
    assert Outcome.objects.get(slug="less-waste").measure.code == "recycling"


def test_indicators_before_authorities_say_what_to_do_first():
    with pytest.raises(CommandError, match="run load_authorities first"):
        load()


def test_what_staff_entered_outlives_a_repeat(areas, file):
    national = file(NATIONAL, "NI 2,,,,Stronger communities,true", name="national.csv")
    outcomes = file(OUTCOMES, "less-waste,Less waste,,NI 2,", name="outcomes.csv")
    load(national=national, outcomes=outcomes)
    Indicator.objects.filter(code="NI 2").update(title="Found in an archive", title_source="A handbook")
    Outcome.objects.update(title="Less waste, more worth")

    said = load(national=national, outcomes=outcomes)

    assert said[-1] == "Nothing has changed."
    assert Indicator.objects.get(code="NI 2").title == "Found in an archive"
    assert Outcome.objects.get().title == "Less waste, more worth"


def test_a_kind_whose_headlines_staff_chose_keeps_them(areas, recycling, file):
    HeadlineMeasure.objects.create(kind="unitary", indicator=recycling, position=1)
    IndicatorFactory(code="employment")
    headlines = file(HEADLINES, "unitary,1,employment", "county,1,employment", "county,2,recycling")

    said = load(headlines=headlines)

    assert said == ["headline measures: 2 added, 0 changed, 1 as they were"]
    assert list(HeadlineMeasure.objects.values_list("kind", "position", "indicator__code")) == [
        ("county", 1, "employment"),
        ("county", 2, "recycling"),
        ("unitary", 1, "recycling"),
    ]


def test_a_headline_of_no_kind_or_no_indicator_is_refused(areas, recycling, file, refused):
    headlines = file(HEADLINES, "parish,1,recycling", "county,1,nothing", "county,0,recycling")

    assert refused(headlines=headlines)[0] == "Nothing was loaded. 3 problems:"
    assert not HeadlineMeasure.objects.exists()


def test_a_title_that_is_not_quite_the_printed_one_says_so(areas, file):
    load(national=file(NATIONAL, "NI 199,Play,a description,an archived page,,true"))

    assert Indicator.objects.get().title_source == "an archived page; a description"


def test_any_file_of_figures_can_be_loaded_by_code_or_gss_code(areas, recycling, file):
    path = file(VALUES, "recycling,AAA,2023,2023/24,41.5", "recycling,E06000902,2023,,39")

    assert load(values=path) == ["figures: 2 added, 0 changed, 0 as they were"]
    assert figures() == [
        ("recycling", "AAA", 2023, "2023/24", Decimal("41.5")),
        ("recycling", "BBB", 2023, "2023", Decimal(39)),
    ]


def test_figures_are_added_changed_and_kept_by_their_key(areas, recycling, file):
    IndicatorValueFactory(indicator=recycling, authority=areas[0], year=2022, period="2022", value=40)
    IndicatorValueFactory(indicator=recycling, authority=areas[0], year=2023, period="2023", value=41)
    IndicatorValueFactory(indicator=recycling, authority=areas[1], year=2022, period="2022", value=30)
    path = file(
        VALUES, "recycling,AAA,2022,2022,40.0", "recycling,AAA,2023,2023,42.25", "recycling,BBB,2023,2023,31"
    )

    assert load(values=path) == ["figures: 1 added, 1 changed, 1 as they were"]
    assert [figure[-1] for figure in figures()] == [40, Decimal("42.25"), 30, 31]


def test_a_long_file_is_read_in_batches_that_agree_with_one_another(areas, recycling, file, monkeypatch):
    monkeypatch.setattr(loading_figures, "BATCH", 3)
    lines = [
        f"recycling,{code},{year},{year},{year}.5" for year in range(2000, 2020) for code in ("AAA", "BBB")
    ]
    path = file(VALUES, *lines)

    assert load(values=path) == ["figures: 40 added, 0 changed, 0 as they were"]
    assert load(values=path) == ["figures: 0 added, 0 changed, 40 as they were", "Nothing has changed."]


def test_a_bad_figure_in_the_last_batch_takes_back_the_first(areas, recycling, file, refused, monkeypatch):
    monkeypatch.setattr(loading_figures, "BATCH", 3)
    lines = [f"recycling,AAA,{year},{year},1" for year in range(2000, 2020)]
    path = file(VALUES, *lines, "recycling,AAA,2020,2020,many")

    assert refused(values=path) == [
        "Nothing was loaded. One problem:",
        "facts.csv, line 22, column value: 'many' is not a number",
    ]
    assert figures() == []


def test_every_bad_figure_is_told(areas, recycling, file, refused):
    path = file(
        VALUES,
        "recycling,AAA,2023,2023,41.5",
        "recycling,AAA,2023,2023/24,42",
        "waste,CCC,twenty,2023,1.00001",
        "recycling,AAA,2024,2024,",
        "recycling,E06000901,2023,2023,9",
    )

    assert refused(values=path) == [
        "Nothing was loaded. 7 problems:",
        "facts.csv, line 3, column year: a figure of 2023 for this authority stands above already",
        "facts.csv, line 4, column indicator: no indicator is known as 'waste'",
        "facts.csv, line 4, column authority: no authority is known as 'CCC'",
        "facts.csv, line 4, column year: 'twenty' is not a whole number",
        "facts.csv, line 4, column value: 1.00001 has more than 4 decimal places",
        "facts.csv, line 5, column value: is blank",
        "facts.csv, line 6, column year: a figure of 2023 for this authority stands above already",
    ]
    assert figures() == []


def test_fifty_problems_are_shown_and_the_rest_counted(areas, recycling, file, refused):
    told = refused(values=file(VALUES, *["recycling,AAA,x,,1"] * 60))

    assert told[0] == "Nothing was loaded. 60 problems:"
    assert len(told) == 52
    assert told[-1] == "... and 10 more"


def test_bad_rows_of_all_files_are_told_together_and_nothing_of_any_is_loaded(areas, file, refused):
    told = refused(
        national=file(NATIONAL, "NI 1,A title,,,,true", "NI 2,,,,,perhaps", name="national.csv"),
        measures=file(
            MEASURES,
            "recycling,Recycling,%,up,,NI 192,similar,Defra,OGL",
            "emissions,Emissions,tonnes,low,,NI 1,,DESNZ,OGL",
            "NI 1,Twice,%,low,,,,Defra,OGL",
            name="measures.csv",
        ),
        choices=file(CHOICES, "NI 1,151,150,exact,a paper", "NI 9,1,150,about,a paper", name="choices.csv"),
        outcomes=file(OUTCOMES, "less-waste,,,NI 1,nothing", name="outcomes.csv"),
        values=file(VALUES, "recycling,AAA,2023,,ten", "emissions,AAA,2023,,10", name="values.csv"),
    )

    assert told == [
        "Nothing was loaded. 12 problems:",
        "national.csv, line 3, column in_final_set: 'perhaps' is neither true nor false",
        "national.csv, line 2, column title_source: is blank: a title says where it comes from",
        "measures.csv, line 2, column polarity: 'up' is not one of high, low",
        "measures.csv, line 2, column stands_for: no indicator is known as 'NI 192'",
        "measures.csv, line 4, column code: NI 1 is already a national indicator (2008 to 2011)",
        "measures.csv, line 3, column nearness: goes together with stands_for: fill both or neither",
        "choices.csv, line 3, column indicator: no indicator is known as 'NI 9'",
        "choices.csv, line 3, column precision: 'about' is not one of exact, at least",
        "choices.csv, line 2, column areas: 151 cannot have chosen out of 150",
        "outcomes.csv, line 2, column title: is blank",
        "outcomes.csv, line 2, column measure: no indicator is known as 'nothing'",
        "values.csv, line 2, column value: 'ten' is not a number",
    ]
    assert (Indicator.objects.count(), Outcome.objects.count(), figures()) == (0, 0, [])
