"""Feedback letters: drafted by the clock, written by a reader, approved by the chair, and sent after the announcement."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from beacons.core import clock, invariants, steps
from beacons.core.lifecycle import Refused
from beacons.core.models import Letter, Step
from beacons.core.workdays import LONDON, add_working_days, noon
from beacons.desks.todo import duties
from panel.actions import feedback as actions
from panel.models import Announcement, FeedbackLetter, Mark
from panel.results import own_result
from panel.sweeps import feedback as sweeps
from panel.tasks import sweep
from tests import factories as make
from tests.panel.judged import announcing, judged, settled
from tests.panel.panels import queries

pytestmark = pytest.mark.django_db
MICRO = timedelta(microseconds=1)


def drafted(bids=1, **facts):
    """A house in which every decision is settled, and the clock has drafted the letters."""
    house = judged(bids, **facts)
    for bid in range(bids):
        settled(house, bid, verdict="decline")
    sweeps.draft(house.at("decision"))
    return house


def letter_of(house, bid=0):
    return FeedbackLetter.objects.for_list().get(case__application=house.bids[bid])


def words_of(letter):
    return dict(letter.texts.values_list("criterion", "text"))


def written(house, bid=0, text="Bring figures of three years.", at=None):
    letter, at = letter_of(house, bid), at or house.at("decision")
    texts = dict.fromkeys(words_of(letter), text)
    return actions.save_and_hand_over(letter, texts, seen=letter.version, by=letter.lead.user, at=at)


def approved(house, bid=0, at=None):
    at = at or house.at("decision")
    return actions.approve(written(house, bid, at=at), by=house.chairing, at=at)


def again(user):
    return type(user).objects.get(pk=user.pk)


# Drafting


def test_the_clock_drafts_once_from_the_reasons_in_the_order_of_their_words():
    house = judged(1)
    marks = Mark.objects.filter(assessment__case=house.case(), criterion__key="value").order_by("pk")
    for mark, reason in zip(marks, ("Zinc is dear.", "A fair price.", "A fair price."), strict=True):
        Mark.objects.filter(pk=mark.pk).update(reason=reason)
    Mark.objects.filter(assessment=marks[0].assessment, criterion__key="transfer").update(
        score=None, cannot_judge=True, reason="I am new to this."
    )
    before = sweeps.draft(house.at("decision"))
    settled(house, verdict="decline")

    first, second = sweeps.draft(house.at("decision")), sweeps.draft(house.at("decision"))

    assert (before, first, second) == (0, 1, 0)
    texts = dict(letter_of(house).texts.values_list("criterion__key", "text"))
    assert texts["value"] == "A fair price.\n\nZinc is dear."
    assert texts["transfer"] == "Good figures over three years."
    assert Step.objects.of(letter_of(house)).get().step == "begin"


def test_leads_are_readers_of_the_bid_and_chosen_evenly():
    house = drafted(4)

    for letter in FeedbackLetter.objects.all():
        assert letter.case.assessments.lodged().filter(appointment=letter.lead).exists()
    first, second, third, _ = house.members
    # The second and the fourth bid have the same readers, who lead on one each by then.
    assert [letter_of(house, bid).lead for bid in range(4)] == [first, second, third, first]


def test_what_was_announced_long_ago_is_left_as_it_is():
    house = judged(1)
    settled(house, verdict="decline")
    instant = announcing(house)
    make_announced = house.case()
    type(make_announced).objects.filter(pk=make_announced.pk).update(status="announced")

    assert sweeps.draft(instant + timedelta(days=61)) == 0
    assert sweeps.draft(instant + timedelta(days=59)) == 1


@pytest.mark.parametrize("how", ["leaves", "has an interest", "acts for the applicant"])
def test_another_reader_leads_where_the_lead_is_gone(how):
    house = drafted(1)
    letter, at = letter_of(house), house.at("decision") + timedelta(hours=1)
    before = letter.lead
    if how == "leaves":
        type(before).objects.filter(pk=before.pk).update(ended_at=at)
    elif how == "has an interest":
        make.InterestFactory(appointment=before, application=house.bids[0])
    else:
        make.MembershipFactory(user=before.user, role="drafter", authority=house.bids[0].authority)

    first, second = sweeps.replace_leads(at), sweeps.replace_leads(at)

    after = letter_of(house)
    assert (first, second) == (1, 0)
    assert after.lead not in (None, before)
    assert after.case.assessments.lodged().filter(appointment=after.lead).exists()
    assert not FeedbackLetter.objects.worked_on_by(again(before.user), at).exists()


def test_where_no_reader_is_left_the_chairs_write_it():
    house = drafted(1)
    at = house.at("decision") + timedelta(hours=1)
    for member in house.members:
        type(member).objects.filter(pk=member.pk).update(ended_at=at)
    first, second = sweeps.replace_leads(at), sweeps.replace_leads(at)
    letter = letter_of(house)

    actions.save_and_hand_over(
        letter, dict.fromkeys(words_of(letter), "Well done."), seen=1, by=house.vice.user, at=at
    )
    actions.approve(letter, by=house.chairing, at=at)

    assert (first, second) == (1, 0)
    assert (letter_of(house).lead, letter_of(house).status) == (None, "approved")


def test_the_chair_names_another_reader_and_nobody_else():
    house = drafted(1)
    letter, at = letter_of(house), house.at("decision")
    other = letter.case.assessments.lodged().exclude(appointment=letter.lead).first().appointment
    stranger = next(
        held for held in house.members if not letter.case.assessments.filter(appointment=held).exists()
    )

    with pytest.raises(Refused, match="did not lodge marks"):
        actions.name_lead(letter, stranger, by=house.chairing, at=at)
    with pytest.raises(Refused, match="Only the chair"):
        actions.name_lead(letter, other, by=other.user, at=at)
    actions.name_lead(letter, other, by=house.chairing, at=at)

    assert letter_of(house).lead == other


# Writing


def test_every_saving_is_kept_and_nothing_is_written_over_unread():
    house = drafted(1)
    letter, at = letter_of(house), house.at("decision")
    by, criteria = letter.lead.user, list(words_of(letter))
    actions.save_texts(letter, {criteria[0]: "First."}, seen=1, by=by, at=at)

    with pytest.raises(actions.Overtaken) as refused:
        actions.save_texts(letter, {criteria[0]: "Second."}, seen=1, by=by, at=at)

    assert (refused.value.version, refused.value.texts[criteria[0]]) == (2, "First.")
    assert words_of(letter)[criteria[0]] == "First."
    saved = Step.objects.of(letter).get(step="save")
    assert saved.words.data["texts"] == {str(criteria[0]): "First."}


def test_what_says_nothing_is_not_handed_over_and_nothing_is_kept_of_it():
    house = drafted(1)
    letter, at = letter_of(house), house.at("decision")
    texts = words_of(letter)
    first = next(iter(texts))

    with pytest.raises(Refused, match="write what the applicant is told"):
        actions.save_and_hand_over(letter, {first: "  "}, seen=1, by=letter.lead.user, at=at)

    assert (letter_of(house).status, words_of(letter)) == ("drafted", texts)


def test_others_do_not_write():
    house = drafted(1)
    letter, at = letter_of(house), house.at("decision")
    others = [held.user for held in house.members if held != letter.lead]

    for by in (*others, make.scheme_manager(), house.bids[0].drafted_by):
        with pytest.raises(Refused, match="Only the member who leads"):
            actions.save_texts(letter, {}, seen=1, by=again(by), at=at)


# The chair's part


def test_the_chair_sends_back_with_a_reason_and_approves_what_comes_again():
    house = drafted(1)
    letter, at = written(house), house.at("decision")
    with pytest.raises(Refused, match="what is to be changed"):
        actions.send_back(letter, why=" ", by=house.chairing, at=at)
    actions.send_back(letter, why="Say which figures.", by=house.chairing, at=at)
    assert letter_of(house).sent_back_why == "Say which figures."

    approved(house)

    found = letter_of(house)
    assert (found.status, found.approved_by, found.sent_back_why) == ("approved", house.chairing, "")
    for act in (
        lambda: actions.save_texts(found, {}, seen=found.version, by=found.lead.user, at=at),
        lambda: actions.send_back(found, why="Again.", by=house.chairing, at=at),
        lambda: actions.approve(found, by=house.chairing, at=at),
        lambda: actions.name_lead(found, found.lead, by=house.chairing, at=at),
    ):
        with pytest.raises(Refused, match="is approved"):
            act()


def test_the_vice_chair_approves_where_the_chair_has_an_interest():
    house = drafted(1)
    letter, at = written(house), house.at("decision")
    with pytest.raises(Refused, match="Only the chair"):
        actions.approve(letter, by=house.vice.user, at=at)
    make.InterestFactory(appointment=house.chair, application=house.bids[0])

    with pytest.raises(Refused):
        actions.approve(letter, by=again(house.chairing), at=at)
    actions.approve(letter, by=again(house.vice.user), at=at)

    assert letter_of(house).approved_by == house.vice.user


def test_what_was_not_read_is_not_approved():
    house = drafted(1)
    letter = written(house)

    with pytest.raises(Refused, match="Read it again"):
        actions.approve(letter, seen=letter.version - 1, by=house.chairing, at=house.at("decision"))

    assert letter_of(house).status == "written"


def test_all_that_are_written_are_approved_at_once_but_those_of_an_interest(visit):
    house = drafted(3)
    for bid in range(3):
        written(house, bid)
    make.InterestFactory(appointment=house.chair, application=house.bids[2])
    at, page = house.at("decision"), reverse("feedback_list", args=[house.round.slug])
    client = visit(again(house.chairing), at=at)

    shown = client.get(page)
    listed = shown.context["to_approve"]
    client.post(
        reverse("feedback_approve_all", args=[house.round.slug]),
        {"letters": ",".join(letter.seen for letter in listed)},
    )

    assert [letter.case.application for letter in listed] == house.bids[:2]
    assert house.bids[2].reference not in shown.content.decode()
    assert [letter_of(house, bid).status for bid in range(3)] == ["approved", "approved", "written"]
    others = visit(again(house.vice.user), at=at).get(page).context["to_approve"]
    assert [letter.case.application for letter in others] == house.bids[2:]


# Sending, and what the applicant sees


def test_it_leaves_when_it_is_approved_and_the_announcement_has_come_and_once():
    house = drafted(2)
    approved(house, 0)
    instant = announcing(house)
    bid = house.bids[0]

    assert sweeps.send(instant - MICRO) == 0
    assert own_result(bid, bid.drafted_by, instant - MICRO).feedback == ()
    # Before the clock has run.
    assert [part.text for part in own_result(bid, bid.drafted_by, instant).feedback] == [
        "Bring figures of three years."
    ] * 3
    with clock.set_to(instant):
        sweep()
        sweep()

    sent = Letter.objects.filter(kind="panel_feedback_letter")
    assert set(sent.values_list("to", flat=True)) == {person.email for person in bid.people()}
    assert sent.count() == len(bid.people())
    body = sent.first().body
    assert "Outcomes: mean mark 4.0 of 5\nBring figures of three years." in body
    assert not any(member.user.name in body for member in (*house.members, house.chair, house.vice))
    waiting = own_result(house.bids[1], house.bids[1].drafted_by, instant)
    assert (waiting.feedback, waiting.feedback_due_at) == ((), Announcement.objects.get().feedback_due_at)
    assert [said for said in invariants.broken() if "eedback" in said] == []


def test_a_letter_approved_late_leaves_at_once_and_a_withdrawn_bid_gets_none():
    house = drafted(2)
    instant = announcing(house)
    late = instant + timedelta(days=20)
    with clock.set_to(instant):
        sweep()
    approved(house, 0, at=late)
    approved(house, 1, at=late)
    type(house.bids[1]).objects.filter(pk=house.bids[1].pk).update(status="withdrawn")

    assert sweeps.send(late) == 1

    assert letter_of(house, 0).sent_at == late
    assert letter_of(house, 1).sent_at is None


def test_the_own_result_page_says_when_it_comes_and_then_shows_it(visit):
    house = drafted(1)
    bid, instant = house.bids[0], announcing(house)
    page = reverse("own_result", args=[bid.reference])

    before = visit(bid.drafted_by, at=instant).get(page).content.decode()
    approved(house, at=instant)
    after = visit(bid.drafted_by, at=instant).get(page).content.decode()

    assert "feedback by criterion is on its way" in before
    assert "Bring figures" not in before
    assert "Bring figures of three years." in after


# Seals


def test_nobody_else_knows_of_a_letter():
    house = drafted(2)
    approved(house, 0)
    instant, letter = announcing(house), letter_of(house)
    bid = house.bids[0]
    knowing = [letter.lead.user, house.chairing, house.vice.user, make.scheme_manager(), make.case_officer()]
    others = [held.user for held in house.members if held != letter.lead]
    strangers = [
        *others,
        house.bids[1].drafted_by,
        house.clg,
        make.person("observer", body="lga"),
        AnonymousUser(),
    ]

    def sees(user, at):
        user = user if user.pk is None else again(user)
        return FeedbackLetter.objects.visible_to(user, at).filter(pk=letter.pk).exists()

    for at in (instant - MICRO, instant):
        assert all(sees(user, at) for user in knowing)
        assert not any(sees(user, at) for user in strangers)
    assert not sees(bid.drafted_by, instant - MICRO)
    assert sees(bid.drafted_by, instant)
    make.InterestFactory(appointment=house.chair, application=bid)
    assert not sees(house.chairing, instant)


def test_a_look_by_the_office_before_the_announcement_is_noted(visit):
    house = drafted(1)
    officer = make.case_officer()

    visit(officer, at=house.at("decision")).get(letter_of(house).get_absolute_url())

    assert Step.objects.get(step="view_feedback").by_id == officer.pk


# The clock


@pytest.mark.parametrize("year", [2026, 2027])
def test_what_is_overdue_is_found_as_it_is_worked_out(year):
    house = drafted(1)
    announcing(house)
    for number in range(0, 40, 3):
        said = datetime(year, 3, 20, 23, 30, tzinfo=LONDON) + timedelta(days=number)
        Announcement.objects.update(at=said, set_at=said)
        due_at = Announcement.objects.get().feedback_due_at

        assert due_at == noon(add_working_days(said.date(), 10))
        assert not FeedbackLetter.objects.overdue(due_at - MICRO).exists()
        assert FeedbackLetter.objects.overdue(due_at).exists()


def test_leads_are_reminded_with_the_announcement_and_five_and_two_working_days_before():
    house = drafted(1)
    instant = announcing(house)
    due_on = Announcement.objects.get().feedback_due_on
    five, two = (noon(add_working_days(due_on, -days)) for days in (5, 2))

    sent = [
        sweeps.remind_leads(at)
        for at in (instant - MICRO, instant, five - MICRO, five, five, two, noon(due_on))
    ]

    assert sent == [0, 1, 0, 1, 0, 1, 0]
    to = set(Letter.objects.filter(kind="panel_feedback_due").values_list("to", flat=True))
    assert to == {letter_of(house).lead.user.email}


def test_overdue_letters_escalate_at_once_and_each_third_working_day():
    house = drafted(2)
    manager = make.scheme_manager()
    make.InterestFactory(appointment=house.chair, application=house.bids[0])
    announcing(house)
    due_on: date = Announcement.objects.get().feedback_due_on
    days = [noon(add_working_days(due_on, days)) for days in (1, 2, 3, 4, 6)]
    approved(house, 1)

    sent = [sweeps.tell_of_overdue(at) for at in (noon(due_on) - MICRO, noon(due_on), *days)]

    # The chair has an interest in the only bid that waits.
    assert sent == [0, 2, 0, 0, 2, 0, 2]
    to = set(Letter.objects.filter(kind="panel_feedback_late").values_list("to", flat=True))
    assert to == {house.vice.user.email, manager.email}


# Pages


def test_two_tabs_lose_nothing(visit):
    house = drafted(1)
    letter = letter_of(house)
    client = visit(letter.lead.user, at=house.at("decision"))
    page, names = letter.get_absolute_url(), [f"text_{pk}" for pk in words_of(letter)]
    client.post(page, {"seen": "1", **dict.fromkeys(names, "From one tab.")})

    answer = client.post(page, {"seen": "1", **dict.fromkeys(names, "From the other.")})

    text = answer.content.decode()
    assert "Now saved: From one tab." in text
    assert "From the other." in text
    assert set(words_of(letter).values()) == {"From one tab."}
    assert answer.context["form"]["seen"].value() == "2"


def test_what_a_former_lead_typed_is_shown(visit):
    house = drafted(1)
    letter, at = letter_of(house), house.at("decision")
    before = letter.lead
    other = letter.case.assessments.lodged().exclude(appointment=before).first().appointment
    actions.name_lead(letter, other, by=house.chairing, at=at)
    typed = "A long sentence on figures that nobody wants to type twice."

    answer = visit(before.user, at=at).post(letter.get_absolute_url(), {"seen": "1", "text_1": typed})

    assert typed in answer.content.decode()
    assert "Somebody else writes this letter now." in answer.content.decode()


def test_a_lead_goes_from_the_desk_to_the_letter_and_hands_it_over(visit):
    house = drafted(1)
    letter, at = letter_of(house), house.at("decision")

    found = [duty for duty in duties(again(letter.lead.user), at) if "feedback" in duty.words]
    shown = visit(letter.lead.user, at=at).get(found[0].url).content.decode()
    written(house)
    chairs = [duty.words for duty in duties(again(house.chairing), at) if "feedback" in duty.words]
    vice = [duty.words for duty in duties(again(house.vice.user), at) if "feedback" in duty.words]

    assert [duty.words for duty in found] == ["Write 1 feedback letter"]
    assert letter.get_absolute_url() in shown
    assert (chairs, vice) == (["Approve 1 feedback letter"], [])


def test_the_list_finds_what_is_overdue_and_asks_the_same_for_two_and_six(visit):
    two, six = drafted(2), drafted(6)
    counts = []
    for house in (two, six):
        for bid in range(len(house.bids)):
            written(house, bid)
        announcing(house)
        page = reverse("feedback_list", args=[house.round.slug])
        due_at = Announcement.objects.get(round=house.round).feedback_due_at
        client = visit(house.chairing, at=due_at)
        client.get(page)
        counts.append(len(queries(client, page)))
        assert len(client.get(f"{page}?state=overdue").context["page_obj"]) == len(house.bids)
        early = visit(house.chairing, at=due_at - MICRO)
        assert len(early.get(f"{page}?state=overdue").context["page_obj"]) == 0

    assert counts[0] == counts[1]


def test_the_control_room_counts_what_is_late(visit):
    house = drafted(1)
    announcing(house)
    due_at = Announcement.objects.get().feedback_due_at
    page = reverse("control_room", args=[house.round.slug])

    shown = visit(make.scheme_manager(), at=due_at).get(page).content.decode()

    assert "1 applicant waits for feedback" in shown


def test_the_chair_finds_the_other_readers_on_a_page(visit):
    house = drafted(1)
    letter, at = letter_of(house), house.at("decision")
    page, client = reverse("feedback_lead", args=[house.reference()]), visit(house.chairing, at=at)
    readers = client.get(page).context["form"].readers
    other = next(pk for pk in readers if pk != letter.lead_id)

    client.post(page, {"lead": str(other)})

    assert len(readers) == 3
    assert letter_of(house).lead_id == other


def test_what_is_kept_of_the_words_stays_true_whatever_the_keys_of_the_criteria():
    """Keys 9 and 10 stand in another order as numbers than as words."""
    house = judged(1)
    nine, ten = (
        make.CriterionFactory(pk=pk, round=house.round, key="own", name=f"Own {pk}")
        for pk in (999_999, 1_000_000)
    )
    settled(house, verdict="decline")
    sweeps.draft(house.at("decision"))
    letter = letter_of(house)

    actions.save_texts(
        letter, {nine.pk: "Nine.", ten.pk: "Ten."}, seen=1, by=letter.lead.user, at=house.at("decision")
    )

    assert list(steps.faults_in_chain()) == []
