"""Each promise is broken on purpose, and noticed."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from beacons.applications import invariants
from beacons.applications.models import Application, Certification, Submission
from beacons.core import guards
from tests import factories
from tests.applications.conftest import submitted


@pytest.fixture
def bid(council):
    return submitted(council)


ALL = [
    invariants.submitted_xor_withdrawn,
    invariants.certified_by_a_second_person,
    invariants.handed_in_before_the_closing,
    invariants.more_time_by_two_people_before_the_closing,
    invariants.one_standing_application_of_a_kind,
    invariants.content_is_what_was_certified,
    invariants.what_was_handed_in_is_kept,
    invariants.every_text_is_kept,
]


def broken():
    return [ask.__name__ for ask in ALL if list(ask())]


def change(bid, **fields):
    Application.objects.filter(pk=bid.pk).update(**fields)


def test_what_people_did_breaks_nothing(bid):
    factories.ApplicationFactory(round=bid.round)

    assert broken() == []


def test_handed_in_and_withdrawn_at_once(bid):
    change(bid, status="withdrawn")

    assert broken() == ["submitted_xor_withdrawn"]


def test_handed_in_by_nobody(bid):
    change(bid, submitted_by=None)

    assert broken() == ["submitted_xor_withdrawn"]


def test_certified_by_nobody(bid):
    change(bid, certified_by=None)

    assert broken() == ["certified_by_a_second_person"]


@pytest.mark.parametrize(("moment", "found"), [("last", []), ("closes", ["handed_in_before_the_closing"])])
def test_handed_in_at_the_closing(bid, council, moment, found):
    change(bid, submitted_at=getattr(council, moment))

    assert broken() == [*found, "what_was_handed_in_is_kept"]


@pytest.mark.parametrize(
    ("until", "found"),
    [
        (0, ["handed_in_before_the_closing"]),
        (1, []),
        (96, []),
        (97, ["more_time_by_two_people_before_the_closing"]),
    ],
)
def test_handed_in_in_time_that_was_given(bid, council, until, found):
    """Applications close on Monday, and a working day before scoring, on the Friday after, is the last end."""
    factories.ExtensionFactory(
        round=bid.round, authority=bid.authority, until=council.closes + timedelta(hours=until)
    )

    change(bid, submitted_at=council.closes)

    assert broken() == [*found, "what_was_handed_in_is_kept"]


def test_more_time_agreed_to_after_the_closing(bid, council):
    factories.ExtensionFactory(
        round=bid.round,
        authority=bid.authority,
        until=council.closes + timedelta(days=2),
        agreed_at=council.closes,
    )

    assert broken() == ["more_time_by_two_people_before_the_closing"]


def test_content_changed_after_it_was_certified(bid, council):
    bid.answers.filter(question=council.questions[0]).update(text="Better")

    assert broken() == ["content_is_what_was_certified", "every_text_is_kept"]


def lose_a_version(bid, council):
    bid.answers.filter(question=council.questions[0]).update(version=2)


def lose_the_version_of_the_details(bid, council):
    Application.objects.filter(pk=bid.pk).update(details_version=9)


@pytest.mark.parametrize("spoil", [lose_a_version, lose_the_version_of_the_details])
def test_a_text_that_no_version_holds(bid, council, spoil):
    spoil(bid, council)

    assert broken() == ["every_text_is_kept"]


def test_two_of_a_kind(bid, council):
    """The database refuses this while its constraint stands; a restored backup may have lost it."""
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX application_once")

    factories.ApplicationFactory(round=council.round, authority=council.authority, outcome=council.outcome)

    assert broken() == ["one_standing_application_of_a_kind"]


def test_another_hash_than_what_was_handed_in_has(bid):
    change(bid, content_hash="0" * 64)

    assert broken() == ["content_is_what_was_certified", "what_was_handed_in_is_kept"]


def test_what_was_certified_is_changed_past_its_guard(bid):
    """The database refuses this while its guard stands; a restored backup may have lost it."""
    guards.drop_all()

    Certification.objects.update(content=b"{}")

    assert broken() == ["what_was_handed_in_is_kept"]


@pytest.mark.parametrize("kept", [Certification, Submission])
def test_what_is_kept_is_never_changed_nor_deleted(bid, kept):
    for change in (
        lambda: kept.objects.update(application=bid),
        lambda: kept.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_a_submission_is_never_at_its_closing_or_after(bid, council):
    with pytest.raises(IntegrityError, match="submission_before_its_closing"), transaction.atomic():
        Submission.objects.create(
            application=bid,
            certification=bid.certifications.get(),
            number=2,
            submitted_by=council.drafter,
            submitted_at=council.closes,
            closes_at=council.closes,
        )
