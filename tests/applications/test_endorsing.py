"""Clusters that bid together, and lead members of the LGA's board who stand behind their bids."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from beacons.applications import actions, rules
from beacons.applications.models import Application, Endorsement
from beacons.applications.statuses import Status
from beacons.core.lifecycle import Refused
from beacons.core.models import Step
from beacons.directory.models import Role
from tests import factories


@pytest.fixture
def cluster(db):
    """A bid of three authorities, handed in to a round that asks for one endorsement."""
    a_round = factories.a_round(cluster_least=3, endorsements_least=1, open_to="any")
    bid = factories.handed_in(status=Status.SUBMITTED, round=a_round, reference="CLUSTER-1")
    for _ in range(2):
        factories.PartnerFactory(application=bid)
    return SimpleNamespace(
        bid=bid,
        round=a_round,
        lead_member=factories.person(Role.LEAD_MEMBER),
        officer=factories.case_officer(),
        at=factories.during(a_round, "check"),
    )


def endorse(cluster, by=None, reason="It is the question that we all have."):
    return actions.endorse(cluster.bid, reason=reason, by=by or cluster.lead_member, at=cluster.at)


@pytest.mark.parametrize(
    ("authorities", "others", "wanting"),
    [
        (0, 2, "name 2 further partners that are authorities"),
        (1, 0, "name 1 further partner that is an"),
        (2, 0, ""),
    ],
)
def test_a_cluster_needs_authorities_and_other_bodies_do_not_count(db, authorities, others, wanting):
    a_round = factories.a_round(cluster_least=3, open_to="any")
    bid = factories.ApplicationFactory(round=a_round)
    for _ in range(authorities):
        factories.PartnerFactory(application=bid)
    for number in range(others):
        factories.PartnerFactory(application=bid, authority=None, name=f"College {number}")

    reasons = rules.reasons_cluster(bid)

    assert bool(reasons) is bool(wanting)
    assert wanting in "".join(reasons)


def test_a_bid_is_found_eligible_once_a_lead_member_stands_behind_it(cluster):
    with pytest.raises(Refused, match="It has 0 endorsements by lead members"):
        actions.find_eligible(cluster.bid, by=cluster.officer, at=cluster.at)
    assert Application.objects.get().status == Status.SUBMITTED

    endorse(cluster)
    bid = actions.find_eligible(cluster.bid, by=cluster.officer, at=cluster.at)

    assert bid.status == Status.ELIGIBLE


def test_without_an_endorsement_it_can_still_be_found_not_eligible(cluster):
    bid = actions.find_ineligible(
        cluster.bid, why="No lead member stands behind it.", by=cluster.officer, at=cluster.at
    )

    assert bid.status == Status.INELIGIBLE


def test_one_lead_member_endorses_once_and_may_take_it_back_until_the_check(cluster):
    endorse(cluster)

    with pytest.raises(Refused, match="endorsed this application already"):
        endorse(cluster)
    actions.take_back(cluster.bid, by=cluster.lead_member, at=cluster.at)
    assert not Endorsement.objects.exists()
    noted = Step.objects.of(cluster.bid).values_list("step", flat=True)
    assert {"endorse", "take_back_endorsement"} <= set(noted)

    endorse(cluster)
    actions.find_eligible(cluster.bid, by=cluster.officer, at=cluster.at)
    with pytest.raises(Refused, match="no longer given or taken back"):
        actions.take_back(cluster.bid, by=cluster.lead_member, at=cluster.at)
    assert Endorsement.objects.count() == 1


def test_lead_members_read_what_was_handed_in_to_such_rounds_and_nothing_else(cluster):
    draft = factories.ApplicationFactory(round=cluster.round)
    plain = factories.handed_in(status=Status.SUBMITTED)

    known = Application.objects.visible_to(cluster.lead_member, cluster.at)

    assert list(known) == [cluster.bid]
    assert draft not in known
    assert plain not in known


def test_nobody_endorses_a_bid_of_their_own_council(cluster, visit):
    partner = cluster.bid.partners.first().authority
    for authority in (cluster.bid.authority, partner):
        theirs = factories.person(Role.LEAD_MEMBER)
        factories.MembershipFactory(
            user=theirs, role=Role.COUNCILLOR, authority=authority, political_group="Labour"
        )

        page = visit(theirs, at=cluster.at).get(reverse("application_endorse", args=["CLUSTER-1"]))

        assert page.status_code == 403


def test_the_list_leads_to_the_bid_and_the_form_endorses(cluster, visit):
    page = visit(cluster.lead_member, at=cluster.at)

    listed = page.get(reverse("endorse_list")).content.decode()
    address = reverse("application_endorse", args=["CLUSTER-1"])
    assert address in listed
    assert "To read" in listed
    page.post(address, {"reason": "We all have this question."})

    given = Endorsement.objects.get()
    assert (given.endorsed_by, given.reason) == (cluster.lead_member, "We all have this question.")
    assert "Endorsed" in page.get(reverse("endorse_list")).content.decode()
    page.post(reverse("endorsement_take_back", args=["CLUSTER-1"]))
    assert not Endorsement.objects.exists()


def test_the_office_sees_what_is_wanting_where_it_would_find_it_eligible(cluster, visit):
    page = visit(cluster.officer, at=cluster.at)

    before = page.get(cluster.bid.get_absolute_url()).content.decode()
    endorse(cluster)
    after = page.get(cluster.bid.get_absolute_url()).content.decode()

    eligible = reverse("application_find_eligible", args=["CLUSTER-1"])
    assert "It has 0 endorsements" in before
    assert eligible not in before
    assert eligible in after
    assert "It is the question that we all have." in after


def test_too_many_words_are_not_lost(cluster, visit):
    typed = "word " * 201

    page = visit(cluster.lead_member, at=cluster.at).post(
        reverse("application_endorse", args=["CLUSTER-1"]), {"reason": typed}
    )

    assert "1 word too many" in page.content.decode()
    assert typed.strip() in page.content.decode()
    assert not Endorsement.objects.exists()


def test_a_rounds_bids_waiting_are_one_line_on_the_lead_members_desk(cluster, visit):
    factories.handed_in(status=Status.SUBMITTED, round=cluster.round)

    desk = visit(cluster.lead_member, at=cluster.at).get(reverse("desk")).content.decode()

    assert "Read 2 applications that may need your endorsement" in desk
