"""The forms of the desk, all alike: an old page writes over nothing, and odd characters cost nobody a word."""

import re
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from beacons.applications import actions
from beacons.applications.models import Application, EvidenceFigure, Partner
from beacons.applications.sharing import Plan
from tests import factories as make
from tests.applications.conftest import DETAILS, LONG_ENOUGH, MONEY, written

MINE, THEIRS = "What I mean by it", "What they mean by it"
DOORS = ("details", "section", "budget", "plan", "partner", "part", "figure", "own figure")


@pytest.fixture
def house(council):
    """A draft in which everything is filled in: where each form stands, what is typed there, and what others save."""
    bid = written(council)
    partner = make.PartnerFactory(application=bid)
    own = make.EvidenceFigureFactory(application=bid)
    measure = make.IndicatorFactory()
    make.IndicatorValueFactory(indicator=measure, authority=council.authority)
    who = {"by": council.certifier, "at": council.at}
    [official] = actions.pick_figures(bid, [(measure, council.authority)], **who)
    question = council.questions[0]
    contact = {"contact_name": "", "contact_job": "", "contact_email": ""}

    def page(name, *arguments):
        return reverse(name, args=[bid.reference, *arguments])

    edit_partner = lambda words: actions.edit_partner(partner, role=words, **contact, **who)  # noqa: E731
    doors = {
        "details": (
            page("application_details"),
            "summary",
            lambda words: actions.save_details(bid, **{**DETAILS, "summary": words}, **who),
        ),
        "section": (
            page("section_edit", 1),
            f"answer_{question.pk}",
            lambda words: actions.save_answers(bid, {question.pk: (words, 1)}, **who),
        ),
        "budget": (
            page("application_budget"),
            "lead_develop",
            lambda words: actions.save_budget(bid, **{**MONEY, "own": (1, 2, 3, len(words))}, **who),
        ),
        "plan": (
            page("application_plan"),
            "peer0_name",
            lambda words: actions.save_plan(bid, Plan(authorities=len(words)), **who),
        ),
        "partner": (page("partner_edit", partner.pk), "role", edit_partner),
        "part": (reverse("part_edit", args=[partner.pk]), "role", edit_partner),
        "figure": (
            page("figure_edit", official.pk),
            "comment",
            lambda words: actions.edit_official(official, comparison="england", comment=words, **who),
        ),
        "own figure": (
            page("figure_edit", own.pk),
            "comment",
            lambda words: EvidenceFigure.objects.filter(pk=own.pk).update(comment=words),
        ),
    }
    people = {"part": make.drafter(partner.authority)}
    return SimpleNamespace(bid=bid, doors=doors, partner=partner, people=people, council=council)


def opened(house, visit, door):
    """Somebody's browser, the address, and what the form that it shows would send."""
    client = visit(house.people.get(door, house.council.drafter), at=house.council.at)
    address, _, _ = house.doors[door]
    return client, address, form_of(client.get(address))


def form_of(page):
    form = page.context["form"]
    sent = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False)}
    rows = sent.pop("rows", None)
    if rows is not None:
        sent |= {f"rows_{number}_{place}": cell for number, row in enumerate(form["rows"].field.widget.rows(rows))
                 for place, cell in enumerate(row)}  # fmt: skip
    return sent | ({"typist": form.typist} if getattr(form, "typist", None) else {})


def known_by(page):
    """By what a browser that goes back knows the form again."""
    [name] = re.findall(r'<form[^>]* name="(shows-[0-9a-f]+)"', page.content.decode())
    assert f'name="{name}"' in page.content.decode().split("<form", 2)[-1]
    return name


def content(bid):
    fresh = Application.objects.get(pk=bid.pk)
    contacts = list(Partner.objects.order_by("pk").values_list("role", "contact_name"))
    return fresh.canonical(), contacts


def typed(door):
    return "4321" if door == "budget" else MINE


# An old page


@pytest.mark.parametrize("door", DOORS)
def test_gone_back_to_after_another_saved_it_is_a_form_that_the_browser_does_not_know(house, visit, door):
    """Else it would put the old text into a form that says it has seen the newest."""
    client, address, _ = opened(house, visit, door)
    first, again = known_by(client.get(address)), known_by(client.get(address))

    house.doors[door][2](THEIRS)

    assert first == again
    assert known_by(client.get(address)) != first


@pytest.mark.parametrize("seen", ["as it was", "nothing"])
@pytest.mark.parametrize("door", DOORS)
def test_an_old_page_is_shown_both_and_writes_over_nothing(house, visit, door, seen):
    client, address, sent = opened(house, visit, door)
    _, field, save = house.doors[door]
    save(THEIRS)
    before = content(house.bid)
    if seen == "nothing":
        sent = {
            name: value for name, value in sent.items() if name != "seen" and not name.startswith("version_")
        }

    page = client.post(address, sent | {field: typed(door)})

    assert page.status_code == 200
    assert content(house.bid) == before
    form = page.context["form"]
    assert form[field].value() == typed(door)
    assert form.non_field_errors() or form.errors[field]
    if door not in ("budget", "plan"):
        assert THEIRS in page.content.decode()

    assert client.post(address, form_of(page)).status_code == 302
    assert content(house.bid) != before


