"""Word documents and Excel workbooks: whole, unlocked, without programs, and fetching nothing. Plain Python."""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
from typing import IO
from xml.etree import ElementTree as ET

from beacons.core.files.archives import (
    CHUNK,
    EMPTY_ZIP,
    ENCRYPTED,
    holds,
    readable,
    refuse_declarations,
    refuse_locked,
)
from beacons.core.files.looking import MEGABYTE
from beacons.core.unfit import Unfit

DOCX, XLSX = "docx", "xlsx"

# Unpacked: all of it with what lies inside, one part, what says which part belongs to which; and so many times what
# it is packed, since no office program packs tighter.
WHOLE = 120 * MEGABYTE
PART = 80 * MEGABYTE
LINKING = 8 * MEGABYTE
TIMES = 120
SMALL = 8 * MEGABYTE
PARTS = 2_000
DIRECTORY = 512 * 1024
# A chart in a document keeps its figures as a workbook inside it, and that may have charts too.
DEPTH = 2
INSIDE = 16 * MEGABYTE

TYPES, LINKS = "[Content_Types].xml", "_rels/.rels"
MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": XLSX,
}
# Kinds of document that are none of these, and what to do with each.
OTHERS = (
    ("binary", "is a binary workbook (.xlsb): save it as .xlsx"),
    ("macroenabled", "may hold macros: save it as .docx or .xlsx, which hold none"),
    ("template", "is a template: save it as a document or workbook"),
    ("presentation", "is a PowerPoint presentation: save it as a PDF"),
)
MACROS = re.compile(r"vbaproject|vbadata|macrosheet|dialogsheet|macroenabled", re.IGNORECASE)
ACTIVE = re.compile(
    r"activex|\.(?:exe|dll|jar|jse?|vbs|vbe|ps1|bat|cmd|scr|hta|lnk|rtf|html?|mht|mhtml)$", re.IGNORECASE
)
EMBEDDED = re.compile(r"(?:^|/)embeddings/", re.IGNORECASE)
# What may lie elsewhere: a link that somebody clicks, and another workbook that Excel asks about.
OUTSIDE = re.compile(r"/hyperlink$|externallinkpath(?:/|$)")
DDE = re.compile(rb"<(?:\w+:)?(?:ddeLink|oleLink)\b")

DAMAGED = "is damaged and cannot be read: open it in Word or Excel and save it again"
UNUSUAL = "is packed in an unusual way: open it in Word or Excel and save it again"
TOO_LARGE = "would be too large when it is unpacked: leave out what does not matter, or save it as a PDF"
DECLARING = "holds XML that no office program writes: open it in Word or Excel and save it again"
MACRO = "holds macros: save it as .docx or .xlsx without them"
OBJECTS = "holds an object of another program: paste it as a picture instead, or save the whole as a PDF"
FETCHES = "fetches something from outside when it is opened: put that into it, or save the whole as a PDF"
DDE_FOUND = "fetches figures from another program: copy them and paste them as values"
NEITHER = "is neither a Word document nor an Excel workbook: save it as .docx, .xlsx or PDF"


class Allowance:
    """How much may be unpacked in all, with what lies inside what."""

    def __init__(self, left: int = WHOLE) -> None:
        self.left = left

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise Unfit(TOO_LARGE)


def check_office(file: IO[bytes], *, depth: int = DEPTH, allowance: Allowance | None = None) -> str:
    """The kind, docx or xlsx; Unfit for anything else that is packed as a zip archive."""
    allowance = allowance or Allowance()
    check_directory(file)
    file.seek(0)
    with readable(DAMAGED), zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        check_parts(parts, size_of(file), allowance)
        kind = kind_of(archive)
        refuse_declarations(archive, DECLARING)
        check_links(archive)
        for part in parts:
            check_part(archive, part, depth, allowance)
        return kind


def size_of(file: IO[bytes]) -> int:
    return file.seek(0, 2)


def check_directory(file: IO[bytes]) -> None:
    """The archive's own list of parts ends with the file and is short, or reading it alone would fill the memory."""
    size = size_of(file)
    file.seek(max(0, size - 22))
    end = file.read(22)
    if len(end) < 22 or not end.startswith(EMPTY_ZIP):
        raise Unfit(UNUSUAL if holds(file, EMPTY_ZIP) else DAMAGED)
    _, here, there, count, of_all, length, start, comment = struct.unpack("<4sHHHHIIH", end)
    if comment or here or there or count != of_all or start + length + 22 != size:
        raise Unfit(UNUSUAL)
    if count > PARTS or length > DIRECTORY:
        raise Unfit(TOO_LARGE)


def check_parts(parts: list[zipfile.ZipInfo], size: int, allowance: Allowance) -> None:
    """What the list of parts tells, before any of them is unpacked: none is ever unpacked beyond what it tells."""
    refuse_locked(parts)
    names = [part.filename for part in parts]
    if len({name.casefold() for name in names}) != len(names) or any(map(leads_away, names)):
        raise Unfit(UNUSUAL)
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise Unfit(UNUSUAL)
    # The first part begins with the file, and none lies over another.
    packed = sum(part.compress_size for part in parts)
    if packed > size or min((part.header_offset for part in parts), default=0):
        raise Unfit(UNUSUAL)
    whole = sum(part.file_size for part in parts)
    linking = sum(part.file_size for part in parts if part.filename.lower().endswith(".rels"))
    if any(part.file_size > PART for part in parts) or linking > LINKING or whole > max(SMALL, size * TIMES):
        raise Unfit(TOO_LARGE)
    allowance.take(whole)


