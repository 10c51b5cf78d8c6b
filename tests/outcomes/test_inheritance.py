"""What the successor of an abolished council may do with what that council said, and what it may know."""

from datetime import UTC, datetime

import pytest

from beacons.directory.actions import successions as actions
from outcomes import permissions
from outcomes.models import Flag, HeadlineReport, Issue
from tests import factories as make
from tests.mergers import merge, take_over

pytestmark = pytest.mark.django_db

AT = datetime(2026, 1, 9, 9, tzinfo=UTC)


def renewed(row):
    return type(row).objects.get(pk=row.pk)


def test_issues_stay_with_who_said_them_and_the_successor_may_withdraw_them():
    issue = make.IssueFactory()
    officer = make.drafter(issue.authority)
    successor = make.AuthorityFactory()
    theirs, stranger = make.drafter(successor), make.drafter(make.AuthorityFactory())
    assert not permissions.may_withdraw_issue(theirs, issue)

    merge(issue.authority, successor, at=AT)

    assert Issue.objects.get().authority == issue.authority
    assert permissions.may_withdraw_issue(renewed(theirs), issue)
    assert permissions.may_withdraw_issue(renewed(officer), issue)
    assert not permissions.may_withdraw_issue(renewed(stranger), issue)


def test_flags_are_known_to_the_successors_people_from_the_merger_on():
    flag = make.FlagFactory()
    successor = make.AuthorityFactory()
    theirs, stranger = make.drafter(successor), make.drafter(make.AuthorityFactory())

    take_over(flag.authority, successor, at=AT)
    assert not Flag.objects.visible_to(renewed(theirs), AT).exists()
    actions.inherit(flag.authority, by=None, at=AT)

    assert Flag.objects.visible_to(renewed(theirs), AT).get() == flag
    assert not Flag.objects.visible_to(renewed(stranger), AT).exists()


def test_reports_shared_inside_the_council_are_shared_inside_its_successor():
    former = make.AuthorityFactory()
    maker, colleague = make.drafter(former), make.certifier(former)
    report = HeadlineReport.objects.create(
        key="0c8f5b5e-6d0a-4a52-9a0e-0d5d4c1c1b10",
        authority=former,
        council=former,
        title="Our figures",
        sharing=HeadlineReport.Sharing.COUNCIL,
        made_by=maker,
        made_at=AT,
        changed_at=AT,
    )

    successor = merge(former, at=AT)

    report.refresh_from_db()
    assert (report.council, report.authority) == (successor, former)
    assert HeadlineReport.objects.visible_to(renewed(colleague), AT).get() == report
