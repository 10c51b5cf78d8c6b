"""What a member typed while the session ended is shown, on every page of the panel where people write."""

import pytest
from django.urls import reverse

from tests.panel.panels import assigned

pytestmark = pytest.mark.django_db
TYPED = "Two readers held that the figures bear it out."


@pytest.mark.parametrize(
    "name",
    [
        "assessment_edit",
        "interest_declare",
        "case_moderate",
        "case_shortlist",
        "case_verify",
        "equals_edit",
        "decision_propose",
        "decision_answer",
        "reader_add",
        "sheet_discharge",
        "appointment_end",
        "announcement_edit",
        "feedback_edit",
        "feedback_send_back",
    ],
)
def test_what_was_typed_is_shown_when_the_session_has_ended(visit, name):
    panel = assigned(1)
    named = {"sheet_discharge": panel.sheets()[0].pk, "appointment_end": panel.chair.pk}
    named |= dict.fromkeys(["announcement_edit", "interest_declare"], panel.round.slug)

    shown = visit(None, at=panel.during).post(
        reverse(name, args=[named.get(name, panel.bids[0].reference)]), {"why": TYPED}
    )

    assert shown.status_code == 403
    assert TYPED in shown.content.decode()
