"""Seats, appointments agreed by the bodies they need, and the round's approval by four different people."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from beacons.core.admin_site import AUTHENTICATION_METHODS
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.rounds import actions as planning
from panel.actions import seats as actions
from panel.models import Appointment, Approval, Seat
from tests import factories as make
from tests.panel.panels import a_panel, assigned, facts, lodge, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def round():
    made = make.a_round(approved_at=None)
    made.criteria.update(weight=0)
    made.criteria.filter(key="outcomes").update(weight=100)
    return made


@pytest.fixture
def at(round):
    return round.plan[0].opens_at - timedelta(days=10)


@pytest.fixture
def office():
    return make.scheme_manager()


@pytest.fixture
def seats(round, office, at):
    actions.open_panel(round, clg=1, lga=1, independent=1, by=office, at=at)
    return {(seat.kind, seat.body): seat for seat in round.seats.all()}


def propose(seat, office, at, **fields):
    return actions.propose_appointment(seat, make.UserFactory(**fields), register="None.", by=office, at=at)


def appoint(seat, office, at, **fields):
    held = propose(seat, office, at, **fields)
    for body in seat.bodies_to_agree:
        held = actions.agree_appointment(held, body=body, by=make.signatory(body), at=at)
    return held


def test_a_panel_opens_with_both_chairs_and_the_seats_of_each_body(seats):
    assert sorted(seats) == [
        ("chair", ""), ("member", ""), ("member", "clg"), ("member", "lga"), ("vice_chair", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        ((0, 3, 0), "Each body needs one seat"),
        ((3, 0, 2), "Each body needs"),
        ((30, 30, 1), "60 seats at most"),
    ],
)
def test_a_panel_needs_both_bodies_and_stays_a_panel(round, office, at, numbers, reason):
    clg, lga, independent = numbers

    with pytest.raises(Refused, match=reason):
        actions.open_panel(round, clg=clg, lga=lga, independent=independent, by=office, at=at)

    assert not round.seats.exists()


def test_a_panel_opens_once(round, seats, office, at):
    with pytest.raises(Refused, match="opened already"):
        actions.open_panel(round, clg=1, lga=1, independent=0, by=office, at=at)

    assert round.seats.count() == 5


def test_a_bodys_own_seat_needs_its_own_signatory_alone(seats, office, at):
    held = propose(seats["member", "clg"], office, at)
    assert not Appointment.objects.agreed().exists()

    with pytest.raises(Refused, match="does not agree to it"):
        actions.agree_appointment(held, body="lga", by=make.signatory("lga"), at=at)
    held = actions.agree_appointment(held, body="clg", by=make.signatory("clg"), at=at)

    assert held.agreed_at == at
    assert Letter.objects.filter(kind="panel_appointed", to=held.user.email).count() == 1


@pytest.mark.parametrize("seat", [("chair", ""), ("vice_chair", ""), ("member", "")])
def test_joint_and_independent_seats_need_both(seats, office, at, seat):
    held = propose(seats[seat], office, at)

    held = actions.agree_appointment(held, body="lga", by=make.signatory("lga"), at=at)
    assert (held.agreed_at, held.bodies_missing) == (None, ["clg"])
    held = actions.agree_appointment(held, body="clg", by=make.signatory("clg"), at=at)

    assert held.agreed_at == at


def test_one_person_who_signs_for_both_bodies_is_still_one_person(seats, office, at):
    both = make.signatory("clg")
    make.MembershipFactory(user=both, role="signatory", body="lga")
    held = propose(seats["chair", ""], office, at)
    actions.agree_appointment(held, body="clg", by=both, at=at)

    with pytest.raises(Refused, match="by two people"):
        actions.agree_appointment(held, body="lga", by=both, at=at)

    assert facts(held).agreed_at is None


def test_only_a_signatory_agrees_and_only_once(seats, office, at):
    held = propose(seats["member", "lga"], office, at)
    with pytest.raises(Refused, match="Only a signatory of LGA"):
        actions.agree_appointment(held, body="lga", by=office, at=at)
    actions.agree_appointment(held, body="lga", by=make.signatory("lga"), at=at)

    with pytest.raises(Refused, match="agreed already"):
        actions.agree_appointment(held, body="lga", by=make.signatory("lga"), at=at)


def test_who_watches_over_marks_or_signs_for_a_body_does_not_sit(seats, office, at):
    for barred, reason in [
        (make.case_officer(), "works in the scheme's office"),
        (make.signatory("clg"), "signs for a body"),
        (make.UserFactory(is_active=False), "can no longer sign in"),
    ]:
        with pytest.raises(Refused, match=reason):
            actions.propose_appointment(seats["chair", ""], barred, register="", by=office, at=at)

    assert not Appointment.objects.exists()


def test_who_came_to_sign_for_a_body_since_the_proposal_is_not_agreed_to(seats, office, at):
    seat = seats["member", "clg"]
    held = propose(seat, office, at)
    make.MembershipFactory(user=held.user, role="signatory", body="lga")

    with pytest.raises(Refused, match="signs for a body"):
        actions.agree_appointment(held, body="clg", by=make.signatory("clg"), at=at)
    assert facts(held).agreed_at is None


def test_a_person_has_one_seat_and_a_seat_one_person(seats, office, at):
    held = propose(seats["chair", ""], office, at)

    with pytest.raises(Refused, match="has a seat on this panel already"):
        actions.propose_appointment(seats["vice_chair", ""], held.user, register="", by=office, at=at)
    with pytest.raises(Refused, match="somebody is proposed"):
        propose(seats["chair", ""], office, at)
    with pytest.raises(IntegrityError, match=r"appointment_one_holder|UNIQUE"), transaction.atomic():
        Appointment.objects.create(seat=seats["chair", ""], user=make.UserFactory())


def test_a_proposal_taken_back_frees_the_seat(seats, office, at):
    held = propose(seats["chair", ""], office, at)
    with pytest.raises(Refused, match="Say why"):
        actions.end_appointment(held, why=" ", by=office, at=at)

    actions.end_appointment(held, why="Declined.", by=office, at=at)

    assert appoint(seats["chair", ""], office, at).agreed_at == at


def test_a_member_who_leaves_keeps_what_is_lodged_and_the_chairs_look_for_readers():
    panel = assigned(bids=2)
    leaver = next(member for member in panel.members if member.assessments.count() == 2)
    first, second = leaver.assessments.for_list().order_by("pk")
    lodge(first, at=panel.during)

    actions.end_appointment(leaver, why="Moved abroad.", by=None, at=panel.during)

    assert (facts(first).status, facts(second).status) == ("lodged", "discharged")
    told = Letter.objects.filter(kind="panel_readers_lost")
    assert {letter.to for letter in told} == {panel.chair.user.email, panel.vice.user.email}
    assert second.case.application.reference in told[0].body
    assert first.case.application.reference not in told[0].body


# The round's approval


def four(round, seats, office, at):
    return {
        "chair": appoint(seats["chair", ""], office, at).user,
        "vice_chair": appoint(seats["vice_chair", ""], office, at).user,
        "clg": make.signatory("clg"),
        "lga": make.signatory("lga"),
    }


def test_the_fourth_approval_makes_the_round(round, seats, office, at):
    people = four(round, seats, office, at)
    for part in ("lga", "vice_chair", "chair"):
        assert actions.approve_round(round, part=part, by=people[part], at=at).approved_at is None

    made = actions.approve_round(round, part="clg", by=people["clg"], at=at)

    assert made.approved_at == at
    assert facts(round).approved_at == at
    assert Approval.objects.count() == 4


def test_an_approval_lapses_when_what_was_approved_changes(round, seats, office, at):
    """Four approvals of four different rounds make no round."""
    people = four(round, seats, office, at)
    for part in ("lga", "vice_chair", "chair"):
        actions.approve_round(round, part=part, by=people[part], at=at)
    later = at + timedelta(minutes=1)
    planning.change(round, pot=round.pot + 1, by=office, at=later)

    made = actions.approve_round(round, part="clg", by=people["clg"], at=later)

    assert made.approved_at is None
    assert list(Approval.objects.values_list("part", flat=True)) == ["clg"]
    lapsed = Step.objects.of(round).filter(step="lapse_part").with_words()
    assert sorted(step.words.data["part"] for step in lapsed) == ["chair", "lga", "vice_chair"]
    for part in ("lga", "vice_chair", "chair"):
        made = actions.approve_round(round, part=part, by=people[part], at=later)
    assert made.approved_at == later


def test_nobody_stands_in_for_another(round, seats, office, at):
    people = four(round, seats, office, at)

    for part, by in [
        ("chair", people["vice_chair"]),
        ("vice_chair", people["chair"]),
        ("clg", people["lga"]),
        ("lga", office),
        ("chair", office),
    ]:
        with pytest.raises(Refused, match="nobody stands in"):
            actions.approve_round(round, part=part, by=by, at=at)

    assert not Approval.objects.exists()


def test_four_approvals_are_four_people_even_for_the_database(round, seats, office, at):
    both = make.signatory("clg")
    make.MembershipFactory(user=both, role="signatory", body="lga")
    actions.approve_round(round, part="clg", by=both, at=at)

    with pytest.raises(Refused, match="Four different people"):
        actions.approve_round(round, part="lga", by=both, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(round=round, part="lga", by=both, at=at)
    with pytest.raises(Refused, match="has approved this round already"):
        actions.approve_round(round, part="clg", by=make.signatory("clg"), at=at)


def test_a_proposed_chair_whom_the_bodies_have_not_agreed_approves_nothing(round, seats, office, at):
    held = propose(seats["chair", ""], office, at)

    with pytest.raises(Refused, match="Only the Chair"):
        actions.approve_round(round, part="chair", by=held.user, at=at)


def test_a_round_without_a_panel_or_with_wrong_weights_is_not_approved(round, office, at):
    round.criteria.update(weight=10)

    with pytest.raises(Refused) as refusal:
        actions.approve_round(round, part="clg", by=make.signatory("clg"), at=at)

    told = " ".join(refusal.value.reasons)
    assert "weights add up to 30" in told
    assert "panel has not been opened" in told


# Pages


def test_the_office_proposes_the_bodies_agree_and_the_public_reads_who_sits(visit, round, seats, office, at):
    person = make.UserFactory(name="Ada Amberley")
    seat = seats["member", "lga"]
    client = visit(office, at=at)

    answer = client.post(
        reverse("appointment_propose", args=[seat.pk]),
        {
            "email": person.email.upper(),
            "register": "Trustee of a <museum>.",
            "expertise": [round.outcomes.get().pk],
        },
    )
    assert answer.status_code == 302
    held = Appointment.objects.get()
    assert visit(None).get(reverse("panel_detail", args=[round.slug])).status_code == 404
    signatory = visit(make.signatory("lga"))
    answer = signatory.post(reverse("appointment_agree", args=[held.pk]), {"body": "lga"}, follow=True)

    assert b"Agreed: Ada Amberley" in answer.content
    round.approved_at = at
    round.save()
    page = visit(None).get(reverse("panel_detail", args=[round.slug])).content.decode()
    assert "Ada Amberley" in page
    assert "Trustee of a &lt;museum&gt;." in page
    assert page.count("Vacant") == 4


def test_a_proposal_is_not_public_before_it_is_agreed(visit, seats, round, office, at):
    propose(seats["chair", ""], office, at, name="Secret Candidate")
    round.approved_at = at
    round.save()

    page = visit(None, at=at).get(reverse("panel_detail", args=[round.slug])).content.decode()

    assert "Secret Candidate" not in page


def test_who_may_open_propose_agree_and_approve(visit, round, seats, office, at):
    held = propose(seats["member", "clg"], office, at)
    people = {
        "office": office,
        "case officer": make.case_officer(),
        "clg": make.signatory("clg"),
        "lga": make.signatory("lga"),
        "chair": appoint(seats["chair", ""], office, at).user,
        "council": make.drafter(make.AuthorityFactory()),
    }
    gets = {
        "seat_list": ([round.slug], {"office", "case officer", "clg", "lga", "chair"}),
        "panel_open": ([round.slug], {"office"}),
        "round_approve": ([round.slug], {"office", "case officer", "clg", "lga", "chair"}),
        "appointment_propose": ([seats["member", "lga"].pk], {"office"}),
        "appointment_end": ([held.pk], {"office", "clg"}),
    }

    for name, (args, allowed) in gets.items():
        got = {
            who
            for who, user in people.items()
            if visit(user, at=at).get(reverse(name, args=args)).status_code == 200
        }
        assert got == allowed, name
    for who, user in people.items():
        answer = visit(user, at=at).post(reverse("appointment_agree", args=[held.pk]), {"body": "clg"})
        assert (answer.status_code == 302) == (who == "clg"), who
    assert facts(held).agreed_by_clg == people["clg"]


def test_each_of_the_four_approves_on_the_page(visit, round, seats, office, at):
    people = four(round, seats, office, at)
    url = reverse("round_approve", args=[round.slug])

    for part, user in people.items():
        client = visit(user, at=at)
        assert f'value="{part}"' in client.get(url).content.decode()
        wrong = next(other for other in people if other != part)
        assert client.post(url, {"part": wrong}).status_code == 403
        assert client.post(url, {"part": part}).status_code == 302

    assert facts(round).approved_at == at
    assert b"Approved by all four" in visit(people["chair"], at=at).get(url).content


def test_empty_seats_are_a_risk_on_the_chairs_desk(visit):
    panel = a_panel(bids=0)
    Seat.objects.create(round=panel.round, body="lga")

    page = visit(panel.chair.user, at=panel.during).get(reverse("panel_desk")).content.decode()

    assert "Member, LGA: nobody is proposed." in page
    member = visit(panel.members[0].user, at=panel.during).get(reverse("panel_desk")).content.decode()
    assert "nobody is proposed" not in member


def office_client(visit, user, at):
    client = visit(user, at=at)
    session = client.session
    session[AUTHENTICATION_METHODS] = [{"method": "mfa"}]
    session.save()
    return client


def test_the_admin_shows_seats_and_keeps_up_the_register_and_no_more(visit, seats, office, at):
    held = propose(seats["member", "lga"], office, at, name="Ada Amberley")
    client = office_client(visit, office, at)

    listed = client.get(reverse("admin:panel_seat_changelist")).content.decode()
    assert "Ada Amberley (proposed)" in listed
    assert listed.count("vacant") == 4
    page = reverse("admin:panel_appointment_change", args=[held.pk])
    client.post(
        page, {"register": "Trustee.", "expertise": [], "agreed_at_0": "2026-01-01", "agreed_at_1": "00:00"}
    )

    assert (facts(held).register, facts(held).agreed_at) == ("Trustee.", None)
    assert Step.objects.of(held).last().step == "keep_up"
    assert client.get(reverse("admin:panel_appointment_add")).status_code == 403
    assert client.get(reverse("admin:panel_seat_add")).status_code == 403
    runner = office_client(visit, make.case_officer(), at)
    assert runner.get(page).status_code == 200
    assert runner.post(page, {"register": "Mine."}).status_code == 403
    for other in (make.grants_officer(), make.finance_officer()):
        assert office_client(visit, other, at).get(reverse("admin:panel_seat_changelist")).status_code == 403


def test_the_seat_pages_take_as_many_queries_for_twenty_seats_as_for_two(visit, office):
    small, large = (a_panel(bids=0, clg=number, lga=number) for number in (1, 10))

    for name in ("seat_list", "panel_detail", "round_approve"):
        counts = [
            len(queries(visit(office, at=panel.during), reverse(name, args=[panel.round.slug])))
            for panel in (small, large)
        ]
        assert counts[0] == counts[1], name
