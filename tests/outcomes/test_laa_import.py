"""Staff bring in whole agreements: looked at first, carried out all or nothing, and a repeat changes nothing."""

import hashlib
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beacons.core import invariants
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.core.tables import Problems
from outcomes import agreements
from outcomes.actions import agreements as bringing
from outcomes.actions import sign_ups
from outcomes.models import AgreementImport, FormerTerms, SignUp
from outcomes.terms import Terms
from tests import factories as make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 9, 9, tzinfo=UTC)
LATER = AT + timedelta(days=1)
HEADER = "authority,outcome,baseline,baseline_year,target,target_year,lead_officer,source,refresh_year"
LIST = "/outcomes/agreements/"


def text(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def manager():
    return make.scheme_manager()


@pytest.fixture
def waste():
    return make.OutcomeFactory(slug="less-waste", title="Less waste", measure__unit="%")


@pytest.fixture
def homes():
    return make.OutcomeFactory(slug="more-homes", title="More homes", measure__unit="per 1,000 homes")


@pytest.fixture
def councils(waste, homes):
    county = make.AuthorityFactory(code="CCC", name="Testshire", kind="county", tier="upper")
    return {
        "AAA": make.AuthorityFactory(code="AAA", name="Testton"),
        "CCC": county,
        "DDD": make.AuthorityFactory(
            code="DDD", name="Testford", kind="district", tier="lower", county=county
        ),
        "FFF": make.AuthorityFactory(code="FFF", name="Test Fire", kind="fire", tier=""),
        "OOO": make.AuthorityFactory(code="OOO", name="Oldton", closed_on=date(2009, 4, 1)),
    }


def file_of(*lines, name="laa.csv", header=HEADER, encoding="utf-8"):
    return SimpleUploadedFile(name, "\n".join([header, *lines, ""]).encode(encoding))


def checked(client, *lines, **options):
    """Uploaded, and the page that follows."""
    return client.post(LIST, {"file": file_of(*lines, **options)}, follow=True)


def carry_out(client, kept=None):
    kept = kept or AgreementImport.objects.latest("pk")
    return client.post(reverse("agreement_carry_out", args=[kept.pk]), follow=True)


def test_a_file_is_looked_at_first_and_then_that_very_content_is_brought_in(visit, manager, councils, waste):
    client = visit(manager, at=AT)

    page = checked(client, "AAA,less-waste,31.5%,2008,40,2011,Ann Other,agreement,", "CCC,less-waste,,,,,,,")

    assert not SignUp.objects.exists()
    shown = text(page)
    for words in (
        "Nothing has changed yet",
        "Testton",
        "31.5% in 2008",
        "40% by 2011",
        "Ann Other",
        "Testshire",
    ):
        assert words in shown

    done = carry_out(client)

    assert "laa.csv is brought in: 2 added, 0 changed." in text(done)
    made = SignUp.objects.get(authority=councils["AAA"])
    assert (made.outcome, made.baseline, made.target, made.target_year) == (waste, Decimal("31.5"), 40, 2011)
    assert (made.lead_officer, made.source) == ("Ann Other", "agreement")
    assert (made.signed_up_at, made.signed_up_by, made.confirmed_at) == (AT, manager, None)
    step = Step.objects.of(made).with_words().get()
    digest = hashlib.sha256(
        file_of("AAA,less-waste,31.5%,2008,40,2011,Ann Other,agreement,", "CCC,less-waste,,,,,,,").read()
    )
    assert (step.step, step.by_id) == ("import", manager.pk)
    assert (step.words.data["file"], step.words.data["sha256"]) == ("laa.csv", digest.hexdigest())
    kept = AgreementImport.objects.get()
    assert (kept.carried_out_at, kept.carried_out_by, kept.sha256) == (AT, manager, digest.hexdigest())
    assert "Bring it in</button>" not in text(done)
    assert list(invariants.broken()) == []


def test_a_repeat_changes_nothing(visit, manager, councils):
    client = visit(manager, at=AT)
    line = "AAA,less-waste,31.5,2008,40,2011,Ann Other,agreement,"
    checked(client, line)
    carry_out(client)

    again = checked(client, line)

    assert "This file changes nothing: all that it says is known already." in text(again)
    assert "Bring it in</button>" not in text(again)
    refused = carry_out(client)
    assert "This file changes nothing" in text(refused)
    assert (SignUp.objects.count(), FormerTerms.objects.count()) == (1, 0)
    first = AgreementImport.objects.earliest("pk")
    assert "This file has been brought in already." in text(carry_out(client, first))


def test_what_changes_is_shown_from_old_to_new_and_the_former_terms_are_kept(visit, manager, councils):
    client = visit(manager, at=AT)
    checked(client, "AAA,less-waste,31.5,2008,40,2011,Ann Other,,")
    carry_out(client)

    shown = text(checked(client, "AAA,less-waste,31.5,2008,42.5,2012,,,"))

    assert "Target: 40% by 2011 → 42.5% by 2012" in shown
    assert "Lead officer:" not in shown
    carry_out(client)
    held = SignUp.objects.get()
    assert (held.target, held.target_year, held.lead_officer) == (Decimal("42.5"), 2012, "Ann Other")
    former = FormerTerms.objects.get()
    assert (former.target, former.replaced_by, former.replaced_at) == (40, manager, AT)
    assert former.why == "Corrected, from the file laa.csv"


def test_what_a_council_confirmed_changes_only_as_a_refresh_that_it_confirms_again(visit, manager, councils):
    client = visit(manager, at=AT)
    checked(client, "AAA,less-waste,31.5,2008,40,2011,Ann Other,,")
    carry_out(client)
    chief = make.certifier(councils["AAA"])
    sign_ups.confirm_sign_up(SignUp.objects.get(), lead_officer="Cy Carter", by=chief, at=AT)

    without = checked(client, "AAA,less-waste,31.5,2008,35,2011,Ann Other,,")
    assert "Line 2, column refresh_year: is blank, and Testton has confirmed other terms" in text(
        without
    ).replace("&#x27;", "'")
    same = checked(client, "AAA,less-waste,31.5,2008,40,2011,Somebody Else,,")
    assert "This file changes nothing" in text(same)
    shown = checked(client, "AAA,less-waste,31.5,2008,35,2011,Ann Other,,2010")
    assert "To be confirmed again" in text(shown)
    carry_out(client)

    held = SignUp.objects.get()
    assert (held.target, held.confirmed_at, held.confirmed_by, held.lead_officer) == (
        35,
        None,
        None,
        "Cy Carter",
    )
    former = FormerTerms.objects.get()
    assert (former.target, former.confirmed_at, former.confirmed_by) == (40, AT, chief)
    assert former.why == "Refresh of 2010, from the file laa.csv"
    step = Step.objects.of(held).filter(step="refresh").with_words().get()
    assert step.words.data["changes"] == [["Target", "40% by 2011", "35% by 2011"]]


def test_a_refresh_waits_until_the_council_could_confirm_again(visit, manager, councils, waste):
    sign_up = make.SignUpFactory(authority=councils["AAA"], outcome=waste)
    sign_ups.confirm_sign_up(sign_up, lead_officer="Ann", by=make.certifier(councils["AAA"]), at=AT)
    a_round = make.a_round(waste)
    client = visit(manager, at=make.during(a_round, "scoring"))

    page = checked(client, "AAA,less-waste,6,2023,3,2026,,,2026")

    assert "Testton could not confirm again now. Sign-up for Beacons" in text(page)
    assert not AgreementImport.objects.exists()


def test_all_that_is_wrong_is_told_by_row_in_order_and_nothing_is_kept(
    visit, manager, councils, waste, homes
):
    make.SignUpFactory(
        authority=councils["CCC"],
        outcome=homes,
        measure=make.IndicatorFactory(kind="own", code="OWN-CCC-1", authority=councils["CCC"]),
    )

    page = checked(
        visit(manager, at=AT),
        "AAA,less-waste,31.5,2008,40,2011,,,",
        "AAA,less-waste,31.5,2008,41,2011,,,",
        "Testton,less-wast,a few,2008,40,2011,,rumour,",
        "DDD,less-waste,1,2008,2,2011,,,",
        "FFF,less-waste,1,2008,2,2011,,,",
        "OOO,less-waste,1,2008,2,2011,,,",
        "CCC,more-homes,1,2008,2,2011,,,",
        "CCC,less-waste,1,,2,2011,,,",
        "AAA,more-homes,5%,2012,6,2011,,,",
        'CCC,"less-waste",1',
    )

    listed = [problem.sentence for problem in page.context["problems"].kept]
    assert listed == [
        "Line 3, column authority: AAA less-waste stands on line 2 already.",
        "Line 4, column authority: no authority is known as 'Testton'; did you mean 'AAA'?",
        "Line 4, column outcome: no outcome is known as 'less-wast'; did you mean 'less-waste'?",
        "Line 4, column baseline: 'a few' is not a number.",
        "Line 4, column source: 'rumour' is not one of agreement, council, demonstration.",
        "Line 5, column authority: Testford is a district: the agreement is its county's, CCC.",
        "Line 6, column authority: Test Fire has no agreement of its own: it joins an area's sign-up on its own page.",
        "Line 7, column authority: Oldton was abolished on 1 April 2009: name its successor.",
        "Line 8: Testshire set a measure of its own for this outcome, OWN-CCC-1, and a file's figures are of the"
        " outcome's measure: leave this row out.",
        "Line 9, column baseline: goes together with its year: fill both or neither.",
        "Line 10, column baseline: '5%' is a percentage, and this figure is counted in “per 1,000 homes”, not in per"
        " cent: write the number alone.",
        "Line 11: has 3 cells where the header has 9.",
    ]
    assert "Mend these 12 places and upload the file again." in text(page)
    assert (SignUp.objects.count(), AgreementImport.objects.count()) == (1, 0)
    assert Step.objects.count() == 0


def test_a_file_that_is_none_or_empty_is_refused_on_the_page(visit, manager):
    client = visit(manager, at=AT)

    for content, words in (
        (b"", "The file is empty: it has no header."),
        (b"%PDF-1.4", "The file is a PDF, not a table: save the table itself as .xlsx or CSV."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "The file is an old Excel file (.xls): open it in Excel"),
        (b"name;target\nA;1\n", "Line 1, column authority: is missing from the header."),
    ):
        page = client.post(LIST, {"file": SimpleUploadedFile("laa.csv", content)})
        assert words in text(page)
    assert "Select a file of agreements" in text(client.post(LIST, {}))


def test_a_file_over_the_limit_is_refused(visit, manager, monkeypatch):
    monkeypatch.setattr("outcomes.forms.agreements.LARGEST", 100)

    page = visit(manager, at=AT).post(LIST, {"file": SimpleUploadedFile("laa.csv", b"x" * 101)})

    assert "where 10 MB are the most" in text(page)


def test_a_workbook_is_read_like_a_text_file_with_its_notes(visit, manager, councils):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "LAA"
    sheet.append(HEADER.split(","))
    sheet.append(["AAA", "less-waste", 0.315, 2008, 0.4, 2011])
    sheet["C2"].number_format = sheet["E2"].number_format = "0.0%"
    book.create_sheet("Notes")
    file = io.BytesIO()
    book.save(file)
    client = visit(manager, at=AT)

    page = client.post(LIST, {"file": SimpleUploadedFile("laa.xlsx", file.getvalue())}, follow=True)

    assert "laa.xlsx has 2 sheets; only the first, “LAA”, was read." in text(page)
    assert "31.5% in 2008" in text(page)
    wrong = client.post(LIST, {"file": SimpleUploadedFile("laa.xlsx", file.getvalue()), "sheet": "Gone"})
    assert "it has LAA, Notes" in text(wrong)


def test_windows_1252_is_read_and_that_is_said(visit, manager, councils):
    page = checked(visit(manager, at=AT), "AAA,less-waste,,,,,Zoë O’Hara,,", encoding="cp1252")

    assert "Zoë O’Hara" in text(page)
    assert "was read as Windows-1252" in text(page)


def test_where_sign_ups_changed_in_between_nothing_is_brought_in(visit, manager, councils, waste):
    client = visit(manager, at=AT)
    held = make.SignUpFactory(authority=councils["AAA"], outcome=waste, lead_officer="Ann")
    checked(client, "AAA,less-waste,6,2023,3,2026,,,", "CCC,less-waste,6,2023,3,2026,,,")
    sign_ups.set_terms(
        held,
        terms=Terms(target=Decimal(5), target_year=2026, lead_officer="Ann"),
        why="Ours",
        by=make.drafter(councils["AAA"]),
        at=AT,
    )

    said = carry_out(client)

    assert "Sign-ups of this file have changed since it was looked at" in text(said)
    assert [(each.authority.code, each.target) for each in SignUp.objects.all()] == [("AAA", 5)]
    assert AgreementImport.objects.get().carried_out_at is None


def test_what_was_confirmed_in_between_is_not_changed(visit, manager, councils, waste):
    client = visit(manager, at=AT)
    held = make.SignUpFactory(authority=councils["AAA"], outcome=waste)
    checked(client, "AAA,less-waste,6,2023,3,2026,,,")
    sign_ups.confirm_sign_up(held, lead_officer="Ann", by=make.certifier(councils["AAA"]), at=AT)

    said = carry_out(client)

    assert "Row 2: is blank, and Testton has confirmed other terms" in text(said)
    assert SignUp.objects.get().target == 4


def test_what_was_changed_in_the_stored_rows_cannot_be_smuggled_in_by_the_form(visit, manager, councils):
    """The page posts nothing but its address."""
    client = visit(manager, at=AT)
    checked(client, "AAA,less-waste,31.5,2008,40,2011,,,")
    kept = AgreementImport.objects.get()

    client.post(reverse("agreement_carry_out", args=[kept.pk]), {"rows": "[]", "target": "1"})

    assert SignUp.objects.get().target == 40


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (make.scheme_manager, 200),
        (make.case_officer, 200),
        (make.grants_officer, 403),
        (lambda: make.drafter(make.AuthorityFactory()), 403),
    ],
)
def test_agreements_are_brought_in_by_those_who_run_rounds(visit, councils, who, status):
    client = visit(who(), at=AT)

    assert client.get(LIST).status_code == status
    assert client.get(reverse("agreement_template", args=["csv"])).status_code == status
    answer = client.post(LIST, {"file": file_of("AAA,less-waste,,,,,,,")})
    assert answer.status_code == (302 if status == 200 else 403)
    assert AgreementImport.objects.exists() is (status == 200)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_can_be_filled_in_and_brought_in(visit, manager, kind):
    make.OutcomeFactory(slug="less-waste")
    make.AuthorityFactory(code="WGN")
    make.AuthorityFactory(code="LAN")
    client = visit(manager, at=AT)
    template = client.get(reverse("agreement_template", args=[kind]))
    assert template["Content-Disposition"] == f'attachment; filename="agreements.{kind}"'

    page = client.post(LIST, {"file": SimpleUploadedFile(f"a.{kind}", template.content)}, follow=True)

    assert page.context["kept"].added == 2
    assert client.get(reverse("agreement_template", args=["exe"])).status_code == 404


