"""The fair ranking through the whole way: what is stored, for whom, when it is out of date, and what the page says."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from beacons.core import guards
from beacons.rounds.models import Criterion
from panel.actions import moderation, papers
from panel.actions import ranking as actions
from panel.models import Case, Ranking, RankingRow
from panel.reckoning import Scope
from panel.sweeps import rankings as sweeps
from panel.tasks import sweep_rankings
from tests import factories as make
from tests.panel.judged import Judged, judged, left_out
from tests.panel.panels import a_panel, queries
from tests.panel.test_calibration import panel_one
from tests.shared import reference

pytestmark = pytest.mark.django_db


def url(house, **query):
    return reverse("ranking_list", args=[house.round.slug], query=query)


def words(client, house, **query):
    return " ".join(client.get(url(house, **query)).content.decode().split())


def read_by(marks, **fields):
    """A round with open marks: a row of readers' marks for each bid, None where one did not read it."""
    width = max(map(len, marks))
    panel = a_panel(len(marks), clg=(width + 1) // 2, lga=width // 2, **fields)
    for bid, row in zip(panel.bids, marks, strict=True):
        case = make.CaseFactory(application=bid, status="scored")
        for reader, mark in zip(panel.members, row, strict=False):
            if mark is not None:
                make.marked(case, reader, mark)
    return Judged(panel, make.signatory("clg"), make.signatory("lga"))


def test_the_published_panel_is_parted_on_the_page_as_it_was_published(visit):
    expected = reference("erforresearch_panel1_expected.json")
    scores = panel_one()
    readers = sorted({score.reader for score in scores})
    given = {(score.application, score.reader): int(score.score) - 1 for score in scores}
    house = read_by([[given[n, reader] for reader in readers] for n in range(1, 16)], pot=500_000)
    Criterion.objects.update(least=0)

    page = visit(house.members[0].user, at=house.closes_at).get(url(house, order="fair"))

    rows = [row for row, _ in page.context["rows"]]
    numbers = {house.case(n).pk: n + 1 for n in range(15)}
    sides = {
        zone: {numbers[row.case_id] for row in rows if row.zone == zone} for zone in RankingRow.Zone.values
    }
    published = expected["published_funding_line"]
    assert sides == {
        "above": set(published["fund"]),
        "within": set(published["zone"]),
        "below": set(published["reject"]),
    }
    ranks = {numbers[row.case_id]: row.expected_rank for row in rows}
    assert [ranks[n] for n in range(1, 16)] == pytest.approx(
        expected["expected_deterministic"]["expected_rank"], abs=0.01
    )
    assert page.context["cut"] == 5
    text = " ".join(page.content.decode().split())
    assert "7 applications are too close to call" in text
    assert "Everybody read everything, so calibration moves no application past another" in text


def test_a_severe_reader_is_corrected_beside_the_raw_score_and_named_to_the_chairs_alone(visit):
    # Whoever reads third marks two lower; bid 2 drew that reader, and is as good as bid 0.
    house = read_by(
        [[4, 4, None], [4, None, 2], [None, 4, 2], [3, 3, None], [3, None, 1], [5, 5, None], [None, 5, 3]]
    )

    member = visit(house.members[0].user, at=house.closes_at)
    page = member.get(url(house))
    text = page.content.decode()

    rows = {case.application.reference: row for row, case in page.context["rows"]}
    drew, spared = rows[house.reference(2)], rows[house.reference(0)]
    assert (float(spared.shown), float(drew.shown)) == (80, 60)
    assert abs(spared.calibrated - drew.calibrated) < 5
    assert f"{drew.shown}" in text
    assert f"{drew.calibrated:.1f}" in text
    third = str(house.members[2].user)
    assert "How hard each reader marks" not in text
    assert third not in text
    for chair in (house.panel.chair, house.panel.vice):
        seen = words(visit(chair.user, at=house.closes_at), house)
        hardest = seen[seen.index("How hard each reader marks") :]
        assert hardest.index(third) < hardest.index("harder")


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ([[4, 3, None, None], [3, 4, None, None], [None, None, 5, 2], [None, None, 4, 3]], "2 groups that share"),
        ([[4, 4], [2, 2], [3, 3]], "No severity was detected"),
        ([[4], [3]], "no likely rank can be worked out. At least two applications and two readers"),
        ([[4, 4], [4, 4]], "All scores are the same, so nothing sets one application above another"),
    ],
)  # fmt: skip
def test_it_says_what_the_scores_cannot_tell(visit, marks, said):
    house = read_by(marks)

    text = words(visit(house.members[0].user, at=house.closes_at), house)

    assert said in text
    assert text.count('<tr class="govuk-table__row">') > len(marks)


