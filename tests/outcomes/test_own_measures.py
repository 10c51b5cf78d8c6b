"""A council sets a measure of its own, enters its figures, signs up by it; others measure by it too."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from outcomes.actions import measures, sign_ups
from outcomes.models import Indicator, IndicatorValue, SignUp, SupersededValue
from outcomes.terms import Terms
from tests import factories as make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 9, 9, tzinfo=UTC)
WORDS = {
    "title": "Households without heating",
    "unit": "%",
    "polarity": "low",
    "description": "Of 1,000 households asked each March.",
    "source": "Our yearly housing survey",
}


def text(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def council():
    return make.AuthorityFactory(name="Wigan", code="WGN")


@pytest.fixture
def measure(council):
    return measures.define_measure(council, **WORDS, by=make.drafter(council), at=AT)


def figures(measure, authority, **by_year):
    told = {int(year[1:]): None if value is None else Decimal(str(value)) for year, value in by_year.items()}
    return measures.enter_figures(measure, authority, figures=told, by=make.drafter(authority), at=AT)


def test_a_council_defines_a_measure_and_it_gets_the_houses_code(visit, council):
    client = visit(make.drafter(council), at=AT)

    response = client.post(reverse("measure_add", args=[council.pk]), WORDS, follow=True)

    assert "OWN-WGN-1 is defined." in text(response)
    made = Indicator.objects.get()
    assert (made.code, made.kind, made.authority, made.title) == ("OWN-WGN-1", "own", council, WORDS["title"])
    assert Step.objects.of(made).get().step == "define"
    second = measures.define_measure(council, **WORDS | {"title": "Other"}, by=make.drafter(council), at=AT)
    assert second.code == "OWN-WGN-2"
    assert "Households without heating" in text(client.get(reverse("sign_up_desk", args=[council.pk])))


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"title": ""}, "Enter what is measured"),
        ({"unit": "\u200b"}, "Give the unit in which it is counted."),
        ({"polarity": ""}, "which way is good"),
        ({"description": " "}, "how it is measured"),
        ({"title": "x" * 301}, "What is measured must be 300 characters or fewer"),
    ],
)
def test_a_measure_without_a_definition_is_refused_and_nothing_typed_is_lost(visit, council, wrong, reason):
    response = visit(make.drafter(council), at=AT).post(
        reverse("measure_add", args=[council.pk]), WORDS | wrong
    )

    assert reason in text(response)
    assert "Our yearly housing survey" in text(response)
    assert not Indicator.objects.exists()


def test_one_title_is_one_measure_of_a_council(council, measure):
    with pytest.raises(Refused, match="Wigan has a measure of this title already"):
        measures.define_measure(
            council, **WORDS | {"title": "households WITHOUT heating"}, by=make.drafter(council), at=AT
        )


def test_words_are_mended_only_while_nobody_rests_on_them(visit, council, measure):
    client = visit(make.drafter(council), at=AT)
    edit = reverse("measure_edit", args=[measure.pk])
    client.post(edit, WORDS | {"unit": "per 1,000 homes"})
    assert Indicator.objects.get(pk=measure.pk).unit == "per 1,000 homes"

    other = make.SignUpFactory(measure=measure)
    assert f"{other.authority} measure by it too" in text(client.get(edit))
    refused = client.post(edit, WORDS | {"unit": "days"})

    assert f"{other.authority} measure by it too" in text(refused)
    assert Indicator.objects.get(pk=measure.pk).unit == "per 1,000 homes"


def test_figures_are_entered_by_year_and_what_they_replace_is_kept(visit, council, measure):
    client = visit(make.drafter(council), at=AT)
    where = reverse("measure_figures", args=[measure.pk, council.pk])
    client.post(where, {"year_2024": "12.5%", "year_2025": "1,234"})
    assert dict(IndicatorValue.objects.values_list("year", "value")) == {2024: Decimal("12.5"), 2025: 1234}
    assert 'value="12.5"' in text(client.get(where))

    said = client.post(where, {"year_2024": "", "year_2025": "11"}, follow=True)

    assert "The figures of Wigan are saved." in text(said)
    assert dict(IndicatorValue.objects.values_list("year", "value")) == {2025: 11}
    former = SupersededValue.objects.order_by("year")
    assert [(each.year, each.value, each.superseded_on) for each in former] == [
        (2024, Decimal("12.5"), date(2026, 1, 9)),
        (2025, 1234, date(2026, 1, 9)),
    ]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("12,5", "2025: &#x27;12,5&#x27; is not a number as written here"),
        ("a few", "2025: &#x27;a few&#x27; is not a number"),
        ("£5", "2025: &#x27;£5&#x27; is an amount of money"),
        ("1.23456", "2025: 1.23456 has more than 4 decimal places"),
    ],
)
def test_a_figure_that_is_none_is_refused_and_nothing_typed_is_lost(visit, council, measure, typed, reason):
    where = reverse("measure_figures", args=[measure.pk, council.pk])

    response = visit(make.drafter(council), at=AT).post(where, {"year_2024": "7", "year_2025": typed})

    assert reason in text(response)
    assert 'value="7"' in text(response)
    assert f'value="{typed}"' in text(response)
    assert not IndicatorValue.objects.exists()


def test_figures_are_entered_by_who_measures_by_it(visit, council, measure):
    other = make.AuthorityFactory(name="Bolton")
    where = reverse("measure_figures", args=[measure.pk, other.pk])
    client = visit(make.drafter(other), at=AT)
    assert "Bolton does not measure by this." in text(client.get(where))
    assert visit(make.drafter(council), at=AT).get(where).status_code == 403
    with pytest.raises(Refused, match="Bolton does not measure by this"):
        figures(measure, other, y2025=3)

    make.SignUpFactory(authority=other, measure=measure)
    figures(measure, other, y2025=3)
    figures(measure, council, y2025=5)

    shown = text(visit(at=AT).get(reverse("measure_detail", args=[measure.pk])))
    assert shown.index("Bolton, 2025") < shown.index("Wigan, 2025")
    with pytest.raises(Refused, match="2027 has not begun"):
        figures(measure, council, y2027=5)
    with pytest.raises(Refused, match="Nothing differs"):
        figures(measure, council, y2025=5)


def test_figures_of_official_measures_are_not_entered_by_councils(council):
    official = make.IndicatorFactory()

    with pytest.raises(Refused, match="Figures of official measures come from those who publish them"):
        figures(official, council, y2025=1)


def test_a_council_signs_up_by_its_own_measure_and_another_takes_it_over(visit, council, measure):
    outcome = make.OutcomeFactory(measure__unit="per 1,000 homes")
    begin = reverse("sign_up_begin", args=[outcome.slug, council.pk])
    terms = {"measure": measure.pk, "lead_officer": "Ann"}
    client = visit(make.drafter(council), at=AT)
    assert "Say which target you set by your own measure." in text(client.post(begin, terms))

    client.post(begin, terms | {"target": "8%", "target_year": "2028"})

    made = SignUp.objects.get()
    assert (made.measure, made.target_words) == (measure, "to 8% by 2028")
    other = make.AuthorityFactory(name="Bolton")
    page = text(
        visit(make.drafter(other), at=AT).get(reverse("sign_up_begin", args=[outcome.slug, other.pk]))
    )
    assert "Households without heating (Wigan)" in page
    stranger = measures.define_measure(make.AuthorityFactory(), **WORDS, by=make.drafter(council), at=AT)
    assert stranger.code not in page
    with pytest.raises(Refused, match="Choose a measure of your own"):
        sign_ups.sign_up(
            outcome,
            other,
            terms=Terms(measure=stranger, target=Decimal(1), target_year=2028),
            by=make.drafter(other),
            at=AT,
        )


def test_the_page_of_a_measure_takes_as_many_queries_for_20_councils_as_for_2(
    visit, council, measure, django_assert_max_num_queries
):
    outcome = make.OutcomeFactory()
    for number in range(60):
        authority = make.AuthorityFactory()
        make.SignUpFactory(outcome=outcome, authority=authority, measure=measure)
        make.IndicatorValueFactory(indicator=measure, authority=authority, year=2025, value=number)

    client = visit(make.drafter(council), at=AT)

    with django_assert_max_num_queries(12):
        response = client.get(reverse("measure_detail", args=[measure.pk]))

    assert len(response.context["figures"]) == 50
    assert len(response.context["users"]) == 50
