"""Partners: named and changed by the lead authority, asked by letter, and confirming by a link without an account."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beacons.applications import actions, content, history, rules
from beacons.applications.models import Application, Partner
from beacons.core import letters
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from beacons.core.links import hash_of
from beacons.core.steps import Step
from beacons.directory.models import Authority
from tests import factories
from tests.applications.conftest import LONG_ENOUGH, MONEY, letters_of, written
from tests.mergers import merge

SIGNED = {"name": "Ann Lee", "job": "Head of Housing"}
DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def no_earlier_visits():
    cache.clear()


@pytest.fixture
def bid(council):
    return written(council)


@pytest.fixture
def college(council, bid):
    """A body without an account, with a contact."""
    return actions.add_partner(
        bid, authority=None, name="Testbury College", role="Teaches those who come back", contact_name="Ann Lee",
        contact_job="Head of Housing", contact_email="ann@college.example", by=council.drafter, at=council.at,
    )  # fmt: skip


@pytest.fixture
def other(council, bid):
    """Another council, with an officer."""
    return actions.add_partner(
        bid, authority=factories.AuthorityFactory(name="Otherbury"), name="", role="Runs the second site",
        contact_email="bo@otherbury.example", by=council.drafter, at=council.at,
    )  # fmt: skip


def renewed(row):
    return type(row).objects.get(pk=row.pk)


def asked(partner, council, at=None):
    """The secret of the link in the letter that was just written."""
    actions.ask_partner(partner, by=council.drafter, at=at or council.at)
    return Letter.objects.filter(kind="partner_asked").latest("pk").secret


def link(secret, page="detail"):
    return reverse(f"part_link_{page}", args=[secret])


def confirm(partner, council, **changed):
    part = renewed(partner)
    facts = {**SIGNED, "seen": part.fingerprint, "by": None, "at": council.at, **changed}
    return actions.confirm_part(part, **facts)


def facts(partner):
    return Partner.objects.filter(pk=partner.pk).values().first()


def url(bid, page=""):
    return f"/applications/{bid.reference}/partners/{page}"


# Named and changed


def test_a_partner_is_named_with_its_contact_and_changed(council, visit, bid):
    client = visit(council.drafter, at=council.at)

    client.post(
        url(bid),
        {
            "name": "The  College ",
            "role": "Teaches",
            "contact_name": "Jo",
            "contact_email": "jo@college.example",
        },
    )
    partner = Partner.objects.get()
    form = client.get(url(bid, f"{partner.pk}/")).context["form"]
    client.post(
        url(bid, f"{partner.pk}/"),
        {"role": "Teaches more", "contact_job": "Dean", "contact_name": "Jo", "seen": form["seen"].value()},
    )

    partner.refresh_from_db()
    assert (str(partner), partner.role, partner.contact, partner.contact_email) == (
        "The College", "Teaches more", "Jo, Dean", "",
    )  # fmt: skip
    assert list(Step.objects.of(bid).values_list("step", flat=True))[-2:] == ["add_partner", "edit_partner"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"contact_email": "not an address"}, "must be an email address"),
        ({"contact_email": "a@b.example\r\nBcc: all@example.org"}, "must be an email address"),
        ({"role": "\u200b\u2060"}, "Enter its part in the application"),
        ({"name": "x" * 161}, "must be 160 characters or fewer"),
        ({"authority": "999999999"}, "choose from the list"),
        ({"authority": "x"}, "choose from the list"),
    ],
)
def test_a_partner_that_is_refused_is_shown_again(council, visit, bid, typed, said):
    sent = {"name": "College", "role": "Teaches", "contact_name": "Jo <b>"} | typed

    page = visit(council.drafter, at=council.at).post(url(bid), sent)

    assert page.status_code == 200
    assert said in page.content.decode()
    assert "Jo &lt;b&gt;" in page.content.decode()
    assert Partner.objects.count() == 0


def test_the_contact_is_nobody_of_the_lead_authority(council, bid, college):
    mail = council.certifier.email.upper()

    with pytest.raises(Refused, match="must be somebody of the partner"):
        actions.add_partner(
            bid, authority=None, name="Sham", role="x", contact_email=mail, by=council.drafter, at=council.at
        )
    with pytest.raises(Refused, match="must be somebody of the partner"):
        actions.edit_partner(
            college,
            role="x",
            contact_name="",
            contact_job="",
            contact_email=mail,
            by=council.drafter,
            at=council.at,
        )

    assert renewed(college).contact_email == "ann@college.example"


def test_there_are_forty_partners_at_most(council, visit, bid):
    factories.PartnerFactory.create_batch(rules.MOST_PARTNERS, application=bid)
    client = visit(council.drafter, at=council.at)

    page = client.post(url(bid), {"name": "One more", "role": "x"})

    assert "There can be 40 partners at most." in page.content.decode()
    assert "as many partners as there can be" in client.get(url(bid)).content.decode()
    assert bid.partners.count() == 40


def test_the_second_to_change_a_partner_is_shown_both(council, visit, bid, college):
    client = visit(council.drafter, at=council.at)
    page = url(bid, f"{college.pk}/")
    seen = client.get(page).context["form"]["seen"].value()
    actions.edit_partner(
        college,
        role="Theirs",
        contact_name="",
        contact_job="",
        contact_email="",
        by=council.certifier,
        at=council.at,
    )

    shown = client.post(page, {"role": "Mine", "seen": seen})

    assert "What was saved meanwhile" in shown.content.decode()
    assert "Theirs" in shown.content.decode()
    assert shown.context["form"]["role"].value() == "Mine"
    assert renewed(college).role == "Theirs"

    client.post(page, {"role": "Mine", "seen": shown.context["form"]["seen"].value()})

    assert renewed(college).role == "Mine"


def test_another_bids_partner_is_not_found(council, visit, bid):
    theirs = factories.PartnerFactory(application=factories.ApplicationFactory(round=council.round))
    client = visit(council.drafter, at=council.at)
    before = facts(theirs)

    answers = [
        client.get(url(bid, f"{theirs.pk}/")).status_code,
        client.post(url(bid, f"{theirs.pk}/"), {"role": "Mine now"}).status_code,
        client.post(url(bid, f"{theirs.pk}/ask/")).status_code,
        client.post(url(bid, f"{theirs.pk}/remove/")).status_code,
        client.get(f"/applications/parts/{theirs.pk}/").status_code,
    ]

    assert answers == [404] * 5
    assert facts(theirs) == before


# Asked


def test_the_letter_says_the_partners_part_and_nothing_else_of_the_bid(council, bid, college, other):
    actions.save_budget(
        bid, **{**MONEY, "parts": {college.pk: (0, 0, 12_345, 0), other.pk: (0, 0, 54_321, 0)}},
        by=council.drafter, at=council.at,
    )  # fmt: skip

    secret = asked(college, council)

    [letter] = letters_of("partner_asked")
    assert letter.to == "ann@college.example"
    for words in ("Dear Ann Lee", bid.title, "Testbury", str(council.outcome), "Teaches those who come back", "£12,345",
                  letters.MARK, "noon"):  # fmt: skip
        assert words in letter.body
    for sealed in ("Otherbury", "54,321", bid.summary, "£30,000", secret, hash_of(secret)):
        assert sealed not in letter.body
    assert renewed(college).secret_hash == hash_of(secret)


def test_the_link_in_the_mail_opens_the_part_and_the_outbox_forgets_it(council, visit, college, mailoutbox):
    secret = asked(college, council)

    letters.deliver(at=council.at)

    [mail] = [mail for mail in mailoutbox if mail.to == ["ann@college.example"]]
    path = next(line for line in mail.body.splitlines() if "/by-link/" in line)
    assert path.endswith(link(secret))
    assert visit(at=council.at).get(link(secret)).status_code == 200
    kept = Letter.objects.get(kind="partner_asked")
    assert (kept.secret, secret in kept.body) == ("", False)


def test_the_same_is_asked_once_a_day_and_a_changed_part_at_once(council, college):
    asked(college, council)
    first = renewed(college).secret_hash

    with pytest.raises(Refused, match="asked the same within a day"):
        actions.ask_partner(college, by=council.drafter, at=council.at + DAY - MOMENT)
    assert renewed(college).secret_hash == first
    asked(college, council, council.at + DAY)
    assert renewed(college).secret_hash != first

    edit = {"role": "Teaches evenings", "contact_name": "Ann Lee", "contact_job": "Head of Housing"}
    actions.edit_partner(
        college, **edit, contact_email="ann@college.example", by=council.drafter, at=council.at + DAY
    )
    asked(college, council, council.at + DAY)
    actions.edit_partner(
        college, **edit, contact_email="bea@college.example", by=council.drafter, at=council.at + DAY
    )
    asked(college, council, council.at + DAY)

    assert [letter.to for letter in letters_of("partner_asked")] == ["ann@college.example"] * 3 + [
        "bea@college.example"
    ]


def test_nobody_is_drowned_in_letters(council, bid):
    """Not by changing the part again and again, nor by taking the partner out and putting it in."""
    for number in range(rules.MOST_LETTERS):
        partner = factories.PartnerFactory(
            application=bid, authority=None, name=f"College {number}", contact_email="ann@college.example"
        )
        asked(partner, council)
    partner = factories.PartnerFactory(
        application=bid, authority=None, name="One more", contact_email="Ann@college.example"
    )

    with pytest.raises(Refused, match="has been sent 5 letters within a day"):
        actions.ask_partner(partner, by=council.drafter, at=council.at + DAY - MOMENT)

    assert len(letters_of("partner_asked")) == rules.MOST_LETTERS
    actions.ask_partner(partner, by=council.drafter, at=council.at + DAY)


def test_who_has_no_address_or_has_confirmed_is_not_asked(council, visit, bid, college):
    secret = asked(college, council)
    confirm(college, council, secret=secret)
    silent = factories.PartnerFactory(application=bid)
    client = visit(council.drafter, at=council.at + 2 * DAY)

    confirmed = client.post(url(bid, f"{college.pk}/ask/"), follow=True).content.decode()
    nobody = client.post(url(bid, f"{silent.pk}/ask/"), follow=True).content.decode()

    assert "has confirmed its part as it stands" in confirmed
    assert "Enter the email address of somebody at" in nobody
    assert len(letters_of("partner_asked")) == 1
    assert client.get(url(bid, f"{silent.pk}/ask/")).status_code == 405


def test_a_second_press_of_the_button_sends_no_second_letter(council, visit, bid, college):
    client = visit(council.drafter, at=council.at)

    for _ in range(2):
        client.post(url(bid, f"{college.pk}/ask/"))

    assert len(letters_of("partner_asked")) == 1


# Confirmed by the link


def test_a_visitor_reads_the_part_and_nothing_else_of_the_bid(council, visit, bid, college, other):
    actions.save_budget(
        bid,
        **MONEY | {
            "parts": {college.pk: (0, 0, 12_345, 0), other.pk: (0, 0, 54_321, 0)}, "is_whole_area": True,
            "own_pooled": 111_111, "pooled": {college.pk: 77_777, other.pk: 88_888},
        },
        by=council.drafter,
        at=council.at,
    )  # fmt: skip
    secret = asked(college, council)

    response = visit(at=council.at).get(link(secret))

    page = response.content.decode()
    for words in ("Testbury College", bid.title, "Testbury", str(council.outcome), "Teaches those who come back",
                  "£12,345", "£77,777"):  # fmt: skip
        assert words in page
    for sealed in ("Otherbury", "54,321", "88,888", "111,111", bid.summary, bid.reference, bid.lead_officer,
                   "£30,000", "What about outcomes?"):  # fmt: skip
        assert sealed not in page
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "same-origin"


def test_to_open_the_link_changes_nothing(council, visit, college):
    """Mail scanners open every link, and follow those on the page."""
    secret = asked(college, council)
    before, steps, sent = facts(college), Step.objects.count(), Letter.objects.count()
    client = visit(at=council.at)

    for method in (client.get, client.head, client.options):
        for page in ("detail", "decline"):
            method(link(secret, page))

    assert (facts(college), Step.objects.count(), Letter.objects.count()) == (before, steps, sent)
    assert renewed(college).standing == "asked"


def test_a_visitor_confirms_with_name_and_job(council, visit, bid, college):
    secret = asked(college, council)
    client = visit(at=council.at)
    form = client.get(link(secret)).context["form"]

    empty = client.post(link(secret), {"seen": form["seen"].value(), "name": "\u200b", "job": ""})
    done = client.post(link(secret), {"seen": form["seen"].value(), **SIGNED}, follow=True)

    assert "Enter your name" in empty.content.decode()
    assert "Enter your job" in empty.content.decode()
    assert "Ann Lee, Head of Housing" in done.content.decode()
    partner = renewed(college)
    assert (partner.confirmed_name, partner.confirmed_job, partner.confirmed_by, partner.confirmed_at) == (
        "Ann Lee", "Head of Housing", None, council.at,
    )  # fmt: skip
    assert partner.is_confirmed
    assert {letter.to for letter in letters_of("partner_confirmed")} == {
        council.drafter.email, council.certifier.email,
    }  # fmt: skip


def test_a_double_post_confirms_once(council, visit, college):
    secret = asked(college, council)
    client = visit(at=council.at)
    sent = {"seen": college.fingerprint, **SIGNED}

    answers = [client.post(link(secret), sent).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert Step.objects.of(college).filter(step="confirm_part").count() == 1
    assert len(letters_of("partner_confirmed")) == 2


def test_what_changed_while_it_was_read_is_not_confirmed(council, visit, bid, college):
    secret = asked(college, council)
    client = visit(at=council.at)
    seen = client.get(link(secret)).context["form"]["seen"].value()
    actions.save_budget(
        bid, **{**MONEY, "parts": {college.pk: (0, 0, 1, 0)}}, by=council.drafter, at=council.at
    )

    page = client.post(link(secret), {"seen": seen, **SIGNED})

    assert "was changed while you were reading it" in page.content.decode()
    assert 'value="Ann Lee"' in page.content.decode()
    assert renewed(college).standing == "asked"

    client.post(link(secret), {"seen": page.context["form"]["seen"].value(), **SIGNED})

    assert renewed(college).is_confirmed


def test_a_visitor_declines_with_a_reason(council, visit, bid, college):
    secret = asked(college, council)
    client = visit(at=council.at)

    silent = client.post(link(secret, "decline"), SIGNED)
    done = client.post(link(secret, "decline"), {**SIGNED, "why": "Nobody <asked> us."}, follow=True)

    assert "Answer “Why?”" in silent.content.decode()
    assert "Nobody &lt;asked&gt; us." in done.content.decode()
    partner = renewed(college)
    assert (partner.standing, partner.declined_name, partner.declined_why) == (
        "declined", "Ann Lee", "Nobody <asked> us.",
    )  # fmt: skip
    assert all("Nobody <asked> us." in letter.body for letter in letters_of("partner_declined"))
    assert "Nobody &lt;asked&gt; us." in visit(council.drafter, at=council.at).get(url(bid)).content.decode()


def test_somebody_who_declined_may_confirm_after_all_and_the_other_way_round(council, college):
    secret = asked(college, council)
    no = {**SIGNED, "why": "Too soon.", "by": None, "secret": secret, "at": council.at}
    actions.decline_part(college, **no)

    assert confirm(college, council, secret=secret).standing == "confirmed"
    assert facts(college)["declined_why"] == ""
    assert actions.decline_part(college, **no).standing == "declined"
    assert facts(college)["confirmed_name"] == ""
    assert [entry.step for entry in history.of_partner(college)] == [
        "ask_partner", "decline_part", "confirm_part", "decline_part",
    ]  # fmt: skip


@pytest.mark.parametrize("what", ["role", "share", "pooled"])
def test_a_change_makes_the_confirmation_old_and_it_stays_in_the_steps(council, visit, bid, college, what):
    actions.save_budget(bid, **{**MONEY, "is_whole_area": True}, by=council.drafter, at=council.at)
    confirm(college, council, secret=asked(college, council))
    changed = {**MONEY, "is_whole_area": True}
    if what == "role":
        Partner.objects.filter(pk=college.pk).update(role="Pays")
    if what == "share":
        actions.save_budget(
            bid, **changed | {"parts": {college.pk: (0, 0, 0, 1)}}, by=council.drafter, at=council.at
        )
    if what == "pooled":
        actions.save_budget(bid, **changed | {"pooled": {college.pk: 1}}, by=council.drafter, at=council.at)

    assert renewed(college).standing == "changed"
    [_, entry] = history.of_partner(college)
    assert (entry.step, entry.who, entry.at) == ("confirm_part", "Ann Lee, Head of Housing", council.at)
    page = visit(council.drafter, at=council.at).get(url(bid)).content.decode()
    assert "confirmed an earlier version on" in page

    secret = asked(college, council)
    read = visit(at=council.at).get(link(secret)).content.decode()
    assert "It has changed since, so please confirm it anew" in read
    assert confirm(college, council, secret=secret).is_confirmed


def test_what_does_not_touch_its_part_leaves_the_confirmation(council, bid, college, other):
    confirm(college, council, secret=asked(college, council))

    actions.save_budget(
        bid,
        **MONEY | {"parts": {other.pk: (0, 0, 5, 0)}, "pooled": {college.pk: 9}},
        by=council.drafter,
        at=council.at,
    )
    actions.edit_partner(
        college, role=college.role, contact_name="New", contact_job="", contact_email="", by=council.drafter,
        at=council.at,
    )  # fmt: skip

    assert renewed(college).is_confirmed


# Links that do not work


def test_every_link_that_is_not_the_present_one_is_answered_alike(council, visit, college, other):
    old = asked(college, council)
    new = asked(college, council, council.at + DAY)
    gone = asked(other, council)
    actions.remove_partner(other, by=council.drafter, at=council.at)
    client = visit(at=council.at + DAY)
    wrong = [
        old,
        gone,
        new[:-1],
        new + "x",
        new.swapcase(),
        hash_of(new),
        "x",
        "%00"[1:],
        "a" * 4000,
        "\u05d0",
    ]

    pages = [client.get(f"/applications/parts/by-link/{secret}/") for secret in wrong]

    assert {page.status_code for page in pages} == {404}
    assert all("This link does not work" in page.content.decode() for page in pages)
    assert client.get(link(new)).status_code == 200
    assert client.post(link(old), {"seen": college.fingerprint, **SIGNED}).status_code == 404
    assert renewed(college).standing == "asked"


def test_a_link_replaced_while_its_page_was_open_answers_nothing(council, college):
    old = asked(college, council)
    asked(college, council, council.at + DAY)

    with pytest.raises(Refused, match="replaced by the one in a newer letter"):
        confirm(college, council, secret=old, at=council.at + DAY)
    with pytest.raises(Refused, match="replaced by the one in a newer letter"):
        actions.decline_part(college, **SIGNED, why="x", by=None, secret="", at=council.at + DAY)

    assert renewed(college).standing == "asked"


def test_guessing_is_slowed_down_and_the_right_link_still_opens(council, visit, college):
    secret = asked(college, council)
    client = visit(at=council.at)

    answers = [client.get(link(f"guess-{number}")).status_code for number in range(32)]

    assert answers == [404] * 30 + [429] * 2
    assert client.get(link(secret)).status_code == 200


@pytest.mark.parametrize("who", ["another council", "the lead authority", "the office"])
def test_somebody_signed_in_for_others_does_not_come_in_by_the_link(council, visit, college, who):
    secret = asked(college, council)
    person = {
        "another council": lambda: factories.certifier(factories.AuthorityFactory()),
        "the lead authority": lambda: council.drafter,
        "the office": factories.case_officer,
    }[who]()
    client = visit(person, at=council.at)

    page = client.get(link(secret))
    post = client.post(link(secret), {"seen": college.fingerprint, **SIGNED})

    assert (page.status_code, post.status_code) == (403, 403)
    assert "who does not act for Testbury College" in page.content.decode()
    assert "Teaches those who come back" not in page.content.decode()
    assert renewed(college).standing == "asked"
    with pytest.raises(Refused, match="does not act for"):
        confirm(college, council, by=person)


# Until when


@pytest.mark.parametrize(("moment", "status"), [("last", 302), ("closes", 200)])
@pytest.mark.parametrize("door", ["detail", "decline"])
def test_answering_ends_at_the_closing_instant(council, visit, college, door, moment, status):
    secret = asked(college, council)
    before = facts(college)

    response = visit(at=getattr(council, moment)).post(
        link(secret, door), {"seen": college.fingerprint, **SIGNED, "why": "We never heard of it before."}
    )

    assert response.status_code == status
    assert (facts(college) == before) == (moment == "closes")
    if moment == "closes":
        assert "closed at noon" in response.content.decode()
        assert "Ann Lee" in response.content.decode()


def test_after_it_was_handed_in_the_link_shows_what_was_confirmed(council, visit, bid, college):
    secret = asked(college, council)
    confirm(college, council, secret=secret)
    actions.certify(renewed(bid), by=council.certifier, at=council.at)
    actions.submit(bid, by=council.drafter, at=council.at)
    client, before = visit(at=council.at), facts(college)

    page = client.get(link(secret)).content.decode()
    client.post(link(secret, "decline"), {**SIGNED, "why": "Too late"})

    assert "Confirmed" in page
    assert "Ann Lee" in page
    assert "This application has been submitted" in page
    assert "Confirm our part" not in page
    assert client.get(link(secret, "decline")).status_code == 302
    assert facts(college) == before


def test_a_part_may_be_confirmed_while_the_bid_is_certified(council, bid, college):
    """What the certifier signed holds no confirmations, so it stays what was signed."""
    secret = asked(college, council)
    signed = actions.certify(renewed(bid), by=council.certifier, at=council.at).content_hash

    confirm(college, council, secret=secret)

    after = renewed(bid)
    assert (after.status, after.content_hash, after.fingerprint()) == ("certified", signed, signed)
    assert actions.submit(after, by=council.drafter, at=council.at).status == "submitted"


def test_a_withdrawn_bid_asks_nobody(council, visit, bid, college):
    secret = asked(college, council)
    actions.withdraw(bid, why="Too early", by=council.drafter, at=council.at)

    page = visit(at=council.at).get(link(secret)).content.decode()

    assert "This application is withdrawn" in page
    assert "Confirm our part" not in page
    with pytest.raises(Refused, match="withdrawn"):
        confirm(college, council, secret=secret)


# What hangs on it


@pytest.fixture
def leaning(council):
    """A fire authority's bid, which rests on the sign-up of its partner Testbury."""
    fire = factories.AuthorityFactory(kind=Authority.Kind.FIRE, name="Fire")
    who = factories.drafter(fire)
    bid = actions.start(
        council.round, council.outcome, fire, title="Ours", partner=council.authority, by=who, at=council.at
    )
    actions.save_details(bid, title="Ours", summary="x", lead_officer="y", by=who, at=council.at)
    actions.save_budget(bid, **MONEY, by=who, at=council.at)
    actions.save_answers(
        bid, {question.pk: ("x", 0) for question in council.questions}, by=who, at=council.at
    )
    return bid, who, factories.certifier(fire)