# Characters that cannot be kept


@pytest.mark.parametrize("door", DOORS)
def test_what_cannot_be_kept_is_taken_out_said_and_nothing_else_is_lost(house, visit, door):
    """As a browser sends a form without a file in it. Half a character never arrives like this: it is replaced."""
    client, address, sent = opened(house, visit, door)
    field, before = house.doors[door][1], content(house.bid)
    odd = typed(door)[:2] + "\x00" + typed(door)[2:]

    page = post(client, address, sent | {field: odd})

    form = page.context["form"]
    assert page.status_code == 200
    assert form[field].value() == typed(door)
    assert "characters that cannot be kept" in str(form.errors[field])
    assert "nothing is saved yet" in page.content.decode()
    assert content(house.bid) == before

    again = post(client, address, form_of(page))

    assert again.status_code == 302
    assert content(house.bid) != before


def post(client, address, sent):
    return client.post(address, urlencode(sent, doseq=True), content_type="application/x-www-form-urlencoded")


def test_a_form_that_carries_nothing_on_shows_what_was_typed_to_be_copied(house, visit):
    client = visit(house.people["part"], at=house.council.at)
    address = reverse("part_decline", args=[house.partner.pk])

    page = post(client, address, form_of(client.get(address)) | {"why": f"\x00{LONG_ENOUGH}"})

    assert page.status_code == 400
    assert LONG_ENOUGH in page.content.decode()
    assert "\x00" not in page.content.decode()
    assert Partner.objects.get(pk=house.partner.pk).standing != "declined"


# A session that is over


def lose_session(client):
    """As when it ran out, or the person signed out in another window."""
    client.logout()


def sign_in(client, person):
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")


@pytest.mark.parametrize("door", DOORS)
def test_what_was_typed_before_a_session_was_lost_is_in_the_form_again(house, visit, door):
    client, address, sent = opened(house, visit, door)
    person, field = house.people.get(door, house.council.drafter), house.doors[door][1]
    before = content(house.bid)
    lose_session(client)

    told = client.post(address, sent | {field: typed(door)})
    sign_in(client, person)
    again = client.get(address)

    assert told.status_code == 403
    assert "the form opens with what you had typed in it" in told.content.decode()
    assert again.context["is_carried"]
    assert again.context["form"][field].value() == typed(door)
    assert "before you were signed out" in again.content.decode()
    assert content(house.bid) == before

    assert client.post(address, form_of(again)).status_code == 302
    assert content(house.bid) != before
    assert not client.get(address).context["is_carried"]


@pytest.mark.parametrize("door", DOORS)
def test_what_another_typed_is_gone_for_whoever_signs_in_next(house, visit, door):
    client, address, sent = opened(house, visit, door)
    field = house.doors[door][1]
    lose_session(client)
    client.post(address, sent | {field: typed(door)})
    # A colleague at the same machine, who may open the same form.
    authority = house.partner.authority if door == "part" else house.bid.authority
    sign_in(client, make.drafter(authority))

    page = client.get(address)

    assert not page.context["is_carried"]
    assert page.context["form"][field].value() != typed(door)


def test_a_part_that_can_no_longer_be_written_shows_what_was_typed_for_it(house, visit):
    client, address, sent = opened(house, visit, "part")
    lose_session(client)
    client.post(address, sent | {"role": LONG_ENOUGH})
    sign_in(client, house.people["part"])
    actions.withdraw(house.bid, why="x", by=house.council.drafter, at=house.council.at)

    page = client.get(address)

    assert page.status_code == 200
    assert LONG_ENOUGH in page.content.decode()
    assert "withdrawn" in page.content.decode()


def test_no_password_is_shown_again(client, db):
    page = post(
        client, "/accounts/login/", {"login": "a\x00@example.org", "password": "correct horse battery staple"}
    )

    assert page.status_code == 400
    assert "battery" not in page.content.decode()


def test_another_pages_mark_opens_no_door_for_odd_characters(house, visit):
    client, _, sent = opened(house, visit, "section")

    page = post(client, reverse("carried_drop"), {"path": "/\x00", "typist": sent["typist"]})

    assert page.status_code == 400


@pytest.mark.parametrize("hidden", ["\\u0000", "\\ud800"])
def test_what_cannot_be_kept_does_not_hide_in_a_table(council, visit, hidden):
    question = make.QuestionFactory(round=council.round, kind="table", columns="Year\nPupils", position=9)
    bid = written_without(council)
    client = visit(council.drafter, at=council.at)

    page = client.post(
        reverse("section_edit", args=[bid.reference, section_of(bid, question)]),
        {f"answer_{question.pk}": f'[["2024{hidden}", "5"]]', f"version_{question.pk}": 0},
    )

    assert page.status_code == 200
    assert "characters that cannot be kept" in page.content.decode()
    assert not bid.answers.filter(question=question).exists()


def written_without(council):
    return actions.start(
        council.round, council.outcome, council.authority, title="A bid", by=council.drafter, at=council.at
    )


def section_of(bid, question):
    [number] = [
        section.number
        for section in bid.sections
        if question.pk in [item.question.pk for item in section.items]
    ]
    return number
