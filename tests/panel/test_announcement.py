"""Setting the instant, announcing each case with its letters, and what the clock does."""

from datetime import timedelta

import pytest
from django.urls import reverse

from beacons.core import clock, guards, invariants
from beacons.core.lifecycle import Refused
from beacons.core.models import Letter, Step
from beacons.core.templatetags.govuk import day
from beacons.core.workdays import LONDON
from panel.actions import announcement
from panel.models import Announcement, Case, Decision, Mark
from panel.sweeps import results as sweeps
from panel.tasks import sweep
from tests import factories as make
from tests.panel.judged import announcing, judged, left_out, proposed, settled

pytestmark = pytest.mark.django_db
MICRO = timedelta(microseconds=1)


def set_at(house, instant, *, at=None, by=None):
    at = at or house.at("decision") + timedelta(hours=2)
    return announcement.set_announcement(house.round, instant=instant, by=by or house.chairing, at=at)


# Setting it


def test_the_chair_sets_the_instant():
    house = judged(1)
    settled(house)
    instant = house.at("decision") + timedelta(days=3)

    row = set_at(house, instant)

    assert (row.at, row.set_by) == (instant, house.chairing)
    assert Step.objects.of(row).get().step == "set"


def test_everything_that_stands_is_settled_first():
    house = judged(3)
    settled(house, 0)
    proposed(house, 1)
    house.bids[2].status = "withdrawn"
    house.bids[2].save()

    with pytest.raises(Refused, match="1 application is not settled"):
        announcing(house)
    decision = Decision.objects.get(case=house.case(1))
    house.answer(decision, "clg")
    house.answer(decision, "lga")
    announcing(house)

    assert Announcement.objects.exists()


def test_there_must_be_something_to_announce():
    house = judged(0)

    with pytest.raises(Refused, match="nothing to announce"):
        announcing(house)


def test_only_whoever_takes_the_chair_sets_it():
    house = judged(1)
    settled(house)
    instant = house.at("decision") + timedelta(days=1)

    for person in (house.vice.user, house.members[0].user, house.clg, make.scheme_manager()):
        with pytest.raises(Refused, match="Only the chair"):
            set_at(house, instant, by=person)
    house.chair.ended_at = house.at("decision")
    house.chair.save()
    assert set_at(house, instant, by=house.vice.user).set_by == house.vice.user


@pytest.mark.parametrize(("ahead", "allowed"), [(timedelta(0), False), (MICRO, True)])
def test_it_lies_ahead(ahead, allowed):
    house = judged(1)
    settled(house)
    at = house.at("decision") + timedelta(hours=2)

    if allowed:
        assert set_at(house, at + ahead, at=at).at == at + ahead
    else:
        with pytest.raises(Refused, match="lie ahead"):
            set_at(house, at + ahead, at=at)


@pytest.mark.parametrize(("past", "allowed"), [(timedelta(0), True), (MICRO, False)])
def test_it_leaves_seven_days_to_accept_an_offer(past, allowed):
    house = judged(1)
    settled(house)
    latest = house.round.stage_of("agreement").closes_at - timedelta(days=7)

    if allowed:
        assert set_at(house, latest).at == latest
    else:
        with pytest.raises(Refused, match="must come by noon"):
            set_at(house, latest + past)


def test_one_that_has_not_come_can_be_moved():
    house = judged(1)
    settled(house)
    instant = announcing(house)

    moved = set_at(house, instant + timedelta(hours=1), at=instant - timedelta(hours=1))

    assert Announcement.objects.get().at == moved.at == instant + timedelta(hours=1)


@pytest.mark.parametrize(
    ("offset", "allowed"),
    [(-clock.STRAGGLERS - MICRO, True), (-clock.STRAGGLERS, False), (timedelta(0), False)],
)
def test_one_that_comes_or_has_come_cannot(offset, allowed):
    house = judged(1)
    settled(house)
    instant = announcing(house)
    later = instant + timedelta(hours=5)

    if allowed:
        assert set_at(house, later, at=instant + offset).at == later
    else:
        with pytest.raises(Refused, match="cannot be changed"):
            set_at(house, later, at=instant + offset)
        assert Announcement.objects.get().at == instant


