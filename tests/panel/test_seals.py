"""The seals as an oracle: change a sealed mark, or a member's own note, and every byte that anybody else can get stays as it was.

The rows are told apart by nothing but their marks, so whatever differs between the two worlds has leaked.
"""

import re
from datetime import timedelta
from itertools import product

import pytest
from django.contrib import admin
from django.urls import reverse

from beacons.core.admin_site import AUTHENTICATION_METHODS
from panel.actions import sheets
from panel.admin import AppointmentAdmin, SeatAdmin
from panel.models import Assessment, Case, FeedbackLetter, FeedbackText, Mark, Note
from panel.sweeps import feedback as feedback_sweeps
from tests import factories as make
from tests.panel.judged import announcing, judged, settled
from tests.panel.panels import assigned, lodge, lodge_all, marks

pytestmark = pytest.mark.django_db
# What differs between any two answers to the same question: the token against forged posts, a form's mark of the page it
# stands on, and of the person and the moment it was given to.
TOKEN = re.compile(rb'name="(csrfmiddlewaretoken|page|typist)" value="[^"]*"')


@pytest.fixture
def panel():
    """Three bids. One member reads them all: lodged where all is lodged, lodged where others are not, and begun."""
    made = assigned(bids=3)
    made.author = next(held for held in made.members if held.assessments.count() == 3)
    lodge_all(made, 0, score=3)
    mine = {sheet.case.application_id: sheet for sheet in made.author.assessments.for_list()}
    lodge(mine[made.bids[1].pk], at=made.during)
    sheets.save_marks(mine[made.bids[2].pk], marks(made.round, 3), by=made.author.user, at=made.during)
    made.meeting = make.MeetingFactory(round=made.round)
    return made


def vary(panel, score, reason):
    """The world in which this member's sheets say something else."""
    Mark.objects.filter(assessment__appointment=panel.author).update(score=score, reason=reason)
    Note.objects.all().delete()
    for sheet in panel.author.assessments.all():
        make.NoteFactory(assessment=sheet, text=f"{reason} A note.", saved_at=panel.during)


def people(panel):
    """Everybody but the author: a fellow reader, a member with an interest, chairs, office, bodies, councils, public."""
    others = [held for held in panel.members if held.pk != panel.author.pk]
    make.InterestFactory(appointment=others[-1], application=panel.bids[0])
    return {
        "reader": others[0].user,
        "another reader": others[1].user,
        "member with an interest": others[2].user,
        "chair": panel.chair.user,
        "vice-chair": panel.vice.user,
        "scheme manager": make.scheme_manager(),
        "case officer": make.case_officer(),
        "signatory": make.signatory("lga"),
        "council": panel.bids[0].drafted_by,
        "superuser": make.UserFactory(is_staff=True, is_superuser=True),
        "public": None,
    }


def addresses(panel):
    """Every page of the panel, and what else lies near it."""
    slug = panel.round.slug
    of_round = (
        "panel_detail", "seat_list", "round_approve", "interest_declare", "interest_list", "assignment_detail",
        "case_progress", "ranking_list", "funding_options", "panel_sheet", "marks_file", "meeting_detail", "shortlist_list", "decision_list", "announcement_edit",
    )  # fmt: skip
    of_bid = (
        "case_detail", "case_sheets", "assessment_edit", "assessment_lodge", "note_edit", "reader_add", "meeting_item", "case_ask",
        "application_detail",
    )  # fmt: skip
    pages = [
        "panel_desk",
        "desk",
        "office",
        "home",
        "admin:panel_seat_changelist",
        "admin:panel_appointment_changelist",
    ]
    pages = [reverse(name) for name in pages]
    pages += [reverse(name, args=[slug]) for name in of_round]
    pages += [reverse("panel_sheet_file", args=[slug, kind]) for kind in ("csv", "xlsx")]
    pages += [reverse(name, args=[bid.reference]) for bid, name in product(panel.bids, of_bid)]
    pages += [reverse(name, args=[panel.meeting.pk]) for name in ("meeting_room", "meeting_now", "item_add")]
    pages += [
        reverse(name, args=[sheet.pk])
        for sheet, name in product(
            panel.author.assessments.all(), ("sheet_extend", "sheet_discharge", "sheet_reopen")
        )
    ]
    return pages