def test_a_partner_on_whose_sign_up_the_bid_rests_must_have_confirmed(council, leaning):
    bid, _, chief = leaning
    partner = bid.partners.get()

    with pytest.raises(Refused, match="so Testbury must confirm its part"):
        actions.certify(bid, by=chief, at=council.at)
    actions.confirm_part(partner, **SIGNED, seen=partner.fingerprint, by=council.drafter, at=council.at)

    assert actions.certify(bid, by=chief, at=council.at).status == "certified"


def test_if_that_partner_says_no_after_all_the_bid_is_not_handed_in(council, leaning):
    bid, who, chief = leaning
    partner = bid.partners.get()
    actions.confirm_part(partner, **SIGNED, seen=partner.fingerprint, by=council.drafter, at=council.at)
    actions.certify(bid, by=chief, at=council.at)
    actions.decline_part(partner, **SIGNED, why="The cabinet said no.", by=council.certifier, at=council.at)

    with pytest.raises(Refused, match="so Testbury must confirm its part"):
        actions.submit(bid, by=who, at=council.at)

    assert renewed(bid).status == "certified"


def test_other_partners_hold_up_nobody_but_the_certifier_is_told(council, visit, bid, college, other):
    confirm(college, council, secret=asked(college, council))
    client = visit(council.certifier, at=council.at)

    page = client.get(f"/applications/{bid.reference}/certify/").content.decode()

    assert "1 partner has not confirmed its part. The panel will read that." in page
    assert (
        f'href="/applications/{bid.reference}/partners/">ask again, change a part or take a partner out</a>'
        in page
    )
    assert "Otherbury" in page
    assert actions.certify(renewed(bid), by=council.certifier, at=council.at).status == "certified"


