"""Marks and notes that are saved while they are typed: by the same verbs and the same closing as the button."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from beacons.core import carrying
from panel.models import Mark, Note
from tests import factories as make
from tests.panel.panels import assigned, facts, lodge, opened

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)
REASON = "Good figures over three years."


@pytest.fixture
def panel():
    return assigned(bids=2)


@pytest.fixture
def sheet(panel):
    return panel.sheets()[0]


def url(name, sheet):
    return reverse(name, args=[sheet.case.application.reference])


def hidden(client, sheet, form="form"):
    """What a form of the page sends along by itself."""
    found = client.get(url("assessment_edit", sheet)).context[form]
    return {field.name: field.value() for field in found if field.is_hidden}


def send(client, sheet, typed, name="assessment_autosave"):
    return client.post(url(name, sheet), typed, headers={"Accept": "application/json"})


def test_what_is_typed_is_saved_and_the_page_knows_what_it_shows(visit, panel, sheet):
    one, two, three = panel.round.criteria.all()
    client = visit(sheet.appointment.user, at=panel.during)
    page = hidden(client, sheet)

    answer = send(client, sheet, {**page, f"score_{one.pk}": "4", f"reason_{two.pk}": "Half a"}).json()

    assert dict(Mark.objects.values_list("criterion", "score")) == {one.pk: 4, two.pk: None}
    assert (answer["problems"], answer["overtaken"]) == ({}, {})
    assert set(answer["versions"]) == {f"seen_{pk}" for pk in (one.pk, two.pk, three.pk)}
    assert hidden(client, sheet) | page == hidden(client, sheet) | page
    again = hidden(client, sheet)
    assert {name: again[name] for name in answer["versions"]} == answer["versions"]


def test_one_wrong_mark_keeps_no_other_from_being_saved(visit, panel, sheet):
    one, two, _ = panel.round.criteria.all()
    client = visit(sheet.appointment.user, at=panel.during)

    answer = send(client, sheet, {**hidden(client, sheet), f"score_{one.pk}": "6", f"score_{two.pk}": "0"})

    assert answer.json()["problems"] == {f"score_{one.pk}": [f"{one.name}: choose a mark from 0 to 5"]}
    assert dict(Mark.objects.values_list("criterion", "score")) == {two.pk: 0}


def test_another_window_is_told_and_overwrites_nothing(visit, panel, sheet):
    one, two, _ = panel.round.criteria.all()
    client = visit(sheet.appointment.user, at=panel.during)
    first, second = hidden(client, sheet), hidden(client, sheet)
    send(client, sheet, {**first, f"score_{one.pk}": "4"})

    answer = send(client, sheet, {**second, f"score_{one.pk}": "1", f"score_{two.pk}": "2"}).json()

    words = f"{one.name}: you saved something else in another window."
    assert answer["overtaken"] == {f"score_{one.pk}": words, f"reason_{one.pk}": words}
    assert f"seen_{one.pk}" not in answer["versions"]
    assert dict(Mark.objects.values_list("criterion", "score")) == {one.pk: 4, two.pk: 2}


@pytest.mark.parametrize(("instant", "allowed"), [(-TICK, True), (timedelta(0), False)])
def test_it_ends_at_the_very_instant_at_which_the_sheet_is_due(visit, panel, sheet, instant, allowed):
    page = hidden(visit(sheet.appointment.user, at=panel.during), sheet)
    criterion = panel.round.criteria.first()
    client = visit(sheet.appointment.user, at=panel.closes_at + instant)

    answer = send(client, sheet, {**page, f"reason_{criterion.pk}": "The last word."})

    assert answer.status_code == (200 if allowed else 409)
    assert Mark.objects.count() == (1 if allowed else 0)
    if not allowed:
        (reason,) = answer.json()["reasons"]
        assert reason.startswith("The time for this sheet ended at noon")


def test_a_lodged_sheet_takes_nothing(visit, panel, sheet):
    page = hidden(visit(sheet.appointment.user, at=panel.during), sheet)
    lodge(sheet, at=panel.during)
    criterion = panel.round.criteria.first()

    answer = send(
        visit(sheet.appointment.user, at=panel.during), sheet, {**page, f"score_{criterion.pk}": "0"}
    )

    assert (answer.status_code, answer.json()["reasons"]) == (
        409,
        ["You have lodged this sheet. Only the chair can reopen it."],
    )
    assert set(Mark.objects.values_list("score", flat=True)) == {3}


def test_nobody_else_is_there(visit, panel, sheet):
    other = next(held for held in panel.members if not held.assessments.filter(case=sheet.case).exists())
    for user in (other.user, panel.chair.user, make.scheme_manager(), panel.bids[0].drafted_by):
        for name in ("assessment_autosave", "note_autosave"):
            assert send(visit(user, at=panel.during), sheet, {"text": "Mine."}, name).status_code == 404
        assert visit(user, at=panel.during).get(url("note_edit", sheet)).status_code == 404

    assert (Mark.objects.count(), Note.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("name", "page_name", "field"),
    [("assessment_autosave", "assessment_edit", "reason_{}"), ("note_autosave", "note_edit", "text")],
)
def test_what_was_typed_when_the_session_was_over_comes_back_after_sign_in(
    visit, panel, sheet, name, page_name, field
):
    user = sheet.appointment.user
    field = field.format(panel.round.criteria.first().pk)
    client = visit(user, at=panel.during)
    typed = {carrying.TYPIST: carrying.mark(user, url(page_name, sheet)), field: "Typed too late, at length."}
    Session.objects.all().delete()

    assert send(client, sheet, typed, name).status_code == 403
    shown = client.post(url(page_name, sheet), typed)
    assert shown.status_code == 403
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(url(page_name, sheet))

    assert page.context["is_carried"]
    assert page.context["form"][field].value() == "Typed too late, at length."
    assert client.post(url(page_name, sheet), {field: "Typed too late, at length."}).status_code == 302
    assert not client.get(url(page_name, sheet)).context["is_carried"]


def test_a_form_of_somebody_else_is_refused(visit, panel, sheet):
    stranger = make.UserFactory()
    typed = {carrying.TYPIST: carrying.mark(stranger, url("assessment_edit", sheet)), "text": "x"}
    client = visit(sheet.appointment.user, at=panel.during)

    assert send(client, sheet, typed).status_code == 403
    assert client.post(url("assessment_edit", sheet), typed).status_code == 403
    assert Mark.objects.count() == 0


# Notes


def test_notes_stand_beside_the_paper_and_all_of_them_on_a_page(visit, panel, sheet):
    client = visit(sheet.appointment.user, at=panel.during)
    first = hidden(client, sheet, "note_form")
    send(client, sheet, {**first, "text": "Ask <them>."}, "note_autosave")
    answer = send(client, sheet, {**first, "text": "Ask <them> why.", "turn": "1"}, "note_autosave").json()
    assert answer["versions"] == {"number": 2}

    second = hidden(client, sheet, "note_form")
    answer = client.post(url("note_edit", sheet), {**second, "text": "They said so."})

    assert answer.url == url("assessment_edit", sheet)
    page = client.get(url("assessment_edit", sheet)).content.decode()
    assert "They said so." in page
    assert "Ask &lt;them&gt; why." not in page
    page = client.get(url("note_edit", sheet)).content.decode()
    assert "Ask &lt;them&gt; why." in page
    # One sitting is one note, however often it was saved.
    assert "Ask &lt;them&gt;.<" not in page
    assert list(Note.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_two_windows_of_notes_show_both(visit, panel, sheet):
    client = visit(sheet.appointment.user, at=panel.during)
    first, second = hidden(client, sheet, "note_form"), hidden(client, sheet, "note_form")
    client.post(url("note_edit", sheet), {**first, "text": "The first window."})

    saved = send(client, sheet, {**second, "text": "The second."}, "note_autosave").json()
    shown = client.post(url("note_edit", sheet), {**second, "text": "The second."})

    assert saved["overtaken"] == {"text": "You saved another note in another window."}
    page = shown.content.decode()
    assert "The first window." in page
    assert "The second." in page
    assert Note.objects.count() == 1
    fresh = {field.name: field.value() for field in shown.context["form"] if field.is_hidden}
    assert client.post(url("note_edit", sheet), {**fresh, "text": "The second."}).status_code == 302
    assert Note.objects.count() == 2


def test_notes_are_taken_until_the_paper_closes_to_their_writer(visit, panel, sheet):
    opened(panel)
    client = visit(sheet.appointment.user, at=panel.closes_at)
    page = client.get(url("assessment_edit", sheet)).content.decode()
    assert "My own notes on this paper" in page
    assert "Save draft" not in page

    client.post(url("note_edit", sheet), {"text": "For the meeting."})
    too_long = client.post(url("note_edit", sheet), {"text": "x" * 20_001, "number": "1"})

    assert "20000 characters" in too_long.content.decode().replace(",", "")
    assert list(Note.objects.values_list("text", flat=True)) == ["For the meeting."]
    sheet.appointment.ended_at = panel.closes_at
    sheet.appointment.save()
    assert client.get(url("note_edit", sheet)).status_code == 404
    assert facts(sheet).status == "lodged"
