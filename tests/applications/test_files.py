"""Files of an application: added, taken out, put back and deleted for good; what is refused, and why; and who opens them."""

import errno
import io
import json
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from beacons.applications import actions, content, rules, tasklist
from beacons.applications.models import Application, Attachment
from beacons.applications.tasks import sweep_files
from beacons.core import clock
from beacons.core.files import shelf as shelves
from beacons.core.files.looking import MEGABYTE
from beacons.core.files.shelf import shelf
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.directory.models import Authority
from tests import factories, made_files
from tests.applications.conftest import begun, written


def upload(name="plan.pdf", content=None):
    return SimpleUploadedFile(name, made_files.pdf() if content is None else content)


def page_of(bid):
    return f"/applications/{bid.reference}/files/"


def send(client, bid, *uploads, **more):
    return client.post(page_of(bid), {"files": list(uploads), **more}, follow=True)


def names(bid):
    return [str(file) for file in Application.objects.get(pk=bid.pk).files]


def on_the_shelf():
    return sorted(path.name for path in shelf().location.rglob("*") if path.is_file())


@pytest.fixture
def bid(council):
    return begun(council)


@pytest.fixture
def officer(council, visit):
    return visit(council.drafter, at=council.at)


def added(bid, council, *uploads, **more):
    return actions.add_files(bid, uploads or [upload()], by=council.drafter, at=council.at, **more)


# Added


def test_a_file_is_kept_as_it_came_under_a_name_that_says_nothing(bid, council, officer):
    content = made_files.pdf()

    page = send(officer, bid, upload("Our plan.pdf", content))

    file = bid.attachments.get()
    assert page.redirect_chain == [(page_of(bid), 302)]
    assert "Added: Our plan.pdf." in page.content.decode()
    assert (file.name, file.kind, file.size, file.question) == ("Our plan.pdf", "pdf", len(content), None)
    assert (file.added_by, file.added_at) == (council.drafter, council.at)
    assert shelf().fingerprint(file.stored_as) == (file.size, file.sha256)
    assert on_the_shelf() == [file.stored_as]
    assert "plan" not in file.stored_as
    step = Step.objects.of(bid).get(step="add_file")
    assert (step.by_id, step.words.data["sha256"]) == (council.drafter.pk, file.sha256)


def test_several_at_once_each_of_its_own_kind(bid, officer):
    page = send(
        officer,
        bid,
        upload("a.docx", made_files.word()),
        upload("b.xlsx", made_files.excel()),
        upload("c.jpg", made_files.jpeg()),
    )

    assert "Added: a.docx, b.xlsx and c.jpg." in page.content.decode()
    assert [(file.name, file.kind) for file in bid.attachments.all()] == [
        ("a.docx", "docx"),
        ("b.xlsx", "xlsx"),
        ("c.jpg", "jpeg"),
    ]


def test_what_fits_is_added_and_of_the_rest_it_is_said_why_not(bid, officer):
    page = send(
        officer, bid, upload("good.png", made_files.png()), upload("bad.doc", made_files.OLE + bytes(900))
    )

    shown = page.content.decode()
    assert names(bid) == ["good.png"]
    assert "“bad.doc” is a file of an older program: save it as a PDF." in shown
    assert "<title>Error: Files" in shown
    assert "good.png" in shown
    assert len(on_the_shelf()) == 1


@pytest.mark.parametrize(("more", "is_taken"), [(0, True), (1, False)])
def test_the_size_is_exact_to_the_byte(bid, council, officer, more, is_taken):
    type(council.round).objects.update(file_megabytes=1)
    plain = made_files.pdf()
    content = plain.replace(b"%PDF-1.4\n", b"%PDF-1.4\n%" + b" " * (MEGABYTE - len(plain) - 2 + more) + b"\n")
    assert len(content) == MEGABYTE + more

    page = send(officer, bid, upload("big.pdf", content))

    assert names(bid) == (["big.pdf"] if is_taken else [])
    if not is_taken:
        assert (
            "“big.pdf” is too large: it has 1,048,577 bytes, and 1 MB, which is 1,048,576 bytes, is the most."
            in page.content.decode()
        )
        assert on_the_shelf() == []