def test_a_bid_that_names_a_partner_that_declined_is_not_certified(council, bid, college):
    secret = asked(college, council)
    actions.decline_part(college, **SIGNED, why="No.", by=None, secret=secret, at=council.at)

    with pytest.raises(Refused, match="Testbury College has declined its part"):
        actions.certify(renewed(bid), by=council.certifier, at=council.at)
    actions.remove_partner(college, by=council.drafter, at=council.at)

    assert actions.certify(renewed(bid), by=council.certifier, at=council.at).status == "certified"


def test_who_declines_after_it_was_certified_does_not_stop_it_and_the_panel_reads_it(council, bid, college):
    secret = asked(college, council)
    actions.certify(renewed(bid), by=council.certifier, at=council.at)
    actions.decline_part(college, **SIGNED, why="Our own quarrel.", by=None, secret=secret, at=council.at)

    actions.submit(bid, by=council.drafter, at=council.at)

    paper = render_to_string(
        "applications/_paper.html", {"application": Application.objects.for_paper().get(pk=bid.pk)}
    )
    assert "Declined on" in paper
    assert "Our own quarrel." not in paper


def test_the_paper_says_who_confirmed_and_who_did_not(council, bid, college, other):
    confirm(college, council, secret=asked(college, council), name="Ann <b>Lee</b>")

    paper = render_to_string(
        "applications/_paper.html", {"application": Application.objects.for_paper().get(pk=bid.pk)}
    )

    assert "by Ann &lt;b&gt;Lee&lt;/b&gt;, Head of Housing.</bdi>" in paper
    assert "Not confirmed." in paper
    assert "ann@college.example" not in paper


