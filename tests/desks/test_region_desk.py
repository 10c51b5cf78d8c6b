"""The coordinator's desk: the region's objectives and the gaps against them; and the region's public page."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from beacons.core import clock
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.desks import regions
from beacons.directory.models import Role
from beacons.rounds import invitations
from beacons.rounds.models import Invitation
from outcomes.actions import objectives
from outcomes.models import RegionObjective, SignUp
from outcomes.objective_rules import MOST
from tests import factories as make
from tests.rounds.made import AT, approved

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return make.RegionFactory(name="North", partnership="Improvement North")


@pytest.fixture
def coordinator(region):
    return make.person(Role.COORDINATOR, region=region)


def council(region, name, *outcomes, **fields):
    made = make.AuthorityFactory(name=name, region=region, **fields)
    for outcome in outcomes:
        make.SignUpFactory(outcome=outcome, authority=made)
    return made


def measured(outcome, values, year=2024):
    """{authority: figure}; low is good."""
    for authority, value in values.items():
        make.IndicatorValueFactory(indicator=outcome.measure, authority=authority, year=year, value=value)


def aim(region, title, *outcomes):
    return objectives.save_objective(region, title=title, description="", outcomes=outcomes, by=None, at=AT)


def desk(visit, user, region, at=AT):
    return visit(user, at=at).get(reverse("region_room", args=[region.gss_code]))


def gaps_of(response):
    return {gap.title: gap for gap in response.context["desk"].gaps}


# Gaps


def test_the_desk_shows_the_gaps_of_each_objective(region, coordinator, visit):
    jobs, homes, waste, extra = (
        make.OutcomeFactory(title=title) for title in ("Jobs", "Homes", "Waste", "Extra")
    )
    best, worst = council(region, "Best", jobs), council(region, "Worst", jobs, homes)
    council(region, "Third", extra)
    elsewhere = [council(make.RegionFactory(), f"South {number}", jobs) for number in range(6)]
    measured(jobs, {best: 1, worst: 90} | {other: 10 + n for n, other in enumerate(elsewhere)})
    aim(region, "Work for all", jobs, waste)
    aim(region, "Homes for all", homes)
    aim(region, "Something else")
    round = approved(jobs)
    make.MembershipFactory(user=make.UserFactory(), role=Role.DRAFTER, authority=best)
    invitations.open_invitation(Invitation.objects.get(authority=best), by=best.memberships.get().user, at=AT)
    SignUp.objects.filter(authority=best).update(confirmed_at=AT, confirmed_by=coordinator)

    shown = desk(visit, coordinator, region)

    made = shown.context["desk"]
    assert [(each.objective.title, [gap.title for gap in each.gaps]) for each in made.aims] == [
        ("Work for all", ["Waste", "Jobs"]),
        ("Homes for all", ["Homes"]),
        ("Something else", []),
    ]
    assert [gap.title for gap in made.others] == ["Extra"]
    gap = gaps_of(shown)["Jobs"]
    assert (gap.members, gap.struggling, gap.unconfirmed, gap.unopened, gap.nobody) == (
        2,
        ["Worst"],
        1,
        1,
        1,
    )
    assert (made.members, made.unconfirmed, made.unopened, made.without_member) == (4, 3, 1, 1)
    text = shown.content.decode()
    assert "No council of the region is signed up." in text
    assert "linked to no outcome yet" in text
    assert "South 1" not in text
    assert round.outcomes.get() == jobs


def test_only_figures_of_the_newest_year_are_compared(region, coordinator, visit):
    outcome = make.OutcomeFactory(title="Jobs")
    mine = council(region, "Mine", outcome)
    others = [council(make.RegionFactory(), f"Other {number}") for number in range(7)]
    measured(outcome, {mine: 90} | dict.fromkeys(others, 10), year=2023)
    measured(outcome, {mine: 1} | dict.fromkeys(others, 10), year=2024)

    assert gaps_of(desk(visit, coordinator, region))["Jobs"].struggling == []


@pytest.mark.parametrize(
    ("flag", "struggling"),
    [
        ({"given_to": "outcome"}, ["Mine (red flag)"]),
        ({"subject": "Housing"}, ["Mine (red flag)"]),
        ({"subject": "waste"}, []),
        ({}, []),
        ({"given_to": "outcome", "colour": "green"}, []),
    ],
)
def test_a_red_flag_on_the_outcome_is_a_gap(region, coordinator, visit, flag, struggling):
    outcome = make.OutcomeFactory(title="Homes", flag_subject="housing")
    mine = council(region, "Mine", outcome)
    given = {**flag, "outcome": outcome if flag.get("given_to") else None}
    given.pop("given_to", None)
    make.FlagFactory(authority=mine, **given)

    assert gaps_of(desk(visit, coordinator, region))["Homes"].struggling == struggling


def test_an_abolished_council_is_no_member(region, coordinator, visit):
    outcome = make.OutcomeFactory()
    council(region, "Gone", outcome, closed_on=AT.date())
    council(region, "There", outcome)

    assert [gap.members for gap in desk(visit, coordinator, region).context["desk"].gaps] == [1]


def test_an_invitation_of_a_round_that_is_over_leaves_no_gap(region, coordinator, visit):
    outcome = make.OutcomeFactory(title="Jobs")
    council(region, "Mine", outcome)
    round = approved(outcome)

    before = gaps_of(desk(visit, coordinator, region))["Jobs"]
    after = gaps_of(desk(visit, coordinator, region, at=round.plan[-1].closes_at))["Jobs"]

    assert ((before.invited, before.unopened), (after.invited, after.unopened)) == ((1, 1), (0, 0))


def test_the_desk_shows_learning_and_grants(region, coordinator, visit):
    mine = council(region, "Learner")
    make.BookingFactory(authority=mine, people=3)
    adoption = make.AdoptionFactory(authority=mine)
    make.AdoptionFactory()

    shown = desk(visit, coordinator, region)

    assert shown.context["learning"]["bookings"] == {"places": 3, "councils": 1, "events": 1}
    assert [each for each, _ in shown.context["learning"]["adoptions"]] == [adoption]


# Whose region


def test_a_coordinator_sees_no_other_region_and_nobody_else_a_desk(region, coordinator, visit):
    other = make.RegionFactory(name="South")
    theirs = aim(other, "Theirs")
    names = [
        ("region_room", [other.gss_code]),
        ("region_members", [other.gss_code]),
        ("region_csv", [other.gss_code]),
        ("objective_create", [other.gss_code]),
        ("objective_edit", [other.gss_code, theirs.pk]),
    ]
    browser = visit(coordinator, at=AT)

    assert {browser.get(reverse(name, args=args)).status_code for name, args in names} == {404}
    mixed = reverse("objective_edit", args=[region.gss_code, theirs.pk])
    assert browser.get(mixed).status_code == 404
    for remove in ([other.gss_code, theirs.pk], [region.gss_code, theirs.pk]):
        assert browser.post(reverse("objective_remove", args=remove)).status_code == 404
    assert RegionObjective.objects.filter(pk=theirs.pk).exists()
    drafter = make.drafter(council(other, "Nosy"))
    assert {visit(drafter, at=AT).get(reverse(name, args=args)).status_code for name, args in names} == {403}


def test_labels_stay_in_the_region(region, coordinator, visit):
    outcome = make.OutcomeFactory(title="Jobs")
    mine = council(region, "Mine", outcome)
    theirs = council(make.RegionFactory(name="South"), "Theirs", outcome)
    make.FlagFactory(authority=mine, outcome=outcome)
    make.FlagFactory(authority=theirs, outcome=outcome)
    browser = visit(coordinator, at=AT)
    shown = [
        browser.get(reverse(name, args=[region.gss_code])).content.decode()
        for name in ("region_room", "region_members", "region_csv")
    ]
    public = [
        visit(user, at=AT).get(reverse("region_detail", args=[held.gss_code])).content.decode()
        for user in (None, coordinator, make.drafter(theirs))
        for held in (region, theirs.region)
    ]

    assert all("Mine" in page and "red flag" in page.lower() for page in shown)
    assert not any("Theirs" in page for page in shown)
    assert not any(word in page.lower() for page in public for word in ("struggling", "red flag", "weakest"))
    assert sum("Theirs" in page for page in public) == 3


def test_who_has_one_region_lands_there_and_who_has_two_chooses(region, coordinator, visit):
    url = reverse("region_desk")
    assert visit(coordinator, at=AT).get(url).context["region"] == region

    other = make.RegionFactory(name="South")
    make.MembershipFactory(user=coordinator, role=Role.COORDINATOR, region=other)
    again = type(coordinator).objects.get(pk=coordinator.pk)
    chooser = visit(again, at=AT).get(url)

    assert chooser.context["regions"] == [region, other]
    for held in (region, other):
        address = reverse("region_room", args=[held.gss_code])
        assert f'href="{address}"' in chooser.content.decode()
        assert visit(again, at=AT).get(address).context["region"] == held


# Members


def test_members_are_narrowed_and_taken_away(region, coordinator, visit):
    jobs, homes = make.OutcomeFactory(title="Jobs"), make.OutcomeFactory(title="Homes")
    flagged = council(region, "Flagged", jobs, homes)
    council(region, "=Plain", jobs)
    make.FlagFactory(authority=flagged, outcome=jobs)
    browser = visit(coordinator, at=AT)
    url = reverse("region_members", args=[region.gss_code])

    def shown(query=""):
        return [
            (row.authority.name, row.outcome.title, bool(row.standing and row.standing.is_struggling))
            for row in browser.get(f"{url}{query}").context["page_obj"]
        ]

    assert shown() == [("=Plain", "Jobs", False), ("Flagged", "Homes", False), ("Flagged", "Jobs", True)]
    assert shown(f"?outcome={homes.pk}") == [("Flagged", "Homes", False)]
    assert shown("?state=uninvited&outcome=x") == shown()
    assert shown("?state=done") == []
    answer = browser.get(f"{reverse('region_csv', args=[region.gss_code])}?outcome={jobs.pk}")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["Council"], row["Standing"], row["Why"]) for row in rows] == [
        ("'=Plain", "", ""),
        ("Flagged", "Struggling", "red flag"),
    ]


@pytest.mark.parametrize("rows", [2, 20, 60])
@pytest.mark.parametrize("name", ["region_room", "region_members", "region_csv", "region_detail"])
def test_pages_cost_the_same_for_few_councils_and_many(
    region, coordinator, visit, django_assert_max_num_queries, rows, name
):
    outcomes = make.OutcomeFactory.create_batch(4)
    for number in range(rows):
        made = council(region, f"Council {number}", *outcomes)
        make.FlagFactory(authority=made, outcome=outcomes[0])
        make.drafter(made)
        measured(outcomes[1], {made: number})
        measured(outcomes[2], {made: number})
    for number in range(min(rows, 5)):
        aim(region, f"Aim {number}", *outcomes[:2])
        make.AdoptionFactory(authority=region.authorities.first())
        make.GrantFactory(application=make.handed_in(authority=region.authorities.last()))
    approved(outcomes[0])
    browser = visit(coordinator, at=AT)

    with django_assert_max_num_queries(12):
        answer = browser.get(reverse(name, args=[region.gss_code]))

    assert answer.status_code == 200
    if name == "region_members":
        held = SignUp.objects.filter(authority__region=region).count()
        assert len(answer.context["page_obj"]) == min(held, 50)


def test_a_region_without_anything_says_what_to_do(region, coordinator, visit):
    browser = visit(coordinator, at=AT)
    pages = [
        browser.get(reverse(name, args=[region.gss_code])).content.decode()
        for name in ("region_room", "region_members", "region_detail")
    ]

    assert "The region has no objectives yet" in pages[0]
    assert "No council of the region is signed up to an outcome yet" in pages[0]
    assert "No member is like that" in pages[1]
    assert "has not published an objective" in pages[2]


# Objectives


def test_the_coordinator_writes_changes_and_removes_an_objective(region, coordinator, visit):
    jobs, homes = make.OutcomeFactory(), make.OutcomeFactory()
    browser = visit(coordinator, at=AT)
    add = reverse("objective_create", args=[region.gss_code])

    browser.post(add, {"title": " Work  for all ", "description": "By 2030.", "outcomes": [jobs.pk]})
    made = RegionObjective.objects.get()
    assert (made.region, made.title, made.description) == (region, "Work for all", "By 2030.")
    assert list(made.outcomes.all()) == [jobs]
    edit = reverse("objective_edit", args=[region.gss_code, made.pk])
    assert "Work for all" in browser.get(edit).content.decode()
    browser.post(edit, {"title": "Work", "description": "", "outcomes": [jobs.pk, homes.pk]})
    made.refresh_from_db()
    assert (made.title, made.outcomes.count()) == ("Work", 2)
    browser.post(reverse("objective_remove", args=[region.gss_code, made.pk]))

    assert not RegionObjective.objects.exists()
    taken = Step.objects.filter(subject_type="outcomes.regionobjective").order_by("pk")
    assert [(step.step, step.by_id) for step in taken] == [
        (step, coordinator.pk) for step in ("add", "change", "remove")
    ]


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("", "Enter what does the region want to reach|Answer “What does the region want to reach?”"),
        ("WORK FOR ALL", "North has an objective of this name already."),
        ("x" * 161, "must be 160 characters or fewer"),
    ],
)
def test_a_refused_objective_keeps_what_was_typed_and_changes_nothing(
    region, coordinator, visit, title, said
):
    aim(region, "Work for all")
    browser = visit(coordinator, at=AT)

    answer = browser.post(
        reverse("objective_create", args=[region.gss_code]), {"title": title, "description": "Typed words"}
    )

    text = answer.content.decode()
    assert any(each in text for each in said.split("|"))
    assert "Typed words" in text
    assert RegionObjective.objects.count() == 1
    assert Step.objects.filter(subject_type="outcomes.regionobjective").count() == 1


def test_two_regions_may_aim_at_the_same(region):
    aim(region, "Work for all")

    aim(make.RegionFactory(), "Work for all")

    assert RegionObjective.objects.count() == 2


def test_a_region_has_so_many_objectives_and_no_more(region):
    for number in range(MOST):
        aim(region, f"Aim {number}")

    with pytest.raises(Refused, match="Remove one before you add another"):
        aim(region, "One more")

    assert [held.position for held in region.objectives.all()] == list(range(1, MOST + 1))


def test_what_somebody_removed_meanwhile_is_not_brought_back(region):
    made = aim(region, "Work for all")
    objectives.remove_objective(made, by=None, at=AT)
    gone = RegionObjective(pk=made.pk or 1, region=region, title="Work for all")

    with pytest.raises(Refused, match="Somebody else has removed"):
        objectives.save_objective(region, gone, title="Work", description="", outcomes=[], by=None, at=AT)
    with pytest.raises(Refused, match="Somebody else has removed"):
        objectives.remove_objective(gone, by=None, at=AT)

    assert not RegionObjective.objects.exists()


def test_staff_keep_objectives_in_the_admin_by_the_same_verb(region, visit, settings):
    settings.DEMONSTRATION = True
    manager, jobs = make.scheme_manager(), make.OutcomeFactory()
    browser = visit(manager, at=AT)
    add = reverse("admin:outcomes_regionobjective_add")
    typed = {"region": region.pk, "title": "Work for all", "description": "", "outcomes": [jobs.pk]}

    assert browser.post(add, typed).status_code == 302
    made = RegionObjective.objects.get()
    assert list(made.outcomes.all()) == [jobs]
    change = reverse("admin:outcomes_regionobjective_change", args=[made.pk])
    assert browser.post(change, typed | {"title": "Work", "outcomes": []}).status_code == 302
    # A refused form is read a second time, and so is the region that was chosen in it.
    settings.ZEAL_RAISE = False
    again = browser.post(add, typed | {"title": "work"})

    made.refresh_from_db()
    assert (made.title, made.outcomes.count(), RegionObjective.objects.count()) == ("Work", 0, 1)
    assert "has an objective of this name already" in again.content.decode()
    assert Step.objects.filter(subject_type="outcomes.regionobjective", by_id=manager.pk).count() == 2


# For everybody


def test_the_public_page_has_the_official_facts(region, visit):
    outcome = make.OutcomeFactory(title="Jobs")
    council(region, "Northshire", outcome)
    council(region, "Old North", closed_on=AT.date() - timedelta(days=1))
    aim(region, "Work for all", outcome)

    shown = visit(at=AT).get(reverse("region_detail", args=[region.gss_code]))
    text = shown.content.decode()

    assert [cohort.names for cohort in shown.context["cohorts"]] == [["Northshire"]]
    assert ("Improvement North" in text, "Work for all" in text, "Old North" in text) == (True, True, False)
    with clock.set_to(AT):
        assert regions.authorities(region, AT)[0][0] == "Unitary authority"
    assert visit(at=AT).get(reverse("region_detail", args=["E12999999"])).status_code == 404


def test_a_partnership_without_a_known_name_is_given_none(visit):
    make.RegionFactory(name="East")

    assert "Name not known" in visit(at=AT).get(reverse("region_list")).content.decode()


def test_the_list_of_regions_costs_the_same_for_two_and_nine(visit, django_assert_num_queries):
    browser = visit(at=AT)
    for _ in range(2):
        for number in range(3):
            council(make.RegionFactory(), f"Council {number}")
        with django_assert_num_queries(1):
            assert browser.get(reverse("region_list")).status_code == 200
