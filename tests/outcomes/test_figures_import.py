"""Staff bring in an indicator's new year: looked at first, then all or nothing, and a repeat changes nothing."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from outcomes.actions import figures
from outcomes.models import FigureImport, IndicatorValue, SupersededValue
from tests import factories as make
from tests.reliability.racing import at_once, errors

pytestmark = pytest.mark.django_db

AT = datetime(2026, 2, 1, 12, tzinfo=UTC)
LIST = reverse("figure_import_list")
HEADER = "indicator,authority,year,period,value"


@pytest.fixture
def areas():
    return [make.AuthorityFactory(code=code) for code in ("AAA", "BBB", "CCC")]


@pytest.fixture
def recycling(areas):
    indicator = make.IndicatorFactory(code="recycling", unit="%")
    make.IndicatorValueFactory(indicator=indicator, authority=areas[0], year=2024, value=40)
    make.IndicatorValueFactory(indicator=indicator, authority=areas[1], year=2024, value=30)
    return indicator


@pytest.fixture
def manager(visit):
    return visit(make.scheme_manager(), at=AT)


def csv(*lines, header=HEADER, name="new.csv"):
    return SimpleUploadedFile(name, "\n".join([header, *lines, ""]).encode())


def text(response):
    return " ".join(response.content.decode().split())


def upload(browser, file, **typed):
    return browser.post(LIST, {"file": file, **typed}, follow=True)


def values():
    return list(
        IndicatorValue.objects.order_by("authority__code", "year").values_list(
            "authority__code", "year", "value", "published_on"
        )
    )


BEFORE = [("AAA", 2024, 40, None), ("BBB", 2024, 30, None)]


def test_a_file_is_looked_at_before_it_changes_anything(recycling, manager):
    page = upload(
        manager,
        csv("recycling,AAA,2024,2024,41", "recycling,BBB,2024,2024,30.0", "recycling,CCC,2024,2024,20"),
        published_on="2025-11-20",
    )

    kept = FigureImport.objects.get()
    assert page.redirect_chain == [(kept.get_absolute_url(), 302)]
    assert (kept.added, kept.changed, kept.superseded, kept.unchanged) == (1, 2, 1, 0)
    assert "Nothing has changed yet" in text(page)
    assert values() == BEFORE

    done = manager.post(reverse("figure_import_carry_out", args=[kept.pk]), follow=True)

    day = date(2025, 11, 20)
    assert "Brought in: 1 figures added, 2 changed" in text(done)
    assert values() == [("AAA", 2024, 41, day), ("BBB", 2024, 30, day), ("CCC", 2024, 20, day)]
    assert SupersededValue.objects.get().superseded_on == day
    kept.refresh_from_db()
    assert (kept.carried_out_at, bytes(kept.packed)) == (AT, b"")
    assert [step.step for step in Step.objects.of(kept)] == ["check", "carry_out"]


def test_a_repeat_changes_nothing_and_cannot_be_carried_out(recycling, manager):
    for _ in range(2):
        upload(manager, csv("recycling,AAA,2024,2024,41"))
        kept = FigureImport.objects.latest("pk")
        manager.post(reverse("figure_import_carry_out", args=[kept.pk]))

    assert (kept.added, kept.changed, kept.unchanged) == (0, 0, 1)
    assert "This file changes nothing" in text(manager.get(kept.get_absolute_url()))
    assert SupersededValue.objects.count() == 1
    assert kept.carried_out_at is None


def test_a_file_is_carried_out_once(recycling, manager):
    upload(manager, csv("recycling,AAA,2024,2024,41"))
    kept = FigureImport.objects.get()
    url = reverse("figure_import_carry_out", args=[kept.pk])
    manager.post(url)

    page = manager.post(url, follow=True)

    assert "has been brought in already" in text(page)
    assert SupersededValue.objects.count() == 1


def test_every_wrong_row_is_shown_and_nothing_comes_in(recycling, manager):
    page = upload(
        manager,
        csv(
            "recycling,AAA,2024,2024,41",
            "recycling,ZZZ,2024,2024,1",
            "waste,AAA,2024,2024,1",
            "recycling,BBB,2024,2024,many",
            "",
            "recycling,AAA,2024,2024/25,2",
            "recycling,BBB,next,2025,2",
        ),
        published_on="2025-11-20",
    )

    shown = text(page)
    assert page.status_code == 200
    for said in (
        "Line 3, column authority",
        "no authority is known as &#x27;ZZZ&#x27;",
        "Line 4, column indicator",
        "&#x27;many&#x27; is not a number",
        "Line 7, column year",
        "a figure of 2024 for this authority stands above already",
        "&#x27;next&#x27; is not a whole number",
    ):
        assert said in shown, said
    assert 'value="2025"' in shown  # what was typed beside the file is there still
    assert values() == BEFORE
    assert not FigureImport.objects.exists()


@pytest.mark.parametrize(
    ("value", "read"), [("12.5%", "12.5"), ("1,234", "1234"), ("−5", "-5"), (" 7 ", "7")]
)
def test_figures_as_people_write_them(recycling, manager, value, read):
    upload(manager, csv(f'recycling,CCC,2024,2024,"{value}"'))

    manager.post(reverse("figure_import_carry_out", args=[FigureImport.objects.get().pk]))

    assert IndicatorValue.objects.get(authority__code="CCC").value == Decimal(read)


def test_a_percentage_of_what_is_not_counted_in_per_cent_is_refused(areas, manager):
    make.IndicatorFactory(code="homes", unit="per 1,000 homes")

    page = upload(manager, csv("homes,AAA,2024,2024,5%"))

    assert "is a percentage" in text(page)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_files_in_the_encodings_that_people_send(recycling, manager, encoding):
    words = f"{HEADER}\r\nrecycling,CCC,2024,2024–25,5\r\n".encode(encoding)

    upload(manager, SimpleUploadedFile("new.csv", words))

    manager.post(reverse("figure_import_carry_out", args=[FigureImport.objects.get().pk]))
    assert IndicatorValue.objects.get(authority__code="CCC").period == "2024–25"


def workbook(*rows):
    made = Workbook()
    for row in rows:
        made.active.append(row)
    written = io.BytesIO()
    made.save(written)
    return SimpleUploadedFile("new.xlsx", written.getvalue())


def test_a_workbook_comes_in_too(recycling, manager):
    rows = [
        (*HEADER.split(","), "published_on"),
        ("recycling", "CCC", 2024, "2024/25", 12.5, date(2025, 11, 20)),
    ]

    upload(manager, workbook(*rows))
    manager.post(reverse("figure_import_carry_out", args=[FigureImport.objects.get().pk]))

    assert values()[-1] == ("CCC", 2024, Decimal("12.5"), date(2025, 11, 20))


def test_a_formula_that_was_never_worked_out_is_told_by_its_row(recycling, manager):
    page = upload(manager, workbook(HEADER.split(","), ("recycling", "CCC", 2024, "2024", "=1+1")))

    assert "Row 2, column value" in text(page)
    assert not FigureImport.objects.exists()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (csv(header=HEADER), "holds no figures below its header"),
        (csv("x", header="colour"), "is missing from the header"),
        (SimpleUploadedFile("new.csv", b""), "The file is empty"),
        (SimpleUploadedFile("new.csv", b"\x00\x01\x02\x03" * 50), "Nothing was brought in"),
    ],
)
def test_files_that_are_no_tables_of_figures(recycling, manager, file, said):
    page = upload(manager, file)

    assert page.status_code == 200
    assert said in text(page)
    assert not FigureImport.objects.exists()


def test_a_file_that_is_too_large_is_refused_unread(recycling, manager, monkeypatch):
    monkeypatch.setattr("outcomes.forms.figures.LARGEST", 10)

    page = upload(manager, csv("recycling,AAA,2024,2024,41"))

    assert "Split it into smaller files" in text(page)


def test_no_file_no_page_lost(recycling, manager):
    page = manager.post(LIST, {"published_on": "2025-11-20"})

    assert page.status_code == 200
    assert 'value="2025"' in text(page)


def test_what_changed_since_it_was_looked_at_is_checked_again(recycling, manager, areas):
    upload(manager, csv("recycling,AAA,2024,2024,41"), published_on="2025-06-01")
    kept = FigureImport.objects.get()
    IndicatorValue.objects.filter(authority=areas[0]).update(value=44, published_on=date(2025, 11, 20))

    page = manager.post(reverse("figure_import_carry_out", args=[kept.pk]), follow=True)

    assert "Figures have changed since this file was looked at, so nothing was brought in" in text(page)
    assert "an older publication does not replace a newer one" in text(page)
    assert values()[0] == ("AAA", 2024, 44, date(2025, 11, 20))
    kept.refresh_from_db()
    assert kept.carried_out_at is None


def test_a_bad_row_in_the_last_batch_takes_back_the_first(recycling, areas, monkeypatch):
    monkeypatch.setattr("outcomes.loading_figures.BATCH", 2)
    by = make.scheme_manager()
    lines = [f"recycling,CCC,{year},,1" for year in range(2000, 2006)]
    file = csv(*lines, "recycling,AAA,2024,2024,41")
    found, problems = figures.look(file, name="new.csv", published_on=date(2025, 6, 1), at=AT)
    assert not problems
    kept = figures.keep_checked(
        file, found, name="new.csv", published_on=date(2025, 6, 1), notes=[], by=by, at=AT
    )
    IndicatorValue.objects.filter(authority=areas[0]).update(value=44, published_on=date(2025, 11, 20))

    with pytest.raises(Refused):
        figures.carry_out(kept, by=by, at=AT)

    assert IndicatorValue.objects.count() == 2
    assert not SupersededValue.objects.exists()


@pytest.mark.parametrize("who", ["case_officer", "grants_officer", "finance_officer", "signatory", "drafter"])
def test_others_bring_nothing_in(recycling, areas, visit, who):
    person = {
        "signatory": lambda: make.signatory("lga"),
        "drafter": lambda: make.drafter(areas[0]),
    }.get(who, getattr(make, who))()
    kept = FigureImport.objects.create(
        file_name="x.csv", sha256="0", packed=b"", checked_at=AT, checked_by=make.scheme_manager()
    )
    browser = visit(person, at=AT)

    assert browser.get(LIST).status_code == 403
    assert browser.get(kept.get_absolute_url()).status_code == 403
    answer = browser.post(reverse("figure_import_carry_out", args=[kept.pk])).status_code
    assert answer in (403, 404)
    assert upload(browser, csv("recycling,AAA,2024,2024,41")).status_code == 403
    assert values() == BEFORE


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_carry_the_same_file_out_do_it_once():
    area = make.AuthorityFactory(code="AAA")
    indicator = make.IndicatorFactory(code="recycling")
    make.IndicatorValueFactory(indicator=indicator, authority=area, year=2024, value=40)
    by = make.scheme_manager()
    file = csv("recycling,AAA,2024,2024,41")
    found, _ = figures.look(file, name="new.csv", published_on=None, at=AT)
    kept = figures.keep_checked(file, found, name="new.csv", published_on=None, notes=[], by=by, at=AT)

    results = at_once(
        lambda: figures.carry_out(kept, by=by, at=AT),
        lambda: figures.carry_out(kept, by=by, at=AT),
        gate=kept,
    )

    assert [type(error) for error in errors(results)] == [Refused]
    assert SupersededValue.objects.count() == 1
