"""Who worked on an application, as its own people see it."""

from datetime import timedelta

from beacons.applications import actions, contributors
from beacons.directory.actions import people
from beacons.directory.models import Membership
from tests import factories
from tests.applications.conftest import submitted, written

HOUR = timedelta(hours=1)


def worked(bid):
    return [(each.person, each.answers, each.last_at, each.has_left) for each in contributors.of(bid)]


def test_each_is_named_with_what_they_wrote_and_when_last(council):
    bid, (one, _) = written(council), council.questions
    colleague = factories.drafter(council.authority)

    actions.save_answers(bid, {one.pk: ("Better.", 1)}, by=colleague, at=council.at + HOUR)
    actions.save_answers(bid, {one.pk: ("Better still.", 2)}, by=colleague, at=council.at + 2 * HOUR)
    actions.certify(bid, by=council.certifier, at=council.at + 3 * HOUR)

    assert worked(bid) == [
        (council.certifier, 0, council.at + 3 * HOUR, False),
        (colleague, 1, council.at + 2 * HOUR, False),
        (council.drafter, 2, council.at, False),
    ]


def test_who_has_left_stays_named_with_what_they_wrote(council, visit):
    bid = written(council)

    people.end_role(Membership.objects.get(user=council.drafter), by=None, at=council.at + HOUR)

    assert worked(bid) == [(council.drafter, 2, council.at, True)]
    page = visit(council.certifier, at=council.at + HOUR).get(bid.get_absolute_url()).content.decode()
    assert f"acts for {council.authority} no more" in page


def test_the_office_is_no_colleague_and_is_not_shown_who_wrote(council, visit):
    bid, officer = submitted(council), factories.case_officer()
    actions.find_eligible(bid, by=officer, at=council.checking)

    assert officer not in [each.person for each in contributors.of(bid)]
    assert (
        "Who worked on it"
        not in visit(officer, at=council.checking).get(bid.get_absolute_url()).content.decode()
    )
    assert (
        "Who worked on it"
        in visit(council.drafter, at=council.checking).get(bid.get_absolute_url()).content.decode()
    )
