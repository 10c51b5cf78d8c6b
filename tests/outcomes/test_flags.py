"""Flags of inspectorates: loaded whole or not at all, signals for those who may know, and a secret to all others."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.urls import reverse

from beacons.directory.models import Role
from outcomes.models import Flag, Indicator, IndicatorValue, Outcome, SignUp
from tests import factories as make

pytestmark = pytest.mark.django_db

AT = datetime(2026, 1, 9, 9, tzinfo=UTC)
HEADER = "authority,assessment,year,subject,colour,source"
SUBJECTS = "subject,outcome"


@pytest.fixture
def load(tmp_path):
    def loaded(*lines, header=HEADER, option="flags"):
        path = tmp_path / f"{option}.csv"
        path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
        said = StringIO()
        call_command("load_flags", stdout=said, **{option: path})
        return said.getvalue().splitlines()

    return loaded


@pytest.fixture
def refused(load, tmp_path):
    def told(*lines, **options):
        with pytest.raises(CommandError) as refusal:
            load(*lines, **options)
        return str(refusal.value).replace(f"{tmp_path}/", "").splitlines()

    return told


@pytest.fixture
def homes():
    return make.OutcomeFactory(slug="more-homes", flag_subject="housing")


@pytest.fixture
def council():
    return make.AuthorityFactory(code="AAA", name="Testton", gss_code="E06000901")


# Loading


def test_flags_are_loaded_and_a_repeat_changes_nothing(council, load):
    lines = [
        "AAA,Comprehensive Area Assessment,2009,housing,red,a newspaper",
        "E06000901,Corporate peer challenge,2027,,green,its report",
    ]

    assert load(*lines) == ["flags: 2 added, 0 changed, 0 as they were"]
    assert load(*lines) == ["flags: 0 added, 0 changed, 2 as they were", "Nothing has changed."]

    assert sorted(flag.words for flag in council.flags.all()) == [
        "Green flag, Corporate peer challenge 2027",
        "Red flag for housing, Comprehensive Area Assessment 2009",
    ]


def test_a_flag_that_was_corrected_is_changed_and_one_that_no_line_names_stays(council, load):
    load("AAA,An assessment,2009,housing,red,a newspaper", "AAA,An assessment,2009,schools,red,a newspaper")

    said = load("AAA,An assessment,2009,housing,green,a correction")

    assert said == ["flags: 0 added, 1 changed, 0 as they were"]
    assert dict(Flag.objects.values_list("subject", "colour")) == {"housing": "green", "schools": "red"}


def test_every_bad_row_is_told_and_nothing_is_loaded(council, refused):
    told = refused(
        "AAA,An assessment,2009,housing,red,a newspaper",
        "AAA,An assessment,2009,housing,green,a newspaper",
        "XXX,,soon,housing,amber,",
    )

    assert told == [
        "Nothing was loaded. 6 problems:",
        "flags.csv, line 3, column authority: AAA An assessment 2009 housing stands on line 2 already",
        "flags.csv, line 4, column authority: no authority is known as 'XXX'",
        "flags.csv, line 4, column assessment: is blank",
        "flags.csv, line 4, column year: 'soon' is not a whole number",
        "flags.csv, line 4, column colour: 'amber' is not one of red, green",
        "flags.csv, line 4, column source: is blank",
    ]
    assert not Flag.objects.exists()


def test_what_staff_say_an_outcome_is_called_stays_theirs(council, homes, load):
    other = make.OutcomeFactory(slug="homes-fit-to-live-in")

    said = load("dwellings,more-homes", "housing,homes-fit-to-live-in", header=SUBJECTS, option="subjects")

    homes.refresh_from_db()
    other.refresh_from_db()
    assert said == ["subjects of flags: 1 added, 0 changed, 1 as they were"]
    assert (homes.flag_subject, other.flag_subject) == ("housing", "housing")


def test_the_outcome_that_staff_gave_a_flag_stays_when_the_file_names_none(council, homes, load):
    line = "AAA,An assessment,2009,schools,red,a newspaper"
    load(line)
    Flag.objects.update(outcome=homes)

    assert load(line)[-1] == "Nothing has changed."
    assert Flag.objects.get().outcome == homes


def test_the_products_own_flags_are_the_21_of_2009(tmp_path):
    call_command("load_authorities", stdout=StringIO())
    call_command("load_indicators", stdout=StringIO(), outcomes=own_outcomes(tmp_path))

    call_command("load_flags", stdout=StringIO())

    counts = [Flag.objects.filter(colour=colour).count() for colour in Flag.Colour]
    assert counts == [17, 4]
    assert set(Flag.objects.values_list("assessment", "year", "subject")) == {
        ("Comprehensive Area Assessment", 2009, "housing")
    }
    assert Outcome.objects.get(slug="more-homes").flag_subject == "housing"


def own_outcomes(folder):
    path = folder / "outcomes.csv"
    path.write_text("slug,title,description,national_indicator,measure\nmore-homes,More homes,,,\n")
    return path


# To which outcomes a flag speaks


def test_a_flag_speaks_to_its_outcome_or_else_to_all_of_its_subject(homes, council):
    too = make.OutcomeFactory(flag_subject="Housing")
    other = make.OutcomeFactory()
    on_subject = make.FlagFactory(authority=council, subject="housing")
    on_one = make.FlagFactory(authority=council, subject="housing", year=2010, outcome=too)
    make.FlagFactory(authority=council)

    assert list(Flag.objects.on(homes)) == [on_subject]
    assert set(Flag.objects.on(too)) == {on_subject, on_one}
    assert list(Flag.objects.on(other)) == []


# Who may know


def test_a_flag_is_known_to_staff_the_regions_coordinator_and_the_council(council):
    flag = make.FlagFactory(authority=council)
    elsewhere = make.AuthorityFactory()
    knows = {
        "staff": make.case_officer(),
        "coordinator": make.person(Role.COORDINATOR, region=council.region),
        "own": make.drafter(council),
        "neighbour": make.drafter(elsewhere),
        "other coordinator": make.person(Role.COORDINATOR, region=elsewhere.region),
        "signatory": make.signatory("clg"),
        "observer": make.person(Role.OBSERVER, body="lga"),
        "visitor": AnonymousUser(),
    }

    seen = {who for who, user in knows.items() if flag in Flag.objects.visible_to(user, AT)}

    assert seen == {"staff", "coordinator", "own"}


def flagged_world(homes):
    """An outcome with figures and a cohort, a round, and a second outcome that would change places with it."""
    measure = Indicator.objects.get(pk=homes.measure_id)
    councils = make.AuthorityFactory.create_batch(8)
    for year in (2020, 2024):
        IndicatorValue.objects.bulk_create(
            IndicatorValue(indicator=measure, authority=each, year=year, period=str(year), value=number)
            for number, each in enumerate(councils)
        )
    SignUp.objects.bulk_create(
        SignUp(outcome=homes, authority=each, source=SignUp.Source.AGREEMENT, target=3, target_year=2027)
        for each in councils[:6]
    )
    other = make.OutcomeFactory(title="Another", flag_subject="schools")
    SignUp.objects.bulk_create(
        SignUp(outcome=other, authority=each, source=SignUp.Source.AGREEMENT) for each in councils[:6]
    )
    make.a_round(homes, slug="a-round")
    return councils


def test_adding_flags_changes_no_byte_of_any_public_page_nor_order_nor_count(homes, visit):
    councils = flagged_world(homes)
    addresses = [
        reverse("home"),
        reverse("outcome_list"),
        reverse("outcome_list") + "?words=homes",
        homes.get_absolute_url(),
        reverse("round_list"),
        reverse("round_detail", args=["a-round"]),
        reverse("round_report", args=["a-round"]),
    ]
    uninvolved = make.drafter(councils[7])
    eyes = {"visitor": visit(at=AT), "another council": visit(uninvolved, at=AT)}

    def seen():
        pages = {(who, url): client.get(url) for who, client in eyes.items() for url in addresses}
        assert {page.status_code for page in pages.values()} == {200}
        return {key: scrubbed(page) for key, page in pages.items()}

    before = seen()
    for number, council in enumerate(councils[:6]):
        make.FlagFactory(authority=council, subject="housing", colour=("red", "green")[number % 2])
        make.FlagFactory(authority=council, assessment="Another", outcome=homes)
    after = seen()

    assert before == after
    # The comparison can tell: whoever may know sees a difference.
    assert "Red flag for housing" in visit(make.scheme_manager(), at=AT).get(homes.get_absolute_url()).text


def scrubbed(response):
    """A page without what differs at each look: the token of its forms."""
    tokens = {str(response.context.get("csrf_token", ""))} if response.context else set()
    text = response.text
    for token in tokens - {"", "NOTPROVIDED"}:
        text = text.replace(token, "")
    return text


def test_a_council_reads_its_own_flag_and_not_its_neighbours(homes, visit):
    councils = flagged_world(homes)
    make.FlagFactory(authority=councils[0], subject="housing")
    make.FlagFactory(authority=councils[1], subject="housing", assessment="A peer review")

    said = visit(make.drafter(councils[0]), at=AT).get(homes.get_absolute_url()).text

    assert "Red flag for housing, Area assessment 2009" in said
    assert "A peer review" not in said


def test_a_council_reads_its_flags_on_its_desk(homes, visit, council):
    make.FlagFactory(authority=council, subject="housing")
    make.FlagFactory(authority=make.AuthorityFactory(), subject="schools")

    said = visit(make.drafter(council), at=AT).get(reverse("desk")).text

    assert "Red flag for housing, Area assessment 2009" in said
    assert "schools" not in said
