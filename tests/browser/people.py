"""People at a browser: who presses what, with the clock where the test puts it."""

import re
from typing import Any
from urllib.parse import urlsplit

import lxml.html
from playwright.sync_api import Page, expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from tests.browser.hands import Mouse
from tests.journeys import pages

PATIENCE = 30_000
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 640}


class Office(pages.Office):
    """Opens a browser window for each person, signed in, and sets the one clock that all of them see."""

    def __init__(
        self,
        new_context: CreateContextCallback,
        address: str,
        look: Any,
        monkeypatch: Any,
        hands: type[Mouse] = Mouse,
    ):
        """Its windows are shut when the test is over: an open one holds a connection to the database for good."""
        super().__init__(monkeypatch)
        self.new_context, self.address, self.look = new_context, address, look
        self.hands = hands
        self.looked_at: set[tuple[bool, str]] = set()

    def window(self, user: Any) -> "Someone":
        return Someone(self, user)


class Someone:
    """One person's window."""

    def __init__(self, office: Office, user: Any):
        self.office, self.user = office, user
        context = office.new_context(
            base_url=office.address,
            viewport=DESKTOP,
            java_script_enabled=office.hands.scripts,
        )
        if user is not None:
            context.add_cookies(
                [{"name": "sessionid", "value": pages.session_of(user), "url": office.address}]
            )
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

    def looks_on_a_phone(self) -> "Someone":
        """The same page again, as narrow as a phone."""
        self.page.set_viewport_size(PHONE)
        self.office.look(self.page)
        self.page.set_viewport_size(DESKTOP)
        return self

    def follows(self, link: str) -> "Someone":
        with self.page.expect_navigation():
            self.hands.press(self.page.locator("a:visible").filter(has_text=link).first)
        return self.looks()

    def fills(self, **fields: Any) -> "Someone":
        """By the fields' names: text, a choice of radios or a list, True for a box to tick, a date in three parts."""
        for name, value in fields.items():
            if value is True:
                self.ticks(name)
                continue
            parts = self.page.locator(f"[name='{name}_day'], [name='{name}_month'], [name='{name}_year']")
            if parts.count() == 3:
                for box, part in zip(parts.all(), (value.day, value.month, value.year), strict=True):
                    self.hands.write(box, str(part))
                continue
            box = self.page.locator(f"main [name='{name}']:not([type=hidden])").first
            kind = box.get_attribute("type") or box.evaluate("box => box.tagName.toLowerCase()")
            if kind == "radio":
                self.ticks(name, value)
            elif kind == "select":
                self.hands.choose(box, str(value))
            else:
                self.hands.write(box, str(value))
        return self

    def ticks(self, name: str, value: Any = None) -> "Someone":
        """The box or radio with this name, of several the one with this value."""
        which = "" if value is None else f"[value='{value}']"
        self.hands.tick(self.page.locator(f"main [name='{name}']{which}:not([type=hidden])").first)
        return self

    def ticks_all(self) -> "Someone":
        """Every box there is to tick in what the page is about."""
        for box in self.page.locator("main input[type=checkbox]").all():
            self.hands.tick(box)
        return self

    def writes_everywhere(self, words: str) -> "Someone":
        """The same words into every large field."""
        for box in self.page.locator("main textarea").all():
            self.hands.write(box, words)
        return self

    def has(self, *names: str) -> bool:
        """Is there a field of one of these names, or one whose name begins so and goes on with an underscore?"""
        wanted = ", ".join(f"[name='{name}'], [name^='{name}_']" for name in names)
        return self.page.locator(wanted).count() > 0

    def can_press(self, button: str) -> bool:
        return self.page.get_by_role("button", name=button).count() > 0

    def can_follow(self, link: str) -> bool:
        return self.page.get_by_role("link", name=link).count() > 0

    def addresses(self, part: str) -> list[str]:
        """Where the links lead whose address has this part in it, each once, in the order of the page."""
        links = self.page.locator(f"main a[href*='{part}']").all()
        return list(dict.fromkeys(link.get_attribute("href") for link in links))

    def presses(self, button: str) -> "Someone":
        with self.page.expect_navigation():
            self.hands.press(self.page.get_by_role("button", name=button).first)
        return self.looks()

    def presses_last(self) -> "Someone":
        """The button that ends one of the admin's own forms."""
        with self.page.expect_navigation():
            self.page.locator("#content input[type=submit], #content button[type=submit]").last.click()
        return self

    @property
    def drawn(self) -> Any:
        """The page as it stands, as a tree of elements."""
        return lxml.html.fromstring(self.page.content())

    def sees(self, words: str) -> "Someone":
        expect(self.page.locator("body")).to_contain_text(words, timeout=PATIENCE)
        return self

    def does_not_see(self, words: str) -> "Someone":
        expect(self.page.locator("body")).not_to_contain_text(words)
        return self
