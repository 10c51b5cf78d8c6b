"""The outbox: every letter leaves, and leaves once, but for the one in the hands of a clerk that was killed."""

import threading
from collections import Counter
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as house
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend as Kept
from django.db import connections
from django.urls import reverse

from beacons.applications.models import Application
from beacons.core import letters
from beacons.core.letters import BACK_OFF, LEASE, TRIES, Letter, LetterQuerySet
from beacons.core.lifecycle import Refused
from beacons.core.steps import verb
from tests import factories as make
from tests.reliability.racing import at_once, errors

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def written(count, *, to="officer@council.example"):
    return Letter.objects.bulk_create(
        Letter(
            key=f"trial:{number}",
            kind="trial",
            to=to,
            subject=f"Letter {number}",
            body="Dear officer\n",
            written_at=AT,
            not_before=AT,
        )
        for number in range(count)
    )


def write(key, *, to):
    bid = Application.objects.first() or make.ApplicationFactory()
    letters.write("application_lapsed", to=to, key=key, at=AT, context={"application": bid, "closes_at": AT})


def subjects():
    return [message.subject for message in mail.outbox]


class Server(BaseEmailBackend):
    """A mail server that takes what it is given into `taken`, and then may lose the connection, or its mind."""

    taken: list = []
    error: Exception | None = None
    only: str = ""

    def send_messages(self, messages):
        for message in messages:
            self.taken.append(message)
            if self.error is not None and self.only in message.subject:
                raise self.error
        return len(messages)


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = f"{Server.__module__}.Server"
    Server.taken, Server.error, Server.only = [], None, ""
    yield Server
    Server.taken, Server.error, Server.only = [], None, ""


# One letter, one clerk


@pytest.mark.django_db
def test_a_letter_leaves_if_and_only_if_what_causes_it_happened():
    somebody = make.UserFactory()

    @verb
    def tell(*, refused):
        write(str(refused), to=somebody)
        if refused:
            raise Refused("No.")

    tell(refused=False)
    with pytest.raises(Refused):
        tell(refused=True)

    assert Letter.objects.get().key == f"application_lapsed:False:{somebody.email}"


def second_claim_while_the_first_is_being_made(monkeypatch):
    """Two clerks; the second asks when the first has chosen its letter and has not kept that yet."""
    chosen, done = threading.Event(), threading.Event()
    save = Letter.save

    def slow_save(letter, **options):
        if not chosen.is_set():
            chosen.set()
            # Where the second has to wait for the first (SQLite), the first goes on after a second.
            done.wait(1)
        save(letter, **options)

    monkeypatch.setattr(Letter, "save", slow_save)

    def second():
        assert chosen.wait(10)
        try:
            return letters.claim(AT)
        finally:
            done.set()

    claimed = at_once(lambda: letters.claim(AT), second)
    assert not errors(claimed)
    return [letter.subject for letter in claimed]


@pytest.mark.django_db(transaction=True)
def test_two_clerks_never_hold_one_letter(monkeypatch):
    written(2)

    assert sorted(second_claim_while_the_first_is_being_made(monkeypatch)) == ["Letter 0", "Letter 1"]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_would(monkeypatch, on_postgresql):
    """The control of the test above: what keeps them apart is the row lock, and on SQLite the transaction."""
    written(2)
    if on_postgresql:
        monkeypatch.setattr(LetterQuerySet, "select_for_update", lambda rows, **_: rows)
    else:
        monkeypatch.setattr(letters.transaction, "atomic", nullcontext)

    assert second_claim_while_the_first_is_being_made(monkeypatch) == ["Letter 0", "Letter 0"]


