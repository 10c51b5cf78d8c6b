"""Two people of a council at one moment. The gate holds the row until both wait for it.

The negative control does the same act as it would be without the lock, and is caught.
"""

from datetime import UTC, datetime

import pytest

from beacons.core import steps
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import Step, verb
from outcomes import rules
from outcomes.actions import issues, sign_ups
from outcomes.models import Issue, SignUp
from tests import factories as make
from tests.reliability.racing import at_once, errors

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 1, 9, 9, tzinfo=UTC)


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
