"""The list of outcomes, and one outcome's page: cohort, spread, issues, and what concerns the reader's council."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beacons.directory.models import Authority, Hex, Role
from outcomes.models import Indicator, IndicatorValue, SignUp
from tests import factories as make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 9, 9, tzinfo=UTC)
LIST = reverse("outcome_list")
MOST_QUERIES = 12


def text(response):
    return " ".join(response.content.decode().split())


def titles(response):
    return [outcome.title for outcome in response.context["outcomes"]]


def national(code, **fields):
    return make.IndicatorFactory(code=code, kind=Indicator.Kind.NATIONAL, **fields)


def figures(measure, *values, year=2024):
    """A council of its own for each figure."""
    authorities = make.AuthorityFactory.create_batch(len(values))
    IndicatorValue.objects.bulk_create(
        IndicatorValue(indicator=measure, authority=authority, year=year, period=str(year), value=value)
        for authority, value in zip(authorities, values, strict=True)
    )
    return authorities


def signed_up(outcome, *authorities):
    SignUp.objects.bulk_create(
        SignUp(
            outcome=outcome, authority=authority, source=SignUp.Source.AGREEMENT, target=3, target_year=2027
        )
        for authority in authorities
    )


# The list


def test_outcomes_come_with_their_cohort_and_what_was_chosen_in_2008(visit):
    neet = make.OutcomeFactory(
        title="More young people in work",
        national_indicator=national(
            "NI 117", laa_choices=115, laa_choices_source="communitycare.co.uk, 30 June 2008"
        ),
    )
    make.OutcomeFactory(title="Less waste", national_indicator=national("NI 192"))
    signed_up(neet, *make.AuthorityFactory.create_batch(3))

    response = visit(at=AT).get(LIST)

    assert titles(response) == ["More young people in work", "Less waste"]
    assert [outcome.cohort_size for outcome in response.context["outcomes"]] == [3, 0]
    assert "115" in text(response)
    assert "not known" in text(response)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"words": "ni117"}, ["More young people in work"]),
        ({"words": "NI 117"}, ["More young people in work"]),
        ({"words": "young WORK"}, ["More young people in work"]),
        ({"words": "recycled"}, ["Less waste"]),
        ({"words": "young waste"}, []),
        ({"theme": "Environment"}, ["Less waste"]),
        ({"theme": "No such theme"}, ["Less waste", "More young people in work"]),
        ({}, ["Less waste", "More young people in work"]),
    ],
)
def test_outcomes_are_found_by_words_indicator_and_theme(visit, asked, found):
    make.OutcomeFactory(
        title="More young people in work", national_indicator=national("NI 117", theme="Children")
    )
    make.OutcomeFactory(
        title="Less waste",
        description="More is recycled.",
        national_indicator=national("NI 192", theme="Environment"),
    )

    response = visit(at=AT).get(LIST, asked)

    assert titles(response) == found
    assert ("No outcome is like that" in text(response)) is (found == [])


def test_the_list_asks_the_same_for_2_and_20_and_shows_50_at_most(visit):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            shown = len(visit(at=AT).get(LIST).context["outcomes"])
        return len(asked), shown

    def grow(to):
        while (count := type(first).objects.count()) < to:
            signed_up(
                make.OutcomeFactory(national_indicator=national(f"NI {count + 1}")), make.AuthorityFactory()
            )

    first = make.OutcomeFactory(national_indicator=national("NI 0"))
    grow(2)
    few = queries()
    grow(20)
    many = queries()
    grow(53)

    assert few == (3, 2)
    assert many == (3, 20)
    assert queries() == (3, 50)
    assert len(visit(at=AT).get(LIST, {"page": 2}).context["outcomes"]) == 3


# The page


def test_the_page_tells_what_it_is_measured_by_and_where_that_comes_from(visit):
    outcome = make.OutcomeFactory(
        description="Each has a course or a job.",
        national_indicator=national(
            "NI 117", title="", laa_choices=115, laa_choices_source="communitycare.co.uk"
        ),
        measure=make.IndicatorFactory(
            title="Young people not in work",
            source="Department for Education",
            licence="OGL v3.0",
            nearness="similar",
        ),
    )

    said = text(visit(at=AT).get(outcome.get_absolute_url()))

    assert "Each has a course or a job." in said
    assert "NI 117: title not known" in said
    assert "115 of 150 areas chose it. Source: communitycare.co.uk." in said
    assert "Young people not in work, %, low is good." in said
    assert "Department for Education (OGL v3.0)" in said


def test_a_lower_bound_is_called_one():
    indicator = national(
        "NI 112", laa_choices=101, laa_choices_source="publicnet.co.uk, 1 July 2008; at least"
    )

    assert indicator.choices_words == "at least 101"
    assert (
        indicator.choices_sentence
        == "At least 101 of 150 areas chose it. Source: publicnet.co.uk, 1 July 2008."
    )


@pytest.mark.parametrize(
    ("count", "few", "many"),
    [(0, True, False), (4, True, False), (5, False, False), (100, False, False), (101, False, True)],
)
def test_a_cohort_under_five_or_over_a_hundred_is_warned_of(visit, count, few, many):
    outcome = make.OutcomeFactory()
    signed_up(outcome, *make.AuthorityFactory.create_batch(count))

    said = text(visit(at=AT).get(outcome.get_absolute_url()))

    assert ("Fewer than five councils are signed up" in said) is few
    assert ("More than a hundred councils are signed up" in said) is many


def test_the_spread_is_of_one_year_and_names_nobody(visit):
    outcome = make.OutcomeFactory(measure=make.IndicatorFactory(title="Idle", unit="%"))
    cohort = figures(outcome.measure, 10, 20)
    others = figures(outcome.measure, 2, 4, 6)
    figures(outcome.measure, 99, year=2023)
    signed_up(outcome, *cohort)

    response = visit(at=AT).get(outcome.get_absolute_url())

    [spread] = response.context["spreads"]
    chart = spread.chart
    assert [row[:3] for row in chart.rows] == [
        ("Councils signed up", "2", "10%"),
        ("All councils of England", "5", "2%"),
    ]
    assert chart.title == "Idle, 2024"
    assert spread.own == []
    for authority in [*cohort, *others]:
        assert authority.name not in chart.svg + chart.description
    assert "struggling" not in text(response).lower()


def test_the_readers_own_figure_is_marked_for_them_alone(visit):
    outcome = make.OutcomeFactory(measure=make.IndicatorFactory(unit="%"))
    mine, *_ = figures(outcome.measure, 10, 20, 40)
    signed_up(outcome, mine)
    officer = make.drafter(mine)

    own = visit(officer, at=AT).get(outcome.get_absolute_url())
    public = visit(at=AT).get(outcome.get_absolute_url())

    assert f"<strong>{mine}</strong> is at <strong>10%</strong> (2024)" in text(own)
    assert "of all councils of England 20%" in text(own)
    assert mine.name in own.context["spreads"][0].chart.description
    assert "Only people of your council see this line" not in text(public)
    assert "Your council" not in text(public)
    assert "Your area" in text(own)
    assert "Your area" not in text(public)


def test_a_district_reads_its_countys_figure_and_sign_up(visit):
    outcome = make.OutcomeFactory(measure=make.IndicatorFactory(unit="%"))
    county, *_ = figures(outcome.measure, 10, 20, 40)
    district = make.AuthorityFactory(county=county, kind=Authority.Kind.DISTRICT)
    signed_up(outcome, county)

    said = text(visit(make.drafter(district), at=AT).get(outcome.get_absolute_url()))

    assert f"The aim of {county}, whose area you are part of:" in said
    assert f"<strong>{county}</strong> is at <strong>10%</strong>" in said
    assert f"{county} confirms the sign-up of the area." in said
    assert "Confirm the sign-up" not in said
    assert reverse("issue_state", args=[outcome.slug, district.pk]) in said


def test_an_outcome_without_figures_or_indicator_has_a_page(visit):
    outcome = make.OutcomeFactory(measure=None)

    response = visit(at=AT).get(outcome.get_absolute_url())

    assert response.context["spreads"] == []
    assert "None: an outcome need not hang on one." in text(response)
    assert "No council is signed up yet" in text(response)
    assert "Nobody has stated an issue yet" in text(response)


def test_the_page_says_in_which_round_it_is_and_what_closes_next(visit):
    outcome = make.OutcomeFactory()
    running = make.a_round(outcome)
    make.a_round(outcome, approved_at=None, name="Not yet public")
    make.a_round(outcome, starts_on=make.DAY_0 - timedelta(days=400), name="Long over")

    said = text(visit(at=make.during(running, "applications")).get(outcome.get_absolute_url()))

    assert f"{running}</a>: Applications are open. Applications close at noon on Monday 9 March 2026" in said
    assert "Not yet public" not in said
    assert "Long over" not in said


# The cohort


def members(response):
    return {member.name: member for member in response.context["cohort"]}


def test_the_cohort_shows_who_signed_up_when_from_where_to_where_and_how_far(visit):
    outcome = make.OutcomeFactory(measure=make.IndicatorFactory(unit="%"))
    half, there, lost, silent = make.AuthorityFactory.create_batch(4)
    terms = {"outcome": outcome, "baseline": 6, "baseline_year": 2023, "target": 4, "target_year": 2027}
    make.SignUpFactory(
        authority=half, signed_up_at=AT, confirmed_at=AT, confirmed_by=make.UserFactory(), **terms
    )
    for authority in (there, lost, silent):
        make.SignUpFactory(authority=authority, **terms)
    for authority, value in ((half, 5), (there, "3.5"), (lost, 7)):
        make.IndicatorValueFactory(indicator=outcome.measure, authority=authority, value=value)

    response = visit(at=AT).get(outcome.get_absolute_url())

    found = members(response)
    assert (found[half.name].signed_up, found[half.name].confirmed) == ("9 Jan 2026", "Confirmed 9 Jan 2026")
    assert (found[there.name].signed_up, found[there.name].confirmed) == (
        "Local Area Agreement",
        "Not confirmed yet",
    )
    assert (found[half.name].baseline, found[half.name].target) == ("6% in 2023", "4% by 2027")
    assert {name: (member.newest, member.progress.words) for name, member in found.items()} == {
        half.name: ("5% in 2024", "50% of the way"),
        there.name: ("3.5% in 2024", "Target met"),
        lost.name: ("7% in 2024", "Further away than at the start"),
        silent.name: ("–", "No newer figure yet"),
    }
    assert response.context["met"] == 1
    assert "125% of the way" in text(response)


def test_a_measure_of_the_councils_own_takes_the_place_of_the_outcomes(visit):
    outcome = make.OutcomeFactory(measure=make.IndicatorFactory(unit="%"))
    council = make.AuthorityFactory()
    own = make.IndicatorFactory(
        kind=Indicator.Kind.OWN, title="Days lost", unit="days", polarity="low", authority=council
    )
    make.SignUpFactory(
        outcome=outcome, authority=council, measure=own, baseline=20, target=10, baseline_year=2023
    )
    make.IndicatorValueFactory(indicator=outcome.measure, authority=council, value=99)
    make.IndicatorValueFactory(indicator=own, authority=council, value=15, year=2023)
    make.IndicatorValueFactory(indicator=own, authority=council, value=12, year=2025)

    response = visit(at=AT).get(outcome.get_absolute_url())

    member = members(response)[council.name]
    assert (member.own_measure, member.baseline, member.newest) == (
        "Days lost",
        "20 days in 2023",
        "12 days in 2025",
    )
    assert member.progress.words == "80% of the way"
    assert "Own measure: Days lost" in text(response)
    # Its own figures are no part of how councils spread.
    assert len(response.context["spreads"]) == 1


def test_bodies_that_joined_an_area_stand_under_it_and_are_not_counted_as_councils(visit):
    outcome = make.OutcomeFactory()
    county = make.AuthorityFactory(name="Testshire")
    area = make.SignUpFactory(outcome=outcome, authority=county)
    for name in ("Testford", "Fire of Testshire"):
        make.SignUpFactory(outcome=outcome, authority=make.AuthorityFactory(name=name), joins=area)

    response = visit(at=AT).get(outcome.get_absolute_url())

    assert list(members(response)) == ["Testshire"]
    assert "Joined by Fire of Testshire, Testford" in text(response)
    assert response.context["areas"] == 1


def test_a_national_indicator_with_figures_has_a_spread_of_its_own(visit):
    outcome = make.OutcomeFactory(national_indicator=national("NI 117", title="NEET", polarity="low"))
    figures(outcome.measure, 1, 2, 3)
    figures(outcome.national_indicator, 4, 5, 6, year=2010)

    response = visit(at=AT).get(outcome.get_absolute_url())

    assert [spread.chart.title for spread in response.context["spreads"]] == [
        f"{outcome.measure.title}, 2024",
        "NEET, 2010",
    ]


# Who can give, and who needs help


@pytest.fixture
def judged():
    """Eight councils of two regions: low is good, the first two improve, the last two are weakest; one has a flag."""
    outcome = make.OutcomeFactory(flag_subject="housing", measure=make.IndicatorFactory(polarity="low"))
    north, south = make.RegionFactory(name="North"), make.RegionFactory(name="South")
    councils = [
        make.AuthorityFactory(name=f"Council {letter}", region=north if number % 2 else south)
        for number, letter in enumerate("ABCDEFGH")
    ]
    for number, council in enumerate(councils):
        make.IndicatorValueFactory(indicator=outcome.measure, authority=council, value=number)
        before = 9 if number < 2 else number
        make.IndicatorValueFactory(indicator=outcome.measure, authority=council, value=before, year=2020)
    signed_up(outcome, *councils[1:])
    make.FlagFactory(authority=councils[3], subject="housing")
    make.FlagFactory(authority=councils[4], subject="housing", colour="green")
    return {"outcome": outcome, "councils": councils, "north": north}


def told(response):
    """{list: names} of the signals on a page."""
    signals = response.context["signals"]
    if signals is None:
        return None
    return {
        kind: [signal.name[-1] for signal in getattr(signals, kind)]
        for kind in ("own", "strong", "may_help", "struggling")
    }


def test_staff_read_who_is_strong_and_who_struggles(visit, judged):
    response = visit(make.case_officer(), at=AT).get(judged["outcome"].get_absolute_url())

    assert told(response) == {
        "own": [],
        "strong": ["A", "B"],
        "may_help": ["E"],
        "struggling": ["D", "G", "H"],
    }
    assert "Red flag for housing, Area assessment 2009" in text(response)
    assert "Struggling: in the weakest quarter of England, or red flag: 3" in text(response)


def test_a_coordinator_reads_of_the_own_region_alone(visit, judged):
    coordinator = make.person(Role.COORDINATOR, region=judged["north"])

    response = visit(coordinator, at=AT).get(judged["outcome"].get_absolute_url())

    assert told(response) == {"own": [], "strong": ["B"], "may_help": [], "struggling": ["D", "H"]}
    labels = {
        member.name[-1]: response.context["signals"].labels.get(member.sign_up.authority_id)
        for member in response.context["cohort"]
    }
    assert labels == {
        "B": "Strong",
        "C": None,
        "D": "Struggling",
        "E": None,
        "F": "",
        "G": None,
        "H": "Struggling",
    }


@pytest.mark.parametrize(("who", "label"), [(7, "Struggling"), (3, "Struggling"), (0, "Strong"), (5, None)])
def test_a_council_reads_its_own_standing_and_nobody_elses(visit, judged, who, label):
    own = judged["councils"][who]

    response = visit(make.drafter(own), at=AT).get(judged["outcome"].get_absolute_url())

    assert told(response) == {"own": [own.name[-1]], "strong": [], "may_help": [], "struggling": []}
    said = text(response)
    assert [word for word in ("Strong", "Struggling") if word in said] == ([label] if label else [])
    assert "Signals" not in said


@pytest.mark.parametrize("who", ["visitor", "signatory", "observer", "chair"])
def test_nobody_else_reads_a_label_or_a_count(visit, judged, who):
    people = {
        "visitor": lambda: None,
        "signatory": lambda: make.signatory("lga"),
        "observer": lambda: make.person(Role.OBSERVER, body="clg"),
        "chair": lambda: make.seated(make.a_round(judged["outcome"]), kind="chair").user,
    }

    response = visit(people[who](), at=AT).get(judged["outcome"].get_absolute_url())

    assert told(response) is None
    said = text(response).lower()
    assert [word for word in ("struggling", "strong:", "may help", "signals", "flag") if word in said] == []


def test_a_district_does_not_read_its_countys_label(visit, judged):
    county = judged["councils"][7]
    district = make.AuthorityFactory(county=county, kind=Authority.Kind.DISTRICT)

    response = visit(make.drafter(district), at=AT).get(judged["outcome"].get_absolute_url())

    assert told(response) == {"own": [], "strong": [], "may_help": [], "struggling": []}
    assert "Struggling" not in text(response)


@pytest.mark.parametrize("who", ["office", "coordinator", "council", "visitor"])
def test_the_page_of_a_round_with_flags_issues_and_map_takes_12_queries_for_everybody(visit, judged, who):
    outcome, councils = judged["outcome"], judged["councils"]
    make.a_round(outcome)
    people = {
        "office": make.scheme_manager,
        "coordinator": lambda: make.person(Role.COORDINATOR, region=judged["north"]),
        "council": lambda: make.drafter(councils[1]),
        "visitor": lambda: None,
    }
    client = visit(people[who](), at=AT)

    def place(authorities):
        held = Hex.objects.count()
        Hex.objects.bulk_create(
            Hex(layout=Hex.Layout.TODAY, authority=each, column=held + number, row=0)
            for number, each in enumerate(authorities)
        )

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(outcome.get_absolute_url()).status_code == 200
        return len(asked)

    place(councils)
    for issue in make.IssueFactory.create_batch(2, outcome=outcome, authority=councils[2]):
        make.IssueFactory(outcome=outcome, authority=councils[2], text=f"Also {issue.pk}")
    few = queries()
    more = figures(outcome.measure, *range(40))
    place(more)
    signed_up(outcome, *more)
    for council in more:
        make.FlagFactory(authority=council, subject="housing")
        make.IssueFactory(outcome=outcome, authority=council)

    assert few == queries() <= MOST_QUERIES


# Cost


def test_the_whole_page_takes_12_queries_however_many_councils(visit):
    outcome = make.OutcomeFactory(measure=make.IndicatorFactory(unit="%"))
    make.a_round(outcome)
    county, *rest = figures(outcome.measure, *range(5))
    district = make.AuthorityFactory(county=county)
    officer = make.drafter(district)
    make.MembershipFactory(user=officer, authority=county)
    signed_up(outcome, county, *rest)
    make.IssueFactory.create_batch(2, outcome=outcome)
    client = visit(officer, at=AT)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            response = client.get(outcome.get_absolute_url())
        return len(asked), response

    few, _ = queries()
    signed_up(outcome, *figures(outcome.measure, *(number / 7 for number in range(110))))
    figures(outcome.measure, *(number / 11 for number in range(215)))
    make.IssueFactory.create_batch(30, outcome=outcome)
    many, response = queries()

    assert few == many <= MOST_QUERIES
    assert (len(response.context["cohort"]), len(response.context["issues"])) == (50, 20)
    assert response.context["cohort"].paginator.num_pages == 3
    second = client.get(outcome.get_absolute_url(), {"page": 3, "issues": 2})
    assert (len(second.context["cohort"]), len(second.context["issues"])) == (15, 12)


def test_a_page_number_that_is_none_shows_the_nearest(visit):
    outcome = make.OutcomeFactory()
    signed_up(outcome, make.AuthorityFactory())

    for number in ("x", "0", "99"):
        assert len(visit(at=AT).get(outcome.get_absolute_url(), {"page": number}).context["cohort"]) == 1
