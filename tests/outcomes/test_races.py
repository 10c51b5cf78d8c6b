"""Two people of a council at one moment. The gate holds the row until both wait for it.

The negative control does the same act as it would be without the lock, and is caught.
"""

import io
import threading
from datetime import UTC, datetime

import pytest

from beacons.core import steps
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import Step, verb
from outcomes import rules
from outcomes.actions import agreements, figures, issues, sign_ups
from outcomes.models import IndicatorValue, Issue, SignUp, SupersededValue
from outcomes.terms import Terms
from tests import factories as make
from tests.reliability.racing import PATIENCE, at_once, errors

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 1, 9, 9, tzinfo=UTC)
BOTH_HAVE_READ = threading.Barrier(2)


@verb
def confirm_without_lock(sign_up, *, lead_officer, by, at):
    sign_up = SignUp.objects.get(pk=sign_up.pk)
    refuse_if(rules.reasons_not_to_confirm_sign_up(sign_up, at=at))
    sign_up.lead_officer, sign_up.confirmed_at, sign_up.confirmed_by = lead_officer, at, by
    sign_up.save()
    steps.note(sign_up, "confirm", by=by, at=at)
    return sign_up


@pytest.mark.parametrize(("confirm", "confirmed"), [(sign_ups.confirm_sign_up, 1), (confirm_without_lock, 2)])
def test_two_who_confirm_at_once_confirm_once(confirm, confirmed):
    sign_up = make.SignUpFactory()
    one, other = make.drafter(sign_up.authority), make.certifier(sign_up.authority)

    came = at_once(
        lambda: confirm(sign_up, lead_officer="Ada", by=one, at=AT),
        lambda: confirm(sign_up, lead_officer="Bob", by=other, at=AT),
        gate=sign_up,
    )

    assert Step.objects.of(sign_up).count() == confirmed
    refused = errors(came)
    assert [type(error) for error in refused] == [Refused] * (2 - confirmed)
    if confirmed == 1:
        winner = next(result for result in came if result not in refused)
        kept = SignUp.objects.get()
        assert (kept.lead_officer, kept.confirmed_by) == (winner.lead_officer, winner.confirmed_by)


def test_a_button_pressed_twice_states_one_issue():
    sign_up = make.SignUpFactory()
    officer = make.drafter(sign_up.authority)

    def state():
        return issues.state_issue(
            sign_up.outcome, sign_up.authority, text="Nobody knows where they are.", by=officer, at=AT
        )

    came = at_once(state, state, gate=sign_up.outcome)

    assert [type(error) for error in errors(came)] == [Refused]
    assert Issue.objects.count() == 1


# One voice, and no ring of mergers


@verb
def merge_without_lock(stays, others, *, why, by, at):
    """As it would be if each read where the other stood before: crosswise, two issues are merged into each other."""
    stays = Issue.objects.select_related("outcome").get(pk=stays.pk)
    others = [Issue.objects.get(pk=other.pk) for other in others]
    refuse_if(rules.reasons_not_to_merge(stays, others, why, at=at))
    BOTH_HAVE_READ.wait(PATIENCE)
    for other in others:
        Issue.objects.filter(pk=other.pk).update(
            merged_into=stays, merged_at=at, merged_by=by, merged_why=why
        )
    return stays


@pytest.mark.parametrize(("merge", "standing"), [(issues.merge_issues, 1), (merge_without_lock, 0)])
def test_two_who_merge_crosswise_leave_one_that_stands(merge, standing):
    outcome = make.OutcomeFactory()
    one, other = make.IssueFactory(outcome=outcome), make.IssueFactory(outcome=outcome)
    staff, colleague = make.scheme_manager(), make.case_officer()
    came = at_once(
        lambda: merge(one, [other], why="The same.", by=staff, at=AT),
        lambda: merge(other, [one], why="The same.", by=colleague, at=AT),
        gate=outcome if merge is issues.merge_issues else None,
    )

    assert [type(error) for error in errors(came)] == [Refused] * standing
    assert Issue.objects.standing().count() == standing
    assert Issue.objects.filter(merged_into__merged_into=None, merged_into__isnull=False).count() == standing


def test_two_officers_who_support_at_once_are_one_voice():
    issue = make.IssueFactory()
    council = make.SignUpFactory(outcome=issue.outcome).authority
    one, other = make.drafter(council), make.certifier(council)

    came = at_once(
        lambda: issues.support_issue(issue, council, by=one, at=AT),
        lambda: issues.support_issue(issue, council, by=other, at=AT),
        gate=issue.outcome,
    )

    assert errors(came) == []
    assert issue.supports.count() == 1
    assert [step.step for step in Step.objects.of(issue)] == ["support"]


# Files that bring the same


def a_file_of_agreements(sign_up_to, council, by):
    content = f"authority,outcome,baseline,baseline_year,target,target_year\n{council.code},{sign_up_to.slug},6,2023,4,2026\n"
    entries, plan, problems = agreements.read_to_check(
        io.BytesIO(content.encode()), name="laa.csv", sheet=None, at=AT
    )
    assert not problems, str(problems)
    return agreements.keep_checked(entries, plan, file_name="laa.csv", sha256="0", notes=[], by=by, at=AT)


def test_of_two_files_that_sign_the_same_area_up_at_once_one_is_refused():
    outcome, council, staff = make.OutcomeFactory(), make.AuthorityFactory(), make.scheme_manager()
    one, other = (a_file_of_agreements(outcome, council, staff) for _ in range(2))

    came = at_once(
        lambda: agreements.carry_out(one, by=staff, at=AT),
        lambda: agreements.carry_out(other, by=staff, at=AT),
        gate=outcome,
    )

    assert [type(error) for error in errors(came)] == [Refused]
    assert SignUp.objects.count() == 1


def test_of_a_file_and_a_council_that_sign_up_at_once_one_is_refused():
    outcome, council, staff = make.OutcomeFactory(), make.AuthorityFactory(), make.scheme_manager()
    kept, officer = a_file_of_agreements(outcome, council, staff), make.drafter(council)

    came = at_once(
        lambda: agreements.carry_out(kept, by=staff, at=AT),
        lambda: sign_ups.sign_up(outcome, council, terms=Terms(), by=officer, at=AT),
        gate=outcome,
    )

    assert [type(error) for error in errors(came)] == [Refused]
    assert SignUp.objects.count() == 1


def a_file_of_figures(indicator, council, value, by):
    content = io.BytesIO(
        f"indicator,authority,year,value\n{indicator.code},{council.code},2023,{value}\n".encode()
    )
    found, problems = figures.look(content, name="new.csv", published_on=None, at=AT)
    assert not problems, str(problems)
    return figures.keep_checked(content, found, name="new.csv", published_on=None, notes=[], by=by, at=AT)


def test_two_files_with_a_figure_of_the_same_place_come_in_one_after_the_other():
    indicator, council, staff = make.IndicatorFactory(), make.AuthorityFactory(), make.scheme_manager()
    one, other = (a_file_of_figures(indicator, council, value, staff) for value in (5, 6))

    came = at_once(
        lambda: figures.carry_out(one, by=staff, at=AT),
        lambda: figures.carry_out(other, by=staff, at=AT),
        gate=one,
    )

    assert errors(came) == []
    stands, was = IndicatorValue.objects.get().value, SupersededValue.objects.get().value
    assert {stands, was} == {5, 6}
