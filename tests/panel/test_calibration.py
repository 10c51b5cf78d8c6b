"""Calibrated scores and expected ranks against published answers, and what is said where scores cannot tell."""

import csv
from random import Random

import pytest

from panel.calibration import Calibration, CannotCompare, Prior, Score
from tests.shared import reference, shared


def penicillin():
    rows = csv.DictReader(shared("reference", "penicillin.csv").read_text().splitlines())
    return [Score(row["plate"], row["sample"], float(row["diameter"])) for row in rows]


def panel_one():
    rows = csv.DictReader(shared("reference", "erforresearch_panel1.csv").read_text().splitlines())
    return [Score(int(row["application"][1:]), row["reviewer"], float(row["score"])) for row in rows]


def as_published():
    """The published model: applications up to 2 apart, readers half a grade."""
    return Calibration(panel_one(), prior=Prior(most=2, severity=0.5))


def by_chance(applications=30, readers=8, each=4, severity=8.0, seed=1):
    """Scores of 0 to 100 with known severities; returns them with the applications' true worth."""
    chance = Random(seed)
    harder = [chance.gauss(0, severity) for _ in range(readers)]
    worth = [chance.gauss(60, 10) for _ in range(applications)]
    scores = [
        Score(i, j, worth[i] - harder[j] + chance.gauss(0, 6))
        for i in range(applications)
        for j in chance.sample(range(readers), each)
    ]
    return scores, worth, harder


def test_the_variances_are_those_that_lme4_publishes():
    published = reference("penicillin_expected.json")["published_lme4"]

    found = Calibration(penicillin()).variances

    assert found.criterion == pytest.approx(published["REML_criterion"], abs=0.001)
    assert found.application**0.5 == pytest.approx(published["sd_plate"], abs=0.001)
    assert found.reader**0.5 == pytest.approx(published["sd_sample"], abs=0.001)
    assert found.rest**0.5 == pytest.approx(published["sd_resid"], abs=0.001)
    assert found.mean == pytest.approx(published["mean"], abs=0.005)
    assert found.mean_error == pytest.approx(0.8086, abs=0.001)


def test_severities_and_calibrated_scores_are_those_effects():
    expected = reference("penicillin_expected.json")["expected_reml"]

    found = Calibration(penicillin())

    severities = {severity.reader: severity.points for severity in found.severities}
    assert severities == {
        reader: pytest.approx(-effect, abs=0.005) for reader, effect in expected["sample_effects"].items()
    }
    calibrated = {row.application: row.calibrated - found.variances.mean for row in found.standings}
    assert calibrated == {
        plate: pytest.approx(effect, abs=0.005) for plate, effect in expected["plate_effects"].items()
    }


def test_expected_ranks_are_those_published_and_reckoned_without_random_numbers():
    expected = reference("erforresearch_panel1_expected.json")

    rows = {row.application: row for row in as_published().standings}

    ranks = [rows[number].expected_rank for number in range(1, 16)]
    assert ranks == pytest.approx(expected["expected_deterministic"]["expected_rank"], abs=0.01)
    assert ranks == pytest.approx(expected["published"]["expected_rank"], abs=0.1)
    assert [(15 - rank) / 14 for rank in ranks] == pytest.approx(expected["published"]["sucra"], abs=0.02)
    assert sum(ranks) == pytest.approx(120, abs=1e-9)
    for equals in ((2, 3, 4), (7, 8), (13, 14)):
        assert [ranks[number - 1] for number in equals] == pytest.approx(
            [ranks[equals[0] - 1]] * len(equals), abs=1e-9
        )
    deviations = [rows[number].deviation for number in range(1, 16)]
    assert deviations == pytest.approx(expected["expected_deterministic"]["posterior_sd"], abs=0.01)


def test_the_zone_of_indifference_is_the_published_one():
    published = reference("erforresearch_panel1_expected.json")["published_funding_line"]
    panel = as_published()

    line = panel.line(published["fundable"])

    assert (list(line.above), list(line.zone), list(line.below)) == (
        published["fund"],
        published["zone"],
        published["reject"],
    )
    intervals = {str(row.application): [row.best, row.worst] for row in panel.standings}
    assert intervals == published["rank_ci50"]


def test_the_chance_of_being_among_the_first_is_the_published_one():
    published = reference("erforresearch_panel1_expected.json")["published_funding_line"]

    found = as_published().chances(published["fundable"])

    assert [found[number] for number in range(1, 16)] == pytest.approx(
        published["p_in_top5"], abs=published["p_tolerance"]
    )