def leads_away(name: str) -> bool:
    """Would unpacking this name write outside its folder, or show another name than it has?"""
    steps = name.split("/")
    return not name.isprintable() or name.startswith("/") or bool(set("\\:") & set(name)) or ".." in steps


def kind_of(archive: zipfile.ZipFile) -> str:
    """By the content type of the part that the package says is its main one, never by a name."""
    names = {name.casefold(): name for name in archive.namelist()}
    if "mimetype" in names:
        raise Unfit("is an OpenDocument file: save it as .docx, .xlsx or PDF")
    if TYPES.casefold() not in names or LINKS not in names:
        raise Unfit(no_document(names))
    by_part, by_end = content_types(archive, names[TYPES.casefold()])
    main = main_part(archive, names[LINKS]).casefold()
    content_type = by_part.get(main) or by_end.get(main.rpartition(".")[2], "")
    for told, sentence in OTHERS:
        if told in content_type:
            raise Unfit(sentence)
    told_of = [*names, *by_part.values(), *by_end.values()]
    if any(MACROS.search(each) for each in told_of):
        raise Unfit(MACRO)
    if any(ACTIVE.search(each) for each in told_of):
        raise Unfit(OBJECTS)
    if content_type not in MAIN or main not in names:
        raise Unfit(NEITHER)
    return MAIN[content_type]


def no_document(names: dict[str, str]) -> str:
    if any(name.startswith("index/") or name == "index.zip" for name in names):
        return "is of Apple’s Pages or Numbers: export it as Word, Excel or PDF"
    return "is an archive: take the files out of it and add them one by one"


def content_types(archive: zipfile.ZipFile, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """The content types by part, and by the end of a part's name; all in small letters."""
    by_part, by_end = {}, {}
    for each in parsed(archive, name):
        content_type = each.get("ContentType", "").lower()
        if part := each.get("PartName", ""):
            by_part[part.lstrip("/").casefold()] = content_type
        else:
            by_end[each.get("Extension", "").casefold()] = content_type
    return by_part, by_end


def main_part(archive: zipfile.ZipFile, links: str) -> str:
    for link in parsed(archive, links):
        if link.get("Type", "").lower().endswith("/officedocument"):
            return posixpath.normpath(link.get("Target", "").lstrip("/"))
    return ""


def parsed(archive: zipfile.ZipFile, name: str) -> ET.Element:
    """A small part of the package's own. Declarations in it are refused before it is parsed."""
    if archive.getinfo(name).file_size > MEGABYTE:
        raise Unfit(TOO_LARGE)
    content = archive.read(name)
    if b"<!" in content.replace(b"<!--", b"") or b"\x00" in content:
        raise Unfit(DECLARING)
    return ET.fromstring(content)  # noqa: S314  # it declares nothing


def check_links(archive: zipfile.ZipFile) -> None:
    """What it says lies outside of it is fetched by whoever opens it, and so an assessor would be seen."""
    for name in archive.namelist():
        if name.lower().endswith(".rels"):
            for link in parsed(archive, name):
                outside = link.get("TargetMode", "").lower() == "external"
                if outside and not OUTSIDE.search(link.get("Type", "").lower()):
                    raise Unfit(FETCHES)


def check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, depth: int, allowance: Allowance) -> None:
    """Unpacked once, so that a damaged part and one that lies about its size are found here and not by a reader."""
    if EMBEDDED.search(part.filename) and not part.is_dir():
        check_embedded(archive, part, depth, allowance)
    asks = "externallinks/" in part.filename.lower()
    before = b""
    with archive.open(part) as source:
        while piece := source.read(CHUNK):
            if asks and DDE.search(before + piece):
                raise Unfit(DDE_FOUND)
            before = piece[-64:]


def check_embedded(archive: zipfile.ZipFile, part: zipfile.ZipInfo, depth: int, allowance: Allowance) -> None:
    """A workbook behind a chart is looked at like the document itself; an object of another program is refused."""
    if not part.filename.lower().endswith((".docx", ".xlsx")) or depth < 1:
        raise Unfit(OBJECTS)
    if part.file_size > INSIDE:
        raise Unfit(TOO_LARGE)
    # In memory, since going back and forth in what is packed would unpack it again and again.
    check_office(io.BytesIO(archive.read(part)), depth=depth - 1, allowance=allowance)


# What tells containers of Office 2003 and before apart, and what to do with each.
OLDER = (
    ("WordDocument", "is an old Word file (.doc): open it in Word and save it as .docx"),
    ("PowerPoint Document", "is a PowerPoint presentation: save it as a PDF"),
    ("Workbook", "is an old Excel file (.xls): open it in Excel and save it as .xlsx"),
    ("Book", "is an old Excel file (.xls): open it in Excel and save it as .xlsx"),
    ("__properties_version1.0", "is an e-mail of Outlook: print it to a PDF"),
)


def older(file: IO[bytes]) -> str:
    """What to do with such a container, in which locked files of today come too."""
    if holds(file, ENCRYPTED):
        return "is locked with a password: save a copy without one"
    for told, sentence in OLDER:
        if holds(file, told.encode("utf-16-le")):
            return sentence
    return "is a file of an older program: save it as a PDF"
