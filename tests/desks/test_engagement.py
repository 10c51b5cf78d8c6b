"""Staff see how far each member of a cohort has come, and write to those who have not."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from beacons.core.models import Letter
from beacons.rounds import engagement, invitations
from beacons.rounds.models import Invitation
from outcomes.models import IssueSupport
from tests import factories as make
from tests.rounds.made import AT, approved

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return make.scheme_manager()


@pytest.fixture
def cohort():
    """A round on two outcomes, with councils at each point of the way; {name: sign-up}."""
    jobs, homes = make.OutcomeFactory(title="Jobs"), make.OutcomeFactory(title="Homes")
    north, south = make.RegionFactory(name="North"), make.RegionFactory(name="South")
    made = {}
    for name, outcome, region in (
        ("Silent", jobs, north),
        ("Reader", jobs, north),
        ("Signed", jobs, south),
        ("Speaker", jobs, south),
        ("Supporter", homes, south),
        ("Empty", homes, south),
    ):
        council = make.AuthorityFactory(name=name, region=region)
        made[name] = make.SignUpFactory(outcome=outcome, authority=council)
        if name != "Empty":
            make.drafter(council)
    round = approved(jobs, homes)
    at = make.during(round, "sign_up")
    for name in ("Reader", "Signed", "Speaker", "Supporter"):
        officer = made[name].authority.memberships.get().user
        invitation = Invitation.objects.get(authority=made[name].authority)
        invitations.open_invitation(invitation, by=officer, at=at)
        if name != "Reader":
            made[name].confirmed_at, made[name].confirmed_by = at, officer
            made[name].save()
        if name == "Speaker":
            make.IssueFactory(outcome=jobs, authority=made[name].authority)
        if name == "Supporter":
            elsewhere = make.IssueFactory(outcome=homes)
            IssueSupport.objects.create(
                issue=elsewhere, authority=made[name].authority, supported_by=officer, supported_at=at
            )
    late = make.AuthorityFactory(name="Latecomer", region=north)
    made["Latecomer"] = make.SignUpFactory(outcome=homes, authority=late)
    make.drafter(late)
    return round, made


def page(visit, user, round, query="", at=None):
    url = reverse("engagement_list", args=[round.slug])
    return visit(user, at=at or make.during(round, "sign_up")).get(f"{url}{query}")


def names(response):
    return [member.authority.name for member in response.context["page_obj"]]


def test_each_step_of_the_way_is_counted(cohort, visit, manager):
    round, _ = cohort

    shown = page(visit, manager, round)

    assert shown.context["total"] == {
        "members": 7,
        "invited": 6,
        "opened": 4,
        "confirmed": 3,
        "heard": 2,
        "nobody": 1,
    }
    assert [
        (line["name"], line["members"], line["invited"], line["heard"])
        for line in shown.context["by_outcome"]
    ] == [("Homes", 3, 2, 1), ("Jobs", 4, 4, 1)]
    assert [(line["name"], line["members"]) for line in shown.context["by_region"]] == [
        ("North", 3),
        ("South", 4),
    ]
    assert names(shown) == ["Empty", "Latecomer", "Reader", "Signed", "Silent", "Speaker", "Supporter"]


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("uninvited", ["Latecomer"]),
        ("nobody", ["Empty"]),
        ("unopened", ["Empty", "Silent"]),
        ("unconfirmed", ["Empty", "Latecomer", "Reader", "Silent"]),
        ("silent", ["Empty", "Latecomer", "Reader", "Signed", "Silent"]),
        ("done", ["Speaker", "Supporter"]),
        ("", ["Empty", "Latecomer", "Reader", "Signed", "Silent", "Speaker", "Supporter"]),
    ],
)
def test_the_list_is_narrowed_by_state(cohort, visit, manager, state, found):
    round, _ = cohort

    assert names(page(visit, manager, round, f"?state={state}")) == found


def test_the_list_is_narrowed_by_outcome_and_region(cohort, visit, manager):
    round, made = cohort
    jobs, south = made["Silent"].outcome_id, made["Signed"].authority.region_id

    assert names(page(visit, manager, round, f"?outcome={jobs}&region={south}")) == ["Signed", "Speaker"]
    assert names(page(visit, manager, round, f"?outcome={jobs}&region={south}&state=done")) == ["Speaker"]


@pytest.mark.parametrize("query", ["?outcome=x", "?region=999999", "?state=asleep", "?page=999"])
def test_what_somebody_typed_into_the_address_breaks_nothing(cohort, visit, manager, query):
    round, _ = cohort

    assert page(visit, manager, round, query).status_code == 200


def test_the_file_holds_what_the_filter_leaves(cohort, visit, manager):
    round, made = cohort
    made["Silent"].authority.name = "=cmd()"
    made["Silent"].authority.save()
    url = reverse("engagement_csv", args=[round.slug])

    answer = visit(manager, at=make.during(round, "sign_up")).get(f"{url}?state=unopened")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["Council"], row["Outcome"], row["Opened"], row["Somebody to write to"]) for row in rows] == [
        ("'=cmd()", "Jobs", "", "Yes"),
        ("Empty", "Homes", "", "No"),
    ]
    assert rows[0]["Invited"].startswith("2026-11-02")
    assert "attachment" in answer["Content-Disposition"]


def test_the_page_costs_the_same_for_few_and_many(visit, manager, django_assert_max_num_queries):
    outcome = make.OutcomeFactory()
    round = approved(outcome)
    client = visit(manager, at=make.during(round, "sign_up"))
    url = reverse("engagement_list", args=[round.slug])
    asked = []
    for rows in (2, 20):
        while outcome.sign_ups.count() < rows:
            make.drafter(make.SignUpFactory(outcome=outcome).authority)
        invitations.invite(round, by=None, at=AT)
        for query in ("", "?state=unopened"):
            with django_assert_max_num_queries(12) as counted:
                assert len(client.get(f"{url}{query}").context["page_obj"]) == rows
            asked.append(len(counted))

    assert asked[:2] == asked[2:]


def test_a_page_shows_fifty_and_the_rest_stands_on_the_next(visit, manager):
    outcome = make.OutcomeFactory()
    region = make.RegionFactory()
    for number in range(53):
        make.SignUpFactory(outcome=outcome, authority__name=f"Council {number:02}", authority__region=region)
    round = approved(outcome)

    first, second = (page(visit, manager, round, query) for query in ("", "?page=2"))

    assert (len(names(first)), names(second)) == (50, ["Council 50", "Council 51", "Council 52"])


def test_a_round_without_a_cohort_says_so(visit, manager):
    assert "No council is signed up" in page(visit, manager, approved()).content.decode()


# Writing


def test_the_preview_counts_people_and_not_outcomes(cohort, visit, manager):
    round, made = cohort
    council = made["Silent"].authority
    make.certifier(council)
    make.SignUpFactory(outcome=made["Empty"].outcome, authority=council)

    context = page(visit, manager, round).context

    # Latecomer's officer, and both people of Silent for its second outcome.
    assert (context["waiting"], context["people"]["invite"]) == (2, 3)
    # Both of Silent, and the officers of Reader and Signed; there is nobody at Empty.
    assert context["people"]["remind"] == 4


def test_what_the_preview_promised_is_written(cohort, visit, manager):
    round, _ = cohort
    at = make.during(round, "sign_up")
    browser = visit(manager, at=at)
    promised = engagement.letters_to_write(round, at)
    before = set(Letter.objects.values_list("pk", flat=True))

    said = browser.post(reverse("cohort_invite", args=[round.slug]), follow=True)
    invited = Letter.objects.filter(kind="round_invitation").exclude(pk__in=before)
    again = browser.post(reverse("cohort_invite", args=[round.slug]), follow=True)

    assert "1 invitation sent." in said.content.decode()
    assert invited.count() == promised["invite"] == 1
    assert "Every member of the cohort is invited already." in again.content.decode()
    promised = engagement.letters_to_write(round, at)["remind"]
    said = browser.post(reverse("cohort_remind", args=[round.slug]), follow=True)
    assert Letter.objects.filter(kind="round_reminder").count() == promised == 4
    assert "4 people are reminded." in said.content.decode()
    again = browser.post(reverse("cohort_remind", args=[round.slug]), follow=True)
    assert "Once in a working day is enough." in again.content.decode()
    assert Letter.objects.filter(kind="round_reminder").count() == 4


def test_money_staff_look_on_and_write_to_nobody(cohort, visit):
    round, _ = cohort
    officer = make.grants_officer()

    shown = page(visit, officer, round).content.decode()
    answers = [
        visit(officer).post(reverse(name, args=[round.slug])).status_code
        for name in ("cohort_invite", "cohort_remind")
    ]

    assert "Write to the cohort" not in shown
    assert answers == [403, 403]
    assert Invitation.objects.count() == 6


def test_after_sign_up_the_buttons_give_way_to_the_reason(cohort, visit, manager):
    round, _ = cohort
    closes_at = round.stage_of("sign_up").closes_at

    shown = page(visit, manager, round, at=closes_at).content.decode()
    visit(manager, at=closes_at).post(reverse("cohort_invite", args=[round.slug]))

    assert shown.count("Sign-up closed at noon on Monday 25 January 2027.") == 2
    assert Invitation.objects.count() == 6


def test_who_is_registered_since_is_reminded_although_nobody_was_invited(cohort):
    round, made = cohort
    at = make.during(round, "sign_up")
    officer = make.drafter(made["Empty"].authority)

    invitations.remind(round.stage_of("sign_up"), by=make.scheme_manager(), at=at + timedelta(hours=1))

    assert Letter.objects.filter(kind="round_reminder", to=officer.email).count() == 1


def test_a_round_that_is_not_approved_invites_nobody_yet(visit, manager):
    outcome = make.SignUpFactory().outcome
    round = make.a_round(outcome, approved_at=None)

    shown = page(visit, manager, round, at=AT).content.decode()

    assert "The round is not approved yet" in shown


# Rounds that ask for no sign-up


def test_a_round_open_to_all_has_no_cohort_to_write_to_and_says_who_may_apply(visit, manager):
    outcome = make.SignUpFactory().outcome
    round = approved(outcome, kind="local_innovation", slug="innovation")
    at = make.during(round, "applications")

    shown = page(visit, manager, round, at=at).content.decode()
    room = visit(manager, at=at).get(reverse("control_room", args=[round.slug])).content.decode()
    said = visit(manager, at=at).post(reverse("cohort_invite", args=[round.slug]), follow=True)

    assert "This round asks for no sign-up" in shown
    assert "Every council, fire, police and park authority" in shown
    assert "Write to the cohort" not in shown
    assert reverse("expected_list", args=[round.slug]) in shown
    assert reverse("engagement_list", args=[round.slug]) not in room
    assert "This round has no stage for signing up." in said.content.decode()
    assert not Invitation.objects.exists()


def test_the_control_room_counts_by_category_and_no_cohort(visit, manager):
    round = approved(kind="local_innovation", slug="innovation")
    ideas = round.categories.get(name="Bright ideas")
    make.ApplicationFactory(round=round, category=ideas)
    make.handed_in(round=round, category=ideas, status="submitted")

    room = visit(manager, at=make.during(round, "check")).get(reverse("control_room", args=[round.slug]))

    assert [(line["name"], line["drafts"], line["handed_in"]) for line in room.context["categories"]] == [
        ("More through partnership", 0, 0),
        ("Generations together", 0, 0),
        ("More for the same money", 0, 0),
        ("Bright ideas", 1, 1),
    ]
    assert ">Cohort<" not in room.content.decode()


def test_the_report_of_a_round_without_sign_ups_counts_none_and_is_there_before_anything_is_handed_in(visit):
    round = approved(kind="local_innovation", slug="innovation")
    report = reverse("round_report", args=[round.slug])

    early = visit(at=make.during(round, "applications")).get(report)
    later = visit(at=make.during(round, "check")).get(report)

    assert early.context["figures"] == []
    assert [words for words, _ in later.context["figures"]] == ["applications submitted"]
