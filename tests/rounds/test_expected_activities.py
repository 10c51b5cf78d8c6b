"""What a round expects of each holder, and the days on which its councils are reminded: set in the admin."""

from datetime import timedelta

import pytest

from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.rounds import actions, timeline
from beacons.rounds.activities import ActivityKind, counted
from beacons.rounds.models import ExpectedActivity, Round
from beacons.rounds.presets import PRESETS
from beacons.rounds.presets.beacons import BEACONS
from grants.dissemination.models import Activity
from tests import factories as make
from tests.rounds.made import AT, approved, set_up
from tests.rounds.test_round_admin import change_url, errors, name_of, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(visit, settings):
    settings.DEMONSTRATION = True
    return visit(make.scheme_manager(), at=AT)


def expected(round):
    return [(each.kind, each.count, each.counted_as) for each in round.expected_activities.all()]


def test_presets_plan_what_dissemination_can_hold():
    known = {value for value, _ in Activity._meta.get_field("kind").choices}

    assert known == set(ActivityKind.values)
    assert {activity.kind for preset in PRESETS.values() for activity in preset.activities} <= known


@pytest.mark.parametrize(
    ("kind", "number", "words"),
    [
        ("open_day", 1, "1 open day"),
        ("open_day", 2, "2 open days"),
        ("mentoring", None, "Mentoring pairs"),
        ("of another making", 2, "2 of another makings"),
    ],
)
def test_a_kind_is_counted_in_words(kind, number, words):
    assert counted(kind, number) == words


def test_a_round_begins_with_what_its_preset_expects():
    round = set_up()

    assert expected(round) == [(each.kind, each.count, each.counted_as) for each in BEACONS.activities]
    assert (round.authorities_to_help, round.struggling_to_help) == (12, 3)
    assert round.asks_for_a_plan


def test_a_round_differs_from_its_preset_and_the_change_is_noted(client):
    round = set_up()
    page = client.get(change_url(round))
    visit_, toolkit = (round.expected_activities.get(kind=kind) for kind in ("visit", "toolkit"))
    changed = {
        name_of(page, ExpectedActivity, visit_.pk, "count"): 4,
        name_of(page, ExpectedActivity, toolkit.pk, "DELETE"): "on",
    }

    response = client.post(change_url(round), {**typed(page), **changed})

    assert response.status_code == 302
    kinds = [kind for kind, _, _ in expected(round)]
    assert kinds == [each.kind for each in BEACONS.activities if each.kind != "toolkit"]
    assert round.expected_activities.get(kind="visit").count == 4
    step = Step.objects.of(round).get(step="set_activities")
    assert step.words.data["activities"]["visit"] == 4
    assert "toolkit" not in step.words.data["activities"]


def test_two_kinds_change_places_in_one_save(client):
    round = set_up()
    page = client.get(change_url(round))
    one, other = round.expected_activities.all()[:2]

    response = client.post(
        change_url(round),
        {
            **typed(page),
            name_of(page, ExpectedActivity, one.pk, "kind"): other.kind,
            name_of(page, ExpectedActivity, other.pk, "kind"): one.kind,
        },
    )

    assert response.status_code == 302
    assert [kind for kind, _, _ in expected(round)][:2] == [other.kind, one.kind]


def test_a_kind_twice_is_an_error_of_the_page(client):
    round = set_up()
    page = client.get(change_url(round))
    one = round.expected_activities.get(kind="visit")

    response = client.post(
        change_url(round), {**typed(page), name_of(page, ExpectedActivity, one.pk, "kind"): "open_day"}
    )

    assert sorted(errors(response)) == [
        "Please correct the duplicate data for kind.",
        "Please correct the duplicate values below.",
    ]
    assert [kind for kind, _, _ in expected(round)] == [each.kind for each in BEACONS.activities]


def test_what_is_expected_is_locked_when_applications_open():
    round = approved()
    opens = round.stage_of("applications").opens_at
    more = ExpectedActivity(kind="visit", count=9)

    with pytest.raises(Refused, match="locked since applications opened"):
        actions.save_activities(round, keep=[more], remove=[], by=None, at=opens)

    before_it = opens - timedelta(microseconds=1)
    first = round.expected_activities.get(kind="visit")
    first.count = 9
    actions.save_activities(round, keep=[first], remove=[], by=None, at=before_it)
    assert round.expected_activities.get(kind="visit").count == 9


# Reminders


@pytest.mark.parametrize(
    ("words", "days"),
    [("5, 2, 1", (5, 2, 1)), (" 1 ,5,5 2", (5, 2, 1)), ("20", (20,)), ("1", (1,))],
)
def test_days_before_a_closing_are_read_however_they_are_written(words, days):
    assert timeline.read_days(words) == days


@pytest.mark.parametrize(
    "words", ["", " , ", "five", "0", "21", "-1", "1.5", "9, 8, 7, 6, 5, 4", "٣", "1" * 400]
)
def test_what_are_no_days_is_said(words):
    with pytest.raises(timeline.DaysError):
        timeline.read_days(words)


def test_reminders_are_set_in_the_admin_also_when_the_round_is_approved(client):
    round = approved()
    page = client.get(change_url(round))

    sent = {**typed(page), "reminder_days": "2,1,10", "application_reminder_days": "3"}
    assert client.post(change_url(round), sent).status_code == 302

    round = Round.objects.get()
    assert (round.reminder_days, round.days_of_reminders) == ("10, 2, 1", (10, 2, 1))
    assert round.days_of_application_reminders == (3,)
    assert Step.objects.of(round).get(step="set_reminders").words.data == {
        "before": [True, "5, 1", "10, 5, 2, 1"],
        "after": [True, "10, 2, 1", "3"],
    }


def test_reminders_are_turned_off_in_the_admin(client):
    round = approved()
    sent = typed(client.get(change_url(round)))
    del sent["reminds"]

    assert client.post(change_url(round), sent).status_code == 302

    round = Round.objects.get()
    assert round.days_of_reminders == round.days_of_application_reminders == ()


def test_days_that_are_none_are_an_error_of_the_page(client):
    round = approved()
    page = client.get(change_url(round))

    for field in ("reminder_days", "application_reminder_days"):
        response = client.post(change_url(round), {**typed(page), field: "soon"})

        assert errors(response) == [
            "Write working days before the closing as numbers with commas between them: 5, 2, 1."
        ]
    assert Round.objects.get().reminder_days == "5, 1"
