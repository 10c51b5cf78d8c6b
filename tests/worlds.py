"""A world with which many tests begin is made once, and from then on laid again, row by row.

`@laid_again` stands on what makes one. The first test of a process that asks for it makes it by the actions people
use, and what rows that left is remembered; each test gets those rows by one INSERT a table. Nothing is shared: a
test's rows end with its transaction, and each is handed objects of its own.

A world is laid only where it would have been made the same: from equal arguments (plain values, or a world that was
laid before), with nothing patched and no setting changed, in a database that holds nothing but worlds laid before it.
Else it is made, and so it is when laying would leave something out: a refusal, letters sent, files on the shelf, what
waits for the commit, or rows taken away that were there before. What is laid is read back once, and must be what was
made.
"""

import functools
import pickle
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.conf import Settings, settings
from django.core import mail
from django.db import DatabaseError, connection, models, transaction

from beacons.core import clock, papers
from beacons.core.files.shelf import shelf

Row = tuple[Any, ...]
PLAIN = (str, int, float, Decimal, date, timedelta, type(None))  # a bool is an int, and an instant is a date
UNPICKLED = (TypeError, AttributeError, RecursionError, pickle.PicklingError)
READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")
# Where these are empty, so is the rest: a file that keeps one world for all its tests has somebody in it.
FIRST = ("directory_region", "directory_user", "rounds_round")
WRITES = re.compile(r'(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) "(\w+)"')


@dataclass
class World:
    """The statements that lay its rows, as this database takes them, and what its maker handed back."""

    statements: list[tuple[str, Any]]
    given: bytes


@dataclass
class Making:
    """While a world is made: the tables written to, with the rows they held before, each by its key."""

    before: dict[str, dict[Any, Row]] = field(default_factory=dict)
    understood: bool = True


@dataclass
class Ground:
    """What the database of the running test holds: these worlds and nothing else, or it is not known (None)."""

    worlds: tuple[Any, ...] | None = None
    making: Making | None = None
    monkeypatch: Any = None
    patches: int = 0

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if not str(sql).startswith(READS):
            self.written(str(sql))
        return execute(sql, params, many, context)

    def written(self, sql: str) -> None:
        if self.making is None:
            self.worlds = None
        elif not (found := WRITES.match(sql)) or found[1] not in tables():
            self.making.understood = False
        elif found[1] not in self.making.before:
            self.making.before[found[1]] = rows_of(found[1])

    def untouched(self) -> bool:
        return (
            self.worlds is not None
            and self.making is None
            and not connection.needs_rollback
            and patched(self.monkeypatch) == self.patches
            and type(settings._wrapped) is Settings
            and (connection.in_atomic_block if self.worlds else not any(map(rows_of, FIRST)))
        )


ground = Ground()
# By the worlds that lie below, the maker and what it was given; None is made each time.
known: dict[tuple[Any, ...], World | None] = {}


def patched(monkeypatch: Any) -> int:
    return len(monkeypatch._setattr) + len(monkeypatch._setitem)


