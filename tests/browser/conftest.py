"""A real Chromium for tests, found where Debian puts it; without it they are skipped, with the reason."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings

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
