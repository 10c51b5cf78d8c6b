"""A council officer at a plain HTTP client, who keeps a ledger of what the house said it had done."""

import http.client
import json
import threading
from collections.abc import Iterator
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from beacons.applications.models import AnswerVersion, Application
from beacons.applications.statuses import Status
from beacons.core.letters import Letter
from beacons.core.steps import Step
from beacons.directory.models import User

PATIENCE = 20.0


class Browser:
    """Cookies, forms, and a person who presses the button again when the connection breaks."""

    def __init__(self, address: str):
        self.host = urlsplit(address).netloc
        self.cookies: dict[str, str] = {}
        self.broken = 0
        # What the last answer said.
        self.said = b""

    def ask(self, method: str, path: str, form: dict[str, object] | None = None) -> tuple[int, str]:
        """The status, and where the answer leads to."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if path.endswith("/autosave/"):
            headers["Accept"] = "application/json"
        body = None
        if form is not None:
            body = urlencode({**form, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(self.host, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            self.said = answer.read()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: kept.value for name, kept in SimpleCookie(line).items()}
        # The messages of pages that nobody looks at would pile up.
        self.cookies.pop("messages", None)
        return answer.status, answer.headers.get("Location", "")

    def post(self, path: str, form: dict[str, object]) -> tuple[int, str]:
        """The same again, until there is an answer."""
        while True:
            try:
                return self.ask("POST", path, form)
            except (OSError, http.client.HTTPException):
                self.broken += 1

    def sign_in(self, email: str, password: str) -> None:
        self.ask("GET", "/accounts/login/")
        status, _ = self.ask("POST", "/accounts/login/", {"login": email, "password": password})
        assert status == 302, f"{email} was not let in: {status}"
        assert "sessionid" in self.cookies


class Officer(threading.Thread):
    """Saves one answer over and over and hands bids in, until told to stop; remembers what was acknowledged.

    It is saved by the button and by the page's own script in turn.
    """

    def __init__(self, browser: Browser, draft: Application, certified: list[Application]):
        super().__init__(daemon=True)
        self.browser, self.draft = browser, draft
        self.question, self.other = draft.round.questions.all()
        self.waiting = list(certified)
        self.bids = list(certified)
        self.saved: list[str] = []
        # How many of them by the page's script.
        self.by_itself = 0
        self.handed_in: list[Application] = []
        self.odd: list[tuple[str, int, str]] = []
        self.stopping = False

    @property
    def acknowledged(self) -> int:
        return len(self.saved) + len(self.handed_in)

    def run(self) -> None:
        while not self.stopping:
            save = (self.save, self.save_by_itself)[len(self.saved) % 2]
            save(f"{self.draft.reference}, text {len(self.saved) + 1}")
            if self.waiting and len(self.saved) % 3 == 0:
                self.hand_in(self.waiting.pop())

    def form(self, text: str) -> dict[str, object]:
        return {
            f"answer_{self.question.pk}": text,
            f"version_{self.question.pk}": len(self.saved),
            f"answer_{self.other.pk}": "",
            f"version_{self.other.pk}": 0,
        }

    def save(self, text: str) -> None:
        path = f"/applications/{self.draft.reference}/section/1/"
        status, to = self.browser.post(path, self.form(text))
        if (status, to) == (302, f"/applications/{self.draft.reference}/"):
            self.saved.append(text)
        else:
            self.odd.append((path, status, to))

    def save_by_itself(self, text: str) -> None:
        """Acknowledged is what the page is told has become a version of its own, once however often it was sent."""
        path = f"/applications/{self.draft.reference}/section/1/autosave/"
        opened = {"page": self.draft.reference, "turn": len(self.saved)}
        status, _ = self.browser.post(path, self.form(text) | opened)
        told = json.loads(self.browser.said) if status == 200 else {}
        versions = {f"version_{self.question.pk}": len(self.saved) + 1, f"version_{self.other.pk}": 0}
        if told.get("versions") == versions and told["overtaken"] == told["problems"] == {}:
            self.saved.append(text)
            self.by_itself += 1
        else:
            self.odd.append((path, status, self.browser.said.decode()[:200]))

    def hand_in(self, bid: Application) -> None:
        status, to = self.browser.post(f"/applications/{bid.reference}/submit/", {})
        if (status, to) == (302, f"/applications/{bid.reference}/receipt/"):
            self.handed_in.append(bid)
        else:
            self.odd.append((bid.reference, status, to))


def faults(officers: list[Officer]) -> Iterator[str]:
    """Where the house does not hold what it acknowledged, or holds it twice."""
    for officer in officers:
        yield from (f"answered oddly: {odd}" for odd in officer.odd)
        kept = AnswerVersion.objects.filter(answer__application=officer.draft).order_by("version")
        texts = list(kept.values_list("version", "text"))
        if texts != list(enumerate(officer.saved, start=1)):
            yield f"{officer.draft.reference} keeps {texts[-3:]}, and was told {officer.saved[-3:]}"
        for bid in officer.bids:
            handed_in = bid in officer.handed_in
            now = Application.objects.get(pk=bid.pk).status
            if now != (Status.SUBMITTED if handed_in else Status.CERTIFIED):
                yield f"{bid.reference} is {now}"
            if Step.objects.of(bid).filter(step="submit").count() != handed_in:
                yield f"{bid.reference} has not one step of being handed in for each acknowledgement"
            people = len(User.objects.of_authority(bid.authority_id))
            letters = Letter.objects.filter(kind="application_submitted", key__contains=f":{bid.reference}:")
            if letters.count() != people * handed_in:
                yield f"{bid.reference}: {letters.count()} letters to {people} people"
