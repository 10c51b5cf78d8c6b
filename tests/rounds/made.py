"""Whole rounds from a preset, made by the verbs that people use."""

from datetime import UTC, date, datetime

from beacons.rounds import actions
from tests import factories as make

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY_0 = date(2027, 1, 4)


def set_up(*outcomes, kind="beacons", **given):
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
    return actions.set_up(kind, outcomes=outcomes or [make.OutcomeFactory()], **{**facts, **given})


def approved(*outcomes, **given):
    return actions.mark_approved(set_up(*outcomes, **given), by=None, at=AT)


def two_phases(*outcomes, **given):
    """A first phase, approved, and its second, which begins when the months of trying end and is not approved yet."""
    outcomes = outcomes or [make.OutcomeFactory()]
    first = approved(*outcomes, kind="creative_councils", name="Creative Councils 2027", slug="creative-2027")
    second = set_up(
        *outcomes,
        kind="creative_councils_second",
        follows=first,
        **{
            "name": "Creative Councils 2027, second phase",
            "slug": "creative-2027-second",
            "starts_on": first.stage_of("develop").closes_on,
            **given,
        },
    )
    return first, second
