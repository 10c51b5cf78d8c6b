"""Who is strong and who struggles, how far a target is, and when a cohort is to be warned of. Plain arithmetic."""

from decimal import Decimal
from random import Random

import pytest

from outcomes import indicators
from outcomes.standing import Progress, Standing, progress_of, quartiles, standings, warnings, year_compared

# Eight councils whose newest figures are 1 to 8; the better half of a high one.
NEWEST = {name: float(number) for number, name in enumerate("abcdefgh", start=1)}


def histories(before=None):
    """(year, figure) pairs: where they stood five years before, and the newest."""
    return {
        name: ([(2019, before[name])] if before and name in before else []) + [(2024, value)]
        for name, value in NEWEST.items()
    }


# Quarters


@pytest.mark.parametrize("polarity", ["high", "low"])
@pytest.mark.parametrize("count", [4, 5, 7, 8, 150])
def test_all_quarters_at_once_are_those_of_each(polarity, count):
    chance = Random(count)
    values = {number: chance.choice([1.0, 2.0, 2.5, 3.0, 9.0]) for number in range(count)}

    found = quartiles(values, polarity)

    assert found == {
        key: indicators.quartile(value, list(values.values()), polarity) for key, value in values.items()
    }


@pytest.mark.parametrize(("values", "polarity"), [({1: 1, 2: 2, 3: 3}, "high"), (NEWEST, "")])
def test_fewer_than_four_or_no_polarity_make_no_quarters(values, polarity):
    assert quartiles(values, polarity) == {}


# Strong and struggling


def test_the_first_figures_of_a_new_year_do_not_take_the_place_of_the_year_before():
    begun = histories() | {"a": [(2019, 0.5), (2025, 1.0)]}
    half = {name: [(2025 if name in "abcd" else 2024, value)] for name, value in NEWEST.items()}

    assert (year_compared(begun), year_compared(half), year_compared({})) == (2024, 2025, None)
    assert set(standings(begun, "high")) == set("bcdefgh")
    assert set(standings(half, "high")) == set("abcd")


def test_strong_is_the_best_quarter_and_improving():
    found = standings(histories({"g": 6.0, "h": 9.0}), "high")

    assert [key for key, standing in found.items() if standing.is_strong] == ["g"]
    assert found["h"].why == "best quarter, getting worse"
    assert found["g"].why == "best quarter, improving"
    assert (found["g"].label, found["h"].label) == ("Strong", "")


def test_without_an_earlier_figure_nobody_is_called_improving():
    assert not any(standing.is_strong for standing in standings(histories(), "high").values())


@pytest.mark.parametrize(("polarity", "weakest"), [("high", {"a", "b"}), ("low", {"g", "h"})])
def test_the_weakest_quarter_struggles_whatever_its_way(polarity, weakest):
    found = standings(histories(dict.fromkeys(NEWEST, 4.5)), polarity)

    assert {key for key, standing in found.items() if standing.is_struggling} == weakest
    assert {found[key].label for key in weakest} == {"Struggling"}


def test_a_red_flag_makes_a_strong_council_struggle_and_a_green_one_a_middling_one_help():
    found = standings(histories({"h": 1.0}), "high", red={"h"}, green={"d", "a", "z"})

    assert (found["h"].label, found["h"].may_help) == ("Struggling", False)
    assert found["h"].why == "best quarter, improving, red flag"
    assert (found["d"].label, found["d"].may_help) == ("May help", True)
    # A green flag does not outweigh a figure in the weakest quarter.
    assert (found["a"].label, found["a"].may_help) == ("Struggling", False)
    # A flag speaks where there is no figure.
    assert found["z"] == Standing(green=True)
    assert found["z"].label == "May help"


def test_only_figures_of_the_newest_year_are_compared():
    old = histories() | {"old": [(2010, 99.0), (2023, 100.0)]}

    found = standings(old, "high")

    assert "old" not in found
    assert found["h"].quartile == 1


def test_without_a_polarity_flags_alone_speak():
    found = standings(histories({"h": 1.0}), "", red={"b"})

    assert found == {"b": Standing(red=True)}


def test_nobody_stands_anywhere_without_figures_and_flags():
    assert standings({}, "high") == {}
    assert Standing().label == Standing().why == ""


# Progress


@pytest.mark.parametrize(
    ("baseline", "target", "latest", "polarity", "words", "share", "met"),
    [
        (6, 4, (2024, 5.0), "low", "50% of the way", "50%", False),
        (6, 4, (2024, 4.0), "low", "Target met", "100%", True),
        (6, 4, (2024, 3.0), "low", "Target met", "150%", True),
        (6, 4, (2024, 6.0), "low", "Where it started", "0%", False),
        (6, 4, (2024, 7.0), "low", "Further away than at the start", "-50%", False),
        (30, 40, (2024, 39.99), "high", "99% of the way", "100%", False),
        (None, 4, (2024, 5.0), "low", "Not met yet", "", False),
        (None, 4, (2024, 4.0), "low", "Target met", "", True),
        # To keep a figure is a target too.
        (4, 4, (2024, 4.0), "low", "Target met", "", True),
        (4, 4, (2024, 5.0), "low", "Not met yet", "", False),
        # Without a polarity the target says which way is good.
        (6, 4, (2024, 5.0), "", "50% of the way", "50%", False),
        (4, 6, (2024, 7.0), "", "Target met", "150%", True),
        (6, 4, None, "low", "No newer figure yet", "", None),
        (6, 4, (2023, 5.0), "low", "No newer figure yet", "", None),
        (6, None, (2024, 5.0), "low", "No newer figure yet", "", None),
    ],
)
def test_progress_in_per_cent_and_words(baseline, target, latest, polarity, words, share, met):
    found = progress_of(baseline, 2023, target, 2030, latest, polarity)

    assert (found.words, found.per_cent, found.met) == (words, share, met)


@pytest.mark.parametrize(
    ("year", "words"), [(2025, "50% of the way"), (2026, "50% of the way, target missed")]
)
def test_a_target_is_missed_once_its_year_has_a_figure(year, words):
    assert progress_of(6, 2023, 4, 2026, (year, 5.0), "low").words == words


def test_figures_of_the_database_and_floats_go_together():
    found = progress_of(Decimal("6.0000"), 2023, Decimal("4.0000"), 2026, (2024, 4.5), "low")

    assert found == Progress(0.75, False, False)


# Cohorts


@pytest.mark.parametrize(
    ("areas", "said"),
    [
        (0, "Fewer than five"),
        (4, "Fewer than five"),
        (5, None),
        (100, None),
        (101, "More than a hundred"),
        (115, "More than a hundred"),
    ],
)
def test_a_cohort_under_five_or_over_a_hundred_is_warned_of(areas, said):
    told = warnings(areas)

    assert [words[: len(said or "")] for words in told] == ([said] if said else [])
