"""Two managers who end each other's role at one moment: one of them stays. The gate holds the first one's role."""

import pytest

from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.directory.actions import people
from beacons.directory.models import Membership, Role, User
from beacons.directory.rules import people as rules
from tests import factories as make
from tests.directory.test_people import AT
from tests.reliability.racing import at_once, errors

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@verb
def end_without_holding(membership, *, by, at, gate):
    refuse_if(rules.reasons_not_to_end(membership))
    Membership.objects.lock(gate.pk)
    Membership.objects.filter(pk=membership.pk).update(ended_at=at)


@pytest.mark.parametrize("holds", [True, False])
def test_of_two_managers_who_end_each_other_one_stays(holds):
    first, second = (make.scheme_manager().memberships.get() for _ in range(2))
    act, more = (people.end_role, {}) if holds else (end_without_holding, {"gate": first})

    came = at_once(
        lambda: act(first, by=None, at=AT, **more), lambda: act(second, by=None, at=AT, **more), gate=first
    )

    assert [type(error) for error in errors(came)] == ([Refused] if holds else [])
    assert User.objects.with_role(Role.SCHEME_MANAGER).count() == (1 if holds else 0)


def test_a_manager_made_inactive_while_another_ends_leaves_one():
    first, second = (make.scheme_manager().memberships.get() for _ in range(2))

    came = at_once(
        lambda: people.end_role(first, by=None, at=AT),
        lambda: people.change_person(second.user, is_active=False, by=None, at=AT),
        gate=first,
    )

    assert [type(error) for error in errors(came)] == [Refused]
    assert User.objects.with_role(Role.SCHEME_MANAGER).count() == 1


def test_of_two_people_with_one_address_the_second_is_refused():
    def change(user):
        return people.change_person(user, email="same@example.org", by=None, at=AT)

    others = [make.UserFactory(), make.UserFactory()]
    manager = make.scheme_manager().memberships.get()
    came = at_once(*[lambda user=user: change(user) for user in others], gate=manager)

    assert [type(error) for error in errors(came)] == [Refused]
    assert User.objects.filter(email="same@example.org").count() == 1
