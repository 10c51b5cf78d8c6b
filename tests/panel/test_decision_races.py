"""Two acts on one decision at one moment. A second connection holds the row until both wait for it, then lets go."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from beacons.core import invariants
from beacons.core.lifecycle import Refused
from beacons.core.models import Letter, Step
from panel.actions import announcement, decisions, feedback
from panel.models import Announcement, Consent, Decision, FeedbackLetter
from panel.sweeps import feedback as feedback_sweeps
from tests import factories as make
from tests.applications.test_races import at_once
from tests.panel.judged import announcing, judged, proposed, settled, verified

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def refusals(results):
    return [result for result in results if isinstance(result, Refused)]


def unbroken():
    return [sentence for sentence in invariants.broken() if "panel" in sentence]


def test_both_bodies_answer_at_one_moment_and_it_is_settled_once():
    house = judged(1)
    decision = proposed(house)

    results = at_once(
        house.case(),
        lambda: house.answer(decision, "clg"),
        lambda: house.answer(decision, "lga"),
    )

    assert refusals(results) == []
    assert house.case().status == "awarded"
    assert Step.objects.filter(step="award").count() == 1
    assert unbroken() == []


def test_two_signatories_of_one_body_answer_once():
    house = judged(1)
    decision = proposed(house)
    other = make.signatory("clg")

    results = at_once(
        house.case(),
        lambda: house.answer(decision, "clg"),
        lambda: house.answer(decision, "clg", agreed=False, by=other),
    )

    assert len(refusals(results)) == 1
    assert Consent.objects.count() == 1


def test_nobody_agrees_unread_to_what_the_chair_proposes_at_that_moment():
    house = judged(1)
    decision = proposed(house, amount=90_000)
    house.answer(decision, "clg", agreed=False)
    read = Decision.objects.get()

    at_once(
        house.case(),
        lambda: proposed(house, amount=50_000),
        lambda: decisions.answer(
            read, body="lga", agreed=True, reason="", by=house.lga, at=house.at("decision")
        ),
    )

    assert Decision.objects.values_list("proposals", "amount").get() == (2, 50_000)
    assert not Consent.objects.filter(proposal=2).exists()


def test_two_refusals_of_the_second_proposal_decline_once():
    house = judged(1)
    decision = proposed(house)
    house.answer(decision, "clg", agreed=False)
    proposed(house)

    results = at_once(
        house.case(),
        lambda: house.answer(decision, "clg", agreed=False),
        lambda: house.answer(decision, "lga", agreed=False),
    )

    assert len(refusals(results)) == 1
    assert (house.case().status, Decision.objects.get().verdict) == ("declined", "decline")
    assert Step.objects.filter(step="decline").count() == 1


def test_two_proposals_do_not_spend_the_pot_twice():
    house = judged(2, pot=100_000)
    for bid in (0, 1):
        verified(house, bid)

    results = at_once(
        house.round,
        lambda: proposed(house, 0, amount=90_000),
        lambda: proposed(house, 1, amount=90_000),
    )

    [refused] = refusals(results)
    assert "more than the pot" in str(refused)
    assert Decision.objects.count() == 1
    assert unbroken() == []


def test_the_database_keeps_the_pot_where_nobody_asks_under_the_lock():
    """As a verb would that forgot the round's lock: both find the pot whole, and the database takes one."""
    house = judged(2, pot=100_000)

    def careless(bid):
        def act():
            try:
                with transaction.atomic():
                    if not Decision.objects.exists():
                        type(house.round).objects.select_for_update().get(pk=house.round.pk)
                        make.DecisionFactory(case=house.case(bid), proposed_by=house.chairing)
            except IntegrityError as error:
                raise Refused(str(error)) from error

        return act

    results = at_once(house.round, careless(0), careless(1))

    [refused] = refusals(results)
    assert "more than its pot" in str(refused)
    assert Decision.objects.count() == 1
    assert unbroken() == []


def test_two_clocks_announce_once():
    house = judged(1)
    settled(house)
    instant = announcing(house)
    case = house.case()

    results = at_once(case, *[lambda: announcement.announce(case, by=None, at=instant)] * 2)

    assert len(refusals(results)) == 1
    assert Letter.objects.filter(kind="panel_award").count() == 2


def test_an_instant_is_not_moved_from_under_an_announcement():
    house = judged(1)
    settled(house)
    instant = announcing(house)
    case = house.case()
    later = instant + timedelta(hours=4)

    results = at_once(
        Announcement.objects.get(),
        lambda: announcement.announce(case, by=None, at=instant),
        lambda: announcement.set_announcement(
            house.round, instant=later, by=house.chairing, at=instant - timedelta(minutes=2)
        ),
    )

    assert len(refusals(results)) == 1
    assert unbroken() == []


def drafted(house):
    settled(house, verdict="decline")
    feedback_sweeps.draft(house.at("decision"))
    return FeedbackLetter.objects.for_list().get()


def test_two_clocks_draft_one_feedback_letter():
    house = judged(1)
    settled(house, verdict="decline")
    case, at = house.case(), house.at("decision")

    results = at_once(house.round, *[lambda: feedback.draft(case, by=None, at=at)] * 2)

    assert len(refusals(results)) == 1
    assert FeedbackLetter.objects.count() == 1


def test_two_tabs_hand_a_feedback_letter_over_once():
    house = judged(1)
    letter, at = drafted(house), house.at("decision")

    results = at_once(letter, *[lambda: feedback.hand_over(letter, by=letter.lead.user, at=at)] * 2)

    assert len(refusals(results)) == 1
    assert Step.objects.of(letter).filter(step="hand_over").count() == 1


def test_two_tabs_approve_a_feedback_letter_once_and_two_clocks_send_it_once():
    house = judged(1)
    letter, at = drafted(house), house.at("decision")
    feedback.hand_over(letter, by=letter.lead.user, at=at)
    one = {(letter.pk, letter.version)}

    results = at_once(
        letter,
        lambda: feedback.approve(letter, by=house.chairing, at=at),
        lambda: feedback.approve_all(house.round, seen=one, by=house.chairing, at=at),
    )
    instant = announcing(house)
    sendings = at_once(letter, *[lambda: feedback.send(letter, by=None, at=instant)] * 2)

    assert (len(refusals(results)), len(refusals(sendings))) == (1, 1)
    assert Step.objects.of(letter).filter(step="approve").count() == 1
    people = house.bids[0].people()
    assert Letter.objects.filter(kind="panel_feedback_letter").count() == len(people)
    assert unbroken() == []
