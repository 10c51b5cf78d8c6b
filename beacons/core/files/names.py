"""Names that files came with: shown as their people know them, and never used as a path. Plain Python."""

from __future__ import annotations

import re
import unicodedata

from beacons.core import text
from beacons.core.files.sniffing import FORMS

LONGEST = 120
NAMELESS = "file"

# Slashes of both kinds part folders; the rest means something to one system or another.
FOLDERS = re.compile(r"[/\\]")
MEANT = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
# Windows opens these as devices, whatever ends they have.
DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE)
# No more than this of a name's end is one.
END = re.compile(r"\.[A-Za-z0-9]{1,8}$")


def shown(came_with: str) -> str:
    """The name for people: the last part of a path, one line, nothing unseen in it, and not too long."""
    name = " ".join(text.clean(FOLDERS.split(came_with)[-1]).split())
    name = "".join(
        letter for letter in name if letter == " " or unicodedata.category(letter) not in text.UNSEEN
    )
    name = " ".join(name.split())
    if text.is_blank(name) or not name.strip(". "):
        return NAMELESS
    if len(name) > LONGEST:
        end = END.search(name)
        kept = end.group() if end else ""
        name = name[: LONGEST - len(kept) - 1].rstrip() + "…" + kept
    return name


def to_save(name: str, kind: str) -> str:
    """The name under which a browser saves it: no system reads anything into it, and its end says what it is."""
    name = MEANT.sub("_", shown(name)).lstrip(".").rstrip(". ") or NAMELESS
    if DEVICES.match(name):
        name = f"_{name}"
    ends = FORMS[kind].ends
    return name if name.rpartition(".")[2].lower() in ends and "." in name else f"{name}.{ends[0]}"
