"""Each journey in real browsers on SQLite, and by Django's test client, without pages being drawn, on PostgreSQL."""

from typing import Any

import pytest
from django.conf import settings

from tests.browser.conftest import browser_type_launch_args, look, no_window_stays_open, offices
from tests.journeys import pages

__all__ = ["browser_type_launch_args", "look", "no_window_stays_open", "offices"]
# What a browser shows does not hang on the database, so one walk with it is enough.
IN_BROWSERS = not settings.DATABASE_URL


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if IN_BROWSERS and "/journeys/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def office(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    return request.getfixturevalue("offices")() if IN_BROWSERS else pages.Office(monkeypatch)
