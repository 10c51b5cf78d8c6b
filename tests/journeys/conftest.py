"""Each journey in real browsers on SQLite, and by Django's test client, without pages being drawn, on PostgreSQL."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from tests.browser import people
from tests.browser.conftest import browser_type_launch_args, look
from tests.journeys import pages

__all__ = ["browser_type_launch_args", "look"]
# What a browser shows does not hang on the database, so one walk with it is enough.
IN_BROWSERS = not settings.DATABASE_URL


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if IN_BROWSERS and "/journeys/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def office(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    if not IN_BROWSERS:
        yield pages.Office(monkeypatch)
        return
    browser, server, looks = (request.getfixturevalue(name) for name in ("browser", "live_server", "look"))
    with override_settings(SITE_URL=server.url):
        yield people.Office(browser, server.url, looks, monkeypatch)
