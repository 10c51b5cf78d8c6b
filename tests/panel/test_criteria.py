"""The chairs turn issues into criteria: on one page, all or nothing, until the instant applications open."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.rounds.criteria import MEANWHILE, as_they_stand, digest
from beacons.rounds.models import Criterion
from outcomes.actions import issues as issuing
from outcomes.models import IssueSupport
from panel.actions import criteria as actions
from panel.rules.seats import approvals_that_stand
from tests import factories as make

pytestmark = pytest.mark.django_db
MOMENT = timedelta(microseconds=1)


def text(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def panel():
    return APanel()


class APanel:
    """A round on an outcome with three issues, a chair and a vice-chair, in the stage that makes the criteria."""

    def __init__(self):
        self.outcome = make.OutcomeFactory()
        self.round = make.a_round(self.outcome)
        self.at = make.during(self.round, "criteria")
        self.url = reverse("criteria_edit", args=[self.round.slug])
        self.chair = make.seated(self.round, "chair", user__name="The Chair").user
        self.vice = make.seated(self.round, "vice_chair", user__name="The Vice-chair").user
        self.member = make.seated(self.round, body="clg").user
        self.issues = [
            make.IssueFactory(outcome=self.outcome, authority__name=name, text=f"What {name} says.")
            for name in ("Kent", "Leeds", "York")
        ]

    def criteria(self):
        return list(self.round.criteria.order_by("position"))

    def page(self, client):
        """What the page holds, to be posted again."""
        form = client.get(self.url).context["form"]
        data = {"rows": form.rows_now, "seen": form.fields["seen"].initial}
        for card in form.cards:
            data |= {
                name: form[name].value() or "" for name in form.fields if name.startswith(f"{card.key}-")
            }
        return {name: value for name, value in data.items() if value not in ("", False, [])}

    def state(self):
        return as_they_stand(self.round)

    def set(self, keep, remove=(), **given):
        facts = {"by": self.chair, "at": self.at, **given}
        return actions.set_criteria(self.round, keep=keep, remove=list(remove), **facts)


def key(criterion, part):
    return f"{criterion.pk}-{part}"


def test_a_chair_rests_a_criterion_on_issues_and_everybody_sees_on_which(panel, visit):
    client = visit(panel.chair, at=panel.at)
    outcomes, *_ = panel.criteria()
    data = panel.page(client)
    data |= {
        key(outcomes, "issues"): [panel.issues[0].pk, panel.issues[2].pk],
        key(outcomes, "name"): "Results",
    }

    done = client.post(panel.url, data, follow=True)

    assert "The criteria are saved." in text(done)
    outcomes.refresh_from_db()
    assert outcomes.name == "Results"
    assert set(outcomes.issues.all()) == {panel.issues[0], panel.issues[2]}
    step = Step.objects.of(panel.round).get(step="set_criteria")
    assert step.by_id == panel.chair.pk
    assert step.words.data["changes"] == ["“Outcomes”: now called “Results”, rests on 2 issues, was 0."]
    public = visit(at=panel.at)
    said = text(public.get(panel.round.get_absolute_url()))
    assert "Rests on what councils said" in said
    assert "What Kent says." in said
    assert "What Leeds says." not in said
    assert "Behind the criterion <a" in text(public.get(panel.outcome.get_absolute_url()))
    assert "Results</a>, 40 of 100" in text(public.get(panel.issues[0].get_absolute_url()))


def test_adding_up_says_what_is_wrong_and_saves_nothing(panel, visit):
    client = visit(panel.chair, at=panel.at)
    before, value = panel.state(), panel.criteria()[2]
    data = panel.page(client) | {key(value, "weight"): "15", "check": "Check"}

    wrong = client.post(panel.url, data)
    right = client.post(panel.url, data | {key(value, "weight"): "25"})

    assert "The weights add up to 90. They must add up to 100: 10 missing." in text(wrong)
    assert wrong.context["form"].non_field_errors() == ["The weights add up to 90; they must add up to 100."]
    assert "Nothing is wrong so far. It is not saved yet." in text(right)
    assert panel.state() == before
    assert not Step.objects.of(panel.round).exists()


@pytest.mark.parametrize(
    ("number", "typed", "reason"),
    [
        (2, {"weight": "26"}, "The weights add up to 101; they must add up to 100."),
        (2, {"weight": "lots"}, "Weight of Value for money must be a whole number, like 12"),
        (2, {"weight": ""}, "Enter the weight of Value for money"),
        (2, {"weight": "-1"}, "Weight of Value for money must be 0 or more"),
        (2, {"weight": "101"}, "Weight of Value for money must be 100 or less"),
        (2, {"name": " \u200b "}, "Enter a name for Value for money"),
        (
            2,
            {"description": "x" * 601},
            "What it means of Value for money must be 600 characters or fewer",
        ),
        (2, {"name": "outcomes"}, "“Outcomes” is the name of 2 criteria; give each a name of its own."),
        (
            0,
            {"least": "0"},
            "“Outcomes” must be a criterion with a smallest mean mark: no application is shortlisted without it.",
        ),
        (0, {"least": "9"}, "Smallest mean mark to be shortlisted of Outcomes: choose from the list"),
        (2, {"anchor3": "Good."}, "Say what earns 0 for Value for money, or leave all six empty"),
        (
            2,
            {"issues": ["999999"]},
            "Issues of councils on which it rests of Value for money: choose from the list",
        ),
    ],
)
def test_a_mistake_is_said_and_nothing_typed_is_lost_nor_saved(panel, visit, number, typed, reason):
    client = visit(panel.chair, at=panel.at)
    before, criterion = panel.state(), panel.criteria()[number]
    data = panel.page(client) | {key(criterion, part): value for part, value in typed.items()}
    data[key(panel.criteria()[1], "description")] = "Words that took an hour."

    response = client.post(panel.url, data)

    said = [error for errors in response.context["form"].errors.values() for error in errors]
    assert reason in said
    assert "Words that took an hour." in text(response)
    for part, value in typed.items():
        assert response.context["form"][key(criterion, part)].value() == value
    assert panel.state() == before


def test_a_criterion_is_added_with_a_blank_card_first(panel, visit):
    client = visit(panel.chair, at=panel.at)
    *_, value = panel.criteria()
    data = panel.page(client) | {key(value, "weight"): "15"}

    card = client.post(panel.url, data | {"add": "Add a criterion"})

    form = card.context["form"]
    assert form.rows_now.endswith(",new1")
    assert not form.errors
    assert form[key(value, "weight")].value() == "15"
    assert not Criterion.objects.filter(key="own").exists()
    data |= {
        "rows": form.rows_now,
        "new1-name": "Rural reach",
        "new1-weight": "10",
        "new1-place": "2",
        "new1-issues": [panel.issues[1].pk],
        **{f"new1-anchor{mark}": f"Worth {mark}." for mark in range(6)},
    }
    client.post(panel.url, data, follow=True)

    added = Criterion.objects.get(name="Rural reach")
    assert (added.key, added.weight, added.least, added.scale[5]) == ("own", 10, 0, (5, "Worth 5."))
    assert list(added.issues.all()) == [panel.issues[1]]
    assert [each.name for each in panel.criteria()] == [
        "Outcomes",
        "Rural reach",
        "Can be transferred",
        "Value for money",
    ]


def test_a_criterion_is_taken_away_and_a_gate_is_not(panel, visit):
    client = visit(panel.chair, at=panel.at)
    outcomes, transfer, value = panel.criteria()
    data = panel.page(client)

    refused = client.post(panel.url, data | {key(transfer, "remove"): "on", key(outcomes, "weight"): "75"})
    assert "“Can be transferred” must be a criterion with a smallest mean mark" in text(refused)
    client.post(panel.url, data | {key(value, "remove"): "on", key(outcomes, "weight"): "65"})

    assert [(each.name, each.weight) for each in panel.criteria()] == [
        ("Outcomes", 65),
        ("Can be transferred", 35),
    ]


def test_criteria_swap_their_names_and_places(panel, visit):
    client = visit(panel.chair, at=panel.at)
    outcomes, transfer, value = panel.criteria()
    data = panel.page(client) | {
        key(outcomes, "name"): "Can be transferred",
        key(transfer, "name"): "Outcomes",
        key(value, "place"): "1",
    }

    client.post(panel.url, data)

    assert [(each.pk, each.name) for each in panel.criteria()] == [
        (value.pk, "Value for money"),
        (outcomes.pk, "Can be transferred"),
        (transfer.pk, "Outcomes"),
    ]


def test_moving_down_goes_after_the_one_whose_place_it_takes(panel, visit):
    client = visit(panel.chair, at=panel.at)
    outcomes, transfer, value = panel.criteria()

    client.post(panel.url, panel.page(client) | {key(outcomes, "place"): "2"})

    assert [each.pk for each in panel.criteria()] == [transfer.pk, outcomes.pk, value.pk]


def test_the_second_of_two_chairs_is_shown_what_changed_and_overwrites_nothing(panel, visit):
    outcomes, transfer, _ = panel.criteria()
    slow, quick = visit(panel.chair, at=panel.at), visit(panel.vice)
    hers = panel.page(slow) | {key(transfer, "description"): "With what it costs."}
    his = panel.page(quick) | {
        key(outcomes, "weight"): "30",
        "rows": f"{panel.page(quick)['rows']},new1",
        "new1-name": "Rural reach",
        "new1-weight": "10",
    }
    assert quick.post(panel.url, his).status_code == 302
    before = panel.state()

    shown = slow.post(panel.url, hers)

    assert panel.state() == before
    said = text(shown)
    assert MEANWHILE in said
    assert "The Vice-chair: “Outcomes”: weight 30, was 40." in said
    assert "The Vice-chair: “Rural reach” was added, with a weight of 10." in said
    assert "Now saved: 30" in said
    assert "With what it costs." in said
    form = shown.context["form"]
    added = Criterion.objects.get(name="Rural reach")
    assert form[key(added, "name")].value() == "Rural reach"

    again = hers | {
        "rows": form.rows_now,
        "seen": form["seen"].value(),
        key(outcomes, "weight"): "30",
        key(added, "name"): "Rural reach",
        key(added, "weight"): "10",
    }
    assert slow.post(panel.url, again).status_code == 302
    transfer.refresh_from_db()
    assert transfer.description == "With what it costs."
    assert [each.weight for each in panel.criteria()] == [30, 35, 25, 10]


def test_a_criterion_taken_away_meanwhile_comes_back_only_when_saved_again(panel, visit):
    outcomes, _, value = panel.criteria()
    slow = visit(panel.chair, at=panel.at)
    hers = panel.page(slow)
    value.delete()
    outcomes.weight = 65
    outcomes.save()

    shown = slow.post(panel.url, hers)

    assert MEANWHILE in text(shown)
    assert not Criterion.objects.filter(name="Value for money").exists()
    slow.post(panel.url, hers | {"seen": shown.context["form"]["seen"].value()})
    assert [(each.name, each.weight) for each in panel.criteria()] == [
        ("Outcomes", 40),
        ("Can be transferred", 35),
        ("Value for money", 25),
    ]


@pytest.mark.parametrize(("off", "allowed"), [(-MOMENT, True), (timedelta(0), False), (MOMENT, False)])
def test_page_and_verb_lock_at_the_instant_applications_open(panel, visit, off, allowed):
    outcomes, *_ = panel.criteria()
    client = visit(panel.chair, at=panel.at)
    data = panel.page(client) | {
        key(outcomes, "description"): "Figures.",
        key(outcomes, "issues"): [panel.issues[0].pk],
    }
    at = panel.round.stage_of("applications").opens_at + off
    client = visit(panel.chair, at=at)

    assert ("Save the criteria" in text(client.get(panel.url))) is allowed
    response = client.post(panel.url, data)
    assert response.status_code == (302 if allowed else 200)
    assert ("Criteria and questions are locked since" in text(response)) is not allowed
    assert ("Figures." in text(response)) is not allowed
    outcomes.refresh_from_db()
    assert (outcomes.description == "Figures.") is allowed
    assert outcomes.issues.exists() is allowed
    if not allowed:
        with pytest.raises(Refused, match="locked since applications opened"):
            panel.set([(outcomes, [panel.issues[0]])], at=at)


@pytest.mark.parametrize(("off", "allowed"), [(-MOMENT, False), (timedelta(0), True)])
def test_chairs_settle_criteria_from_the_approval_on(panel, visit, off, allowed):
    outcomes, *_ = panel.criteria()
    at = panel.round.approved_at + off
    if allowed:
        panel.set([(outcomes, [])], at=at)
        assert "Save the criteria" in text(visit(panel.chair, at=at).get(panel.url))
    else:
        with pytest.raises(Refused, match="The round is not approved yet"):
            panel.set([(outcomes, [])], at=at)


def test_the_approval_stands_when_criteria_are_settled_after_it(panel):
    for part, by in (("chair", panel.chair), ("vice_chair", panel.vice)):
        panel.round.approvals.create(part=part, by=by, at=panel.round.approved_at)
    outcomes, *_ = panel.criteria()

    panel.set([(outcomes, [panel.issues[0]])])

    assert len(approvals_that_stand(panel.round)) == 2


def test_an_issue_of_another_outcome_is_no_ground(panel):
    outcomes, *_ = panel.criteria()
    before = panel.state()

    with pytest.raises(Refused, match="only on issues of the outcomes of this round"):
        panel.set([(outcomes, [make.IssueFactory()])])

    assert panel.state() == before


def test_an_issue_with_many_voices_and_no_criterion_is_pointed_out(panel, visit):
    kent, leeds, _ = panel.issues
    for issue in (kent, leeds):
        for _ in range(2):
            council = make.SignUpFactory(outcome=panel.outcome).authority
            officer = make.drafter(council)
            issuing.support_issue(issue, council, by=officer, at=make.during(panel.round, "sign_up"))
    outcomes, *_ = panel.criteria()
    panel.set([(outcomes, [kent])])

    response = visit(panel.member, at=panel.at).get(panel.url)

    assert response.context["unanswered"] == [leeds]
    assert "No criterion rests on 1 issue that many councils share." in text(response)
    shown = [(issue.pk, criteria, bare) for issue, criteria, bare in response.context["issues"]]
    assert shown[0] == (kent.pk, ["Outcomes"], False)
    assert shown[1] == (leeds.pk, [], True)


def test_a_criterion_rests_on_the_issue_that_counts_and_keeps_the_one_that_was_chosen(panel, visit):
    kent, leeds, york = panel.issues
    outcomes, *_ = panel.criteria()
    panel.set([(outcomes, [leeds])])
    staff = make.scheme_manager()
    issuing.merge_issues(kent, [leeds], why="The same.", by=staff, at=panel.at)
    client = visit(panel.chair, at=panel.at)
    data = panel.page(client)
    assert data[key(outcomes, "issues")] == [str(kent.pk)]
    assert "What Kent says." in text(client.get(panel.round.get_absolute_url()))

    client.post(panel.url, data | {key(outcomes, "issues"): [kent.pk, york.pk]})

    assert set(outcomes.issues.all()) == {leeds, york}
    leeds.refresh_from_db()
    issuing.unmerge_issue(leeds, by=staff, at=panel.at)
    assert panel.page(client)[key(outcomes, "issues")] == [str(leeds.pk), str(york.pk)]


def test_issues_beyond_those_offered_are_found_by_their_words(panel, visit):
    councils = [make.SignUpFactory(outcome=panel.outcome).authority for _ in range(2)]
    for number in range(31):
        issue = make.IssueFactory(outcome=panel.outcome, text=f"Common thing {number}.")
        IssueSupport.objects.create(
            issue=issue, authority=councils[0], supported_by=panel.chair, supported_at=panel.at
        )
    rare = make.IssueFactory(outcome=panel.outcome, text="Ferries stop at six.")
    client = visit(panel.chair, at=panel.at)
    outcomes, *_ = panel.criteria()
    data = panel.page(client)

    assert len(client.get(panel.url).context["issues"]) == 30
    found = client.post(panel.url, data | {"find": "ferries", "check": "Check"})
    assert rare in [issue for issue, *_ in found.context["issues"]]
    client.post(panel.url, data | {key(outcomes, "issues"): [rare.pk]})

    assert list(outcomes.issues.all()) == [rare]
    assert rare in [issue for issue, *_ in client.get(panel.url).context["issues"]]


def test_members_and_staff_read_and_only_chairs_write(panel, visit):
    before = panel.state()
    data = panel.page(visit(panel.chair, at=panel.at)) | {key(panel.criteria()[0], "description"): "Mine."}
    for who in (panel.member, make.scheme_manager(), make.case_officer(), make.signatory("lga")):
        client = visit(who, at=panel.at)
        shown = text(client.get(panel.url))
        assert "The chair and the vice-chair settle the criteria" in shown
        assert "Save the criteria" not in shown
        assert client.post(panel.url, data).status_code == 403
    for who in (make.drafter(panel.issues[0].authority), make.UserFactory()):
        client = visit(who, at=panel.at)
        assert client.get(panel.url).status_code == 403
        assert client.post(panel.url, data).status_code == 403
    assert panel.state() == before


@pytest.mark.parametrize(
    "rows", ["", "x", "99999999999", "new1,new1,\u0663", ",".join(f"new{n}" for n in range(60))]
)
def test_rows_that_nobody_was_given_do_no_harm(panel, visit, rows):
    before = panel.state()
    client = visit(panel.chair, at=panel.at)

    response = client.post(panel.url, {"rows": rows, "seen": digest(before)})

    assert response.status_code in (200, 302)
    assert panel.state() == before


@pytest.mark.parametrize("button", ["check", "add", "save"])
@pytest.mark.parametrize(
    ("part", "typed"), [("weight", "9" * 5000), ("issues", "9" * 5000), ("issues", "²"), ("rows", "")]
)
def test_numbers_that_are_none_are_said_to_be_wrong_and_nothing_is_saved(panel, visit, button, part, typed):
    before = panel.state()
    client = visit(panel.chair, at=panel.at)
    data = panel.page(client) | {button: "1"}
    if part == "rows":
        data["rows"] = ",".join(f"new{number}" for number in range(1, 1000))
    else:
        data[key(panel.criteria()[0], part)] = typed

    response = client.post(panel.url, data)

    assert response.status_code == 200
    assert panel.state() == before


@pytest.mark.parametrize("who", ["chair", "member"])
def test_the_page_takes_the_same_queries_for_2_and_20_issues(panel, visit, who):
    client = visit(getattr(panel, who), at=panel.at)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            response = client.get(panel.url)
        return len(asked), len(response.context["issues"])

    few = queries()
    make.IssueFactory.create_batch(20, outcome=panel.outcome)
    for criterion in panel.criteria():
        criterion.issues.set(panel.outcome.issues.all())
    many = queries()
    make.IssueFactory.create_batch(20, outcome=panel.outcome)

    assert (few[1], many[1], queries()[1]) == (3, 23, 30)
    assert few[0] == many[0] <= 12
