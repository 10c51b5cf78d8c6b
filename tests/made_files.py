"""Files as people bring them, and as somebody with ill will would: made in the test, never kept."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

import docx
import openpyxl
from PIL import Image

from beacons.desks.simulation import papers

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The test file that every scanner knows, in two halves so that none takes this file for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def pdf(words: str = "Our plan") -> bytes:
    return papers.pdf(words)


def png(*figures: int) -> bytes:
    return papers.png(figures or (20, 40, 60))


def jpeg(size: tuple[int, int] = (64, 48), **options) -> bytes:
    saved = io.BytesIO()
    Image.new("RGB", size, (90, 140, 60)).save(saved, "JPEG", **options)
    return saved.getvalue()


def word(words: str = "Our plan") -> bytes:
    document, saved = docx.Document(), io.BytesIO()
    document.add_heading(words)
    document.add_paragraph("We asked them why, and then changed how we teach.")
    document.save(saved)
    return saved.getvalue()


def excel(figure: int = 12) -> bytes:
    workbook, saved = openpyxl.Workbook(), io.BytesIO()
    workbook.active.append(["Year", "Visits"])
    workbook.active.append([2026, figure])
    workbook.save(saved)
    return saved.getvalue()


def zipped(parts: Mapping[str, bytes], comment: bytes = b"", stored: bool = False) -> bytes:
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.comment = comment
    return saved.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_parts(content: bytes, parts: Mapping[str, bytes | Callable[[bytes], bytes]]) -> bytes:
    """The same archive with these parts added or changed."""
    held = parts_of(content)
    for name, part in parts.items():
        held[name] = part(held[name]) if callable(part) else part
    return zipped(held)


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
