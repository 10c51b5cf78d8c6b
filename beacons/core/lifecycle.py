"""The one door through which any status changes.

A status is a table of steps. `Lifecycle.advance` checks the table, updates the row *where it still has the
status it had*, so that of two racing requests one wins and one is refused, and notes the step.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from beacons.core import steps


class Refused(Exception):
    """Something may not happen now. `reasons` are sentences a person can read and act upon."""

    def __init__(self, *reasons: str):
        self.reasons = list(reasons)
        super().__init__(" ".join(self.reasons))


def refuse_if(reasons: Iterable[str]) -> None:
    """Raise `Refused` with all the reasons, if there are any."""
    if found := list(reasons):
        raise Refused(*found)


class Lifecycle:
    """A table of steps, each `(step, [statuses it may leave], status it leads to, what a refusal says it cannot do)`.

    `begins` is the status a new row is given; `noun` is how a refusal names the thing, `said` how it tells a status
    whose label makes no sentence; the steps in `back` lead to where it stood before. `known` holds every table of the
    house by its noun.
    """

    known: ClassVar[dict[str, "Lifecycle"]] = {}

    def __init__(
        self,
        noun: str,
        begins: str,
        *table: tuple[str, list, str, str],
        back: Collection[str] = (),
        said: Mapping[str, str] | None = None,
    ):
        self.known[noun] = self
        self.noun = noun
        self.begins = begins
        self.table = [line[:3] for line in table]
        self.words = {step: words for step, _, _, words in table}
        self.said = said or {}
        self.back = frozenset(back)
        self._leads = {(step, origin): to for step, origins, to in self.table for origin in origins}

    def may(self, row: Any, step: str) -> bool:
        """Does the table allow this step from where the row stands?"""
        return (step, row.status) in self._leads

    def reasons_not_to(self, row: Any, step: str) -> list[str]:
        if self.may(row, step):
            return []
        words = self.words[step]
        origins = {origin for name, origin in self._leads if name == step}
        if row.status in {to for (name, _), to in self._leads.items() if name == step}:
            return [f"{self.stands(row)} already."]
        if not origins & self._ahead_of(row.status):
            return [f"{self.stands(row)}; it can no longer {words}."]
        # Nobody waits for what leads back.
        return [f"{self.stands(row)}; it cannot {words}{'' if step in self.back else ' yet'}."]

    def stands(self, row: Any) -> str:
        """'This application is submitted': how a sentence begins that depends on where the row stands."""
        label = row.get_status_display()
        return f"This {self.noun} {self.said.get(row.status, f'is {label[0].lower()}{label[1:]}')}"

    def _ahead_of(self, status: str) -> set[str]:
        """The statuses to which a row that stands here can still come without going back."""
        onward = [(origin, to) for (step, origin), to in self._leads.items() if step not in self.back]
        found: set[str] = set()
        reached = {status}
        while reached:
            reached = {to for origin, to in onward if origin in reached} - found
            found |= reached
        return found

    def begin(self, row: Any, *, by: Any, at: datetime, why: str = "", **data: Any) -> None:
        """Note that a new row has come into being."""
        steps.note(row, "begin", from_status="", to_status=row.status, by=by, at=at, why=why, **data)

    def advance(
        self,
        row: Any,
        step: str,
        *,
        by: Any,
        at: datetime,
        why: str = "",
        set_fields: dict | None = None,
        **data: Any,
    ) -> None:
        """Move the row, with `set_fields` in the same statement, or raise `Refused`.

        `why` and `data` go into the step's payload.
        """
        refuse_if(self.reasons_not_to(row, step))
        origin, to = row.status, self._leads[step, row.status]
        changes = {"status": to, **(set_fields or {})}
        moved = type(row)._base_manager.filter(pk=row.pk, status=origin).update(**changes)
        if not moved:
            raise Refused(
                f"Somebody else has just changed this {self.noun}. Look at it again before you go on."
            )
        for name, value in changes.items():
            setattr(row, name, value)
        steps.note(row, step, from_status=origin, to_status=to, by=by, at=at, why=why, **data)

    def statuses(self) -> set[str]:
        """Every status the table can reach, the first included."""
        return {self.begins, *(to for _, _, to in self.table)}

    def diagram(self) -> str:
        """The table as a Mermaid state diagram, for the README."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.begins}"]
        lines += [f"    {origin} --> {to}: {step}" for step, origins, to in self.table for origin in origins]
        left = {origin for _, origins, _ in self.table for origin in origins}
        lines += [f"    {end} --> [*]" for end in sorted(self.statuses() - left)]
        return "\n".join(lines)