def test_a_hard_reader_does_not_hold_an_application_down():
    scores, worth, harder = by_chance()

    panel = Calibration(scores)

    calibrated = {row.application: row.calibrated for row in panel.standings}
    raw = {row.application: row.raw for row in panel.standings}

    def error(found):
        return sum((found[number] - worth[number]) ** 2 for number in found)

    assert error(calibrated) < error(raw) * 0.7
    found = {severity.reader: severity.points for severity in panel.severities}
    middle = sum(harder) / len(harder)
    assert [found[reader] for reader in range(8)] == pytest.approx(
        [points - middle for points in harder], abs=3.5
    )


def test_the_same_scores_in_another_order_say_the_same():
    scores, _, _ = by_chance()
    turned = list(reversed(scores))

    assert Calibration(scores).standings == Calibration(turned).standings


def test_a_panel_that_read_everything_is_never_reordered():
    panel = Calibration(panel_one())

    by_raw = sorted(panel.standings, key=lambda row: (-row.raw, row.application))

    assert panel.is_complete
    assert [row.application for row in panel.standings] == [row.application for row in by_raw]


def test_readers_who_mark_alike_are_found_to_differ_in_nothing():
    scores = [Score(i, j, 40 + 5 * i + (1 if (i + j) % 2 else -1)) for i in range(6) for j in range(4)]

    panel = Calibration(scores)

    assert not panel.variances.finds_severity
    assert {severity.points for severity in panel.severities} == {0.0}


def test_two_parts_of_a_panel_that_share_no_reader_are_named():
    scores = [Score(i, j, 50 + i + j) for i in range(3) for j in range(2)]
    scores += [Score(i, j, 50 + i + j) for i in range(3, 5) for j in range(2, 4)]

    panel = Calibration(scores)

    assert not panel.is_connected
    assert panel.groups == [(0, 1, 2), (3, 4)]
    assert Calibration([*scores, Score(4, 0, 55)]).is_connected


def test_a_reader_of_two_applications_is_shown_no_severity():
    scores = [Score(i, f"m{j}", 50 + 7 * i + 3 * j + (i * j) % 3) for i in range(5) for j in range(3)]

    panel = Calibration([*scores, Score(0, "new", 60), Score(1, "new", 61)])

    assert {severity.reader for severity in panel.severities if severity.points is None} == {"new"}


@pytest.mark.parametrize(
    ("scores", "why"),
    [
        ([], "At least two applications and two readers"),
        ([Score(1, "a", 5), Score(1, "b", 4)], "At least two applications and two readers"),
        ([Score(1, "a", 5), Score(2, "b", 4)], "nobody read what another read"),
        ([Score(i, j, 5) for i in range(3) for j in range(3)], "All scores are the same"),
    ],
)
def test_what_cannot_be_compared_is_said_in_words(scores, why):
    with pytest.raises(CannotCompare, match=why):
        Calibration(scores)


def test_scores_without_any_rest_are_compared_all_the_same():
    panel = Calibration([Score(i, j, 50 + 5 * i + 2 * j) for i in range(6) for j in range(4)])

    assert [row.application for row in panel.standings] == [5, 4, 3, 2, 1, 0]
    assert [(row.best, row.worst) for row in panel.standings] == [(rank, rank) for rank in range(1, 7)]


def test_a_line_above_all_or_below_all_leaves_no_zone():
    panel = as_published()

    assert panel.line(0).below == tuple(row.application for row in panel.standings)
    assert panel.line(15).above == tuple(row.application for row in panel.standings)
    assert (panel.line(0).zone, panel.line(20).zone) == ((), ())


def test_very_many_applications_are_ranked_as_few_are_without_their_whole_covariance(monkeypatch):
    scores, _, _ = by_chance(applications=60, readers=12)
    whole = {row.application: row for row in Calibration(scores).standings}
    monkeypatch.setattr("panel.calibration.VERY_MANY", 50)
    monkeypatch.setattr("panel.calibration.BLOCK", 25)

    by_block = Calibration(scores).standings

    for row in by_block:
        same = whole[row.application]
        assert row.expected_rank == pytest.approx(same.expected_rank, abs=1e-9)
        assert row.deviation == pytest.approx(same.deviation, abs=1e-9)
        assert abs(row.best - same.best) <= 3
        assert abs(row.worst - same.worst) <= 3