def test_nor_one_at_which_a_case_has_been_announced():
    house = judged(1)
    settled(house)
    instant = announcing(house)
    sweeps.announce_cases(instant)

    with pytest.raises(Refused, match="cannot be changed"):
        set_at(house, instant + timedelta(hours=5), at=instant - timedelta(hours=1))


# Announcing


@pytest.mark.parametrize(("offset", "number"), [(-MICRO, 0), (timedelta(0), 2)])
def test_the_clock_announces_at_the_instant(offset, number):
    house = judged(2)
    settled(house, 0)
    settled(house, 1, verdict="decline")
    instant = announcing(house)

    assert sweeps.announce_cases(instant + offset) == number

    assert Case.objects.filter(status="announced").count() == number
    assert Letter.objects.filter(kind__in=["panel_award", "panel_decline"]).count() == 2 * number


def test_a_case_is_not_announced_by_hand_before_the_instant():
    house = judged(1)
    settled(house)

    with pytest.raises(Refused, match="has not set"):
        announcement.announce(house.case(), by=house.chairing, at=house.at("decision"))
    instant = announcing(house)
    with pytest.raises(Refused, match="has not come"):
        announcement.announce(house.case(), by=house.chairing, at=instant - MICRO)

    assert house.case().status == "awarded"


def test_running_twice_announces_once():
    house = judged(1)
    settled(house)
    instant = announcing(house)

    first, second = sweeps.announce_cases(instant), sweeps.announce_cases(instant)

    assert (first, second) == (1, 0)
    assert Letter.objects.filter(kind="panel_award").count() == 2


def test_each_applicant_reads_its_result_the_reasons_and_when_feedback_follows_without_names():
    house = judged(3, scores=(5, 4, 4))
    Mark.objects.filter(assessment__case=house.case(0)).update(reason="Costs are low, says a reader.")
    settled(house, 0, amount=90_000, reasons="Costs are <plain>. Clear figures.")
    settled(house, 1, verdict="reserve", amount=80_000, reasons="Close behind.")
    left_out(house, 2)
    settled(house, 2, verdict="decline", reasons="Others showed more.")

    sweeps.announce_cases(announcing(house))

    award = Letter.objects.get(kind="panel_award", to=house.bids[0].certified_by.email)
    assert "£90,000" in award.subject
    due_on = Announcement.objects.get().feedback_due_on
    for words in ("Costs are <plain>. Clear figures.", f"by noon on {day(due_on)}."):
        assert words in award.body
    # A reader's words leave with the feedback, which the chair approves.
    assert "says a reader" not in award.body
    reserve = Letter.objects.get(kind="panel_reserve", to=house.bids[1].drafted_by.email)
    assert "number 1 among the reserves" in reserve.body
    decline = Letter.objects.get(kind="panel_decline", to=house.bids[2].drafted_by.email)
    assert "Others showed more." in decline.body
    names = {member.user.name for member in (*house.members, house.chair, house.vice)} | {house.clg.name}
    for letter in (award, reserve, decline):
        assert not any(name in letter.body for name in names)


def test_letters_leave_no_earlier_than_the_instant():
    house = judged(1)
    settled(house)
    instant = announcing(house)
    assert not Letter.objects.filter(kind="panel_award").exists()

    sweeps.announce_cases(instant + timedelta(minutes=3))

    assert set(Letter.objects.filter(kind="panel_award").values_list("not_before", flat=True)) == {instant}


