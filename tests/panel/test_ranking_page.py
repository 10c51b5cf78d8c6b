"""The ranking page: what is shown to whom, in which order, and where the pot ends."""

from datetime import timedelta

import pytest
from django.urls import reverse

from panel.models import Case, Mark, Ranking
from panel.standings import criteria_of, funding_line, side_by_side, standings
from tests import factories as make
from tests.panel.judged import bare, judged
from tests.panel.panels import assigned, lodge_all

pytestmark = pytest.mark.django_db


def url(house):
    return reverse("ranking_list", args=[house.round.slug])


def shown(page):
    """References in their order, with rank and score."""
    return [(case.application.reference, row.rank, str(row.shown)) for row, case in page.context["rows"]]


def test_cases_stand_best_first_with_their_scores(visit):
    house = judged(3, scores=(3, 5, 4))

    page = visit(house.members[0].user, at=house.closes_at).get(url(house))

    assert shown(page) == [
        (house.reference(1), 1, "100.0"),
        (house.reference(2), 2, "80.0"),
        (house.reference(0), 3, "60.0"),
    ]


def test_marks_under_seal_are_not_ranked(visit):
    panel = assigned(2)
    lodge_all(panel, 0)

    page = visit(panel.members[0].user, at=panel.during).get(url(panel))

    assert page.context["count"] == 0
    assert "No marks are open yet" in page.content.decode()


def test_ranks_have_no_gap_for_whoever_does_not_see_the_best(visit):
    house = judged(3, scores=(3, 5, 4))
    member = house.members[0]
    make.InterestFactory(appointment=member, application=house.bids[1])

    page = visit(member.user, at=house.closes_at).get(url(house))

    assert shown(page) == [(house.reference(2), 1, "80.0"), (house.reference(0), 2, "60.0")]


def test_a_page_is_the_same_whatever_the_marks_of_a_bid_behind_an_interest(visit):
    house = judged(3, scores=(3, 5, 4))
    member = house.members[0]
    make.InterestFactory(appointment=member, application=house.bids[1])
    browser = visit(member.user, at=house.closes_at)
    pages = {}
    for score in (0, 5):
        Mark.objects.filter(assessment__case=house.case(1)).update(score=score)
        Ranking.objects.all().delete()
        pages[score] = [
            bare(browser.get(reverse(name, args=[house.round.slug])))
            for name in ("ranking_list", "funding_options", "meeting_detail", "decision_list")
        ]

    assert pages[0] == pages[5]


def test_the_line_is_drawn_where_the_next_would_not_fit():
    house = judged(4, scores=(5, 4, 3, 3), pot=250_000)
    ranked = standings(Case.objects.all(), criteria_of(house.round))

    line = funding_line(ranked, 250_000)

    assert (line.after, line.asked, line.left) == (2, 200_000, 50_000)


def test_a_case_below_a_least_mark_takes_nothing_from_the_pot():
    house = judged(3, scores=(5, 4, 4), pot=200_000)
    Mark.objects.filter(assessment__case=house.case(0), criterion__key="transfer").update(score=2)
    ranked = standings(Case.objects.all(), criteria_of(house.round))

    line = funding_line(ranked, 200_000)

    assert [on.criterion.key for on in next(s for s in ranked if s.gates).gates] == ["transfer"]
    assert (line.after, line.asked) == (3, 200_000)


def test_the_line_stands_between_two_rows(visit):
    house = judged(3, scores=(5, 4, 3), pot=200_000)

    text = visit(house.members[0].user, at=house.closes_at).get(url(house)).content.decode()

    table = text[text.index("Applications in order") :]
    assert (
        table.index(house.reference(1))
        < table.index("The pot of £200,000 ends here")
        < table.index(house.reference(2))
    )


def test_it_is_filtered_by_outcome_with_ranks_kept(visit):
    house = judged(3, scores=(5, 4, 3))
    other = make.OutcomeFactory(title="Warm homes")
    house.round.outcomes.add(other)
    house.bids[1].outcome = other
    house.bids[1].save()

    page = visit(house.members[0].user, at=house.closes_at).get(url(house), {"outcome": other.pk})

    assert shown(page) == [(house.reference(1), 2, "80.0")]
    assert "ends here" not in page.content.decode()


def test_it_is_narrowed_to_what_is_to_be_discussed(visit):
    house = judged(2)
    Mark.objects.filter(assessment__in=house.sheets(1)[:1], criterion__key="value").update(score=1)

    page = visit(house.members[0].user, at=house.closes_at).get(url(house), {"show": "discuss"})

    assert [reference for reference, _, _ in shown(page)] == [house.reference(1)]
    assert "Marks apart" in page.content.decode()


def test_what_nobody_could_judge_has_no_rank_and_comes_last(visit):
    house = judged(2)
    Mark.objects.filter(assessment__case=house.case(0)).update(score=None, cannot_judge=True)

    page = visit(house.members[0].user, at=house.closes_at).get(url(house))

    assert shown(page)[-1] == (house.reference(0), None, "None")


def test_equals_share_a_rank_and_say_so(visit):
    house = judged(2, scores=(4, 4))

    page = visit(house.members[0].user, at=house.closes_at).get(url(house))

    assert [rank for _, rank, _ in shown(page)] == [1, 1]
    assert "Tie" in page.content.decode()


def test_a_discharged_sheet_counts_for_nothing():
    house = judged(1, scores=(4,))
    sheet = house.sheets()[0]
    Mark.objects.filter(assessment=sheet).update(score=0)
    type(sheet).objects.filter(pk=sheet.pk).update(status="discharged")

    (only,) = standings(Case.objects.all(), criteria_of(house.round))

    assert (only.score, len(only.ranked.sheets)) == (80, 2)


@pytest.mark.parametrize("who", ["manager", "signatory", "applicant", "undeclared", "past"])
def test_only_the_panel_reads_the_ranking(who, visit):
    house = judged(1)
    undeclared = make.seated(house.round, body="lga", declared_at=None)
    past = make.seated(house.round, body="lga", ended_at=house.closes_at - timedelta(days=1))
    people = {
        "manager": make.scheme_manager(),
        "signatory": house.clg,
        "applicant": house.bids[0].certified_by,
        "undeclared": undeclared.user,
        "past": past.user,
    }

    assert visit(people[who], at=house.closes_at).get(url(house)).status_code == 403


def test_a_visitor_is_asked_to_sign_in(visit):
    house = judged(1)

    assert visit(at=house.closes_at).get(url(house)).status_code == 302


def test_a_round_that_nobody_knows_of_is_not_found(visit):
    house = judged(1)

    assert visit(house.members[0].user).get("/panel/rounds/nothing/ranking/").status_code == 404


def test_no_more_cases_are_fetched_than_a_page_shows(visit, monkeypatch):
    monkeypatch.setattr("panel.views.ranking.PER_PAGE", 2)
    house = judged(5, scores=(5, 4, 3, 2, 1))
    browser = visit(house.members[0].user, at=house.closes_at)

    second = browser.get(url(house), {"page": 2})

    assert [rank for _, rank, _ in shown(second)] == [3, 4]


def test_marks_stand_side_by_side_only_when_the_seal_is_open():
    house = judged(1)
    panel = assigned(1)

    marks = side_by_side(house.case())

    assert side_by_side(panel.case()) is None
    assert [len(row.pairs) for row in marks.rows] == [3, 3, 3]
    assert all(mark.score == 4 for row in marks.rows for _, mark in row.pairs)
