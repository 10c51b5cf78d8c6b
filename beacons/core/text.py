"""What people type, made safe to keep without changing what they said. Plain Python."""

import re
import unicodedata

# Marks that turn the direction of what follows them; they make one text look like another.
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Letters by name that print as nothing: Hangul fillers and the empty Braille cell.
UNSEEN = frozenset(["Cc", "Cf", "Cs", "Zl", "Zp", "Zs"])
EMPTY_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
WORD = re.compile(r"\S+")
# As many digits as every database here can keep.
WHOLE = re.compile("[0-9]{1,9}")


# NUL, and halves of characters.
UNREADABLE = re.compile("[\x00\ud800-\udfff]")


def unreadable(text: str) -> bool:
    """Does the text hold NUL or half a character, which no database here can keep?"""
    return UNREADABLE.search(text) is not None


def readable(text: str) -> str:
    """The same text without them; nothing that a person could see is taken away."""
    return UNREADABLE.sub("", text)


def clean(text: str) -> str:
    """The same text in NFC, with one kind of line end and without marks that turn its direction."""
    text = DIRECTION.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", text).strip()


def one_line(text: str) -> str:
    """Names and titles stand in lists, letters' subjects and file names: in one line, without odd marks."""
    return " ".join(clean(text).split())


def is_blank(text: str) -> bool:
    """Nothing that a person could see."""
    return all(unicodedata.category(letter) in UNSEEN or letter in EMPTY_LETTERS for letter in text)


def whole(text: str) -> int | None:
    """The number that a hidden field or an unchecked box names; None for anything that no row's id can be."""
    return int(text) if WHOLE.fullmatch(text) else None


def words(text: str) -> int:
    """How many words, counted as the page's counter counts them: runs of anything but white space."""
    return len(WORD.findall(text))