def test_who_may_see_the_same_shares_a_ranking_and_an_interest_makes_another(visit):
    house = judged(4, scores=(5, 4, 3, 2))
    make.InterestFactory(appointment=house.members[2], application=house.bids[0])

    for member in (*house.members, house.panel.chair):
        visit(member.user, at=house.closes_at).get(url(house))
        visit(member.user, at=house.closes_at).get(url(house))

    kept = Ranking.objects.order_by("pk")
    assert [ranking.hidden for ranking in kept] == [[], [house.case(0).pk]]
    assert [ranking.rows.count() for ranking in kept] == [4, 3]
    assert not kept[1].rows.filter(case=house.case(0)).exists()
    assert [ranking.made_at for ranking in kept] == [house.closes_at] * 2


def test_whatever_moves_a_ranking_makes_a_new_one_and_nothing_else_does(visit):
    house = judged(5, scores=(4, 4, 3, 3, 2))
    sealed = house.case(4)
    Case.objects.filter(pk=sealed.pk).update(status="assigned")
    at = house.opening("shortlist")

    def inputs():
        return Scope.of(house.members[0].user, house.round, at).inputs

    seen = [inputs()]
    moderation.part_equals([house.case(1), house.case(0)], why="More shared.", by=house.chairing, at=at)
    seen.append(inputs())
    moderation.part_equals([house.case(0), house.case(1)], why="On reflection.", by=house.chairing, at=at)
    seen.append(inputs())
    Case.objects.filter(pk=sealed.pk).update(status="scored")
    seen.append(inputs())
    found = make.InterestFactory(appointment=house.sheets(2)[0].appointment, application=house.bids[2])
    papers.take_for_interests([found], by=None, at=at)
    seen.append(inputs())
    Case.objects.filter(pk=house.case(3).pk).update(status="withdrawn")
    seen.append(inputs())
    moderation.moderate(house.case(0), note="Talked over.", by=house.chairing, at=at)

    assert len(set(seen)) == len(seen)
    assert inputs() == seen[-1]


def test_many_are_left_to_the_clock_and_what_is_out_of_date_says_as_of_when(visit, monkeypatch):
    monkeypatch.setattr("panel.views.ranking.AT_ONCE", 1)
    monkeypatch.setattr("panel.sweeps.rankings.AT_ONCE", 1)
    house = judged(3, scores=(5, 4, 3))
    at = house.closes_at
    browser = visit(house.members[0].user, at=at)

    before = words(browser, house)
    for _ in range(3):
        sweep_rankings.run()
    after = words(browser, house)
    Case.objects.filter(pk=house.case(1).pk).update(status="withdrawn")
    stale = words(browser, house)

    assert "The ranking is being worked out" in before
    assert house.reference(0) not in before
    assert Ranking.objects.count() == 1
    assert house.reference(0) in after
    assert "as of" not in after
    assert "This is the ranking as of" in stale
    assert house.reference(0) in stale
    assert house.reference(1) not in stale


def test_rankings_are_never_changed_and_cleared_only_while_nothing_was_decided():
    house = judged(3, scores=(5, 4, 3))
    at = house.opening("shortlist")

    def kept(status, at):
        Case.objects.filter(pk=house.case(2).pk).update(status=status)
        return actions.reckon(Scope.of(house.members[0].user, house.round, at), at=at)

    first, second = kept("scored", at), kept("withdrawn", at)
    assert sweeps.clear(at + timedelta(hours=23)) == 0
    assert sweeps.clear(at + timedelta(hours=25)) == 1
    assert list(Ranking.objects.all()) == [second]
    assert not RankingRow.objects.filter(ranking_id=first.pk).exists()
    # The last one before the shortlist, and all after, stay.
    left_out(house, 1)
    Case.objects.filter(pk=house.case(0).pk).update(status="withdrawn")
    third = actions.reckon(
        Scope.of(house.members[0].user, house.round, at), at=house.at("shortlist") + timedelta(days=1)
    )
    assert sweeps.clear(at + timedelta(days=60)) == 0
    assert set(Ranking.objects.all()) == {second, third}
    for change in (
        lambda: Ranking.objects.filter(pk=second.pk).update(facts={}),
        lambda: RankingRow.objects.filter(ranking=second).update(rank=9),
    ):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            change()
    assert list(guards.missing()) == []


def test_a_page_takes_twelve_queries_whatever_there_is(visit):
    house = judged(6, scores=(5, 4, 4, 3, 2, 1))
    few = judged(2, scores=(5, 4))
    asked = {}
    for which, shown in (("many", house), ("few", few)):
        for who in (shown.members[0], shown.panel.chair):
            client = visit(who.user, at=house.closes_at)
            client.get(url(shown))
            outcome = shown.bids[0].outcome_id
            for query in (
                {},
                {"outcome": outcome, "show": "zone", "order": "fair"},
                {"page": 2, "show": "discuss"},
            ):
                asked[which, who.seat.kind, len(query)] = len(queries(client, url(shown, **query)))

    assert max(asked.values()) <= 12, asked
    whole = {(which, kind): number for (which, kind, narrowed), number in asked.items() if not narrowed}
    for kind in ("member", "chair"):
        assert whole["many", kind] == whole["few", kind]
