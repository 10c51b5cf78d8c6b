"""People at a browser: who presses what, with the clock where the test puts it."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, Page, expect

from beacons.core import clock
from beacons.core.admin_site import AUTHENTICATION_METHODS
from tests.browser.hands import Mouse

PATIENCE = 30_000


class Office:
    """Opens a browser window for each person, signed in, and sets the one clock that all of them see."""

    def __init__(
        self, browser: Browser, address: str, look: Any, monkeypatch: Any, hands: type[Mouse] = Mouse
    ):
        self.browser, self.address, self.look, self.monkeypatch = browser, address, look, monkeypatch
        self.hands = hands
        self.at: datetime | None = None
        self.windows: dict[int, Someone] = {}
        self.looked_at: set[tuple[bool, str]] = set()

    def set_clock(self, at: datetime) -> datetime:
        """From now on every request comes at this instant. The server runs in a thread of its own, so the clock
        itself is replaced rather than its context."""
        self.at = at
        self.monkeypatch.setattr(clock, "now", lambda: at)
        return at

    def visitor(self) -> "Someone":
        return Someone(self, None)

    def as_(self, user: Any) -> "Someone":
        if user.pk not in self.windows:
            self.windows[user.pk] = Someone(self, user)
        return self.windows[user.pk]


class Someone:
    """One person's window."""

    def __init__(self, office: Office, user: Any):
        self.office, self.user = office, user
        context = office.browser.new_context(
            base_url=office.address,
            viewport={"width": 1280, "height": 900},
            java_script_enabled=office.hands.scripts,
        )
        if user is not None:
            context.add_cookies([{"name": "sessionid", "value": session_of(user), "url": office.address}])
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.hands = office.hands(self.page)
        self.complaints: list[str] = []
        self.page.on(
            "console", lambda told: self.complaints.append(told.text) if told.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def goes_to(self, path: str, *, looks: bool = True) -> "Someone":
        assert self.asks_for(path) == 200, path
        return self.looks() if looks else self

    def asks_for(self, path: str) -> int:
        """The status with which the house answers."""
        answer = self.page.goto(path)
        assert answer is not None
        return answer.status

    def is_kept_from(self, path: str, status: int = 404) -> "Someone":
        assert self.asks_for(path) == status, path
        self.complaints.clear()
        return self

    def looks(self) -> "Someone":
        """The page is fit to be seen, and nothing broke while it was drawn."""
        # One page of a kind is enough for each kind of person: axe takes longer than the page itself.
        kind = (self.user is None, re.sub(r"[^/]*\d[^/]*", "*", urlsplit(self.page.url).path))
        if self.hands.scripts and "/admin/" not in self.page.url and kind not in self.office.looked_at:
            self.office.looked_at.add(kind)
            self.office.look(self.page)
        assert self.complaints == [], f"{self.page.url}: {self.complaints}"
        return self

    def follows(self, link: str) -> "Someone":
        with self.page.expect_navigation():
            self.hands.press(self.page.locator("a:visible").filter(has_text=link).first)
        return self.looks()

    def fills(self, **fields: Any) -> "Someone":
        """By the fields' names: text, a choice of radios or a list, True for a box to tick, a date in three parts."""
        for name, value in fields.items():
            if value is True:
                self.ticks(f"[name='{name}']")
                continue
            parts = self.page.locator(f"[name='{name}_day'], [name='{name}_month'], [name='{name}_year']")
            if parts.count() == 3:
                for box, part in zip(parts.all(), (value.day, value.month, value.year), strict=True):
                    self.hands.write(box, str(part))
                continue
            box = self.page.locator(f"main [name='{name}']:not([type=hidden])").first
            kind = box.get_attribute("type") or box.evaluate("box => box.tagName.toLowerCase()")
            if kind == "radio":
                self.ticks(f"[name='{name}'][value='{value}']")
            elif kind == "select":
                self.hands.choose(box, str(value))
            else:
                self.hands.write(box, str(value))
        return self

    def ticks(self, boxes: str) -> "Someone":
        """Every box or radio that a selector finds."""
        for box in self.page.locator(boxes).all():
            self.hands.tick(box)
        return self

    def writes(self, boxes: str, words: str) -> "Someone":
        """The same words into every field that a selector finds."""
        for box in self.page.locator(boxes).all():
            self.hands.write(box, words)
        return self

    def presses(self, button: str) -> "Someone":
        with self.page.expect_navigation():
            self.hands.press(self.page.get_by_role("button", name=button).first)
        return self.looks()

    def presses_last(self) -> "Someone":
        """The button that ends one of the admin's own forms."""
        with self.page.expect_navigation():
            self.page.locator("#content input[type=submit], #content button[type=submit]").last.click()
        return self

    def sees(self, words: str) -> "Someone":
        expect(self.page.locator("body")).to_contain_text(words, timeout=PATIENCE)
        return self

    def does_not_see(self, words: str) -> "Someone":
        expect(self.page.locator("body")).not_to_contain_text(words)
        return self


def session_of(user: Any) -> str:
    """A session as sign-in with a second factor leaves it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[AUTHENTICATION_METHODS] = [{"method": "password"}, {"method": "mfa", "type": "totp"}]
    session.create()
    return str(session.session_key)
