import pytest

from tests.grants.making import announced


@pytest.fixture
def world(db):
    """A round with a pot of a million, announced."""
    return announced()


@pytest.fixture
def office(visit):
    """`office(user, at=instant)` is a browser in the admin: signed in, with a second factor."""

    def signed_in(user, *, at):
        client = visit(user, at=at)
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "password"},
            {"method": "mfa", "type": "totp"},
        ]
        session.save()
        return client

    return signed_in
