"""Agreement of readers against published answers."""

import pytest

from panel.agreement import alpha, in_a_word, intraclass
from panel.calibration import Calibration, Score
from tests.shared import reference

NAMES = {
    "one_way": "ICC_1_1",
    "random": "ICC_2_1",
    "fixed": "ICC_3_1",
    "one_way_mean": "ICC_1_k",
    "random_mean": "ICC_2_k",
    "fixed_mean": "ICC_3_k",
}


def test_the_six_correlations_are_those_of_shrout_and_fleiss():
    table = reference("shrout_fleiss_1979.json")

    found = intraclass(table["ratings"])._asdict()

    assert found == {
        name: pytest.approx(table["expected"][published], abs=table["tolerance"])
        for name, published in NAMES.items()
    }


def test_variance_components_give_the_same_on_a_complete_table():
    table = reference("shrout_fleiss_1979.json")
    scores = [Score(i, j, mark) for i, row in enumerate(table["ratings"]) for j, mark in enumerate(row)]

    found = Calibration(scores).variances

    assert found.single == pytest.approx(table["expected"]["ICC_2_1"], abs=1e-4)
    assert found.mean_of(4) == pytest.approx(table["expected"]["ICC_2_k"], abs=1e-4)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_is_that_of_krippendorff_with_gaps(level):
    table = reference("krippendorff_alpha.json")

    assert alpha(table["ratings"], level) == pytest.approx(table["expected"][level], abs=table["tolerance"])


def test_readers_of_one_mind_agree_wholly():
    assert alpha([[1, 2, 3, None], [1, 2, 3, 4], [1, 2, None, 4]]) == 1


@pytest.mark.parametrize("table", [[], [[1, 2, 3]], [[3, 3], [3, 3]], [[1, None], [None, 2]]])
def test_where_nothing_can_be_said_nothing_is(table):
    assert alpha(table) is None


@pytest.mark.parametrize("table", [[[1, 2]], [[1], [2]], [[1, float("nan")], [2, 3]]])
def test_a_table_with_gaps_has_no_intraclass_correlation(table):
    with pytest.raises(ValueError, match="complete table"):
        intraclass(table)


@pytest.mark.parametrize(
    ("agreement", "word"), [(1, "close"), (0.8, "close"), (0.79, "fair"), (0.5, "loose"), (-0.2, "little")]
)
def test_agreement_has_a_word(agreement, word):
    assert in_a_word(agreement) == word
