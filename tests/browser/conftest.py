"""A real Chromium for tests, found where Debian puts it; without it they are skipped, with the reason."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
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
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("needs Chromium: apt-get install chromium")
    if not (settings.BASE_DIR / "static" / "build" / "beacons.css").exists():
        pytest.skip("needs the built stylesheet: npm ci && scripts/build-assets")
    return {"executable_path": chromium, "args": ARGUMENTS}


@pytest.fixture
def look():
    """`look(page)` fails on what a person with a screen reader, a phone or a keyboard would stumble over."""

    def looked_at(page):
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        assert found.violations_count == 0, found.generate_report()
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{page.url} is {wide} px wider than the window"

    return looked_at
