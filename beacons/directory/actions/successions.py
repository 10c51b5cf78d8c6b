"""An authority that another took over hands on what it held. Each verb happens whole or not at all."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from beacons.core import letters, steps
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.directory import estates
from beacons.directory.estates import Estate
from beacons.directory.models import Authority, Inheritance, Membership, Role, Succession, User
from beacons.directory.rules import successions as rules


@verb
def inherit(authority: Authority, *, by: User | None, at: datetime) -> list[Inheritance]:
    """All that the authority held passes to the one that took it over. Doing it again passes what came since."""
    # Whoever passes something of this authority on takes this lock first, so that nothing passes twice.
    authority = Authority.objects.lock(authority.pk)
    successions = _successions(authority)
    refuse_if(rules.reasons_not_to_inherit(authority, successions, at=at))
    succession = successions[0]
    passed = [
        _pass_on(estate, row, succession.successor, authority, by=by, at=at)
        for estate in estates.every()
        for row in estate.of(authority).select_for_update(of=("self",))
    ]
    if not (passed or succession.carried_out_at is None):
        raise Refused(f"Nothing of {authority} is left to pass on.")
    _carried_out(succession, len(passed), by=by, at=at)
    _tell(authority, succession.successor, passed, at=at)
    return passed


@verb
def share_out(
    authority: Authority, choices: Mapping[tuple[str, int], int], *, by: User, at: datetime
) -> list[Inheritance]:
    """Of a divided authority each thing passes to the successor that staff chose: {(kind, id): successor's id}."""
    authority = Authority.objects.lock(authority.pk)
    successions = {each.successor_id: each for each in _successions(authority)}
    refuse_if(
        rules.reasons_not_to_share_out(authority, list(successions.values()), list(choices.values()), at=at)
    )
    passed: dict[int, list[Inheritance]] = {}
    left = dict(choices)
    for estate in estates.every():
        chosen = {pk: to for (kind, pk), to in choices.items() if kind == estate.kind}
        # A thing may have gone with another that it follows, so each is looked for again.
        for row in estate.of(authority).filter(pk__in=chosen).select_for_update(of=("self",)):
            successor = successions[chosen[row.pk]].successor
            del left[estate.kind, row.pk]
            passed.setdefault(successor.pk, []).append(
                _pass_on(estate, row, successor, authority, by=by, at=at)
            )
    if left:
        raise Refused("Somebody has just shared out one of these things. Look at what is left.")
    for pk, theirs in passed.items():
        _carried_out(successions[pk], len(theirs), by=by, at=at)
        _tell(authority, successions[pk].successor, theirs, at=at)
    return [one for theirs in passed.values() for one in theirs]


@verb
def enter(
    authority: Authority,
    successor: Authority,
    *,
    took_over_on: date,
    by: User,
    at: datetime,
    known: Succession | None = None,
) -> Succession:
    """Staff enter that a council becomes part of another, or correct its day: it exists until then."""
    authority = Authority.objects.lock(authority.pk)
    refuse_if(rules.reasons_not_to_enter(authority, successor, took_over_on, known=known))
    merger = known or Succession(authority=authority)
    merger.successor, merger.took_over_on = successor, took_over_on
    merger.save()
    authority.closed_on = took_over_on
    authority.save(update_fields=["closed_on"])
    steps.note(merger, "enter", by=by, at=at, successor=successor.code, took_over_on=took_over_on)
    return merger


@verb
def confirm_certifier(person: User, successor: Authority, *, by: User, at: datetime) -> Membership:
    """Staff confirm that somebody who certified for a council taken over certifies for its successor."""
    successor = Authority.objects.lock(successor.pk)
    refuse_if(rules.reasons_not_to_confirm_certifier(person, successor))
    drafter = Membership.objects.active().get(user=person, role=Role.DRAFTER, authority=successor)
    drafter.ended_at = at
    drafter.save(update_fields=["ended_at"])
    held = Membership.objects.create(
        user=person, role=Role.CERTIFIER, authority=successor, job_title=drafter.job_title, began_at=at
    )
    steps.note(held, "confirm", by=by, at=at, authority=successor.code)
    letters.write("certifier_confirmed", to=person, key=f"{held.pk}", at=at, context={"successor": successor})
    return held


def _successions(authority: Authority) -> list[Succession]:
    return list(authority.successions.select_related("successor").order_by("successor__name", "pk"))


def _pass_on(
    estate: Estate, row: Any, successor: Authority, former: Authority, *, by: User | None, at: datetime
) -> Inheritance:
    pk, words = row.pk, estate.words(row)
    steps.note(row, "inherit", by=by, at=at, former=former.code, successor=successor.code)
    for follow in estates.followers(estate.kind):
        follow(row, former, successor, by=by, at=at)
    moved = estate.pass_on(row, former, successor, by=by, at=at)
    return Inheritance.objects.create(
        former=former,
        successor=successor,
        kind=estate.kind,
        subject_id=pk,
        words=words[:300],
        beside=not moved,
        passed_at=at,
        passed_by=by,
    )


def _carried_out(succession: Succession, things: int, *, by: User | None, at: datetime) -> None:
    if succession.carried_out_at is None:
        succession.carried_out_at = at
        succession.save(update_fields=["carried_out_at"])
    steps.note(succession, "carry_out", by=by, at=at, things=things)


def _tell(former: Authority, successor: Authority, passed: Iterable[Inheritance], *, at: datetime) -> None:
    """Once for each time that something passed, to all who act for the successor now."""
    passed = list(passed)
    if not passed:
        return
    lines = [
        (estate.plural, [one for one in passed if one.kind == estate.kind])
        for estate in estates.every()
        if any(one.kind == estate.kind for one in passed)
    ]
    for person in User.objects.of_authority(successor, Role.DRAFTER, Role.CERTIFIER).order_by("pk"):
        letters.write(
            "inherited",
            to=person,
            key=f"{former.code}:{successor.code}:{passed[0].pk}",
            at=at,
            context={"former": former, "successor": successor, "lines": lines},
        )
