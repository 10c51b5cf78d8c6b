"""What a round's criteria are at one moment, and in which sentences two such moments differ."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from beacons.core.lifecycle import Refused
from beacons.core.models import Step
from beacons.directory.models import User
from beacons.rounds.models import Criterion, Round

MEANWHILE = "The criteria have changed since you opened this page, so nothing was saved. See what changed, then save again."


class Overtaken(Refused):
    """Somebody else has saved the criteria in the meantime; `changes` says what."""

    def __init__(self, changes: Sequence[str]):
        super().__init__(MEANWHILE)
        self.changes = changes


@dataclass(frozen=True)
class Held:
    """One criterion as it stands, with the ids of the issues it rests on."""

    pk: int
    name: str
    description: str
    weight: int
    least: int
    anchors: str
    issues: tuple[int, ...]


def as_they_stand(round: Round) -> list[Held]:
    """The criteria of a round in their order. Two queries."""
    criteria = list(Criterion.objects.filter(round=round).order_by("position", "pk"))
    rests: dict[int, list[int]] = defaultdict(list)
    rows = Criterion.issues.through.objects.filter(criterion__round=round)
    for criterion, issue in rows.values_list("criterion", "issue"):
        rests[criterion].append(issue)
    return holding(criteria, rests)


def holding(criteria: Iterable[Criterion], rests: Mapping[int, Iterable[int]]) -> list[Held]:
    """The same from rows that were read already: `rests` has the ids of the issues for each criterion's id."""
    return [
        Held(
            each.pk,
            each.name,
            each.description,
            each.weight,
            each.least,
            each.anchors,
            tuple(sorted(rests.get(each.pk, ()))),
        )
        for each in criteria
    ]


def digest(criteria: Sequence[Held]) -> str:
    """The same as long as nobody has changed the criteria, their order, or what they rest on."""
    whole = json.dumps([asdict(each) for each in criteria], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()


def differences(before: Sequence[Held], after: Sequence[Held]) -> list[str]:
    """What was changed, a sentence each."""
    old = {each.pk: each for each in before}
    new = {each.pk: each for each in after}
    said = [f"“{each.name}” was taken away." for each in before if each.pk not in new]
    for each in after:
        was = old.get(each.pk)
        if was is None:
            said.append(f"“{each.name}” was added, with a weight of {each.weight}.")
        elif was != each:
            said.append(f"“{was.name}”: {', '.join(_changes(was, each))}.")
    stayed = [each.pk for each in after if each.pk in old]
    if stayed != [each.pk for each in before if each.pk in new]:
        said.append("They stand in another order.")
    return said


def _changes(was: Held, now: Held) -> Iterable[str]:
    if was.name != now.name:
        yield f"now called “{now.name}”"
    if was.weight != now.weight:
        yield f"weight {now.weight}, was {was.weight}"
    if was.least != now.least:
        yield f"smallest mean mark {now.least}, was {was.least}"
    if was.description != now.description:
        yield "another description"
    if was.anchors != now.anchors:
        yield "other words for what the marks mean"
    if was.issues != now.issues:
        yield f"rests on {len(now.issues)} issue{'' if len(now.issues) == 1 else 's'}, was {len(was.issues)}"


def changes_since(round: Round, seen: str) -> Sequence[str]:
    """Who changed what in the criteria since they were as they were seen, the last change first."""
    said: list[str] = []
    taken = Step.objects.of(round).filter(step="set_criteria").with_words().order_by("-pk")
    steps = []
    for step in taken[:20]:
        data = step.words.data if hasattr(step, "words") else {}
        if data.get("after") == seen:
            break
        steps.append((step.by_id, data.get("changes", [])))
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=[by for by, _ in steps if by])}
    for by, changes in steps:
        said += [f"{names.get(by or 0, 'The office')}: {change}" for change in changes]
    return said
