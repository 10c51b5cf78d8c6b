"""A real Chromium for tests, found where Debian puts it; without it they are skipped, with the reason."""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import override_settings

from tests.browser.people import Office

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Of what is in order one example is told, not each element of the page.
OPTIONS = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
# The shell is the same engine without windows of its own, and costs a fifth for each page (decision 0044).
CHROMIUMS = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args():
    chromium = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if not chromium:
        pytest.skip("needs Chromium: apt-get install chromium-headless-shell")
    if not (settings.BASE_DIR / "static" / "build" / "beacons.css").exists():
        pytest.skip("needs the built stylesheet: npm ci && scripts/build-assets")
    return {"executable_path": chromium, "args": ARGUMENTS}


@pytest.fixture
def look():
    """`look(page)` fails on what a person with a screen reader, a phone or a keyboard would stumble over."""

    def looked_at(page):
        # A press may have led on to a page of which nothing stands yet.
        page.wait_for_load_state()
        found = Axe().run(page, options=OPTIONS)
        assert found.violations_count == 0, found.generate_report()
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{page.url} is {wide} px wider than the window"

    return looked_at


@pytest.fixture
def offices(
    new_context: Any, live_server: Any, look: Any, monkeypatch: Any
) -> Iterator[Callable[..., Office]]:
    """`offices()`, or `offices(Keyboard)` where scripts are off and the mouse is put away.

    Django's own static server is used in tests, so HTTPS and the manifest stay out of the way.
    """
    with override_settings(SITE_URL=live_server.url):
        yield partial(Office, new_context, live_server.url, look, monkeypatch)


@pytest.fixture
def office(offices: Callable[..., Office]) -> Office:
    return offices()


@pytest.fixture(autouse=True)
def no_window_stays_open(request: pytest.FixtureRequest) -> Iterator[None]:
    """A window keeps its connection to our server, and that one its own to the database, for as long as it is open."""
    browser = request.getfixturevalue("browser") if "browser" in request.fixturenames else None
    yield
    assert browser is None or browser.contexts == []