def questions(panel):
    """Every order and filter that lists take, and some that they must not."""
    slug = panel.round.slug
    asked = {
        reverse("panel_desk"): ["sort=progress", "sort=-progress", "progress=begun", "progress=lodged"],
        reverse("case_progress", args=[slug]): [
            "state=waiting",
            "state=complete",
            "state=sealed",
            "state=open",
        ],
        reverse("ranking_list", args=[slug]): ["show=discuss", "show=zone", "order=fair"],
        reverse("admin:panel_seat_changelist"): ["o=1", "appointments__assessments__marks__score=5"],
        reverse("admin:panel_appointment_changelist"): ["q=5", "assessments__marks__score__gte=4"],
    }
    forbidden = ["sort=-assessments__marks__score", "o=-score", "score=5", "marks__score__gte=4"]
    return {page: [*questions, *forbidden] for page, questions in asked.items()}


def answer(client, address):
    """Status, headers that tell, size and body."""
    got = client.get(address)
    told = {
        name: got.headers.get(name) for name in ("Content-Type", "ETag", "Last-Modified", "Location", "Vary")
    }
    body = TOKEN.sub(b"", getattr(got, "content", b""))
    return got.status_code, told, len(body), body


def sign_in(visit, user, at):
    client = visit(user, at=at)
    if user is not None and user.is_staff:
        session = client.session
        session[AUTHENTICATION_METHODS] = [{"method": "mfa"}]
        session.save()
    return client


def world(panel, clients, score, reason):
    """All that everybody is told when these marks are so."""
    vary(panel, score, reason)
    told = {}
    for who, client in clients.items():
        for page in addresses(panel):
            told[who, page] = answer(client, page)
        for page, asked in questions(panel).items():
            if told[who, page][0] == 200:
                told.update({(who, f"{page}?{query}"): answer(client, f"{page}?{query}") for query in asked})
    return told


def test_a_sealed_mark_changes_no_byte_for_anybody_else(visit, panel):
    clients = {who: sign_in(visit, user, panel.during) for who, user in people(panel).items()}

    low = world(panel, clients, 0, "SECRET-low: a poor bid.")
    high = world(panel, clients, 5, "SECRET-high, and at much greater length: superb.")

    assert low.keys() == high.keys()
    for (who, page), told in low.items():
        assert told == high[who, page], f"the {who} learns of a sealed mark from {page}"
        assert b"SECRET" not in told[3], f"the {who} reads a sealed reason at {page}"
        assert told[0] < 500, f"{page} fails"
    shown = {who for (who, page), told in low.items() if page == reverse("panel_desk") and told[0] == 200}
    assert shown == {*clients} - {"public"}


def test_the_oracle_can_tell_because_its_author_sees_the_difference(visit, panel):
    """Without this the test above might pass because nothing is ever shown."""
    client = visit(panel.author.user, at=panel.during)
    for bid in panel.bids:
        page = reverse("assessment_edit", args=[bid.reference])
        vary(panel, 0, "SECRET-low")
        low = answer(client, page)
        vary(panel, 5, "SECRET-high")

        assert answer(client, page) != low
        assert b"SECRET-high" in answer(client, page)[3]
        assert b"SECRET-high A note." in answer(client, page)[3]


def test_an_opened_seal_opens_no_note(visit, panel):
    """Nor does anything else: a note is its writer's own for ever, and goes with the paper when an interest comes up."""
    vary(panel, 5, "SECRET")
    users = people(panel)
    sheets.open_seal(panel.case(0), by=None, at=panel.closes_at)

    for who, user in users.items():
        client = sign_in(visit, user, panel.closes_at)
        for page in addresses(panel):
            assert b"A note." not in answer(client, page)[3], (who, page)
        if user is not None:
            assert not Note.objects.visible_to(user, panel.closes_at).exists()
    assert Note.objects.visible_to(panel.author.user, panel.closes_at).count() == 3
    make.InterestFactory(appointment=panel.author, application=panel.bids[0])
    assert Note.objects.visible_to(panel.author.user, panel.closes_at).count() == 2


def test_past_closing_with_the_clock_stopped_the_seal_still_holds(visit, panel):
    """All is lodged and scoring is over, but nobody opened the seal: a case still “assigned” stays sealed."""
    vary(panel, 5, "SECRET")
    users = people(panel)
    pages = [page for page in addresses(panel) if panel.bids[0].reference in page or panel.round.slug in page]

    for who in ("reader", "chair", "scheme manager"):
        client = sign_in(visit, users[who], panel.closes_at)
        for page in pages:
            assert b"SECRET" not in answer(client, page)[3], (who, page)


