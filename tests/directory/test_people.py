"""Who does what is changed in the admin by verbs: each leaves a step, an end is immediate, a manager always stays."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from zeal import zeal_ignore

from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.directory.actions import people
from beacons.directory.models import Membership, Role, User
from beacons.directory.rules import people as rules
from tests import factories as make
from tests.rounds.test_round_admin import errors as page_errors
from tests.rounds.test_round_admin import typed

AT = datetime(2026, 2, 20, 9, 30, tzinfo=UTC)
LATER = AT + timedelta(days=1)
ADD = reverse("admin:directory_user_add")
LAST = "is the last scheme manager. Make somebody else one first."
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.DEMONSTRATION = True


def page_of(user):
    return reverse("admin:directory_user_change", args=[user.pk])


def steps_of(row):
    return [(step.step, step.by_id, step.at, step.words.data) for step in Step.objects.of(row)]


# The verbs


def test_a_role_is_given_with_who_when_and_what():
    manager, user, council = make.scheme_manager(), make.UserFactory(), make.AuthorityFactory()

    given = people.give_role(
        user, Role.CERTIFIER, authority=council, job_title="Chief executive", by=manager, at=AT
    )

    assert (given.began_at, given.ended_at, given.job_title) == (AT, None, "Chief executive")
    assert User.objects.get(pk=user.pk).certifies_for(council)
    words = f"Council certifier, {council}"
    assert steps_of(given) == [
        ("give", manager.pk, AT, {"user": user.pk, "role": "certifier", "words": words})
    ]


@pytest.mark.parametrize(
    ("role", "reason"),
    [
        (Role.DRAFTER, "An officer or certifier acts for an authority: choose it."),
        (Role.SIGNATORY, "A signatory signs for CLG or for the LGA: choose which."),
        (Role.COORDINATOR, "A coordinator works for a region: choose it."),
        (Role.CASE_OFFICER, "This person holds this role already."),
    ],
)
def test_a_role_that_cannot_be_is_refused_and_nothing_is_noted(role, reason):
    user = make.case_officer()

    with pytest.raises(Refused) as refusal:
        people.give_role(user, role, by=None, at=AT)

    assert refusal.value.reasons == [reason]
    assert user.memberships.count() == 1
    assert not Step.objects.exists()


def test_who_is_gone_is_given_no_role():
    user = make.UserFactory(is_active=False)

    assert rules.reasons_not_to_give(user, Role.CASE_OFFICER) == [
        f"The account of {user} is closed. Open it before you give a role."
    ]


def test_a_role_ends_at_once_and_once(visit):
    officer = make.case_officer()
    client = visit(officer, at=AT)
    office = reverse("admin:directory_user_changelist")
    assert client.get(office).status_code == 200

    ended = people.end_role(officer.memberships.get(), by=None, at=AT)

    assert ended.ended_at == AT
    assert client.get(office).status_code == 403
    with pytest.raises(Refused, match="does not hold this role any more"):
        people.end_role(ended, by=None, at=LATER)
    assert [step for step, *_ in steps_of(ended)] == ["end"]
    assert Membership.objects.get(pk=ended.pk).ended_at == AT


@pytest.mark.parametrize(
    "act",
    [
        lambda user: people.end_role(user.memberships.get(), by=user, at=AT),
        lambda user: people.change_person(user, is_active=False, by=user, at=AT),
        lambda user: people.change_person(user, is_staff=False, by=user, at=AT),
    ],
    ids=["role ended", "made inactive", "sent out of the office"],
)
def test_the_last_scheme_manager_stays(act):
    last = make.scheme_manager()
    away = make.person(Role.SCHEME_MANAGER)
    User.objects.filter(pk=away.pk).update(is_active=False)
    outside = make.person(Role.SCHEME_MANAGER)
    User.objects.filter(pk=outside.pk).update(is_staff=False)

    with pytest.raises(Refused, match=LAST):
        act(last)

    last = User.objects.get(pk=last.pk)
    assert (last.is_active, last.is_staff, last.has_role(Role.SCHEME_MANAGER)) == (True, True, True)
    assert not Step.objects.exists()

    make.scheme_manager()
    act(last)
    assert not User.objects.with_role(Role.SCHEME_MANAGER).filter(pk=last.pk, is_staff=True).exists()


def test_a_changed_address_takes_the_old_one_away():
    manager, user = make.scheme_manager(), make.UserFactory(email="old@example.org")
    EmailAddress.objects.create(user=user, email="old@example.org", verified=True, primary=True)

    people.change_person(user, email=" New@Example.org", name=user.name, by=manager, at=AT)

    assert User.objects.get(pk=user.pk).email == "new@example.org"
    assert not EmailAddress.objects.exists()
    assert steps_of(user) == [("change", manager.pk, AT, {"email": ["old@example.org", "new@example.org"]})]


def test_two_people_have_two_addresses():
    user, other = make.UserFactory(email="one@example.org"), make.UserFactory()

    with pytest.raises(Refused, match="Somebody has this e-mail address already"):
        people.change_person(other, email=user.email, by=None, at=AT)
    with pytest.raises(Refused, match="Somebody has this e-mail address already"):
        people.add_person(name="Third", email="ONE@example.org", is_staff=False, by=None, at=AT)

    assert User.objects.filter(email=user.email).get() == user
    assert not Step.objects.exists()


def test_nothing_changed_leaves_no_step():
    user = make.UserFactory()

    people.change_person(user, name=user.name, by=None, at=AT)

    assert not Step.objects.exists()


# The admin


def test_a_person_is_added_with_a_role(visit):
    manager, council = make.scheme_manager(), make.AuthorityFactory()
    client = visit(manager, at=AT)
    sent = {
        **typed(client.get(ADD)),
        "name": "Ann Other",
        "email": "Ann@Example.org",
        "memberships-0-role": "drafter",
        "memberships-0-authority": council.pk,
        "memberships-0-job_title": "Policy officer",
    }

    assert client.post(ADD, sent).status_code == 302

    ann = User.objects.get(email="ann@example.org")
    assert (ann.joined_at, ann.is_active, ann.has_usable_password()) == (AT, True, False)
    assert [step[:3] for step in steps_of(ann)] == [("add", manager.pk, AT)]
    held = ann.memberships.get()
    assert (held.role, held.authority, held.began_at) == ("drafter", council, AT)
    assert [step[:3] for step in steps_of(held)] == [("give", manager.pk, AT)]


def test_one_role_is_ended_and_another_given_on_one_page(visit, django_assert_max_num_queries):
    manager, council, region = make.scheme_manager(), make.AuthorityFactory(), make.RegionFactory()
    user = make.drafter(council)
    make.MembershipFactory(user=user, role=Role.CERTIFIER, authority=council)
    drafts, _ = user.memberships.order_by("pk")
    client = visit(manager, at=AT)
    with django_assert_max_num_queries(20):
        page = client.get(page_of(user))

    sent = {
        **typed(page),
        "memberships-0-end_now": "on",
        "memberships-2-0-role": "coordinator",
        "memberships-2-0-region": region.pk,
    }
    with zeal_ignore():  # the verbs lock what the page has shown
        response = client.post(page_of(user), sent)

    assert response.status_code == 302
    held = {row.role: (row.job_title, row.began_at, row.ended_at) for row in user.memberships.all()}
    assert held == {
        "drafter": ("", make.CAME_AT, AT),
        "certifier": ("", make.CAME_AT, None),
        "coordinator": ("", AT, None),
    }
    assert [step for step, *_ in steps_of(drafts)] == ["end"]
    again = client.get(page_of(user))
    inputs = [
        form.fields["end_now"].disabled for form in again.context["inline_admin_formsets"][0].formset.forms
    ]
    assert sorted(inputs) == [False, False, True]


def test_a_job_gets_another_name_and_what_is_over_keeps_its_own(visit):
    user = make.drafter(make.AuthorityFactory())
    over = make.MembershipFactory(user=user, role=Role.OBSERVER, job_title="Visitor", ended_at=AT)
    client = visit(make.scheme_manager(), at=LATER)
    sent = {
        **typed(client.get(page_of(user))),
        "memberships-0-job_title": "Treasurer",
        "memberships-1-job_title": "Somebody else",
    }

    assert client.post(page_of(user), sent).status_code == 302

    held = user.memberships.active().get()
    assert held.job_title == "Treasurer"
    assert steps_of(held)[0][3] == {"job_title": ["", "Treasurer"]}
    assert Membership.objects.get(pk=over.pk).job_title == "Visitor"


def test_a_refusal_shows_everything_that_was_typed_and_changes_nothing(visit):
    """The name is taken in, then the role is refused: neither stays."""
    manager = make.scheme_manager()
    client = visit(manager, at=AT)
    sent = {**typed(client.get(page_of(manager))), "name": "Somebody Else", "memberships-0-end_now": "on"}

    with zeal_ignore():  # each verb locks its own row
        response = client.post(page_of(manager), sent)

    assert response.status_code == 200
    assert page_errors(response) == [f"Somebody Else {LAST}"]
    assert (typed(response)["name"], typed(response)["memberships-0-end_now"]) == ("Somebody Else", True)
    assert User.objects.get(pk=manager.pk).name == manager.name
    assert manager.memberships.get().ended_at is None
    assert not Step.objects.exists()


def test_a_role_held_already_comes_back_with_its_words(visit):
    officer = make.case_officer()
    client = visit(make.scheme_manager(), at=AT)
    sent = {
        **typed(client.get(page_of(officer))),
        "memberships-2-0-role": "case_officer",
        "memberships-2-0-job_title": "Deputy",
    }

    with zeal_ignore():  # the verb locks the person whom the page has shown
        response = client.post(page_of(officer), sent)

    assert page_errors(response) == ["This person holds this role already."]
    assert typed(response)["memberships-2-0-job_title"] == "Deputy"
    assert officer.memberships.count() == 1


def test_other_staff_look_and_change_nothing(visit):
    user = make.drafter(make.AuthorityFactory())
    client = visit(make.case_officer(), at=AT)

    assert client.get(page_of(user)).status_code == 200
    assert client.post(page_of(user), {"name": "Mine", "memberships-0-end_now": "on"}).status_code == 403
    assert user.memberships.get().ended_at is None
