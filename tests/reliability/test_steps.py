"""The chain of steps under many hands, and the guards that keep it."""

import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, connections, models, transaction

from beacons.applications.models import (
    AnswerVersion,
    Application,
    Certification,
    DetailsVersion,
    Submission,
)
from beacons.core import guards, invariants, steps
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step, StepWords, verb
from beacons.directory.models import Inheritance
from beacons.rounds.models import Round
from grants.models import Signature
from panel.models import Consent, Departure, Item, MarkChange, Meeting
from tests import factories as make
from tests.reliability.racing import at_once, errors

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
THREADS, VERBS = 8, 20
KEPT = [
    Step,
    AnswerVersion,
    DetailsVersion,
    Certification,
    Submission,
    Signature,
    Consent,
    Departure,
    MarkChange,
    Inheritance,
]


@verb
def touch(row, *, number):
    """As verbs do: lock the row, note, and let another verb note too, which now and then is refused."""
    row = type(row).objects.lock(row.pk)
    steps.note(row, "touched", by=None, at=AT + timedelta(microseconds=number), number=number)
    try:
        touch_inside(row, number=number)
    except Refused:
        steps.note(row, "refused", by=None, at=AT)


@verb
def touch_inside(row, *, number):
    steps.note(row, "inside", by=None, at=AT, why="Because.")
    if number % 5 == 0:
        raise Refused("No.")


# Under many hands


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_chain_holds_under_eight_at_once():
    rows = [make.ApplicationFactory() for _ in range(3)]

    def work(mine):
        for number in range(VERBS):
            touch(rows[(mine + number) % len(rows)], number=number)

    results = at_once(*(lambda mine=mine: work(mine) for mine in range(THREADS)))

    assert not errors(results)
    assert Step.objects.count() == THREADS * VERBS * 2
    assert Step.objects.filter(step="inside").count() == THREADS * VERBS * 4 // 5
    assert list(steps.faults_in_chain()) == []
    assert Step.objects.values("previous_hash").distinct().count() == THREADS * VERBS * 2


@pytest.mark.django_db(transaction=True)
def test_the_chain_holds_for_two_connections_on_either_database():
    rows = [make.ApplicationFactory() for _ in range(2)]

    def work(row):
        for number in range(10):
            touch(row, number=number)

    results = at_once(*(lambda row=row: work(row) for row in rows))

    assert not errors(results)
    assert Step.objects.count() == 40
    assert list(steps.faults_in_chain()) == []


def two_who_read_the_head_together(monkeypatch):
    """Two verbs; each that has read the chain's last step waits a moment for the other to read it too."""
    rows = [make.ApplicationFactory() for _ in range(2)]
    both = threading.Barrier(2)
    head = steps.head

    def slow_head():
        last = head()
        try:
            both.wait(1)
        except threading.BrokenBarrierError:
            return last
        return last

    monkeypatch.setattr(steps, "head", slow_head)
    results = at_once(*(lambda row=row: touch(row, number=1) for row in rows))
    assert not errors(results)
    return list(steps.faults_in_chain())


@pytest.mark.django_db(transaction=True)
def test_nobody_reads_the_head_while_another_adds_to_the_chain(monkeypatch):
    assert two_who_read_the_head_together(monkeypatch) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_chains_lock_two_would_follow_the_same_step(monkeypatch):
    """The control of the test above: on any other database the code takes none."""
    monkeypatch.setattr(steps, "connection", SimpleNamespace(vendor="another"))

    faults = two_who_read_the_head_together(monkeypatch)

    assert len(faults) == 1
    assert "does not follow" in faults[0]


def crossing(monkeypatch, *, eager):
    """One verb notes and then wants a row that another, which notes too, has locked."""
    first, second = make.ApplicationFactory(), make.ApplicationFactory()
    met = threading.Barrier(2)
    if eager:
        note = steps.note

        def note_under_the_lock(row, step, **said):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [steps.CHAIN_LOCK])
            note(row, step, **said)

        monkeypatch.setattr(steps, "note", note_under_the_lock)

    @verb
    def one():
        Application.objects.lock(first.pk)
        steps.note(first, "first", by=None, at=AT)
        met.wait(10)
        Application.objects.lock(second.pk)
        steps.note(second, "then", by=None, at=AT)

    @verb
    def other():
        Application.objects.lock(second.pk)
        met.wait(10)
        steps.note(second, "other", by=None, at=AT)

    return at_once(one, other)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_verbs_that_cross_do_not_wait_for_each_other(monkeypatch):
    assert not errors(crossing(monkeypatch, eager=False))

    assert sorted(Step.objects.values_list("step", flat=True)) == ["first", "other", "then"]
    assert list(steps.faults_in_chain()) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_with_the_chains_lock_taken_early_they_would(monkeypatch):
    """The control of the test above, and the reason why steps are written last."""
    (deadlock,) = errors(crossing(monkeypatch, eager=True))

    assert isinstance(deadlock, OperationalError)
    assert "deadlock" in str(deadlock)


