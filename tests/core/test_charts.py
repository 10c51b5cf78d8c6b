"""Pictures: what they say in words and figures, and that nothing typed gets out of them."""

from datetime import date
from xml.etree import ElementTree as ET

import pytest

from beacons.core import charts
from beacons.core.charts import Bar, Scale, Span, Step

SVG = "{http://www.w3.org/2000/svg}"
COHORT = [("Wigan", 14.2), ("Leeds", 12.0), ("Derby", 16.5), ("Torbay", 13.1)]


def drawn(chart):
    return ET.fromstring(chart.svg)


def spread(**more):
    return charts.spread(
        "Out of work, 2009", groups=[("Signed up", COHORT)], unit="%", better="lower",
        own=("Wigan", 14.2), reference=("England", 12.1), **more,
    )  # fmt: skip


OURS = [Step(2020, "2020/21", 8.0), Step(2022, "2022/23", 6.5), Step(2023, "2023/24", 5.0)]
THEIRS = [Step(2019, "2019/20", 7.0), Step(2022, "2022/23", 6.0)]
ALL = [
    spread(),
    charts.bars("Ranking", [Bar("One", 4, 3, 5), Bar("Two", 3, 2, 4, marked=True)], cut=1),
    charts.bars("Counts", [Bar("One", 4), Bar("Two", 3)]),
    charts.lines("Recycling", [("Wigan", [("2019", 41.0), ("2020", 43.5)]), ("England", [("2020", 42.3)])]),
    charts.trend("Out of work", ("Wigan", OURS), ("The middle of others", THEIRS), unit="%", better="lower"),
    charts.trend("One year", ("Wigan", OURS[:1]), unit="per 1,000 aged 15 to 17"),
    charts.timeline("Year", [Span("Scoring", date(2027, 1, 4), date(2027, 2, 1))], today=date(2027, 1, 9)),
]


@pytest.mark.parametrize("chart", ALL, ids=lambda chart: chart.title)
def test_every_picture_has_a_title_a_description_and_a_table_that_fits(chart):
    root = drawn(chart)
    names = root.get("aria-labelledby").split()

    assert root.get("role") == "img"
    assert [root.find(f"{SVG}title").get("id"), root.find(f"{SVG}desc").get("id")] == names
    assert root.find(f"{SVG}title").text == chart.title
    assert root.find(f"{SVG}desc").text == chart.description
    assert chart.rows
    assert {len(row) for row in chart.rows} == {len(chart.columns)}
    assert "style=" not in chart.svg


def test_a_spread_says_where_the_readers_own_council_stands():
    chart = spread()

    assert chart.description == (
        "Signed up: 4 councils from 12% to 16.5%. Wigan is at 14.2%. 2 of 4 in “Signed up” are lower."
        " England is at 12.1%. lower is better."
    )
    assert chart.rows == (
        ("Signed up", "4", "12%", "12.825%", "13.65%", "14.775%", "16.5%"),
        ("Wigan", "1", "14.2%", "14.2%", "14.2%", "14.2%", "14.2%"),
        ("England", "–", "–", "–", "12.1%", "–", "–"),
    )
    assert len(drawn(chart).findall(f"{SVG}circle")) == 4
    assert len(drawn(chart).findall(f"{SVG}polygon")) == 1


def test_a_spread_of_nobody_and_of_equals_can_be_drawn():
    empty = charts.spread("Nobody", groups=[("Signed up", [])])
    equals = charts.spread("Equals", groups=[("Signed up", [("A", 5.0), ("B", 5.0)])])

    assert len(drawn(empty).findall(f"{SVG}circle")) == 0
    assert len({dot.get("cy") for dot in drawn(equals).findall(f"{SVG}circle")}) == 2


def test_names_cannot_break_out_of_the_picture():
    chart = charts.bars("<b>&", [Bar("<script>1</script>", 1), Bar('"><img>', 2)])

    assert drawn(chart).find(f"{SVG}title").text == "<b>&"
    assert "<script>" not in chart.svg
    assert "<img>" not in chart.svg


def test_a_ranking_shows_where_the_pot_ends_and_keeps_intervals_in_the_table():
    chart = charts.bars("Ranking", [Bar("One", 4.25, 4, 4.5), Bar("Two", 3, 2, 4)], cut=1, value_name="Mean")

    assert chart.columns == ("Name", "Mean", "From", "To")
    assert chart.rows == (("One", "4.25", "4", "4.5"), ("Two", "3", "2", "4"))
    assert chart.description == "2 values, from 3 (Two) to 4.25 (One). The pot reaches to here: after One."
    assert ("dash", "The pot reaches to here") in chart.key


def test_a_ranking_all_within_the_pot_has_no_line():
    chart = charts.bars("Ranking", [Bar("One", 4, 3, 5)], cut=1)

    assert "dash" not in dict(chart.key)


def test_bars_start_at_nought():
    chart = charts.bars("Counts", [Bar("One", 40), Bar("Two", 20)])
    one, two = (float(box.get("width")) for box in drawn(chart).findall(f"{SVG}rect"))

    assert one == pytest.approx(two * 2, abs=0.2)


def test_lines_leave_a_gap_in_the_table_where_a_year_is_missing():
    chart = charts.lines(
        "Recycling", [("Wigan", [("2019", 41.0), ("2020", 43.5)]), ("England", [("2020", 42.3)])], unit="%"
    )

    assert chart.columns == ("Period", "Wigan", "England")
    assert chart.rows == (("2019", "41%", "–"), ("2020", "43.5%", "42.3%"))


