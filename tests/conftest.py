"""What every test can ask for."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from beacons.core import clock, papers
from beacons.core.files.shelf import shelf
from tests import worlds

SHELVES = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that need PostgreSQL or a broker say so when they are skipped."""
    from django.conf import settings

    postgres = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    for item in items:
        if item.get_closest_marker("postgres") and not postgres:
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: set DATABASE_URL"))
        if item.get_closest_marker("redis") and not settings.CELERY_BROKER_URL:
            item.add_marker(pytest.mark.skip(reason="needs Redis: set CELERY_BROKER_URL"))


@pytest.fixture
def visit() -> Callable[..., Client]:
    """`visit(user, at=instant)` is a browser signed in as the user, whose every request comes at that instant."""
    stack: list[Any] = []

    def signed_in(user: Any = None, *, at: datetime | None = None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        if at is not None:
            standing = clock.set_to(at)
            standing.__enter__()
            stack.append(standing)
        return client

    yield signed_in
    while stack:
        stack.pop().__exit__(None, None, None)


@pytest.fixture(autouse=True)
def own_shelf(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Each test has a shelf of its own, which is made when the first file is laid on it."""
    place = tmp_path_factory.getbasetemp() / f"shelf-{next(SHELVES)}"
    monkeypatch.setattr(shelf(), "location", place)
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(autouse=True)
def bare_ground(own_shelf: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Worlds that were made before may be laid in this test's database."""
    with worlds.bare_ground(monkeypatch):
        yield


@pytest.fixture
def unpressed() -> Iterator[None]:
    """A PDF is what it would be made from: for tests that fetch every page of the house, and ask who may and what it says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(papers, "press", lambda html, **options: html.encode())
        yield


@pytest.fixture
def on_postgresql() -> bool:
    return connection.vendor == "postgresql"
