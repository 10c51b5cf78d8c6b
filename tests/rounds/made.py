"""Whole rounds from the Beacons preset, made by the verbs that people use."""

from datetime import UTC, date, datetime

from beacons.rounds import actions
from tests import factories as make

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY_0 = date(2027, 1, 4)


def set_up(*outcomes, **given):
    """A round that is not approved yet."""
    facts = {
        "name": "Beacons 2027",
        "slug": "beacons-2027",
        "starts_on": DAY_0,
        "outcomes_reason": "Most areas chose them.",
        "pot": 1_200_000,
        "by": None,
        "at": AT,
    }
    return actions.set_up("beacons", outcomes=outcomes or [make.OutcomeFactory()], **{**facts, **given})


def approved(*outcomes, **given):
    return actions.mark_approved(set_up(*outcomes, **given), by=None, at=AT)