def test_the_printed_bid_holds_what_partners_had_said_when_it_was_handed_in(council, bid, college, other):
    """What is certified is kept as it was read then, so their answers are kept with the handing in."""
    secret = asked(college, council)
    actions.certify(renewed(bid), by=council.certifier, at=council.at)
    confirm(college, council, secret=secret)

    actions.submit(bid, by=council.drafter, at=council.at)

    submission = renewed(bid).submission
    assert "onfirmed" not in submission.certification.paper.split("Partners</h2>")[1]
    assert sorted(submission.partners, key=lambda answer: answer["partner"]) == [
        {"partner": "Otherbury", "said": "Not confirmed."},
        {"partner": "Testbury College", "said": "Confirmed on 10 February 2026 by Ann Lee, Head of Housing."},
    ]
    merge(other.authority, at=council.checking)
    assert renewed(bid).submission.partners == submission.partners


def test_the_certified_content_holds_each_part_and_no_answer(council, bid, college):
    before = json.loads(content.canonical(renewed(bid)))
    confirm(college, council, secret=asked(college, council))

    after = json.loads(content.canonical(renewed(bid)))

    assert before == after
    assert after["partners"] == [
        {
            "code": "", "name": "Testbury College", "role": "Teaches those who come back", "contact": "Ann Lee",
            "job": "Head of Housing", "pounds": {"develop": 0, "innovate": 0, "disseminate": 0, "support": 0},
        }
    ]  # fmt: skip