@pytest.mark.django_db(transaction=True)
def test_two_clerks_empty_the_outbox_together_and_send_nothing_twice(monkeypatch):
    written(60)
    meet = threading.Barrier(2)
    send = Kept.send_messages

    def together(server, messages):
        # Both are in the middle of sending at the same time, over and over.
        try:
            meet.wait(0.5)
        except threading.BrokenBarrierError:
            meet.reset()
        return send(server, messages)

    monkeypatch.setattr(Kept, "send_messages", together)

    gone = at_once(lambda: letters.deliver(at=AT), lambda: letters.deliver(at=AT))

    assert Counter(subjects()) == Counter(f"Letter {number}" for number in range(60))
    assert sum(gone) == 60
    assert min(gone) > 0, "one of them did all the work, so nothing was tried"
    assert set(Letter.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_letter_that_somebody_holds_makes_nobody_wait():
    first, _ = written(2)

    def other_letter():
        with connections["default"].cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        return letters.claim(AT).subject

    with letters.transaction.atomic():
        Letter.objects.select_for_update().get(pk=first.pk)
        (claimed,) = at_once(other_letter)

    assert claimed == "Letter 1"


# Killed clerks


@pytest.mark.django_db
def test_what_a_killed_clerk_held_goes_when_its_lease_ends():
    written(1)
    letters.claim(AT)

    assert letters.deliver(at=AT + LEASE - SECOND) == 0
    assert letters.deliver(at=AT + LEASE) == 1
    assert subjects() == ["Letter 0"]


@pytest.mark.django_db
def test_a_lease_outlives_its_clerk(monkeypatch):
    """Letters are claimed under a lease counted from the batch's first second, so a batch ends long before it."""
    written(200)
    seconds = iter(range(0, 100_000, 4))
    monkeypatch.setattr(letters.time, "monotonic", lambda: float(next(seconds)))

    gone = letters.deliver(at=AT)

    assert 0 < gone * 4 <= letters.SECONDS
    assert letters.SECONDS + house.EMAIL_TIMEOUT < house.CELERY_TASK_SOFT_TIME_LIMIT
    assert timedelta(seconds=house.CELERY_TASK_TIME_LIMIT) < LEASE


@pytest.mark.django_db
def test_both_copies_of_a_letter_that_left_twice_are_one_message(server):
    """The server took it, and the connection broke before it said so: nobody can know, so it is sent again."""
    written(2)
    server.error = ConnectionResetError("gone")
    letters.deliver(at=AT)
    server.error = None

    letters.deliver(at=AT + BACK_OFF)

    names = [(message.subject, message.message()["Message-ID"]) for message in server.taken]
    assert len(names) == 4
    assert len(set(names)) == 2
    assert len({name for _, name in names}) == 2
    assert all(name.startswith("<") and name.endswith("@localhost>") for _, name in names)


@pytest.mark.django_db
def test_a_letter_that_kills_every_clerk_is_put_aside():
    written(2)
    at = AT
    for _ in range(TRIES):
        assert letters.claim(at).subject == "Letter 0"
        at += LEASE
        Letter.objects.filter(subject="Letter 1").update(not_before=at)

    assert letters.deliver(at=at) == 1

    assert subjects() == ["Letter 1"]
    stuck = Letter.objects.failing().get()
    assert (stuck.subject, stuck.parked_at) == ("Letter 0", at)
    assert "cut off" in stuck.last_error


# Mail servers


@pytest.mark.django_db
def test_a_server_that_is_down_is_asked_again_and_then_the_letter_is_parked(settings, unused_tcp_port):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", unused_tcp_port
    (letter,) = written(1)
    at = AT
    for number in range(1, TRIES):
        assert letters.deliver(at=at) == 0
        letter.refresh_from_db()
        assert (letter.attempts, letter.parked_at, letter.sent_at) == (number, None, None)
        assert letter.last_error.startswith("ConnectionRefusedError")
        assert not Letter.objects.due(at + BACK_OFF - SECOND).exists()
        at += BACK_OFF

    letters.deliver(at=at)

    letter.refresh_from_db()
    assert (letter.attempts, letter.parked_at, letter.sent_at) == (TRIES, at, None)
    assert not Letter.objects.due(at + timedelta(days=365)).exists()
    assert list(Letter.objects.failing()) == [letter]
    assert at - AT >= timedelta(hours=3), "a server that is mended within the morning loses nothing"


@pytest.mark.django_db
def test_a_parked_letter_can_be_sent_again_from_the_admin(visit):
    (letter,) = written(1)
    Letter.objects.update(parked_at=AT, attempts=TRIES, last_error="ConnectionRefusedError: no")
    client = visit(make.scheme_manager(), at=AT + timedelta(days=1))
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa"}]
    session.save()

    client.post(
        reverse("admin:core_letter_changelist"), {"action": "send_again", "_selected_action": [letter.pk]}
    )

    letters.deliver(at=AT + timedelta(days=1))
    letter.refresh_from_db()
    assert (letter.attempts, letter.sent_at, letter.last_error) == (1, AT + timedelta(days=1), "")


@pytest.mark.django_db
def test_the_office_does_not_read_in_the_outbox_what_the_panel_has_sealed(visit):
    """That a signatory's refusal was written, when and to whom: even that it was is sealed."""
    (letter,) = written(1)
    facts = {"subject": "Refused", "body": "-", "written_at": AT, "not_before": AT}
    Letter.objects.create(key="gone", kind="panel_refused", to="chair.one@example.org", sent_at=AT, **facts)
    stuck = Letter.objects.create(
        key="stuck", kind="panel_refused", to="two@example.org", last_error="two@example.org: no", **facts
    )
    client = visit(make.case_officer(), at=AT)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa"}]
    session.save()

    listed = client.get(reverse("admin:core_letter_changelist"))
    page = client.get(reverse("admin:core_letter_change", args=[stuck.pk])).content.decode()

    shown = {row.pk for row in listed.context["cl"].queryset}
    assert shown == {letter.pk, stuck.pk}
    for text in (listed.content.decode(), page):
        assert "(of the panel)" in text
        for sealed in ("panel_refused", "example.org: no", "two@example.org", "chair.one@", "Refused"):
            assert sealed not in text
    assert letter.to in listed.content.decode()


@pytest.mark.django_db
def test_what_has_left_is_not_sent_again_from_the_admin():
    written(1)
    letters.deliver(at=AT)

    assert letters.send_again(Letter.objects.all(), at=AT) == 0
    assert letters.deliver(at=AT + timedelta(days=1)) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("error", [RuntimeError("a fault of ours"), UnicodeError("a fault of somebody's")])
def test_a_letter_whose_sending_failed_in_a_way_nobody_foresaw_is_kept_and_stops_no_other(
    server, error, caplog
):
    written(3)
    server.error, server.only = error, "Letter 1"

    assert letters.deliver(at=AT) == 2

    kept = Letter.objects.get(sent_at=None)
    assert (kept.subject, kept.attempts, kept.parked_at) == ("Letter 1", 1, None)
    assert kept.last_error == f"{type(error).__name__}: {error}"
    assert "Traceback" in caplog.text
    server.error = None
    assert letters.deliver(at=AT + BACK_OFF) == 1


@pytest.mark.django_db
def test_a_letter_to_nobody_is_not_taken_for_sent():
    written(1, to="")

    assert letters.deliver(at=AT) == 0

    assert "nobody" in Letter.objects.get(sent_at=None).last_error


# Keys


@pytest.mark.django_db
def test_nobody_is_forgotten_because_addresses_are_long():
    """Keys are kept in 200 characters; what was cut off at the end was whose letter it is."""
    everybody = [f"{'officer-' * 7}{number}@{'council-' * 7}{number}.example" for number in range(2)]

    for _ in range(2):
        for address in everybody:
            write("k" * 150, to=address)

    assert sorted(Letter.objects.values_list("to", flat=True)) == everybody
    assert max(len(key) for key in Letter.objects.values_list("key", flat=True)) <= 200


@pytest.mark.django_db
def test_a_letter_without_an_address_is_a_fault_and_not_a_silence():
    with pytest.raises(ValueError, match="needs an address"):
        write("k", to="")


# A letter that lets somebody in


@pytest.fixture
def secret_letter():
    somebody = make.UserFactory()
    key = "the-way-in"
    letters.write(
        "application_lapsed",
        to=somebody,
        key="k",
        at=AT,
        secret=key,
        context={"application": make.ApplicationFactory(), "closes_at": AT},
    )
    letter = Letter.objects.get()
    letter.body = f"Open https://beacons.example/{letters.MARK}/ once.\n"
    letter.save()
    return letter


@pytest.mark.django_db
def test_a_secret_stands_in_the_mail_and_after_it_has_gone_nowhere_here(secret_letter, mailoutbox):
    letters.deliver(at=AT)

    secret_letter.refresh_from_db()
    assert [message.body for message in mailoutbox] == ["Open https://beacons.example/the-way-in/ once.\n"]
    assert (secret_letter.secret, secret_letter.sent_at) == ("", AT)
    assert "the-way-in" not in secret_letter.body


@pytest.mark.django_db
def test_a_secret_is_kept_while_its_letter_has_not_gone(secret_letter, server):
    server.error = OSError("no route")

    letters.deliver(at=AT)
    server.error = None
    letters.deliver(at=AT + BACK_OFF)

    secret_letter.refresh_from_db()
    assert ["the-way-in" in message.body for message in server.taken] == [True, True]
    assert secret_letter.secret == ""
