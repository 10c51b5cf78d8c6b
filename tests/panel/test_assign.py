"""Sharing papers out: balanced, one of each body, nobody with an interest; preview first; late ones added."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beacons.applications.models import Application
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from panel import readers
from panel.actions import seats, sharing_out, sheets
from panel.models import Assessment, Case, SharingOut
from panel.sweeps import sharing_out as sweeps
from tests import factories as make
from tests.panel.panels import a_panel, assigned, facts, lodge_all

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


def assign(panel, *, at=None, by=None, **options):
    return sheets.assign(panel.round, by=by or panel.chair.user, at=at or panel.opens_at, **options)


def pairs():
    return set(Assessment.objects.values_list("case__application", "appointment"))


def test_every_eligible_application_gets_its_readers_of_both_bodies_evenly():
    panel = assigned(bids=8, clg=3, lga=3)

    for case in Case.objects.all():
        bodies = Counter(sheet.appointment.seat.body for sheet in case.assessments.all())
        assert sum(bodies.values()) == 3
        assert set(bodies) == {"clg", "lga"}
    assert Case.objects.count() == 8
    loads = Counter(Assessment.objects.values_list("appointment", flat=True))
    assert set(loads.values()) <= {3, 4, 5}
    assert set(loads) == {member.pk for member in panel.members}
    assert Letter.objects.filter(kind="panel_assigned").count() == 6


@pytest.mark.parametrize(("instant", "allowed"), [(-TICK, False), (timedelta(0), True)])
def test_papers_are_shared_out_from_the_instant_scoring_opens(instant, allowed):
    panel = a_panel()

    if allowed:
        assign(panel, at=panel.opens_at + instant)
    else:
        with pytest.raises(Refused, match="shared out when scoring opens, at noon on"):
            assign(panel, at=panel.opens_at + instant)

    assert Case.objects.exists() == allowed


def test_after_scoring_has_closed_nothing_is_shared_out():
    panel = a_panel()

    with pytest.raises(Refused, match="Scoring has closed"):
        assign(panel, at=panel.closes_at)


def test_only_eligible_applications_come_before_the_panel():
    panel = a_panel(bids=1)
    for status in ("submitted", "ineligible"):
        make.handed_in(status, round=panel.round)
    make.ApplicationFactory(round=panel.round)

    assign(panel)

    assert [case.application for case in Case.objects.all()] == panel.bids


def test_nobody_is_given_a_paper_with_an_interest_found_or_declared():
    panel = a_panel(bids=4, clg=3, lga=3)
    make.MembershipFactory(user=panel.members[0].user, role="drafter", authority=panel.bids[0].authority)
    make.InterestFactory(appointment=panel.members[3], application=panel.bids[1])

    assign(panel)

    assert (panel.bids[0].pk, panel.members[0].pk) not in pairs()
    assert (panel.bids[1].pk, panel.members[3].pk) not in pairs()


def test_who_has_not_declared_who_chairs_and_who_left_is_given_nothing():
    panel = a_panel(bids=2, clg=3, lga=3)
    panel.members[0].declared_at = None
    panel.members[0].save()
    panel.members[3].ended_at = panel.opens_at
    panel.members[3].save()

    assign(panel)

    given = set(Assessment.objects.values_list("appointment", flat=True))
    assert given == {panel.members[n].pk for n in (1, 2, 4, 5)}


def test_a_chair_declares_before_sharing_papers_out():
    panel = a_panel()
    panel.chair.declared_at = None
    panel.chair.save()

    with pytest.raises(Refused, match="Declare your own interests first"):
        assign(panel)


def test_late_ones_are_added_and_what_is_in_hand_stays():
    panel = assigned(bids=4)
    before = pairs()
    with pytest.raises(Refused, match="has its readers"):
        assign(panel)
    late = make.handed_in(round=panel.round)

    assign(panel, at=panel.during)

    assert before < pairs()
    assert {bid for bid, _ in pairs() - before} == {late.pk}
    assert len(pairs() - before) == 3


def test_a_reader_who_left_or_was_discharged_is_replaced_and_not_asked_again():
    panel = assigned(bids=3, clg=3, lga=3)
    leaver = panel.sheets(0)[0].appointment
    lost = set(leaver.assessments.values_list("case__application", flat=True))
    seats.end_appointment(leaver, why="Moved abroad.", by=None, at=panel.during)

    assign(panel, at=panel.during)

    counting = Assessment.objects.counting()
    assert Counter(counting.values_list("case__application", flat=True)) == {bid.pk: 3 for bid in panel.bids}
    assert not counting.filter(appointment=leaver).exists()
    new = Assessment.objects.filter(assigned_at=panel.during)
    assert set(new.values_list("case__application", flat=True)) == lost
    for case in Case.objects.all():
        assert {s.appointment.seat.body for s in case.assessments.counting()} == {"clg", "lga"}


def test_what_a_leaver_has_lodged_counts_as_a_reading():
    panel = assigned(bids=1, clg=3, lga=3)
    lodge_all(panel)
    leaver = panel.sheets()[0].appointment
    seats.end_appointment(leaver, why="Moved abroad.", by=None, at=panel.during)

    with pytest.raises(Refused, match="has its readers"):
        assign(panel, at=panel.during)


def test_knowledge_of_the_outcome_and_another_region_make_the_fit():
    panel = a_panel(bids=1, clg=3, lga=3)
    bid = panel.bids[0]
    expert = panel.members[2]
    expert.expertise.add(bid.outcome)
    near = make.AuthorityFactory(region=bid.authority.region)
    make.MembershipFactory(user=panel.members[3].user, role="drafter", authority=near)

    plan = readers.draw_up(panel.round, at=panel.opens_at)

    fit = {reading.member.pk: (reading.fit, reading.sum) for reading in plan.readings}
    assert fit[expert.pk] == (4, "3 knows the outcome + 1 from another region")
    assert panel.members[3].pk not in fit


def test_an_infeasible_panel_names_the_application_and_the_reason_and_gives_nothing_out():
    panel = a_panel(bids=2)
    for member in panel.members[:2]:
        make.InterestFactory(appointment=member, application=panel.bids[0])

    with pytest.raises(Refused) as refusal:
        assign(panel)

    told = " ".join(refusal.value.reasons)
    assert f"{panel.bids[0].reference} ({panel.bids[0].authority}) has no CLG member" in told
    assert panel.bids[1].reference not in told
    assert not Case.objects.exists()


def test_balance_gives_way_before_an_application_goes_without_readers():
    panel = a_panel(bids=6, clg=2, lga=3, assessors_each=2)
    for bid in panel.bids:
        make.InterestFactory(appointment=panel.members[0], application=bid)

    assign(panel)

    assert Assessment.objects.filter(appointment=panel.members[1]).count() == 6
    assert Assessment.objects.count() == 12


def test_a_plan_that_changed_since_it_was_seen_is_not_carried_out():
    panel = a_panel()
    seen = readers.draw_up(panel.round, at=panel.opens_at).digest
    make.handed_in(round=panel.round)

    with pytest.raises(Refused, match="Something has changed since you looked"):
        assign(panel, seen=seen)
    assert not Case.objects.exists()

    assign(panel, seen=readers.draw_up(panel.round, at=panel.opens_at).digest)
    assert Case.objects.count() == 3


# Pages


def test_the_chair_sees_loads_and_fits_and_carries_out_what_was_seen(visit):
    panel = a_panel(bids=3)
    client = visit(panel.chair.user, at=panel.opens_at)
    url = reverse("assignment_detail", args=[panel.round.slug])

    page = client.get(url)
    text = page.content.decode()

    for bid in panel.bids:
        assert bid.reference in text
        assert bid.title not in text
    assert text.count("1 from another region") == 9
    plan = page.context["plan"]
    answer = client.post(reverse("assignment_carry_out", args=[panel.round.slug]), {"plan": plan.digest})
    assert answer.status_code == 302
    assert pairs() == {(reading.application.pk, reading.member.pk) for reading in plan.readings}


def test_the_page_says_what_is_in_the_way_and_offers_no_button(visit):
    panel = a_panel(bids=1, clg=3, lga=0)
    client = visit(panel.vice.user, at=panel.opens_at)

    text = client.get(reverse("assignment_detail", args=[panel.round.slug])).content.decode()

    assert "has no LGA member: the panel has none." in text
    assert "not possible yet" in text
    assert 'name="plan"' not in text


def test_a_chair_is_not_shown_who_reads_a_bid_of_their_own_interest(visit):
    panel = a_panel(bids=2)
    make.InterestFactory(appointment=panel.chair, application=panel.bids[0])
    for member in panel.members[:2]:
        make.InterestFactory(appointment=member, application=panel.bids[0])
    url = reverse("assignment_detail", args=[panel.round.slug])

    chair = visit(panel.chair.user, at=panel.opens_at).get(url).content.decode()
    vice = visit(panel.vice.user, at=panel.opens_at).get(url).content.decode()

    assert panel.bids[0].reference not in chair
    assert "One application that is not shown to you" in chair
    assert panel.bids[0].reference in vice


def test_nobody_but_the_chairs_shares_papers_out(visit):
    panel = a_panel()
    page = reverse("assignment_detail", args=[panel.round.slug])
    act = reverse("assignment_carry_out", args=[panel.round.slug])

    for user in (
        panel.members[0].user,
        make.scheme_manager(),
        make.signatory("clg"),
        panel.bids[0].drafted_by,
    ):
        client = visit(user, at=panel.opens_at)
        assert client.get(page).status_code == 403
        assert client.post(act, {"plan": ""}).status_code == 403
    assert visit(None, at=panel.opens_at).post(act).status_code == 302
    assert not Case.objects.exists()
    assert visit(panel.vice.user, at=panel.opens_at).get(page).status_code == 200


def test_the_preview_names_nobody_before_applications_have_closed(visit):
    panel = a_panel()
    at = make.closing(panel.round, "applications") - TICK

    text = (
        visit(panel.chair.user, at=at)
        .get(reverse("assignment_detail", args=[panel.round.slug]))
        .content.decode()
    )

    assert not any(bid.reference in text or str(bid.authority) in text for bid in panel.bids)


# A floor under the fit


def knowing(panel, *members):
    """Some members know the outcome of the first bid."""
    for member in members:
        panel.members[member].expertise.add(panel.bids[0].outcome)


def test_nobody_reads_what_they_know_less_of_than_the_floor():
    panel = a_panel(bids=1, clg=3, lga=3)
    knowing(panel, 1, 2, 4)

    assign(panel, least_fit=readers.KNOWS_THE_OUTCOME)

    assert {member for _, member in pairs()} == {panel.members[number].pk for number in (1, 2, 4)}


def test_a_floor_that_leaves_too_few_names_the_application_and_gives_nothing_out():
    panel = a_panel(bids=1, clg=3, lga=3)
    knowing(panel, 0, 1, 2)

    with pytest.raises(Refused, match=f"{panel.bids[0].reference}.* has no LGA member"):
        assign(panel, least_fit=readers.KNOWS_THE_OUTCOME)

    assert pairs() == set()


def test_a_floor_takes_no_paper_away_that_somebody_has():
    panel = a_panel(bids=1, clg=3, lga=3)
    assign(panel)
    before = pairs()
    Assessment.objects.filter(appointment=Assessment.objects.first().appointment).delete()
    kept = pairs()
    knowing(panel, *range(6))
    for _, member in kept:
        make_ignorant = next(held for held in panel.members if held.pk == member)
        make_ignorant.expertise.clear()

    assign(panel, least_fit=readers.KNOWS_THE_OUTCOME)

    assert kept < pairs()
    assert len(pairs()) == len(before)


def test_the_chair_sees_and_carries_out_the_plan_with_the_floor(visit):
    panel = a_panel(bids=1, clg=3, lga=3)
    knowing(panel, 1, 2, 4)
    client = visit(panel.chair.user, at=panel.opens_at)
    page = reverse("assignment_detail", args=[panel.round.slug])

    shown = client.get(page, {"least": 3})
    carry_out, digest = re.search(
        r'action="([^"]+/assign/[^"]*)".*?value="([0-9a-f]{16})"', shown.text, re.DOTALL
    ).groups()
    client.post(carry_out, {"plan": digest})

    assert "Knows the outcome" in shown.text
    assert {member for _, member in pairs()} == {panel.members[number].pk for number in (1, 2, 4)}


# Panels too large to wait for


@pytest.fixture
def large(monkeypatch):
    monkeypatch.setattr(readers, "AT_ONCE", 5)
    return a_panel(bids=2, clg=3, lga=3)


def ask(panel, at=None, least_fit=0):
    return sharing_out.ask(panel.round, least_fit=least_fit, by=panel.chair.user, at=at or panel.opens_at)


def test_a_large_panel_is_worked_out_by_the_clock_and_carried_out_as_it_was_seen(large, visit):
    client = visit(large.chair.user, at=large.opens_at)
    page = reverse("assignment_detail", args=[large.round.slug])

    assert "too many to weigh while you wait" in client.get(page).text
    client.post(reverse("assignment_ask", args=[large.round.slug]))
    assert "not begun yet" in client.get(page).text
    assert sweeps.work_out(large.opens_at) == 1
    assert sweeps.work_out(large.opens_at) == 0
    seen = readers.draw_up(large.round, at=large.opens_at)
    assert "papers to give out" in client.get(page).text
    client.post(reverse("assignment_carry_out", args=[large.round.slug]), {"plan": seen.digest})

    assert len(pairs()) == 6
    assert pairs() == {(reading.application.pk, reading.member.pk) for reading in seen.new}


def test_what_the_clock_finds_is_what_a_page_would_find(large, monkeypatch):
    ask(large)
    sweeps.work_out(large.opens_at)
    by_clock = readers.draw_up(large.round, at=large.opens_at)
    monkeypatch.setattr(readers, "AT_ONCE", 60_000)
    at_once = readers.draw_up(large.round, at=large.opens_at)

    assert by_clock.is_worked_out
    assert (by_clock.digest, by_clock.inputs) == (at_once.digest, at_once.inputs)
    assert (by_clock.least, by_clock.most, by_clock.shortfalls) == (
        at_once.least,
        at_once.most,
        at_once.shortfalls,
    )


@pytest.mark.parametrize("change", ["interest", "withdrawn", "expertise", "member"])
def test_a_plan_is_out_of_date_when_what_it_rests_on_has_changed(large, change):
    ask(large)
    sweeps.work_out(large.opens_at)
    member = large.members[0]
    if change == "interest":
        make.InterestFactory(appointment=member, application=large.bids[0])
    elif change == "withdrawn":
        Application.objects.filter(pk=large.bids[0].pk).update(status="withdrawn")
    elif change == "expertise":
        member.expertise.add(large.bids[0].outcome)
    else:
        seats.end_appointment(member, why="Ill.", by=make.scheme_manager(), at=large.opens_at)

    plan = readers.draw_up(large.round, at=large.opens_at)

    assert (plan.is_worked_out, plan.readings) == (False, [])
    with pytest.raises(Refused, match="have it worked out first"):
        assign(large)


def test_two_chairs_do_not_ask_twice_and_an_answer_can_be_asked_for_anew(large):
    ask(large)
    with pytest.raises(Refused, match="being worked out already"):
        ask(large)
    ask(large, least_fit=1)
    sweeps.work_out(large.opens_at)

    ask(large)

    assert SharingOut.objects.count() == 3


def test_a_plan_that_was_cut_off_is_taken_up_again(large, monkeypatch):
    asked = ask(large)

    def killed(plan, tell):
        tell(2)
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(readers, "solve", killed)
        with pytest.raises(ZeroDivisionError):
            sweeps.work_out(large.opens_at)
    cut_off = facts(asked)

    early = sweeps.work_out(large.opens_at + SharingOut.objects.all().LEASE - TICK)
    again = sweeps.work_out(large.opens_at + SharingOut.objects.all().LEASE)

    assert (cut_off.tried, cut_off.done_at) == (2, None)
    assert (early, again) == (0, 1)
    assert facts(asked).done_at is not None


def test_only_who_chairs_asks(large, visit):
    for somebody in (large.members[0].user, make.scheme_manager()):
        answer = visit(somebody, at=large.opens_at).post(reverse("assignment_ask", args=[large.round.slug]))
        assert answer.status_code == 403

    assert not SharingOut.objects.exists()


def test_gathering_asks_the_same_of_the_database_for_many(large):
    def asked():
        with CaptureQueriesContext(connection) as caught:
            readers.gather(large.round, at=large.opens_at)
        return len(caught)

    few = asked()
    for _ in range(10):
        make.handed_in(round=large.round)
        make.seated(large.round, body="lga")

    assert asked() == few
