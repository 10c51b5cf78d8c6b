"""Rows of several models in one query: a page that shows many short lists asks for all of them at once.

Each model's columns are laid into the columns of one union by what kind of thing they hold, and taken out again.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Cast

# What a column of the union may hold, and the fields that fit into it; the first that fits is taken.
HOLDS: tuple[tuple[type[models.Field], models.Field], ...] = (
    (models.ForeignKey, models.BigIntegerField()),
    (models.IntegerField, models.BigIntegerField()),
    (models.CharField, models.TextField()),
    (models.TextField, models.TextField()),
    (models.DateTimeField, models.DateTimeField()),
    (models.DateField, models.DateField()),
    (models.UUIDField, models.UUIDField()),
)


@dataclass(frozen=True)
class Wanted:
    """Rows of one model, in its own order; only these fields of it, if any are named."""

    rows: models.QuerySet
    only: tuple[str, ...] = ()

    @property
    def fields(self) -> list[models.Field]:
        meta = self.rows.model._meta
        named = [meta.get_field(name) for name in self.only]
        return [meta.pk, *named] if named else list(meta.concrete_fields)

    def slots(self) -> list[str]:
        """The column of the union in which each of the fields lies."""
        used = Counter[str]()
        found = []
        for each in self.fields:
            kind = held_as(each).get_internal_type()
            found.append(f"{kind}_{used[kind]}")
            used[kind] += 1
        return found

    def in_order(self, found: Iterable[Any]) -> list[Any]:
        """As the model orders them. Those of which only some fields are wanted come in any order."""
        if self.only:
            return list(found)
        meta = self.rows.model._meta
        names = [meta.pk.attname if name == "pk" else meta.get_field(name).attname for name in meta.ordering]
        return sorted(found, key=lambda row: [getattr(row, name) for name in names])


def held_as(field: models.Field) -> models.Field:
    """What a field is held as; a kind that is not among them is a mistake of whoever asks."""
    for kind, held in HOLDS:
        if isinstance(field, kind):
            return held
    raise TypeError(f"{field} does not fit into a union of several models")


def rows(*wanted: Wanted) -> list[list[Any]]:
    """The rows of each, as instances of its model. One query for all of them."""
    laid = [dict(zip(each.slots(), each.fields, strict=True)) for each in wanted]
    columns: dict[str, models.Field] = {}
    for slots in laid:
        columns |= {slot: held_as(field) for slot, field in slots.items()}
    lines = [
        each.rows.order_by().annotate(which_of_them=Value(number), **filled(columns, slots, is_first=not number))
        .values_list("which_of_them", *columns)
        for number, (each, slots) in enumerate(zip(wanted, laid, strict=True))
    ]  # fmt: skip
    places = {slot: place for place, slot in enumerate(columns, start=1)}
    found: list[list[Any]] = [[] for _ in wanted]
    for line in lines[0].union(*lines[1:], all=True):
        slots, each = laid[line[0]], wanted[line[0]]
        names, values = [field.attname for field in slots.values()], [line[places[slot]] for slot in slots]
        found[line[0]].append(each.rows.model.from_db(each.rows.db, names, values))
    return [each.in_order(those) for each, those in zip(wanted, found, strict=True)]


def filled(
    columns: dict[str, models.Field], slots: dict[str, models.Field], *, is_first: bool
) -> dict[str, Any]:
    """Every column: what the model has for it, or nothing. PostgreSQL asks the first to say what nothing is."""
    nothing = {
        slot: Cast(Value(None), held) if is_first else Value(None, output_field=held)
        for slot, held in columns.items()
    }
    return {slot: F(slots[slot].attname) if slot in slots else nothing[slot] for slot in columns}


def keep(owner: Any, name: str, found: Sequence[Any]) -> None:
    """Let `owner.name.all()` be these rows, as `prefetch_related` does, each of which knows its owner."""
    manager = getattr(owner, name)
    for row in found:
        manager.field.set_cached_value(row, owner)
    those = manager.all()
    those._result_cache, those._prefetch_done = list(found), True
    owner.__dict__.setdefault("_prefetched_objects_cache", {})[name] = those