@pytest.mark.parametrize("where", ["on its way in", "on its way to the shelf"])
def test_a_full_disk_is_said_and_nothing_of_the_file_is_left(bid, officer, monkeypatch, where):
    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    if where == "on its way in":
        monkeypatch.setattr("beacons.core.files.arriving.ArrivingFile", full)
    else:
        monkeypatch.setattr(shelves.os, "fsync", full)

    page = send(officer, bid, upload()).content.decode()

    assert "could not be kept: the server has no room left." in page
    assert (names(bid), on_the_shelf()) == ([], [])


def test_one_file_too_many(bid, council, officer):
    most = council.round.files_most
    files = [upload(f"{number}.png", made_files.png(number * 4)) for number in range(most + 1)]

    page = send(officer, bid, *files)

    assert names(bid) == ["0.png", "1.png", "2.png"]
    assert (
        "“3.png” was not added. There can be 3 files with one application at most. Take one out before you add another."
        in page.content.decode()
    )
    assert len(on_the_shelf()) == most


def test_an_empty_file_and_none_at_all(bid, officer):
    assert "“nothing.pdf” is empty." in send(officer, bid, upload("nothing.pdf", b"")).content.decode()
    assert "Select the files to add" in officer.post(page_of(bid), {}).content.decode()
    assert names(bid) == []
    assert on_the_shelf() == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (made_files.with_parts(made_files.word(), {"word/vbaProject.bin": b"x"}), "holds macros"),
        (made_files.OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "is locked with a password"),
        (made_files.pdf().replace(b"/Root", b"/Encrypt 9 0 R /Root"), "is locked"),
        (made_files.png() + made_files.zipped({"a": b"a"}), "something else behind its end"),
        (made_files.with_parts(made_files.word(), {"word/a.bin": bytes(100 * MEGABYTE)}), "when it is unpacked"),
        (made_files.with_parts(made_files.word(), {"word/x.xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}), "that no office program writes"),
        (b"<html><script>alert(1)</script>", "print it to a PDF"),
    ],
)  # fmt: skip
def test_what_may_do_harm_is_refused_whatever_it_is_called(bid, officer, content, told):
    page = send(officer, bid, upload("harmless.pdf", content))

    assert page.status_code == 200
    assert told in page.content.decode()
    assert (names(bid), on_the_shelf()) == ([], [])


@pytest.mark.parametrize(
    ("came_with", "shown"),
    [
        ("../../x", "x"),
        ("..%2f..%2fx", "..%2f..%2fx"),
        ("plan\u202efdp.exe", "planfdp.exe"),
        ("...", "file"),
        ("con.pdf", "con.pdf"),
        # Django takes a name of that length for nothing but an ending.
        ("a." + "b" * 300, "." + "b" * 118 + "…"),
        ("<script>alert(1)<.pdf", "<script>alert(1)<.pdf"),
    ],
)
def test_odd_names_are_shown_safely_and_are_no_path(bid, officer, council, own_shelf, came_with, shown):
    page = send(officer, bid, raw(came_with))

    file = bid.attachments.get()
    assert file.name == shown
    assert "<script>alert" not in page.content.decode()
    assert {path.parent.parent for path in own_shelf.rglob(file.stored_as)} == {own_shelf}
    saved = officer.get(file.get_absolute_url())
    assert "/" not in saved["Content-Disposition"].removeprefix("attachment; ").replace("UTF-8''", "")
    assert saved["Content-Disposition"].rstrip('"').endswith(".pdf")


def raw(name):
    """An upload with a name that no careful client would send: the test client takes it from `name`."""
    file = io.BytesIO(made_files.pdf())
    file.name = name
    return file


def test_a_name_of_nothing_is_no_file(bid, officer):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="%s"\r\n'
        b"Content-Type: application/pdf\r\n\r\nabc\r\n--x--\r\n"
    )

    for name in (b"", b"..", b"\x00", b"/"):
        page = officer.post(page_of(bid), body % name, content_type="multipart/form-data; boundary=x")
        assert "Select the files to add" in page.content.decode()


