"""Proposing, answering, settling: rule, action and page."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beacons.applications.models import Application
from beacons.core import clock
from beacons.core.lifecycle import Refused
from beacons.core.models import Letter, Step
from beacons.core.workdays import noon
from beacons.directory.models import User
from beacons.rounds.models import Round
from panel.actions import decisions, seats
from panel.models import Case, Consent, Decision
from panel.rules import decisions as rules
from panel.sweeps import results as sweeps
from panel.sweeps.papers import withdraw_cases as sweep_withdrawals
from tests import factories as make
from tests.panel.judged import announcing, judged, left_out, proposed, settled, shortlisted, verified
from tests.panel.panels import facts, queries

pytestmark = pytest.mark.django_db
MICRO = timedelta(microseconds=1)


# Proposing


def test_the_chair_proposes_an_award():
    house = judged(1)

    decision = proposed(house, verdict="award", amount=90_000)

    row = facts(decision)
    assert (row.verdict, row.amount, row.proposals, row.settled_at) == ("award", 90_000, 1, None)
    assert row.proposed_by == house.chairing
    assert house.case().status == "verified"
    words = Step.objects.of(decision).get(step="propose").words
    assert (words.why, words.data["amount"]) == ("Clear figures.", 90_000)


@pytest.mark.parametrize(("offset", "allowed"), [(-MICRO, False), (timedelta(0), True)])
def test_proposals_open_with_the_stage(offset, allowed):
    house = judged(1)
    verified(house)
    at = house.opening("decision") + offset

    if allowed:
        assert proposed(house, at=at).pk
    else:
        with pytest.raises(Refused, match="opens with the stage"):
            proposed(house, at=at)
        assert not Decision.objects.exists()


def test_only_a_verified_case_is_awarded():
    house = judged(1)
    shortlisted(house)

    with pytest.raises(Refused, match="this one is “shortlisted”"):
        proposed(house)


def test_what_was_not_shortlisted_can_only_be_declined():
    house = judged(1)
    left_out(house)

    with pytest.raises(Refused):
        proposed(house, verdict="award", amount=90_000)
    with pytest.raises(Refused):
        proposed(house, verdict="reserve", amount=90_000)
    assert proposed(house, verdict="decline").verdict == "decline"


def test_only_whoever_takes_the_chair_proposes():
    house = judged(1)
    verified(house)

    for person in (house.vice.user, house.members[0].user, make.scheme_manager(), None):
        with pytest.raises(Refused, match="Only the chair"):
            proposed(house, by=person)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (39_999, "lies between £40,000 and £250,000"),
        (250_001, "lies between"),
        (100_001, "asks for £100,000"),
        (0, "lies between"),
    ],
)
def test_an_award_lies_in_the_rounds_range_and_within_what_was_asked(amount, words):
    house = judged(1)
    verified(house)

    with pytest.raises(Refused, match=words):
        proposed(house, amount=amount)


@pytest.mark.parametrize("amount", [40_000, 100_000])
def test_the_ends_of_the_range_are_allowed(amount):
    assert proposed(judged(1), amount=amount).amount == amount


def test_a_decline_has_no_amount():
    house = judged(1)
    verified(house)

    with pytest.raises(Refused, match="no amount"):
        proposed(house, verdict="decline", amount=1)


def test_awards_proposed_and_settled_stay_within_the_pot():
    house = judged(3, pot=180_000)
    settled(house, 0, amount=90_000)
    for bid in (1, 2):
        verified(house, bid)

    with pytest.raises(Refused, match="more than the pot of £180,000"):
        proposed(house, 1, amount=90_001)
    assert proposed(house, 1, amount=90_000).amount == 90_000
    with pytest.raises(Refused, match="more than the pot"):
        proposed(house, 2, amount=40_000)
    assert proposed(house, 2, verdict="reserve", amount=40_000).reserve_place == 1


def test_the_database_keeps_awards_within_the_pot():
    house = judged(3, pot=180_000)
    first, second = (proposed(house, bid, amount=90_000) for bid in (0, 1))
    third = proposed(house, 2, verdict="decline")

    for harm in (
        lambda: Decision.objects.filter(pk=first.pk).update(amount=90_001),
        lambda: Decision.objects.filter(pk=third.pk).update(verdict="award", amount=1),
        lambda: Round.objects.filter(pk=house.round.pk).update(pot=179_999),
        lambda: make.DecisionFactory(case=make.CaseFactory(application=bid_of(house)), amount=1),
    ):
        with pytest.raises(IntegrityError, match="more than its pot"), transaction.atomic():
            harm()
    Application.objects.filter(pk=second.case.application_id).update(status="withdrawn")
    Decision.objects.filter(pk=third.pk).update(verdict="award", amount=90_000)


def bid_of(house):
    return make.handed_in(round=house.round, outcome=house.bids[0].outcome)


def test_a_withdrawn_bid_frees_its_share_of_the_pot():
    house = judged(2, pot=100_000)
    settled(house, 0, amount=90_000)
    verified(house, 1)
    house.bids[0].status = "withdrawn"
    house.bids[0].save()

    assert proposed(house, 1, amount=100_000).amount == 100_000


def test_reserves_stand_in_a_row():
    house = judged(3)

    assert proposed(house, 0, verdict="reserve", amount=90_000).reserve_place == 1
    assert proposed(house, 1, verdict="reserve", amount=90_000).reserve_place == 2
    verified(house, 2)
    with pytest.raises(Refused, match="is taken"):
        proposed(house, 2, verdict="reserve", amount=90_000, reserve_place=2)
    with pytest.raises(Refused, match="Only a reserve"):
        proposed(house, 2, verdict="award", reserve_place=3)


def test_a_place_behind_an_interest_is_neither_told_nor_lost(visit):
    house = judged(2)
    proposed(house, 0, verdict="reserve", amount=90_000)
    second = proposed(house, 1, verdict="reserve", amount=90_000)
    assert second.reserve_place == 2
    house.answer(second, "clg", agreed=False)
    make.InterestFactory(appointment=house.chair, application=house.bids[0])

    page = visit(house.chairing, at=house.at("decision")).get(
        reverse("decision_propose", args=[house.reference(1)])
    )
    assert page.context["form"]["reserve_place"].value() is None
    # Nothing says that the first place is taken; left empty, it keeps its own.
    asks = {"verdict": "reserve", "amount": 90_000, "reasons": "So.", "by": house.chairing}
    assert rules.reasons_not_to_propose(house.case(1), **asks, reserve_place=1, at=house.at("decision")) == []
    assert proposed(house, 1, verdict="reserve", amount=90_000).reserve_place == 2


def test_a_place_that_is_secretly_taken_leads_to_the_next():
    house = judged(3)
    proposed(house, 0, verdict="reserve", amount=90_000)
    proposed(house, 1, verdict="reserve", amount=90_000)
    make.InterestFactory(appointment=house.chair, application=house.bids[0])

    assert proposed(house, 2, verdict="reserve", amount=90_000, reserve_place=1).reserve_place == 3


def test_reasons_are_needed():
    house = judged(1)
    verified(house)

    with pytest.raises(Refused, match="Write the reasons"):
        proposed(house, reasons="\u2060 ")


def test_a_proposal_is_not_made_twice():
    house = judged(1)
    proposed(house)

    with pytest.raises(Refused, match="waits for the answers"):
        proposed(house)


def test_a_withdrawn_application_is_not_decided():
    house = judged(1)
    verified(house)
    house.bids[0].status = "withdrawn"
    house.bids[0].save()

    with pytest.raises(Refused, match="withdrawn"):
        proposed(house)


# Answering


def test_both_bodies_agree_and_it_is_settled():
    house = judged(1)
    decision = proposed(house)

    house.answer(decision, "clg")
    assert (facts(decision).settled_at, house.case().status) == (None, "verified")
    house.answer(decision, "lga")

    assert facts(decision).settled_at == house.at("decision")
    assert house.case().status == "awarded"


@pytest.mark.parametrize(
    ("verdict", "status"), [("award", "awarded"), ("reserve", "reserved"), ("decline", "declined")]
)
def test_the_case_goes_where_the_decision_says(verdict, status):
    house = judged(1)

    settled(house, verdict=verdict)

    assert house.case().status == status


def test_a_refusal_says_why():
    house = judged(1)
    decision = proposed(house)

    with pytest.raises(Refused, match="Say why"):
        house.answer(decision, "clg", agreed=False, reason=" ")

    assert not Consent.objects.exists()


def test_a_refusal_lets_the_chair_propose_once_more():
    house = judged(1)
    decision = proposed(house, amount=90_000)
    house.answer(decision, "clg", agreed=False)

    letter = Letter.objects.get(kind="panel_refused")
    assert (letter.to, "award" in letter.body.lower()) == (house.chairing.email, False)
    again = proposed(house, amount=80_000, reasons="Clear figures; less for travel.")
    assert (again.pk, again.proposals, again.amount) == (decision.pk, 2, 80_000)
    house.answer(again, "clg")
    house.answer(again, "lga")

    assert house.case().status == "awarded"
    assert facts(decision).amount == 80_000


def test_the_answer_of_the_other_body_is_recorded_beside_a_refusal():
    house = judged(1)
    decision = proposed(house)
    house.answer(decision, "clg", agreed=False)

    house.answer(decision, "lga")

    assert sorted(Consent.objects.values_list("body", "agreed")) == [("clg", False), ("lga", True)]
    assert house.case().status == "verified"


def test_refused_again_it_is_declined_with_both_reasons_on_record():
    house = judged(1)
    decision = proposed(house)
    house.answer(decision, "clg", agreed=False, reason="The figures are thin.")
    proposed(house)

    house.answer(decision, "lga", agreed=False, reason="Others need it more.")

    row = facts(decision)
    assert (row.verdict, row.amount, house.case().status) == ("decline", 0, "declined")
    assert "The figures are thin." in row.reasons
    assert "Others need it more." in row.reasons
    assert "CLG" not in row.reasons
    assert house.lga.name not in row.reasons


def test_there_is_no_third_proposal():
    house = judged(1)
    decision = proposed(house)
    house.answer(decision, "clg", agreed=False)
    proposed(house)

    with pytest.raises(Refused, match="waits for the answers"):
        proposed(house)
    house.answer(decision, "clg", agreed=False)
    with pytest.raises(Refused, match="settled"):
        proposed(house)


# Refused on Friday 24 April 2026 at ten: the second working day after is Tuesday the 28th.
FRIDAY = datetime(2026, 4, 24, 9, tzinfo=UTC)


def test_the_second_proposal_has_until_noon_of_the_second_working_day():
    assert rules.propose_again_until(FRIDAY) == noon(datetime(2026, 4, 28).date())
    # Over Easter: Thursday 2 April 2026, then Friday to Monday are no working days.
    assert rules.propose_again_until(datetime(2026, 4, 2, 9, tzinfo=UTC)) == noon(datetime(2026, 4, 8).date())


@pytest.mark.parametrize(("offset", "allowed"), [(-MICRO, True), (timedelta(0), False)])
def test_after_that_it_is_too_late_to_the_microsecond_and_the_clock_declines(offset, allowed):
    house = judged(1)
    decision = proposed(house)
    refused_at = house.at("decision")
    house.answer(decision, "clg", agreed=False, at=refused_at)
    at = rules.propose_again_until(refused_at) + offset

    # The clock waits for a proposal that came in time and is still on its way.
    assert sweeps.lapse_refused(at + clock.STRAGGLERS - MICRO) == 0
    if allowed:
        assert proposed(house, at=at).proposals == 2
    else:
        with pytest.raises(Refused, match="The time for a second proposal ended"):
            proposed(house, at=at)
        assert sweeps.lapse_refused(at + clock.STRAGGLERS) == 1
        assert (facts(decision).verdict, house.case().status) == ("decline", "declined")
        assert sweeps.lapse_refused(at + clock.STRAGGLERS) == 0


def test_too_late_without_the_clock_having_run():
    house = judged(1)
    decision = proposed(house)
    house.answer(decision, "clg", agreed=False)

    with pytest.raises(Refused, match="time for a second proposal ended"):
        proposed(house, at=rules.propose_again_until(house.at("decision")))


def test_a_body_answers_once():
    house = judged(1)
    decision = proposed(house)
    house.answer(decision, "clg")

    with pytest.raises(Refused, match="has answered"):
        house.answer(decision, "clg")


def test_nobody_answers_a_proposal_that_was_not_read():
    house = judged(1)
    read = proposed(house)
    house.answer(read, "clg", agreed=False)
    stale = Decision.objects.get(pk=read.pk)
    proposed(house, amount=50_000)

    with pytest.raises(Refused, match="another proposal since"):
        decisions.answer(stale, body="lga", agreed=True, reason="", by=house.lga, at=house.at("decision"))


def test_only_a_signatory_of_the_body_answers():
    house = judged(1)
    decision = proposed(house)

    for person in (house.lga, house.chairing, make.scheme_manager(), None):
        with pytest.raises(Refused, match="Only a signatory of CLG"):
            house.answer(decision, "clg", by=person)


def test_the_two_bodies_answer_by_two_people_neither_of_whom_proposed():
    house = judged(1)
    make.MembershipFactory(user=house.clg, role="signatory", body="lga")
    decision = proposed(house)
    house.answer(decision, "clg")

    with pytest.raises(Refused, match="by two people"):
        house.answer(decision, "lga", by=type(house.clg).objects.get(pk=house.clg.pk))

    make.MembershipFactory(user=house.chairing, role="signatory", body="lga")
    with pytest.raises(Refused, match="Whoever proposed"):
        house.answer(decision, "lga", by=type(house.chairing).objects.get(pk=house.chairing.pk))


@pytest.mark.parametrize("way", ["lead", "area", "partner"])
def test_a_signatory_with_an_interest_leaves_it_to_another(way):
    house = judged(1)
    bid = house.bids[0]
    if way == "lead":
        theirs = bid.authority
    elif way == "area":
        theirs = make.AuthorityFactory(county=bid.authority)
    else:
        theirs = make.PartnerFactory(application=bid).authority
    make.MembershipFactory(user=house.clg, role="drafter", authority=theirs)
    decision = proposed(house)

    with pytest.raises(Refused, match="another signatory of CLG"):
        house.answer(decision, "clg")
    other = make.signatory("clg")
    house.answer(decision, "clg", by=other)

    assert Consent.objects.get().by == other


# Many at once


@pytest.mark.parametrize("left", [False, True])
def test_who_sits_or_sat_on_the_panel_does_not_answer_for_a_body(left):
    house = judged(2)
    decision = proposed(house, 0)
    left_out(house, 1)
    decline = decisions.propose_declines(house.round, by=house.chairing, at=house.at("decision"))[0]
    member = house.members[0]
    make.MembershipFactory(user=member.user, role="signatory", body="clg")
    if left:
        seats.end_appointment(member, why="Signs for CLG now.", by=None, at=house.at("decision"))
    by = User.objects.get(pk=member.user.pk)

    with pytest.raises(Refused, match="sit on this panel"):
        house.answer(decision, "clg", by=by)
    with pytest.raises(Refused, match="sit on this panel"):
        decisions.agree_to_declines(
            house.round, body="clg", seen=[decline.pk], by=by, at=house.at("decision")
        )
    assert not Consent.objects.exists()


def test_what_was_not_shortlisted_is_declined_in_one_act_each_for_its_reason():
    house = judged(3)
    for bid in (0, 1):
        left_out(house, bid)
    make.InterestFactory(appointment=house.chair, application=house.bids[1])

    made = decisions.propose_declines(house.round, by=house.chairing, at=house.at("decision"))

    assert [(d.case, d.verdict, d.reasons) for d in made] == [
        (house.case(0), "decline", "Others showed more.")
    ]
    with pytest.raises(Refused, match="waits for a proposal"):
        decisions.propose_declines(house.round, by=house.chairing, at=house.at("decision"))


def test_a_signatory_agrees_to_the_declines_that_were_seen():
    house = judged(3)
    for bid in range(3):
        left_out(house, bid)
    made = decisions.propose_declines(house.round, by=house.chairing, at=house.at("decision"))
    seen = [decision.pk for decision in made[:2]]

    for body, by in (("clg", house.clg), ("lga", house.lga)):
        decisions.agree_to_declines(house.round, body=body, seen=seen, by=by, at=house.at("decision"))

    assert [facts(decision).settled_at is None for decision in made] == [False, False, True]
    assert [house.case(bid).status for bid in range(3)] == ["declined", "declined", "not_shortlisted"]


# Letters


def test_signatories_hear_that_proposals_wait_and_not_what_they_say():
    house = judged(2)
    proposed(house, 0, verdict="award")
    proposed(house, 1, verdict="decline")

    letters = Letter.objects.filter(kind="panel_proposals")
    assert {letter.to for letter in letters} == {house.clg.email, house.lga.email}
    assert letters.count() == 2
    for letter in letters:
        assert not any(word in letter.body.lower() for word in ("award", "decline", "90,000"))


def test_unanswered_proposals_are_called_to_mind_once_a_working_day():
    house = judged(1)
    decision = proposed(house)
    house.answer(decision, "clg")
    # Proposed on Saturday 2 May 2026; Monday is a bank holiday, and Tuesday the one working day to wait.
    days = [noon(datetime(2026, 5, day).date()) for day in (6, 7, 8)]
    assert sweeps.remind_signatories(noon(datetime(2026, 5, 5).date())) == 0

    sent = [sweeps.remind_signatories(at) for day in days for at in (day, day + timedelta(hours=1))]

    assert sent == [1, 0, 1, 0, 1, 0]
    assert {letter.to for letter in Letter.objects.filter(kind="panel_answers_due")} == {house.lga.email}


def test_nobody_is_reminded_on_the_day_itself_or_at_the_weekend():
    house = judged(1)
    friday = house.opening("decision")
    proposed(house, at=friday)

    assert sweeps.remind_signatories(friday + timedelta(hours=3)) == 0
    assert sweeps.remind_signatories(friday + timedelta(days=1)) == 0


# Pages


def detail(house, bid=0):
    return reverse("decision_detail", args=[house.reference(bid)])


def test_a_signatory_reads_and_agrees_on_the_page(visit):
    house = judged(1)
    decision = proposed(house)
    browser = visit(house.clg, at=house.at("decision"))

    page = browser.get(detail(house))
    assert "Does CLG agree?" in page.content.decode()
    browser.post(
        reverse("decision_answer", args=[house.reference()]),
        {"body": "clg", "proposal": "1", "answer": "agree", "reason": ""},
    )

    assert list(decision.consents.values_list("body", "agreed", "by")) == [("clg", True, house.clg.pk)]


def test_a_refusal_without_a_reason_keeps_what_was_chosen(visit):
    house = judged(1)
    proposed(house)

    page = visit(house.clg, at=house.at("decision")).post(
        reverse("decision_answer", args=[house.reference()]),
        {"body": "clg", "proposal": "1", "answer": "refuse", "reason": ""},
    )

    assert page.status_code == 200
    assert "Say why your body does not agree." in page.content.decode()
    assert page.context["form"]["answer"].value() == "refuse"


def test_the_chair_proposes_on_the_page(visit):
    house = judged(1)
    verified(house)

    visit(house.chairing, at=house.at("decision")).post(
        reverse("decision_propose", args=[house.reference()]),
        {"verdict": "award", "amount": "£85,000", "reserve_place": "", "reasons": "Clear figures."},
    )

    assert Decision.objects.values_list("verdict", "amount").get() == ("award", 85_000)


def test_a_proposal_above_the_pot_comes_back_with_the_reason(visit):
    house = judged(1, pot=60_000)
    verified(house)

    page = visit(house.chairing, at=house.at("decision")).post(
        reverse("decision_propose", args=[house.reference()]),
        {"verdict": "award", "amount": "85000", "reasons": "Clear figures."},
    )

    assert "more than the pot of £60,000" in page.content.decode()
    assert not Decision.objects.exists()


def test_a_proposal_that_came_too_late_keeps_what_was_typed(visit):
    house = judged(1)
    proposed(house)
    said = {"verdict": "award", "amount": "90000", "reasons": "Typed at length meanwhile."}

    page = visit(house.chairing, at=house.at("decision")).post(
        reverse("decision_propose", args=[house.reference()]), said
    )

    assert "Typed at length meanwhile." in page.content.decode()
    assert "waits for the answers of both bodies" in page.content.decode()


def test_the_bulk_acts_on_their_pages(visit):
    house = judged(2)
    for bid in range(2):
        left_out(house, bid)
    at = house.at("decision")
    slug = [house.round.slug]

    visit(house.chairing, at=at).post(reverse("decision_decline", args=slug))
    for person in (house.clg, house.lga):
        browser = visit(person, at=at)
        page = browser.get(reverse("decision_list", args=slug))
        ((_, _, value),) = page.context["body_declines"]
        browser.post(reverse("decision_agree", args=slug), {"declines": value})

    assert [house.case(bid).status for bid in range(2)] == ["declined", "declined"]


@pytest.mark.parametrize("who", ["chair", "member", "clg", "lga"])
def test_the_panel_and_the_signatories_see_a_proposal(who, visit):
    house = judged(1)
    proposed(house)
    people = {"chair": house.chairing, "member": house.members[0].user, "clg": house.clg, "lga": house.lga}
    browser = visit(people[who], at=house.at("decision"))

    assert browser.get(detail(house)).status_code == 200
    assert (
        house.reference() in browser.get(reverse("decision_list", args=[house.round.slug])).content.decode()
    )


def test_the_office_sees_a_decision_only_once_both_agree_and_each_look_is_noted(visit):
    house = judged(1)
    manager = make.scheme_manager()
    decision = proposed(house)
    house.answer(decision, "clg")
    browser = visit(manager, at=house.at("decision"))
    listed = reverse("decision_list", args=[house.round.slug])

    assert browser.get(detail(house)).status_code == 404
    assert house.reference() not in browser.get(listed).content.decode()
    assert not Step.objects.filter(step__startswith="view").exists()
    house.answer(decision, "lga")
    assert browser.get(detail(house)).status_code == 200
    assert house.reference() in browser.get(listed).content.decode()

    looked = Step.objects.filter(step__startswith="view").order_by("pk")
    assert list(looked.values_list("step", "by_id")) == [("view", manager.pk), ("view_decisions", manager.pk)]
    assert looked.last().words.data == {"decisions": [decision.pk]}


def test_the_panels_own_looks_are_not_noted(visit):
    house = judged(1)
    settled(house)

    visit(house.members[0].user, at=house.at("decision")).get(detail(house))

    assert not Step.objects.filter(step__startswith="view").exists()


@pytest.mark.parametrize(
    "who", ["grants", "finance", "coordinator", "observer", "applicant", "certifier", "conflicted"]
)
def test_nobody_else_learns_that_there_is_a_decision(who, visit):
    house = judged(1)
    settled(house)
    bid = house.bids[0]
    conflicted = house.members[0]
    make.InterestFactory(appointment=conflicted, application=bid)
    people = {
        "grants": make.grants_officer(),
        "finance": make.finance_officer(),
        "coordinator": make.person("coordinator", region=bid.authority.region),
        "observer": make.person("observer", body="lga"),
        "applicant": bid.drafted_by,
        "certifier": bid.certified_by,
        "conflicted": conflicted.user,
    }

    assert visit(people[who], at=house.at("decision")).get(detail(house)).status_code == 404


def test_a_signatory_who_acts_for_the_applicant_is_not_told(visit):
    house = judged(1)
    make.MembershipFactory(user=house.clg, role="drafter", authority=house.bids[0].authority)
    proposed(house)
    browser = visit(house.clg, at=house.at("decision"))

    assert browser.get(detail(house)).status_code == 404
    assert (
        house.reference()
        not in browser.get(reverse("decision_list", args=[house.round.slug])).content.decode()
    )


@pytest.mark.parametrize("who", ["member", "chair", "signatory", "officer"])
def test_an_interest_hides_the_marks_after_the_announcement_too(who, visit):
    house = judged(1, scores=(3,))
    settled(house)
    instant = announcing(house)
    person = {
        "member": house.members[0].user,
        "chair": house.chairing,
        "signatory": house.clg,
        "officer": make.case_officer(),
    }[who]
    url = reverse("decision_detail", args=[house.reference()])
    listed = reverse("decision_list", args=[house.round.slug])
    assert visit(person, at=instant).get(url).status_code == 200
    assert house.reference() in visit(person, at=instant).get(listed).content.decode()

    make.MembershipFactory(user=person, role="drafter", authority=house.bids[0].authority)
    person = type(person).objects.get(pk=person.pk)

    assert visit(person, at=instant).get(url).status_code == 403
    assert house.reference() not in visit(person, at=instant).get(listed).content.decode()
    # What everybody knows stays known.
    assert Decision.objects.visible_to(person, instant).exists()


def test_an_announced_award_that_was_withdrawn_is_public_no_longer():
    house = judged(1)
    settled(house)
    instant = announcing(house)
    assert Decision.objects.visible_to(AnonymousUser(), instant).exists()

    type(house.bids[0]).objects.update(status="withdrawn")

    assert not Decision.objects.visible_to(AnonymousUser(), instant).exists()


def test_a_decision_goes_with_a_withdrawn_bid(visit):
    house = judged(1)
    settled(house)
    house.bids[0].status = "withdrawn"
    house.bids[0].save()
    browser = visit(house.chairing, at=house.at("decision"))

    assert browser.get(detail(house)).status_code == 404
    sweep_withdrawals(house.at("decision"))
    assert house.case().status == "withdrawn"
    assert browser.get(detail(house)).status_code == 404
    assert (
        house.reference()
        not in browser.get(reverse("decision_list", args=[house.round.slug])).content.decode()
    )


def test_others_cannot_post(visit):
    house = judged(1)
    verified(house)
    at = house.at("decision")
    propose = reverse("decision_propose", args=[house.reference()])
    bulk = reverse("decision_decline", args=[house.round.slug])

    for person in (house.members[0].user, house.vice.user):
        assert visit(person, at=at).post(propose, {"verdict": "decline", "reasons": "n"}).status_code == 403
    assert visit(house.members[0].user, at=at).post(bulk).status_code == 403
    agree = reverse("decision_agree", args=[house.round.slug])
    assert visit(house.chairing, at=at).post(agree, {"declines": "clg:1"}).status_code == 403
    assert visit(house.clg, at=at).post(agree, {"declines": "lga:1"}).status_code == 403
    assert not Decision.objects.exists()


def test_a_reserves_place_is_shown_among_those_a_viewer_may_see(visit):
    house = judged(2)
    member = house.members[0]
    make.InterestFactory(appointment=member, application=house.bids[0])
    proposed(house, 0, verdict="reserve", amount=90_000)
    proposed(house, 1, verdict="reserve", amount=90_000)
    at = house.at("decision")

    assert visit(member.user, at=at).get(detail(house, 1)).context["place"] == 1
    assert visit(house.clg, at=at).get(detail(house, 1)).context["place"] == 2


@pytest.mark.parametrize("who", ["chair", "clg", "manager"])
def test_the_list_takes_the_same_queries_for_two_decisions_and_for_ten(who, visit):
    counts = []
    for bids in (2, 10):
        house = judged(bids)
        for bid in range(bids):
            settled(house, bid, verdict="reserve", amount=90_000)
        people = {"chair": house.chairing, "clg": house.clg, "manager": make.scheme_manager()}
        browser = visit(people[who], at=house.at("decision"))
        url = reverse("decision_list", args=[house.round.slug])
        browser.get(url)
        with CaptureQueriesContext(connection) as taken:
            assert len(browser.get(url).context["rows"]) == bids
        counts.append(len(taken))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("who", ["member", "chair", "vice-chair", "clg", "manager"])
def test_the_list_takes_twelve_queries_at_three_cases_and_at_sixty(who, visit):
    taken, read = {}, {}
    for bids in (3, 60):
        house = judged(bids, scores=(4,) * bids)
        # An interest in what was left out: all sizes have something proposed, something verified and something left out.
        make.InterestFactory(appointment=house.vice, application=house.bids[2])
        for number in range(bids):
            case = house.case(number)
            if number % 3 == 0:
                make.DecisionFactory(case=case, verdict="decline", amount=0, proposed_by=house.chairing)
            Case.objects.filter(pk=case.pk).update(
                status="verified" if number % 3 == 1 else "not_shortlisted", left_out_at=house.closes_at
            )
        people = {
            "member": house.members[0].user,
            "chair": house.chairing,
            "vice-chair": house.vice.user,
            "clg": house.clg,
            "manager": make.scheme_manager(),
        }
        browser = visit(people[who], at=house.at("decision"))
        url = reverse("decision_list", args=[house.round.slug])
        browser.get(url)
        asked = queries(browser, url)
        taken[bids], read[bids] = len(asked), [sql for sql in asked if 'FROM "panel_mark"' in sql]

    assert taken[3] == taken[60]
    assert taken[60] <= 12, taken
    assert read == {3: [], 60: []}


def test_statuses_after_the_whole_way():
    house = judged(1)
    settled(house)

    assert list(Step.objects.of(Case.objects.get()).values_list("step", flat=True)) == [
        "moderate",
        "shortlist",
        "verify",
        "award",
    ]
