"""What a file is, by its content and never by its name. Plain Python.

    kind = sniff(upload)         # "pdf", "docx", "xlsx", "png" or "jpeg"

Whatever else it is, or is too, is refused with a reason that says what to do instead. This is the first of three
walls: nothing that was let in is ever opened by the house or shown within a page, and where a scanner is set up the
panel opens nothing that it has not passed.
"""

from __future__ import annotations

import re
from typing import IO, NamedTuple

from beacons.core.files.archives import EMPTY_ZIP, OLE, ZIP, readable
from beacons.core.files.looking import KILOBYTE, looked_into
from beacons.core.files.office import DOCX, XLSX, check_office, older
from beacons.core.files.pdf import check_pdf
from beacons.core.files.pictures import JPEG as JPEG_START
from beacons.core.files.pictures import PNG as PNG_START
from beacons.core.files.pictures import check_jpeg, check_png
from beacons.core.unfit import Unfit

PDF, PNG, JPEG = "pdf", "png", "jpeg"

IN_WORDS = "PDF, Word (.docx), Excel (.xlsx), PNG or JPEG"


class Form(NamedTuple):
    """How a kind is sent out: its media type, and the ends of names that fit it (the first is given)."""

    media_type: str
    ends: tuple[str, ...]


FORMS = {
    PDF: Form("application/pdf", ("pdf",)),
    DOCX: Form("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",)),
    XLSX: Form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",)),
    PNG: Form("image/png", ("png",)),
    JPEG: Form("image/jpeg", ("jpg", "jpeg", "jpe", "jfif")),
}

# What people bring besides, by its beginning, and what to do with it.
KNOWN = (
    (re.compile(rb"\{\\rtf"), "is a Rich Text file (.rtf): save it as .docx or PDF"),
    (re.compile(rb"GIF8[79]a"), "is a GIF picture: save it as PNG"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "is a WebP picture: save it as PNG or JPEG"),
    (
        re.compile(rb".{4}ftyp(?:hei|hev|mif1|msf1|avif)", re.DOTALL),
        "is a picture as iPhones keep it (HEIC): save it as JPEG",
    ),
    (re.compile(rb"BM.{4}\x00{4}", re.DOTALL), "is a bitmap picture: save it as PNG"),
    (re.compile(rb"II\*\x00|MM\x00\*"), "is a TIFF picture: save it as PNG or PDF"),
    (re.compile(rb"MZ|\x7fELF|#!|\xca\xfe\xba\xbe"), "is a program. Programs are not taken"),
    (re.compile(rb"\s*<(?:!doctype html|html|script|svg|\?xml|head|body)", re.IGNORECASE), "is a web page or markup: print it to a PDF"),
    (re.compile(rb"(?:Rar!|7z\xbc\xaf|\x1f\x8b|BZh)"), "is an archive: take the files out of it and add them one by one"),
)  # fmt: skip
NOT_TAKEN = f"is not of a kind that is taken: save it as {IN_WORDS}"
DAMAGED = "is damaged and cannot be read: save it again"


def sniff(file: IO[bytes]) -> str:
    """The kind of an open file that is not empty; Unfit, with what to do, for every other."""
    file.seek(0)
    start = file.read(KILOBYTE)
    if not start:
        raise Unfit("is empty")
    try:
        with readable(DAMAGED):
            return _kind(file, start)
    finally:
        file.seek(0)


def _kind(file: IO[bytes], start: bytes) -> str:
    if start.startswith((ZIP, EMPTY_ZIP)):
        return check_office(file)
    if start.startswith(OLE):
        raise Unfit(older(file))
    with looked_into(file) as content:
        for begins, check, kind in (
            (b"%PDF-", check_pdf, PDF),
            (PNG_START, check_png, PNG),
            (JPEG_START, check_jpeg, JPEG),
        ):
            if start.startswith(begins):
                check(content)
                return kind
        if b"%PDF-" in start:
            raise Unfit("is a PDF with something before its beginning: print it to a new PDF")
    for told, sentence in KNOWN:
        if told.match(start):
            raise Unfit(sentence)
    raise Unfit(NOT_TAKEN)
