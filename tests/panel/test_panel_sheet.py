"""The panel sheet: the same columns whatever the round's state, for the eyes of the ranking, as page, workbook, table and paper."""

import csv
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from beacons.core.models import Step
from panel import panel_sheet
from panel.actions import sheets
from panel.models import Mark
from tests import factories as make
from tests.panel.judged import judged, left_out, proposed, settled, shortlisted
from tests.panel.panels import assigned, lodge_all, queries

pytestmark = pytest.mark.django_db
FORMULA = '=HYPERLINK("http://evil.example","Read")'


def page_of(house):
    return reverse("panel_sheet", args=[house.panel.round.slug])


def file_of(house, kind):
    return reverse("panel_sheet_file", args=[house.panel.round.slug, kind])


def marks_of(house):
    return reverse("marks_file", args=[house.panel.round.slug])


def table(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.fixture
def house():
    return judged(bids=2, scores=(5, 3))


@pytest.fixture
def at(house):
    return house.at("shortlist")


def test_a_row_for_each_open_case_with_what_the_panel_made_of_it(house, visit):
    decision = settled(house, verdict="award", amount=60_000, reasons="It moved the figures.")
    client = visit(house.panel.members[0].user, at=decision.settled_at)

    rows = {row["Reference"]: row for row in table(client.get(file_of(house, "csv")))}

    best, other = rows[house.reference(0)], rows[house.reference(1)]
    assert (best["Place"], best["Score of 100"], best["Decision"], best["Grant (£)"]) == (
        "1",
        "100",
        "Award",
        "60000",
    )
    assert best["Reasons of the decision"] == "It moved the figures."
    assert (other["Place"], other["Score of 100"], other["Decision"], other["Reasons of the decision"]) == (
        "2",
        "60",
        "",
        "",
    )
    first = house.panel.round.criteria.first()
    assert (best[f"Mean: {first.name}"], other[f"Mean: {first.name}"]) == ("5", "3")


def test_columns_are_the_same_before_and_after_the_decision(house, visit, at):
    client = visit(house.panel.members[0].user, at=at)
    before = list(table(client.get(file_of(house, "csv")))[0])
    proposed(house)
    after = list(table(client.get(file_of(house, "csv")))[0])

    criteria = [f"Mean: {criterion.name}" for criterion in house.panel.round.criteria.all()]
    assert before == after == [*panel_sheet.COLUMNS, *criteria]


def test_every_mark_with_its_reason_is_a_row(house, visit, at):
    client = visit(house.panel.chair.user, at=at)

    rows = table(client.get(marks_of(house)))

    assert list(rows[0]) == list(panel_sheet.MARK_COLUMNS)
    assert len(rows) == Mark.objects.count() > 0
    assert {(row["Reference"], row["Mark of 5"]) for row in rows} == {
        (house.reference(0), "5"),
        (house.reference(1), "3"),
    }
    assert {row["Reason"] for row in rows} == {"Good figures over three years."}


def test_no_cell_is_executed(house, visit, at):
    Mark.objects.update(reason=FORMULA)
    bid = house.panel.bids[0]
    bid.title = FORMULA
    bid.save()
    client = visit(house.panel.chair.user, at=at)

    book = load_workbook(io.BytesIO(client.get(file_of(house, "xlsx")).content))
    cells = [cell for shown in book.worksheets for row in shown.iter_rows(min_row=2) for cell in row]

    assert book.sheetnames == ["Applications", "Marks and reasons"]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
    assert f"'{FORMULA}" in {cell.value for cell in cells}
    assert FORMULA not in {cell.value for cell in cells}
    assert {row["Reason"] for row in table(client.get(marks_of(house)))} == {f"'{FORMULA}"}


def test_sealed_cases_and_those_of_an_interest_are_in_no_file(visit):
    panel = assigned(bids=3, clg=3, lga=3)
    for bid in (0, 1):
        lodge_all(panel, bid)
        sheets.open_seal(panel.case(bid), by=None, at=panel.closes_at)
    reader = panel.members[0]
    make.InterestFactory(appointment=reader, application=panel.bids[1])
    client = visit(reader.user, at=panel.closes_at)
    slug = panel.round.slug
    found = [
        client.get(reverse("panel_sheet", args=[slug])).content,
        client.get(reverse("panel_sheet_file", args=[slug, "csv"])).content,
        client.get(reverse("marks_file", args=[slug])).content,
    ]

    seen = [{bid.reference for bid in panel.bids if bid.reference.encode() in content} for content in found]

    assert seen == [{panel.bids[0].reference}] * 3


def test_how_the_shortlist_went_is_told_as_it_is_on_the_page_of_the_case(visit, unpressed):
    """To the chairs and to its readers; to the other members with the announcement."""
    house = judged(bids=2, scores=(5, 3), clg=3, lga=3)
    shortlisted(house, 0, why="WHY-SHORTLISTED")
    left_out(house, 1)
    readers = {sheet.appointment_id for sheet in house.sheets(0)}
    stranger = next(member for member in house.members if member.pk not in readers)
    reader = next(member for member in house.members if member.pk in readers)

    def told(member):
        client = visit(member.user, at=house.at("shortlist"))
        pages = [page_of(house), file_of(house, "csv"), file_of(house, "pdf")]
        book = load_workbook(io.BytesIO(client.get(file_of(house, "xlsx")).content))
        cells = " ".join(str(cell.value) for row in book.worksheets[0].iter_rows(min_row=2) for cell in row)
        bodies = [client.get(page).content for page in pages] + [cells.encode()]
        return [b"WHY-SHORTLISTED" in body for body in bodies]

    # The page tells the status alone; the files tell why.
    assert told(house.panel.chair) == told(reader) == [False, True, True, True]
    assert told(stranger) == [False] * 4
    page = visit(stranger.user, at=house.at("shortlist")).get(page_of(house)).text
    assert "Shortlisted" not in page
    csv_of = visit(stranger.user, at=house.at("shortlist")).get(file_of(house, "csv"))
    row = {row["Reference"]: row for row in table(csv_of)}[house.reference(0)]
    assert row["Status"] == "Moderated"


def test_the_paper_is_made_of_the_same_rows(house, visit, at, unpressed):
    paper = visit(house.panel.chair.user, at=at).get(file_of(house, "pdf"))

    assert paper["Content-Type"] == "application/pdf"
    text = paper.content.decode()
    assert "For this panel alone" in text
    assert all(bid.reference in text for bid in house.panel.bids)


def test_who_takes_a_file_is_noted(house, visit, at, unpressed):
    client = visit(house.panel.chair.user, at=at)
    client.get(page_of(house))
    assert not Step.objects.filter(step="take_sheet").exists()

    for kind in ("xlsx", "csv", "pdf"):
        client.get(file_of(house, kind))
    client.get(marks_of(house))

    noted = Step.objects.filter(step="take_sheet").order_by("pk")
    assert [step.words.data["kind"] for step in noted] == ["xlsx", "csv", "pdf", "marks"]
    assert {step.by_id for step in noted} == {house.panel.chair.user.pk}


def test_before_a_seal_opens_there_is_nothing_to_take(visit):
    panel = assigned()
    client = visit(panel.chair.user, at=panel.during)

    assert "No marks are open yet" in client.get(reverse("panel_sheet", args=[panel.round.slug])).text
    assert client.get(reverse("panel_sheet_file", args=[panel.round.slug, "csv"])).status_code == 404
    assert table(client.get(reverse("marks_file", args=[panel.round.slug]))) == []


@pytest.mark.parametrize("kind", ["exe", "xlsx.exe"])
def test_other_files_there_are_none(house, visit, at, kind):
    assert visit(house.panel.chair.user, at=at).get(file_of(house, kind)).status_code == 404


def test_the_page_and_the_files_ask_the_same_for_many(visit):
    few, many = judged(bids=2), judged(bids=9)
    asked = []
    for house in (few, many):
        client = visit(house.panel.members[0].user, at=house.at("shortlist"))
        client.get(page_of(house))
        asked.append(
            [len(queries(client, page)) for page in (page_of(house), file_of(house, "csv"), marks_of(house))]
        )

    assert asked[0] == asked[1]
    assert asked[0][0] <= 12
