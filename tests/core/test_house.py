"""The frame holds: steps are chained and guarded, factories make sound rows, sums stay within their parent."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from beacons.applications.statuses import APPLICATION, Status
from beacons.core import invariants, steps
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step, StepWords, verb
from beacons.rounds.models import Round, Stage
from tests import factories as make

AT = datetime(2026, 2, 20, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@verb
def certify(application, *, by, at):
    APPLICATION.advance(application, "certify", by=by, at=at, why="All checked.", words=512)


def test_a_step_is_written_once_with_who_when_and_why():
    application = make.ApplicationFactory()
    somebody = make.UserFactory()

    certify(application, by=somebody, at=AT)

    step = Step.objects.of(application).get()
    assert (step.step, step.from_status, step.to_status) == ("certify", "draft", "certified")
    assert (step.by_id, step.at) == (somebody.pk, AT)
    assert (step.words.why, step.words.data) == ("All checked.", {"words": 512})
    assert list(steps.faults_in_chain()) == []


def test_a_step_that_the_table_does_not_know_is_refused_and_leaves_nothing():
    application = make.ApplicationFactory(status=Status.LAPSED)

    with pytest.raises(Refused, match="lapsed"):
        certify(application, by=None, at=AT)

    assert Step.objects.count() == 0
    application.refresh_from_db()
    assert application.status == Status.LAPSED


def test_of_two_who_saw_the_same_status_one_is_refused():
    application = make.ApplicationFactory()
    seen_by_another = type(application).objects.get(pk=application.pk)
    certify(application, by=None, at=AT)

    with pytest.raises(Refused, match="Somebody else"):
        certify(seen_by_another, by=None, at=AT)

    assert Step.objects.of(application).count() == 1


def test_what_an_inner_verb_noted_goes_with_it_when_it_is_refused():
    application = make.ApplicationFactory()

    @verb
    def inner():
        steps.note(application, "half", by=None, at=AT)
        raise Refused("No.")

    @verb
    def outer():
        steps.note(application, "first", by=None, at=AT)
        try:
            inner()
        except Refused:
            steps.note(application, "second", by=None, at=AT)

    outer()

    assert [step.step for step in Step.objects.of(application)] == ["first", "second"]


@pytest.mark.parametrize("forgery", ["UPDATE core_step SET step = 'forged'", "DELETE FROM core_step"])
def test_the_database_refuses_to_change_a_step(forgery):
    certify(make.ApplicationFactory(), by=None, at=AT)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(forgery)

    assert Step.objects.get().step == "certify"


def test_words_kept_under_numbers_leave_the_chain_whole():
    """As words 10 stands before 9, and as numbers after it."""
    application = make.ApplicationFactory()

    @verb
    def keep():
        steps.note(application, "keep", by=None, at=AT, told={9: "nine", 10: "ten"})

    keep()

    assert list(steps.faults_in_chain()) == []
    assert Step.objects.latest("pk").words.data == {"told": {"9": "nine", "10": "ten"}}


def test_erased_words_leave_the_chain_whole_and_altered_words_do_not():
    certify(make.ApplicationFactory(), by=None, at=AT)
    certify(make.ApplicationFactory(), by=None, at=AT + timedelta(seconds=1))
    StepWords.objects.order_by("pk").first().delete()
    assert list(steps.faults_in_chain()) == []

    StepWords.objects.update(why="Nothing was checked.")

    (fault,) = steps.faults_in_chain()
    assert "words of step" in fault


def test_stages_keep_the_round_within_its_limit_however_they_are_written():
    made = make.a_round()
    assert made.ends_on == make.closing(made, "close").date()
    beyond = make.DAY_0.replace(year=make.DAY_0.year + 1) + timedelta(days=1)

    with pytest.raises(IntegrityError, match="round_within_its_limit"), transaction.atomic():
        Stage.objects.filter(round=made, key="close").update(closes_on=beyond)

    made.refresh_from_db()
    assert made.ends_on == make.closing(made, "close").date()


def test_grants_keep_within_the_pot_and_payments_within_the_grant():
    made = make.a_round(pot=150_000)
    grant = make.GrantFactory(round=made, application=make.handed_in(round=made))
    with pytest.raises(IntegrityError, match="round_granted_within_pot"), transaction.atomic():
        make.GrantFactory(round=made, application=make.handed_in(round=made))
    make.PaymentFactory(instalment=make.InstalmentFactory(grant=grant, amount=90_000))
    with pytest.raises(IntegrityError, match="grant_paid_within_amount"), transaction.atomic():
        make.PaymentFactory(instalment=make.InstalmentFactory(grant=grant, number=2, amount=20_000))

    grant.refresh_from_db()
    assert (Round.objects.get(pk=made.pk).granted, grant.paid) == (100_000, 90_000)


def test_every_factory_makes_a_row():
    case = make.CaseFactory()
    chair = make.seated(case.application.round, kind="chair")
    make.marked(case, chair)
    make.DecisionFactory(case=case)
    make.InterestFactory(appointment=chair, application=make.handed_in())
    make.AdoptionFactory()
    make.BookingFactory()
    make.FlagFactory()
    make.IssueFactory()
    make.IndicatorValueFactory()
    make.PartnerFactory(application=case.application)
    make.ReturnFactory()
    make.CategoryFactory(round=case.application.round)

    assert case.application.status == Status.ELIGIBLE
    assert list(steps.faults_in_chain()) == []
    assert "every_guard_stands" not in " ".join(invariants.broken())
