"""A house without browsers."""

import pytest

from tests.journeys.pages import Office


@pytest.fixture
def office(monkeypatch):
    return Office(monkeypatch)
