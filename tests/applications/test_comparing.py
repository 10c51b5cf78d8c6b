"""What differs between two texts, lists and tables; and that no text, however odd, takes long."""

import random
import time
from types import SimpleNamespace

import pytest

from beacons.applications import comparing, kinds
from beacons.applications.comparing import GONE, NEW, SAME, Effort, Folded, compared, texts
from beacons.applications.kinds import Shown


def written(told):
    """[-removed-] and {+added+}, paragraphs by lines, as proof-readers write it."""
    marks = {SAME: "{}", GONE: "[-{}-]", NEW: "{{+{}+}}"}
    lines = []
    for block in told.blocks:
        if isinstance(block, Folded):
            lines.append(f"<{block.count}>")
        else:
            lines.append("".join(marks[piece.kind].format(piece.words) for piece in block.pieces))
    return lines


@pytest.mark.parametrize(
    ("old", "new", "lines", "sentence"),
    [
        ("We asked.", "We asked.", [], "No difference."),
        ("We asked them.", "We told them.", ["We [-asked-] {+told+} them."], "1 word added, 1 word removed."),
        (
            "We asked them why, and changed it.",
            "We asked them all why, and it.",
            ["We asked them {+all+} why, and [-changed-] it."],
            "1 word added, 1 word removed.",
        ),
        # A word or two between two changes would only be read as noise.
        (
            "Then we asked them why.",
            "Then we told them how, later.",
            ["Then we [-asked them why-] {+told them how, later+}."],
            "4 words added, 3 words removed.",
        ),
        ("a, b", "a; b", ["a[-,-]{+;+} b"], "Only marks such as commas differ."),
        ("One two", "One  two", [], "Only spaces and line ends differ."),
        ("One two", "One\n\ntwo", ["One{+¶+}", "two"], "Only spaces and line ends differ."),
        ("One\ntwo", "One two", ["One[-¶-] two"], "Only spaces and line ends differ."),
        ("", "All of it\nis new", ["{+All of it+}", "{+is new+}"], "5 words added."),
        ("Emptied", "", ["[-Emptied-]"], "1 word removed."),
        ("One\nTwo\nThree", "One\nThree", ["One", "[-Two-]", "Three"], "1 word removed."),
        # The full stop that was there is not taken for that of what was added.
        ("We asked.", "We asked. Then we listened.", ["We asked. {+Then we listened.+}"], "3 words added."),
        # Nothing in common: read one after the other.
        (
            "Pupils left school early here",
            "Buses run late every winter",
            ["[-Pupils left school early here-]", "{+Buses run late every winter+}"],
            "5 words added, 5 words removed.",
        ),
        (
            "A \U0001f468\u200d\U0001f469\u200d\U0001f467 family",
            "A \U0001f468\u200d\U0001f469 family",
            [
                "A [-\U0001f468\u200d\U0001f469\u200d\U0001f467-] {+\U0001f468\u200d\U0001f469+} family"
            ],
            "Only marks such as commas differ.",
        ),
        ("<b>bold</b>", "<b>bolder</b>", ["[-<b>bold</b>-]", "{+<b>bolder</b>+}"], "1 word added, 1 word removed."),
    ],
)  # fmt: skip
def test_texts_are_compared_word_by_word(old, new, lines, sentence):
    told = texts(old, new)

    assert (written(told), told.sentence) == (lines, sentence)
    assert told.is_same == (old == new)


def test_what_is_the_same_for_long_is_folded_and_the_lines_beside_a_change_stay_open():
    paragraphs = [f"Paragraph {number} {'and more ' * 20}".strip() for number in range(9)]
    changed = [*paragraphs[:4], paragraphs[4].replace("Paragraph", "Part"), *paragraphs[5:]]

    told = texts("\n\n".join(paragraphs), "\n\n".join(changed))

    first, before, here, after, last = written(told)
    assert (first, last) == ("<126>", "<126>")
    assert (before, after) == (paragraphs[3], paragraphs[5])
    assert here.startswith("[-Paragraph-] {+Part+} 4 and more")
    assert told.blocks[0].paragraphs == tuple(paragraphs[:3])


def test_within_a_long_paragraph_too():
    words = [f"word{number}" for number in range(400)]

    told = texts(" ".join(words), " ".join([*words[:200], "other", *words[201:]]))

    first, here, last = written(told)
    assert (first, last) == ("<175>", "<174>")
    assert here.startswith("… word175 ")
    assert " word199 [-word200-] {+other+} word201 " in here
    assert here.endswith(" word225 …")


def test_nothing_is_lost_between_the_two():
    """Whatever differs: without what was added it is the older text, and without what was removed the newer."""
    chance = random.Random(20_081_125)
    for _ in range(400):
        old, new = (
            " ".join(chance.choice(("a", "b,", "(c", "d.", "\n")) for _ in range(chance.randint(0, 12)))
            for _ in range(2)
        )
        told = texts(old, new)
        if not told.blocks:
            assert old.split() == new.split()
            continue
        for kind, text in ((GONE, old), (NEW, new)):
            left = [
                piece.words.replace(comparing.LINE_END, " ")
                for block in told.blocks
                for piece in (*block.pieces, comparing.Piece(SAME, " "))
                if piece.kind in (SAME, kind)
            ]
            assert "".join("".join(left).split()) == "".join(text.split())