# What was forged is found


@pytest.fixture
def chain(db):
    row = make.ApplicationFactory()
    for number in range(1, 5):
        touch(row, number=number)
    return list(Step.objects.order_by("pk"))


def forge(taken, /, **changes):
    guards.drop_all()
    Step.objects.filter(pk=taken.pk).update(**changes)
    guards.set_all()


@pytest.mark.parametrize(
    "changes",
    [
        {"step": "forged"},
        {"at": AT + timedelta(microseconds=7)},
        {"by_id": 1},
        {"subject_id": 4_711},
        {"to_status": "awarded"},
        {"payload_digest": "0" * 64},
    ],
)
def test_any_change_of_a_step_is_found_and_named(chain, changes):
    forge(chain[3], **changes)

    told = list(steps.faults_in_chain())

    assert f"Step {chain[3].pk} was altered after it was written." in told
    assert any("the_audit_chain_is_whole" in sentence for sentence in invariants.broken())


def test_a_step_that_was_altered_with_its_hash_breaks_the_next(chain):
    forged = chain[3]
    forged.step = "forged"
    forge(forged, step="forged", hash=forged.own_hash())

    assert list(steps.faults_in_chain()) == [f"Step {chain[4].pk} does not follow the step before it."]


def test_a_step_that_was_taken_out_is_missed(chain):
    guards.drop_all()
    StepWords.objects.filter(step=chain[3]).delete()
    Step.objects.filter(pk=chain[3].pk).delete()
    guards.set_all()

    assert list(steps.faults_in_chain()) == [f"Step {chain[4].pk} does not follow the step before it."]


def test_a_step_that_was_slipped_in_is_found(chain):
    last = chain[-1]
    false = Step(
        subject_type=last.subject_type,
        subject_id=last.subject_id,
        step="award",
        at=AT,
        payload_digest=steps.digest("", {}),
        previous_hash=chain[2].hash,
    )
    false.hash = false.own_hash()
    false.save()

    assert list(steps.faults_in_chain()) == [f"Step {false.pk} does not follow the step before it."]


def test_a_tail_that_was_cut_off_shows_only_by_the_head_kept_elsewhere(chain):
    """What a chain cannot see, said plainly: so an auditor keeps its head outside the system."""
    kept = steps.head()
    guards.drop_all()
    StepWords.objects.filter(step=chain[-1]).delete()
    Step.objects.filter(pk=chain[-1].pk).delete()
    guards.set_all()

    assert list(steps.faults_in_chain()) == []
    assert steps.head() != kept


@pytest.mark.postgres
def test_the_chain_is_the_same_in_every_time_zone(chain, monkeypatch):
    """A session's time zone changes an instant's text, and its offset, but not the instant."""
    use_time_zone(monkeypatch, "Asia/Kathmandu")
    with connection.cursor() as cursor:
        cursor.execute("SELECT at::text FROM core_step LIMIT 1")
        assert "+05:45" in cursor.fetchone()[0]

    assert list(steps.faults_in_chain()) == []
    touch(make.ApplicationFactory(), number=9)
    use_time_zone(monkeypatch, None)
    assert list(steps.faults_in_chain()) == []


def use_time_zone(monkeypatch, name):
    own = connections["default"]
    monkeypatch.setitem(own.settings_dict, "TIME_ZONE", name)
    for kept in ("timezone", "timezone_name"):
        own.__dict__.pop(kept, None)
    own.ensure_timezone()


def test_hashes_are_exact_to_the_microsecond():
    """Counted in whole microseconds, and not by a float that has 53 bits."""
    at = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    hashes = {
        Step(subject_id=1, at=at - timedelta(microseconds=less), previous_hash="").own_hash()
        for less in range(50)
    }

    assert len(hashes) == 50


# The guards


ACTS = {
    "update": "UPDATE {table} SET id = id",
    "delete": "DELETE FROM {table}",
    "truncate": "TRUNCATE {table} CASCADE",
}


@pytest.fixture
def one_row_each(db):
    grant = make.GrantFactory()
    Signature.objects.create(grant=grant, part="council", by=make.UserFactory(), at=AT)
    bid = make.handed_in()
    decision = make.DecisionFactory(case=make.CaseFactory())
    Consent.objects.create(
        decision=decision, proposal=1, body="clg", agreed=True, by=make.UserFactory(), at=AT
    )
    meeting = Meeting.objects.create(round=decision.case.application.round, number=1, prepared_at=AT)
    item = Item.objects.create(meeting=meeting, case=decision.case, place=1)
    reader = make.seated(meeting.round, body="clg")
    Departure.objects.create(item=item, appointment=reader, at=AT)
    mark = make.marked(decision.case, reader).marks.first()
    MarkChange.objects.create(
        mark=mark, item=item, number=1, old_score=1, new_score=2, why="Table 3.", by=reader.user, at=AT
    )
    Inheritance.objects.create(
        former=bid.authority,
        successor=grant.authority,
        kind="sign_up",
        subject_id=1,
        words="A sign-up",
        passed_at=AT,
    )
    touch(bid, number=1)
    StepWords.objects.all().delete()
    # What PostgreSQL puts off until the end of the transaction would stand in the way of a TRUNCATE too.
    connection.check_constraints()


