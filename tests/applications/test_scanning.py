"""Files and the virus scanner: nobody else opens what it has not passed, and nobody at all what it found."""

from datetime import timedelta
from functools import partial

import pytest

from beacons.applications import actions, rules, scanning
from beacons.applications.actions.files import LEASE
from beacons.applications.models import Application, Attachment
from beacons.applications.tasks import sweep_files
from beacons.core import clock
from beacons.core.files import clamd
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.core.sweeps import Failure
from tests import factories, made_files
from tests.applications.conftest import begun, letters_of, written
from tests.applications.test_files import added, names, upload
from tests.core.scanners import Scanner

SICK = made_files.pdf().replace(b"%PDF-1.4\n", b"%PDF-1.4\n%" + made_files.EICAR + b"\n")


@pytest.fixture
def scanner(settings, request):
    made = Scanner(getattr(request, "param", "well"))
    settings.CLAMD_ADDRESS = made.address
    yield made
    made.close()


def sweep(at):
    with clock.set_to(at):
        return scanning.scan_waiting(at)


def scans():
    return list(Attachment.objects.order_by("pk").values_list("scan", "found"))


def office():
    return factories.case_officer()


def test_without_a_scanner_it_says_so_and_others_may_open_it(council):
    added(begun(council), council)

    assert sweep(council.at) == 0
    assert scans() == [("not_set_up", "")]


def test_what_it_passes_opens_to_others_and_not_before(council, scanner, visit):
    bid = written(council)
    [file] = added(bid, council).files
    actions.certify(bid, by=council.certifier, at=council.at)
    actions.submit(bid, by=council.drafter, at=council.at)
    officer, own = visit(office(), at=council.checking), visit(council.drafter, at=council.checking)

    before = officer.get(file.get_absolute_url())
    assert before.status_code == 403
    assert "It can be opened as soon as it has." in before.content.decode()
    assert file.get_absolute_url() not in officer.get(bid.get_absolute_url()).content.decode()
    assert own.get(file.get_absolute_url()).status_code == 200

    assert sweep(council.checking) == 1

    assert officer.get(file.get_absolute_url()).status_code == 200
    assert file.get_absolute_url() in officer.get(bid.get_absolute_url()).content.decode()
    file.refresh_from_db()
    assert (file.scan, file.scanned_at) == ("clean", council.checking)
    assert Letter.objects.filter(kind__contains="infected").count() == 0


def test_what_it_finds_is_closed_to_everybody_and_they_are_told(council, scanner, visit):
    manager = factories.scheme_manager()
    bid = written(council)
    [file] = added(bid, council, upload("sick.pdf", SICK)).files

    assert sweep(council.at) == 1

    bid = Application.objects.get(pk=bid.pk)
    assert scans() == [("infected", "Eicar-Test-Signature")]
    closed = visit(council.drafter, at=council.at).get(file.get_absolute_url())
    assert closed.status_code == 403
    assert "Eicar-Test-Signature" in closed.content.decode()
    assert rules.reasons_incomplete(bid) == [
        "A virus was found in “sick.pdf”. Take the file out, and add a clean copy if you need it."
    ]
    with pytest.raises(Refused, match="A virus was found"):
        actions.certify(bid, by=council.certifier, at=council.at)
    told = letters_of("application_file_infected")
    assert {letter.to for letter in told} == {council.drafter.email, council.certifier.email}
    assert "sick.pdf" in told[0].body
    [letter] = letters_of("office_file_infected")
    assert letter.to == manager.email
    # A draft is its council's own: the office hears of the virus, and not what the file is called.
    assert "sick" not in letter.body + letter.subject
    assert bid.title not in letter.body + letter.subject
    page = visit(council.drafter, at=council.at).get(f"/applications/{bid.reference}/files/").content.decode()
    assert "Virus found" in page


def test_taken_out_it_stands_in_nobody_s_way(council, scanner):
    bid = written(council)
    [file] = added(bid, council, upload("sick.pdf", SICK)).files
    sweep(council.at)

    actions.remove_file(file, by=council.drafter, at=council.at)

    assert rules.reasons_incomplete(Application.objects.get(pk=bid.pk)) == []


