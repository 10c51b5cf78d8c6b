"""The sharing plan: begins with what the round expects, is written by several hands, and is certified with the rest."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.db import IntegrityError, transaction

from beacons.applications import actions, rules
from beacons.applications.actions import Overtaken
from beacons.applications.models import Application, NamedPeer, PlannedActivity
from beacons.applications.sharing import Activity, Peer, Plan, plan_of
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from tests import factories
from tests.applications.conftest import begun, written

# Others can be helped from 20 July to 27 November 2026.
IN_TIME = date(2026, 9, 30)
WHOLE = Plan(
    authorities=14,
    struggling=4,
    activities=(
        Activity("open_day", 2, IN_TIME, "Heads of service, on finding who left"),
        Activity("visit", 6, date(2026, 11, 6)),
    ),
    peers=(Peer("Sam Taylor", "Head of skills", 8),),
)


@pytest.fixture
def asking(council):
    """A round that asks for a plan, and expects two open days and six visits of each holder."""
    council.round.asks_for_a_plan = True
    council.round.save(update_fields=["asks_for_a_plan"])
    factories.ExpectedActivityFactory(round=council.round, position=1)
    factories.ExpectedActivityFactory(round=council.round, kind="visit", count=6, counted_as="", position=2)
    return council


@pytest.fixture
def bid(asking):
    return written(asking)


def save(bid, council, plan=WHOLE, **options):
    return actions.save_plan(bid, plan, by=council.drafter, at=council.at, **options)


def saved(bid):
    return plan_of(Application.objects.get(pk=bid.pk))


def url(bid):
    return f"/applications/{bid.reference}/plan/"


def sent(page, **changed):
    """What the browser would send back, with some boxes filled in otherwise."""
    data = {}
    for bound in page.context["form"]:
        value = bound.value()
        if value is not None and value is not False:
            data[bound.html_name] = value
    return {**data, **changed}


def open_days(until="2026-9-30"):
    return {"activity0_count": "2", "activity0_until": until, "activity0_note": "Heads of service"}


# Where it begins


def test_the_page_begins_with_what_the_round_expects_and_saves_nothing_by_itself(asking, visit):
    bid = begun(asking)

    page = visit(asking.drafter, at=asking.at).get(url(bid))

    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields if name != "seen" and form[name].value()}
    assert shown == {
        "authorities": 12, "struggling": 3,
        "activity0_kind": "open_day", "activity0_count": 2, "activity1_kind": "visit", "activity1_count": 6,
    }  # fmt: skip
    text = page.content.decode()
    assert "The round expects 2 open days. Counted afterwards: authorities attending." in text
    assert "from Monday 20 July 2026 to Friday 27 November 2026" in text
    assert saved(bid) == Plan()


NOT_SAVED = "They are not saved, and do not count until you save this page."


def test_the_rounds_own_numbers_are_said_not_to_count_until_they_are_saved(asking, visit):
    """They look like an answer: page, button and task list say that they are none."""
    bid, client = begun(asking), visit(asking.drafter, at=asking.at)

    before, tasks = (
        client.get(url(bid)).content.decode(),
        client.get(f"/applications/{bid.reference}/").content.decode(),
    )
    save(bid, asking, Plan(authorities=12))
    after, then = (
        client.get(url(bid)).content.decode(),
        client.get(f"/applications/{bid.reference}/").content.decode(),
    )

    assert NOT_SAVED in before
    assert before.index("not saved yet") < before.index("Save and return to the task list")
    assert "Nothing is saved yet: the round’s numbers on its page count once you save them" in tasks
    assert NOT_SAVED not in after
    assert "not saved yet" not in after
    assert "Nothing is saved yet" not in then


@pytest.mark.parametrize(
    ("press", "place"),
    [("another-activity", "#another-activity"), ("another-person", "#another-person"), ("<b> // x", "")],
)
def test_one_more_row_opens_the_page_at_it(bid, asking, visit, press, place):
    client = visit(asking.drafter, at=asking.at)
    page = client.get(url(bid))

    answer = client.post(url(bid), sent(page, authorities="14", row=press))

    assert answer.url == url(bid) + place
    assert not place or f'id="{place[1:]}"' in client.get(url(bid)).content.decode()


def test_it_can_be_saved_without_leaving_it(bid, asking, visit):
    client = visit(asking.drafter, at=asking.at)

    answer = client.post(
        url(bid), sent(client.get(url(bid)), authorities="14", stay="Save and stay on this page")
    )

    assert answer.url == url(bid)
    assert saved(bid).authorities == 14


def test_what_is_saved_takes_the_place_of_what_is_expected(bid, asking, visit):
    save(bid, asking, Plan(activities=(Activity("workshop", 1),)))

    form = visit(asking.drafter, at=asking.at).get(url(bid)).context["form"]

    assert [line.legend for line in form.lines] == ["Workshops", "Another activity", "Person 1"]
    assert form["authorities"].value() is None


def test_a_plan_is_typed_saved_and_kept_in_the_history(bid, asking, visit):
    client = visit(asking.drafter, at=asking.at)
    data = sent(
        client.get(url(bid)),
        **open_days(),
        activity1_until_day="6",
        activity1_until_month="nov",
        activity1_until_year="2026",
        peer0_name="Sam Taylor",
        peer0_job_title="Head of skills",
        peer0_days="8",
        authorities="14",
        struggling="4",
    )

    response = client.post(url(bid), data)

    assert response.url == f"/applications/{bid.reference}/"
    assert saved(bid) == Plan(
        14, 4,
        (Activity("open_day", 2, IN_TIME, "Heads of service"), Activity("visit", 6, date(2026, 11, 6))),
        (Peer("Sam Taylor", "Head of skills", 8),),
    )  # fmt: skip
    step = Step.objects.of(bid).get(step="save_plan")
    assert step.by_id == asking.drafter.pk
    assert step.words.data["saved"] == saved(bid).content()


def test_rows_are_added_one_by_one_and_taken_out_by_a_tick(bid, asking, visit):
    client = visit(asking.drafter, at=asking.at)
    page = client.get(url(bid))
    more = sent(
        page, activity2_kind="toolkit", activity2_count="1", activity0_out="on", row="Save and add a row"
    )

    response = client.post(url(bid), more)

    assert response.url == url(bid)
    assert [(each.kind, each.count) for each in saved(bid).activities] == [("visit", 6), ("toolkit", 1)]
    lines = client.get(url(bid)).context["form"].lines
    assert [line.legend for line in lines] == ["Visits", "Toolkits", "Another activity", "Person 1"]


def test_half_a_plan_is_kept(bid, asking, visit):
    client = visit(asking.drafter, at=asking.at)

    answer = client.post(
        url(bid), sent(client.get(url(bid)), activity0_count="", authorities=""), follow=True
    )

    assert "To be put right before it is certified" in answer.content.decode()
    assert saved(bid) == Plan(None, 3, (Activity("open_day"), Activity("visit", 6)))
    left = client.get(url(bid)).context["left"]
    assert left[:3] == [
        "Say how many authorities you will help.",
        "Say how many open days you will hold.",
        "Say by when your open days will be held.",
    ]


def test_two_lines_of_one_kind_are_told_apart(bid, asking, visit):
    twice = (Activity("visit", 2, IN_TIME), Activity("visit", 4, date(2026, 11, 6)))
    save(bid, asking, Plan(activities=twice))

    lines = visit(asking.drafter, at=asking.at).get(url(bid)).context["form"].lines

    assert [line.legend for line in lines][:2] == ["Visits", "Visits (2)"]


# Bad input: said, and nothing lost


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"activity0_count": "two"}, "How many open days must be a whole number, like 12"),
        ({"activity0_count": "0"}, "How many open days must be 1 or more"),
        ({"activity0_count": "201"}, "How many open days must be 200 or less"),
        ({"activity0_until": "2026-2-31"}, "Open days held by must be a real date, like 27 3 2027"),
        ({"activity0_note": "x" * 301}, "For whom, and about what must be 300 characters or fewer"),
        ({"activity2_count": "3"}, "Choose what kind of activity this is"),
        ({"activity2_kind": "party"}, "Kind of activity, row 3: choose from the list"),
        ({"peer0_days": "3"}, "Name who gives these days"),
        ({"peer0_name": "\u200b", "peer0_days": "3"}, "Name who gives these days"),
        ({"authorities": "-1"}, "Authorities you will help must be 1 or more"),
        ({"authorities": "3", "struggling": "4"}, "The authorities that find this outcome hardest are among those you help"),
        ({"authorities": "9" * 30}, "You can promise to help between 1 and 400 authorities."),
        ({f"activity{number}_kind": "visit" for number in range(31)}, "There can be 30 lines of activities at most."),
        ({f"peer{number}_name": f"P{number}" for number in range(21)}, "20 people can be named at most."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(bid, asking, visit, typed, error):
    client = visit(asking.drafter, at=asking.at)
    data = sent(client.get(url(bid)), **typed)

    response = client.post(url(bid), data)

    form = response.context["form"]
    assert any(error in said for errors in form.errors.values() for said in errors), form.errors
    assert {name: form[name].value() for name in typed} == typed
    assert saved(bid) == Plan()


def test_what_is_taken_out_need_not_be_right(bid, asking, visit):
    client = visit(asking.drafter, at=asking.at)

    client.post(url(bid), sent(client.get(url(bid)), activity0_count="two", activity0_out="on"))

    assert [each.kind for each in saved(bid).activities] == ["visit"]


def test_turned_round_text_and_odd_spaces_are_tidied(bid, asking):
    save(bid, asking, Plan(activities=(Activity("visit", 1, IN_TIME, "For\n\u202eheads  of service"),)))

    assert saved(bid).activities[0].note == "For heads of service"


@pytest.mark.parametrize(("encoding", "status"), [("application/x-www-form-urlencoded", 400), (None, 200)])
@pytest.mark.parametrize("name", ["activity0_note", "activity0_kind", "seen"])
def test_nul_is_answered_and_nothing_is_saved(bid, asking, visit, name, encoding, status):
    client = visit(asking.drafter, at=asking.at)
    data = sent(client.get(url(bid)), **{name: "a\x00b"})

    if encoding:
        response = client.post(url(bid), urlencode(data), content_type=encoding)
    else:
        response = client.post(url(bid), data)

    assert response.status_code == status
    assert saved(bid) == Plan()


def test_a_kind_that_no_page_sends_is_refused_by_the_verb_and_by_the_database(bid, asking):
    with pytest.raises(Refused, match="not known here"):
        save(bid, asking, Plan(activities=(Activity("party", 1),)))

    for row in (
        PlannedActivity(application=bid, kind="party", count=1),
        PlannedActivity(application=bid, kind="visit", count=0),
        NamedPeer(application=bid, name="Sam", days=0),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=bid.pk).update(authorities_to_help=2, struggling_to_help=3)


# Two people at once


def test_the_second_is_shown_both_plans_and_nothing_is_overwritten(bid, asking, visit):
    client = visit(asking.certifier, at=asking.at)
    data = sent(client.get(url(bid)), **open_days())
    save(bid, asking)

    response = client.post(url(bid), data)

    text = response.content.decode()
    assert "Somebody else saved the plan while you were writing" in text
    assert "Heads of service, on finding who left" in text
    assert response.context["form"]["activity0_note"].value() == "Heads of service"
    assert saved(bid) == WHOLE

    client.post(url(bid), sent(response))

    assert saved(bid).activities[0] == Activity("open_day", 2, IN_TIME, "Heads of service")


def test_who_touched_nothing_leaves_anothers_plan_as_it_is(bid, asking, visit):
    save(bid, asking, Plan(activities=(Activity("visit", 1),)))
    client = visit(asking.certifier, at=asking.at)
    data = sent(client.get(url(bid)))
    save(bid, asking)

    response = client.post(url(bid), data)

    assert response.status_code == 302
    assert saved(bid) == WHOLE


def test_a_form_sent_twice_saves_once(bid, asking):
    seen = plan_of(bid).fingerprint()
    save(bid, asking, seen=seen)

    save(bid, asking, seen=seen)

    assert Step.objects.of(bid).filter(step="save_plan").count() == 1
    assert PlannedActivity.objects.count() == 2


def test_a_plan_seen_before_anothers_is_not_saved_over_it(bid, asking):
    seen = plan_of(bid).fingerprint()
    save(bid, asking)

    with pytest.raises(Overtaken) as refused:
        save(bid, asking, Plan(activities=(Activity("visit", 1),)), seen=seen)

    assert plan_of(refused.value.application) == WHOLE
    assert saved(bid) == WHOLE


# Doors


@pytest.mark.parametrize(("moment", "status"), [("last", 302), ("closes", 200)])
def test_planning_ends_at_the_closing_instant(bid, asking, visit, moment, status):
    data = sent(visit(asking.drafter, at=asking.at).get(url(bid)), **open_days())

    response = visit(asking.drafter, at=getattr(asking, moment)).post(url(bid), data)

    assert response.status_code == status
    assert saved(bid).is_empty == (moment == "closes")
    if moment == "closes":
        text = response.content.decode()
        assert "Applications closed at noon" in text
        assert "Heads of service" in text


def test_what_is_certified_is_not_planned_anew(bid, asking, visit):
    save(bid, asking)
    data = sent(visit(asking.drafter, at=asking.at).get(url(bid)), authorities="13")
    actions.certify(bid, by=asking.certifier, at=asking.at)

    response = visit(asking.drafter, at=asking.at).post(url(bid), data)

    assert "A certifier must send it back" in response.content.decode()
    assert saved(bid) == WHOLE


def test_another_council_does_not_find_it(bid, asking, visit):
    other = factories.drafter(factories.AuthorityFactory())

    assert visit(other, at=asking.at).get(url(bid)).status_code == 404
    assert visit(other, at=asking.at).post(url(bid), {}).status_code == 404


# Complete, certified, read


def test_a_whole_plan_lacks_nothing(bid, asking):
    save(bid, asking)

    assert rules.reasons_plan(Application.objects.get(pk=bid.pk)) == []


@pytest.mark.parametrize(
    ("plan", "reasons"),
    [
        (
            Plan(),
            [
                "Say how many authorities you will help.",
                "Say how many authorities that find this outcome hardest you will help.",
                "Plan what you will hold for others: an open day, visits, a workshop.",
            ],
        ),
        (
            Plan(
                11, 2, (Activity("visit", 1, date(2026, 7, 19)), Activity("toolkit", 1, date(2026, 11, 28)))
            ),
            [
                "You promise to help 11 authorities; each holder of this round helps 12 at least.",
                "You promise to help 2 authorities that find this outcome hardest; each holder of this round helps 3 at least.",
                "Your visits are to be held by Sunday 19 July 2026; others can be helped from Monday 20 July 2026 to"
                " Friday 27 November 2026.",
                "Your toolkits are to be held by Saturday 28 November 2026; others can be helped from Monday 20 July"
                " 2026 to Friday 27 November 2026.",
            ],
        ),
        (
            Plan(12, 3, (Activity("visit", 1, date(2026, 7, 20)),), (Peer("Sam Taylor"),)),
            ["Say how many days Sam Taylor offers.", "Say what Sam Taylor does."],
        ),
    ],
)
def test_what_a_plan_lacks_is_said_and_it_cannot_be_certified(bid, asking, plan, reasons):
    save(bid, asking, plan)

    assert rules.reasons_incomplete(Application.objects.get(pk=bid.pk)) == reasons
    with pytest.raises(Refused):
        actions.certify(bid, by=asking.certifier, at=asking.at)


def test_a_round_that_asks_for_no_plan_gets_one_whole_or_not_at_all(draft, council):
    assert rules.reasons_plan(draft) == []

    actions.save_plan(draft, Plan(activities=(Activity("visit", 1),)), by=council.drafter, at=council.at)

    assert "Say how many authorities you will help." in rules.reasons_plan(
        Application.objects.get(pk=draft.pk)
    )


def test_the_fingerprint_covers_every_part_of_the_plan(bid, asking):
    without = bid.fingerprint()
    seen = {without}
    for plan in (
        Plan(authorities=1),
        Plan(struggling=1),
        Plan(activities=(Activity("visit"),)),
        Plan(activities=(Activity("visit", 1),)),
        Plan(activities=(Activity("visit", 1, IN_TIME),)),
        Plan(activities=(Activity("visit", 1, IN_TIME, "x"),)),
        Plan(peers=(Peer("Sam"),)),
        Plan(peers=(Peer("Sam", "Head"),)),
        Plan(peers=(Peer("Sam", "Head", 1),)),
    ):
        save(bid, asking, plan)
        seen.add(Application.objects.get(pk=bid.pk).fingerprint())

    assert len(seen) == 10
    save(bid, asking, Plan())
    assert Application.objects.get(pk=bid.pk).fingerprint() == without


def test_the_task_list_follows_the_plan(bid, asking, visit):
    client = visit(asking.drafter, at=asking.at)

    def status():
        groups = client.get(f"/applications/{bid.reference}/").context["groups"]
        return next(task.status for group in groups for task in group.tasks if task.name == "Sharing plan")

    assert status() == "Not started"
    save(bid, asking, Plan(activities=(Activity("visit", 1),)))
    assert status() == "In progress"
    save(bid, asking)
    assert status() == "Done"


def test_the_certifier_and_the_office_read_the_plan(bid, asking, visit):
    save(bid, asking)
    check = visit(asking.certifier, at=asking.at).get(f"/applications/{bid.reference}/check/")
    actions.certify(bid, by=asking.certifier, at=asking.at)
    actions.submit(bid, by=asking.drafter, at=asking.at + timedelta(hours=1))
    office = visit(factories.case_officer(), at=asking.checking).get(f"/applications/{bid.reference}/")

    for page in (check, office):
        text = page.content.decode()
        for words in ("14 authorities will be helped, 4 of them", "2 open days", "6 visits", "30 September 2026",
                      "Heads of service, on finding who left", "Sam Taylor", "Head of skills"):  # fmt: skip
            assert words in text


def test_a_successor_takes_the_plan_over_with_the_bid(bid, asking):
    save(bid, asking)
    before = Application.objects.get(pk=bid.pk).fingerprint()

    Application.objects.filter(pk=bid.pk).update(
        authority=factories.AuthorityFactory(), inherited_from=asking.authority
    )

    assert saved(bid) == WHOLE
    assert Application.objects.get(pk=bid.pk).fingerprint() == before