def test_the_task_list_counts_confirmations(council, visit, bid, college, other):
    client = visit(council.drafter, at=council.at)

    def line():
        groups = client.get(f"/applications/{bid.reference}/").context["groups"]
        [task] = [task for group in groups for task in group.tasks if task.name == "Partners"]
        return task.status, task.hint

    assert line() == ("In progress", "0 of 2 confirmed")
    confirm(college, council, secret=asked(college, council))
    assert line() == ("In progress", "1 of 2 confirmed")
    confirm(other, council, secret=asked(other, council))
    assert line() == ("Done", "2 of 2 confirmed")


# The partner's own people


def test_officers_of_a_partner_see_their_part_write_it_and_confirm_it(council, visit, bid, other):
    officer = factories.drafter(other.authority)
    asked(other, council)
    client = visit(officer, at=council.at)

    assert bid.title in client.get("/applications/").content.decode()
    assert "Confirm or decline the part of Otherbury" in client.get("/desk/").content.decode()
    page = client.get(f"/applications/parts/{other.pk}/")
    assert bid.summary not in page.content.decode()
    form = client.get(f"/applications/parts/{other.pk}/edit/").context["form"]
    client.post(
        f"/applications/parts/{other.pk}/edit/",
        {"role": "Runs two sites", "contact_name": "Bo", "seen": form["seen"].value(), "develop": "1000000"},
    )
    form = client.get(f"/applications/parts/{other.pk}/").context["form"]
    client.post(f"/applications/parts/{other.pk}/", {"seen": form["seen"].value(), **SIGNED})

    partner = renewed(other)
    assert (partner.role, partner.contact_name, partner.share, partner.is_confirmed) == (
        "Runs two sites",
        "Bo",
        0,
        True,
    )
    assert partner.confirmed_by == officer
    assert "Confirm or decline the part" not in client.get("/desk/").content.decode()
    assert client.get(f"/applications/{bid.reference}/").status_code == 404


