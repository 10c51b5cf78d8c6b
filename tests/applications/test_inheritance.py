"""Bids of a council that was taken over: they go on under its successor, with all that was written."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from beacons.applications import actions, rules
from beacons.applications.models import Application
from beacons.core.invariants import broken
from beacons.core.lifecycle import Refused
from beacons.directory.actions import successions as directory
from beacons.directory.models import Inheritance
from tests import factories as make
from tests.mergers import merge, take_over

pytestmark = pytest.mark.django_db


@pytest.fixture
def a_round():
    return make.a_round()


@pytest.fixture
def at(a_round):
    return make.during(a_round, "applications")


def renewed(row):
    return type(row).objects.get(pk=row.pk)


def test_a_draft_goes_on_under_the_successor(a_round, at):
    bid = make.answered(make.ApplicationFactory(round=a_round, drafted_at=at))
    former, officer = bid.authority, bid.drafted_by
    answers = list(bid.answers.values_list("question", "text", "version"))

    successor = merge(former, at=at)

    bid = renewed(bid)
    assert (bid.authority, bid.inherited_from, bid.status) == (successor, former, "draft")
    assert list(bid.answers.values_list("question", "text", "version")) == answers
    assert not rules.reasons_not_entitled(bid)
    assert Application.objects.visible_to(renewed(officer), at).get() == bid
    saved = actions.save_details(
        bid,
        title="Under a new name",
        summary=bid.summary,
        lead_officer=bid.lead_officer,
        by=renewed(officer),
        at=at + timedelta(hours=1),
    )
    assert saved.title == "Under a new name"


def test_access_is_exactly_through_the_successor(a_round, at):
    bid = make.ApplicationFactory(round=a_round)
    stays = make.drafter(make.AuthorityFactory())
    waits = make.drafter(bid.authority)
    successor = take_over(bid.authority, at=at)
    theirs = make.drafter(successor)

    assert not Application.objects.visible_to(theirs, at).exists()

    merge(make.AuthorityFactory(), at=at)  # another merger gives nobody anything
    assert not Application.objects.visible_to(renewed(theirs), at).exists()

    directory.inherit(bid.authority, by=None, at=at)

    for person in (theirs, waits):
        assert Application.objects.visible_to(renewed(person), at).get() == bid
        assert renewed(person).authorities == [successor]
    assert not Application.objects.visible_to(renewed(stays), at).exists()


def test_where_two_bids_collide_both_are_kept(a_round, at):
    theirs = make.answered(make.ApplicationFactory(round=a_round))
    successor = make.AuthorityFactory()
    own = make.answered(make.ApplicationFactory(round=a_round, authority=successor))

    merge(theirs.authority, successor, at=at)

    assert set(Application.objects.filter(authority=successor)) == {own, theirs}
    assert renewed(own).inherited_from is None
    assert renewed(theirs).answers.count() == own.answers.count() > 0
    assert list(broken()) == []
    # A third may not be begun, nor a second beside one's own.
    with pytest.raises(Refused, match="There can be one"):
        actions.start(a_round, own.outcome, successor, title="A third", by=make.drafter(successor), at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.ApplicationFactory(round=a_round, authority=successor)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.ApplicationFactory(
            round=a_round, authority=successor, inherited_from=renewed(theirs).inherited_from
        )


def test_pages_say_whose_each_bid_was(a_round, at, visit):
    theirs = make.answered(make.ApplicationFactory(round=a_round))
    successor = make.AuthorityFactory()
    make.ApplicationFactory(round=a_round, authority=successor)
    former = theirs.authority
    merge(former, successor, at=at)
    browser = visit(make.drafter(successor), at=at)

    listed = browser.get("/applications/").content.decode()
    own = browser.get(theirs.get_absolute_url()).content.decode()

    assert listed.count("begun by") == 1
    assert f"begun by {former}" in listed
    assert f"begun by {former}" in own


def test_bids_of_many_predecessors_are_all_kept(a_round, at):
    successor = make.AuthorityFactory()
    bids = [make.ApplicationFactory(round=a_round) for _ in range(3)]

    for bid in bids:
        merge(bid.authority, successor, at=at)

    assert Application.objects.filter(authority=successor).count() == 3


def test_what_was_certified_and_not_handed_in_is_certified_anew(a_round, at):
    bid = make.handed_in(round=a_round, status="certified")
    Application.objects.filter(pk=bid.pk).update(submitted_at=None, submitted_by=None)

    successor = merge(bid.authority, at=at)

    bid = renewed(bid)
    assert (bid.status, bid.certified_by, bid.content_hash) == ("draft", None, "")
    chief = make.certifier(successor)
    assert actions.certify(bid, by=chief, at=at + timedelta(hours=1)).status == "certified"


def test_what_was_handed_in_stays_handed_in_and_says_what_was_certified(a_round, at):
    bid = make.answered(make.ApplicationFactory(round=a_round))
    partner = make.PartnerFactory(application=bid)
    chief = make.certifier(bid.authority)
    actions.certify(renewed(bid), by=chief, at=at)
    bid = actions.submit(bid, by=chief, at=at)
    signed = bid.content_hash

    merge(partner.authority, at=at)
    merge(bid.authority, at=at)

    bid = renewed(bid)
    assert bid.status == "submitted"
    assert bid.content_hash == signed == bid.fingerprint()
    assert renewed(partner).authority != partner.authority
    assert list(broken()) == []


@pytest.mark.parametrize("already", ["leads", "is a partner"])
def test_a_part_in_a_bid_that_the_successor_has_already_stays_beside_it(a_round, at, already):
    bid = make.ApplicationFactory(round=a_round)
    partner = make.PartnerFactory(application=bid)
    if already == "leads":
        successor = bid.authority
    else:
        successor = make.PartnerFactory(application=bid).authority

    merge(partner.authority, successor, at=at)

    assert renewed(partner).authority == partner.authority
    assert Inheritance.objects.get(kind="partner").beside


def test_invitations_pass_unless_the_successor_has_its_own(a_round, at):
    outcome, successor = a_round.outcomes.get(), make.AuthorityFactory()
    first, second = make.AuthorityFactory(), make.AuthorityFactory()
    rows = [
        a_round.invitations.create(outcome=outcome, authority=council, sent_at=at)
        for council in (first, second)
    ]

    merge(first, successor, at=at)
    merge(second, successor, at=at)

    assert [renewed(row).authority for row in rows] == [successor, second]


def test_the_invariants_hold_after_a_merger(a_round, at):
    bid = make.handed_in(round=a_round)
    bid.content_hash = bid.fingerprint()
    bid.save()
    merge(bid.authority, at=make.during(a_round, "scoring"))

    call_command("check_invariants")
