"""Colleagues invite one another by mail, take up the invitation once, and are out with the press of a button."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from beacons.core import letters
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from beacons.core.links import hash_of
from beacons.core.steps import Step
from beacons.directory.actions import authorities, colleagues, invitations, people
from beacons.directory.models import ColleagueInvitation, Membership, Role, User
from beacons.directory.rules import colleagues as rules
from tests import factories as make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 2, 20, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)
DOMAIN = "wigan.gov.uk"
PASSWORD = "three words nobody puts together"


@pytest.fixture
def council():
    return make.AuthorityFactory(name="Wigan", code="WGN", mail_domains=f"{DOMAIN} wigan.nhs.uk")


@pytest.fixture
def officer(council):
    return make.drafter(council)


@pytest.fixture
def certifier(council):
    return make.certifier(council)


def invite(council, by, email=f"jo.lane@{DOMAIN}", role=Role.DRAFTER, at=AT):
    return invitations.invite(council, email=email, role=role, by=by, at=at)


def secret():
    """Of the letter that was written last."""
    return Letter.objects.filter(kind="colleague_invited").latest("pk").secret


def reasons(act, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        act(*args, **kwargs)
    return refusal.value.reasons


def roles(council):
    """{(address, role)} of those who act for a council now."""
    held = Membership.objects.active().filter(authority=council)
    return set(held.values_list("user__email", "role"))


def text(response):
    return " ".join(response.content.decode().split())


# Who invites whom


def test_an_officer_invites_an_officer_by_a_letter_of_which_only_the_hash_is_kept(council, officer):
    invitation = invite(council, officer, email=f" Jo.Lane@{DOMAIN.upper()} ")

    letter = Letter.objects.get()
    assert (invitation.email, invitation.role, invitation.invited_by) == (
        f"jo.lane@{DOMAIN}",
        "drafter",
        officer,
    )
    assert invitation.ends_at == AT + timedelta(days=7)
    assert invitation.secret_hash == hash_of(letter.secret)
    assert (letter.to, letter.kind) == (invitation.email, "colleague_invited")
    assert reverse("colleague_open", args=[letters.MARK]) in letter.body
    assert letter.secret not in letter.body
    assert [step.step for step in Step.objects.of(invitation)] == ["invite"]


def test_when_the_letter_has_gone_its_secret_is_nowhere_in_the_house(council, officer, mailoutbox):
    invite(council, officer)
    link = secret()

    letters.deliver(at=AT)

    assert reverse("colleague_open", args=[link]) in mailoutbox[0].body
    kept = [*Letter.objects.values_list("body", "secret"), *ColleagueInvitation.objects.values_list()]
    assert link not in repr(kept)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        (
            "jo@bolton.gov.uk",
            "jo@bolton.gov.uk is not an address of Wigan: those end in @wigan.gov.uk or @wigan.nhs.uk. If your colleague"
            " has another, ask the scheme manager at IDeA to invite them.",
        ),
        (
            "jo@mail.wigan.gov.uk",
            "jo@mail.wigan.gov.uk is not an address of Wigan: those end in @wigan.gov.uk or @wigan.nhs.uk. If your"
            " colleague has another, ask the scheme manager at IDeA to invite them.",
        ),
        ("jo+2@wigan.gov.uk", "Write the address without “+”: one mailbox is one person."),
    ],
)
def test_an_address_that_is_not_the_councils_is_refused_with_what_to_do(council, officer, address, reason):
    assert reasons(invite, council, officer, email=address) == [reason]
    assert [model.objects.count() for model in (ColleagueInvitation, Letter, Step)] == [0, 0, 0]


def test_without_a_known_domain_nobody_is_invited_from_there(officer):
    council = make.AuthorityFactory(name="Bolton")

    [reason] = reasons(invite, council, make.certifier(council), email="jo@bolton.gov.uk")

    assert reason.startswith("We do not know yet what addresses of Bolton end in")


def test_a_certifier_is_invited_by_a_certifier_or_the_scheme_manager_and_by_no_officer(
    council, officer, certifier
):
    [reason] = reasons(invite, council, officer, role=Role.CERTIFIER)
    assert reason.startswith("A certifier is invited by another certifier of Wigan")

    by_certifier = invite(council, certifier, role=Role.CERTIFIER)
    by_manager = invite(council, make.scheme_manager(), email="chief@elsewhere.org", role=Role.CERTIFIER)

    assert set(ColleagueInvitation.objects.all()) == {by_certifier, by_manager}


@pytest.mark.parametrize("role", [Role.SCHEME_MANAGER, Role.OBSERVER, Role.COUNCILLOR, "nonsense"])
def test_nobody_is_invited_to_anything_but_a_councils_own_roles(council, certifier, role):
    assert reasons(invite, council, certifier, role=role) == [
        "Invite a colleague as an officer or as a certifier."
    ]


def test_a_stranger_and_a_leaver_invite_nobody(council, officer):
    assert reasons(invite, council, make.certifier(make.AuthorityFactory())) == ["You act for Wigan no more."]
    assert officer.acts_for(council)

    people.end_role(officer.memberships.get(), by=None, at=AT)

    # The officer as their open tab has them; what they are is asked again.
    assert reasons(invite, council, officer) == ["You act for Wigan no more."]


def test_who_is_there_already_or_invited_already_is_not_invited_again(council, officer, certifier):
    colleague = make.drafter(council)
    invite(council, officer)

    assert reasons(invite, council, officer, email=colleague.email) == [
        f"{colleague.email} is not an address of Wigan: those end in @wigan.gov.uk or @wigan.nhs.uk. If your colleague"
        " has another, ask the scheme manager at IDeA to invite them.",
        f"{colleague.email} is an officer of Wigan already.",
    ]
    assert reasons(invite, council, make.scheme_manager(), email=certifier.email) == [
        f"{certifier.email} is a certifier of Wigan already."
    ]
    assert reasons(invite, council, officer) == [
        f"jo.lane@{DOMAIN} has been invited already. You can send that invitation again."
    ]
    assert Letter.objects.count() == 1


def test_an_abolished_council_invites_nobody(council, officer):
    council.closed_on = AT.date()
    council.save()

    assert reasons(invite, council, officer) == [
        "Wigan exists no more, so nobody can be invited to act for it."
    ]


def test_thirty_may_wait_and_not_one_more(council, officer):
    for number in range(rules.MOST_WAITING):
        make.ColleagueInvitationFactory(authority=council, email=f"n{number}@{DOMAIN}", invited_by=officer)

    [reason] = reasons(invite, council, officer)

    assert reason.startswith("30 invitations are waiting")


def test_the_database_keeps_one_waiting_invitation_of_a_kind(council, officer):
    invite(council, officer)

    with pytest.raises(IntegrityError), transaction.atomic():
        make.ColleagueInvitationFactory(authority=council, email=f"jo.lane@{DOMAIN}", invited_by=officer)


# No enumeration


def test_nobody_learns_whether_an_address_has_an_account(council, officer, visit):
    make.UserFactory(email=f"known@{DOMAIN}", password=PASSWORD)
    make.UserFactory(email=f"closed@{DOMAIN}", is_active=False)
    client = visit(officer, at=AT)
    told = set()

    for name in ("known", "closed", "nobody"):
        address = f"{name}@{DOMAIN}"
        answer = client.post(reverse("colleague_invite", args=["WGN"]), {"email": address, "role": "drafter"})
        page = text(client.get(answer.url)).replace(address, "ADDRESS")
        letter = Letter.objects.get(to=address)
        told.add(
            (
                answer.status_code,
                re.sub(
                    r"invitations/\d+|csrfmiddlewaretoken. value=.\w+", "", page.split("Invited, and not")[0]
                ),
                letter.subject,
                letter.body.replace(address, "ADDRESS"),
            )
        )

    assert len(told) == 1


# The link


def opened(visit_to, link, user=None):
    client = visit_to(user, at=AT + HOUR)
    return client, client.get(reverse("colleague_open", args=[link]), follow=True)


TYPED = {"name": "Jo Lane", "job_title": "Head of skills", "password1": PASSWORD, "password2": PASSWORD}


def test_somebody_new_chooses_a_name_and_a_password_and_is_in(council, officer, certifier, visit):
    invite(council, officer)
    client, page = opened(visit, secret())
    assert "as an officer" in text(page)

    done = client.post(reverse("colleague_join"), TYPED)

    user = User.objects.get(email=f"jo.lane@{DOMAIN}")
    assert (done.url, user.name, user.joined_at) == ("/desk/", "Jo Lane", AT + HOUR)
    assert user.check_password(PASSWORD)
    assert user.memberships.get().job_title == "Head of skills"
    assert "You act for Wigan now." in text(client.get("/desk/"))
    told = Letter.objects.filter(kind="colleague_joined").values_list("to", flat=True)
    assert set(told) == {officer.email, certifier.email}
    assert (user.is_staff, user.is_superuser) == (False, False)


def test_the_link_works_once(council, officer, visit):
    invite(council, officer)
    link = secret()
    client, _ = opened(visit, link)
    client.post(reverse("colleague_join"), TYPED)

    _, again = opened(visit, link)
    posted = Client().post(reverse("colleague_join"), TYPED)

    assert (again.status_code, posted.status_code) == (404, 404)
    assert "This link was used already. It works once." in text(again)
    assert User.objects.filter(name="Jo Lane").count() == 1


def test_opening_the_link_uses_nothing_up_and_keeps_no_secret(council, officer, visit):
    """Mail filters open every link before a person does."""
    invite(council, officer)
    link = secret()

    for _ in range(3):
        _, page = opened(visit, link)

    assert page.status_code == 200
    assert page.redirect_chain == [("/colleagues/join/", 302)]
    assert link not in page.content.decode()
    kept = [session.get_decoded() for session in Session.objects.all()]
    assert link not in repr(kept)


@pytest.mark.parametrize(("after", "works"), [(-INSTANT, True), (timedelta(0), False)])
def test_the_link_works_for_seven_days_to_the_microsecond(council, officer, after, works):
    invitation = invite(council, officer)
    at = AT + timedelta(days=7) + after

    if works:
        colleagues.join(invitation, name="Jo", password=PASSWORD, at=at)
        assert (f"jo.lane@{DOMAIN}", "drafter") in roles(council)
    else:
        [reason] = reasons(colleagues.join, invitation, name="Jo", password=PASSWORD, at=at)
        assert reason == "This invitation is more than a week old."
        assert not User.objects.filter(email=f"jo.lane@{DOMAIN}").exists()


def test_a_withdrawn_invitation_opens_nothing(council, officer, visit):
    invitation = invite(council, officer)
    link = secret()
    client = visit(officer, at=AT)

    client.post(reverse("colleague_uninvite", args=["WGN", invitation.pk]))

    _, page = opened(visit, link)
    assert "This invitation has been withdrawn." in text(page)
    assert reasons(invitations.withdraw, invitation, by=officer, at=AT) == [
        "This invitation has been withdrawn already."
    ]


def test_sent_again_it_has_another_link_and_another_week(council, officer, visit):
    invitation = invite(council, officer)
    first = secret()
    assert reasons(invitations.send_again, invitation, by=officer, at=AT + rules.AGAIN - INSTANT) == [
        "The letter went out a few minutes ago. Wait ten minutes before you send another."
    ]

    again = invitations.send_again(invitation, by=officer, at=AT + HOUR)

    _, old = opened(visit, first)
    _, new = opened(visit, secret())
    assert (old.status_code, new.status_code) == (404, 200)
    assert again.ends_at == AT + HOUR + timedelta(days=7)
    assert Letter.objects.filter(kind="colleague_invited").count() == 2


@pytest.mark.parametrize("link", ["nonsense", "0" * 64, "x" * 5000])
def test_an_unknown_link_says_what_to_do(link, visit):
    page = visit(at=AT).get(reverse("colleague_open", args=[link]), follow=True)

    assert page.status_code == 404
    assert "We do not know this link" in text(page)


def test_the_hash_itself_opens_nothing(council, officer, visit):
    invitation = invite(council, officer)

    _, page = opened(visit, invitation.secret_hash)

    assert "We do not know this link" in text(page)


def test_who_has_an_account_signs_in_and_accepts(council, officer, visit):
    user = make.UserFactory(email=f"jo.lane@{DOMAIN}", password=PASSWORD)
    invite(council, officer)
    client, page = opened(visit, secret())
    assert "You have an account here already." in text(page)
    # A password typed by whoever holds the letter does not stand in for the account's own.
    client.post(
        reverse("colleague_join"),
        TYPED | {"password1": "another three words", "password2": "another three words"},
    )
    assert roles(council) == {(officer.email, "drafter")}

    signed_in = client.post(
        f"{reverse('account_login')}?next=/colleagues/join/", {"login": user.email, "password": PASSWORD}
    )
    accepted = client.post(reverse("colleague_join"), {"job_title": ""})

    assert signed_in.url == "/colleagues/join/"
    assert accepted.url == "/desk/"
    assert roles(council) == {(officer.email, "drafter"), (user.email, "drafter")}
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_somebody_else_who_is_signed_in_cannot_accept(council, officer, visit):
    invite(council, officer)
    other = make.UserFactory()
    client, page = opened(visit, secret(), other)

    client.post(reverse("colleague_join"), {"job_title": ""})

    assert f"You are signed in as {other.email}" in text(page)
    assert roles(council) == {(officer.email, "drafter")}
    with pytest.raises(Refused, match="Sign in with that address"):
        colleagues.accept(ColleagueInvitation.objects.get(), by=other, at=AT)


def test_an_account_that_staff_made_without_a_password_takes_one_by_the_link(council, officer, visit):
    user = people.add_person(name="J. Lane", email=f"jo.lane@{DOMAIN}", is_staff=False, by=None, at=AT)
    invite(council, officer)
    client, page = opened(visit, secret())
    assert 'value="J. Lane"' in page.content.decode()

    client.post(reverse("colleague_join"), TYPED)

    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert roles(council) == {(officer.email, "drafter"), (user.email, "drafter")}


def test_a_closed_account_is_not_opened_by_an_invitation(council, officer, visit):
    make.UserFactory(email=f"jo.lane@{DOMAIN}", is_active=False)
    invite(council, officer)
    client, page = opened(visit, secret())

    client.post(reverse("colleague_join"), TYPED)

    assert "The account with this address is closed." in text(page)
    assert roles(council) == {(officer.email, "drafter")}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password1": "short", "password2": "short"}, "password1"),
        ({"password2": "another three words"}, "password2"),
        ({"password1": "jo.lane@wigan.gov.uk", "password2": "jo.lane@wigan.gov.uk"}, "password1"),
        ({"name": "\u200b\u2060"}, "name"),
        ({"name": "Win a prize: http://evil.example"}, "name"),
        ({"name": "x" * 121}, "name"),
    ],
)
def test_what_is_no_name_or_no_password_is_asked_for_again_and_nothing_has_happened(
    council, officer, visit, change, field
):
    invite(council, officer)
    client, _ = opened(visit, secret())

    page = client.post(reverse("colleague_join"), TYPED | change)

    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    assert ColleagueInvitation.objects.get().is_waiting
    assert not User.objects.filter(email=f"jo.lane@{DOMAIN}").exists()


def test_an_officer_who_accepts_to_certify_holds_one_role(council, certifier):
    officer = make.MembershipFactory(
        user=make.UserFactory(email=f"sam@{DOMAIN}", password=PASSWORD), authority=council
    ).user
    invitation = invite(council, certifier, email=officer.email, role=Role.CERTIFIER)

    colleagues.accept(invitation, by=officer, at=AT)

    assert roles(council) == {(certifier.email, "certifier"), (officer.email, "certifier")}
    assert ColleagueInvitation.objects.get().accepted_by == officer


def test_a_domain_that_staff_take_away_closes_the_links_to_it(council, officer, visit):
    invite(council, officer)
    link = secret()

    authorities.set_mail_domains(council, ["wigan.nhs.uk"], by=make.scheme_manager(), at=AT)

    _, page = opened(visit, link)
    assert f"Addresses like jo.lane@{DOMAIN} are those of Wigan no more." in text(page)


def test_whom_the_scheme_manager_invites_may_have_any_address(council, visit):
    invite(council, make.scheme_manager(), email="chief@shared-services.org", role=Role.CERTIFIER)
    client, page = opened(visit, secret())

    client.post(reverse("colleague_join"), TYPED)

    assert "as a certifier" in text(page)
    assert roles(council) == {("chief@shared-services.org", "certifier")}


# Leaving


def test_a_colleague_is_out_from_the_very_next_request_on(council, certifier, officer, visit):
    browser, chief = visit(officer, at=AT), visit(certifier, at=AT)
    assert browser.get(reverse("colleague_list", args=["WGN"])).status_code == 200

    chief.post(reverse("colleague_remove", args=["WGN", officer.pk]))

    assert browser.get(reverse("colleague_list", args=["WGN"])).status_code == 403
    assert browser.get("/desk/").status_code == 200
    assert roles(council) == {(certifier.email, "certifier")}
    assert Letter.objects.get().to == officer.email
    assert Letter.objects.get().kind == "colleague_removed"


def test_an_officer_removes_nobody_but_may_leave(council, certifier, officer, visit):
    colleague = make.drafter(council)
    client = visit(officer, at=AT)

    assert client.post(reverse("colleague_remove", args=["WGN", colleague.pk])).status_code == 403
    assert client.post(reverse("colleague_remove", args=["WGN", certifier.pk])).status_code == 403
    left = client.post(reverse("colleague_remove", args=["WGN", officer.pk]))

    assert left.url == "/desk/"
    assert roles(council) == {(certifier.email, "certifier"), (colleague.email, "drafter")}
    assert not Letter.objects.exists()


def test_the_last_certifier_stays_until_there_is_another(council, certifier, officer, visit):
    client = visit(certifier, at=AT)
    page = client.get(reverse("colleague_remove", args=["WGN", certifier.pk]))
    client.post(reverse("colleague_remove", args=["WGN", certifier.pk]))

    assert "You are the only certifier of Wigan" in text(page)
    assert "govuk-button--warning" not in text(page)
    assert (certifier.email, "certifier") in roles(council)

    another = make.certifier(council)
    colleagues.remove(certifier, council, by=certifier, at=AT)

    assert roles(council) == {(another.email, "certifier"), (officer.email, "drafter")}
    # A certifier whose account is closed certifies nothing.
    User.objects.filter(pk=another.pk).update(is_active=False)
    stays = make.certifier(council)
    assert len(reasons(colleagues.remove, stays, council, by=stays, at=AT)) == 1


def test_the_scheme_manager_may_end_even_the_last_certifier(council, certifier):
    colleagues.remove(certifier, council, by=make.scheme_manager(), at=AT)

    assert roles(council) == set()


def test_invitations_of_a_leaver_and_to_a_leaver_are_withdrawn(council, certifier, officer):
    theirs = invite(council, officer)
    to_them = make.ColleagueInvitationFactory(
        authority=council, email=officer.email, role=Role.CERTIFIER, invited_by=certifier, invited_at=AT
    )
    stays = invite(council, certifier, email=f"stays@{DOMAIN}")

    colleagues.remove(officer, council, by=certifier, at=AT + HOUR)

    waiting = ColleagueInvitation.objects.waiting()
    assert list(waiting) == [stays]
    theirs.refresh_from_db()
    to_them.refresh_from_db()
    assert (theirs.withdrawn_at, to_them.withdrawn_at) == (AT + HOUR, AT + HOUR)


def test_what_the_admin_ends_or_closes_withdraws_invitations_too(council, certifier, officer):
    by_officer, by_certifier = invite(council, officer), invite(council, certifier, email=f"b@{DOMAIN}")

    people.end_role(officer.memberships.get(), by=None, at=AT)
    people.change_person(certifier, is_active=False, by=None, at=AT)

    for invitation in (by_officer, by_certifier):
        invitation.refresh_from_db()
        assert invitation.withdrawn_at == AT


def test_somebody_who_left_can_be_invited_again(council, certifier, officer):
    colleagues.remove(officer, council, by=certifier, at=AT)
    invitation = invitations.invite(
        council, email=officer.email, role=Role.DRAFTER, by=make.scheme_manager(), at=AT + HOUR
    )

    colleagues.accept(invitation, by=User.objects.get(pk=officer.pk), at=AT + HOUR)

    assert (officer.email, "drafter") in roles(council)


# The pages


def test_the_page_names_everybody_with_role_and_since_when_and_nobodys_last_visit(
    council, certifier, officer, visit
):
    make.drafter(make.AuthorityFactory())
    make.drafter(council)
    invite(council, officer)
    client = visit(officer, at=AT)

    page = text(client.get(reverse("colleague_list", args=["WGN"])))

    for person in User.objects.of_authority(council):
        assert person.email in page
    assert "since 1 December 2025" in page
    assert "works until 9:30am on 27 February 2026" in page
    assert "@wigan.gov.uk or @wigan.nhs.uk" in page
    assert User.objects.exclude(memberships__authority=council).get().email not in page
    assert page.count("Remove<span") == 0


def test_a_council_without_a_domain_is_told_so(visit):
    council = make.AuthorityFactory(name="Bolton", code="BOL")

    page = text(visit(make.drafter(council), at=AT).get(reverse("colleague_list", args=["BOL"])))

    assert "We do not know yet what addresses of Bolton end in" in page


def test_an_officer_is_offered_no_certifiers_role_and_cannot_post_it(council, officer, visit):
    client = visit(officer, at=AT)
    page = client.get(reverse("colleague_invite", args=["WGN"]))

    refused = client.post(
        reverse("colleague_invite", args=["WGN"]), {"email": f"jo@{DOMAIN}", "role": "certifier"}
    )

    assert 'value="certifier"' not in page.content.decode()
    assert refused.status_code == 200
    assert not ColleagueInvitation.objects.exists()


def test_what_was_typed_is_kept_when_an_invitation_is_refused(council, certifier, visit):
    page = visit(certifier, at=AT).post(
        reverse("colleague_invite", args=["WGN"]), {"email": "jo@bolton.gov.uk", "role": "certifier"}
    )

    assert "jo@bolton.gov.uk is not an address of Wigan" in text(page)
    assert 'value="jo@bolton.gov.uk"' in page.content.decode()


def test_another_councils_invitation_or_person_in_the_address_is_not_there(council, certifier, visit):
    theirs = make.ColleagueInvitationFactory()
    client = visit(certifier, at=AT)

    for name in ("colleague_invite_again", "colleague_uninvite"):
        assert client.post(reverse(name, args=["WGN", theirs.pk])).status_code == 404
        assert client.post(reverse(name, args=[theirs.authority.code, theirs.pk])).status_code == 403
    stranger = make.drafter(theirs.authority)
    assert client.post(reverse("colleague_remove", args=["WGN", stranger.pk])).status_code == 404
    theirs.refresh_from_db()
    assert theirs.is_waiting
    assert stranger.memberships.active().count() == 1


def test_an_officer_neither_sends_nor_withdraws_a_certifiers_invitation(council, certifier, officer, visit):
    invitation = invite(council, certifier, role=Role.CERTIFIER)
    client = visit(officer, at=AT + HOUR)

    for name in ("colleague_invite_again", "colleague_uninvite"):
        assert client.post(reverse(name, args=["WGN", invitation.pk])).status_code == 403


@pytest.mark.parametrize("number", [1, 8])
def test_the_page_takes_few_queries_however_many_there_are(
    council, certifier, visit, django_assert_max_num_queries, number
):
    for each in range(number):
        make.drafter(council)
        make.ColleagueInvitationFactory(
            authority=council, email=f"{each}@{DOMAIN}", invited_by=make.drafter(council)
        )
    client = visit(certifier, at=AT)

    with django_assert_max_num_queries(8):
        client.get(reverse("colleague_list", args=["WGN"]))


# Mail domains


@pytest.fixture
def admin(settings, visit):
    settings.DEMONSTRATION = True
    return visit(make.scheme_manager(), at=AT)


def admin_page(council):
    return reverse("admin:directory_authority_change", args=[council.pk])


def test_staff_enter_the_domains_and_nothing_else_of_the_table(council, admin):
    page = admin.get(admin_page(council)).content.decode()
    admin.post(admin_page(council), {"mail_domains": "@Wigan.GOV.uk, wlct.org", "name": "Another"})

    council.refresh_from_db()
    assert (council.mail_domains, council.name) == ("wigan.gov.uk wlct.org", "Wigan")
    assert (
        re.findall(r'<(?:input|select|textarea)[^>]+name="(\w+)"', page.split("mail_domains")[1])
        == ["_save", "_addanother", "_continue"]
        or 'name="name"' not in page
    )
    [step] = Step.objects.of(council)
    assert step.words.data == {"mail_domains": ["wigan.gov.uk wigan.nhs.uk", "wigan.gov.uk wlct.org"]}


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("gmail.com", "Anybody can have an address at gmail.com"),
        ("gov.uk", "Anybody can have an address at gov.uk"),
        ("wigan", "“wigan” is no mail domain."),
        ("wigan.gov.uk\u200b", "no mail domain."),
        ("http://wigan.gov.uk/", "no mail domain."),
    ],
)
def test_what_would_let_everybody_in_is_refused(council, admin, typed, reason):
    page = admin.post(admin_page(council), {"mail_domains": typed})

    assert reason in page.content.decode()
    council.refresh_from_db()
    assert council.mail_domains == f"{DOMAIN} wigan.nhs.uk"


def test_only_the_scheme_manager_enters_them(council, settings, visit):
    settings.DEMONSTRATION = True
    client = visit(make.case_officer(), at=AT)

    assert client.get(admin_page(council)).status_code == 200
    assert client.post(admin_page(council), {"mail_domains": "evil.org"}).status_code == 403


def test_loading_the_table_anew_keeps_what_staff_entered(settings):
    from django.core.management import call_command

    call_command("load_authorities", verbosity=0)
    council = make.Authority.objects.get(code="WGN")
    authorities.set_mail_domains(council, [DOMAIN], by=make.scheme_manager(), at=AT)

    call_command("load_authorities", verbosity=0)

    council.refresh_from_db()
    assert council.domains == [DOMAIN]


def test_the_way_in_is_told_where_people_look_for_it():
    page = Client().get(reverse("account_login")).content.decode()

    assert "invited by their colleagues" in page
