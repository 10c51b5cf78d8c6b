"""Two presses at one moment: a link lets one in, an address is invited once, a certifier stays, a leaver leaves nothing open."""

import pytest

from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.directory.actions import colleagues, invitations, people
from beacons.directory.models import ColleagueInvitation, Membership, Role, User
from beacons.directory.rules import colleagues as rules
from tests import factories as make
from tests.directory.test_colleagues import AT, DOMAIN, PASSWORD
from tests.reliability.racing import at_once, errors

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def council():
    return make.AuthorityFactory(mail_domains=DOMAIN)


def refusals(came):
    return [type(error) for error in errors(came)]


def test_of_two_people_who_open_one_link_one_comes_in(council):
    invitation = make.ColleagueInvitationFactory(authority=council, email=f"jo@{DOMAIN}", invited_at=AT)

    came = at_once(
        *[
            lambda name=name: colleagues.join(invitation, name=name, password=PASSWORD, at=AT)
            for name in ("Jo", "Not Jo", "Nor I")
        ],
        gate=invitation,
    )

    assert refusals(came) == [Refused, Refused]
    [user] = User.objects.filter(email=f"jo@{DOMAIN}")
    assert [held.role for held in user.memberships.all()] == ["drafter"]
    assert ColleagueInvitation.objects.get().accepted_by == user


def test_two_colleagues_invite_one_person_once(council):
    officers = [make.drafter(council) for _ in range(2)]

    came = at_once(
        *[
            lambda by=by: invitations.invite(council, email=f"jo@{DOMAIN}", role=Role.DRAFTER, by=by, at=AT)
            for by in officers
        ],
        gate=council,
    )

    assert refusals(came) == [Refused]
    assert ColleagueInvitation.objects.waiting().count() == 1


@verb
def remove_without_holding(person, council, *, by, at, gate):
    """The negative control: asked before anybody is held, and not again."""
    refuse_if(rules.reasons_not_to_remove(person, council, by=by))
    Membership.objects.lock(gate.pk)
    Membership.objects.filter(user=person, authority=council).update(ended_at=at)


@pytest.mark.parametrize("holds", [True, False])
def test_of_two_certifiers_who_remove_each_other_one_stays(council, holds):
    one, two = make.certifier(council), make.certifier(council)
    gate = one.memberships.get()
    act, more = (colleagues.remove, {}) if holds else (remove_without_holding, {"gate": gate})

    came = at_once(
        lambda: act(one, council, by=two, at=AT, **more),
        lambda: act(two, council, by=one, at=AT, **more),
        gate=gate,
    )

    assert refusals(came) == ([Refused] if holds else [])
    assert Membership.objects.active().filter(role=Role.CERTIFIER).count() == (1 if holds else 0)


def test_who_is_let_go_while_inviting_leaves_no_invitation_open(council):
    certifier, officer = make.certifier(council), make.drafter(council)

    came = at_once(
        lambda: invitations.invite(council, email=f"jo@{DOMAIN}", role=Role.DRAFTER, by=officer, at=AT),
        lambda: colleagues.remove(officer, council, by=certifier, at=AT),
        gate=officer.memberships.get(),
    )

    assert refusals(came) in ([], [Refused])
    assert not ColleagueInvitation.objects.waiting().exists()
    assert not User.objects.get(pk=officer.pk).acts_for(council)


def test_a_role_ends_while_its_holder_accepts_to_certify(council):
    """Neither waits for the other for ever, and there is no second role beside one that was meant to end."""
    make.scheme_manager()
    officer = make.drafter(council)
    User.objects.filter(pk=officer.pk).update(email=f"jo@{DOMAIN}")
    officer.refresh_from_db()
    invitation = make.ColleagueInvitationFactory(
        authority=council, email=officer.email, role=Role.CERTIFIER, invited_at=AT
    )

    came = at_once(
        lambda: colleagues.accept(invitation, by=officer, at=AT),
        lambda: people.end_role(officer.memberships.get(role=Role.DRAFTER), by=None, at=AT),
        gate=Membership.objects.get(role=Role.SCHEME_MANAGER),
    )

    assert refusals(came) in ([], [Refused])
    active = list(officer.memberships.active().values_list("role", flat=True))
    invitation.refresh_from_db()
    assert active == (["certifier"] if invitation.accepted_at else [])
