"""Three different people sign, the council first; then the grant starts."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from beacons.core import clock
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.directory.models import User
from grants import actions, agreement, rules, tasks
from grants.models import Grant, Signature
from panel.models import Appointment
from tests.factories import (
    InterestFactory,
    MembershipFactory,
    PartnerFactory,
    certifier,
    drafter,
    scheme_manager,
    signatory,
)
from tests.grants.making import fresh, statuses


def interest_of(user, grant):
    held = Appointment.objects.get(user=user)
    return InterestFactory(appointment=held, application=grant.application)


def test_the_third_signature_starts_the_grant(world):
    grant = world.signed_by_council()
    assert statuses(grant) == ["accepted"]

    actions.sign(grant, part="lga", by=world.lga, at=world.signed_at)
    assert statuses(grant) == ["accepted"]
    actions.sign(grant, part="chair", by=world.chair, at=world.signed_at)

    assert statuses(grant) == ["active"]
    assert [step.step for step in Step.objects.of(grant)] == [
        "begin", "offer", "accept", "sign", "sign", "sign", "agree", "start",
    ]  # fmt: skip
    told = set(Letter.objects.filter(kind="grant_started").values_list("to", flat=True))
    assert {grant.accepted_by.email, world.officer.email} <= told


def test_the_first_instalment_falls_due_with_the_last_signature(world):
    grant = world.signed_by_council()
    planned = grant.instalments.get(number=1).due_on

    world_at = world.signed_at + timedelta(days=1)
    actions.sign(grant, part="chair", by=world.chair, at=world_at)
    actions.sign(grant, part="lga", by=world.lga, at=world_at)

    assert grant.instalments.get(number=1).due_on == world_at.date() < planned


def test_the_clock_starts_an_agreed_grant_that_was_not_started(world):
    grant = world.active()
    unsigned = world.accepted()
    Grant.objects.filter(pk__in=[grant.pk, unsigned.pk]).update(status="agreed")

    with clock.set_to(world.signed_at):
        assert tasks.sweep() == 1

    assert statuses(grant, unsigned) == ["active", "agreed"]


def test_nobody_signs_before_the_council(world):
    grant = world.accepted()

    for part, who in (("chair", world.chair), ("lga", world.lga)):
        with pytest.raises(Refused, match="The council signs first"):
            actions.sign(grant, part=part, by=who, at=world.signed_at)

    assert not grant.signatures.exists()


def test_an_offer_is_not_signed(world):
    grant = world.offered()

    with pytest.raises(Refused, match="has not accepted"):
        actions.sign(grant, part="council", by=certifier(grant.authority), at=world.signed_at)


def test_nobody_signs_in_a_part_that_is_not_theirs(world):
    grant = world.signed_by_council()
    strangers = [
        ("chair", world.lga),
        ("lga", world.chair),
        ("lga", signatory("clg")),
        ("chair", scheme_manager()),
        ("lga", drafter(grant.authority)),
        ("board", world.chair),
    ]
    for part, who in strangers:
        with pytest.raises(Refused):
            actions.sign(grant, part=part, by=who, at=world.signed_at)

    assert grant.signatures.count() == 1


def test_a_drafter_does_not_sign_for_the_council(world):
    grant = world.accepted()

    with pytest.raises(Refused, match="You do not sign as council's certifier"):
        actions.sign(grant, part="council", by=drafter(grant.authority), at=world.signed_at)


def test_another_certifier_of_the_council_may_sign(world):
    grant = world.accepted()

    actions.sign(grant, part="council", by=certifier(grant.authority), at=world.signed_at)

    assert grant.signatures.get().part == "council"


def test_a_part_is_signed_once(world):
    grant = world.signed_by_council()

    with pytest.raises(Refused, match="signed already"):
        actions.sign(grant, part="council", by=grant.accepted_by, at=world.signed_at)


def test_one_person_in_two_roles_signs_once(world):
    grant = world.signed_by_council()
    MembershipFactory(user=world.chair, role="signatory", body="lga")
    actions.sign(grant, part="chair", by=world.chair, at=world.signed_at)

    with pytest.raises(Refused, match="Three different people"):
        actions.sign(grant, part="lga", by=world.chair, at=world.signed_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(grant=grant, part="lga", by=world.chair, at=world.signed_at)

    assert statuses(grant) == ["accepted"]


def test_an_lga_lgawho_acts_for_the_council_leaves_it_to_another(world):
    grant = world.signed_by_council()
    MembershipFactory(user=world.lga, role="drafter", authority=grant.authority)

    with pytest.raises(Refused, match="another signatory of the LGA"):
        actions.sign(grant, part="lga", by=world.lga, at=world.signed_at)


# Who signs for the panel


def test_the_vice_chair_signs_only_where_the_chair_has_an_interest(world):
    grant, other = world.signed_by_council(), world.signed_by_council()
    interest_of(world.chair, grant)

    with pytest.raises(Refused, match="The vice-chair signs this agreement"):
        actions.sign(grant, part="chair", by=world.chair, at=world.signed_at)
    actions.sign(grant, part="chair", by=world.vice_chair, at=world.signed_at)
    with pytest.raises(Refused, match="The chair signs this agreement"):
        actions.sign(other, part="chair", by=world.vice_chair, at=world.signed_at)

    assert grant.signature("chair").by == world.vice_chair


def test_the_vice_chair_signs_where_there_is_no_chair(world):
    grant = world.signed_by_council()
    Appointment.objects.filter(user=world.chair).update(ended_at=world.announced_at)

    actions.sign(grant, part="chair", by=world.vice_chair, at=world.signed_at)

    assert grant.signature("chair").by == world.vice_chair


def test_a_chair_who_acts_for_the_council_does_not_sign(world):
    grant = world.signed_by_council()
    MembershipFactory(user=world.chair, role="drafter", authority=grant.authority)

    assert rules.chair_to_sign(grant, world.signed_at).user == world.vice_chair


def test_an_interest_nobody_recorded_moves_the_agreement_to_the_vice_chair(world):
    """A chair who acts for a partner has an interest as everywhere else, and has not to be told of it first."""
    grant = world.signed_by_council()
    partner = PartnerFactory(application=grant.application)
    MembershipFactory(user=world.chair, role="drafter", authority=partner.authority)
    chair, vice_chair = (User.objects.get(pk=user.pk) for user in (world.chair, world.vice_chair))

    assert rules.chair_to_sign(grant, world.signed_at).user == vice_chair
    assert not Grant.objects.to_countersign_by(chair, world.signed_at).exists()
    assert list(Grant.objects.to_countersign_by(vice_chair, world.signed_at)) == [grant]


def test_a_chair_who_has_not_declared_interests_does_not_sign(world):
    grant = world.signed_by_council()
    Appointment.objects.filter(user=world.chair).update(declared_at=None)

    assert rules.chair_to_sign(grant, world.signed_at).user == world.vice_chair
    assert not Grant.objects.to_countersign_by(world.chair, world.signed_at).exists()


def test_the_list_leaves_out_what_an_lga_lgamay_not_sign(world):
    grant, other = world.signed_by_council(), world.signed_by_council()
    MembershipFactory(user=world.lga, role="drafter", authority=grant.authority)
    lga = User.objects.get(pk=world.lga.pk)

    assert list(Grant.objects.to_countersign_by(lga, world.signed_at)) == [other]


def test_where_both_have_an_interest_the_reason_says_so(world):
    grant = world.signed_by_council()
    interest_of(world.chair, grant), interest_of(world.vice_chair, grant)

    with pytest.raises(Refused, match="Neither the chair nor the vice-chair"):
        actions.sign(grant, part="chair", by=world.chair, at=world.signed_at)


def test_the_countersigners_are_told_when_the_council_has_signed(world):
    grant = world.accepted()
    interest_of(world.chair, grant)
    assert not Letter.objects.filter(kind="grant_countersign").exists()

    actions.sign(grant, part="council", by=grant.accepted_by, at=world.signed_at)

    told = set(Letter.objects.filter(kind="grant_countersign").values_list("to", flat=True))
    assert told == {world.vice_chair.email, world.lga.email}


# What is signed


def test_signatures_are_never_changed_or_deleted(world):
    grant = world.signed_by_council()
    signature = grant.signatures.get()

    for change in (
        lambda: Signature.objects.update(by=world.chair),
        signature.delete,
        signature.save,
    ):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            change()

    assert grant.signatures.get().by == grant.accepted_by


def test_each_signature_is_kept_with_the_digest_of_the_words(world):
    grant = world.active()

    kept = [
        step.words.data["agreement"] for step in Step.objects.of(grant).with_words() if step.step == "sign"
    ]

    assert kept == [agreement.digest(fresh(grant))] * 3
    Grant.objects.filter(pk=grant.pk).update(authorities_to_help=5)
    assert agreement.digest(fresh(grant)) != kept[0]


def test_the_agreement_says_what_the_council_promises(world):
    grant = fresh(world.offered(amount=90_000))

    words = " ".join(sentence for clause in agreement.clauses(grant) for sentence in clause.sentences)

    for promise in (
        grant.authority.official_name,
        "£90,000",
        "failures",
        "open licence",
        "At least 12 authorities",
        "3 of them among those that find the outcome hardest",
        "evaluation",
        "comes back",
        "open data",
        grant.lead_officer,
    ):
        assert promise in words