def test_the_pages_take_as_many_queries_for_120_rows_as_for_2(visit, manager, waste):
    client = visit(manager, at=AT)

    def queries(number):
        codes = [make.AuthorityFactory().code for _ in range(number)]
        page = checked(client, *(f"{code},less-waste,1,2008,2,2011,,," for code in codes))
        kept = page.context["kept"]
        with CaptureQueriesContext(connection) as asked:
            shown = client.get(kept.get_absolute_url())
        assert len(shown.context["lines"]) == min(number, 50)
        with CaptureQueriesContext(connection) as listing:
            client.get(LIST)
        return len(asked), len(listing)

    few = queries(2)
    assert max(few) <= 12
    assert queries(120) == few


def test_a_whole_country_is_read_planned_and_written_in_a_fixed_number_of_queries(manager, homes, waste):
    areas = make.AuthorityFactory.create_batch(60)
    lines = [
        f"{area.code},{slug},1,2008,2,2011,,," for area in areas for slug in ("less-waste", "more-homes")
    ]
    problems = Problems()
    with CaptureQueriesContext(connection) as asked:
        entries, plan = agreements.read(file_of(*lines), problems, at=AT)
    assert (len(plan.changes), str(problems)) == (120, "")
    assert len(asked) <= 5

    kept = bringing.keep_checked(entries, plan, file_name="all.csv", sha256="0", notes=[], by=manager, at=AT)
    with CaptureQueriesContext(connection) as asked:
        bringing.carry_out(kept, by=manager, at=LATER)

    assert SignUp.objects.count() == 120
    assert len(asked) <= 20


def test_more_rows_than_can_be_looked_at_are_refused(monkeypatch, councils):
    monkeypatch.setattr(agreements, "MOST_ROWS", 2)
    problems = Problems()

    agreements.read(
        file_of("AAA,less-waste,,,,,,,", "CCC,less-waste,,,,,,,", "AAA,more-homes,,,,,,,"), problems, at=AT
    )

    assert problems.kept[0].reason == "is one row too many: bring in 2 at a time"


def test_carrying_out_twice_at_once_is_refused_the_second_time(manager, councils):
    problems = Problems()
    entries, plan = agreements.read(file_of("AAA,less-waste,,,,,,,"), problems, at=AT)
    kept = bringing.keep_checked(entries, plan, file_name="a.csv", sha256="0", notes=[], by=manager, at=AT)
    bringing.carry_out(kept, by=manager, at=AT)

    with pytest.raises(Refused, match="has been brought in already"):
        bringing.carry_out(kept, by=manager, at=AT)

    assert SignUp.objects.count() == 1