def longest_in_common(old, new):
    best = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, one in enumerate(old):
        for j, other in enumerate(new):
            best[i + 1][j + 1] = best[i][j] + 1 if one == other else max(best[i][j + 1], best[i + 1][j])
    return best[-1][-1]


def test_as_much_as_can_be_the_same_is_the_same():
    """Against the textbook's table of all prefixes."""
    chance = random.Random(7)
    for _ in range(300):
        old, new = ([chance.choice("abc") for _ in range(chance.randint(0, 10))] for _ in range(2))
        runs = comparing._edits(old, new, Effort())

        assert [each for kind, a, b, _, _ in runs if kind is not NEW for each in old[a:b]] == old
        assert [each for kind, _, _, a, b in runs if kind is not GONE for each in new[a:b]] == new
        assert sum(b - a for kind, a, b, _, _ in runs if kind is SAME) == longest_in_common(old, new)


MEGABYTE = 1_000_000


def some_words(seed, count=180_000):
    chance = random.Random(seed)
    return [f"w{chance.randrange(500)}" for _ in range(count)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (lambda: " ".join(some_words(1)), lambda: " ".join(some_words(2))),
        (lambda: "\n".join(some_words(1)), lambda: "\n".join(some_words(2))),
        (lambda: "a\n" * (MEGABYTE // 2), lambda: "b\n" * (MEGABYTE // 2)),
        (lambda: "a b " * 12_500, lambda: "b a " * 12_500),
        (lambda: "a a b " * 8_000, lambda: "a b b " * 8_000),
        (lambda: ". , " * 12_500, lambda: ", . " * 12_500),
        (lambda: "x" * MEGABYTE, lambda: "y" * MEGABYTE),
        (lambda: " " * MEGABYTE + "x", lambda: "x"),
        (lambda: " ".join(some_words(1, 9_000)), lambda: " ".join(some_words(2, 9_000))),
    ],
    ids=["words", "lines", "one letter", "turned", "shifted", "marks", "a word", "spaces", "fifty thousand"],
)
def test_a_megabyte_takes_no_time_worth_speaking_of_and_nothing_of_it_is_dropped(old, new):
    old, new = old(), new()
    effort = Effort()
    began = time.process_time()

    told = texts(old, new, effort)

    # Far more than it needs here; what would grow with the square of it takes hours.
    assert time.process_time() - began < 10
    assert effort.left > -10 * comparing.MOST_STEPS
    assert told.sentence != "No difference."
    if told.is_coarse:
        assert told.gone == len(old.split())
        assert told.new == len(new.split())


# As people read them


def question(kind, **facts):
    return SimpleNamespace(kind=kind, **{"choices": [], "headings": [], "unit": "", "lowest": None, **facts})


def told_of(asked, old, new):
    return compared(kinds.shown(asked, old), kinds.shown(asked, new))


def test_a_table_is_compared_row_by_row_and_cell_by_cell():
    asked = question(kinds.TABLE, headings=["Year", "Pupils"])

    told = told_of(
        asked, '[["2023", "1000"], ["2024", "1200"], ["2025", "5"]]', '[["2023", "1000"], ["2024", "1300"], ["2026", "7"]]'
    )  # fmt: skip

    assert told.headings == ("Year", "Pupils")
    assert [(row.kind, [[piece.words for piece in cell] for cell in row.cells]) for row in told.rows] == [
        (SAME, [["2023"], ["1,000"]]),
        (SAME, [["2024"], ["1,200", "1,300"]]),
        (GONE, [["2025"], ["5"]]),
        (NEW, [["2026"], ["7"]]),
    ]
    assert told.sentence == "1 row changed, 1 row added, 1 row removed."


def test_a_table_that_was_no_table_is_compared_as_it_was_typed():
    asked = question(kinds.TABLE, headings=["Year", "Pupils"])

    told = told_of(asked, "pasted from elsewhere", '[["2023", "1000"]]')

    assert written(told) == ["[-pasted from elsewhere-]", "{+2023 | 1,000+}"]


def test_choices_are_compared_one_by_one():
    told = told_of(question(kinds.CHOICES), "Schools\nHealth", "Schools\nHousing")

    assert [(piece.kind, piece.words) for piece in told.points] == [
        (SAME, "Schools"),
        (GONE, "Health"),
        (NEW, "Housing"),
    ]
    assert told.sentence == "1 choice added, 1 choice removed."
    assert told_of(question(kinds.CHOICES), "", "Schools").sentence == "1 choice added."


@pytest.mark.parametrize(
    ("kind", "old", "new", "lines"),
    [
        (kinds.DATE, "2026-03-09", "2026-03-10", ["[-9-] {+10+} March 2026"]),
        (kinds.MONEY, "1200", "1300", ["[-£1,200-]", "{+£1,300+}"]),
        (kinds.STATEMENT, "", "yes", ["{+Confirmed+}"]),
    ],
)
def test_what_is_kept_in_a_form_of_its_own_is_compared_in_the_words_of_the_page(kind, old, new, lines):
    assert written(told_of(question(kind), old, new)) == lines


def test_two_that_are_empty_are_the_same():
    assert compared(Shown(""), Shown("")).is_same
    assert told_of(question(kinds.TABLE, headings=["Year"]), "", "").is_same
