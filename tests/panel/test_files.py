"""Files of a paper: the panel has its own door to them, and it is as narrow as the door to the paper."""

import pytest

from beacons.applications.models import Application, Attachment
from panel.models import Appointment
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    a_round = make.a_round()
    bid = make.handed_in(
        round=a_round, prepare=lambda draft: make.AttachmentFactory(application=draft, name="plan.pdf")
    )
    return make.CaseFactory(application=bid)


@pytest.fixture
def file(case):
    return Attachment.objects.get()


@pytest.fixture
def member(case):
    return make.seated(case.application.round, body="clg").user


def door(file):
    return f"/panel/files/{file.key}/"


def status(visit, user, file, at):
    return visit(user, at=at).get(door(file)).status_code


def test_a_member_without_an_interest_opens_it_once_scoring_opens(case, file, member, visit):
    opens = case.application.round.stage_of("scoring").opens_at

    page = visit(member, at=opens).get(f"/panel/cases/{case.application.reference}/").content.decode()

    assert door(file) in page
    assert file.get_absolute_url() not in page
    assert status(visit, member, file, opens) == 200
    assert status(visit, member, file, make.during(case.application.round, "check")) == 404
    # The council's own door is not the panel's.
    assert visit(member, at=opens).get(file.get_absolute_url()).status_code == 404


def test_it_is_handed_out_like_everywhere(case, file, member, visit):
    response = visit(member, at=case.opened_at).get(door(file))

    assert response["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert response["Content-Security-Policy"].endswith("sandbox")
    assert response["Cache-Control"] == "private, no-store"


def test_to_everybody_else_it_is_not_there(case, file, member, visit):
    a_round, at = case.application.round, case.opened_at
    conflicted = make.seated(a_round, body="lga")
    make.InterestFactory(appointment=conflicted, application=case.application)
    undeclared = make.seated(a_round, body="lga", declared_at=None)
    ended = make.seated(a_round, body="lga", ended_at=at)
    of_another_round = make.seated(make.a_round(), body="clg")
    others = [each.user for each in (conflicted, undeclared, ended, of_another_round)]
    others += [make.scheme_manager(), make.case_officer(), make.drafter(case.application.authority)]

    for user in others:
        assert status(visit, user, file, at) == 404
    assert visit(at=at).get(door(file)).url.startswith("/accounts/login/")


def test_an_interest_that_is_found_later_closes_it_at_once(case, file, member, visit):
    client = visit(member, at=case.opened_at)
    assert client.get(door(file)).status_code == 200

    make.InterestFactory(appointment=Appointment.objects.get(user=member), application=case.application)

    assert client.get(door(file)).status_code == 404


@pytest.mark.parametrize(
    ("scan", "facts", "answer", "told"),
    [
        ("waiting", {}, 403, "The virus scanner has not looked at this file yet."),
        ("infected", {"found": "Eicar"}, 403, "so nobody can open it"),
        ("clean", {}, 200, ""),
        ("not_set_up", {}, 200, ""),
    ],
)
def test_only_what_the_scanner_passed_or_could_not_be_asked_about(
    case, file, member, visit, scan, facts, answer, told
):
    scanned_at = None if scan in ("waiting", "not_set_up") else case.opened_at
    Attachment.objects.update(scan=scan, scanned_at=scanned_at, **facts)
    client = visit(member, at=case.opened_at)

    response = client.get(door(file))
    page = client.get(f"/panel/cases/{case.application.reference}/").content.decode()

    assert response.status_code == answer
    assert (door(file) in page) == (answer == 200)
    if told:
        assert told in response.content.decode()
        assert b"%PDF" not in response.content


def test_not_what_was_taken_out_or_is_no_longer_asked_or_was_withdrawn(visit):
    a_round = make.a_round()
    decides = make.QuestionFactory(round=a_round, kind="statement", text="A report?")
    follows = make.QuestionFactory(round=a_round, kind="file", shown_if=decides, shown_if_answer="yes")

    def prepare(draft):
        draft.answers.filter(question=decides).update(text="")
        make.AttachmentFactory(application=draft)
        make.AttachmentFactory(application=draft, question=follows)
        make.AttachmentFactory(application=draft, removed_at=draft.drafted_at, removed_by=draft.drafted_by)

    bid = make.handed_in(round=a_round, prepare=prepare)
    case = make.CaseFactory(application=bid)
    file, unasked, out = Attachment.objects.order_by("pk")
    client = visit(make.seated(a_round, body="clg").user, at=case.opened_at)
    assert [client.get(door(each)).status_code for each in (file, unasked, out)] == [200, 404, 404]

    Application.objects.update(status="withdrawn", submitted_at=None, submitted_by=None)

    assert client.get(door(file)).status_code == 404