@contextmanager
def bare_ground(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test begins, and its database holds what every database begins with."""
    ground.worlds, ground.making = (), None
    ground.monkeypatch, ground.patches = monkeypatch, patched(monkeypatch)
    with connection.execute_wrapper(ground):
        yield
    ground.worlds = None


def laid_again(make: Callable[..., Any]) -> Callable[..., Any]:
    """What `make` makes is laid again for whoever asks for the same."""

    @functools.wraps(make)
    def asked(*args: Any, **kwargs: Any) -> Any:
        if not ground.untouched():
            return make(*args, **kwargs)
        try:
            asked_for = (named(list(args)), named(kwargs))
        except Unnamed:
            return make(*args, **kwargs)
        around = (clock._set_to.get(), papers.press.__qualname__)
        key = (*(ground.worlds or ()), (make.__module__, make.__qualname__, asked_for, around))
        if key not in known:
            with transaction.atomic():
                known[key], outcome = remembered(functools.partial(make, *args, **kwargs))
            if known[key] is None:
                ground.worlds = None
                return outcome()
        world = known[key]
        if world is None:
            return make(*args, **kwargs)
        with transaction.atomic():
            lay(world)
        ground.worlds = key
        return pickle.loads(world.given)

    return asked


class Unnamed(Exception):
    """Not a plain value, nor a world as it was laid."""


def named(value: Any) -> Any:
    """By what an argument is known again."""
    if isinstance(value, PLAIN):
        return type(value), value
    if isinstance(value, list | tuple):
        return type(value), *map(named, value)
    if isinstance(value, dict):
        return dict, *((key, named(each)) for key, each in value.items())
    if not ground.worlds:
        raise Unnamed
    try:
        content = pickle.dumps(value)
    except UNPICKLED:
        raise Unnamed from None
    for depth in range(len(ground.worlds), 0, -1):
        world = known[ground.worlds[:depth]]
        if world is not None and world.given == content:
            return "world", depth
    raise Unnamed


def remembered(make: Callable[[], Any]) -> tuple[World | None, Callable[[], Any]]:
    """The world that is made, which is taken away again; or none, and what was made stands, or is yet to be made."""
    waiting, sent = len(connection.run_on_commit), len(getattr(mail, "outbox", ()))
    start = transaction.savepoint()
    ground.making = making = Making()
    try:
        given = make()
    except Exception as refusal:  # noqa: BLE001  # whoever asked hears of it
        return None, functools.partial(told, refusal)
    finally:
        ground.making = None
    stands = functools.partial(handed_back, given)
    try:
        # Twice, since what is read back names equal strings once.
        content = pickle.dumps(pickle.loads(pickle.dumps(given)))
    except UNPICKLED:
        return None, stands
    if len(connection.run_on_commit) > waiting or len(getattr(mail, "outbox", ())) > sent:
        return None, stands
    after = {table: rows_of(table) for table in making.before}
    taken = any(making.before[table].keys() - rows.keys() for table, rows in after.items())
    if taken or not making.understood or shelf().location.exists():
        return None, stands
    world = World(
        [each for table, rows in after.items() for each in statements(table, making.before[table], rows)],
        content,
    )
    transaction.savepoint_rollback(start)
    try:
        lay(world)
        same = all(rows_of(table) == rows for table, rows in after.items())
    except DatabaseError:
        same = False
    transaction.savepoint_rollback(start)
    return (world, stands) if same else (None, make)


def handed_back(given: Any) -> Any:
    return given


def told(refusal: BaseException) -> None:
    raise refusal


def lay(world: World) -> None:
    with connection.wrap_database_errors, cursor_of_its_own() as cursor:
        for sql, rows in world.statements:
            if rows is None:
                cursor.execute(sql)
            else:
                cursor.executemany(sql, rows)


@contextmanager
def cursor_of_its_own() -> Iterator[Any]:
    """One whose statements no test counts."""
    connection.ensure_connection()
    cursor = connection.connection.cursor()
    try:
        yield cursor
    finally:
        cursor.close()


@functools.cache
def tables() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


@functools.cache
def columns(table: str) -> list[str]:
    """Its key first."""
    meta = tables()[table]._meta
    others = (each.column for each in meta.local_concrete_fields if not (each.primary_key or each.generated))
    return [meta.pk.column, *others]


def rows_of(table: str) -> dict[Any, Row]:
    """By its key, each value as the database keeps it, in no type of Python's own."""
    as_kept = '"{}"::text' if connection.vendor == "postgresql" else '+"{}"'
    wanted = ", ".join(as_kept.format(column) for column in columns(table))
    with cursor_of_its_own() as cursor:
        cursor.execute(f'SELECT {wanted} FROM "{table}"')
        return {row[0]: row for row in cursor.fetchall()}


def statements(table: str, before: dict[Any, Row], after: dict[Any, Row]) -> Iterator[tuple[str, Any]]:
    """What adds and changes the rows of one table."""
    postgresql = connection.vendor == "postgresql"
    mark = "%s" if postgresql else "?"
    names = [f'"{column}"' for column in columns(table)]
    added = [row for key, row in after.items() if key not in before]
    changed = [row for key, row in after.items() if key in before and before[key] != row]
    if added:
        start = f'INSERT INTO "{table}" ({", ".join(names)}) VALUES '
        values = f"({', '.join(mark for _ in names)})"
        if postgresql:
            with cursor_of_its_own() as cursor:
                yield start + ", ".join(cursor.mogrify(values, row).decode() for row in added), None
        else:
            yield start + values, added
    if changed:
        sets = ", ".join(f"{name} = {mark}" for name in names[1:])
        yield (
            f'UPDATE "{table}" SET {sets} WHERE {names[0]} = {mark}',
            [(*row[1:], row[0]) for row in changed],
        )
