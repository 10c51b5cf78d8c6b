import pytest

from tests.dissemination import making


@pytest.fixture
def host(db):
    return making.holder()


@pytest.fixture
def activity(host):
    """An open day with forty places, in three months' time."""
    return making.event(host)


@pytest.fixture
def guest(host):
    """A council of the cohort."""
    return making.guest(host)