def test_the_same_file_twice_is_kept_once_and_a_second_press_says_so(bid, officer):
    send(officer, bid, upload("plan.pdf"))

    page = send(officer, bid, upload("plan.pdf"))
    other_name = send(officer, bid, upload("plan again.pdf"))

    assert "“plan.pdf” is in the application already. It was not added again." in page.content.decode()
    assert "“plan again.pdf” is in the application already, as “plan.pdf”." in other_name.content.decode()
    assert (names(bid), len(on_the_shelf())) == (["plan.pdf"], 1)


def test_the_database_keeps_a_file_once_and_never_without_its_bytes(bid):
    file = factories.AttachmentFactory(application=bid)
    same = {"content": made_files.pdf(), "sha256": file.sha256, "application": bid}

    for spoilt in (same, {"stored_as": None}, {"size": 0}, {"found": "Eicar"}, {"scan": "infected"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.AttachmentFactory(**{"application": bid, **spoilt})


# For a question


@pytest.fixture
def question(council):
    return factories.QuestionFactory(
        round=council.round, kind="file", text="Your evaluation report?", section="Evidence", position=9
    )


def test_a_question_of_the_kind_file_is_answered_with_files(council, question, visit):
    bid = written(council)
    officer = visit(council.drafter, at=council.at)
    section = f"/applications/{bid.reference}/section/2/"
    assert "Add a file for “Your evaluation report?”" in rules.reasons_incomplete(bid)
    assert f"{page_of(bid)}?question={question.pk}" in officer.get(section).content.decode()
    chosen = officer.get(f"{page_of(bid)}?question={question.pk}").context["form"]
    assert chosen["question"].value() == str(question.pk)

    send(officer, bid, upload("report.pdf"), question=str(question.pk))

    bid = Application.objects.get(pk=bid.pk)
    assert bid.attachments.get().question == question
    assert rules.reasons_incomplete(bid) == []
    assert "report.pdf" in officer.get(section).content.decode()
    assert "Evidence" in officer.get(f"/applications/{bid.reference}/check/").content.decode()
    assert [section.status for section in bid.sections] == ["Done", "Done"]


def test_a_question_of_another_round_or_kind_takes_no_file(bid, council, question, officer):
    stranger = factories.QuestionFactory(round=factories.a_round(), kind="file")
    text = council.questions[0]

    for other in (stranger, text):
        page = send(officer, bid, upload(), question=str(other.pk))
        assert page.context["form"].errors.keys() == {"question"}
        with pytest.raises(Refused, match="This question does not take files in this round"):
            added(bid, council, question=other)
    assert (names(bid), on_the_shelf()) == ([], [])


def test_a_file_for_a_question_that_is_no_longer_asked_is_kept_and_not_handed_in(council, visit):
    decides = factories.QuestionFactory(
        round=council.round, kind="statement", text="A report?", required=False
    )
    follows = factories.QuestionFactory(
        round=council.round, kind="file", text="Add it", shown_if=decides, shown_if_answer="yes", position=9
    )
    bid = begun(council)
    actions.save_answers(bid, {decides.pk: ("yes", 0)}, by=council.drafter, at=council.at)
    added(bid, council, question=follows)
    with_it = Application.objects.get(pk=bid.pk).fingerprint()

    actions.save_answers(bid, {decides.pk: ("", 1)}, by=council.drafter, at=council.at)

    page = visit(council.drafter, at=council.at).get(page_of(bid)).content.decode()
    assert "This question is no longer asked, so the file will not be submitted." in page
    assert names(bid) == ["plan.pdf"]
    assert Application.objects.get(pk=bid.pk).fingerprint() != with_it
    assert (
        "plan.pdf"
        not in visit(council.drafter, at=council.at)
        .get(f"/applications/{bid.reference}/check/")
        .content.decode()
        .split("app-paper")[1]
    )


# Taken out, put back, deleted for good


def test_taken_out_and_put_back(bid, council, officer):
    added(bid, council)
    file = bid.attachments.get()

    out = officer.post(f"{file.get_absolute_url()}remove/", follow=True).content.decode()

    assert "plan.pdf was taken out. Until the closing you can put it back." in out
    assert names(bid) == []
    assert officer.get(file.get_absolute_url()).status_code == 200

    officer.post(f"{file.get_absolute_url()}restore/")

    assert names(bid) == ["plan.pdf"]
    assert [step.step for step in Step.objects.of(bid)][1:] == ["add_file", "remove_file", "restore_file"]


def test_what_was_taken_out_makes_room_and_is_put_back_only_where_there_is_some(bid, council):
    type(council.round).objects.update(files_most=1)
    bid = Application.objects.get(pk=bid.pk)
    [first] = added(bid, council).files
    actions.remove_file(first, by=council.drafter, at=council.at)
    added(bid, council, upload("other.png", made_files.png()))

    with pytest.raises(Refused, match="There can be 1 file with one application at most"):
        actions.restore_file(first, by=council.drafter, at=council.at)
    assert names(bid) == ["other.png"]


def test_put_back_while_the_same_file_was_added_anew(bid, council):
    [first] = added(bid, council).files
    actions.remove_file(first, by=council.drafter, at=council.at)
    added(bid, council, upload("again.pdf"))

    with pytest.raises(Refused, match=r"in the application already, as “again\.pdf”"):
        actions.restore_file(first, by=council.drafter, at=council.at)


def test_what_is_taken_out_again_and_again_does_not_fill_the_disk(bid, council):
    for number in range(rules.MOST_TAKEN_OUT):
        file = factories.AttachmentFactory(application=bid, content=made_files.png(number * 4))
        actions.remove_file(file, by=council.drafter, at=council.at)

    refused = added(bid, council)
    actions.erase_file(file, by=council.drafter, at=council.at)
    taken = added(bid, council)

    assert "20 files were taken out already" in refused.faults[0]
    assert [str(file) for file in taken.files] == ["plan.pdf"]


def test_deleted_for_good_only_after_it_was_taken_out(
    bid, council, officer, django_capture_on_commit_callbacks
):
    [file] = added(bid, council).files
    address = file.get_absolute_url()
    refused = officer.post(f"{address}erase/", follow=True)
    assert "Take “plan.pdf” out before you delete it for good." in refused.content.decode()
    assert names(bid) == ["plan.pdf"]

    officer.post(f"{address}remove/")
    with django_capture_on_commit_callbacks(execute=True):
        officer.post(f"{address}erase/")

    file.refresh_from_db()
    assert (file.erased_by, file.stored_as, on_the_shelf()) == (council.drafter, None, [])
    assert officer.get(address).status_code == 404
    assert officer.post(f"{address}restore/").status_code == 404
    assert "plan.pdf" not in officer.get(page_of(bid)).content.decode().split("Taken out")[-1]


def test_the_clock_deletes_what_was_taken_out_thirty_days_after_the_closing(bid, council):
    [kept, out] = added(bid, council, upload(), upload("b.png", made_files.png())).files
    actions.remove_file(out, by=council.drafter, at=council.at)
    due = council.closes + timedelta(days=30)

    for at, left in ((due - timedelta(microseconds=1), 2), (due, 1), (due, 1)):
        with clock.set_to(at):
            sweep_files()
            sweep_files()
        assert len(on_the_shelf()) == left

    out.refresh_from_db()
    assert (out.erased_at, out.erased_by, out.stored_as) == (due, None, None)
    assert on_the_shelf() == [kept.stored_as]


# When


@pytest.mark.parametrize("act", ["add", "remove", "restore"])
def test_until_the_closing_and_not_at_it(bid, council, visit, act):
    file = factories.AttachmentFactory(application=bid)
    if act == "restore":
        actions.remove_file(file, by=council.drafter, at=council.at)
    before = Attachment.objects.values().order_by("pk")[::1]

    def go(at):
        client = visit(council.drafter, at=at)
        if act == "add":
            return send(client, bid, upload("late.png", made_files.png()))
        return client.post(f"{file.get_absolute_url()}{act}/", follow=True)

    late = go(council.closes)

    assert "Applications closed at noon" in late.content.decode()
    assert Attachment.objects.values().order_by("pk")[::1] == before
    assert on_the_shelf() == [file.stored_as]

    go(council.last)

    assert Attachment.objects.values().order_by("pk")[::1] != before


def test_the_arrival_counts_whatever_the_upload_takes(bid, council, visit):
    """It came a microsecond before the closing; the clock has moved on when its body is there."""
    client = visit(council.drafter, at=council.last)

    page = send(client, bid, upload())

    assert names(bid) == ["plan.pdf"]
    assert bid.attachments.get().added_at == council.last
    assert page.status_code == 200


def test_a_certified_application_keeps_its_files(council, visit):
    bid = written(council)
    added(bid, council)
    actions.certify(bid, by=council.certifier, at=council.at)
    file, client = bid.attachments.get(), visit(council.drafter, at=council.at)

    for answer in (
        send(client, bid, upload("b.png", made_files.png())),
        client.post(f"{file.get_absolute_url()}remove/", follow=True),
    ):
        assert "A certifier must send it back before it can be changed." in answer.content.decode()
    assert names(bid) == ["plan.pdf"]
    assert client.get(page_of(bid)).url == bid.get_absolute_url()


# What is certified


def test_files_are_certified_by_name_kind_size_and_hash(council):
    bid = written(council)
    plain = bid.fingerprint()
    [file, out] = added(bid, council, upload(), upload("out.png", made_files.png())).files
    actions.remove_file(out, by=council.drafter, at=council.at)
    bid = Application.objects.for_detail().get(pk=bid.pk)

    assert json.loads(content.canonical(bid))["files"] == [
        {"question": None, "name": "plan.pdf", "kind": "pdf", "size": file.size, "sha256": file.sha256}
    ]
    assert bid.fingerprint() != plain


def test_a_file_added_while_the_certifier_reads_is_noticed(council):
    bid = written(council)
    seen = bid.fingerprint()
    added(bid, council)

    with pytest.raises(actions.Overtaken, match="changed while you were reading"):
        actions.certify(bid, by=council.certifier, at=council.at, seen=seen)


# Who opens it, and how


def test_it_is_handed_out_to_be_saved_and_never_shown(bid, council, officer):
    [file] = added(bid, council, upload("Über <plan>.html", made_files.pdf())).files

    response = officer.get(file.get_absolute_url())

    assert b"".join(response.streaming_content) == made_files.pdf()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == ("attachment; filename*=utf-8''%C3%9Cber%20_plan_.html.pdf")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert response["Content-Security-Policy"].endswith("sandbox")
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cache-Control"] == "private, no-store"
    assert int(response["Content-Length"]) == file.size
    assert officer.post(file.get_absolute_url()).status_code == 405


def test_the_files_of_a_draft_are_for_its_own_people_alone(bid, council, visit):
    [file] = added(bid, council).files
    rival = factories.drafter(factories.AuthorityFactory())
    partner = factories.PartnerFactory(application=bid)
    others = [
        rival,
        factories.drafter(partner.authority),
        factories.case_officer(),
        factories.scheme_manager(),
    ]

    for user in (council.drafter, council.certifier):
        assert visit(user, at=council.at).get(file.get_absolute_url()).status_code == 200
    for user in others:
        client = visit(user, at=council.at)
        assert client.get(file.get_absolute_url()).status_code == 404
        for act in ("remove", "restore", "erase"):
            assert client.post(f"{file.get_absolute_url()}{act}/").status_code == 404
    assert visit().get(file.get_absolute_url()).url.startswith("/accounts/login/")
    assert names(bid) == ["plan.pdf"]


def test_the_office_opens_what_was_handed_in_and_nothing_that_was_taken_out(council, visit):
    bid = written(council)
    [file, out] = added(bid, council, upload(), upload("out.png", made_files.png())).files
    actions.remove_file(out, by=council.drafter, at=council.at)
    actions.certify(bid, by=council.certifier, at=council.at)
    actions.submit(bid, by=council.drafter, at=council.at)
    office = visit(factories.case_officer(), at=council.checking)

    page = office.get(bid.get_absolute_url()).content.decode()

    assert file.get_absolute_url() in page
    assert "out.png" not in page
    assert office.get(file.get_absolute_url()).status_code == 200
    assert office.get(out.get_absolute_url()).status_code == 404
    for act in ("remove", "restore", "erase"):
        assert office.post(f"{file.get_absolute_url()}{act}/").status_code == 403
    assert names(bid) == ["plan.pdf"]


def test_a_key_that_is_guessed_is_nobody_s(officer):
    assert officer.get(f"/applications/files/{uuid.uuid4()}/").status_code == 404
    assert officer.get("/applications/files/1/").status_code == 404


def test_another_council_cannot_send_a_file(bid, council, visit):
    rival = visit(factories.drafter(factories.AuthorityFactory()), at=council.at)

    assert rival.get(page_of(bid)).status_code == 404
    assert rival.post(page_of(bid), {"files": upload()}).status_code == 404
    assert on_the_shelf() == []


def test_the_successor_has_the_files_of_the_council_it_took_over(bid, council, visit):
    [file] = added(bid, council).files
    successor = factories.AuthorityFactory()
    Application.objects.filter(pk=bid.pk).update(authority=successor, inherited_from=council.authority)

    assert visit(factories.drafter(successor), at=council.at).get(file.get_absolute_url()).status_code == 200
    assert visit(council.drafter, at=council.at).get(file.get_absolute_url()).status_code == 404
    assert Authority.objects.filter(pk=council.authority.pk).exists()


# The page


def test_the_page_costs_no_more_for_more_files(council, visit, django_assert_max_num_queries):
    type(council.round).objects.update(files_most=10)
    bid = begun(council)
    for number in range(8):
        file = factories.AttachmentFactory(
            application=bid, content=made_files.png(number * 4), added_by=factories.UserFactory()
        )
        if number % 2:
            actions.remove_file(file, by=council.drafter, at=council.at)
    officer = visit(council.drafter, at=council.at)
    officer.get(page_of(bid))

    with django_assert_max_num_queries(12):
        page = officer.get(page_of(bid))

    assert page.content.decode().count("app-files__item") == 8


def test_a_round_without_files_has_no_line_and_no_form(council, visit):
    type(council.round).objects.update(files_most=0)
    bid = begun(council)
    officer = visit(council.drafter, at=council.at)

    assert "application_files" not in officer.get(bid.get_absolute_url()).content.decode()
    page = officer.get(page_of(bid)).content.decode()
    assert "This round takes no files." in page
    assert 'type="file"' not in page
    assert "This round takes no files." in added(bid, council).faults[0]


def test_how_complete_a_draft_is_counts_a_question_s_file(council, question):
    bid = written(council)

    def percent():
        return tasklist.percent(Application.objects.for_progress().get(pk=bid.pk), council.at)

    before = percent()
    added(bid, council, question=question)

    assert before < percent()


def test_what_was_chosen_before_the_session_ended_is_said_to_be_lost(bid, council, visit):
    page = visit(at=council.at).post(page_of(bid), {"files": upload("plan.pdf")})

    assert page.status_code == 403
    assert "plan.pdf" in page.content.decode()
    assert "choose them again" in page.content.decode()
    assert on_the_shelf() == []