def test_found_after_it_was_handed_in_the_bid_stays_and_the_file_is_closed(council, scanner, visit):
    bid = written(council)
    [file] = added(bid, council, upload("sick.pdf", SICK)).files
    actions.certify(bid, by=council.certifier, at=council.at)
    bid = actions.submit(bid, by=council.drafter, at=council.at)
    officer = office()

    sweep(council.checking)

    bid = Application.objects.get(pk=bid.pk)
    assert (bid.status, bid.content_hash) == ("submitted", bid.fingerprint())
    assert visit(officer, at=council.checking).get(file.get_absolute_url()).status_code == 403
    assert "is judged without this file" in letters_of("application_file_infected")[0].body
    assert [letter.to for letter in letters_of("office_file_infected")] == [officer.email]


def test_scanning_again_changes_nothing(council, scanner):
    added(begun(council), council, upload(), upload("sick.pdf", SICK))
    assert sweep(council.at) == 2
    before = (scans(), Step.objects.count(), Letter.objects.count())

    assert sweep(council.at + timedelta(days=1)) == 0
    with pytest.raises(Refused, match="scanned already"):
        actions.note_scan(Attachment.objects.first(), found="Another", at=council.at)

    assert (scans(), Step.objects.count(), Letter.objects.count()) == before
    assert len(scanner.heard) == 2


@pytest.mark.parametrize("scanner", ["silent", "hangs_up", "nonsense", "small"], indirect=True)
def test_a_scanner_that_gives_no_plain_answer_passes_nothing(council, scanner, monkeypatch):
    monkeypatch.setattr(clamd, "scan", partial(clamd.scan, seconds=0.3))
    monkeypatch.setattr(clamd, "answers", partial(clamd.answers, seconds=0.3))
    added(begun(council), council)

    assert sweep(council.at) == 0

    assert scans() == [("waiting", "")]
    [failure] = Failure.objects.all()
    assert failure.act.endswith("scan_waiting")
    assert failure.subject_id == Attachment.objects.get().pk


def test_when_the_scanner_is_down_the_rest_waits_and_all_is_scanned_when_it_is_back(
    council, settings, scanner
):
    bid = begun(council)
    added(bid, council, upload("a.pdf"), upload("b.png", made_files.png()))
    address, settings.CLAMD_ADDRESS = settings.CLAMD_ADDRESS, "127.0.0.1:1"

    assert sweep(council.at) == 0
    assert sweep(council.at + timedelta(minutes=1)) == 0

    assert [failure.times for failure in Failure.objects.standing(council.at + timedelta(minutes=1))] == [2]
    assert scans() == [("waiting", ""), ("waiting", "")]

    settings.CLAMD_ADDRESS = address
    assert sweep(council.at + timedelta(minutes=2)) == 2
    assert scans() == [("clean", ""), ("clean", "")]


def test_one_file_that_cannot_be_scanned_holds_up_no_other(council, scanner):
    bid = begun(council)
    [lost, _] = added(bid, council, upload("lost.pdf"), upload("b.png", made_files.png())).files
    scanning.shelf().delete(lost.stored_as)

    assert sweep(council.at) == 1

    assert scans() == [("waiting", ""), ("clean", "")]
    assert "FileNotFoundError" in Failure.objects.get().error


def test_two_clerks_never_have_one_file_and_a_killed_ones_is_taken_up_again(council, scanner):
    added(begun(council), council)
    held = actions.claim_for_scan(council.at)

    assert held is not None
    assert actions.claim_for_scan(council.at) is None
    assert sweep(council.at + timedelta(minutes=1)) == 0
    assert sweep(council.at + LEASE) == 1


def test_files_from_before_a_scanner_was_set_up_are_scanned_too(council, settings, scanner):
    address, settings.CLAMD_ADDRESS = settings.CLAMD_ADDRESS, ""
    added(begun(council), council, upload("sick.pdf", SICK))
    assert scans() == [("not_set_up", "")]

    settings.CLAMD_ADDRESS = address
    sweep(council.at)

    assert scans() == [("infected", "Eicar-Test-Signature")]


def test_the_whole_sweep_runs_every_part(council, scanner):
    bid = begun(council)
    added(bid, council)

    with clock.set_to(council.at):
        assert sweep_files() == 1
        assert sweep_files() == 0
    assert names(bid) == ["plan.pdf"]
