"""A council confirms its sign-up: its own people, once, with a lead officer, while sign-up is open."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from beacons.core.lifecycle import Refused
from beacons.core.models import Letter
from beacons.core.steps import Step
from outcomes import permissions
from outcomes.actions import reference, sign_ups
from outcomes.models import SignUp
from tests import factories as make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 9, 9, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def text(response):
    return " ".join(response.content.decode().split())


def url(sign_up):
    return reverse("sign_up_confirm", args=[sign_up.pk])


def test_a_certifier_confirms_on_the_page(visit):
    sign_up = make.SignUpFactory(outcome__measure__unit="%")
    person = make.certifier(sign_up.authority)
    client = visit(person, at=AT)
    page = client.get(url(sign_up))
    assert "from 6% in 2023 to 4% by 2026" in text(page)

    response = client.post(url(sign_up), {"lead_officer": "Ada O'Neil, Head of Learning"}, follow=True)

    assert f"Thank you. {sign_up.authority} is signed up to this outcome." in text(response)
    sign_up.refresh_from_db()
    assert (sign_up.confirmed_at, sign_up.confirmed_by) == (AT, person)
    assert sign_up.lead_officer == "Ada O'Neil, Head of Learning"
    step = Step.objects.of(sign_up).get()
    assert (step.step, step.by_id, step.at) == ("confirm", person.pk, AT)
    letter = Letter.objects.get()
    assert (letter.kind, letter.to) == ("sign_up_confirmed", person.email)
    assert "Lead officer: Ada O'Neil, Head of Learning" in letter.body


def test_a_sign_up_is_confirmed_once():
    sign_up = make.SignUpFactory()
    first, second = make.certifier(sign_up.authority), make.certifier(sign_up.authority)
    sign_ups.confirm_sign_up(sign_up, lead_officer="Ada", by=first, at=AT)

    with pytest.raises(Refused, match="has confirmed its sign-up already"):
        sign_ups.confirm_sign_up(sign_up, lead_officer="Bob", by=second, at=AT + MOMENT)

    sign_up.refresh_from_db()
    assert (sign_up.lead_officer, sign_up.confirmed_by, sign_up.confirmed_at) == ("Ada", first, AT)
    assert Step.objects.of(sign_up).count() == 1


@pytest.mark.parametrize("nobody", ["", "   ", "\u200b"])
def test_a_lead_officer_has_a_name(nobody):
    sign_up = make.SignUpFactory()

    with pytest.raises(Refused) as refusal:
        sign_ups.confirm_sign_up(sign_up, lead_officer=nobody, by=make.certifier(sign_up.authority), at=AT)

    assert refusal.value.reasons == ["Name the officer who leads on this outcome."]
    assert not Step.objects.exists()


def test_without_a_name_the_form_says_so_and_keeps_still(visit):
    sign_up = make.SignUpFactory()

    response = visit(make.certifier(sign_up.authority), at=AT).post(url(sign_up), {"lead_officer": ""})

    assert response.context["form"].errors == {"lead_officer": ["Enter lead officer for this outcome"]}
    assert not SignUp.objects.confirmed().exists()


@pytest.mark.parametrize(
    ("at", "allowed"),
    [
        (("opens_at", -MOMENT), False),
        (("opens_at", timedelta(0)), True),
        (("closes_at", -MOMENT), True),
        (("closes_at", timedelta(0)), False),
    ],
)
def test_in_a_round_sign_up_is_open_in_its_stage_to_the_microsecond(at, allowed):
    sign_up = make.SignUpFactory()
    stage = make.a_round(sign_up.outcome).stage_of("sign_up")
    edge, off = at
    when = getattr(stage, edge) + off

    def confirm():
        sign_ups.confirm_sign_up(sign_up, lead_officer="Ada", by=make.certifier(sign_up.authority), at=when)

    if allowed:
        confirm()
    else:
        with pytest.raises(Refused, match="Sign-up for Beacons"):
            confirm()
    assert SignUp.objects.confirmed().exists() is allowed


def test_after_the_stage_the_reason_stands_where_the_button_was(visit):
    sign_up = make.SignUpFactory()
    a_round = make.a_round(sign_up.outcome)
    client = visit(make.certifier(sign_up.authority), at=make.closing(a_round, "sign_up"))
    reason = f"Sign-up for {a_round} closed at noon on Monday 26 January 2026."

    for page in (sign_up.outcome.get_absolute_url(), url(sign_up)):
        said = text(client.get(page))
        assert reason in said
        assert url(sign_up) not in said.replace(f'action="{url(sign_up)}"', "")
    late = client.post(url(sign_up), {"lead_officer": "Ada"})

    assert late.context["form"].non_field_errors() == [reason]
    assert not SignUp.objects.confirmed().exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (lambda sign_up: None, 302),
        (lambda sign_up: make.drafter(make.AuthorityFactory()), 403),
        (lambda sign_up: make.drafter(make.AuthorityFactory(county=sign_up.authority)), 403),
        (lambda sign_up: make.scheme_manager(), 403),
        (lambda sign_up: make.person("coordinator", region=sign_up.authority.region), 403),
        (lambda sign_up: make.drafter(sign_up.authority), 403),
        (lambda sign_up: make.certifier(make.AuthorityFactory(county=sign_up.authority)), 403),
        (lambda sign_up: make.certifier(sign_up.authority), 200),
    ],
)
def test_only_certifiers_of_the_council_itself_confirm(visit, who, status):
    sign_up = make.SignUpFactory()
    person = who(sign_up)
    client = visit(person, at=AT)

    assert client.get(url(sign_up)).status_code == status
    if status != 200:
        assert client.post(url(sign_up), {"lead_officer": "Me"}).status_code == 403
        assert not SignUp.objects.confirmed().exists()


def test_who_has_left_the_council_confirms_no_more():
    sign_up = make.SignUpFactory()
    person = make.certifier(sign_up.authority)
    assert permissions.may_confirm_sign_up(person, sign_up)

    person.memberships.update(ended_at=AT)

    assert not permissions.may_confirm_sign_up(type(person).objects.get(pk=person.pk), sign_up)


def test_a_sign_up_that_is_not_there_is_not_found(visit):
    assert visit(make.scheme_manager(), at=AT).get(reverse("sign_up_confirm", args=[999])).status_code == 404


def test_what_staff_keep_does_not_undo_a_confirmation_that_came_meanwhile():
    read = make.SignUpFactory(lead_officer="")
    SignUp.objects.filter(pk=read.pk).update(
        confirmed_at=AT, confirmed_by=make.UserFactory(), lead_officer="Ann Archer"
    )
    read.baseline_year = 2007

    reference.keep(read, changed=["baseline_year"], by=make.scheme_manager(), at=AT)

    kept = SignUp.objects.get(pk=read.pk)
    assert (kept.baseline_year, kept.confirmed_at, kept.lead_officer) == (2007, AT, "Ann Archer")


@pytest.mark.parametrize("address", ["sign_up_confirm", "issue_state"])
def test_what_was_typed_stands_on_the_page_when_the_time_has_passed_or_the_session_has_ended(visit, address):
    sign_up = make.SignUpFactory(lead_officer="")
    officer = make.certifier(sign_up.authority)
    running = make.a_round(sign_up.outcome)
    late = make.closing(running, "close") - MOMENT
    words = "Forms get lost between the two services."
    places = {
        "sign_up_confirm": [sign_up.pk],
        "issue_state": [sign_up.outcome.slug, sign_up.authority.pk],
    }
    where = reverse(address, args=places[address])

    refused = visit(officer, at=late).post(where, {"lead_officer": words, "text": words})
    signed_out = visit(at=late).post(where, {"lead_officer": words, "text": words})

    assert words in text(refused)
    assert words in text(signed_out)
