"""Verifying a shortlisted application: arranged, held, marked, reported, corrected by its applicant, settled."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from beacons.applications import actions as applications
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from beacons.core.models import Step
from beacons.desks import todo
from panel.actions import sheets, verifications
from panel.models import Appointment, Verification, VerificationMark
from panel.rules import verifications as rules
from panel.standings import side_by_side
from panel.verified import verified
from tests import factories as make
from tests.panel.judged import judged, left_out, shortlisted
from tests.panel.panels import facts, queries

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def house():
    house = judged(2)
    shortlisted(house, 0)
    return house


def reader(house, bid=0):
    return house.case(bid).assessments.lodged().order_by("pk").first().appointment


def arrangement(house, **said):
    """By the chair, who may name anybody of the panel."""
    return {
        "kind": "visit",
        "held_at": house.at("verify") + timedelta(days=2),
        "place": "Civic Centre",
        "looked_for": "The team at work.",
        "lead": reader(house),
        "members": [house.vice],
        "by": house.chairing,
        "at": house.at("verify"),
    } | said


def arranged(house, **said):
    return verifications.arrange(house.case(), **arrangement(house, **said))


def reported(house, verification=None, **said):
    verification = verification or arranged(house)
    told = {"found": "Two teams were met.", "for_panel": "Strong.", "by": verification.lead.user} | said
    return verifications.report(verification, at=verification.held_at + HOUR, **told)


def answered(house, verification, right=True, corrections="", **said):
    by = make.drafter(verification.case.application.authority)
    told = {"by": by, "at": verification.reported_at + HOUR} | said
    return verifications.answer(verification, right=right, corrections=corrections, **told)


def settled(verification, **said):
    told = {"found": verification.found, "settlement": "", "by": verification.lead.user}
    at = verification.answered_at + HOUR if verification.answered_at else verification.reply_until
    return verifications.settle(verification, **{**told, "at": at, **said})


def letters_of(kind):
    return sorted(Letter.objects.filter(kind=kind).values_list("to", flat=True))


# Arranging


@pytest.mark.parametrize("kind", ["visit", "call", "challenge", "presentation"])
def test_it_is_arranged_and_its_applicant_and_members_are_told(house, kind):
    officer = make.drafter(house.bids[0].authority)

    verification = arranged(house, kind=kind)

    assert verification.status == "arranged"
    assert set(verification.members.all()) == {reader(house), house.vice}
    assert officer.email in letters_of("panel_verification_arranged")
    assert letters_of("panel_verification_part") == sorted(
        held.user.email for held in (reader(house), house.vice)
    )


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"kind": "dinner"}, "Choose a visit"),
        ({"place": " "}, "Say where it is"),
        ({"looked_for": "\u200b"}, "what the panel wants to see"),
    ],
)
def test_it_is_arranged_whole_or_not_at_all(house, said, words):
    with pytest.raises(Refused, match=words):
        arranged(house, **said)

    assert not Verification.objects.exists()


def test_it_is_held_within_its_stage(house):
    stage = house.round.stage_of("verify")

    for instant in (stage.opens_at - timedelta(microseconds=1), stage.closes_at):
        with pytest.raises(Refused, match="Choose a time within the stage"):
            arranged(house, held_at=instant)
    arranged(house, held_at=stage.opens_at)
    arranged(house, held_at=stage.closes_at - timedelta(microseconds=1))

    assert Verification.objects.count() == 2


def test_only_a_shortlisted_application_is_verified_and_only_in_time(house):
    stage = house.round.stage_of("verify")
    with pytest.raises(Refused, match="opens with the stage"):
        arranged(house, at=stage.opens_at - timedelta(microseconds=1))
    with pytest.raises(Refused, match="The time to verify is over"):
        arranged(house, at=stage.closes_at)

    case = left_out(house, 1)
    with pytest.raises(Refused, match="not shortlisted"):
        verifications.arrange(case, **arrangement(house, lead=reader(house, 1), by=house.chairing))


def test_nobody_takes_part_with_an_interest_nor_from_elsewhere(house):
    make.InterestFactory(appointment=house.vice, application=house.bids[0])
    stranger = make.seated(make.a_round(house.bids[0].outcome, slug="other"))

    for member in (house.vice, stranger):
        with pytest.raises(Refused, match="no interest"):
            arranged(house, members=[member])


def test_who_neither_chairs_nor_marked_it_arranges_nothing(house):
    others = [one for one in house.members if not house.case().assessments.filter(appointment=one).exists()]

    with pytest.raises(Refused, match="arranges how it is verified"):
        arranged(house, by=others[0].user)
    with pytest.raises(Refused, match="arranges how it is verified"):
        arranged(house, by=make.drafter(house.bids[0].authority))


def test_a_reader_is_offered_the_readers_so_that_nobody_is_seen_to_be_missing(house, visit):
    readers = set(house.case().assessments.lodged().values_list("appointment", flat=True))
    hidden = next(held for held in house.members if held.pk not in readers)
    make.InterestFactory(appointment=hidden, application=house.bids[0])
    lead, at = reader(house).user, house.at("verify")
    add = reverse("verification_create", args=[house.reference()])

    offered = {held.pk for held in rules.candidates(house.case(), by=lead, at=at)}
    page = visit(lead, at=at).get(add).text

    assert offered == readers
    assert not any(str(held.user) in page for held in house.members if held.pk not in readers)
    with pytest.raises(Refused, match="for a reader those who marked it"):
        arranged(house, by=lead)
    assert {held.pk for held in rules.candidates(house.case(), by=house.chairing, at=at)} > readers
    assert arranged(house, by=lead, members=[]).lead == reader(house)


def test_the_same_is_not_arranged_twice(house):
    arranged(house)

    with pytest.raises(Refused, match="arranged for that time already"):
        arranged(house)
    arranged(house, kind="call")
    arranged(house, held_at=house.at("verify") + timedelta(days=3))

    assert Verification.objects.count() == 3


def test_who_was_to_come_is_told_that_it_is_off(house):
    verification = arranged(house)

    verifications.call_off(verification, why="The trains stand.", by=house.chairing, at=house.at("verify"))

    assert letters_of("panel_verification_part_off") == letters_of("panel_verification_part")
    letter = Letter.objects.filter(kind="panel_verification_part_off").first()
    assert "The trains stand." in letter.body


def test_who_was_to_come_is_told_that_the_application_was_withdrawn(house):
    verification = arranged(house)
    applications.withdraw(
        house.bids[0], why="No time.", by=make.drafter(house.bids[0].authority), at=house.at("verify")
    )

    sheets.withdraw(house.case(), by=None, at=house.at("verify"))

    assert letters_of("panel_verification_part_off") == letters_of("panel_verification_part")
    assert not Verification.objects.seen_by_panel(house.chairing, house.at("decision")).exists()
    assert facts(verification).status == "arranged"


def test_what_is_called_off_says_why_and_holds_nothing_up(house):
    verification = arranged(house)
    with pytest.raises(Refused, match="Say why"):
        verifications.call_off(verification, why=" ", by=house.chairing, at=house.at("verify"))

    verifications.call_off(verification, why="The trains stand.", by=house.chairing, at=house.at("verify"))

    assert facts(verification).status == "called_off"
    assert letters_of("panel_verification_called_off") == letters_of("panel_verification_arranged")
    case = verifications.verify(house.case(), note="By its papers.", by=house.chairing, at=house.at("verify"))
    assert case.status == "verified"


# Marks


def test_members_who_were_there_mark_what_they_saw_beside_the_readers_marks(house):
    verification = arranged(house)
    outcomes = house.round.criteria.get(key="outcomes")
    others = house.round.criteria.exclude(pk=outcomes.pk)
    before = side_by_side(house.case()).standing

    for member, score in ((reader(house), 2), (house.vice, 1)):
        verifications.save_marks(
            verification, {outcomes.pk: (score, "Not in use.")}, by=member.user, at=verification.held_at
        )
    standing = side_by_side(house.case()).standing
    found = verified(house.case(), standing)

    assert standing.score == before.score
    (row,) = [row for row in found.rows if row.on.criterion == outcomes]
    assert (row.mean, row.differs) == (3 / 2, True)
    weights = sum(criterion.weight for criterion in others) + outcomes.weight
    assert found.score == (80 * (weights - outcomes.weight) + 30 * outcomes.weight) / weights


def test_marks_of_what_was_seen_are_replaced_until_it_is_settled_and_then_stand(house):
    verification = arranged(house)
    criterion = house.round.criteria.first()
    by, at = reader(house).user, verification.held_at

    verifications.save_marks(verification, {criterion.pk: (2, "Few.")}, by=by, at=at)
    verifications.save_marks(verification, {criterion.pk: (3, "Some.")}, by=by, at=at)
    settled(answered(house, reported(house, verification)))
    with pytest.raises(Refused, match="It is settled"):
        verifications.save_marks(verification, {criterion.pk: (5, "All.")}, by=by, at=at)

    assert [(mark.score, mark.reason) for mark in VerificationMark.objects.all()] == [(3, "Some.")]
    said = [step.words.data["marks"] for step in Step.objects.filter(step="mark").order_by("pk")]
    assert said == [{str(criterion.pk): [2, "Few."]}, {str(criterion.pk): [3, "Some."]}]


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ((6, "Best."), "between 0 and 5"),
        ((-1, "Worst."), "between 0 and 5"),
        ((3, " "), "say what you saw"),
        ((None, "Good."), "choose a mark"),
    ],
)
def test_a_mark_lies_within_the_scale_and_says_what_was_seen(house, mark, words):
    verification = arranged(house)
    criterion = house.round.criteria.first()

    with pytest.raises(Refused, match=words):
        verifications.save_marks(
            verification, {criterion.pk: mark}, by=reader(house).user, at=verification.held_at
        )

    assert not VerificationMark.objects.exists()


def test_who_was_not_there_or_before_it_was_held_marks_nothing(house):
    verification = arranged(house)
    marks = {house.round.criteria.first().pk: (3, "Some.")}

    with pytest.raises(Refused, match="not been held"):
        verifications.save_marks(
            verification, marks, by=reader(house).user, at=verification.held_at - timedelta(microseconds=1)
        )
    with pytest.raises(Refused, match="Those who take part"):
        verifications.save_marks(verification, marks, by=house.chairing, at=verification.held_at)


def test_who_took_part_and_has_an_interest_now_marks_and_reports_nothing_and_the_chair_goes_on(house):
    verification = arranged(house)
    lead = verification.lead
    make.InterestFactory(appointment=lead, application=house.bids[0])
    marks = {house.round.criteria.first().pk: (3, "Some.")}

    with pytest.raises(Refused, match="Those who take part"):
        verifications.save_marks(verification, marks, by=lead.user, at=verification.held_at)
    with pytest.raises(Refused, match="Whoever leads on it"):
        reported(house, verification)

    assert reported(house, verification, by=house.chairing).status == "reported"


def test_the_leader_of_a_councillors_group_is_told_and_answers(house, visit):
    bid = house.bids[0]
    councillor, leader = make.UserFactory(), make.UserFactory()
    for user, role in ((councillor, "councillor"), (leader, "group_leader")):
        make.MembershipFactory(user=user, role=role, authority=bid.authority, political_group="Green")
    type(bid).objects.filter(pk=bid.pk).update(councillor=councillor, political_group="Green")
    verification = arranged(house)
    page = reverse("verification_facts", args=[verification.pk])

    assert {councillor.email, leader.email} <= set(letters_of("panel_verification_arranged"))
    for user, status in ((councillor, 200), (leader, 200), (make.drafter(bid.authority), 404)):
        assert visit(user, at=verification.arranged_at).get(page).status_code == status
    answered(house, reported(house, verification), by=leader)


def test_the_database_keeps_marks_within_the_scale(house):
    verification = make.VerificationFactory(case=house.case(), lead=reader(house))

    with pytest.raises(IntegrityError), transaction.atomic():
        VerificationMark.objects.create(
            verification=verification,
            appointment=reader(house),
            criterion=house.round.criteria.first(),
            score=6,
            reason="Best.",
        )


# The facts and the applicant's word


def test_the_applicant_reads_the_facts_and_nothing_else(house, visit):
    officer = make.drafter(house.bids[0].authority)
    verification = arranged(house)
    criterion = house.round.criteria.first()
    verifications.save_marks(
        verification, {criterion.pk: (1, "Thin evidence.")}, by=reader(house).user, at=verification.held_at
    )
    verification = reported(house, verification)

    page = visit(officer, at=verification.reported_at).get(
        reverse("verification_facts", args=[verification.pk])
    )

    assert page.status_code == 200
    assert "Two teams were met." in page.text
    assert "Strong." not in page.text
    assert "Thin evidence." not in page.text
    assert officer.email in letters_of("panel_verification_facts")
    told = Letter.objects.filter(kind="panel_verification_facts").first()
    assert "Strong." not in told.body


def test_another_authority_and_the_applicant_as_panel_see_nothing(house, visit):
    verification = reported(house)
    at = verification.reported_at
    rival = make.drafter(house.bids[1].authority)
    officer = make.drafter(house.bids[0].authority)

    assert visit(rival, at=at).get(reverse("verification_facts", args=[verification.pk])).status_code == 404
    assert visit(officer, at=at).get(verification.get_absolute_url()).status_code == 404


def test_who_does_not_know_the_shortlist_does_not_see_what_is_verified(house, visit):
    verification = arranged(house)
    known = [held.user_id for held in (house.chair, house.vice)]
    known += house.case().assessments.values_list("appointment__user", flat=True)
    others = [held.user for held in house.members if held.user_id not in known]

    assert others
    for user in others:
        page = visit(user, at=verification.arranged_at)
        assert page.get(verification.get_absolute_url()).status_code == 404
        assert "Visits, calls" not in page.get(reverse("meeting_item", args=[house.reference()])).text


def test_who_takes_part_in_one_sees_no_marks_of_another(house, visit):
    known = {held.pk for held in (house.chair, house.vice)}
    known |= set(house.case().assessments.values_list("appointment", flat=True))
    guest = next(held for held in house.members if held.pk not in known)
    criterion = house.round.criteria.first()
    others, own = arranged(house), arranged(house, kind="call", members=[guest])
    at = others.held_at
    verifications.save_marks(others, {criterion.pk: (1, "Nobody uses it.")}, by=reader(house).user, at=at)
    verifications.save_marks(own, {criterion.pk: (2, "Half of it is in use.")}, by=guest.user, at=at)

    seen = visit(guest.user, at=at).get(own.get_absolute_url()).text
    assert "Half of it is in use." in seen
    assert "Nobody uses it." not in seen
    assert "Nobody uses it." in visit(house.chairing, at=at).get(own.get_absolute_url()).text


def test_what_a_second_officer_typed_stays_on_the_page(house, visit):
    verification = answered(house, reported(house))
    second = make.drafter(house.bids[0].authority)
    page = reverse("verification_facts", args=[verification.pk])

    shown = visit(second, at=verification.answered_at + HOUR).post(
        page, {"right": "wrong", "corrections": "Five came, and not four."}
    )

    assert "has answered for you" in shown.text
    assert "Five came, and not four." in shown.text
    assert facts(verification).corrections == ""


def test_the_applicant_has_three_working_days_cut_by_the_stage_but_one_at_least(house):
    stage = house.round.stage_of("verify")
    early = rules.reply_until(house.round, stage.opens_at)
    late = rules.reply_until(house.round, stage.closes_at + HOUR)

    assert early - stage.opens_at == timedelta(days=3)
    assert rules.reply_until(house.round, stage.closes_at - timedelta(days=2)) == stage.closes_at
    assert timedelta(0) < late - stage.closes_at <= timedelta(days=4)


def test_it_is_answered_once_and_in_time_and_by_the_applicant(house):
    verification = reported(house)
    officer = make.drafter(house.bids[0].authority)

    with pytest.raises(Refused, match="time to correct the facts is over"):
        answered(house, verification, at=verification.reply_until)
    with pytest.raises(Refused, match="Those who write the application"):
        answered(house, verification, by=house.chairing)
    with pytest.raises(Refused, match="Say which facts are wrong"):
        answered(house, verification, right=False, corrections=" ")
    answered(house, verification, by=officer, at=verification.reply_until - timedelta(microseconds=1))
    with pytest.raises(Refused, match="has answered for you"):
        answered(house, verification)

    assert facts(verification).answered_by == officer
    assert letters_of("panel_verification_answered") == [verification.lead.user.email]


def test_nothing_is_settled_while_the_applicant_may_answer_nor_past_its_corrections(house):
    verification = reported(house)
    with pytest.raises(Refused, match="may still say"):
        settled(verification, at=verification.reply_until - timedelta(microseconds=1))
    verification = answered(house, verification, right=False, corrections="Three teams.")
    with pytest.raises(Refused, match="Say what you changed"):
        settled(verification)

    verification = settled(verification, found="Three teams were met.", settlement="Put right.")

    assert (verification.status, verification.found) == ("settled", "Three teams were met.")
    step = Step.objects.get(step="settle")
    assert step.words.data["before"] == "Two teams were met."
    assert set(letters_of("panel_verification_facts")) <= set(letters_of("panel_verification_settled"))


def test_without_an_answer_it_is_settled_when_the_time_is_over(house):
    verification = reported(house)

    assert settled(verification).status == "settled"


def test_an_application_is_verified_when_all_of_it_is_settled(house):
    verification = arranged(house)
    verify = {"note": "It holds.", "by": house.chairing}
    with pytest.raises(Refused, match="what was found is not written"):
        verifications.verify(house.case(), at=house.at("verify"), **verify)
    verification = answered(house, reported(house, verification))
    with pytest.raises(Refused, match="not settled"):
        verifications.verify(house.case(), at=verification.answered_at, **verify)
    verification = settled(verification)

    case = verifications.verify(house.case(), at=verification.settled_at, **verify)

    assert case.status == "verified"
    with pytest.raises(Refused, match="has ended"):
        verifications.call_off(arranged_row(house), why="Late.", by=house.chairing, at=house.at("verify"))


def arranged_row(house):
    return make.VerificationFactory(case=house.case(), lead=reader(house))


def test_a_withdrawn_application_is_verified_no_further(house):
    verification = arranged(house)
    type(house.bids[0]).objects.filter(pk=house.bids[0].pk).update(status="withdrawn")

    with pytest.raises(Refused, match="withdrawn"):
        reported(house, verification)


def test_the_database_wants_a_settlement_of_corrections(house):
    verification = answered(house, reported(house), right=False, corrections="Three.")

    with pytest.raises(IntegrityError), transaction.atomic():
        Verification.objects.filter(pk=verification.pk).update(
            status="settled", settled_at=verification.answered_at
        )


def test_where_the_lead_has_left_the_chair_goes_on(house):
    verification = reported(house)
    at = verification.reported_at + HOUR
    Appointment.objects.filter(pk=verification.lead_id).update(ended_at=verification.reported_at)

    answered(house, verification, right=False, corrections="Three.", at=at)

    assert letters_of("panel_verification_answered") == [house.chairing.email]
    assert any(duty.words.startswith("Settle the facts") for duty in todo.duties(house.chairing, at))
    assert not any(
        duty.words.startswith("Settle the facts") for duty in todo.duties(verification.lead.user, at)
    )


# Pages and duties


def test_the_way_through_the_pages(house, visit):
    lead, officer = reader(house).user, make.drafter(house.bids[0].authority)
    at = house.at("verify")
    held = at + timedelta(days=2)
    item = reverse("meeting_item", args=[house.reference()])
    panel = visit(lead, at=at)
    add = reverse("verification_create", args=[house.reference()])
    assert add in panel.get(item).text
    typed = {
        "kind": "presentation", "day_day": held.day, "day_month": held.month, "day_year": held.year, "hour": "9:30am",
        "place": "Room 2", "looked_for": "The plan.", "lead": reader(house).pk, "members": [],
    }  # fmt: skip

    page = panel.post(add, typed | {"place": " "})
    assert "There is a problem" in page.text
    assert "The plan." in page.text
    assert panel.post(add, typed).status_code == 302
    verification = Verification.objects.get()
    assert "Presentation to the panel" in panel.get(item).text

    panel = visit(lead, at=verification.held_at + HOUR)
    criterion = house.round.criteria.first()
    marks = {f"score_{each.pk}": "none" for each in house.round.criteria.all()}
    marks |= {f"score_{criterion.pk}": "2", f"reason_{criterion.pk}": "They had no figures."}
    assert panel.post(reverse("verification_marks", args=[verification.pk]), marks).status_code == 302
    report = {"found": "Four came to present.", "for_panel": "Weak."}
    assert panel.post(reverse("verification_report", args=[verification.pk]), report).status_code == 302

    council = visit(officer, at=verification.held_at + 2 * HOUR)
    facts_page = reverse("verification_facts", args=[verification.pk])
    assert any(duty.url == facts_page for duty in todo.duties(officer, verification.held_at + 2 * HOUR))
    page = council.post(facts_page, {"right": "right", "corrections": "Five came."})
    assert "choose “No”" in page.text
    assert council.post(facts_page, {"right": "wrong", "corrections": "Five came."}).status_code == 302
    assert "Five came." in council.get(facts_page).text

    panel = visit(lead, at=verification.held_at + 3 * HOUR)
    words = [duty.words for duty in todo.duties(lead, verification.held_at + 3 * HOUR)]
    assert any(each.startswith("Settle the facts") for each in words)
    settle = {"found": "Five came to present.", "settlement": "Put right."}
    assert panel.post(reverse("verification_settle", args=[verification.pk]), settle).status_code == 302
    shown = panel.get(item).text
    assert "They had no figures." in shown
    assert panel.post(reverse("case_verify", args=[house.reference()]), {"note": "Seen."}).status_code == 302

    assert house.case().status == "verified"
    assert "Put right." in council.get(facts_page).text


def test_the_page_of_one_verification_takes_the_same_queries_for_one_member_and_for_all(house, visit):
    one = arranged(house, members=[])
    everybody = arranged(
        house, kind="call", members=rules.candidates(house.case(), by=house.chairing, at=house.at("verify"))
    )
    client = visit(house.chairing, at=one.held_at + HOUR)
    client.get(one.get_absolute_url())

    few, many = (len(queries(client, each.get_absolute_url())) for each in (one, everybody))

    assert few == many
