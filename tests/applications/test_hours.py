"""How many hours it took: asked once of whoever had a hand in it, optional, and shown to nobody else."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from beacons.applications import actions
from beacons.applications.models import MOST_HOURS, HoursSpent
from beacons.core.lifecycle import Refused
from beacons.core.models import StepWords
from beacons.core.steps import Step
from beacons.desks.todo import duties
from panel.statuses import SheetStatus
from tests import factories
from tests.applications.conftest import submitted, written

LATER = timedelta(hours=1)


def address(bid):
    return reverse("application_hours", args=[bid.reference])


def asked(user, at):
    return [duty.url for duty in duties(user, at) if duty.words.startswith("Say how many hours")]


@pytest.fixture
def bid(council):
    return submitted(council)


def test_the_receipt_asks_once_and_the_desk_whoever_had_a_hand_in_it(council, bid, visit):
    idle, at = factories.drafter(council.authority), council.at + LATER
    receipt = reverse("application_receipt", args=[bid.reference])
    client = visit(council.drafter, at=at)
    before = client.get(receipt).content.decode()

    sent = client.post(address(bid), {"hours": "12.5"}, follow=True)

    assert sent.redirect_chain == [(receipt, 302)]
    said = sent.content.decode()
    assert "Hours it took you" in before
    assert f'action="{address(bid)}"' in before
    assert "Hours it took you" not in said
    assert "You told that it took you 12.5 hours; only you see this." in said
    told = HoursSpent.objects.get()
    assert (told.person, told.hours, told.round, told.work, told.told_at) == (
        council.drafter, Decimal("12.5"), council.round, "applying", at,
    )  # fmt: skip
    assert asked(council.drafter, at) == []
    assert asked(council.certifier, at) == [address(bid)]
    assert asked(idle, at) == []


def test_no_thanks_ends_it_whatever_stands_in_the_box(council, bid, visit):
    at = council.at + LATER

    said = visit(council.drafter, at=at).post(
        address(bid), {"hours": "x", "no_thanks": "No thanks"}, follow=True
    )

    assert "You are not asked again." in said.content.decode()
    assert "You would rather not say how long it took." in said.content.decode()
    assert HoursSpent.objects.get().hours is None
    assert asked(council.drafter, at) == []


def test_it_is_corrected_or_taken_back_and_the_instant_stays(council, bid, visit):
    at = council.at + LATER
    actions.tell_hours(bid, hours=Decimal(70), by=council.drafter, at=at)
    client = visit(council.drafter, at=at + LATER)

    page = client.get(address(bid))
    client.post(address(bid), {"hours": "7"})
    corrected = HoursSpent.objects.get()
    client.post(address(bid), {"no_thanks": "Take it back"})

    assert page.context["form"].initial == {"hours": Decimal(70)}
    assert (corrected.hours, corrected.told_at) == (7, at)
    assert HoursSpent.objects.get().hours is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter hours it took you"),
        ("-1", "must be 0 or more"),
        (str(MOST_HOURS + 1), f"must be {MOST_HOURS} or less"),
        ("many", "must be a number, like 12.5"),
        ("1.25", "decimal place"),
    ],
)
def test_what_are_no_hours_is_said_beside_the_box(council, bid, visit, typed, said):
    response = visit(council.drafter, at=council.at).post(address(bid), {"hours": typed})

    assert response.status_code == 200
    assert any(said in error for error in response.context["form"].errors["hours"])
    assert not HoursSpent.objects.exists()


def test_the_bounds_hold_in_the_verb_and_in_the_database(council, bid):
    for hours in (Decimal(-1), Decimal(MOST_HOURS) + 1):
        with pytest.raises(Refused, match="between 0 and"):
            actions.tell_hours(bid, hours=hours, by=council.drafter, at=council.at)
        with pytest.raises(IntegrityError), transaction.atomic():
            HoursSpent.objects.create(
                round=council.round, work="applying", application=bid, person=council.drafter,
                hours=hours, told_at=council.at,
            )  # fmt: skip
    assert not HoursSpent.objects.exists()


def test_a_draft_is_asked_nothing_and_after_the_round_sums_stand(council, bid, visit):
    draft = factories.ApplicationFactory(round=council.round, authority=council.authority, outcome=factories.OutcomeFactory())  # fmt: skip
    over = factories.closing(council.round, "close")
    client = visit(council.drafter, at=over)

    assert client.get(address(draft)).status_code == 404
    with pytest.raises(Refused, match="when the application is submitted"):
        actions.tell_hours(draft, hours=Decimal(1), by=council.drafter, at=council.at)
    assert "The round has ended" in client.get(address(bid)).content.decode()
    sent = client.post(address(bid), {"hours": "5"})
    assert "The round has ended" in sent.content.decode()
    assert not HoursSpent.objects.exists()


def test_the_desk_asks_for_four_weeks(council, bid):
    last = bid.submitted_at + timedelta(days=28)

    assert asked(council.drafter, last - timedelta(seconds=1)) == [address(bid)]
    assert asked(council.drafter, last) == []


def test_nobody_else_is_shown_what_one_person_told(council, bid, visit):
    actions.tell_hours(bid, hours=Decimal("43.7"), by=council.drafter, at=council.at)
    staff = factories.scheme_manager()
    pages = [
        (council.certifier, reverse("application_receipt", args=[bid.reference])),
        (council.certifier, address(bid)),
        (staff, bid.get_absolute_url()),
        (staff, reverse("cost_ledger", args=[council.round.slug])),
        (staff, reverse("cost_file", args=[council.round.slug])),
    ]

    for person, page in pages:
        answer = visit(person, at=council.at).get(page)
        assert answer.status_code == 200
        assert "43.7" not in answer.content.decode(), page
    assert visit(staff, at=council.at).get(address(bid)).status_code == 403
    assert "43.7" not in str(HoursSpent.objects.get())
    # Steps are read by staff, and none is noted.
    assert not Step.objects.filter(subject_type="applications.hoursspent").exists()
    assert not StepWords.objects.filter(data__icontains="43.7").exists()
    assert HoursSpent.objects.visible_to(council.certifier, council.at).count() == 0


# Assessors


@pytest.fixture
def member(db):
    """A member with two papers of a round, both lodged; (member, round, the sheets, an instant after it)."""
    a_round = factories.a_round()
    at = factories.during(a_round, "scoring")
    seat = factories.seated(a_round, "member", "clg")
    sheets = [
        factories.AssessmentFactory(
            case=factories.CaseFactory(application=factories.handed_in(round=a_round)),
            appointment=seat, status=SheetStatus.LODGED, lodged_at=at,
        )
        for _ in range(2)
    ]  # fmt: skip
    return seat.user, a_round, sheets, at + LATER


def test_an_assessor_is_asked_for_all_papers_together_when_the_last_is_lodged(member, visit):
    user, a_round, _, at = member
    page = reverse("panel_hours", args=[a_round.slug])
    client = visit(user, at=at)

    before, shown = asked(user, at), client.get(page).content.decode()
    sent = client.post(page, {"hours": "6.5"}, follow=True)

    assert before == [page]
    assert "You lodged 2 papers." in shown
    assert "Thank you." in sent.content.decode()
    told = HoursSpent.objects.get()
    assert (told.person, told.work, told.application, told.hours) == (user, "assessing", None, Decimal("6.5"))
    assert asked(user, at) == []
    assert page in client.get(reverse("panel_desk")).content.decode()
    client.post(page, {"no_thanks": "Take it back"})
    assert HoursSpent.objects.get().hours is None


def test_an_assessor_with_an_open_paper_is_not_asked_yet(member, visit):
    user, a_round, sheets, at = member
    type(sheets[0]).objects.filter(pk=sheets[0].pk).update(status=SheetStatus.OPEN, lodged_at=None)
    page = reverse("panel_hours", args=[a_round.slug])
    client = visit(user, at=at)

    sent = client.post(page, {"hours": "6"})

    assert asked(user, at) == []
    assert "when you have lodged all your papers" in client.get(page).content.decode()
    assert "when you have lodged all your papers" in sent.content.decode()
    assert not HoursSpent.objects.exists()


def test_being_asked_costs_the_desk_two_queries(council, bid, django_assert_max_num_queries):
    from beacons.desks.todo import tell_hours

    with django_assert_max_num_queries(3):
        assert len(list(tell_hours(council.drafter, council.at + LATER))) == 1


def test_a_draft_that_nobody_handed_in_asks_nobody(council):
    written(council)

    assert asked(council.drafter, council.at + LATER) == []