def test_a_trend_says_where_both_began_and_where_they_are():
    chart = charts.trend(
        "Out of work", ("Wigan", OURS), ("Middle of others", THEIRS), unit="%", better="lower"
    )

    assert chart.description == (
        "Wigan: 8% in 2020/21, 5% in 2023/24. Middle of others: 7% in 2019/20, 6% in 2022/23. Lower is better. The axis begins at 5%, not at 0."
    )
    assert chart.columns == ("Period", "Wigan", "Middle of others")
    assert chart.rows == (
        ("2019/20", "–", "7%"), ("2020/21", "8%", "–"), ("2022/23", "6.5%", "6%"), ("2023/24", "5%", "–"),
    )  # fmt: skip
    assert chart.key == (("line", "Wigan"), ("dash", "Middle of others"))


def test_years_without_a_figure_leave_room_in_a_trend():
    dots = drawn(charts.trend("Out of work", ("Wigan", OURS))).findall(f"{SVG}circle")
    diamond = drawn(charts.trend("Out of work", ("Wigan", OURS))).find(f"{SVG}polygon").get("points").split()
    first, second = (float(dot.get("cx")) for dot in dots)
    newest = float(diamond[0].split(",")[0])

    assert (second - first) == pytest.approx(2 * (newest - second), abs=0.3)


def test_a_long_unit_is_written_once_and_long_periods_do_not_touch():
    months = [Step(number, f"September {2010 + number}", number) for number in range(12)]
    words = [
        text.text
        for text in drawn(charts.trend("T", ("Wigan", months), unit="per 1,000 homes")).iter(f"{SVG}text")
    ]

    assert words.count("per 1,000 homes") == 1
    assert 2 <= sum("September" in word for word in words) <= 4
    assert "September 2021" in words


def test_pictures_whose_long_titles_begin_alike_have_ids_of_their_own():
    begins = "Young people of sixteen and seventeen who are not in education or work, "

    assert charts.identifier(f"{begins}Wigan") != charts.identifier(f"{begins}Leeds")
    assert charts.identifier("Recycling") == "chart-recycling"


STAGES = [
    Span("Check", date(2027, 1, 4), date(2027, 1, 11)),
    Span("Scoring", date(2027, 1, 11), date(2027, 2, 1)),
    Span("Shortlist", date(2027, 2, 1), date(2027, 2, 8)),
]


@pytest.mark.parametrize(
    ("today", "current", "states"),
    [
        (date(2027, 1, 20), "", ["done", "now", "to come"]),
        (date(2027, 2, 1), "Scoring", ["done", "now", "to come"]),  # before noon
        (date(2027, 2, 1), "Shortlist", ["done", "done", "now"]),  # after noon
        (date(2027, 3, 1), "", ["done", "done", "done"]),
        (date(2026, 12, 1), "", ["to come", "to come", "to come"]),
    ],
)
def test_a_timeline_says_what_is_done_and_what_runs(today, current, states):
    chart = charts.timeline("Year", STAGES, today=today, current=current)

    assert [row[3] for row in chart.rows] == states


def test_a_timeline_in_words_names_the_stage_and_the_day():
    chart = charts.timeline("Year", STAGES, today=date(2027, 1, 20), limit=date(2028, 1, 3))

    assert chart.description == (
        "3 stages from 4 January 2027 to 8 February 2027. Now: Scoring, until 1 February 2027. Today is day 17."
    )
    assert ("limit", "the year's limit, 3 January 2028") in chart.key


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0, 41], [0, 10, 20, 30, 40, 50]),
        ([3.25, 4.9], [3, 3.5, 4, 4.5, 5]),
        ([-2, 9], [-2.5, 0, 2.5, 5, 7.5, 10]),
        ([7, 7], [6, 6.5, 7, 7.5, 8]),
    ],
)
def test_a_scale_ends_at_round_figures(values, ticks):
    assert Scale.over(values, left=0, right=100).ticks() == pytest.approx(ticks)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (12.5, "%", "12.5%"),
        (1200, "£", "£1,200"),
        (-5, "£", "-£5"),
        (3.4, "days", "3.4 days"),
        (None, "%", "–"),
    ],
)
def test_figures_carry_their_unit(value, unit, words):
    assert charts.figure(value, unit) == words


def test_intervals_say_in_words_which_cross_the_line_and_leave_out_a_line_far_away():
    rows = [
        charts.Interval("B-1 Wigan", 1.4, low=1, high=2, side="Above the line"),
        charts.Interval("B-2 <Leeds>", 2.9, low=2, high=4, side="Too close to call", crosses=True),
    ]

    near = charts.intervals("Ranks", rows, line=2.5, line_words="the funding line")
    far = charts.intervals("Ranks", rows, line=500, line_words="the funding line")

    assert "the funding line: 2.5. 1 crosses the line: B-2 <Leeds>." in near.description
    assert near.rows[1] == ("B-2 <Leeds>", "2.9", "2", "4", "Too close to call")
    assert [mark for mark, _ in near.key] == ["dot", "range", "diamond", "dash"]
    assert [mark for mark, _ in far.key] == ["dot", "range", "diamond"]
    assert "the funding line: 500" in far.description
    assert "<Leeds>" not in near.svg