def test_officers_of_a_partner_are_told_of_an_answer_by_the_link(council, visit, other, college):
    officer = factories.drafter(other.authority)
    for partner in (other, college):
        secret = asked(partner, council)
        form = visit(at=council.at).get(link(secret)).context["form"]
        visit(at=council.at).post(link(secret), {"seen": form["seen"].value(), **SIGNED})

    (told,) = letters_of("partner_answered_by_link")

    assert told.to == officer.email
    assert "Ann Lee, Head of Housing has confirmed the part of Otherbury" in told.body
    assert f"/applications/parts/{other.pk}/" in told.body


def test_officers_who_answer_themselves_are_not_told_of_it(council, visit, other):
    officer = factories.drafter(other.authority)
    asked(other, council)
    client = visit(officer, at=council.at)

    form = client.get(f"/applications/parts/{other.pk}/").context["form"]
    client.post(f"/applications/parts/{other.pk}/", {"seen": form["seen"].value(), **SIGNED})

    assert renewed(other).is_confirmed
    assert list(letters_of("partner_answered_by_link")) == []


def test_officers_of_a_partner_decline_too(council, visit, other):
    client = visit(factories.certifier(other.authority), at=council.at)

    client.post(f"/applications/parts/{other.pk}/decline/", {**SIGNED, "why": "No money."})

    assert renewed(other).standing == "declined"