def test_a_bid_withdrawn_before_the_instant_is_not_announced():
    house = judged(2)
    settled(house, 0)
    settled(house, 1)
    instant = announcing(house)
    house.bids[0].status = "withdrawn"
    house.bids[0].save()

    with clock.set_to(instant):
        sweep()

    assert [house.case(bid).status for bid in (0, 1)] == ["withdrawn", "announced"]


def test_the_whole_sweep_runs_twice_and_leaves_every_promise_kept():
    house = judged(3, scores=(5, 4, 4))
    settled(house, 0)
    decision = proposed(house, 1)
    house.answer(decision, "clg", agreed=False)
    proposed(house, 1)
    house.answer(decision, "lga", agreed=False)
    left_out(house, 2)
    settled(house, 2, verdict="decline")
    instant = announcing(house)

    with clock.set_to(instant):
        sweep()
        letters = Letter.objects.count()
        assert sweep() == 0

    assert Letter.objects.count() == letters
    assert [sentence for sentence in invariants.broken() if "panel" in sentence] == []


# Invariants


def unguarded(act, **said):
    """Whatever the database would refuse."""
    guards.drop_all()
    act(**said)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda house: unguarded(Decision.objects.update, amount=2_000_000), "more than its pot"),
        (lambda house: Decision.objects.update(verdict="reserve"), "decision says reserve"),
        (lambda house: Decision.objects.update(settled_at=None), "without a settled decision"),
        (lambda house: Decision.objects.update(proposals=2), "without the agreement of both"),
        (lambda house: Decision.objects.update(proposed_by=house.clg), "three people"),
        (lambda house: Case.objects.update(status="announced"), "no announcement is set"),
        (lambda house: Case.objects.update(status="assigned"), "marks are sealed"),
    ],
)
def test_a_broken_promise_is_told(harm, words):
    house = judged(1)
    settled(house)
    assert [sentence for sentence in invariants.broken() if "panel" in sentence] == []

    harm(house)

    assert any(words in sentence for sentence in invariants.broken())


# The page


def test_the_chair_sets_it_on_the_page_in_london_time(visit):
    house = judged(1)
    settled(house)
    url = reverse("announcement_edit", args=[house.round.slug])
    at = house.at("decision") + timedelta(hours=2)
    day = at + timedelta(days=3)

    visit(house.chairing, at=at).post(url, {"day": f"{day:%Y-%m-%d}", "hour": "9:30am"})

    local = Announcement.objects.get().at.astimezone(LONDON)
    assert (local.date(), local.hour, local.minute) == (day.date(), 9, 30)


def test_a_time_typed_while_a_case_came_unsettled_comes_back(visit):
    house = judged(1)
    url = reverse("announcement_edit", args=[house.round.slug])

    page = visit(house.chairing, at=house.at("decision")).post(url, {"day": "2026-01-05", "hour": "9:37am"})

    assert "1 application is not settled" in page.content.decode()
    assert "9:37" in page.content.decode()


def test_what_cannot_be_set_comes_back_with_the_reason(visit):
    house = judged(1)
    settled(house)
    url = reverse("announcement_edit", args=[house.round.slug])

    page = visit(house.chairing, at=house.at("decision")).post(url, {"day": "2026-01-05", "hour": "9:30"})

    assert "must lie ahead" in page.content.decode()
    assert not Announcement.objects.exists()


@pytest.mark.parametrize(
    ("who", "may"), [("chair", 200), ("vice", 200), ("manager", 200), ("member", 403), ("clg", 403)]
)
def test_who_reads_the_page_of_the_announcement(who, may, visit):
    house = judged(1)
    settled(house)
    people = {
        "chair": house.chairing,
        "vice": house.vice.user,
        "manager": make.scheme_manager(),
        "member": house.members[0].user,
        "clg": house.clg,
    }
    url = reverse("announcement_edit", args=[house.round.slug])
    browser = visit(people[who], at=house.at("decision"))

    assert browser.get(url).status_code == may
    if who != "chair":
        assert browser.post(url, {"day": "2026-05-06", "hour": "9:30"}).status_code == 403
