"""Seats offered to everybody: published with a closing instant, candidates with or without an account, and what becomes of them."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.urls import reverse

from beacons.core import letters, workdays
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from beacons.core.links import hash_of
from beacons.core.models import Step
from beacons.directory.models import User
from panel.actions import seats as seating
from panel.actions import vacancies as actions
from panel.models import Appointment, Candidacy, Vacancy
from panel.rules.vacancies import TO_ALL, TO_ONE_ADDRESS
from panel.sweeps import seats as sweeps
from tests import factories as make
from tests.panel.panels import facts, queries

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "Ada Candidate",
    "email": "Ada@Example.org",
    "job": "Head of housing, Barsetshire",
    "statement": "Ten years of judging what works.",
    "register": "Trustee of a housing charity.",
}


@pytest.fixture(autouse=True)
def nobody_was_counted():
    cache.clear()


@pytest.fixture
def round():
    return make.a_round()


@pytest.fixture
def at(round):
    return round.plan[0].opens_at + timedelta(days=1)


@pytest.fixture
def office():
    return make.scheme_manager()


@pytest.fixture
def seat(round):
    return make.SeatFactory(round=round, kind="chair", body="")


@pytest.fixture
def closes_at(at):
    return workdays.noon(workdays.add_working_days(at.date(), 15))


@pytest.fixture
def vacancy(seat, closes_at, office, at):
    return actions.advertise(seat, sought="A fair mind.", closes_at=closes_at, by=office, at=at)


def forward(vacancy, at, by=None, **fields):
    return actions.come_forward(vacancy, **(TYPED | fields), by=by, at=at)


def secret_to(address):
    letter = Letter.objects.filter(to=address).exclude(secret="").latest("pk")
    return letter.secret


# The office offers a seat


def test_a_vacancy_is_public_until_it_closes(vacancy, visit, closes_at):
    before = visit(at=closes_at - timedelta(microseconds=1))
    assert "A fair mind." in before.get(vacancy.get_absolute_url()).text
    assert str(vacancy.seat) in before.get(reverse("vacancy_list")).text
    assert "1 seat on a panel" in before.get("/").text
    assert "Come forward by" in before.get(reverse("panel_detail", args=[vacancy.seat.round.slug])).text


def test_at_the_closing_instant_it_is_public_no_longer(vacancy, visit, closes_at):
    after = visit(at=closes_at)

    assert after.get(vacancy.get_absolute_url()).status_code == 404
    assert "No vacancies now" in after.get(reverse("vacancy_list")).text


@pytest.mark.parametrize(
    ("sought", "days", "reason"),
    [
        ("\u200b ", 20, "Say what the panel looks for"),
        ("A fair mind.", 4, "five days at least"),
        ("A fair mind.", 900, "before the round ends"),
    ],
)
def test_what_a_vacancy_needs(seat, office, at, sought, days, reason):
    with pytest.raises(Refused, match=reason):
        actions.advertise(seat, sought=sought, closes_at=at + timedelta(days=days), by=office, at=at)

    assert not Vacancy.objects.exists()


def test_a_seat_with_a_holder_is_not_offered_nor_one_twice(vacancy, seat, office, at, closes_at, round):
    with pytest.raises(Refused, match="offered already"):
        actions.advertise(seat, sought="Two minds.", closes_at=closes_at, by=office, at=at)
    held = make.seated(round, kind="vice_chair")
    with pytest.raises(Refused, match="sits here"):
        actions.advertise(held.seat, sought="A mind.", closes_at=closes_at, by=office, at=at)

    assert Vacancy.objects.count() == 1


def test_the_database_refuses_a_vacancy_that_closes_before_it_opens(vacancy):
    with pytest.raises(IntegrityError), transaction.atomic():
        Vacancy.objects.update(closes_at=vacancy.published_at)


def test_the_office_publishes_by_the_page(seat, office, visit, at, closes_at):
    client = visit(office, at=at)
    day = closes_at.date()
    typed = {
        "sought": "A fair mind.",
        "closes_on_day": day.day,
        "closes_on_month": day.month,
        "closes_on_year": day.year,
    }
    page = reverse("vacancy_create", args=[seat.pk])

    weekend = day + timedelta(days=(5 - day.weekday()) % 7)
    refused = client.post(page, typed | {"closes_on_day": weekend.day, "closes_on_month": weekend.month})
    assert "Choose a working day" in refused.text
    assert "A fair mind." in refused.text
    client.post(page, typed)

    vacancy = Vacancy.objects.get()
    assert (vacancy.seat, vacancy.closes_at, vacancy.published_by) == (seat, closes_at, office)
    assert "0 candidates" in client.get(reverse("seat_list", args=[seat.round.slug])).text


def test_a_withdrawn_vacancy_tells_whoever_came_forward(vacancy, office, at):
    forward(vacancy, at, by=make.UserFactory(email="known@example.org"))

    actions.withdraw_vacancy(vacancy, why="The seat goes.", by=office, at=at)

    told = Letter.objects.get(kind="panel_vacancy_withdrawn")
    assert (told.to, "The seat goes." in told.body) == ("known@example.org", True)
    with pytest.raises(Refused, match="no longer offered"):
        forward(vacancy, at)


# Somebody comes forward


def test_without_an_account_a_link_confirms_that_the_mailbox_is_theirs(vacancy, visit, at):
    client = visit(at=at)

    page = client.post(reverse("candidacy_create", args=[vacancy.pk]), TYPED)
    assert "A letter is on its way to <strong>ada@example.org</strong>" in page.text
    own = reverse("candidacy_detail", args=[secret_to("ada@example.org")])
    opened = client.get(own)
    assert "You are not a candidate yet" in opened.text
    assert not Candidacy.objects.standing().exists()
    confirmed = client.post(own + "confirm/", follow=True)

    assert "You are a candidate" in confirmed.text
    stands = Candidacy.objects.standing().get()
    assert (stands.name, stands.email, stands.confirmed_at) == ("Ada Candidate", "ada@example.org", at)
    assert "no-store" in opened["Cache-Control"]
    assert opened["X-Robots-Tag"] == "noindex, nofollow"


def test_the_letter_holds_the_link_and_the_outbox_keeps_no_secret(vacancy, at, settings):
    forward(vacancy, at)
    secret = secret_to("ada@example.org")

    letters.send(letters.claim(at), at=at)

    assert reverse("candidacy_detail", args=[secret]) in mail.outbox[0].body
    assert secret not in "".join(map(str, Letter.objects.values_list()))
    assert Candidacy.objects.get().secret_hash == hash_of(secret)


def test_somebody_who_is_signed_in_is_not_asked_who_they_are(vacancy, visit, at):
    user = make.UserFactory(name="Known Person", email="known@example.org")
    client = visit(user, at=at)
    page = reverse("candidacy_create", args=[vacancy.pk])

    assert 'name="email"' not in client.get(page).text
    client.post(page, {**TYPED, "name": "Known Person", "email": "somebody.else@example.org"})

    stands = Candidacy.objects.standing().get()
    assert (stands.email, stands.name) == ("known@example.org", "Known Person")
    assert Letter.objects.get().kind == "panel_candidate_stands"


def test_what_comes_later_takes_the_place_of_what_came_before(vacancy, at):
    user = make.UserFactory()
    first = forward(vacancy, at, by=user)

    second = forward(vacancy, at + timedelta(hours=1), by=user, statement="Better said.")

    assert list(Candidacy.objects.standing()) == [second]
    assert facts(first).statement == TYPED["statement"]


@pytest.mark.parametrize(("early", "comes"), [(timedelta(microseconds=1), True), (timedelta(0), False)])
def test_candidates_come_forward_until_the_closing_instant(vacancy, closes_at, early, comes):
    if comes:
        forward(vacancy, closes_at - early)
    else:
        with pytest.raises(Refused, match="This vacancy closed"):
            forward(vacancy, closes_at - early)

    assert Candidacy.objects.exists() is comes


def test_too_late_shows_what_was_typed(vacancy, visit, closes_at):
    page = visit(at=closes_at).post(reverse("candidacy_create", args=[vacancy.pk]), TYPED)

    assert "This vacancy closed" in page.text
    assert TYPED["statement"] in page.text
    assert not Candidacy.objects.exists()


@pytest.mark.parametrize(
    ("late", "stands"), [(timedelta(days=2) - timedelta(microseconds=1), True), (timedelta(days=2), False)]
)
def test_what_came_in_time_is_confirmed_within_two_days(vacancy, closes_at, late, stands):
    made_at = closes_at - timedelta(seconds=1)
    candidacy = forward(vacancy, made_at)

    if stands:
        actions.confirm(candidacy, at=made_at + late)
    else:
        with pytest.raises(Refused, match="good for two days"):
            actions.confirm(candidacy, at=made_at + late)

    assert Candidacy.objects.standing().exists() is stands


def test_nobody_is_flooded_with_letters_and_nothing_sent_is_lost(vacancy, visit, at):
    for minute in range(TO_ONE_ADDRESS + 2):
        forward(vacancy, at + timedelta(minutes=minute), statement=f"Version {minute}.")
    later = at + timedelta(minutes=9)
    own = reverse("candidacy_detail", args=[secret_to("ada@example.org")])
    client = visit(at=later)

    page = client.get(own).text
    assert Letter.objects.count() == TO_ONE_ADDRESS
    assert all(f"Version {minute}." in page for minute in range(TO_ONE_ADDRESS + 2))
    mine = Candidacy.objects.get(statement="Version 4.")
    client.post(own + "confirm/", {"version": mine.pk})

    assert list(Candidacy.objects.standing()) == [mine]


def test_a_link_confirms_nothing_of_another_mailbox(vacancy, visit, at):
    forward(vacancy, at)
    other = forward(vacancy, at, email="eve@example.org")
    own = reverse("candidacy_detail", args=[secret_to("ada@example.org")])

    visit(at=at).post(own + "confirm/", {"version": other.pk})

    assert [stands.email for stands in Candidacy.objects.standing()] == ["ada@example.org"]


def test_a_crowd_keeps_nobody_out_and_its_letters_leave_one_after_the_other(vacancy, at):
    for number in range(TO_ALL + 1):
        forward(vacancy, at, email=f"p{number}@example.org")

    assert Candidacy.objects.count() == TO_ALL + 1
    assert Letter.objects.due(at).count() == TO_ALL
    assert Letter.objects.get(to=f"p{TO_ALL}@example.org").not_before == at + timedelta(hours=1)


@pytest.mark.parametrize("field", ["name", "job", "statement", "register"])
@pytest.mark.parametrize("empty", ["", "\u200b\u2060"])
def test_nothing_is_left_empty(vacancy, visit, at, field, empty):
    page = visit(at=at).post(reverse("candidacy_create", args=[vacancy.pk]), TYPED | {field: empty})

    assert "There is a problem" in page.text
    assert not Candidacy.objects.exists()


def test_a_candidate_stands_down_by_the_link(vacancy, visit, at):
    forward(vacancy, at, by=make.UserFactory(email="known@example.org"))
    own = reverse("candidacy_detail", args=[secret_to("known@example.org")])

    page = visit(at=at).post(own + "stand-down/", follow=True)

    assert "You are not a candidate" in page.text
    assert not Candidacy.objects.standing().exists()
    assert Step.objects.filter(step="stand_down").exists()


def test_who_was_proposed_and_stands_down_is_not_seated(vacancy, visit, at):
    person = make.UserFactory(email="known@example.org")
    forward(vacancy, at, by=person)
    proposed = Appointment.objects.create(seat=vacancy.seat, user=person, register="None.")
    own = reverse("candidacy_detail", args=[secret_to("known@example.org")])

    visit(at=at).post(own + "stand-down/")

    assert facts(proposed).ended_at == at
    with pytest.raises(Refused, match="has ended"):
        seating.agree_appointment(
            proposed, body=vacancy.seat.bodies_to_agree[0], by=make.signatory("clg"), at=at
        )


def test_who_was_appointed_asks_the_office(vacancy, visit, at):
    person = make.UserFactory(email="known@example.org")
    forward(vacancy, at, by=person)
    held = Appointment.objects.create(seat=vacancy.seat, user=person, register="None.", agreed_at=at)
    own = reverse("candidacy_detail", args=[secret_to("known@example.org")])

    page = visit(at=at).post(own + "stand-down/", follow=True)

    assert "Write to the scheme’s office" in page.text
    assert facts(held).ended_at is None
    assert Candidacy.objects.standing().exists()


def test_a_link_that_was_cut_short_opens_nothing(vacancy, visit, at):
    client = visit(at=at)

    assert client.get(reverse("candidacy_detail", args=["guess"])).status_code == 404
    assert client.post(reverse("candidacy_confirm", args=["guess"])).status_code == 404


def test_a_letter_to_an_address_that_is_not_confirmed_holds_nothing_that_was_typed(vacancy, at):
    forward(vacancy, at, name="friend. Log in at https://evil.example")

    assert "evil.example" not in Letter.objects.get().body


def test_an_older_link_does_not_take_the_place_of_what_was_sent_later(vacancy, at):
    old = forward(vacancy, at)
    new = actions.confirm(forward(vacancy, at + timedelta(minutes=5)), at=at + timedelta(minutes=6))

    with pytest.raises(Refused, match="What you sent later stands"):
        actions.confirm(old, at=at + timedelta(minutes=7))

    assert list(Candidacy.objects.standing()) == [new]


def test_a_vacancy_that_is_over_is_found_by_nobody_else(vacancy, visit, closes_at):
    assert visit(at=closes_at).get(reverse("candidacy_create", args=[vacancy.pk])).status_code == 404


def test_too_long_is_said_and_kept_in_its_box(vacancy, visit, at):
    page = visit(at=at).post(
        reverse("candidacy_create", args=[vacancy.pk]), TYPED | {"statement": "x" * 13_000}
    )

    assert "There is a problem" in page.text
    assert "x" * 13_000 in page.text
    assert not Candidacy.objects.exists()


# Who reads what candidates say


def test_candidates_are_known_to_the_office_and_to_who_agrees(round, visit, at, closes_at, office):
    seat = make.SeatFactory(round=round, kind="member", body="clg")
    vacancy = actions.advertise(seat, sought="A fair mind.", closes_at=closes_at, by=office, at=at)
    forward(vacancy, at, by=make.UserFactory(name="Cuthbert Candidate"), name="Cuthbert Candidate")
    seen = {
        "manager": office,
        "case officer": make.case_officer(),
        "clg": make.signatory("clg"),
        "lga": make.signatory("lga"),
        "chair": make.seated(round, kind="chair").user,
        "officer": make.drafter(make.AuthorityFactory()),
        "visitor": None,
    }

    shown = {
        who: "Cuthbert Candidate" in visit(user, at=at).get(vacancy.get_absolute_url()).text
        for who, user in seen.items()
    }

    assert shown == {
        "manager": True,
        "case officer": True,
        "clg": True,
        "lga": False,
        "chair": False,
        "officer": False,
        "visitor": False,
    }


def test_the_pages_ask_the_same_of_the_database_for_many(vacancy, seat, office, visit, at):
    forward(vacancy, at, by=make.UserFactory())
    client = visit(office, at=at)
    pages = [vacancy.get_absolute_url(), reverse("seat_list", args=[seat.round.slug])]
    few = [len(queries(client, page)) for page in pages]
    for _ in range(15):
        forward(vacancy, at, by=make.UserFactory())

    assert [len(queries(client, page)) for page in pages] == few


# Somebody is chosen


def test_a_candidate_without_an_account_is_given_one_when_proposed(vacancy, seat, office, visit, at):
    actions.confirm(forward(vacancy, at), at=at)
    other = forward(vacancy, at, by=make.UserFactory(email="other@example.org"))
    client = visit(office, at=at)
    chosen = Candidacy.objects.standing().get(email="ada@example.org")
    page = f"{reverse('appointment_propose', args=[seat.pk])}?candidate={chosen.pk}"

    offered = client.get(page)
    assert re.search(r'name="email" value="ada@example.org"', offered.text)
    assert TYPED["register"] in offered.text
    client.post(page, {"email": "ada@example.org", "register": TYPED["register"]})
    held = Appointment.objects.get(seat=seat)
    for body in ("clg", "lga"):
        held = seating.agree_appointment(held, body=body, by=make.signatory(body), at=at)

    assert (held.user, held.agreed_at) == (User.objects.get(email="ada@example.org"), at)
    appointed = Letter.objects.get(kind="panel_appointed")
    assert reverse("account_reset_password") in appointed.body
    assert Letter.objects.get(kind="panel_candidate_not_chosen").to == other.email
    assert not Vacancy.objects.open(at).exists()


def test_a_filled_seat_takes_no_candidate_and_a_later_vacancy_begins_anew(
    vacancy, seat, office, at, closes_at
):
    late = forward(vacancy, closes_at - timedelta(seconds=1))
    first = forward(vacancy, at, by=make.UserFactory(email="first@example.org"))
    held = seating.propose_candidate(first, register="None.", by=office, at=closes_at)
    for body in ("clg", "lga"):
        held = seating.agree_appointment(held, body=body, by=make.signatory(body), at=closes_at)
    with pytest.raises(Refused, match="no longer offered"):
        actions.confirm(late, at=closes_at + timedelta(hours=1))

    seating.end_appointment(held, why="Moved.", by=office, at=closes_at)
    again = actions.advertise(
        seat, sought="Another.", closes_at=closes_at + timedelta(days=21), by=office, at=closes_at
    )
    second = forward(again, closes_at, by=make.UserFactory(email="second@example.org"))
    held = seating.propose_candidate(second, register="None.", by=office, at=closes_at)
    for body in ("clg", "lga"):
        held = seating.agree_appointment(held, body=body, by=make.signatory(body), at=closes_at)

    assert not Letter.objects.filter(kind="panel_candidate_not_chosen").exists()


def test_who_has_not_confirmed_cannot_be_proposed(vacancy, seat, office, visit, at):
    forward(vacancy, at)

    page = visit(office, at=at).post(
        reverse("appointment_propose", args=[seat.pk]), {"email": "ada@example.org", "register": "None."}
    )

    assert "Nobody signs in here, or came forward" in page.text
    assert not User.objects.filter(email="ada@example.org").exists()


def test_the_office_and_who_agrees_hear_when_all_have_confirmed(vacancy, office, at, closes_at):
    signatory = make.signatory("lga")
    actions.confirm(forward(vacancy, at), at=at)

    early = sweeps.tell_of_closed_vacancies(closes_at + timedelta(days=2) - timedelta(microseconds=1))
    due = sweeps.tell_of_closed_vacancies(closes_at + timedelta(days=2))
    again = sweeps.tell_of_closed_vacancies(closes_at + timedelta(days=3))

    assert (early, due, again) == (0, 2, 0)
    told = Letter.objects.filter(kind="panel_vacancy_closed")
    assert {letter.to for letter in told} == {office.email, signatory.email}
    assert "1 person has come forward" in told[0].body


# Terms


def test_a_term_ends_a_seat_by_itself(round, office):
    made = make.seated(round, body="clg", until=round.stage_of("scoring").closes_on)
    last = workdays.noon(made.until)
    midnight = last.replace(hour=0) + timedelta(days=1)

    assert (made.is_active(last), made.is_active(midnight)) == (True, False)
    assert Appointment.objects.active(last).filter(pk=made.pk).exists()
    assert not Appointment.objects.active(midnight).filter(pk=made.pk).exists()
    sweeps.end_terms(last)
    assert facts(made).ended_at is None
    sweeps.end_terms(midnight)

    assert facts(made).ended_at == midnight
    assert "The term is over." in Step.objects.get(step="end").words.why


def test_a_term_lies_within_the_round(round, office, at):
    seat = make.SeatFactory(round=round, kind="member", body="clg")
    for until, reason in (
        (at.date(), "later than today"),
        (round.ends_on + timedelta(days=1), "end with the round"),
    ):
        with pytest.raises(Refused, match=reason):
            seating.propose_appointment(
                seat, make.UserFactory(), register="None.", until=until, by=office, at=at
            )

    assert not Appointment.objects.exists()


def test_a_term_that_ends_before_decisions_are_due_is_a_risk(round, office, visit, at):
    make.seated(round, body="clg", until=round.stage_of("scoring").closes_on, user__name="Short Stay")

    page = visit(office, at=at).get(reverse("seat_list", args=[round.slug]))

    assert "the term of Short Stay ends on" in page.text