def test_who_may_open_a_part(council, visit, bid, college, other):
    actions.certify(renewed(bid), by=council.certifier, at=council.at)

    def opens(user, partner):
        return visit(user, at=council.at).get(f"/applications/parts/{partner.pk}/").status_code

    assert opens(factories.drafter(other.authority), other) == 200
    assert opens(factories.drafter(other.authority), college) == 404
    assert opens(factories.drafter(factories.AuthorityFactory()), other) == 404
    assert opens(council.drafter, other) == 403
    assert opens(factories.case_officer(), other) == 404
    actions.submit(bid, by=council.drafter, at=council.at)
    assert opens(factories.case_officer(), other) == 403


@pytest.mark.parametrize(
    ("door", "act", "typed"),
    [
        ("", "confirm_part", {}),
        ("decline/", "decline_part", {"why": LONG_ENOUGH}),
        ("edit/", "edit_partner", {"role": LONG_ENOUGH}),
    ],
)
def test_taken_out_between_page_and_answer(council, visit, other, monkeypatch, door, act, typed):
    """As if the lead authority had been quicker, when the answer was found to be in order and nothing done yet."""
    client = visit(factories.drafter(other.authority), at=council.at)
    body = {**SIGNED, **typed, "seen": renewed(other).fingerprint}
    verb = getattr(actions, act)

    def too_late(*args, **kwargs):
        Partner.objects.filter(pk=other.pk).delete()
        return verb(*args, **kwargs)

    monkeypatch.setattr(actions, act, too_late)

    answer = client.post(f"/applications/parts/{other.pk}/{door}", body)

    said = answer.content.decode()
    assert answer.status_code == 200
    assert "This was not done" in said
    assert "somebody took it away meanwhile" in said
    assert not typed or LONG_ENOUGH in said
    assert client.get(f"/applications/parts/{other.pk}/").status_code == 404


