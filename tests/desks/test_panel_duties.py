"""What the panel's work puts on the desks of chairs, signatories and the scheme's managers."""

import pytest
from django.urls import reverse

from beacons.desks import navigation, todo
from panel.actions import interests, seats, sheets
from tests import factories as make
from tests.panel.panels import a_panel, assigned

pytestmark = pytest.mark.django_db


def fresh(user):
    return type(user).objects.get(pk=user.pk)


def words(find, user, at):
    return [(duty.words, duty.url, duty.until) for duty in find(fresh(user), at)]


def declare(panel, bid=0):
    member = panel.sheets(bid)[0].appointment
    interests.declare(member, {panel.bids[bid].pk: "My firm advised them."}, by=member.user, at=panel.during)
    return member


# Readers that are lost


def test_the_chairs_find_on_their_desks_that_a_paper_has_lost_a_reader():
    panel = assigned(bids=2)
    duty = (
        "Find another reader for 1 paper",
        reverse("case_progress", args=[panel.round.slug]),
        panel.closes_at,
    )
    assert words(todo.replace_readers, panel.chair.user, panel.during) == []

    declare(panel)

    for chair in (panel.chair.user, panel.vice.user):
        assert words(todo.replace_readers, chair, panel.during) == [duty]
    for other in (panel.members[1].user, make.scheme_manager()):
        assert words(todo.replace_readers, other, panel.during) == []


def test_it_goes_when_a_reader_is_found():
    panel = assigned(bids=1, clg=3, lga=3)
    declare(panel)
    readers = {sheet.appointment_id for sheet in panel.sheets()}
    free = next(member for member in panel.members if member.pk not in readers)

    sheets.add(panel.case(), free, until=None, why="A reader was lost.", by=panel.chair.user, at=panel.during)

    assert words(todo.replace_readers, panel.chair.user, panel.during) == []


def test_a_chair_with_an_interest_in_the_bid_is_not_told():
    panel = assigned(bids=1)
    make.InterestFactory(appointment=panel.chair, application=panel.bids[0])
    declare(panel)

    assert words(todo.replace_readers, panel.chair.user, panel.during) == []
    assert len(words(todo.replace_readers, panel.vice.user, panel.during)) == 1


def test_a_reader_whom_the_chair_discharged_is_no_loss():
    panel = assigned(bids=1)
    theirs = panel.sheets()
    bodies = [sheet.appointment.seat.body for sheet in theirs]
    spare = next(sheet for sheet in theirs if bodies.count(sheet.appointment.seat.body) == 2)
    sheets.discharge(spare, why="Ill.", by=panel.chair.user, at=panel.during)

    assert words(todo.replace_readers, panel.chair.user, panel.during) == []


def test_who_leaves_is_missed():
    panel = assigned(bids=1)
    member = panel.sheets()[0].appointment
    seats.end_appointment(member, why="Moved away.", by=None, at=panel.during)

    assert len(words(todo.replace_readers, panel.chair.user, panel.during)) == 1


# Ways to the panel


def labels(user, at, rf):
    request = rf.get("/")
    request.user, request.at = fresh(user), at
    return [label for label, _, _ in navigation.items(request)]


def test_who_sits_signs_or_runs_finds_the_panel_from_every_page(rf):
    panel = a_panel(1)
    finds = [panel.chair.user, make.signatory("clg"), make.signatory("lga"), make.scheme_manager()]
    others = [make.drafter(panel.bids[0].authority), make.finance_officer(), make.UserFactory()]

    assert ["Panel" in labels(user, panel.during, rf) for user in finds] == [True] * 4
    assert ["Panel" in labels(user, panel.during, rf) for user in others] == [False] * 3


@pytest.mark.parametrize("who", [lambda: make.signatory("clg"), make.scheme_manager])
def test_the_panels_desk_leads_signatories_and_managers_on(visit, who):
    panel = a_panel(1)

    page = visit(who(), at=panel.during).get(reverse("panel_desk")).content.decode()

    assert reverse("seat_list", args=[panel.round.slug]) in page
    assert reverse("round_approve", args=[panel.round.slug]) in page


def test_a_signatory_is_asked_to_agree_to_who_is_proposed():
    round = make.a_round()
    seat = make.SeatFactory(round=round, kind="member", body="clg")
    user = make.UserFactory()
    at = make.during(round, "sign_up")
    clg, lga = make.signatory("clg"), make.signatory("lga")
    held = seats.propose_appointment(seat, user, register="None.", by=make.scheme_manager(), at=at)
    url = reverse("seat_list", args=[round.slug])

    assert words(todo.agree_appointments, clg, at) == [("Agree to 1 proposed member, or not", url, None)]
    assert words(todo.agree_appointments, lga, at) == []
    seats.agree_appointment(held, body="clg", by=clg, at=at)
    assert words(todo.agree_appointments, clg, at) == []
