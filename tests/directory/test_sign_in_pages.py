"""Signing in and out, a forgotten password, the second factor: through the pages, in the house's words."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse

from beacons.core.letters import Letter
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.example_pages")]

PASSWORD = "three words nobody puts together"


@pytest.fixture(autouse=True)
def example(settings):
    settings.NAVIGATION = "tests.example_pages.items"
    settings.LOGIN_REDIRECT_URL = "/"


@pytest.fixture
def officer():
    return UserFactory(email="jo@wigan.example", name="Jo Lane", password=PASSWORD)


def sign_in(client, **typed):
    return client.post(reverse("account_login"), {"login": "jo@wigan.example", "password": PASSWORD, **typed})


def show_that_it_is_you(client):
    """What allauth wants before a second factor changes."""
    return client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def text(response):
    return " ".join(response.content.decode().split())


def errors(response):
    return re.findall(r'<li>\s*<a href="#(\w+)">(.*?)</a>', response.content.decode())


def code_for(secret):
    return f"{hotp_value(secret, next(yield_hotp_counters_from_time())):06d}"


def test_an_officer_signs_in_and_is_named_in_the_header(officer):
    client = Client()
    response = sign_in(client, login="Jo@Wigan.Example")

    assert response.headers["Location"] == "/"
    assert "Jo Lane" in text(client.get("/"))
    assert 'action="/accounts/logout/"' in text(client.get("/"))


def test_an_empty_form_names_what_is_missing():
    response = Client().post(reverse("account_login"), {"login": "", "password": ""})

    assert errors(response) == [("id_login", "Enter email address"), ("id_password", "Enter password")]
    assert "<title>Error: Sign in – Beacons</title>" in text(response)


def test_a_wrong_password_does_not_tell_whether_the_account_exists(officer):
    wrong = text(sign_in(Client(), password="x" * 14))
    unknown = text(sign_in(Client(), login="nobody@wigan.example", password="x" * 14))

    message = "The email address and/or password you specified are not correct."
    assert f"<li>{message}</li>" in wrong.replace("<li> ", "<li>").replace(" </li>", "</li>")
    assert message in unknown


def test_signing_out_is_one_button(officer):
    client = Client()
    sign_in(client)
    response = client.post(reverse("account_logout"))

    assert response.status_code == 302
    assert "Jo Lane" not in text(client.get("/"))


def test_nobody_registers():
    response = Client().get(reverse("account_signup"))

    assert "Accounts are made by the scheme's office" in text(response)
    assert "<form" not in text(response).split("<main")[1]


def test_a_forgotten_password_is_set_anew_by_a_letter_once(officer):
    client = Client()
    client.post(reverse("account_reset_password"), {"email": "jo@wigan.example"})
    letter = Letter.objects.get()
    link = re.search(r"https?://\S+", letter.body).group()
    path = link.split("testserver")[1]
    page = client.get(path, follow=True)
    action = page.redirect_chain[-1][0]

    assert letter.subject == "Set a new password for Beacons"
    assert "Choose a new password" in text(page)
    short = client.post(action, {"password1": "short", "password2": "short"})
    assert errors(short)[0][0] == "id_password1"
    new = "another four words together"
    done = client.post(action, {"password1": new, "password2": new}, follow=True)
    assert "Your password is changed" in text(done)
    assert sign_in(Client(), password=new).status_code == 302
    assert "This link no longer works" in text(Client().get(path, follow=True))


def test_a_letter_for_an_unknown_address_offers_no_account():
    response = Client().post(
        reverse("account_reset_password"), {"email": "nobody@wigan.example"}, follow=True
    )

    assert "Look for our letter" in text(response)
    assert "no account has this address" in Letter.objects.get().body
    assert "sign up" not in Letter.objects.get().body


def test_a_password_is_changed_by_who_knows_it(officer):
    client = Client()
    sign_in(client)
    new = "another four words together"
    typed = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    wrong = client.post(reverse("account_change_password"), {**typed, "oldpassword": "x"})
    client.post(reverse("account_change_password"), typed)

    assert errors(wrong)[0][0] == "id_oldpassword"
    officer.refresh_from_db()
    assert officer.check_password(new)


def test_a_second_factor_is_set_up_asked_for_and_removed(officer):
    client = Client()
    sign_in(client)
    asked = client.get(reverse("mfa_activate_totp"), follow=True)
    assert "Show that it is you" in text(asked)
    show_that_it_is_you(client)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret

    assert 'src="data:image/svg+xml' in text(page)
    assert secret in text(page)
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000"})
    assert errors(wrong)[0][0] == "id_code"
    secret = wrong.context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert Authenticator.objects.filter(user=officer, type="totp").exists()
    assert "In use" in text(client.get(reverse("mfa_index")))

    other = Client()
    asked = sign_in(other)
    assert asked.headers["Location"] == reverse("mfa_authenticate")
    assert "Code from your authenticator app" in text(other.get(reverse("mfa_authenticate")))
    assert errors(other.post(reverse("mfa_authenticate"), {"code": ""})) == [
        ("id_code", "Enter code from your authenticator app")
    ]

    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=officer, type="totp").exists()


def test_a_recovery_code_stands_in_for_the_phone_once(officer):
    TOTP.activate(officer, generate_totp_secret())
    code = RecoveryCodes.activate(officer).get_unused_codes()[0]
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client)
        client.post(reverse("mfa_authenticate"), {"code": code})

    assert "Jo Lane" in text(first.get("/"))
    assert "Jo Lane" not in text(second.get("/"))


def test_recovery_codes_are_shown_and_made_anew_after_showing_that_it_is_you(officer):
    TOTP.activate(officer, generate_totp_secret())
    codes = RecoveryCodes.activate(officer).get_unused_codes()
    client = Client()
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})
    show_that_it_is_you(client)
    shown = text(client.get(reverse("mfa_view_recovery_codes")))

    assert codes[1] in shown
    assert "9 of 10 are unused" in shown
    page = client.get(reverse("mfa_generate_recovery_codes"), follow=True)
    assert "The codes you have now will no longer work." in text(page)
    client.post(reverse("mfa_generate_recovery_codes"))
    assert codes[1] not in text(client.get(reverse("mfa_view_recovery_codes")))


@pytest.mark.parametrize(
    "name",
    ["account_logout", "account_change_password", "mfa_index", "mfa_activate_totp", "account_reauthenticate"],
)
def test_pages_of_ones_own_account_wear_the_same_clothes(officer, name):
    client = Client()
    sign_in(client)
    show_that_it_is_you(client)
    page = text(client.get(reverse(name)))

    assert page.count("<h1") == 1
    assert "govuk-generic-header" in page
    assert " style=" not in page.replace("<svg", "")


def test_pages_for_who_is_kept_out_wear_them_too():
    from django.template.loader import render_to_string

    for name in ("account/locked_out.html", "account/account_inactive.html"):
        assert render_to_string(name).count("<h1") == 1