def test_a_certified_bid_is_no_longer_written_by_its_partners(council, visit, bid, other):
    officer = factories.drafter(other.authority)
    actions.certify(renewed(bid), by=council.certifier, at=council.at)
    client = visit(officer, at=council.at)

    answer = client.post(f"/applications/parts/{other.pk}/edit/", {"role": "All of it"})

    assert client.get(f"/applications/parts/{other.pk}/edit/").status_code == 302
    assert answer.status_code == 200
    assert "A certifier must send it back" in answer.content.decode()
    assert renewed(other).role == "Runs the second site"


def test_lead_and_partner_who_write_at_once_are_shown_both(council, visit, bid, other):
    client = visit(factories.drafter(other.authority), at=council.at)
    page = f"/applications/parts/{other.pk}/edit/"
    seen = client.get(page).context["form"]["seen"].value()
    actions.edit_partner(
        other,
        role="The lead's",
        contact_name="",
        contact_job="",
        contact_email="",
        by=council.drafter,
        at=council.at,
    )

    shown = client.post(page, {"role": "Ours", "seen": seen})

    assert "The lead" in shown.content.decode()
    assert shown.context["form"]["role"].value() == "Ours"
    assert renewed(other).role == "The lead's"


# Mergers


def test_a_successor_confirms_anew_and_an_old_link_is_dead(council, visit, bid, other):
    secret = asked(other, council)
    confirm(other, council, secret=secret)

    successor = merge(other.authority, at=council.at)

    partner = renewed(other)
    assert (partner.authority, partner.standing, partner.secret_hash) == (successor, "not_asked", "")
    assert visit(at=council.at).get(link(secret)).status_code == 404
    assert [entry.step for entry in history.of_partner(partner)] == ["ask_partner", "confirm_part", "inherit"]
    officer = factories.drafter(successor)
    assert actions.confirm_part(
        partner, **SIGNED, seen=partner.fingerprint, by=officer, at=council.at
    ).is_confirmed


def test_what_was_handed_in_keeps_its_confirmations(council, bid, other):
    confirm(other, council, secret=asked(other, council))
    actions.certify(renewed(bid), by=council.certifier, at=council.at)
    actions.submit(bid, by=council.drafter, at=council.at)

    merge(other.authority, at=council.checking)

    assert renewed(other).is_confirmed


# Guards


@pytest.mark.parametrize(
    "fields",
    [
        {"confirmed_at": True},
        {"confirmed_at": True, "confirmed_name": "x"},
        {"confirmed_at": True, "confirmed_name": "x", "confirmed_content": "y", "declined_at": True},
        {"declined_at": True, "declined_name": "x"},
    ],
)
def test_the_database_knows_who_answered(council, college, fields):
    given = {name: council.at if value is True else value for name, value in fields.items()}

    with pytest.raises(IntegrityError, match="by_somebody"), transaction.atomic():
        Partner.objects.filter(pk=college.pk).update(**given)


def test_pages_of_many_partners_take_as_many_queries_as_of_two(council, visit, bid):
    client = visit(council.drafter, at=council.at)
    facts = {"application": bid, "contact_email": "ann@college.example", "asked_at": council.at - 2 * DAY}
    [first, _] = factories.PartnerFactory.create_batch(2, **facts)
    pages = [url(bid), url(bid, f"{first.pk}/"), f"/applications/{bid.reference}/check/"]

    of_two = [taken(client, page) for page in pages]
    factories.PartnerFactory.create_batch(20, **facts)

    assert [taken(client, page) for page in pages] == of_two
    assert max(of_two[:2]) <= 12


def taken(client, page):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


def test_parts_in_many_bids_take_as_many_queries_as_in_two(council, visit, django_assert_max_num_queries):
    authority = factories.AuthorityFactory()
    client = visit(factories.drafter(authority), at=council.at)
    for _ in range(12):
        factories.PartnerFactory(
            authority=authority,
            application=factories.ApplicationFactory(round=council.round),
            asked_at=council.at,
        )

    with django_assert_max_num_queries(12):
        page = client.get("/applications/")

    assert len(page.context["parts"]) == 12
