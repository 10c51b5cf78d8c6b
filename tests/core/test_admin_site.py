"""Who comes into the admin, with every redirect followed to its end."""

import pytest
from django.test import Client, override_settings

from beacons.core.admin_site import AUTHENTICATION_METHODS
from tests import factories as make

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(user, *methods):
    client = Client()
    client.force_login(user, backend=BACKEND)
    session = client.session
    session[AUTHENTICATION_METHODS] = [{"method": method} for method in methods]
    session.save()
    return client


@pytest.mark.parametrize("address", ["/admin/", "/admin/panel/seat/", "/admin/login/"])
@pytest.mark.parametrize(
    "who", [make.UserFactory, lambda: make.signatory("clg")], ids=["nobody", "signatory"]
)
def test_who_does_not_work_in_the_office_is_refused_and_not_sent_round_in_circles(who, address):
    answer = signed_in(who(), "password", "mfa").get(address, follow=True)

    assert answer.status_code == 403


def test_staff_without_a_second_factor_are_led_to_where_one_is_set_up():
    answer = signed_in(make.scheme_manager(), "password").get("/admin/", follow=True)

    assert answer.redirect_chain[-1][0] == "/accounts/2fa/"
    assert answer.status_code == 200


def test_staff_with_a_second_factor_come_in():
    answer = signed_in(make.scheme_manager(), "password", "mfa").get("/admin/")

    assert answer.status_code == 200


@override_settings(DEMONSTRATION=True)
def test_the_demonstration_alone_runs_without_one():
    assert signed_in(make.scheme_manager(), "password").get("/admin/").status_code == 200


def test_a_visitor_is_asked_to_sign_in():
    answer = Client().get("/admin/", follow=True)

    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")
