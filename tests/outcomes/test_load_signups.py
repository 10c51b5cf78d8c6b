"""`load_signups`: who signed up to what, from a file, without touching what a council confirmed."""

from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from outcomes.models import FormerTerms, SignUp
from tests.factories import AuthorityFactory, OutcomeFactory, SignUpFactory, UserFactory

pytestmark = pytest.mark.django_db

CONFIRMED = datetime(2026, 1, 12, 10, 30, tzinfo=UTC)
HEADER = "authority,outcome,baseline,baseline_year,target,target_year,source"


@pytest.fixture
def less_waste():
    return OutcomeFactory(slug="less-waste")


@pytest.fixture
def councils():
    county = AuthorityFactory(code="CCC", name="Testshire", kind="county", tier="upper")
    AuthorityFactory(code="DDD", name="Testford", kind="district", tier="lower", county=county)
    return {"unitary": AuthorityFactory(code="AAA", name="Testton"), "county": county}


@pytest.fixture
def load(tmp_path):
    def loaded(*lines, header=HEADER):
        path = tmp_path / "signups.csv"
        path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
        said = StringIO()
        call_command("load_signups", path, stdout=said)
        return said.getvalue().splitlines()

    return loaded


@pytest.fixture
def refused(load, tmp_path):
    def told(*lines):
        with pytest.raises(CommandError) as refusal:
            load(*lines)
        return str(refusal.value).replace(f"{tmp_path}/", "").splitlines()

    return told


def test_sign_ups_are_loaded_and_a_repeat_changes_nothing(less_waste, councils, load):
    lines = ["AAA,less-waste,31.5,2008,40,2011,agreement", "CCC,less-waste,,,,,agreement"]

    assert load(*lines) == ["sign-ups: 2 added, 0 changed, 0 as they were"]
    assert load(*lines) == ["sign-ups: 0 added, 0 changed, 2 as they were", "Nothing has changed."]

    sign_up = SignUp.objects.get(authority=councils["unitary"])
    assert (sign_up.outcome, sign_up.baseline, sign_up.target_year) == (less_waste, Decimal("31.5"), 2011)
    assert SignUp.objects.get(authority=councils["county"]).target is None


def test_a_changed_target_changes_an_unconfirmed_sign_up_and_keeps_its_officer(less_waste, councils, load):
    load("AAA,less-waste,31.5,2008,40,2011,agreement,Ann Other", header=f"{HEADER},lead_officer")

    assert load("AAA,less-waste,31.5,2008,45,2011,agreement") == [
        "sign-ups: 0 added, 1 changed, 0 as they were"
    ]

    sign_up = SignUp.objects.get()
    assert (sign_up.target, sign_up.lead_officer) == (45, "Ann Other")


def test_what_a_council_confirmed_changes_only_as_a_refresh_that_it_confirms_again(
    less_waste, councils, load, refused
):
    load("AAA,less-waste,31.5,2008,40,2011,agreement,Ann Other", header=f"{HEADER},lead_officer")
    chief = UserFactory()
    SignUp.objects.update(confirmed_at=CONFIRMED, confirmed_by=chief)

    same = load("AAA,less-waste,31.5,2008,40,2011,council")
    told = refused("AAA,less-waste,31.5,2008,35,2011,agreement", "CCC,less-waste,1,2008,2,2011,agreement")

    assert same[-1] == "Nothing has changed."
    assert told == [
        "Nothing was loaded. One problem:",
        "signups.csv, line 2, column refresh_year: is blank, and Testton has confirmed other terms: fill in the year"
        " of the refresh, and the council will be asked to confirm again",
    ]
    assert SignUp.objects.get().target == 40

    load("AAA,less-waste,31.5,2008,35,2011,agreement,2010", header=f"{HEADER},refresh_year")

    sign_up = SignUp.objects.get()
    assert (sign_up.target, sign_up.confirmed_at, sign_up.lead_officer) == (35, None, "Ann Other")
    former = FormerTerms.objects.get()
    assert (former.target, former.confirmed_at, former.confirmed_by) == (40, CONFIRMED, chief)
    assert (former.replaced_by, former.why) == (None, "Refresh of 2010, from the file signups.csv")


def test_every_bad_row_is_told_and_nothing_is_loaded(less_waste, councils, refused):
    told = refused(
        "AAA,less-waste,31.5,2008,40,2011,agreement",
        "AAA,less-waste,31.5,2008,40,2011,agreement",
        "XXX,more-waste,a few,2008,40,2011,rumour",
        "DDD,less-waste,31.5,2008,40,2011,agreement",
        "CCC,less-waste,31.5,2011,40,2011,agreement",
    )

    assert told == [
        "Nothing was loaded. 7 problems:",
        "signups.csv, line 3, column authority: AAA less-waste stands on line 2 already",
        "signups.csv, line 4, column authority: no authority is known as 'XXX'",
        "signups.csv, line 4, column outcome: no outcome is known as 'more-waste'; did you mean 'less-waste'?",
        "signups.csv, line 4, column baseline: 'a few' is not a number",
        "signups.csv, line 4, column source: 'rumour' is not one of agreement, council, demonstration",
        "signups.csv, line 5, column authority: Testford is a district: the agreement is its county's, CCC",
        "signups.csv, line 6, column target_year: 2011 is not after 2011",
    ]
    assert not SignUp.objects.exists()


def test_a_figure_goes_with_its_year(less_waste, councils, refused):
    told = refused("AAA,less-waste,31.5,,40,2011,agreement", "CCC,less-waste,,,,2011,agreement")

    assert told[1:] == [
        "signups.csv, line 2, column baseline: goes together with its year: fill both or neither",
        "signups.csv, line 3, column target: goes together with its year: fill both or neither",
    ]


def test_a_sign_up_that_no_line_names_stays(less_waste, councils, load):
    SignUpFactory(outcome=less_waste, authority=councils["county"])

    load("AAA,less-waste,31.5,2008,40,2011,agreement")

    assert SignUp.objects.count() == 2
