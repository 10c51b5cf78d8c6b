"""Two acts on one verification at one moment: each holds the case first, so one of them finds what the other did."""

import pytest
from django.urls import reverse

from beacons.core.lifecycle import Refused
from panel.actions import verifications
from panel.models import Verification, VerificationMark
from tests import factories as make
from tests.applications.test_races import at_once
from tests.panel.judged import judged, shortlisted
from tests.panel.panels import facts
from tests.panel.test_verifications import HOUR, answered, arranged, arrangement, reader, reported, settled

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house():
    house = judged(2)
    shortlisted(house, 0)
    return house


def refusals(results):
    return [result for result in results if isinstance(result, Refused)]


def test_two_officers_answer_at_one_moment_and_the_second_is_told(house):
    officers = [make.drafter(house.bids[0].authority) for _ in range(2)]
    verification = reported(house)

    results = at_once(
        house.case(),
        lambda: answered(house, verification, by=officers[0]),
        lambda: answered(house, verification, by=officers[1], right=False, corrections="Three."),
    )

    [refused] = refusals(results)
    assert "has answered for you" in str(refused)
    assert facts(verification).answered_by in officers


def test_it_is_called_off_or_reported_and_not_both(house):
    verification = arranged(house)
    at = verification.held_at + HOUR

    results = at_once(
        house.case(),
        lambda: verifications.call_off(verification, why="Ill.", by=house.chairing, at=at),
        lambda: reported(house, verification),
    )

    assert len(refusals(results)) == 1
    row = facts(verification)
    assert (row.status, bool(row.called_off_why), bool(row.found)) in [
        ("called_off", True, False),
        ("reported", False, True),
    ]


def test_nothing_is_arranged_behind_the_back_of_whoever_verifies(house):
    at = house.at("verify")

    results = at_once(
        house.case(),
        lambda: verifications.verify(house.case(), note="By its papers.", by=house.chairing, at=at),
        lambda: verifications.arrange(house.case(), **arrangement(house)),
    )

    assert len(refusals(results)) == 1
    verified = house.case().status == "verified"
    assert verified != Verification.objects.unfinished().exists()


def test_marks_saved_twice_at_one_moment_are_one_set(house):
    verification = arranged(house)
    criteria = list(house.round.criteria.all())
    by, at = reader(house).user, verification.held_at
    marks = {criterion.pk: (3, "Seen.") for criterion in criteria}

    results = at_once(
        house.case(),
        lambda: verifications.save_marks(verification, marks, by=by, at=at),
        lambda: verifications.save_marks(verification, marks, by=by, at=at),
    )

    assert refusals(results) == []
    assert VerificationMark.objects.count() == len(criteria)


def test_an_answer_at_the_last_moment_is_not_settled_over(house):
    verification = reported(house)
    until = verification.reply_until

    results = at_once(
        house.case(),
        lambda: answered(house, verification, right=False, corrections="Three.", at=until - HOUR),
        lambda: settled(verification, at=until),
    )

    row = facts(verification)
    if row.corrections:
        # The answer came first, and nobody has said what becomes of it.
        assert "Say what you changed" in str(refusals(results)[0])
        assert row.status == "reported"
    else:
        assert "It is settled" in str(refusals(results)[0])
        assert row.status == "settled"


@pytest.mark.parametrize("odd", ["\x00", "\u202e", "\u200b\u2060", "x" * 1_000_000])
def test_odd_text_is_refused_and_nothing_is_lost(house, visit, odd):
    verification = arranged(house)
    lead = verification.lead.user
    client = visit(lead, at=verification.held_at + HOUR)

    page = client.post(
        reverse("verification_report", args=[verification.pk]), {"found": odd, "for_panel": "Kept."}
    )

    assert page.status_code in (200, 400, 413)
    if page.status_code == 200:
        assert "Kept." in page.text
    assert facts(verification).status == "arranged"
