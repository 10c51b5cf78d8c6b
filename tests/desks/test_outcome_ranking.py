"""The office's list of outcomes by sign-ups: its order, its facts, its files."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from outcomes.models import SignUp
from tests import factories as make

pytestmark = pytest.mark.django_db

AT = datetime(2026, 1, 9, 9, tzinfo=UTC)
LIST = reverse("outcome_ranking")
MOST_QUERIES = 12


def signed_up(outcome, areas, **fields):
    SignUp.objects.bulk_create(
        SignUp(outcome=outcome, authority=area, source=SignUp.Source.AGREEMENT, **fields) for area in areas
    )


@pytest.fixture
def manager():
    return make.scheme_manager()


@pytest.fixture
def world(manager):
    """Ten areas; homes have six of them, waste six as well, safety one; a district joined homes."""
    areas = make.AuthorityFactory.create_batch(10)
    homes = make.OutcomeFactory(title="More homes", slug="more-homes", flag_subject="housing")
    waste = make.OutcomeFactory(title="Less waste", slug="less-waste", measure=None)
    safe = make.OutcomeFactory(title="=Safe for good", slug="safe-for-good")
    signed_up(homes, areas[:4])
    signed_up(homes, areas[4:6], confirmed_at=AT, confirmed_by=manager)
    signed_up(waste, areas[:6])
    signed_up(safe, areas[:1])
    district = make.AuthorityFactory(kind="district", tier="lower", county=areas[0])
    signed_up(homes, [district], joins=homes.sign_ups.get(authority=areas[0]))
    for area in areas[:2]:
        make.IssueFactory(outcome=homes, authority=area)
    make.FlagFactory(authority=areas[0], subject="Housing")
    make.FlagFactory(authority=areas[0], subject="housing", year=2010)
    make.FlagFactory(authority=areas[9], outcome=homes)
    make.FlagFactory(authority=areas[8], subject="housing", colour="green")
    make.FlagFactory(authority=areas[8])
    make.a_round(homes, name="Beacons 2026", slug="beacons-2026")
    return {"homes": homes, "waste": waste, "safe": safe}


def shown(response):
    return [line.outcome.title for line in response.context["lines"]]


def test_outcomes_are_ranked_by_areas_and_equals_share_a_rank(visit, world, manager):
    response = visit(manager, at=AT).get(LIST)

    facts = [
        (
            line.outcome.title,
            line.outcome.rank,
            line.outcome.cohort_size,
            line.share,
            line.outcome.confirmed_size,
            line.outcome.joined_size,
            line.outcome.issue_count,
            line.outcome.red_flags,
            line.warning,
            line.is_measured,
            [str(held) for held in line.rounds],
        )
        for line in response.context["lines"]
    ]
    assert facts == [
        ("Less waste", 1, 6, 60, 0, 0, 0, 0, "", False, []),
        ("More homes", 1, 6, 60, 2, 1, 2, 2, "", True, ["Beacons 2026"]),
        ("=Safe for good", 3, 1, 10, 0, 0, 0, 0, "Under five councils", True, []),
    ]


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("outcome", "=Safe for good"),
        ("confirmed", "More homes"),
        ("joined", "More homes"),
        ("issues", "More homes"),
        ("flags", "More homes"),
        ("areas", "Less waste"),
        ("nonsense; drop table", "Less waste"),
    ],
)
def test_the_list_is_sorted_as_asked_and_keeps_its_ranks(visit, world, manager, order, first):
    response = visit(manager, at=AT).get(LIST, {"order": order})

    assert shown(response)[0] == first
    assert {line.outcome.title: line.outcome.rank for line in response.context["lines"]} == {
        "Less waste": 1,
        "More homes": 1,
        "=Safe for good": 3,
    }


def test_the_file_holds_the_whole_list_and_no_formula(visit, world, manager):
    answer = visit(manager, at=AT).get(reverse("outcome_ranking_file", args=["csv"]), {"order": "outcome"})

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="outcomes-by-sign-ups-2026-01-09.csv"'
    assert [row["Outcome"] for row in rows] == ["'=Safe for good", "Less waste", "More homes"]
    assert rows[2] == {
        "Rank": "1",
        "Outcome": "More homes",
        "Address": "more-homes",
        "Councils signed up": "6",
        "Per cent of areas": "60",
        "Confirmed": "2",
        "Bodies that joined": "1",
        "Issues stated": "2",
        "Councils with a red flag": "2",
        "Warning": "",
        "Measure": "Yes",
        "Rounds": "Beacons 2026",
    }


def test_the_workbook_says_the_same_with_numbers_as_numbers(visit, world, manager):
    answer = visit(manager, at=AT).get(reverse("outcome_ranking_file", args=["xlsx"]))

    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert [cell.value for cell in sheet[3]][:4] == [1, "More homes", "more-homes", 6]
    assert sheet["D3"].data_type == "n"


def test_there_is_no_file_of_another_kind(visit, world, manager):
    assert visit(manager, at=AT).get(reverse("outcome_ranking_file", args=["pdf"])).status_code == 404


def test_the_list_leads_to_the_rounds_that_wait_for_their_outcomes(visit, world, manager):
    make.a_round(slug="to-choose", name="Beacons 2027", approved_at=None, starts_on=AT.date() + timedelta(90))

    said = visit(manager, at=AT).get(LIST).text

    assert reverse("outcome_choice", args=["to-choose"]) in said
    assert reverse("outcome_choice", args=["beacons-2026"]) not in said


def test_the_list_asks_the_same_for_2_and_20_and_shows_50_at_most(visit, manager):
    client = visit(manager, at=AT)

    def grow(count):
        for outcome in make.OutcomeFactory.create_batch(count):
            make.SignUpFactory(outcome=outcome)
            make.a_round(outcome)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            response = client.get(LIST)
        return len(asked), len(shown(response))

    grow(2)
    few = queries()
    grow(18)
    many = queries()
    grow(33)

    assert (few[1], many[1], queries()[1]) == (2, 20, 50)
    assert few[0] == many[0] == queries()[0] <= MOST_QUERIES
    assert len(shown(client.get(LIST, {"page": 2, "order": "outcome"}))) == 3


def test_an_empty_house_says_where_outcomes_come_from(visit, manager):
    assert "There are no outcomes yet" in visit(manager, at=AT).get(LIST).text