def test_these_are_all_the_tables_that_only_grow():
    grow = [guard.tables[0] for guard in guards._guards if guard.name.endswith("_append_only")]

    assert sorted(grow) == sorted(model._meta.db_table for model in KEPT)


@pytest.mark.parametrize("model", KEPT)
@pytest.mark.parametrize("act", ["update", "delete", pytest.param("truncate", marks=pytest.mark.postgres)])
def test_nothing_is_changed_or_taken_from_a_table_that_only_grows(one_row_each, model, act):
    statement = ACTS[act].format(table=model._meta.db_table)
    before = list(model.objects.values())
    assert before

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert list(model.objects.values()) == before


@pytest.mark.parametrize("model", KEPT)
def test_without_its_guard_it_would_be(one_row_each, model):
    """The control of the test above: nothing but the guard is in the way."""
    guards.drop_all()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ACTS["delete"].format(table=model._meta.db_table))
        assert not model.objects.exists()
        # What leans on these rows may do so again.
        transaction.set_rollback(True)

    guards.set_all()


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_table_that_only_grows_is_not_emptied_through_another(one_row_each):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE applications_application CASCADE")


def names_of_triggers():
    return {name for guard in guards._guards for name in guard.triggers(connection.vendor)}


@pytest.mark.django_db
def test_a_guard_that_lost_one_trigger_is_missed_by_name(on_postgresql):
    names = sorted(names_of_triggers())
    assert list(guards.missing()) == []

    for name in names:
        with transaction.atomic(), connection.cursor() as cursor:
            table = table_of(cursor, name) if on_postgresql else ""
            cursor.execute(f"DROP TRIGGER {name} {table}")
            assert list(guards.missing()) == [name]
            transaction.set_rollback(True)

    assert list(guards.missing()) == []


def table_of(cursor, name):
    cursor.execute("SELECT 'ON ' || tgrelid::regclass FROM pg_trigger WHERE tgname = %s", [name])
    return cursor.fetchone()[0]


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_guard_that_is_switched_off_is_missed():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_step DISABLE TRIGGER guard_core_step_append_only")

    assert list(guards.missing()) == ["guard_core_step_append_only"]


@pytest.mark.django_db(transaction=True)
def test_guards_stand_again_after_a_migrate_that_rebuilt_their_tables(on_postgresql):
    """SQLite makes a changed table anew and forgets its triggers, without a word."""
    alter(Step, "step", models.CharField(max_length=61))
    alter(Step, "step", Step._meta.get_field("step"))
    if not on_postgresql:
        assert any("core_step" in name for name in guards.missing())

    call_command("migrate", verbosity=0)

    assert list(guards.missing()) == []
    touch(make.ApplicationFactory(), number=1)
    with pytest.raises(DatabaseError, match="append-only"):
        Step.objects.update(step="forged")


@pytest.mark.django_db(transaction=True)
def test_a_table_that_a_guard_of_another_names_can_be_rebuilt_in_a_migrate(on_postgresql):
    """On SQLite the rebuilding itself fails as long as they stand, so they are lifted before a migrate."""
    if not on_postgresql:
        with pytest.raises(OperationalError, match="trigger guard_"):
            alter(Round, "name", models.CharField(max_length=81))
        assert list(guards.missing()) == []

    guards.drop_before_migrate()
    alter(Round, "name", models.CharField(max_length=81))
    alter(Round, "name", Round._meta.get_field("name"))
    guards.set_after_migrate()

    assert list(guards.missing()) == []
    made = make.a_round()
    assert made.ends_on == make.closing(made, "close").date()


def alter(model, name, field):
    """What a migration's AlterField does."""
    old = model._meta.get_field(name)
    field.set_attributes_from_name(name)
    field.model = model
    with connection.schema_editor() as editor:
        editor.alter_field(model, old, field)


@pytest.mark.django_db(transaction=True)
def test_a_setting_of_guards_that_is_cut_off_leaves_the_old_ones(monkeypatch):
    """Dropped and set in one transaction: killed between the two, nothing is left open."""
    last = guards._guards[-1]
    broken = guards.Guard(last.name, last.tables, ("CREATE NONSENSE",), ("CREATE NONSENSE",))
    with monkeypatch.context() as patch:
        patch.setattr(guards, "_guards", [*guards._guards[:-1], broken])
        with pytest.raises(DatabaseError):
            guards.set_all()

    assert list(guards.missing()) == []
