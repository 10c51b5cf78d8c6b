"""kill -9 of the real web server in the middle of an upload, and right after one: nothing half, nothing lost."""

import hashlib
import http.client
import os
import signal
import socket
import time
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from beacons.applications.models import Attachment
from beacons.applications.tasks import sweep_files
from beacons.core import invariants, workdays
from beacons.core.files.shelf import ARRIVING, FRESH, GRACE_SECONDS, shelf
from tests import factories as make
from tests import made_files
from tests.reliability.browsers import Browser
from tests.reliability.midyear import DAY
from tests.reliability.processes import environment, running, wait_until
from tests.reliability.test_killed_web import PASSWORD, address, web

BOUNDARY = "between-two-parts"


class Uploader(Browser):
    """An officer who sends files byte by byte."""

    def form(self, content: bytes) -> bytes:
        token = self.cookies["csrftoken"]
        return (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="plan.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        ).encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()  # fmt: skip

    def begin(self, path: str, body: bytes, share: float) -> socket.socket:
        """The head of a request, and so much of its body."""
        host, port = urlsplit(f"//{self.host}").hostname, urlsplit(f"//{self.host}").port
        line = socket.create_connection((host, port), timeout=20)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        line.sendall(
            f"POST {path} HTTP/1.1\r\nHost: {self.host}\r\nCookie: {cookies}\r\nConnection: close\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        )
        line.sendall(body[: int(len(body) * share)])
        return line

    def upload(self, path: str, content: bytes) -> bytes:
        """The first line of the answer."""
        with self.begin(path, self.form(content), 1.0) as line:
            return line.makefile("rb").readline()

    def is_served(self, path: str) -> bool:
        try:
            return self.ask("GET", path)[0] == 200
        except (OSError, http.client.HTTPException):
            return False  # the worker was killed; another is on its way


def lying(place):
    folder = shelf().location / place
    return [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []


def kill(house):
    _, workers = web(house.pid)
    assert workers
    for pid in workers:
        os.kill(pid, signal.SIGKILL)


@pytest.mark.django_db(transaction=True)
def test_an_upload_that_is_cut_off_leaves_nothing_and_one_that_was_acknowledged_stays(tmp_path):
    a_round = make.a_round(starts_on=workdays.day_in_london(timezone.now()) - 45 * DAY)
    user = make.UserFactory()
    user.set_password(PASSWORD)
    user.save()
    council = make.AuthorityFactory()
    make.MembershipFactory(user=user, role="drafter", authority=council)
    bid = make.ApplicationFactory(round=a_round, authority=council, drafted_by=user)
    path = f"/applications/{bid.reference}/files/"
    log = tmp_path / "log"
    env = environment(
        DJANGO_SETTINGS_MODULE="tests.reliability.served", EMAIL_URL=f"filemail:///{tmp_path}/letters"
    )
    # Longer than what a server takes in at once, so that half of it is on the disk.
    cut_off = made_files.pdf("Cut off") + bytes(3 * 1024 * 1024)
    whole = made_files.pdf("Whole")

    with running("up", "--port", "0", env=env, log=log) as house:
        assert wait_until(lambda: address(log)), log.read_text()
        officer = Uploader(address(log))
        officer.sign_in(user.email, PASSWORD)
        officer.ask("GET", path)
        line = officer.begin(path, officer.form(cut_off), 0.9)
        assert wait_until(lambda: any(part.stat().st_size for part in lying(ARRIVING))), log.read_text()
        kill(house)
        line.close()

        assert (Attachment.objects.count(), lying(FRESH)) == (0, [])
        assert wait_until(lambda: officer.is_served(path)), log.read_text()
        assert officer.upload(path, whole).split()[1] == b"302"
        kill(house)

    kept = Attachment.objects.get()
    assert kept.sha256 == hashlib.sha256(whole).hexdigest()
    assert shelf().fingerprint(kept.stored_as) == (len(whole), kept.sha256)
    assert list(invariants.broken()) == []
    # What was cut off lies where the clock finds it, once no request can be writing it any more.
    old = time.time() - GRACE_SECONDS - 1
    for part in lying(ARRIVING):
        os.utime(part, (old, old))
    sweep_files()
    assert (lying(ARRIVING), Attachment.objects.get()) == ([], kept)