def test_the_opened_seal_shows_the_panel_without_an_interest_and_nobody_else(visit, panel):
    vary(panel, 5, "SECRET")
    users = people(panel)
    sheets.open_seal(panel.case(0), by=None, at=panel.closes_at)
    page = reverse("case_detail", args=[panel.bids[0].reference])

    seen = {
        who
        for who, user in users.items()
        if b"SECRET" in answer(sign_in(visit, user, panel.closes_at), page)[3]
    }

    assert seen == {"reader", "another reader", "chair", "vice-chair"}
    other = reverse("case_detail", args=[panel.bids[1].reference])
    assert b"SECRET" not in answer(sign_in(visit, users["chair"], panel.closes_at), other)[3]


def test_querysets_keep_the_seal_too(panel):
    mine = set(panel.author.assessments.all())

    for who, user in people(panel).items():
        if user is not None:
            for at in (panel.during, panel.closes_at):
                assert not mine & set(Assessment.objects.visible_to(user, at)), who
    assert mine == set(Assessment.objects.visible_to(panel.author.user, panel.during))
    office = make.scheme_manager()
    assert set(Case.objects.watched_by(office, panel.during)) == set(Case.objects.all())
    make.MembershipFactory(user=office, role="drafter", authority=panel.bids[0].authority)
    office = type(office).objects.get(pk=office.pk)
    assert panel.case(0) not in set(Case.objects.watched_by(office, panel.during))
    assert not Case.objects.visible_to(office, panel.during).exists()


def test_no_admin_knows_of_sheets_or_marks():
    registered = {model.__name__ for model in admin.site._registry if model._meta.app_label == "panel"}
    assert not registered & {"Assessment", "Mark", "Note", "Case", "Interest"}
    for kind, model in ((SeatAdmin, "Seat"), (AppointmentAdmin, "Appointment")):
        assert model in registered
        named = [*kind.list_display, *kind.list_filter, *kind.search_fields, *kind.fields]
        assert not [name for name in named if "assessment" in name or "mark" in name or "interest" in name]


def test_the_words_of_a_feedback_letter_change_no_byte_but_for_those_who_know_it(visit):
    """Before the announcement the chairs, the office and its lead; from it on, once it is approved, the applicant too."""
    house = judged(2)
    for bid in (0, 1):
        settled(house, bid, verdict="decline")
    feedback_sweeps.draft(house.at("decision"))
    instant = announcing(house)
    letter = FeedbackLetter.objects.get(case=house.case(0))
    FeedbackLetter.objects.filter(pk=letter.pk).update(
        status="approved", approved_by=house.chairing, approved_at=house.at("decision")
    )
    lead, reference = letter.lead.user, house.reference(0)
    others = {held.user.name: held.user for held in house.members if held.user != lead}
    people = {
        "lead": lead,
        "chair": house.chairing,
        "vice-chair": house.vice.user,
        "case officer": make.case_officer(),
        "council": house.bids[0].drafted_by,
        "rival": house.bids[1].drafted_by,
        "signatory": house.clg,
        "public": None,
        **others,
    }
    pages = [reverse(name) for name in ("panel_desk", "desk", "home", "own_results")]
    pages += [
        reverse(name, args=[house.round.slug])
        for name in ("feedback_list", "decision_list", "result_list", "ranking_list")
    ]
    pages += [
        reverse(name, args=[reference])
        for name in ("feedback_edit", "own_result", "decision_detail", "case_detail", "meeting_item")
    ]
    seen = {}
    for at in (instant - timedelta(microseconds=1), instant):
        told = []
        for text in ("SECRET-low: a poor bid.", "SECRET-high, and at greater length: superb."):
            FeedbackText.objects.filter(letter=letter).update(text=text)
            told.append(
                {
                    (who, page): answer(sign_in(visit, user, at), page)
                    for who, user in people.items()
                    for page in pages
                }
            )
        low, high = told
        assert all(answered[0] < 500 for answered in low.values())
        seen[at] = {who for who, page in low if low[who, page] != high[who, page]}

    known = {"lead", "chair", "vice-chair", "case officer"}
    assert list(seen.values()) == [known, {*known, "council"}]
