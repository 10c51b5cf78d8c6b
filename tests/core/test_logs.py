"""The log keeps no secret of a link."""

import logging

import pytest
from django.urls import get_resolver, reverse

from beacons.core.logs import WithoutSecrets
from tests.test_whole_house import patterns

SECRET = "s3cret-of-a-letter"


def doors():
    """Every address with a secret in it, and the one by which a password is set anew."""
    named = [entry.name for entry in patterns(get_resolver()) if "secret>" in str(entry.pattern)]
    return [*(reverse(name, args=[SECRET]) for name in named), f"/accounts/password/reset/key/1-{SECRET}/"]


@pytest.mark.parametrize("address", doors())
def test_the_secret_of_an_address_is_not_logged(address):
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "%s: %s", ("Forbidden", address), None
    )

    assert WithoutSecrets().filter(record)

    assert SECRET not in record.getMessage()
    assert record.getMessage().startswith("Forbidden: /")


def test_other_words_stay_as_they_are():
    record = logging.LogRecord("x", logging.INFO, "", 0, "Found %s at %s", (3, "/panel/vacancies/9/"), None)

    WithoutSecrets().filter(record)

    assert record.getMessage() == "Found 3 at /panel/vacancies/9/"
