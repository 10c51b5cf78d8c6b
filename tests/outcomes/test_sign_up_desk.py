"""The desk of a council's sign-ups: who sees it, what it says, what is to be done; signing up, joining, leaving."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beacons.applications import calls
from beacons.applications.actions import start
from beacons.core import invariants
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from grants.dissemination.rules import in_cohort
from outcomes import sign_up_rules
from outcomes.actions import issues, sign_ups
from outcomes.models import SignUp
from outcomes.terms import Terms
from tests import factories as make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 9, 9, tzinfo=UTC)
MOST_QUERIES = 12


def text(response):
    return " ".join(response.content.decode().split())


def desk(authority):
    return reverse("sign_up_desk", args=[authority.pk])


def begin(outcome, authority):
    return reverse("sign_up_begin", args=[outcome.slug, authority.pk])


@pytest.fixture
def county():
    return make.AuthorityFactory(name="Kentshire", kind="county", tier="upper")


@pytest.fixture
def district(county):
    return make.AuthorityFactory(
        name="Dover", kind="district", tier="lower", county=county, region=county.region
    )


@pytest.fixture
def fire(county):
    return make.AuthorityFactory(name="Kentshire Fire", kind="fire", tier="", region=county.region)


def joined(outcome, authority, area, **facts):
    return sign_ups.sign_up(
        outcome,
        authority,
        terms=Terms(**facts),
        joins=area,
        by=make.drafter(authority),
        at=facts.pop("at", AT),
    )


# The desk


def test_the_desk_says_of_each_outcome_what_was_agreed_how_far_it_is_and_what_to_do(visit, county):
    less = make.OutcomeFactory(title="Less waste", measure=make.IndicatorFactory(unit="%", polarity="low"))
    more = make.OutcomeFactory(title="More homes")
    sign_up = make.SignUpFactory(outcome=less, authority=county)
    make.IndicatorValueFactory(indicator=less.measure, authority=county, year=2024, period="2024", value=5)
    make.IndicatorValueFactory(indicator=less.measure, authority=county, year=2022, period="2022", value=9)

    said = text(visit(make.certifier(county), at=AT).get(desk(county)))

    for words in (
        "Sign-ups of Kentshire",
        "From 6% in 2023 to 4% by 2026",
        "5% in 2024",
        "50% of the way",
        "Not confirmed yet",
        f'href="{reverse("sign_up_confirm", args=[sign_up.pk])}">Confirm',
        f'href="{begin(more, county)}">Sign up',
    ):
        assert words in said
    assert "9% in 2022" not in said


def test_an_officer_prepares_and_is_told_who_confirms(visit, county):
    sign_up = make.SignUpFactory(authority=county)
    chief = make.certifier(county)

    client = visit(make.drafter(county), at=AT)
    said = text(client.get(desk(county)))
    page = text(client.get(reverse("sign_up_detail", args=[sign_up.pk])))

    assert f'href="{reverse("sign_up_terms", args=[sign_up.pk])}">Prepare for your certifier' in said
    assert "A certifier of your council, such as the chief executive, confirms it." in said
    assert f"A certifier of your council confirms it: {chief.name}." in page
    assert reverse("sign_up_confirm", args=[sign_up.pk]) not in said + page


def test_where_sign_up_is_closed_the_desk_says_until_when_it_was_open(visit, county):
    sign_up = make.SignUpFactory(authority=county)
    a_round = make.a_round(sign_up.outcome)
    late = make.closing(a_round, "sign_up") + timedelta(days=1)

    said = text(visit(make.certifier(county), at=late).get(desk(county)))

    assert f"Sign-up for {a_round} closed at noon on Monday 26 January 2026." in said
    assert reverse("sign_up_confirm", args=[sign_up.pk]) not in said


def test_a_council_without_sign_ups_is_told_where_they_come_from(visit, county, district):
    assert "Not signed up to any outcome yet" in text(visit(make.drafter(county), at=AT).get(desk(county)))
    assert "Join the sign-up of an area" in text(visit(make.drafter(district), at=AT).get(desk(district)))


def test_the_navigation_and_the_desk_lead_to_ones_sign_ups(visit, county):
    client = visit(make.drafter(county), at=AT)

    home = client.get(reverse("desk"))

    assert f'href="{reverse("own_sign_ups")}"' in text(home)
    assert f'href="{desk(county)}">Sign-ups of {county}' in text(home)
    assert client.get(reverse("own_sign_ups")).url == desk(county)
    assert visit(make.scheme_manager(), at=AT).get(reverse("own_sign_ups")).url == reverse("outcome_list")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (make.drafter, 200),
        (lambda county: make.case_officer(), 200),
        (lambda county: make.drafter(make.AuthorityFactory()), 403),
        (lambda county: make.person("coordinator", region=county.region), 403),
    ],
)
def test_the_desk_is_the_councils_own_and_the_office_may_look(visit, county, who, status):
    make.SignUpFactory(authority=county)
    response = visit(who(county), at=AT).get(desk(county))

    assert response.status_code == status
    if status == 200:
        assert ("Prepare for your certifier" in text(response)) is (not response.wsgi_request.user.is_staff)


def test_a_body_is_offered_only_outcomes_to_which_an_area_of_its_region_is_signed_up(visit, county, fire):
    near = make.SignUpFactory(authority=county).outcome
    far = make.SignUpFactory().outcome

    said = text(visit(make.drafter(fire), at=AT).get(desk(fire)))

    assert begin(near, fire) in said
    assert begin(far, fire) not in said
    assert "No area of your region is signed up" in said


@pytest.mark.parametrize("who", ["district", "fire"])
def test_the_desk_takes_as_many_queries_for_20_outcomes_as_for_2(visit, county, request, who):
    district = request.getfixturevalue(who)
    person = make.drafter(district)
    make.MembershipFactory(user=person, role="certifier", authority=district)
    client = visit(person, at=AT)

    def more(number):
        for _ in range(number):
            outcome = make.OutcomeFactory(measure=make.IndicatorFactory())
            area = make.SignUpFactory(outcome=outcome, authority=county)
            make.a_round(outcome, slug=f"round-{outcome.pk}", name=f"Round {outcome.pk}")
            make.SignUpFactory(outcome=outcome, authority=district, joins=area)
            make.IndicatorValueFactory(indicator=outcome.measure, authority=district)
            make.SignUpFactory(outcome=make.OutcomeFactory(), authority=county)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            response = client.get(desk(district))
        assert response.status_code == 200
        return len(asked)

    more(1)
    few = queries()
    more(9)

    assert queries() == few <= MOST_QUERIES


# Signing up and joining


def test_an_area_signs_up_by_itself(visit, county):
    outcome = make.OutcomeFactory(measure__unit="%")
    officer = make.drafter(county)
    client = visit(officer, at=AT)
    assert "Sign up to this outcome" in text(client.get(begin(outcome, county)))

    response = client.post(
        begin(outcome, county),
        {
            "baseline": "31.5%",
            "baseline_year": "2008",
            "target": "40",
            "target_year": "2011",
            "lead_officer": "Ann Archer",
        },
        follow=True,
    )

    assert "Kentshire is signed up. A certifier has yet to confirm it." in text(response)
    made = SignUp.objects.get()
    assert (made.outcome, made.authority, made.joins, made.source) == (outcome, county, None, "council")
    assert (made.signed_up_at, made.signed_up_by, made.confirmed_at) == (AT, officer, None)
    assert made.target_words == "from 31.5% in 2008 to 40% by 2011"
    assert [step.step for step in Step.objects.of(made)] == ["sign_up"]


def test_a_district_joins_its_countys_sign_up_and_has_nothing_to_choose(visit, county, district):
    area = make.SignUpFactory(authority=county, outcome__measure__unit="%")
    client = visit(make.drafter(district), at=AT)
    page = text(client.get(begin(area.outcome, district)))
    assert "Join the sign-up of Kentshire" in page
    assert 'name="area"' not in page

    client.post(begin(area.outcome, district), {"lead_officer": "Bea Brown"})

    made = SignUp.objects.get(authority=district)
    assert (made.joins, made.lead_officer, made.target) == (area, "Bea Brown", None)
    assert f"Joined {county}" in text(client.get(desk(district)))
    assert "Dover" in text(client.get(reverse("sign_up_detail", args=[area.pk])))


def test_a_fire_body_chooses_an_area_of_its_region(visit, county, fire):
    outcome = make.OutcomeFactory()
    area = make.SignUpFactory(authority=county, outcome=outcome)
    near = make.SignUpFactory(
        authority=make.AuthorityFactory(name="Medway", region=county.region), outcome=outcome
    )
    far = make.SignUpFactory(authority=make.AuthorityFactory(name="Farshire"), outcome=outcome)
    client = visit(make.drafter(fire), at=AT)
    page = text(client.get(begin(outcome, fire)))
    assert "Medway" in page
    assert "Farshire" not in page

    wrong = client.post(begin(outcome, fire), {"area": far.pk})
    assert "The area whose sign-up you join: choose from the list" in text(wrong)
    assert not SignUp.objects.filter(authority=fire).exists()
    client.post(begin(outcome, fire), {"area": near.pk})

    assert SignUp.objects.get(authority=fire).joins == near
    assert area.joined.count() == 0


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"baseline": "31.5"}, "The baseline goes together with its year: fill in both or neither."),
        ({"target_year": "2011"}, "The target goes together with its year: fill in both or neither."),
        (
            {"baseline": "5", "baseline_year": "2011", "target": "6", "target_year": "2011"},
            "The target’s year must come after the baseline’s year.",
        ),
        ({"target": "1.234,5", "target_year": "2011"}, "Target: &#x27;1.234,5&#x27; is not a number"),
        ({"target": "12%", "target_year": "2011"}, "is a percentage, and this figure is counted in"),
        ({"target_year": "1066"}, "Year of the target must be 1990 or more"),
    ],
)
def test_terms_that_cannot_be_are_refused_and_nothing_typed_is_lost(visit, county, facts, reason):
    outcome = make.OutcomeFactory(measure__unit="per 1,000 homes")

    response = visit(make.drafter(county), at=AT).post(
        begin(outcome, county), {"lead_officer": "Ann Archer", **facts}
    )

    assert reason in text(response)
    for typed in ("Ann Archer", *facts.values()):
        assert f'value="{typed}"' in text(response)
    assert not SignUp.objects.exists()


def test_who_cannot_sign_up_or_join_is_told_why(county, district, fire):
    outcome = make.OutcomeFactory()
    closed = make.AuthorityFactory(name="Oldshire", closed_on=date(2009, 4, 1))

    def reasons(authority):
        areas = sign_up_rules.areas_to_join(outcome, authority, AT.date())
        return sign_up_rules.reasons_not_to_begin(outcome, authority, areas, at=AT)

    assert reasons(county) == []
    assert reasons(closed) == ["Oldshire was abolished on 1 April 2009. Its successor signs up."]
    assert reasons(district) == [
        "Kentshire is not signed up to this outcome. A district joins its county’s sign-up."
    ]
    assert reasons(fire) == [
        "No area that Kentshire Fire could join is signed up to this outcome. Areas are councils with a Local Area"
        " Agreement, in your region."
    ]

    area = make.SignUpFactory(outcome=outcome, authority=county)
    assert reasons(county) == ["Kentshire has signed up already."]
    assert reasons(district) == reasons(fire) == []
    joined(outcome, fire, area)
    assert reasons(fire) == ["Kentshire Fire has joined already."]


@pytest.mark.parametrize("who", ["county", "fire", "district"])
def test_the_verb_refuses_to_join_what_the_page_does_not_offer(who, county, district, fire):
    outcome = make.OutcomeFactory()
    make.SignUpFactory(outcome=outcome, authority=county)
    elsewhere = make.SignUpFactory(outcome=outcome)
    other = make.SignUpFactory(authority=county)
    authority = {"county": make.AuthorityFactory(), "fire": fire, "district": district}[who]

    for area in (elsewhere, other, *([] if who == "county" else [None])):
        with pytest.raises(Refused):
            joined(outcome, authority, area)

    assert not SignUp.objects.filter(authority=authority).exists()


@pytest.mark.parametrize(("edge", "allowed"), [("opens_at", True), ("closes_at", False)])
def test_joining_waits_for_the_stage_of_the_round(county, district, edge, allowed):
    area = make.SignUpFactory(authority=county)
    stage = make.a_round(area.outcome).stage_of("sign_up")

    def join():
        return sign_ups.sign_up(
            area.outcome,
            district,
            terms=Terms(),
            joins=area,
            by=make.drafter(district),
            at=getattr(stage, edge),
        )

    if allowed:
        assert join().joins == area
    else:
        with pytest.raises(Refused, match="Sign-up for Beacons"):
            join()


# What joining brings


def test_a_fire_body_that_joined_may_apply_and_one_that_did_not_may_not(county, fire):
    a_round = make.a_round()
    outcome = a_round.outcomes.get()
    area = make.SignUpFactory(outcome=outcome, authority=county)
    other = make.AuthorityFactory(name="Other Fire", kind="fire", tier="", region=county.region)
    in_time = make.during(a_round, "sign_up")
    sign_ups.sign_up(outcome, fire, terms=Terms(), joins=area, by=make.drafter(fire), at=in_time)
    at = make.during(a_round, "applications")

    bid = start(a_round, outcome, fire, title="Sooner there", by=make.drafter(fire), at=at)

    assert bid.authority == fire
    assert calls.signed_up(outcome, [fire])
    assert not calls.signed_up(outcome, [other])
    with pytest.raises(Refused, match="Other Fire is not signed up"):
        start(a_round, outcome, other, title="Later there", by=make.drafter(other), at=at)


def test_a_body_that_joined_is_of_the_cohort_but_no_further_area(county, fire):
    area = make.SignUpFactory(authority=county)
    outcome = area.outcome
    joined(outcome, fire, area)

    assert type(outcome).objects.with_cohort_size().get().cohort_size == 1
    assert issues.state_issue(outcome, fire, text="Late calls.", by=make.drafter(fire), at=AT)
    a_round = make.a_round(outcome)
    grant = make.GrantFactory(application=make.handed_in(round=a_round, outcome=outcome, authority=county))
    activity = make.ActivityFactory(grant=grant)
    assert in_cohort(activity, fire)
    assert not in_cohort(activity, make.AuthorityFactory(kind="fire"))


# Leaving


def withdrawn(sign_up, who=make.certifier):
    return sign_ups.withdraw_sign_up(sign_up, why="Not ours", by=who(sign_up.authority), at=AT)


def test_what_was_begun_is_withdrawn_with_its_reason_kept(visit, county, district):
    area = make.SignUpFactory(authority=county)
    mine = joined(area.outcome, district, area)
    officer = make.drafter(district)
    client = visit(officer, at=AT)
    where = reverse("sign_up_withdraw", args=[mine.pk])
    assert where in text(client.get(reverse("sign_up_detail", args=[mine.pk])))
    assert "Enter why your council withdraws" in text(client.post(where, {"why": ""}))

    response = client.post(where, {"why": "We measure it with the county."}, follow=True)

    assert "Dover is no longer signed up" in text(response)
    assert list(SignUp.objects.all()) == [area]
    step = Step.objects.filter(step="withdraw").get()
    assert (step.subject_id, step.by_id, step.words.why) == (
        mine.pk,
        officer.pk,
        "We measure it with the county.",
    )


def test_what_is_agreed_is_a_certifiers_to_withdraw(visit, county):
    sign_up = make.SignUpFactory(authority=county)
    where = reverse("sign_up_withdraw", args=[sign_up.pk])

    assert visit(make.drafter(county), at=AT).get(where).status_code == 403
    assert visit(make.certifier(county), at=AT).get(where).status_code == 200


def test_what_is_confirmed_stays_but_a_body_may_leave_what_it_joined(county, fire):
    area = make.SignUpFactory(authority=county)
    mine = joined(area.outcome, fire, area)
    sign_ups.confirm_sign_up(area, lead_officer="Ann", by=make.certifier(county), at=AT)
    sign_ups.confirm_sign_up(mine, lead_officer="Bea", by=make.certifier(fire), at=AT)

    with pytest.raises(Refused, match="can be refreshed, and no longer withdrawn"):
        withdrawn(SignUp.objects.get(pk=area.pk))
    withdrawn(SignUp.objects.get(pk=mine.pk))

    assert list(SignUp.objects.all()) == [area]


def test_nothing_is_withdrawn_on_which_something_hangs(county, district, fire):
    area = make.SignUpFactory(authority=county)
    outcome = area.outcome
    joined(outcome, fire, area)
    issue = make.IssueFactory(outcome=outcome, authority=district)

    with pytest.raises(Refused) as refusal:
        withdrawn(area)

    assert refusal.value.reasons == [
        "1 other body has joined this sign-up.",
        "Issues stated by Dover hang on it: withdraw them first.",
    ]
    type(issue).objects.update(withdrawn_at=AT, withdrawn_by=issue.stated_by)
    make.ApplicationFactory(
        outcome=outcome, authority=district, round=make.a_round(outcome, starts_on=date(2020, 1, 6))
    )
    SignUp.objects.filter(outcome=outcome).exclude(pk=area.pk).delete()
    with pytest.raises(Refused, match="An application of Dover for this outcome rests on it"):
        withdrawn(area)
    assert SignUp.objects.filter(pk=area.pk).exists()


def test_a_districts_issue_does_not_hang_on_what_it_joined_while_its_county_is_signed_up(county, district):
    area = make.SignUpFactory(authority=county)
    mine = joined(area.outcome, district, area)
    make.IssueFactory(outcome=area.outcome, authority=district)

    withdrawn(mine)

    assert list(SignUp.objects.all()) == [area]


# What must always hold


def test_the_house_notices_a_sign_up_confirmed_by_nobodys_certifier_or_joined_to_another_outcome(
    county, fire
):
    good = make.SignUpFactory(authority=county)
    sign_ups.confirm_sign_up(good, lead_officer="Ann", by=make.certifier(county), at=AT)
    joined(good.outcome, fire, good)
    assert list(invariants.broken()) == []

    SignUp.objects.filter(pk=good.pk).update(confirmed_by=make.drafter(county))
    SignUp.objects.filter(authority=fire).update(joins=make.SignUpFactory())

    assert sorted(invariants.broken()) == [
        f"outcomes.invariants.a_body_joins_an_area_of_the_same_outcome: Kentshire Fire: {good.outcome} joins a"
        " sign-up to another outcome.",
        f"outcomes.invariants.confirmed_by_a_certifier: Kentshire: {good.outcome} was confirmed by somebody who did"
        " not certify for it.",
    ]
