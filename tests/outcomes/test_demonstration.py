"""The demonstration's sign-ups follow the real counts and the real figures, and say that they are invented."""

from collections import Counter
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from beacons.directory.models import Authority
from outcomes import demonstration
from outcomes.models import Indicator, IndicatorValue, Outcome, SignUp
from tests.factories import AuthorityFactory, IndicatorFactory, IndicatorValueFactory, OutcomeFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 4, 1)


@pytest.fixture
def less_waste():
    """Three of five areas chose it; their figures are 10, 20, 30, 40 and 50 per cent, and then one better each."""
    national = IndicatorFactory(code="NI 192", kind=Indicator.Kind.NATIONAL, laa_choices=3)
    measure = IndicatorFactory(code="recycling", kind=Indicator.Kind.PRESENT, polarity="high", unit="%")
    for number in range(1, 6):
        area = AuthorityFactory(code=f"A{number}")
        IndicatorValueFactory(indicator=measure, authority=area, year=2021, value=number * 10)
        IndicatorValueFactory(indicator=measure, authority=area, year=2023, value=number * 10 + 1)
    return OutcomeFactory(slug="less-waste", national_indicator=national, measure=measure)


def signed():
    return [
        (made.authority.code, made.baseline, made.baseline_year, made.target, made.target_year)
        for made in demonstration.sign_ups(TODAY)
    ]


def test_as_many_sign_up_as_chose_it_the_furthest_behind_first(less_waste):
    assert signed() == [
        ("A1", 10, 2021, 25, 2026),
        ("A2", 20, 2021, 30, 2026),
        ("A3", 30, 2021, 35, 2026),
    ]


def test_where_low_is_good_the_highest_have_most_to_gain(less_waste):
    Indicator.objects.filter(code="recycling").update(polarity="low")

    assert [(code, target) for code, _, _, target, _ in signed()] == [("A5", 35), ("A4", 30), ("A3", 25)]


def test_an_area_whose_choice_is_known_comes_first(less_waste, monkeypatch):
    monkeypatch.setattr(demonstration, "known_choices", lambda: {("A5", "NI 192"), ("A4", "NI 1")})

    assert [code for code, *_ in signed()] == ["A5", "A1", "A2"]


def test_who_leads_already_aims_five_per_cent_further():
    assert demonstration.target(Decimal(50), Decimal(40), "high", "%") == Decimal("52.5")
    assert demonstration.target(Decimal(20), Decimal(30), "low", "per 1,000") == Decimal(19)
    assert demonstration.target(Decimal(99), Decimal(40), "high", "%") == 100


def test_districts_the_abolished_and_the_welsh_sign_nothing(less_waste):
    for code, changes in [
        ("A1", {"tier": "lower"}),
        ("A2", {"closed_on": date(2023, 4, 1)}),
        ("A3", {"nation": "Wales"}),
    ]:
        Authority.objects.filter(code=code).update(**changes)

    assert [code for code, *_ in signed()] == ["A4", "A5"]


def test_an_outcome_without_a_count_a_measure_or_figures_has_no_cohort(less_waste):
    OutcomeFactory(national_indicator=less_waste.national_indicator, measure=None)
    OutcomeFactory(national_indicator=None, measure=less_waste.measure)
    OutcomeFactory(national_indicator=less_waste.national_indicator, measure=IndicatorFactory())

    assert {made.outcome for made in demonstration.sign_ups(TODAY)} == {less_waste}


def test_signing_up_twice_adds_nothing_and_keeps_what_a_council_signed(less_waste):
    council = SignUp.objects.create(
        outcome=less_waste,
        authority=IndicatorValue.objects.get(value=10).authority,
        source=SignUp.Source.COUNCIL,
        target=99,
        target_year=2030,
    )

    once, again = demonstration.sign_up(TODAY), demonstration.sign_up(TODAY)

    assert (once.added, again.added) == (2, 0)
    council.refresh_from_db()
    assert (council.source, council.target) == ("council", 99)
    assert Counter(SignUp.objects.values_list("source", flat=True)) == {"demonstration": 2, "council": 1}


def test_on_the_real_tables_each_cohort_has_the_size_it_had_in_2008():
    call_command("load_authorities", stdout=StringIO())
    call_command("load_indicators", stdout=StringIO())

    demonstration.sign_up(TODAY)

    sizes = {
        outcome.national_indicator.code: outcome.cohort_size
        for outcome in Outcome.objects.with_cohort_size().select_related("national_indicator")
        if outcome.cohort_size
    }
    assert sizes == {
        "NI 117": 115,
        "NI 112": 101,
        "NI 111": 74,
        "NI 19": 49,
        "NI 63": 29,
        "NI 60": 18,
        "NI 62": 16,
        "NI 65": 11,
        "NI 58": 5,
        "NI 64": 5,
    }
    assert set(SignUp.objects.values_list("source", flat=True)) == {"demonstration"}
    assert not SignUp.objects.filter(confirmed_at__isnull=False).exists()
    stockton = SignUp.objects.get(authority__code="STT", outcome__national_indicator__code="NI 117")
    assert (
        stockton.baseline
        == IndicatorValue.objects.get(
            indicator__code="neet-16-17", authority__code="STT", year=stockton.baseline_year
        ).value
    )
    assert stockton.target < stockton.baseline
