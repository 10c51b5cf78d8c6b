"""Triggers that keep steps append-only and sums within their parent.

A room declares its guards beside its models. They are set after every migrate, on both databases. SQLite
rebuilds a table at AlterField and silently drops its triggers, and a trigger that names a table under
rebuilding aborts the migration; so there all are dropped before a migrate.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connections, models, transaction

TRIGGER = re.compile(r"CREATE TRIGGER (\w+) ")


@dataclass(frozen=True)
class Guard:
    """One trigger: `sqlite` and `postgresql` hold the statements that make it."""

    name: str
    tables: tuple[str, ...]
    sqlite: tuple[str, ...]
    postgresql: tuple[str, ...]

    def triggers(self, vendor: str) -> list[str]:
        """The names of its triggers, as this database keeps them."""
        made = [TRIGGER.match(statement) for statement in getattr(self, vendor)]
        # PostgreSQL cuts names at 63 characters.
        return [found[1][:63] if vendor == "postgresql" else found[1] for found in made if found]


_guards: list[Guard] = []


def append_only(model: type[models.Model]) -> None:
    """Rows of this table are never changed and never deleted, not by SQL either."""
    table = model._meta.db_table
    name = f"guard_{table}_append_only"
    told = f"{table} is append-only"
    _guards.append(
        Guard(
            name,
            (table,),
            sqlite=tuple(
                f"CREATE TRIGGER {name}_{act} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{told}'); END"
                for act in ("UPDATE", "DELETE")
            ),
            postgresql=(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ "
                f"BEGIN RAISE EXCEPTION '{told}' USING ERRCODE = 'integrity_constraint_violation'; END "
                "$$ LANGUAGE plpgsql",
                f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
                f"CREATE TRIGGER {name}_all BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
            ),
        )
    )


def unchanged(model: type[models.Model]) -> None:
    """Rows of this table may be cleared away, but never say anything else than they said."""
    table = model._meta.db_table
    name = f"guard_{table}_unchanged"
    told = f"rows of {table} are never changed"
    _guards.append(
        Guard(
            name,
            (table,),
            sqlite=(
                f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{told}'); END",
            ),
            postgresql=(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ "
                f"BEGIN RAISE EXCEPTION '{told}' USING ERRCODE = 'integrity_constraint_violation'; END "
                "$$ LANGUAGE plpgsql",
                f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
            ),
        )
    )


def kept_on_parent(
    *, name: str, child: type[models.Model], key: str, parent: type[models.Model], column: str, figure: str
) -> None:
    """Keep `parent.column` equal to `figure`, an SQL aggregate over the child rows of that parent.

    `figure` names the children's table `child`; a CHECK on the parent then guards what the children add up to,
    whichever way they were written. `key` is the child's column that points at the parent. Several columns are named
    in brackets, "(a, b)", with as many figures. On PostgreSQL the parent's row is locked by its own UPDATE, so racing
    children queue.
    """
    mine, theirs = child._meta.db_table, parent._meta.db_table
    trigger = f"guard_{name}"

    def update(row: str) -> str:
        return (
            f"UPDATE {theirs} SET {column} = (SELECT {figure} FROM {mine} AS child WHERE child.{key} = {row}.{key}) "  # noqa: S608  # names of our own tables
            f"WHERE id = {row}.{key}"
        )

    sqlite = [
        f"CREATE TRIGGER {trigger}_{act} AFTER {act} ON {mine} BEGIN {update(row)}; END"
        for act, row in (("INSERT", "NEW"), ("DELETE", "OLD"))
    ]
    sqlite.append(
        f"CREATE TRIGGER {trigger}_UPDATE AFTER UPDATE ON {mine} BEGIN {update('OLD')}; {update('NEW')}; END"
    )
    postgresql = (
        f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN PERFORM 1 FROM {theirs} WHERE id = OLD.{key} FOR UPDATE; {update('OLD')}; END IF; "
        f"IF TG_OP <> 'DELETE' THEN PERFORM 1 FROM {theirs} WHERE id = NEW.{key} FOR UPDATE; {update('NEW')}; END IF; "
        "RETURN NULL; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER {trigger} AFTER INSERT OR UPDATE OR DELETE ON {mine} "
        f"FOR EACH ROW EXECUTE FUNCTION {trigger}()",
    )
    _guards.append(Guard(trigger, (mine, theirs), tuple(sqlite), postgresql))


def copied_from_parent(
    *, name: str, child: type[models.Model], key: str, parent: type[models.Model], column: str, figure: str
) -> None:
    """Keep `child.column` equal to its parent's column `figure`, and empty where it has no parent.

    A CHECK on the child can then compare with what its parent says, whichever of the two rows is written. On
    PostgreSQL the parent's row is held while the child reads it.
    """
    mine, theirs = child._meta.db_table, parent._meta.db_table
    trigger = f"guard_{name}"
    of_parent = f"FROM {theirs} AS parent WHERE parent.id = NEW.{key}"
    wanted = f"(SELECT parent.{figure} {of_parent})"  # names of our own tables, here and below
    written = f"UPDATE {mine} SET {column} = {wanted} WHERE id = NEW.id AND {column} IS NOT {wanted}"  # noqa: S608
    passed_on = f"UPDATE {mine} SET {column} = NEW.{figure} WHERE {key} = NEW.id"  # noqa: S608
    read = f"SELECT parent.{figure} INTO NEW.{column} {of_parent} FOR SHARE"
    sqlite = (
        f"CREATE TRIGGER {trigger}_INSERT AFTER INSERT ON {mine} BEGIN {written}; END",
        f"CREATE TRIGGER {trigger}_UPDATE AFTER UPDATE OF {key}, {column} ON {mine} BEGIN {written}; END",
        f"CREATE TRIGGER {trigger}_parent AFTER UPDATE OF {figure} ON {theirs} BEGIN {passed_on}; END",
    )
    postgresql = (
        f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger AS $$ BEGIN {read}; "
        "RETURN NEW; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE OF {key}, {column} ON {mine} "
        f"FOR EACH ROW EXECUTE FUNCTION {trigger}()",
        f"CREATE OR REPLACE FUNCTION {trigger}_parent() RETURNS trigger AS $$ BEGIN {passed_on}; "
        "RETURN NULL; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER {trigger}_parent AFTER UPDATE OF {figure} ON {theirs} "
        f"FOR EACH ROW EXECUTE FUNCTION {trigger}_parent()",
    )
    _guards.append(Guard(trigger, (mine, theirs), sqlite, postgresql))


def refused_while(
    *,
    name: str,
    child: type[models.Model],
    key: str,
    parent: type[models.Model],
    held_back: str,
    when: str,
    told: str,
) -> None:
    """No child row becomes what `when` says while its parent is `held_back`, whichever way it is written.

    `when` is an SQL condition on the child's new row `NEW`, `held_back` one on the parent's table `parent`.
    """
    mine, theirs = child._meta.db_table, parent._meta.db_table
    trigger = f"guard_{name}"
    stopped = (
        f"{when} AND EXISTS (SELECT 1 FROM {theirs} AS parent WHERE parent.id = NEW.{key} AND {held_back})"  # noqa: S608  # names of our own tables
    )
    sqlite = tuple(
        f"CREATE TRIGGER {trigger}_{act} BEFORE {act} ON {mine} "
        f"BEGIN SELECT RAISE(ABORT, '{told}') WHERE {stopped}; END"
        for act in ("INSERT", "UPDATE")
    )
    postgresql = (
        f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger AS $$ BEGIN "
        f"IF {stopped} THEN RAISE EXCEPTION '{told}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN NEW; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE ON {mine} "
        f"FOR EACH ROW EXECUTE FUNCTION {trigger}()",
    )
    _guards.append(Guard(trigger, (mine, theirs), sqlite, postgresql))


def total_within(
    *,
    name: str,
    child: type[models.Model],
    figure: str,
    columns: str,
    counts: str,
    reached: str,
    parent: type[models.Model],
    limit: str,
    told: str,
) -> None:
    """The sum of the child rows' `figure` that count for one parent stays within its column `limit`.

    For children that reach their parent through other tables, which `reached` joins to `child` so that `parent.id` and
    `counts` can be named: an SQL condition on `child` and the joined tables. `columns` are those of the child on which the sum
    rests: an update of others asks for nothing. On PostgreSQL the parent's row is locked before the sum is taken, so
    racing children queue.
    """
    mine, theirs = child._meta.db_table, parent._meta.db_table
    trigger = f"guard_{name}"
    joined = f"FROM {mine} AS child {reached} JOIN {theirs} AS parent ON parent.id = reached.id"
    own = f"(SELECT parent.id {joined} WHERE child.id = NEW.id AND {counts})"  # names of our own tables, here and below
    total = f"(SELECT COALESCE(SUM(child.{figure}), 0) {joined} WHERE {counts} AND parent.id = %s)"
    too_much = f"EXISTS (SELECT 1 FROM {theirs} AS held WHERE held.id = {own} AND {total % 'held.id'} > held.{limit})"  # noqa: S608
    too_little = f"{total % 'NEW.id'} > NEW.{limit}"
    sqlite = (
        *(
            f"CREATE TRIGGER {trigger}_{act} AFTER {act}{of} ON {mine} "
            f"BEGIN SELECT RAISE(ABORT, '{told}') WHERE {too_much}; END"
            for act, of in (("INSERT", ""), ("UPDATE", f" OF {columns}"))
        ),
        f"CREATE TRIGGER {trigger}_limit BEFORE UPDATE OF {limit} ON {theirs} "
        f"BEGIN SELECT RAISE(ABORT, '{told}') WHERE {too_little}; END",
    )
    refused = f"RAISE EXCEPTION '{told}' USING ERRCODE = 'integrity_constraint_violation'"
    postgresql = (
        f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger AS $$ BEGIN "
        f"PERFORM 1 FROM {theirs} WHERE id = {own} FOR NO KEY UPDATE; "
        f"IF {too_much} THEN {refused}; END IF; RETURN NULL; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER {trigger} AFTER INSERT OR UPDATE OF {columns} ON {mine} "
        f"FOR EACH ROW EXECUTE FUNCTION {trigger}()",
        f"CREATE OR REPLACE FUNCTION {trigger}_limit() RETURNS trigger AS $$ BEGIN "
        f"IF {too_little} THEN {refused}; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER {trigger}_limit BEFORE UPDATE OF {limit} ON {theirs} "
        f"FOR EACH ROW EXECUTE FUNCTION {trigger}_limit()",
    )
    _guards.append(Guard(trigger, (mine, theirs), sqlite, postgresql))


def drop_before_migrate(using: str = "default", **_: Any) -> None:
    if connections[using].vendor == "sqlite":
        drop_all(using)


def set_after_migrate(using: str = "default", **_: Any) -> None:
    set_all(using)


def drop_all(using: str = "default") -> None:
    """Drop every guard that stands."""
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard_%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
            return
        cursor.execute(
            "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND tgname LIKE 'guard\\_%%'"
        )
        for name, table in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}" ON "{table}"')


def set_all(using: str = "default") -> None:
    """Set every guard whose tables exist, afresh. Whoever looks meanwhile finds the old ones or the new."""
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        drop_all(using)
        tables = set(connection.introspection.table_names(cursor))
        for guard in _guards:
            if not set(guard.tables) <= tables:
                continue
            for statement in getattr(guard, connection.vendor):
                cursor.execute(statement)


def missing(using: str = "default") -> Iterable[str]:
    """Names of triggers that do not stand, or are switched off; `check_invariants` asks."""
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        standing = {name for (name,) in cursor.fetchall()}
    wanted = [name for guard in _guards for name in guard.triggers(connections[using].vendor)]
    return [name for name in wanted if name not in standing]
