"""Zip archives and Microsoft's older containers, looked into before anything is unpacked. Plain Python."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from xml.etree.ElementTree import ParseError

from beacons.core.unfit import Unfit

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

IS_ENCRYPTED = 0x1
CHUNK = 256 * 1024
OVERLAP = 64

# Nothing but a declaration, comments and instructions may stand before the first element of an XML file.
BEFORE = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
ELEMENT = re.compile(rb"<[A-Za-z_:\x80-\xff]")
ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")
ENCODINGS = frozenset({b"utf-8", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"})
LONGEST_BEGINNING = 64 * 1024

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    OSError,
    EOFError,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)


@contextmanager
def readable(complaint: str) -> Iterator[None]:
    """Whatever a damaged or hostile file makes its readers stumble on is one sentence to a person."""
    try:
        with warnings.catch_warnings():
            # What openpyxl does not support (conditional colours, extensions) has nothing to do with values.
            warnings.simplefilter("ignore")
            yield
    except Unfit:
        raise
    except BROKEN as error:
        raise Unfit(complaint.format(error=type(error).__name__)) from error


def holds(file: IO[bytes], words: bytes) -> bool:
    """Do these bytes stand anywhere in the file? It is read piece by piece."""
    file.seek(0)
    before = b""
    while piece := file.read(CHUNK):
        if words in before + piece:
            return True
        before = piece[-OVERLAP:]
    return False


def refuse_locked(parts: list[zipfile.ZipInfo]) -> None:
    if any(part.flag_bits & IS_ENCRYPTED for part in parts):
        raise Unfit("is locked with a password: save a copy without one")


def declares(beginning: bytes) -> bool:
    """Does an XML file declare a document type or entities, or hide by its encoding whether it does?

    No office program writes any; who does wants them to grow or to fetch something. What stands before the first
    element is all that has to be looked at, and more of it than a few lines is no more ours to read.
    """
    named = ENCODING.search(beginning[:200])
    if named and named[1].lower() not in ENCODINGS:
        return True
    first = BEFORE.match(beginning)
    return not (first and ELEMENT.match(beginning, first.end()))


def refuse_declarations(archive: zipfile.ZipFile, complaint: str) -> None:
    """Refuse an archive in whose XML a document type or an entity is declared, whatever the part is called."""
    for part in archive.infolist():
        if part.file_size:
            with archive.open(part) as source:
                beginning = source.read(LONGEST_BEGINNING)
            if is_xml(part.filename, beginning) and declares(beginning):
                raise Unfit(complaint)


def is_xml(name: str, beginning: bytes) -> bool:
    """By its name, or by how it begins, in any encoding."""
    by_name = name.lower().endswith((".xml", ".rels", ".vml"))
    return by_name or beginning[:200].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n")[:1] == b"<"
