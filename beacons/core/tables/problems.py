"""What is wrong with a table, and where."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: a line of a text file, or a row of a workbook's sheet."""

    file: str
    line: int | None
    column: str | None
    reason: str
    counts: str = "line"

    def __str__(self) -> str:
        return f"{self.file}, {self.place}: {self.reason}" if self.place else f"{self.file}: {self.reason}"

    @property
    def place(self) -> str:
        """Line 5, column year; empty where the whole file is meant."""
        parts = [] if self.line is None else [f"{self.counts} {self.line}"]
        return ", ".join(parts if self.column is None else [*parts, f"column {self.column}"])

    @property
    def sentence(self) -> str:
        """For a page that names the file elsewhere."""
        said = f"{self.place}: {self.reason}" if self.place else f"the file {self.reason}"
        end = "" if said.endswith("?") else "."
        return f"{said[:1].upper()}{said[1:]}{end}"


@dataclass
class Problems:
    """All that is wrong is counted; the first of it is kept to be shown.

    `notes` are not wrong: they say how a file was read where somebody may want to know.
    """

    shown: int = 50
    count: int = 0
    kept: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(
        self, file: str, line: int | None, column: str | None, reason: str, *, counts: str = "line"
    ) -> None:
        self.count += 1
        if len(self.kept) < self.shown:
            self.kept.append(Problem(file, line, column, reason, counts))

    def in_order(self) -> None:
        """As they stand in the file, for readers that go through it more than once."""
        self.kept.sort(key=lambda problem: (problem.file, problem.line or 0))

    def note(self, file: str, said: str) -> None:
        if (sentence := f"{file} {said}") not in self.notes:
            self.notes.append(sentence)

    def __bool__(self) -> bool:
        return self.count > 0

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.kept]
        if self.count > len(self.kept):
            lines.append(f"... and {self.more} more")
        return "\n".join(lines)

    @property
    def more(self) -> int:
        """How many there are beyond those that are shown."""
        return self.count - len(self.kept)
