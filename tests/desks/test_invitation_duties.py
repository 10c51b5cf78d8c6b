"""What invitations put on people's desks, from facts: it goes as soon as it is done, and when sign-up closes."""

from datetime import timedelta

import pytest
from django.urls import reverse

from beacons.desks import todo
from beacons.directory.models import Role
from beacons.rounds import invitations
from beacons.rounds.models import Invitation
from tests import factories as make
from tests.rounds.made import approved

pytestmark = pytest.mark.django_db
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def made():
    """A round with one invited council, and an instant while it signs up."""
    sign_up = make.SignUpFactory(outcome__title="Jobs", authority__name="Northshire")
    round = approved(sign_up.outcome)
    return round, sign_up, make.during(round, "sign_up")


def words(find, user, at):
    user = type(user).objects.get(pk=user.pk)
    return [(duty.words, duty.url, duty.until) for duty in find(user, at)]


def test_a_council_is_told_of_its_invitation_until_it_has_done_what_is_asked(made):
    round, sign_up, at = made
    officer = make.drafter(sign_up.authority)
    url = Invitation.objects.get().get_absolute_url()
    until = round.stage_of("sign_up").closes_at
    asked = f"You are invited to {round}: {{}} on “Jobs”"

    chief = make.certifier(sign_up.authority)

    assert words(todo.answer_invitations, officer, at) == [
        (asked.format("prepare the sign-up and state issues"), url, until)
    ]
    assert words(todo.answer_invitations, chief, at) == [
        (asked.format("confirm the sign-up and state issues"), url, until)
    ]
    sign_up.confirmed_at, sign_up.confirmed_by = at, officer
    sign_up.save()
    assert words(todo.answer_invitations, officer, at) == [(asked.format("state issues"), url, until)]
    make.IssueFactory(outcome=sign_up.outcome, authority=sign_up.authority)
    assert words(todo.answer_invitations, officer, at) == []


def test_an_officer_who_has_prepared_a_sign_up_is_asked_to_have_it_confirmed(made):
    round, sign_up, at = made
    officer, chief = make.drafter(sign_up.authority), make.certifier(sign_up.authority)
    late = make.SignUpFactory(outcome=sign_up.outcome, lead_officer="Ann Other")
    sign_up.lead_officer = "Ann Other, head of service"
    sign_up.save()
    asked = f"You are invited to {round}: {{}} the sign-up and state issues on “Jobs”"

    assert words(todo.answer_invitations, officer, at)[0][0] == asked.format("ask your certifier to confirm")
    assert words(todo.answer_invitations, chief, at)[0][0] == asked.format("confirm")
    assert [said for said, _, _ in words(todo.confirm_sign_ups, make.drafter(late.authority), at)] == [
        f"Ask your certifier to confirm the sign-up of {late.authority} to “Jobs”"
    ]


@pytest.mark.parametrize(
    ("edge", "off", "count"), [("opens", -MOMENT, 0), ("closes", -MOMENT, 1), ("closes", timedelta(0), 0)]
)
def test_it_stands_on_the_desk_while_sign_up_is_open(made, edge, off, count):
    round, sign_up, _ = made
    at = getattr(round.stage_of("sign_up"), f"{edge}_at") + off

    assert len(words(todo.answer_invitations, make.drafter(sign_up.authority), at)) == count


def test_an_invited_council_is_not_told_twice_to_confirm(made):
    _, sign_up, at = made
    officer = make.drafter(sign_up.authority)
    late = make.SignUpFactory(outcome=sign_up.outcome)
    newcomer = make.drafter(late.authority)

    assert words(todo.confirm_sign_ups, officer, at) == []
    assert [said for said, _, _ in words(todo.confirm_sign_ups, newcomer, at)] == [
        f"Prepare the sign-up of {late.authority} to “Jobs”"
    ]
    assert words(todo.answer_invitations, newcomer, at) == []


def test_an_invitation_whose_sign_up_is_gone_asks_for_nothing(made):
    _, sign_up, at = made
    officer = make.drafter(sign_up.authority)
    sign_up.delete()

    assert words(todo.answer_invitations, officer, at) == []


def test_a_coordinator_is_told_how_many_of_the_region_have_not_confirmed(made):
    round, sign_up, at = made
    region = sign_up.authority.region
    coordinator = make.person(Role.COORDINATOR, region=region)
    elsewhere = make.person(Role.COORDINATOR, region=make.RegionFactory())
    url = f"{reverse('region_members', args=[region.gss_code])}?state=unconfirmed"
    until = round.stage_of("sign_up").closes_at

    assert words(todo.ring_members, coordinator, at) == [
        (f"1 member of {region} has not confirmed", url, until)
    ]
    make.SignUpFactory(outcome=sign_up.outcome, authority__region=region)
    assert words(todo.ring_members, coordinator, at) == [
        (f"2 members of {region} have not confirmed", url, until)
    ]
    assert words(todo.ring_members, elsewhere, at) == []
    assert words(todo.ring_members, coordinator, until) == []


def test_a_manager_is_told_of_councils_with_nobody_registered(made):
    round, sign_up, at = made
    manager = make.scheme_manager()
    url = f"{reverse('engagement_list', args=[round.slug])}?state=nobody"

    assert words(todo.find_people, manager, at) == [
        ("1 invited council has nobody registered", url, round.stage_of("sign_up").closes_at)
    ]
    assert words(todo.find_people, make.grants_officer(), at) == []
    make.drafter(sign_up.authority)
    assert words(todo.find_people, manager, at) == []


def test_the_desks_show_them(made, visit):
    round, sign_up, at = made
    make.SignUpFactory(outcome=sign_up.outcome)
    invitations.invite(round, by=None, at=at)
    shown = [
        visit(user, at=at).get(reverse("desk")).content.decode()
        for user in (
            make.scheme_manager(),
            make.person(Role.COORDINATOR, region=sign_up.authority.region),
            make.drafter(sign_up.authority),
        )
    ]

    assert "nobody registered" in shown[0]
    assert "has not confirmed" in shown[1]
    assert "You are invited to" in shown[2]
