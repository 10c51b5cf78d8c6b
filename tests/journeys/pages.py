"""People at web pages without a browser: Django's test client, which reads links, buttons and forms as a person would.

`Office` and `Someone` have the words of `tests.browser.people`, so that one walk (`walk.py`) can be gone either way.
"""

import re
from datetime import datetime
from typing import Any, Self
from urllib.parse import urldefrag, urljoin

import lxml.html
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from beacons.core import clock
from beacons.core.admin_site import AUTHENTICATION_METHODS

TYPED = "descendant::input | descendant::select | descendant::textarea"


class Office:
    """Opens a window for each person, signed in, and sets the one clock that all of them see."""

    def __init__(self, monkeypatch: Any):
        self.monkeypatch = monkeypatch
        self.at: datetime | None = None
        self.windows: dict[Any, Any] = {}

    def set_clock(self, at: datetime) -> datetime:
        """From now on every request comes at this instant. A server may run in a thread of its own, so the clock
        itself is replaced rather than its context."""
        self.at = at
        self.monkeypatch.setattr(clock, "now", lambda: at)
        return at

    def as_(self, user: Any) -> Any:
        if user.pk not in self.windows:
            self.windows[user.pk] = self.window(user)
        return self.windows[user.pk]

    def visitor(self) -> Any:
        return self.window(None)

    def window(self, user: Any) -> Any:
        return Someone(self, user)


class Someone:
    """One person's window."""

    def __init__(self, office: Office, user: Any):
        self.office, self.user = office, user
        self.client = Client()
        if user is not None:
            self.client.cookies["sessionid"] = session_of(user)
        self.answer: Any = None
        self.path, self.status, self.page = "", 0, lxml.html.fromstring("<html><body></body></html>")

    # Going somewhere

    def goes_to(self, path: str) -> Self:
        return self._arrives(self.client.get(path, follow=True), path)

    def is_kept_from(self, path: str, status: int = 404) -> Self:
        assert self.client.get(path).status_code == status, path
        return self

    def follows(self, link: str) -> Self:
        """The first link with these words in it."""
        found = self._first("//a[@href]", link)
        return self.goes_to(urljoin(self.path, found.get("href")))

    def presses(self, button: str) -> Self:
        """The first button with these words on it; what a form holds goes with it."""
        found = self._first("//button | //input[@type='submit'] | //a[@role='button' and @href]", button)
        if found.tag == "a":
            return self.goes_to(urljoin(self.path, found.get("href")))
        return self._sends(found)

    def presses_last(self) -> Self:
        """The button that ends one of the admin's own forms."""
        content = self.page.get_element_by_id("content")
        return self._sends(content.xpath(".//input[@type='submit'] | .//button[@type='submit']")[-1])

    # Filling in

    def fills(self, **fields: Any) -> Self:
        """By the fields' names: text, a choice of radios or a list, True for a box to tick, a date in three parts."""
        for name, value in fields.items():
            if value is True:
                self.ticks(name)
            elif self.page.xpath("//*[@name=$name]", name=f"{name}_day"):
                for part in ("day", "month", "year"):
                    self._write(self._boxes(f"{name}_{part}")[0], getattr(value, part))
            else:
                boxes = [box for box in self._boxes(name) if box.get("type") != "hidden"]
                assert boxes, f"{self.path} has no field {name}"
                if boxes[0].get("type") == "radio":
                    self.ticks(name, value)
                else:
                    self._write(boxes[0], value)
        return self

    def ticks(self, name: str, value: Any = None) -> Self:
        """The box or radio with this name, of several the one with this value."""
        for box in self._boxes(name):
            if box.get("type") in ("radio", "checkbox") and (value is None or box.get("value") == str(value)):
                self._tick(box)
                return self
        raise AssertionError(f"{self.path} has nothing to tick at {name}: {value}")

    def ticks_all(self) -> Self:
        """Every box there is to tick in what the page is about."""
        for box in self.page.xpath("//main//input[@type='checkbox']"):
            self._tick(box)
        return self

    def writes_everywhere(self, words: str) -> Self:
        """The same words into every large field."""
        for box in self.page.xpath("//main//textarea"):
            self._write(box, words)
        return self

    def has(self, *names: str) -> bool:
        """Is there a field of one of these names, or one whose name begins so and goes on with an underscore?"""
        wanted = "//*[@name=$name or starts-with(@name, concat($name, '_'))]"
        return any(self.page.xpath(wanted, name=name) for name in names)

    def can_press(self, button: str) -> bool:
        return any(
            words_are_in(button, words_of(each))
            for each in self.page.xpath("//button | //input[@type='submit'] | //a[@role='button']")
        )

    def can_follow(self, link: str) -> bool:
        return any(words_are_in(link, words_of(each)) for each in self.page.xpath("//a[@href]"))

    def addresses(self, part: str) -> list[str]:
        """Where the links lead whose address has this part in it, each once, in the order of the page."""
        found = [link.get("href") for link in self.page.xpath("//main//a[@href]")]
        return list(dict.fromkeys(address for address in found if part in address))

    # Looking

    @property
    def drawn(self) -> Any:
        """The page as a tree of elements."""
        return self.page

    def sees(self, words: str) -> Self:
        shown = words_of(self.page)
        assert plain(words) in shown, f"{self.path} does not show “{words}”: {shown}"
        return self

    def does_not_see(self, words: str) -> Self:
        assert plain(words) not in words_of(self.page), f"{self.path} shows “{words}”"
        return self

    # How it is done

    def _arrives(self, answer: Any, path: str) -> Self:
        chain = getattr(answer, "redirect_chain", [])
        self.path = urljoin(path, chain[-1][0]) if chain else path
        self.answer, self.status = answer, answer.status_code
        assert self.status == 200, f"{self.path} answers {self.status}"
        self.page = lxml.html.fromstring(answer.content)
        return self

    def _first(self, where: str, words: str) -> Any:
        for each in self.page.xpath(where):
            if words_are_in(words, words_of(each)):
                return each
        raise AssertionError(f"{self.path} has nothing called “{words}”: {words_of(self.page)}")

    def _boxes(self, name: str) -> Any:
        """The fields of this name: in what the page is about, or in the admin, which has no such part."""
        inside = self.page.xpath("//main") or [self.page]
        return inside[0].xpath(f"({TYPED})[@name=$name]", name=name)

    def _write(self, box: Any, value: Any) -> None:
        if box.tag == "select":
            options = box.xpath(".//option")
            assert str(value) in [option.get("value", option.text) for option in options], (
                box.get("name"),
                value,
            )
            for option in options:
                option.attrib.pop("selected", None)
                if option.get("value", option.text) == str(value):
                    option.set("selected", "selected")
        elif box.tag == "textarea":
            box.text = str(value)
        else:
            box.set("value", str(value))

    def _tick(self, box: Any) -> None:
        if box.get("type") == "radio":
            for other in self._boxes(box.get("name")):
                other.attrib.pop("checked", None)
        box.set("checked", "checked")

    def _sends(self, button: Any) -> Self:
        form = next(button.iterancestors("form"), None)
        if button.get("form"):
            form = self.page.get_element_by_id(button.get("form"))
        assert form is not None, f"{self.path}: this button belongs to no form"
        path = urldefrag(urljoin(self.path, button.get("formaction") or form.get("action") or "")).url
        pairs = held(form)
        if button.get("name"):
            pairs.setdefault(button.get("name"), []).append(button.get("value", ""))
        if form.get("method", "get").lower() == "get":
            return self._arrives(self.client.get(path, pairs, follow=True), path)
        return self._arrives(self.client.post(path, pairs, follow=True), path)


