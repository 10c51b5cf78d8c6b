"""Rounds with categories: each is marked, ranked and decided by itself, under the same seals."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beacons.applications.models import Application
from panel.models import Case
from panel.standings import by_category, criteria_of, standings, tied
from tests import factories as make
from tests.panel.judged import announcing, bare, judged, left_out, settled, verified
from tests.panel.panels import assigned, lodge_all

pytestmark = pytest.mark.django_db
FIRST, SECOND, EMPTY = "Partnership", "Bright ideas", "Nobody came"


def in_categories(house, *places):
    """The bids of a house in three categories, of which one stays empty: by default two in each of the others."""
    categories = [
        make.CategoryFactory(round=house.round, name=name, position=position)
        for position, name in enumerate((FIRST, EMPTY, SECOND), start=1)
    ]
    for bid, place in zip(house.bids, places or (0, 2) * (len(house.bids) // 2), strict=True):
        Application.objects.filter(pk=bid.pk).update(category=categories[place])
    return categories


def url(house, name="ranking_list"):
    return reverse(name, args=[house.round.slug])


def shown(page):
    """{category: (reference, rank) in their order}."""
    return {
        category.name: [(case.application.reference, row.rank) for row, case in rows]
        for category, rows, *_ in page.context["groups"]
    }


def ranked(house):
    return standings(Case.objects.all(), criteria_of(house.round))


def test_each_category_is_ranked_by_itself_in_the_order_of_the_categories(visit):
    house = judged(4, scores=(3, 5, 4, 4))
    in_categories(house)

    page = visit(house.members[0].user, at=house.closes_at).get(url(house))

    assert shown(page) == {
        FIRST: [(house.reference(2), 1), (house.reference(0), 2)],
        SECOND: [(house.reference(1), 1), (house.reference(3), 2)],
    }
    assert "Each category is ranked by itself" in page.content.decode()
    assert "ends here" not in page.content.decode()


def test_equal_scores_in_two_categories_are_no_tie_and_in_one_they_are():
    house = judged(4, scores=(4, 4, 4, 3))
    in_categories(house)

    found = ranked(house)

    equal = {house.case(0).pk, house.case(2).pk}
    assert [{standing.pk for standing in group} for group in tied(found)] == [equal]
    assert {standing.pk for standing in found if standing.ranked.needs_reason} == equal


def test_the_chairs_word_parts_equals_of_its_category_alone():
    house = judged(4, scores=(4, 4, 4, 4))
    in_categories(house)
    for place, bid in ((1, 2), (2, 0)):
        Case.objects.filter(pk=house.case(bid).pk).update(tie_place=place, tie_reason="It has lasted longer.")

    found = {standing.pk: standing for standing in ranked(house)}

    assert [found[house.case(bid).pk].rank for bid in (2, 0)] == [1, 2]
    assert [found[house.case(bid).pk].ranked.needs_reason for bid in (1, 3)] == [True, True]


def test_it_is_filtered_by_category_and_the_counts_stay_those_of_the_whole(visit):
    house = judged(4, scores=(3, 5, 4, 4))
    categories = in_categories(house)

    page = visit(house.members[0].user, at=house.closes_at).get(url(house), {"category": categories[2].pk})

    assert shown(page) == {SECOND: [(house.reference(1), 1), (house.reference(3), 2)]}
    assert [(name, count, asked) for _, name, count, _, asked in page.context["by_category"]] == [
        (FIRST, 2, 200_000),
        (EMPTY, 0, 0),
        (SECOND, 2, 200_000),
    ]


@pytest.mark.parametrize("query", ["?category=x", "?category=999999", "?category=-1"])
def test_what_somebody_typed_into_the_address_breaks_nothing(visit, query):
    house = judged(2)
    in_categories(house)

    assert visit(house.members[0].user, at=house.closes_at).get(f"{url(house)}{query}").status_code == 200


def test_a_round_without_categories_offers_none(visit):
    house = judged(1)

    page = visit(house.members[0].user, at=house.closes_at).get(url(house))

    assert "category" not in page.context["filter"].form.fields
    assert page.context["by_category"] == []


def test_what_is_sealed_is_counted_in_no_category():
    panel = assigned(2)
    in_categories(panel)
    lodge_all(panel, 0)

    counted = by_category(
        panel.round.categories.all(), standings(Case.objects.all(), criteria_of(panel.round))
    )

    assert [of.count for of in counted] == [0, 0, 0]


@pytest.mark.parametrize("name", ["ranking_list", "meeting_detail", "decision_list"])
def test_a_bid_behind_an_interest_is_in_no_count_and_no_rank_of_its_category(visit, name):
    house = judged(4, scores=(3, 5, 4, 4))
    in_categories(house)
    member = house.members[0]
    make.InterestFactory(appointment=member, application=house.bids[1])
    browser = visit(member.user, at=house.closes_at)

    pages = []
    for score in (0, 5):
        house.case(1).assessments.first().marks.update(score=score)
        pages.append(bare(browser.get(url(house, name))))

    assert pages[0] == pages[1]
    assert house.reference(1).encode() not in pages[0][1]
    ranking = browser.get(url(house))
    assert shown(ranking)[SECOND] == [(house.reference(3), 1)]
    assert [count for _, _, count, _, _ in ranking.context["by_category"]] == [2, 0, 1]


def test_likely_ranks_are_ranks_of_a_category(visit):
    house = judged(4, scores=(5, 4, 3, 2))
    in_categories(house)
    for bid, score in ((0, 4), (1, 3), (2, 4), (3, 1)):
        house.case(bid).assessments.first().marks.update(score=score)

    page = visit(house.members[0].user, at=house.closes_at).get(url(house), {"order": "fair"})

    rows = {case.application.reference: row for row, case in page.context["rows"]}
    assert [list(shown(page)), shown(page)[FIRST]] == [
        [FIRST, SECOND],
        [(house.reference(0), 1), (house.reference(2), 2)],
    ]
    assert all(1 <= row.best <= row.worst <= 2 for row in rows.values())
    for first, second in ((0, 2), (1, 3)):
        ranks = [rows[house.reference(bid)].expected_rank for bid in (first, second)]
        assert ranks[0] < 1.5 < ranks[1]
        assert sum(ranks) == pytest.approx(3)
    assert {row.zone for row in rows.values()} == {""}


def test_the_chair_may_ask_the_best_set_for_some_of_a_category(visit):
    house = judged(4, scores=(5, 5, 5, 4), pot=200_000)
    in_categories(house, 0, 0, 0, 2)
    chair = visit(house.chairing, at=house.closes_at)

    plain = chair.get(url(house, "funding_options"))
    wanted = chair.get(url(house, "funding_options"), {"category-bright-ideas": "1"})

    assert "Ask for least numbers" in plain.content.decode()
    assert house.case(3).pk not in plain.context["best"]["cases"]
    assert wanted.context["least"] == {SECOND: 1}
    assert house.case(3).pk in wanted.context["best"]["cases"]


def test_shortlist_and_proposals_stand_by_category(visit):
    house = judged(4, scores=(3, 5, 4, 4))
    in_categories(house)
    for bid in (0, 1, 3):
        verified(house, bid)
    chair = house.chairing

    shortlist = visit(chair, at=house.at("verify")).get(url(house, "shortlist_list"))
    waiting = visit(chair, at=house.at("decision")).get(url(house, "decision_list"))

    assert [category.name for category, _ in shortlist.context["groups"]] == [FIRST, SECOND]
    assert [
        (category.name, [case.application.reference for _, case in rows])
        for category, rows in waiting.context["to_propose_groups"]
    ] == [(FIRST, [house.reference(0)]), (SECOND, [house.reference(1), house.reference(3)])]


def test_progress_is_filtered_by_category_while_marks_are_sealed(visit):
    panel = assigned(2)
    categories = in_categories(panel)

    page = visit(panel.chair.user, at=panel.during).get(
        url(panel, "case_progress"), {"category": categories[2].pk}
    )

    assert [case.application for case in page.context["page_obj"]] == [panel.bids[1]]


def announced(scores=(5, 5, 3, 2)):
    """In the first category an award and a decline, in the second an award and what was left out."""
    house = judged(4, scores=scores)
    categories = in_categories(house, 0, 2, 0, 2)
    settled(house, 0, amount=60_000)
    settled(house, 1, amount=50_000)
    settled(house, 2, verdict="decline")
    left_out(house, 3)
    settled(house, 3, verdict="decline")
    return house, categories, announcing(house)


def test_results_stand_by_category_with_their_numbers(visit):
    house, categories, instant = announced()

    page = visit(at=instant).get(url(house, "result_list"))

    assert [
        (category.name, [case.application.reference for case in awards])
        for category, awards in page.context["groups"]
    ] == [(FIRST, [house.reference(0)]), (SECOND, [house.reference(1)])]
    assert [(of.category, of.judged, of.awards, of.pounds) for of in page.context["by_category"]] == [
        (categories[0], 2, 1, 60_000),
        (categories[2], 2, 1, 50_000),
    ]
    headings = re.findall(r"<h([2-4])[^>]*>([^<]+)", page.content.decode())
    assert ("2", FIRST) in headings
    assert headings.index(("2", FIRST)) < headings.index(("2", SECOND))


def test_results_are_filtered_by_category(visit):
    house, categories, instant = announced()

    page = visit(at=instant).get(url(house, "result_list"), {"category": categories[2].pk})

    assert [case.application.reference for case in page.context["page_obj"]] == [house.reference(1)]
    assert page.context["figures"]["judged"] == 4


def test_before_the_announcement_no_category_tells_anything(visit):
    house, categories, instant = announced()
    browser = visit(at=instant - timedelta(microseconds=1))

    asked = [browser.get(url(house, "result_list"), query) for query in ({}, {"category": categories[2].pk})]

    assert bare(asked[0]) == bare(asked[1])
    assert b"Bright ideas" not in asked[0].content


@pytest.mark.parametrize("name", ["ranking_list", "shortlist_list", "decision_list", "result_list"])
def test_pages_cost_the_same_for_two_and_for_twelve_and_hardly_more_than_without_categories(visit, name):
    counts = []
    for bids, with_categories in ((2, False), (2, True), (12, True)):
        house = judged(bids, scores=(4,) * bids)
        if with_categories:
            in_categories(house)
        at = house.at("decision")
        if name == "result_list":
            for bid in range(bids):
                settled(house, bid, amount=50_000)
            at = announcing(house)
        browser = visit(house.chairing, at=at)
        browser.get(url(house, name))
        with CaptureQueriesContext(connection) as taken:
            assert browser.get(url(house, name)).status_code == 200
        counts.append(len(taken))

    plain, few, many = counts
    assert few == many
    assert few <= plain + 1
