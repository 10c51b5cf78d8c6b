"""A member of a council that is taken over has its interest in the successor's bids too, and the other way round."""

from datetime import timedelta

import pytest

from panel.actions import interests
from panel.models import Case, Interest
from panel.rules.interests import free_of_interest, has_interest
from tests import factories as make
from tests.mergers import merge, take_over

pytestmark = pytest.mark.django_db


@pytest.fixture
def a_round():
    return make.a_round()


@pytest.fixture
def at(a_round):
    return make.during(a_round, "scoring")


def member_of(authority, a_round):
    seat = make.seated(a_round, body="clg")
    make.MembershipFactory(user=seat.user, role="drafter", authority=authority)
    return seat


def renewed(row):
    return type(row).objects.get(pk=row.pk)


@pytest.mark.parametrize("moment", ["before it passed", "after it passed", "before the day"])
def test_who_acts_for_the_abolished_council_has_an_interest_in_the_successors_bid(a_round, at, moment):
    case = make.CaseFactory(application=make.handed_in(round=a_round))
    former = make.AuthorityFactory()
    seat = member_of(former, a_round)
    successor = case.application.authority
    assert not has_interest(seat.user, case.application)

    if moment == "after it passed":
        merge(former, successor, at=at)
    else:
        take_over(former, successor, at=at + timedelta(days=400 if moment == "before the day" else 0))

    user = renewed(seat.user)
    assert has_interest(user, case.application)
    assert free_of_interest([renewed(seat)], case.application) == []
    assert not Case.objects.visible_to(user, at).exists()
    interests.find(a_round, by=None, at=at)
    assert Interest.objects.get().appointment == seat


@pytest.mark.parametrize("passed", [False, True])
def test_who_acts_for_the_successor_has_an_interest_in_the_abolished_councils_bid(a_round, at, passed):
    case = make.CaseFactory(application=make.handed_in(round=a_round))
    successor = make.AuthorityFactory()
    seat = member_of(successor, a_round)

    (merge if passed else take_over)(case.application.authority, successor, at=at)

    assert has_interest(renewed(seat.user), renewed(case.application))
    assert free_of_interest([seat], renewed(case.application)) == []


def test_who_has_nothing_to_do_with_a_merger_gains_no_interest(a_round, at):
    case = make.CaseFactory(application=make.handed_in(round=a_round))
    seat = member_of(make.AuthorityFactory(), a_round)

    merge(make.AuthorityFactory(), case.application.authority, at=at)

    assert not has_interest(renewed(seat.user), case.application)
    assert free_of_interest([seat], case.application) == [seat]
    assert Case.objects.visible_to(renewed(seat.user), at).get() == case
