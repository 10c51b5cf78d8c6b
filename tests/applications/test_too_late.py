"""Whoever comes after the closing is told what happened, loses no word, and learns whom to write to; also when all is down."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.conf import settings

from beacons.applications.models import Application
from beacons.applications.tasks import sweep
from beacons.core import clock
from tests import factories
from tests.applications.conftest import certified, submitted, written

TYPED = "What we typed in the last second."
CLOSED = "Applications closed at noon on Monday 9 March 2026."


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def sent_late(council, bid, visit, at):
    one, other = council.questions
    typed = {
        f"answer_{one.pk}": TYPED,
        f"version_{one.pk}": 1,
        f"answer_{other.pk}": "x",
        f"version_{other.pk}": 1,
    }
    return visit(council.drafter, at=at).post(f"/applications/{bid.reference}/section/1/", typed)


def test_what_came_at_the_closing_is_said_to_be_late_with_its_instant_and_stands_to_be_copied(
    council, visit, settings
):
    settings.OFFICE_EMAIL = "office@example.org"
    bid = written(council)

    page = words(sent_late(council, bid, visit, council.closes))

    assert f"{CLOSED} What you sent arrived at 9 March 2026, 12:00:00 (London)." in page
    assert "Nothing that arrived at that instant or after it was taken, from anybody." in page
    assert "What you typed is still on this page" in page
    assert TYPED in page
    assert "write to office@example.org" in page
    assert TYPED not in bid.answers.values_list("text", flat=True)


def test_what_came_in_time_is_not_called_late(council, visit):
    bid = written(council)

    sent = sent_late(council, bid, visit, council.last)

    assert sent.status_code == 302
    assert "After the closing" not in words(visit(council.drafter, at=council.last).get(sent.url))
    assert TYPED in bid.answers.values_list("text", flat=True)


@pytest.mark.parametrize("make", [written, certified])
@pytest.mark.parametrize("swept", [False, True])
def test_who_did_not_hand_in_reads_why_and_what_is_kept(council, visit, make, swept):
    bid, later = make(council), council.closes + clock.STRAGGLERS
    if swept:
        with clock.set_to(later):
            sweep()

    page = words(visit(council.drafter, at=later).get(bid.get_absolute_url()))

    assert Application.objects.get().status == ("lapsed" if swept else bid.status)
    assert page.count(CLOSED) >= 1
    assert "This application had not been submitted by then." in page
    assert "two people of the scheme’s office" in page
    if swept:
        old = words(visit(council.drafter, at=later + timedelta(days=14)).get(bid.get_absolute_url()))
        assert f"{CLOSED} It had not been submitted by then. What was written stays here" in old
        assert "After the closing" not in old


def test_who_handed_in_is_not_frightened(council, visit):
    bid = submitted(council)

    page = words(visit(council.drafter, at=council.closes + timedelta(hours=1)).get(bid.get_absolute_url()))

    assert "After the closing" not in page


def test_more_time_is_the_closing_that_is_named(council, visit):
    bid = written(council)
    factories.ExtensionFactory(round=council.round, authority=council.authority)

    in_time = words(sent_late(council, bid, visit, council.closes))
    late = words(sent_late(council, bid, visit, council.closes + timedelta(days=2)))

    assert "After the closing" not in in_time
    assert "Applications closed at noon on Wednesday 11 March 2026." in late


def test_text_that_came_along_through_a_sign_in_is_shown_with_the_truth(council, visit):
    """The session ended before the closing, and its writer signs in after it."""
    bid, one = written(council), council.questions[0]
    address = f"/applications/{bid.reference}/section/1/"
    client = visit(council.drafter, at=council.last)
    typist = re.search(r'name="typist" value="([^"]+)"', client.get(address).content.decode())[1]
    client.logout()
    client.post(address, {"typist": typist, f"answer_{one.pk}": TYPED * 3})
    client.force_login(council.drafter, backend="allauth.account.auth_backends.AuthenticationBackend")
    with clock.set_to(council.closes):
        page = words(client.get(address))

    assert "This was not done" in page
    assert CLOSED in page
    assert TYPED in page


class Page(HTMLParser):
    """What a page fetches, and the words that it holds."""

    def __init__(self):
        super().__init__()
        self.fetched, self.tags = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.fetched += [value for name, value in attrs if name in ("src", "href", "srcset", "action")]


def test_the_page_for_when_nothing_answers_stands_by_itself_and_tells_the_truth():
    text = (settings.BASE_DIR / "static/503.html").read_text(encoding="utf-8")
    page = Page()

    page.feed(text)

    assert page.fetched == []
    assert not {"script", "link", "img", "iframe", "form"} & set(page.tags)
    assert not re.search(r"url\(|@import|\{[{%]|https?://", text)
    assert page.tags.count("h1") == page.tags.count("title") == page.tags.count("main") == 1
    for said in (
        "decided by the instant at which what you send arrives here",
        "What arrives at that instant or later is not taken.",
        "two people of the scheme’s office can agree to more time for one council",
        "After the closing nobody can do either.",
        "Nothing is ever saved half.",
        "Answer any letter that you have had from Beacons",
    ):
        assert said in text
