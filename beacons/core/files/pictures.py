"""PNG and JPEG pictures, read as far as their structure: nothing is decoded. Plain Python.

A picture is refused that is damaged, too large to be drawn, or has something else behind its end: what looks like a
picture to one program would be another thing to the next.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

from beacons.core.files.looking import Bytes
from beacons.core.unfit import Unfit

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"

LONGEST_SIDE = 20_000
MOST_DOTS = 60_000_000
CHUNKS = 50_000
SEGMENTS = 10_000
PICTURES = 20

# Bits for each colour type that PNG knows.
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}

DAMAGED = "is a damaged picture: open it and save it again"
MORE_BEHIND = (
    "has something else behind its end, as some telephones add: open it in a picture program and save it as a new"
    " picture"
)

# A mark of a JPEG may be drawn out; in the compressed part it is a pair that is neither a dot's value nor a restart.
DRAWN_OUT = re.compile(rb"\xff+")
MARK = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
START, END, SCAN = 0xD8, 0xD9, 0xDA
ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def check_size(width: int, height: int) -> None:
    if not width or not height:
        raise Unfit(DAMAGED)
    if max(width, height) > LONGEST_SIDE or width * height > MOST_DOTS:
        raise Unfit(f"is {width:,} by {height:,} dots large: save it with at most {MOST_DOTS:,} dots in all")


def check_png(content: Bytes) -> None:
    """Each chunk whole, a header first, dots in between, and nothing behind the end."""
    kinds: list[bytes] = []
    end = len(PNG)
    for kind, start, length in chunks(content):
        if kind == b"IHDR":
            check_header(content[start : start + length])
        kinds.append(kind)
        end = start + length + 4
    if kinds[0] != b"IHDR" or kinds.count(b"IHDR") != 1 or kinds[-1] != b"IEND" or b"IDAT" not in kinds:
        raise Unfit(DAMAGED)
    if end != len(content):
        raise Unfit(MORE_BEHIND)


def chunks(content: Bytes) -> Iterator[tuple[bytes, int, int]]:
    """(kind, where its content starts, its length) until the end of the picture; each chunk's checksum is right."""
    at, count = len(PNG), 0
    with memoryview(content) as whole:
        while count < CHUNKS:
            if at + 12 > len(content):
                raise Unfit(DAMAGED)
            length, kind = struct.unpack(">I4s", content[at : at + 8])
            start = at + 8
            if start + length + 4 > len(content) or not kind.isalpha():
                raise Unfit(DAMAGED)
            (told,) = struct.unpack(">I", content[start + length : start + length + 4])
            if zlib.crc32(whole[at + 4 : start + length]) != told:
                raise Unfit(DAMAGED)
            yield kind, start, length
            if kind == b"IEND":
                return
            at, count = start + length + 4, count + 1
    raise Unfit(DAMAGED)


def check_header(header: bytes) -> None:
    if len(header) != 13:
        raise Unfit(DAMAGED)
    width, height, depth, colour, packing, filtering, interlaced = struct.unpack(">IIBBBBB", header)
    if depth not in DEPTHS.get(colour, ()) or packing or filtering or interlaced > 1:
        raise Unfit(DAMAGED)
    check_size(width, height)


def check_jpeg(content: Bytes) -> None:
    """The picture, and behind it nothing but further pictures, which cameras add as previews."""
    at = picture_end(content, 0)
    for _ in range(PICTURES):
        if content[at : at + len(JPEG)] != JPEG:
            break
        at = picture_end(content, at)
    rest = content[at : at + 4096]
    if len(rest) == 4096 or rest.strip(b"\x00\r\n"):
        raise Unfit(MORE_BEHIND)


def picture_end(content: Bytes, at: int) -> int:
    """Where the picture that begins at `at` ends."""
    at, framed, scanned = at + 2, False, False
    for _ in range(SEGMENTS):
        drawn_out = DRAWN_OUT.match(content, at)
        if not drawn_out or drawn_out.end() == len(content):
            break
        kind, at = content[drawn_out.end()], drawn_out.end() + 1
        if kind == END:
            if framed and scanned:
                return at
            break
        if kind in ALONE:
            continue
        length = int.from_bytes(content[at : at + 2], "big")
        if kind == START or length < 2 or at + length > len(content):
            break
        if kind in FRAMES:
            if length < 8:
                break
            height, width = struct.unpack(">HH", content[at + 3 : at + 7])
            check_size(width, height)
            framed = True
        at += length
        if kind == SCAN:
            scanned = True
            following = MARK.search(content, at)
            at = following.start() if following else len(content)
    raise Unfit(DAMAGED)
