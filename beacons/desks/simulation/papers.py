"""What invented councils add to their bids: a real one-page PDF and a real PNG, made on the spot."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

GREY, BAR = 0xF0, 0x38
WIDE, HIGH, GAP = 24, 96, 8


def pdf(heading: str, *lines: str) -> bytes:
    """A page of A4 with a heading and a few lines, in Helvetica."""
    drawn = [f"BT /F1 18 Tf 56 770 Td ({_plain(heading)}) Tj ET"]
    drawn += [
        f"BT /F1 11 Tf 56 {736 - 18 * number} Td ({_plain(line)}) Tj ET" for number, line in enumerate(lines)
    ]
    page = "\n".join(drawn).encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        len(made),
    )  # fmt: skip


def _plain(words: str) -> str:
    return words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def png(figures: Sequence[int]) -> bytes:
    """A small picture of bars in shades of grey, each as high as its figure in per cent."""
    wide = len(figures) * (WIDE + GAP) + GAP
    rows = bytearray()
    for row in range(HIGH):
        rows.append(0)
        line = bytearray([GREY] * wide)
        for number, figure in enumerate(figures):
            if HIGH - row <= HIGH * figure // 100:
                start = GAP + number * (WIDE + GAP)
                line[start : start + WIDE] = bytes([BAR] * WIDE)
        rows += line
    header = struct.pack(">IIBBBBB", wide, HIGH, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
