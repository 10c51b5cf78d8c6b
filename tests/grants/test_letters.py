"""What leaves the house about a grant: plain words, whole, to whom it concerns and to nobody else."""

from datetime import timedelta

import pytest

from beacons.core import clock
from beacons.core.letters import Letter
from grants import actions, tasks
from tests.factories import AuthorityFactory, certifier, drafter
from tests.grants.making import announced, return_of

AWKWARD = "O'Neill & <b>Sons</b>"


@pytest.fixture
def correspondence(db):
    """Every letter a grant can cause, about a council and a bid with awkward names."""
    world = announced(name="Beacons & Friends")
    names = {"title": AWKWARD, "lead_officer": AWKWARD}

    def council():
        return names | {"authority": AuthorityFactory(name=AWKWARD)}

    end = world.stage("close").closes_at
    lapsed = world.offered(**council())
    actions.lapse(lapsed, by=None, at=lapsed.offer_ends_at)
    refused = world.offered(amount=150_000, **council())
    actions.refuse(refused, why=AWKWARD, by=certifier(refused.authority), at=world.announced_at)
    reserve = world.case("reserve", 60_000, reserve_place=1, **council())
    actions.offer_reserve(reserve, by=None, at=world.announced_at)
    stopped = world.active(**council())
    payment = world.prepare(stopped, 1)
    actions.reject_payment(payment, why=AWKWARD, by=world.finance, at=world.signed_at)
    due = return_of(stopped, "middle")
    actions.remind(due, by=None, at=due.due_at)
    actions.remind(due, by=None, at=due.due_at + timedelta(days=20))
    actions.stop(stopped, why=AWKWARD, by=world.officer, at=world.signed_at)
    settled = world.reported(amount=90_000, spent=50_000, **council())
    actions.send_back_return(
        return_of(settled, "closing"), why=AWKWARD, by=world.officer, at=end - timedelta(days=12)
    )
    world.stage("close").round.stages.filter(key="close").update(closes_on=end.date() - timedelta(days=2))
    with clock.set_to(end - timedelta(days=11)):
        tasks.sweep()
    world.report(settled, "closing", spent=50_000, at=end - timedelta(days=10))
    actions.recover(settled, by=world.finance, at=end)
    actions.record_recovery(settled, amount=22_000, note="BACS", by=world.finance, at=end)
    actions.reconcile(settled, by=world.finance, at=end)
    actions.close(settled, by=None, at=end)
    return Letter.objects.filter(kind__startswith="grant")


def test_every_kind_of_letter_is_written(correspondence):
    assert set(correspondence.values_list("kind", flat=True)) == {
        "grant_offer", "grant_lapsed", "grant_refused", "grant_countersign", "grant_started", "grant_stopped",
        "grant_paid", "grant_payment_rejected", "grant_return_reminder", "grant_return_received",
        "grant_return_sent_back", "grant_dates_moved", "grant_recover", "grant_closed",
    }  # fmt: skip


def test_letters_are_plain_text_with_nothing_left_open(correspondence):
    for letter in correspondence:
        text = f"{letter.subject}\n{letter.body}"
        assert letter.subject
        assert letter.body.startswith("Dear ")
        assert letter.body.endswith("Beacons\n")
        assert "http" in letter.body
        for leftover in ("{", "}", "&amp;", "&lt;", "&#", "None", "  \n", "\n\n\n"):
            assert leftover not in text, (letter.kind, leftover, text)
    assert any(AWKWARD in letter.body for letter in correspondence)


def test_a_council_is_told_of_its_own_grant_alone(world):
    own, other = world.active(), world.active()
    world.pay(own, 1)
    strangers = {certifier(other.authority), drafter(other.authority), *[other.accepted_by]}

    about = Letter.objects.filter(subject__contains=own.reference).values_list("to", flat=True)

    assert own.accepted_by.email in about
    assert not {person.email for person in strangers} & set(about)


def test_somebody_who_has_left_the_council_is_told_nothing_more(world):
    grant = world.active()
    gone = drafter(grant.authority)
    gone.memberships.update(ended_at=world.signed_at)

    world.pay(grant, 1)

    assert not Letter.objects.filter(kind="grant_paid", to=gone.email).exists()


def test_a_line_break_in_a_title_does_not_become_a_header(world):
    grant = world.offered(title="Good\r\nBcc: everybody@example.org")

    letter = Letter.objects.filter(kind="grant_offer", subject__contains=grant.reference).first()

    assert "\n" not in letter.subject
    assert "\r" not in letter.subject
