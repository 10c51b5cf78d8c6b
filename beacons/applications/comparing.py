"""What differs between two versions of an answer, word by word and in the words a person reads. Plain Python.

Lines are compared first, then the words of lines that changed. However long and however odd the texts are, it takes
about a second at most: `Effort` counts every step, and when it is spent, what is left is shown line by line, or whole.
"""

from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise
from typing import Any

from beacons.applications.kinds import Shown

# Steps of one comparison; as many take about half a second.
MOST_STEPS = 600_000
# Texts of more lines are no answers; they are shown whole.
MOST_LINES = 5_000
# Texts with more changes than these have little in common, and are read better one after the other.
MOST_EDITS = 1_000
# What is the same between two changes is swallowed by them when it is no longer: else "of the" stands alone among them.
FEW_WORDS = 2
# Unchanged text beyond so many words is folded, but for so many at its ends.
FOLDED_FROM, LEFT_OPEN = 120, 25
# How a line end that was added or removed is shown.
LINE_END = "¶"
# Marks at the ends of words, which are compared by themselves.
OPENING, CLOSING = "([{“‘\"'", ".,;:!?)]}”’\"'…"


class Kind(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


SAME, GONE, NEW = Kind.SAME, Kind.GONE, Kind.NEW


@dataclass(frozen=True)
class Piece:
    """Words that stand in both, in the older alone, or in the newer alone."""

    kind: Kind
    words: str


@dataclass(frozen=True)
class Paragraph:
    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        return any(piece.kind is not SAME for piece in self.pieces)

    @property
    def count(self) -> int:
        return sum(len(piece.words.split()) for piece in self.pieces)


@dataclass(frozen=True)
class Folded:
    """What is the same in both, behind a line that opens."""

    paragraphs: tuple[str, ...]
    count: int

    is_folded = True


@dataclass(frozen=True)
class Row:
    """A row of a table: in both, or in one of them. Its cells are pieces: one, or the former and the new."""

    kind: Kind
    cells: tuple[tuple[Piece, ...], ...]

    @property
    def is_changed(self) -> bool:
        return self.kind is not SAME or any(len(cell) > 1 for cell in self.cells)


@dataclass(frozen=True)
class Compared:
    """Two versions of one answer: paragraphs, the points of a list, or the rows of a table."""

    blocks: tuple[Paragraph | Folded, ...] = ()
    points: tuple[Piece, ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    # How many words, choices or rows stand in one of the two alone, and how many rows in both with other figures.
    gone: int = 0
    new: int = 0
    altered: int = 0
    counted: str = "word"
    # What differs where no word does: spaces and line ends, or marks.
    besides: str = ""
    # Words were not compared everywhere: the texts are too long for it, or too different.
    is_coarse: bool = False

    @property
    def is_same(self) -> bool:
        return not (self.gone or self.new or self.altered or self.besides)

    @property
    def sentence(self) -> str:
        """'12 words added, 3 words removed.'"""
        told = [
            f"{count:,} {self.counted}{'' if count == 1 else 's'} {what}"
            for count, what in ((self.altered, "changed"), (self.new, "added"), (self.gone, "removed"))
            if count
        ]
        if told:
            return f"{', '.join(told)}."
        return f"Only {self.besides}." if self.besides else "No difference."


def compared(old: Shown, new: Shown, effort: "Effort | None" = None) -> Compared:
    """Two versions as they are shown: a list with a list, a table with a table, anything else as text."""
    if _either(old, new, "is_table"):
        return tables(old, new)
    if _either(old, new, "is_list"):
        return lists(old, new)
    return texts(lines_of(old), lines_of(new), effort)


def _either(old: Shown, new: Shown, shape: str) -> bool:
    """Have both this shape, or one of them, and the other is empty?"""
    return (getattr(old, shape) or getattr(new, shape)) and all(
        getattr(shown, shape) or not lines_of(shown) for shown in (old, new)
    )


def lines_of(shown: Shown) -> str:
    """The same in lines."""
    if shown.is_table:
        return "\n".join(" | ".join(row) for row in shown.rows)
    return "\n".join(shown.points) if shown.is_list else shown.words


# Texts


@dataclass
class Effort:
    """How many steps are left."""

    left: int = MOST_STEPS

    def spend(self, steps: int) -> bool:
        """Is it more than is left?"""
        self.left -= steps
        return self.left < 0


@dataclass(frozen=True)
class Token:
    """A word, a mark or a line end, with the space before it."""

    words: str
    gap: str = ""

    @property
    def is_word(self) -> bool:
        return any(letter.isalnum() for letter in self.words)


def texts(old: str, new: str, effort: Effort | None = None) -> Compared:
    """Two texts, paragraph by paragraph and word by word."""
    effort = effort or Effort()
    paragraphs: list[Paragraph] = []
    is_coarse = False
    gone = added = 0
    before, after = (some.split("\n", MOST_LINES) for some in (old, new))
    runs = None if len(before) + len(after) > MOST_LINES else _edits(before, after, effort)
    if runs is None:
        is_coarse, runs = True, _whole(before, after)
    for removed, inserted, same in _blocks(runs):
        if same:
            paragraphs += [Paragraph((Piece(SAME, line),)) for line in after[same]]
            continue
        lines, others = before[removed], after[inserted]
        told = None
        if any(map(str.strip, lines)) and any(map(str.strip, others)):
            told = _words_in(lines, others, effort)
            is_coarse = is_coarse or told is None
        if told is None:
            told = _one_after_the_other(lines, others)
        paragraphs += told
        gone += _count(told, GONE)
        added += _count(told, NEW)
    shown = [paragraph for paragraph in paragraphs if any(piece.words.strip() for piece in paragraph.pieces)]
    changed = [paragraph for paragraph in shown if paragraph.is_changed]
    return Compared(
        tuple(_fold(shown)) if changed else (),
        gone=gone,
        new=added,
        besides="" if old == new else _besides(changed),
        is_coarse=is_coarse,
    )


def _besides(changed: Sequence[Paragraph]) -> str:
    marks = any(
        piece.words.strip(f"{LINE_END} ")
        for paragraph in changed
        for piece in paragraph.pieces
        if piece.kind is not SAME
    )
    return "marks such as commas differ" if marks else "spaces and line ends differ"


Run = tuple[Kind, int, int, int, int]


def _blocks(runs: Sequence[Run]) -> Iterator[tuple[slice, slice, slice | None]]:
    """Changes, each with what it takes and what it brings, and between them what is the same in both."""
    for is_same, group in groupby(runs, key=lambda run: run[0] is SAME):
        some = list(group)
        _, first, _, after, _ = some[0]
        _, _, last, _, end = some[-1]
        old, new = slice(first, max(last, first)), slice(after, max(end, after))
        yield old, new, new if is_same else None


def _one_after_the_other(old: Sequence[str], new: Sequence[str]) -> list[Paragraph]:
    """Line by line; many lines as one paragraph, in which line ends are shown as they are."""
    lines = [(kind, line) for kind, some in ((GONE, old), (NEW, new)) for line in some]
    if len(lines) > MOST_LINES // 10:
        lines = [(GONE, "\n".join(old)), (NEW, "\n".join(new))]
    return [Paragraph((Piece(kind, words),)) for kind, words in lines]


def _count(paragraphs: Sequence[Paragraph], kind: Kind) -> int:
    return sum(
        word[0].isalnum() or any(letter.isalnum() for letter in word)
        for paragraph in paragraphs
        for piece in paragraph.pieces
        if piece.kind is kind
        for word in piece.words.split()
    )


def _words_in(old: Sequence[str], new: Sequence[str], effort: Effort) -> list[Paragraph] | None:
    """Changed lines word by word; None if they are too long for it, or have next to nothing in common."""
    if effort.spend(sum(map(len, old)) + sum(map(len, new))):
        return None
    before, after = list(_tokens(old)), list(_tokens(new))
    runs = _edits([token.words for token in before], [token.words for token in after], effort)
    if runs is None:
        return None
    tokens = list(_swallow(_aligned(_marked(runs, before, after))))
    kept = sum(token.is_word for kind, token in tokens if kind is SAME)
    if kept * 5 < min(sum(token.is_word for token in some) for some in (before, after)):
        return _one_after_the_other(old, new)
    return list(_paragraphs(tokens))


def _tokens(lines: Sequence[str]) -> Iterator[Token]:
    for number, line in enumerate(lines):
        if number:
            yield Token("\n")
        place = 0
        for word in line.split():
            start = line.index(word, place)
            gap, place = line[place:start], start + len(word)
            core = word.lstrip(OPENING)
            opening = word[: len(word) - len(core)]
            core = core.rstrip(CLOSING)
            closing = word[len(opening) + len(core) :]
            for part in (opening, core, closing):
                if part:
                    yield Token(part, gap)
                    gap = ""


def _marked(runs: Sequence[Run], old: Sequence[Token], new: Sequence[Token]) -> Iterator[tuple[Kind, Token]]:
    for kind, first, last, after, end in runs:
        for token in old[first:last] if kind is GONE else new[after:end]:
            yield kind, token
        if kind is SAME:
            assert last - first == end - after


def _aligned(marked: Iterator[tuple[Kind, Token]]) -> Iterator[tuple[Kind, Token]]:
    """A sentence that was added ends with its own full stop, and does not begin with that of the one before."""
    groups = [deque(some) for _, some in groupby(marked, key=lambda one: one[0] is SAME)]
    for change, same in pairwise(groups):
        found = {kind for kind, _ in change}
        while len(found) == 1 and SAME not in found and same:
            first, following = change[0][1], same[0][1]
            if first.is_word or first.words != following.words or first.words == "\n":
                break
            yield SAME, first
            change.rotate(-1)
            change[-1] = (change[0][0], following)
            same.popleft()
        yield from change
    yield from groups[-1] if groups else ()


def _swallow(marked: Iterator[tuple[Kind, Token]]) -> Iterator[tuple[Kind, Token]]:
    """In each change first what it takes and then what it brings; a word or two between two changes go with them."""
    groups = [(is_same, list(some)) for is_same, some in groupby(marked, key=lambda one: one[0] is SAME)]
    change: list[tuple[Kind, Token]] = []

    def settled() -> Iterator[tuple[Kind, Token]]:
        for kind in (GONE, NEW):
            yield from ((one, token) for one, token in change if one is kind)
        change.clear()

    for place, (is_same, some) in enumerate(groups):
        if not is_same:
            change += some
        elif 0 < place < len(groups) - 1 and _is_little(some, groups[place - 1][1], groups[place + 1][1]):
            change += [(kind, token) for _, token in some for kind in (GONE, NEW)]
        else:
            yield from settled()
            yield from some
    yield from settled()


def _is_little(
    same: Sequence[tuple[Kind, Token]],
    before: Sequence[tuple[Kind, Token]],
    after: Sequence[tuple[Kind, Token]],
) -> bool:
    """Is it less than what changes on either side of it, and no more than a word or two?"""
    count = sum(token.is_word for _, token in same)
    if count > FEW_WORDS or any(token.words == "\n" for _, token in same):
        return False
    return all(count < sum(token.is_word for _, token in some) for some in (before, after))


def _paragraphs(marked: Sequence[tuple[Kind, Token]]) -> Iterator[Paragraph]:
    said: list[tuple[Kind, str]] = []
    for kind, token in marked:
        before = said[-1] if said else None
        if token.words == "\n":
            if kind is not SAME and before and before[1] != LINE_END:
                said.append((kind, LINE_END))
            if kind is not GONE:
                yield _paragraph(said)
                said = []
            continue
        if before and token.gap:
            # The space stands before what is marked, not in it.
            said.append((kind if before[0] is kind else SAME, token.gap))
        elif before and {before[0], kind} == {GONE, NEW} and token.is_word:
            said.append((SAME, " "))
        said.append((kind, token.words))
    yield _paragraph(said)


def _paragraph(said: Sequence[tuple[Kind, str]]) -> Paragraph:
    together = groupby(said, key=lambda one: one[0])
    return Paragraph(tuple(Piece(kind, "".join(words for _, words in some)) for kind, some in together))


def _fold(paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph | Folded]:
    """What is the same for long is folded, but for a line's worth beside each change."""
    runs = [(changed, list(some)) for changed, some in groupby(paragraphs, key=lambda each: each.is_changed)]
    for place, (is_changed, some) in enumerate(runs):
        if is_changed:
            for paragraph in some:
                yield from _fold_in(paragraph)
            continue
        first = some[:1] if place > 0 else []
        last = some[len(first) :][-1:] if place < len(runs) - 1 else []
        middle = some[len(first) : len(some) - len(last)]
        count = sum(paragraph.count for paragraph in middle)
        if count <= FOLDED_FROM // 2:
            yield from some
            continue
        yield from first
        yield Folded(tuple(paragraph.pieces[0].words for paragraph in middle), count)
        yield from last


def _fold_in(paragraph: Paragraph) -> Iterator[Paragraph | Folded]:
    """A changed paragraph that is the same for long is cut there."""
    open_pieces: list[Piece] = []
    for place, piece in enumerate(paragraph.pieces):
        words = piece.words.split() if piece.kind is SAME else []
        if len(words) <= FOLDED_FROM:
            open_pieces.append(piece)
            continue
        head = words[:LEFT_OPEN] if place > 0 else []
        tail = words[-LEFT_OPEN:] if place < len(paragraph.pieces) - 1 else []
        middle = words[len(head) : len(words) - len(tail)]
        if head:
            space = " " if piece.words[:1].isspace() else ""
            open_pieces.append(Piece(SAME, f"{space}{' '.join(head)} …"))
        if open_pieces:
            yield Paragraph(tuple(open_pieces))
        yield Folded((" ".join(middle),), len(middle))
        space = " " if piece.words[-1:].isspace() else ""
        open_pieces = [Piece(SAME, f"… {' '.join(tail)}{space}")] if tail else []
    if open_pieces:
        yield Paragraph(tuple(open_pieces))


# Lists and tables


def lists(old: Shown, new: Shown) -> Compared:
    """The points that were chosen."""
    before, after = list(old.points), list(new.points)
    pieces = []
    for kind, first, last, start, end in _edits(before, after, Effort()) or _whole(before, after):
        pieces += [Piece(kind, point) for point in (before[first:last] if kind is GONE else after[start:end])]
    counts = [sum(piece.kind is kind for piece in pieces) for kind in (GONE, NEW)]
    return Compared(
        points=tuple(pieces) if any(counts) else (), gone=counts[0], new=counts[1], counted="choice"
    )


def tables(old: Shown, new: Shown) -> Compared:
    """Row by row: a row is known by its first cell."""
    before, after = [list(row) for row in old.rows], [list(row) for row in new.rows]
    headings = max((new.headings, old.headings), key=len)
    names = ([row[0] for row in before], [row[0] for row in after])
    rows: list[Row] = []
    for kind, first, last, start, end in _edits(*names, Effort()) or _whole(*names):
        if kind is SAME:
            rows += [
                Row(SAME, _cells(one, other, len(headings)))
                for one, other in zip(before[first:last], after[start:end], strict=True)
            ]
        else:
            some = before[first:last] if kind is GONE else after[start:end]
            rows += [
                Row(kind, tuple((Piece(kind, cell),) for cell in _wide(row, len(headings)))) for row in some
            ]
    changed = [row.kind for row in rows if row.is_changed]
    if not changed:
        return Compared(counted="row")
    return Compared(
        headings=tuple(headings),
        rows=tuple(rows),
        gone=changed.count(GONE),
        new=changed.count(NEW),
        altered=changed.count(SAME),
        counted="row",
    )


def _cells(old: Sequence[str], new: Sequence[str], wide: int) -> tuple[tuple[Piece, ...], ...]:
    return tuple(
        (Piece(SAME, one),) if one == other else (Piece(GONE, one), Piece(NEW, other))
        for one, other in zip(_wide(old, wide), _wide(new, wide), strict=True)
    )


def _wide(row: Sequence[str], wide: int) -> list[str]:
    return [*row, *[""] * (wide - len(row))]


def _whole(old: Sequence[Any], new: Sequence[Any]) -> list[Run]:
    """All of the one goes, and all of the other comes."""
    return [(GONE, 0, len(old), 0, 0), (NEW, len(old), len(old), 0, len(new))]


# The shortest way from one sequence to another


def _edits(old: Sequence[str], new: Sequence[str], effort: Effort) -> list[Run] | None:
    """The runs that lead from one to the other: (kind, from and to in the old, from and to in the new).

    None if that takes too many changes or steps.
    """
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    ends = 0
    while ends < min(len(old), len(new)) - start and old[-1 - ends] == new[-1 - ends]:
        ends += 1
    if effort.spend((start + ends) // 4):
        return None
    middle = _path(old[start : len(old) - ends], new[start : len(new) - ends], effort)
    if middle is None:
        return None
    path = [SAME] * start + middle + [SAME] * ends
    runs: list[Run] = []
    here = there = 0
    for kind, some in groupby(path):
        count = sum(1 for _ in some)
        to, on = here + count * (kind is not NEW), there + count * (kind is not GONE)
        runs.append((kind, here, to, there, on))
        here, there = to, on
    return runs


def _path(old: Sequence[str], new: Sequence[str], effort: Effort) -> list[Kind] | None:
    """By Myers, "An O(ND) difference algorithm" (1986): how far each diagonal reaches after one change, two, three ..."""
    if not old or not new:
        return [GONE] * len(old) + [NEW] * len(new)
    numbers: dict[str, int] = {}
    a, b = ([numbers.setdefault(each, len(numbers)) for each in some] for some in (old, new))
    most = min(len(a) + len(b), MOST_EDITS)
    size, middle = (len(a), len(b)), most + 1
    reach = array("l", [-1]) * (2 * most + 3)
    known: list[Any] = []
    for changes in range(most + 1):
        known.append(reach[middle - changes - 1 : middle + changes + 2])
        steps = 0
        for diagonal in range(-changes, changes + 1, 2):
            at = _one_more(reach, middle, diagonal, size)[0] if changes else 0
            if at >= 0:
                begun = at
                while at < size[0] and at - diagonal < size[1] and a[at] == b[at - diagonal]:
                    at += 1
                steps += 1 + (at - begun) // 4
            reach[middle + diagonal] = at
            if at == size[0] and at - diagonal == size[1]:
                return _back(known, changes, size)
        if effort.spend(steps):
            return None
    return None


def _one_more(reach: Any, middle: int, diagonal: int, size: tuple[int, int]) -> tuple[int, bool]:
    """Where one more change leads on a diagonal (-1: nowhere), and whether it brings something new."""
    takes, brings = reach[middle + diagonal - 1] + 1, reach[middle + diagonal + 1]
    if takes > size[0]:
        takes = -1
    if brings - diagonal > size[1]:
        brings = -1
    return (brings, True) if brings >= takes and brings >= 0 else (takes or -1, False)


def _back(known: Sequence[Any], changes: int, size: tuple[int, int]) -> list[Kind]:
    """The way back from the end, by what each diagonal had reached one change before."""
    here, there = size
    path: list[Kind] = []
    for number in range(changes, 0, -1):
        at, brings = _one_more(known[number], number + 1, here - there, size)
        path += [SAME] * (here - at)
        there -= here - at
        here = at
        path.append(NEW if brings else GONE)
        here, there = (here, there - 1) if brings else (here - 1, there)
    path += [SAME] * here
    return path[::-1]
