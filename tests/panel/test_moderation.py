"""Moderating, shortlisting, leaving out, verifying and parting equals: rule, action and page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beacons.core.lifecycle import Refused
from beacons.core.models import Letter, Step
from panel.actions import moderation, verifications
from panel.models import Case, Mark
from panel.standings import standings
from panel.sweeps import results as sweeps
from tests import factories as make
from tests.panel.judged import judged, left_out, moderated, shortlisted, verified
from tests.panel.panels import assigned, facts, queries

pytestmark = pytest.mark.django_db
MICRO = timedelta(microseconds=1)


def set_scores(case, criterion, scores):
    for sheet, score in zip(case.assessments.order_by("pk"), scores, strict=True):
        Mark.objects.filter(assessment=sheet, criterion__key=criterion).update(score=score)


# Moderating


def test_the_chair_records_what_the_meeting_said():
    house = judged(1)
    at = house.opening("shortlist")

    case = moderation.moderate(house.case(), note="One reader missed table 3.", by=house.chairing, at=at)

    assert (facts(case).status, facts(case).moderation_note) == ("moderated", "One reader missed table 3.")
    assert Step.objects.of(case).last().step == "moderate"


def test_a_note_is_needed_where_marks_are_two_points_apart():
    house = judged(1)
    set_scores(house.case(), "outcomes", [3, 4, 5])

    with pytest.raises(Refused, match="set down for discussion"):
        moderation.moderate(house.case(), note=" ", by=house.chairing, at=house.closes_at)

    assert house.case().status == "scored"


def test_marks_one_point_apart_need_no_note():
    house = judged(1)
    set_scores(house.case(), "outcomes", [3, 4, 4])

    case = moderation.moderate(house.case(), note="", by=house.chairing, at=house.closes_at)

    assert case.status == "moderated"


def test_marks_under_seal_are_not_moderated():
    panel = assigned(1)

    with pytest.raises(Refused, match="assigned"):
        moderation.moderate(panel.case(), note="n", by=panel.chair.user, at=panel.closes_at)


def test_a_member_may_not_moderate():
    house = judged(1)

    with pytest.raises(Refused, match="Only the chair"):
        moderation.moderate(house.case(), note="n", by=house.members[0].user, at=house.closes_at)


def test_the_vice_chair_acts_only_where_the_chair_has_an_interest():
    house = judged(2)
    make.InterestFactory(appointment=house.chair, application=house.bids[1])

    with pytest.raises(Refused, match="Only the chair"):
        moderation.moderate(house.case(0), note="n", by=house.vice.user, at=house.closes_at)
    with pytest.raises(Refused, match="Only the chair"):
        moderation.moderate(house.case(1), note="n", by=house.chairing, at=house.closes_at)
    case = moderation.moderate(house.case(1), note="n", by=house.vice.user, at=house.closes_at)

    assert case.status == "moderated"


def test_the_vice_chair_acts_where_the_chairs_seat_is_empty():
    house = judged(1)
    house.chair.ended_at = house.closes_at
    house.chair.save()

    case = moderation.moderate(house.case(), note="n", by=house.vice.user, at=house.closes_at)

    assert case.status == "moderated"


def test_where_both_have_an_interest_the_refusal_names_the_way_out():
    house = judged(1)
    for chair in (house.chair, house.vice):
        make.InterestFactory(appointment=chair, application=house.bids[0])

    with pytest.raises(Refused) as refusal:
        moderation.moderate(house.case(), note="n", by=house.chairing, at=house.closes_at)

    assert "scheme manager proposes another holder" in str(refusal.value)
    assert house.case().status == "scored"


def test_a_member_is_not_told_that_both_chairs_have_an_interest():
    house = judged(1)
    for chair in (house.chair, house.vice):
        make.InterestFactory(appointment=chair, application=house.bids[0])

    with pytest.raises(Refused) as refusal:
        moderation.moderate(house.case(), note="n", by=house.members[0].user, at=house.closes_at)

    assert "interest" not in str(refusal.value)


def test_the_scheme_manager_hears_of_a_bid_without_a_chair_once():
    house = judged(2)
    manager = make.scheme_manager()
    for chair in (house.chair, house.vice):
        make.InterestFactory(appointment=chair, application=house.bids[0])

    first, second = (sweeps.tell_office_of_no_chair(house.closes_at) for _ in range(2))

    letter = Letter.objects.get(kind="panel_no_chair")
    assert (first, second, letter.to) == (1, 0, manager.email)
    assert house.reference(0) in letter.body
    assert house.reference(1) not in letter.body


def test_marks_with_nothing_to_discuss_are_taken_in_one_act():
    house = judged(3)
    set_scores(house.case(1), "value", [0, 2, 4])

    accepted = moderation.accept_marks(house.round, by=house.chairing, at=house.closes_at)

    assert {case.pk for case in accepted} == {house.case(0).pk, house.case(2).pk}
    assert house.case(1).status == "scored"


def test_the_vice_chair_takes_the_marks_of_those_in_which_the_chair_has_an_interest():
    house = judged(2)
    make.InterestFactory(appointment=house.chair, application=house.bids[1])

    accepted = moderation.accept_marks(house.round, by=house.vice.user, at=house.closes_at)

    assert [case.pk for case in accepted] == [house.case(1).pk]
    assert house.case(0).status == "scored"
    with pytest.raises(Refused, match="Only the chair"):
        moderation.accept_marks(house.round, by=house.members[0].user, at=house.closes_at)


def test_there_must_be_marks_to_take():
    house = judged(1, scores=(1,))

    with pytest.raises(Refused, match="No application is left"):
        moderation.accept_marks(house.round, by=house.chairing, at=house.closes_at)


# The shortlist


@pytest.mark.parametrize(("offset", "allowed"), [(-MICRO, False), (timedelta(0), True)])
def test_the_shortlist_opens_with_its_stage_to_the_microsecond(offset, allowed):
    house = judged(1)
    case = moderated(house)
    at = house.opening("shortlist") + offset

    if allowed:
        assert moderation.shortlist(case, by=house.chairing, at=at).shortlisted_at == at
    else:
        with pytest.raises(Refused, match="opens with the stage"):
            moderation.shortlist(case, by=house.chairing, at=at)
        assert facts(case).status == "moderated"


def test_a_mean_below_the_least_bars_the_way_whatever_the_reason():
    house = judged(1, scores=(5,))
    set_scores(house.case(), "outcomes", [2, 3, 3])
    case = moderated(house)

    with pytest.raises(Refused, match=r"Outcomes: the mean mark is 2\.7, and it takes 3"):
        moderation.shortlist(case, by=house.chairing, at=house.at("shortlist"), why="We like it.")


def test_a_criterion_that_nobody_could_judge_bars_the_way():
    house = judged(1)
    Mark.objects.filter(criterion__key="transfer").update(score=None, cannot_judge=True)
    case = moderated(house)

    with pytest.raises(Refused, match="no reader could judge it"):
        moderation.shortlist(case, by=house.chairing, at=house.at("shortlist"))


def test_a_score_below_sixty_needs_a_reason_and_sixty_does_not():
    house = judged(2, scores=(3, 3))
    set_scores(house.case(1), "value", [3, 3, 2])

    assert shortlisted(house, 0).status == "shortlisted"
    with pytest.raises(Refused, match="below 60"):
        shortlisted(house, 1)
    case = moderation.shortlist(
        house.case(1), by=house.chairing, at=house.at("shortlist"), why="The only one on its outcome."
    )

    assert (case.status, case.shortlist_reason) == ("shortlisted", "The only one on its outcome.")


def test_leaving_out_needs_a_reason():
    house = judged(1)
    case = moderated(house)

    with pytest.raises(Refused, match="Say why"):
        moderation.leave_out(case, why="\u200b", by=house.chairing, at=house.at("shortlist"))

    assert facts(case).status == "moderated"
    assert left_out(judged(1)).left_out_at is not None


# Verifying


@pytest.mark.parametrize(("offset", "allowed"), [(-MICRO, False), (timedelta(0), True)])
def test_verification_opens_with_its_stage(offset, allowed):
    house = judged(1)
    case = shortlisted(house)
    at = house.opening("verify") + offset

    if allowed:
        assert verifications.verify(case, note="A call.", by=house.chairing, at=at).status == "verified"
    else:
        with pytest.raises(Refused):
            verifications.verify(case, note="A call.", by=house.chairing, at=at)


def test_a_reader_verifies_and_another_member_does_not():
    house = judged(1, clg=3, lga=3)
    case = shortlisted(house)
    readers = {sheet.appointment_id for sheet in house.sheets()}
    other = next(member for member in house.members if member.pk not in readers)
    reader = house.sheets()[0].appointment.user

    with pytest.raises(Refused, match="those who marked it"):
        verifications.verify(case, note="A call.", by=other.user, at=house.at("verify"))
    assert verifications.verify(case, note="A call.", by=reader, at=house.at("verify")).status == "verified"


def test_a_verification_says_what_was_found():
    house = judged(1)

    with pytest.raises(Refused, match="what was verified"):
        verifications.verify(shortlisted(house), note="", by=house.chairing, at=house.at("verify"))


# Equals


def test_the_chair_parts_equals_by_a_written_reason():
    house = judged(3, scores=(4, 4, 5))
    first, second = house.case(1), house.case(0)

    moderation.part_equals(
        [first, second], why="Nearer to the issues.", by=house.chairing, at=house.closes_at
    )

    ranked = standings(Case.objects.all(), list(house.round.criteria.all()))
    assert [(s.pk, s.rank) for s in ranked] == [(house.case(2).pk, 1), (first.pk, 2), (second.pk, 3)]
    assert ranked[1].parted_words == "the chair's word"


@pytest.mark.parametrize("named", [[0], [0, 2], [0, 0], [0, 1, 2]])
def test_only_all_those_that_tie_are_parted(named):
    house = judged(3, scores=(4, 4, 5))

    with pytest.raises(Refused, match="name all that tie"):
        moderation.part_equals(
            [house.case(bid) for bid in named], why="Because.", by=house.chairing, at=house.closes_at
        )

    assert not Case.objects.filter(tie_place__isnull=False).exists()


def test_parting_equals_needs_a_reason():
    house = judged(2)

    with pytest.raises(Refused, match="Say why"):
        moderation.part_equals([house.case(0), house.case(1)], why="", by=house.chairing, at=house.closes_at)


# Letters of the shortlist


def test_each_applicant_learns_its_own_result_when_the_stage_closes_and_not_before():
    house = judged(2)
    shortlisted(house, 0)
    left_out(house, 1)
    closes = house.round.stage_of("shortlist").closes_at

    assert sweeps.tell_shortlist(closes - MICRO) == 0
    sweeps.tell_shortlist(closes)
    again = sweeps.tell_shortlist(closes + timedelta(minutes=1))

    people = {bid.authority_id: {bid.drafted_by.email, bid.certified_by.email} for bid in house.bids}
    assert again == 0
    for bid, words in zip(house.bids, ["is on the shortlist", "is not on the shortlist"], strict=True):
        letters = Letter.objects.filter(kind="panel_shortlist", body__contains=bid.reference)
        assert {letter.to for letter in letters} == people[bid.authority_id]
        assert all(words in letter.body for letter in letters)


def test_the_chairs_hear_of_what_is_late():
    house = judged(2)
    shortlisted(house, 0)
    closes = house.round.stage_of("shortlist").closes_at

    assert sweeps.tell_chairs_of_delay(closes - MICRO) == 0
    sweeps.tell_chairs_of_delay(closes)

    letters = Letter.objects.filter(kind="panel_late")
    assert {letter.to for letter in letters} == {house.chairing.email, house.vice.user.email}
    assert all("1 application" in letter.subject for letter in letters)


# Pages


def test_the_agenda_puts_the_gravest_first(visit):
    house = judged(3, scores=(4, 4, 4))
    set_scores(house.case(1), "value", [1, 4, 4])
    set_scores(house.case(2), "outcomes", [1, 2, 2])

    page = visit(house.members[0].user, at=house.closes_at).get(
        reverse("meeting_detail", args=[house.round.slug])
    )

    assert [case.pk for _, case in page.context["agenda"]] == [house.case(2).pk, house.case(1).pk]
    assert (page.context["to_discuss"], page.context["quiet"]) == (2, 1)


def test_a_bid_behind_an_interest_is_on_no_page_of_the_meeting(visit):
    house = judged(3)
    member = house.members[0]
    set_scores(house.case(1), "value", [1, 4, 4])
    make.InterestFactory(appointment=member, application=house.bids[1])
    browser = visit(member.user, at=house.closes_at)

    for name in ("meeting_detail", "ranking_list"):
        assert house.reference(1) not in browser.get(reverse(name, args=[house.round.slug])).content.decode()
    assert browser.get(reverse("meeting_item", args=[house.reference(1)])).status_code == 404


def test_strangers_do_not_enter_the_meeting(visit):
    house = judged(1)
    url = reverse("meeting_detail", args=[house.round.slug])

    assert visit(make.scheme_manager(), at=house.closes_at).get(url).status_code == 403
    assert visit(house.bids[0].certified_by, at=house.closes_at).get(url).status_code == 403
    assert visit(at=house.closes_at).get(url).status_code == 302


def test_an_item_shows_all_marks_with_who_gave_them(visit):
    house = judged(1)
    page = visit(house.members[0].user, at=house.closes_at).get(
        reverse("meeting_item", args=[house.reference()])
    )

    text = page.content.decode()
    for sheet in house.sheets():
        assert sheet.appointment.user.name in text
    assert text.count("Good figures over three years.") == 9


def test_the_chair_moderates_shortlists_and_verifies_on_the_page(visit):
    house = judged(1)
    reference = house.reference()

    def post(name, key, **typed):
        browser = visit(house.chairing, at=house.at(key))
        return browser.post(reverse(name, args=[reference]), typed)

    post("case_moderate", "shortlist", note="Talked over.")
    post("case_shortlist", "shortlist", choice="shortlist")
    post("case_verify", "verify", note="A call bore it out.")

    assert house.case().status == "verified"


def test_what_was_typed_comes_back_when_it_is_refused(visit):
    house = judged(1, scores=(2,))
    moderated(house)

    page = visit(house.chairing, at=house.at("shortlist")).post(
        reverse("case_shortlist", args=[house.reference()]),
        {"choice": "shortlist", "why": "It is the only one."},
    )

    text = page.content.decode()
    assert page.status_code == 200
    assert "It is the only one." in text
    assert "it takes 3 to be shortlisted" in text
    assert house.case().status == "moderated"


def test_other_members_are_not_shown_how_the_shortlist_went(visit):
    house = judged(1, clg=3, lga=3)
    readers = {sheet.appointment_id for sheet in house.sheets()}
    other = next(member for member in house.members if member.pk not in readers)
    url = reverse("meeting_item", args=[house.reference()])
    moderated(house)
    at = house.at("shortlist")
    before = visit(other.user, at=at).get(url).context["status"]
    moderation.shortlist(house.case(), by=house.chairing, at=at)

    assert visit(other.user, at=at).get(url).context["status"] == before == "Moderated"
    assert visit(house.sheets()[0].appointment.user, at=at).get(url).context["status"] == "Shortlisted"
    assert visit(house.chairing, at=at).get(url).context["status"] == "Shortlisted"
    assert visit(other.user, at=at).get(reverse("shortlist_list", args=[house.round.slug])).status_code == 403


def test_the_chair_sets_the_order_of_equals_on_the_page(visit):
    house = judged(2)
    one, two = house.case(0), house.case(1)
    browser = visit(house.chairing, at=house.at("shortlist"))
    url = reverse("equals_edit", args=[house.reference()])

    twice = browser.post(url, {f"place_{one.pk}": "1", f"place_{two.pk}": "1", "why": "Because."})
    assert "a place of its own" in twice.content.decode()
    browser.post(url, {f"place_{one.pk}": "2", f"place_{two.pk}": "1", "why": "Nearer to the issues."})

    assert (house.case(0).tie_place, house.case(1).tie_place) == (2, 1)
    assert house.case(0).tie_reason == "Nearer to the issues."


def test_an_order_of_those_that_tie_no_longer_comes_back_with_its_reason(visit):
    house = judged(2)
    one, two = house.case(0), house.case(1)
    set_scores(two, "outcomes", [3, 3, 3])
    url = reverse("equals_edit", args=[house.reference()])
    browser = visit(house.chairing, at=house.at("shortlist"))
    typed = {f"place_{one.pk}": "2", f"place_{two.pk}": "1", "why": "The second spreads further."}

    page = browser.post(url, typed)

    assert page.status_code == 200
    assert "The second spreads further." in page.content.decode()
    assert "These are not the applications that tie" in page.content.decode()
    assert browser.get(url).status_code == 404
    assert facts(one).tie_place is None


def test_the_chair_takes_the_marks_that_need_no_talk(visit):
    house = judged(2)

    visit(house.chairing, at=house.at("shortlist")).post(reverse("meeting_accept", args=[house.round.slug]))

    assert {house.case(0).status, house.case(1).status} == {"moderated"}


def test_the_vice_chair_and_members_cannot_post_the_chairs_acts(visit):
    house = judged(1)
    at = house.at("shortlist")

    for person in (house.vice.user, house.members[0].user):
        page = visit(person, at=at).post(reverse("case_moderate", args=[house.reference()]), {"note": "n"})
        assert page.status_code == 403
    assert house.case().status == "scored"


@pytest.mark.parametrize("name", ["meeting_detail", "shortlist_list", "ranking_list"])
def test_pages_take_the_same_queries_for_two_cases_and_for_ten(name, visit):
    counts = []
    for bids in (2, 10):
        house = judged(bids, scores=(2, 4, 5, 3, 2, 4, 5, 3, 1, 2), clg=3, lga=3)
        browser = visit(house.chairing, at=house.at("shortlist"))
        url = reverse(name, args=[house.round.slug])
        browser.get(url)
        with CaptureQueriesContext(
            connection,
        ) as taken:
            assert browser.get(url).status_code == 200
        counts.append(len(taken))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("who", ["member", "chair", "vice-chair"])
def test_what_there_is_to_discuss_takes_twelve_queries_at_three_cases_and_at_sixty(who, visit):
    taken = {}
    for bids in (3, 60):
        house = judged(bids, scores=(4,) * bids)
        set_scores(house.case(0), "value", [1, 4, 4])
        make.InterestFactory(appointment=house.vice, application=house.bids[1])
        make.MeetingFactory(round=house.round)
        people = {"member": house.members[0], "chair": house.chair, "vice-chair": house.vice}
        browser = visit(people[who].user, at=house.at("shortlist"))
        url = reverse("meeting_detail", args=[house.round.slug])
        browser.get(url)
        asked = queries(browser, url)
        taken[bids] = len(asked)
        # No mark is read: what there is to say of them is kept.
        assert not [sql for sql in asked if 'FROM "panel_mark"' in sql]

    assert taken[3] == taken[60]
    assert taken[60] <= 12


def test_the_vice_chair_is_led_to_the_equals_that_it_parts(visit):
    house = judged(4, scores=(4, 4, 3, 3))
    for bid in (0, 1):
        make.InterestFactory(appointment=house.chair, application=house.bids[bid])
    url = reverse("meeting_detail", args=[house.round.slug])

    led = {
        who: [may for _, may in visit(person, at=house.closes_at).get(url).context["equals"]]
        for who, person in (
            ("vice", house.vice.user),
            ("chair", house.chairing),
            ("member", house.members[0].user),
        )
    }

    assert led == {"vice": [True, False], "chair": [True], "member": [False, False]}


def test_verified_needs_all_that_came_before():
    assert verified(judged(1)).status == "verified"


def test_the_shortlist_takes_twelve_queries_at_three_cases_and_at_sixty(visit):
    taken = {}
    for bids in (3, 60):
        house = judged(bids, scores=(4,) * bids)
        set_scores(house.case(0), "value", [1, 4, 4])
        browser = visit(house.chairing, at=house.at("shortlist"))
        url = reverse("shortlist_list", args=[house.round.slug])
        browser.get(url)
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(url).status_code == 200
        taken[bids] = len(caught)

    assert taken[3] == taken[60] <= 12


def test_on_a_later_page_of_the_shortlist_a_rank_is_one_among_all(visit, monkeypatch):
    monkeypatch.setattr("panel.views.moderation.PER_PAGE", 2)
    house = judged(4, scores=(2, 5, 3, 4))
    url = reverse("shortlist_list", args=[house.round.slug])

    page = visit(house.chairing, at=house.at("shortlist")).get(url, {"page": 2})

    [(_, listed)] = page.context["groups"]
    assert [
        (case.application.reference, standing.rank, standing.below_threshold) for standing, case in listed
    ] == [(house.reference(2), 3, False), (house.reference(0), 4, True)]
    assert (page.context["count"], page.context["waiting"], page.context["left_out"]) == (4, 4, 0)