def held(form: Any) -> dict[str, list[str]]:
    """What a browser would send of a form, but for the button and files."""
    pairs: dict[str, list[str]] = {}
    for box in form.xpath(TYPED):
        name, kind = box.get("name"), box.get("type", "text")
        if (
            not name
            or box.get("disabled") is not None
            or kind in ("submit", "button", "file", "image", "reset")
        ):
            continue
        if kind in ("radio", "checkbox"):
            values = [box.get("value", "on")] if box.get("checked") is not None else []
        elif box.tag == "select":
            options = box.xpath(".//option")
            chosen = [option for option in options if option.get("selected") is not None]
            if not chosen and box.get("multiple") is None:
                chosen = options[:1]
            values = [option.get("value", option.text or "") for option in chosen]
        else:
            values = [(box.text or "").removeprefix("\n") if box.tag == "textarea" else box.get("value", "")]
        pairs.setdefault(name, []).extend(values)
    return {name: values for name, values in pairs.items() if values}


def words_of(element: Any) -> str:
    """What can be read of it, each stretch of white space as one space."""
    if element.tag == "input":
        return plain(element.get("value", ""))
    return plain("".join(element.xpath(".//text()[not(ancestor::script) and not(ancestor::style)]")))


def plain(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()


def words_are_in(wanted: str, words: str) -> bool:
    return plain(wanted).casefold() in words.casefold()


def session_of(user: Any) -> str:
    """A session as sign-in with a second factor leaves it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[AUTHENTICATION_METHODS] = [{"method": "password"}, {"method": "mfa", "type": "totp"}]
    session.create()
    return str(session.session_key)
