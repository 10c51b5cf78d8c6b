"""PDFs, looked at without opening them: whole, unlocked, and carrying nothing that runs. Plain Python."""

from __future__ import annotations

import re
import struct
import zlib

from beacons.core.files.archives import EMPTY_ZIP
from beacons.core.files.looking import KILOBYTE, MEGABYTE, Bytes
from beacons.core.unfit import Unfit

HEADER = re.compile(rb"%PDF-(?:1\.[0-9]|2\.[0-9])[\s%\x80-\xff]")
END = re.compile(rb"startxref\s+[0-9]+\s+%%EOF[\s\x00]*\Z")
ROOT = re.compile(rb"/Root\s*[0-9]+\s+[0-9]+\s+R")
LOCKED = re.compile(rb"/Encrypt\s*(?:[0-9]+\s+[0-9]+\s+R|<<)")
MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe|\?php)", re.IGNORECASE)
PACKED = re.compile(rb"/Type\s*/ObjStm\b")
STREAM = re.compile(rb"stream\r?\n")

# Object streams are dictionaries and numbers; a book of a thousand pages has a few megabytes of them.
UNPACKED = 48 * MEGABYTE
MOST_PACKED = 20_000
PIECE = 16 * KILOBYTE


def spelt(name: bytes) -> bytes:
    """A pattern for a name however it is spelt: each letter of a PDF's name may be written as #hh."""
    return b"".join(b"(?:%c|#%x|#%X)" % (letter, letter, letter) for letter in name)


# What runs when it is opened, or is another file inside; the words behind which each must stand, so that a text about
# them is none.
RUNS = re.compile(
    rb"/S\s*/(?:" + b"|".join(spelt(name) for name in (b"JavaScript", b"Launch", b"ImportData")) + rb")\b"
)
CARRIES = re.compile(
    rb"/Type\s*/" + spelt(b"EmbeddedFile") + rb"\b|/EF\s*(?:<<|[0-9])|/Subtype\s*/" + spelt(b"RichMedia")
)

TOO_LARGE = "would be too large when it is unpacked: print it to a new PDF"
DAMAGED = "is a damaged PDF, or came only in part: save or print it as a new PDF"
WRAPPED = "is a PDF with something else wrapped around it: print it to a new PDF"


def check_pdf(content: Bytes) -> None:
    if not HEADER.match(content):
        raise Unfit(DAMAGED)
    beginning, ending = content[:KILOBYTE], content[-2 * KILOBYTE :]
    if MARKUP.search(beginning) or is_archive_too(content):
        raise Unfit(WRAPPED)
    if not END.search(ending):
        raise Unfit(WRAPPED if b"%%EOF" in content[-64 * KILOBYTE :] else DAMAGED)
    if not ROOT.search(content):
        raise Unfit(DAMAGED)
    if LOCKED.search(content):
        raise Unfit("is locked, with a password or against copying: print it to a new PDF without a lock")
    check_what_it_carries(content)
    check_packed_objects(content)


def is_archive_too(content: Bytes) -> bool:
    """Would an unzipping program open it? Its directory ends where the file ends."""
    at = content.rfind(EMPTY_ZIP, max(0, len(content) - 22 - 65_535))
    while at >= 0:
        record = content[at : at + 22]
        if len(record) == 22 and at + 22 + struct.unpack("<H", record[20:22])[0] == len(content):
            return True
        at = content.rfind(EMPTY_ZIP, max(0, len(content) - 22 - 65_535), at)
    return False


def check_what_it_carries(content: Bytes) -> None:
    if RUNS.search(content):
        raise Unfit("holds a program that runs when it is opened: print it to a new PDF")
    if CARRIES.search(content):
        raise Unfit("has other files inside: add them one by one, and print this one to a new PDF")


def check_packed_objects(content: Bytes) -> None:
    """Since PDF 1.5 most objects are packed together; they are looked at too, up to a size."""
    left = UNPACKED
    for number, found in enumerate(PACKED.finditer(content)):
        if number == MOST_PACKED:
            raise Unfit(TOO_LARGE)
        stream = STREAM.search(content, found.end(), found.end() + KILOBYTE)
        if not stream:
            continue
        objects = unpacked(content, stream.end(), left + 1)
        left -= len(objects)
        if left < 0:
            raise Unfit(TOO_LARGE)
        check_what_it_carries(objects)


def unpacked(content: Bytes, at: int, most: int) -> bytes:
    """What was packed from here on; nothing where it was packed in a way of its own, as no office program does."""
    unpacking, objects = zlib.decompressobj(), bytearray()
    while at < len(content) and not unpacking.eof and len(objects) < most:
        piece = content[at : at + PIECE]
        try:
            objects += unpacking.decompress(piece, most - len(objects))
        except zlib.error:
            break
        at += len(piece)
    return bytes(objects)
