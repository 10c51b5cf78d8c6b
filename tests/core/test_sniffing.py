"""What a file is by its content, and everything that only looks like it."""

import io
import struct
import tracemalloc
import zlib

import pytest

from beacons.core.files import office, sniffing
from beacons.core.files.looking import MEGABYTE
from beacons.core.files.sniffing import sniff
from beacons.core.unfit import Unfit
from tests import made_files as made

DOCUMENT, TYPES, LINKS = "word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"
NEW_PDF = "print it to a new PDF"


def look(content: bytes) -> str:
    return sniff(io.BytesIO(content))


def refusal(content: bytes) -> str:
    with pytest.raises(Unfit) as refused:
        look(content)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (made.pdf(), "pdf"),
        (made.png(), "png"),
        (made.jpeg(), "jpeg"),
        (made.jpeg(progressive=True), "jpeg"),
        (made.word(), "docx"),
        (made.excel(), "xlsx"),
    ],
)
def test_what_office_programs_and_cameras_write_is_known_by_its_content(content, kind):
    assert look(content) == kind


def test_a_file_on_the_disk_is_looked_at_where_it_lies(tmp_path):
    place = tmp_path / "upload"
    place.write_bytes(made.pdf())

    with place.open("rb") as file:
        assert sniff(file) == "pdf"
        assert file.tell() == 0


def test_an_empty_file_is_said_to_be_empty():
    assert refusal(b"") == "is empty"


@pytest.mark.parametrize(
    ("content", "what_to_do"),
    [
        (b"{\\rtf1 hello}", "save it as .docx or PDF"),
        (b"GIF89a" + bytes(20), "save it as PNG"),
        (b"GIF89a/*<html><script>*/=1", "save it as PNG"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "save it as PNG or JPEG"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(20), "save it as JPEG"),
        (b"II*\x00" + bytes(20), "save it as PNG or PDF"),
        (b"MZ\x90\x00" + bytes(60), "Programs are not taken"),
        (b"\x7fELF" + bytes(60), "Programs are not taken"),
        (b"#!/bin/sh\nrm -rf /\n", "Programs are not taken"),
        (b"  <!DOCTYPE html><script>alert(1)</script>", "print it to a PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "print it to a PDF"),
        (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "print it to a PDF"),
        (b"\x1f\x8b\x08\x00" + bytes(20), "take the files out of it"),
        (b"Year,Visits\n2026,12\n", "save it as PDF, Word (.docx), Excel (.xlsx), PNG or JPEG"),
        (made.EICAR, "save it as PDF, Word (.docx), Excel (.xlsx), PNG or JPEG"),
        (b"\x00" * 5000, "save it as PDF, Word (.docx), Excel (.xlsx), PNG or JPEG"),
    ],
)  # fmt: skip
def test_other_kinds_are_refused_with_what_to_do(content, what_to_do):
    assert what_to_do in refusal(content)


# Older containers, and locked ones


@pytest.mark.parametrize(
    ("holds", "sentence"),
    [
        ("WordDocument", "is an old Word file (.doc): open it in Word and save it as .docx"),
        ("Workbook", "is an old Excel file (.xls): open it in Excel and save it as .xlsx"),
        ("EncryptedPackage", "is locked with a password: save a copy without one"),
        ("PowerPoint Document", "is a PowerPoint presentation: save it as a PDF"),
        ("SomethingElse", "is a file of an older program: save it as a PDF"),
    ],
)
def test_old_and_locked_office_files(holds, sentence):
    assert refusal(made.OLE + bytes(600) + holds.encode("utf-16-le") + bytes(600)) == sentence


# PDF


def with_trailer(entry: bytes) -> bytes:
    return made.pdf().replace(b"/Root 1 0 R", b"/Root 1 0 R " + entry)


def in_catalogue(entry: bytes) -> bytes:
    return made.pdf().replace(b"/Type /Catalog", b"/Type /Catalog " + entry)


def packed_objects(objects: bytes) -> bytes:
    packed = zlib.compress(objects)
    stream = b"7 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\nendobj\n"
    return made.pdf().replace(b"xref\n0", stream % (len(packed), packed) + b"xref\n0", 1)


@pytest.mark.parametrize("lock", [b"/Encrypt 9 0 R", b"/Encrypt << /Filter /Standard /V 2 >>"])
def test_a_locked_pdf_is_refused(lock):
    assert refusal(with_trailer(lock)) == (
        "is locked, with a password or against copying: print it to a new PDF without a lock"
    )


@pytest.mark.parametrize(
    "entry",
    [
        b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
        b"/OpenAction << /S /J#61vaScript /JS (app.alert(1)) >>",
        b"/OpenAction << /S/Launch /F (cmd.exe) >>",
    ],
)
def test_a_pdf_that_runs_something_is_refused_also_where_it_is_packed_or_spelt_otherwise(entry):
    sentence = f"holds a program that runs when it is opened: {NEW_PDF}"

    assert refusal(in_catalogue(entry)) == sentence
    assert refusal(packed_objects(b"1 0 << " + entry + b" >>")) == sentence


@pytest.mark.parametrize("entry", [b"/Type /EmbeddedFile", b"/EF << /F 8 0 R >>", b"/Subtype /RichMedia"])
def test_a_pdf_with_files_inside_is_refused(entry):
    assert "has other files inside" in refusal(in_catalogue(entry))
    assert "has other files inside" in refusal(packed_objects(entry))


def test_a_pdf_that_only_writes_about_it_is_taken():
    assert look(made.pdf("How to launch JavaScript courses")) == "pdf"
    assert look(packed_objects(b"1 0 << /Type /Font >>")) == "pdf"


@pytest.mark.parametrize(
    "content",
    [
        made.pdf()[: len(made.pdf()) // 2],
        made.pdf().replace(b"/Root 1 0 R", b""),
        made.pdf().replace(b"%PDF-1.4", b"%PDF-9.9"),
        b"%PDF-1.4",
    ],
)
def test_a_pdf_that_is_not_whole_is_refused(content):
    assert refusal(content) == "is a damaged PDF, or came only in part: save or print it as a new PDF"


@pytest.mark.parametrize(
    "content",
    [
        made.pdf().replace(b"%PDF-1.4\n", b"%PDF-1.4\n<html><script>alert(1)</script>"),
        made.pdf() + b"<html><script>alert(1)</script></html>",
        made.pdf() + made.zipped({"a.txt": b"a"}),
        # The archive's comment is the end of the PDF.
        made.pdf()[:-200] + made.zipped({"a.txt": b"a"}, comment=made.pdf()[-200:]),
        b"<html>" + made.pdf(),
        b"\n\n" + made.pdf(),
    ],
)
def test_a_pdf_that_is_something_else_too_is_refused(content):
    assert NEW_PDF in refusal(content)


# Pictures


def png_of(*chunks: tuple[bytes, bytes]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(made.chunk(*each) for each in chunks)


def header(width=10, height=10, depth=8, colour=0):
    return b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)


DOTS, END = (b"IDAT", zlib.compress(b"\x00" * 110)), (b"IEND", b"")


@pytest.mark.parametrize(
    "content",
    [
        made.png()[:-20],
        made.png().replace(b"IDAT", b"IDAX", 1),
        png_of(header(), END),
        png_of(DOTS, END),
        png_of(header(depth=3), DOTS, END),
        png_of(header(colour=5), DOTS, END),
        png_of(header(), header(), DOTS, END),
        png_of(header(width=0), DOTS, END),
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 100,
        made.jpeg()[:-30],
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff" + bytes(3000),
    ],
)
def test_a_damaged_picture_is_refused(content):
    assert refusal(content) == "is a damaged picture: open it and save it again"


@pytest.mark.parametrize("picture", [made.png(), made.jpeg()])
@pytest.mark.parametrize(
    "more", [made.zipped({"a.txt": b"a"}), b"<script>alert(1)</script>", made.pdf(), b"MZ" + bytes(9)]
)
def test_a_picture_with_something_behind_its_end_is_refused(picture, more):
    assert "something else behind its end" in refusal(picture + more)


def test_a_cameras_preview_behind_the_picture_is_no_harm():
    assert look(made.jpeg() + made.jpeg((16, 12)) + b"\x00\x00") == "jpeg"


@pytest.mark.parametrize(
    "content",
    [
        png_of(header(width=60_000, height=60_000), DOTS, END),
        png_of(header(width=15_000, height=15_000), DOTS, END),
        made.jpeg().replace(struct.pack(">HH", 48, 64), struct.pack(">HH", 65_000, 65_000)),
    ],
)
def test_a_picture_that_would_fill_the_memory_is_refused(content):
    assert "dots large: save it with at most 60,000,000 dots in all" in refusal(content)


# Word and Excel


def in_types(words: bytes):
    return lambda xml: xml.replace(b"</Types>", words + b"</Types>")


def linking(kind: bytes, to: bytes, mode: bytes = b"External"):
    link = (
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s"'
        b' Target="%s" TargetMode="%s"/></Relationships>' % (kind, to, mode)
    )
    return lambda xml: xml.replace(b"</Relationships>", link)


MACROS = [
    made.with_parts(made.word(), {"word/vbaProject.bin": b"macro"}),
    made.with_parts(made.word(), {"word/other.bin": b"macro", TYPES: in_types(
        b'<Override PartName="/word/other.bin" ContentType="application/vnd.ms-office.vbaProject"/>')}),
    made.with_parts(made.excel(), {"xl/macrosheets/sheet1.xml": b"<a/>"}),
]  # fmt: skip


@pytest.mark.parametrize("content", MACROS)
def test_macros_are_refused(content):
    assert refusal(content) == "holds macros: save it as .docx or .xlsx without them"


@pytest.mark.parametrize(
    ("content", "was", "became", "sentence"),
    [
        (
            made.word(),
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
            "may hold macros: save it as .docx or .xlsx, which hold none",
        ),
        (
            made.excel(),
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"application/vnd.ms-excel.sheet.binary.macroEnabled.main",
            "is a binary workbook (.xlsb): save it as .xlsx",
        ),
        (
            made.word(),
            b"wordprocessingml.document.main+xml",
            b"wordprocessingml.template.main+xml",
            "is a template: save it as a document or workbook",
        ),
        (
            made.word(),
            b"wordprocessingml.document.main+xml",
            b"presentationml.presentation.main+xml",
            "is a PowerPoint presentation: save it as a PDF",
        ),
        (made.word(), b"wordprocessingml.document.main+xml", b"unheard-of+xml", office.NEITHER),
    ],
)
def test_a_renamed_file_is_known_by_what_it_says_it_holds(content, was, became, sentence):
    assert refusal(made.with_parts(content, {TYPES: lambda xml: xml.replace(was, became)})) == sentence


@pytest.mark.parametrize(
    "declaration",
    [
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]>',
        b"<!-- " + b"x" * 300_000 + b" --><!DOCTYPE a SYSTEM 'http://example.org/a.dtd'>",
    ],
)
@pytest.mark.parametrize("part", [DOCUMENT, TYPES, LINKS, "word/styles.xml"])
def test_entities_are_refused_in_whichever_part_they_are_declared(declaration, part):
    def declared(xml):
        start = xml.index(b"?>") + 2
        return xml[:start] + declaration + xml[start:]

    assert refusal(made.with_parts(made.word(), {part: declared})) == office.DECLARING


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-7"])
def test_a_declaration_cannot_hide_in_another_encoding(encoding):
    xml = (
        '<?xml version="1.0" encoding="%s"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    )

    content = made.with_parts(made.word(), {"word/extra.dat": (xml % encoding).encode(encoding)})

    assert refusal(content) == office.DECLARING


@pytest.mark.parametrize(
    ("kind", "to"),
    [
        (b"attachedTemplate", b"https://evil.example/a.dotm"),
        (b"image", b"https://evil.example/seen.png"),
        (b"oleObject", b"file://///evil.example/share/a"),
        (b"frame", b"https://evil.example/"),
    ],
)
def test_what_is_fetched_when_it_is_opened_is_refused(kind, to):
    assert refusal(made.with_parts(made.word(), {LINKS: linking(kind, to)})) == office.FETCHES


def test_a_link_to_click_is_no_harm():
    assert (
        look(made.with_parts(made.word(), {LINKS: linking(b"hyperlink", b"https://example.org/")})) == "docx"
    )


def test_figures_asked_of_another_program_are_refused():
    link = b'<externalLink xmlns="a"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'

    assert (
        refusal(made.with_parts(made.excel(), {"xl/externalLinks/externalLink1.xml": link}))
        == office.DDE_FOUND
    )


def test_objects_of_other_programs_are_refused_and_a_charts_workbook_is_looked_at_too():
    def embedding(name, content):
        return made.with_parts(made.word(), {f"word/embeddings/{name}": content})

    assert look(embedding("Microsoft_Excel_Sheet1.xlsx", made.excel())) == "docx"
    assert refusal(embedding("oleObject1.bin", made.OLE)) == office.OBJECTS
    assert refusal(embedding("Sheet1.xlsx", MACROS[2])) == office.MACRO
    deep = made.excel()
    for _ in range(4):
        deep = made.with_parts(made.excel(), {"xl/embeddings/a.xlsx": deep})
    assert refusal(deep) == office.OBJECTS
    assert refusal(made.with_parts(made.word(), {"word/run.exe": b"MZ"})) == office.OBJECTS


@pytest.mark.parametrize(
    "content",
    [
        made.with_parts(made.word(), {"../../x": b"a"}),
        made.with_parts(made.word(), {"/etc/x": b"a"}),
        made.with_parts(made.word(), {"word\\x": b"a"}),
        made.with_parts(made.word(), {"C:x": b"a"}),
        made.with_parts(made.word(), {"word/\u202edocument.xml": b"a"}),
        made.with_parts(made.word(), {"WORD/document.xml": b"a"}),
        made.zipped(made.parts_of(made.word()), comment=b"hello"),
        made.pdf() + made.word(),
        made.word() + b"<script>alert(1)</script>",
    ],
)
def test_an_archive_packed_as_no_office_program_does_is_refused(content):
    assert refusal(content) in (office.UNUSUAL, f"is a PDF with something else wrapped around it: {NEW_PDF}")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (made.zipped({"readme.txt": b"a"}), "is an archive: take the files out of it and add them one by one"),
        (made.zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "is an OpenDocument file: save it as .docx, .xlsx or PDF"),
        (made.zipped({"Index/Document.iwa": b"a"}), "is of Apple’s Pages or Numbers: export it as Word, Excel or PDF"),
        (made.word()[:-60], office.DAMAGED),
        (made.word()[: len(made.word()) // 2], office.DAMAGED),
    ],
)  # fmt: skip
def test_archives_that_are_no_document(content, sentence):
    assert refusal(content) == sentence


def test_a_part_whose_bytes_were_changed_on_the_way_is_found():
    content = made.zipped(made.parts_of(made.word()), stored=True)

    assert refusal(content.replace(b"changed how we teach", b"changed how we reach")) == office.DAMAGED


def test_a_locked_part_is_said_to_be_locked():
    content = bytearray(made.word())
    at = content.rindex(b"word/document.xml") - 46
    content[at + 8] |= 1

    assert refusal(bytes(content)) == "is locked with a password: save a copy without one"


# Bombs: each is refused by what it tells, before it is unpacked


def nested(depth, content):
    for _ in range(depth):
        content = made.with_parts(made.excel(), {"xl/embeddings/a.xlsx": content})
    return content


def one_part():
    return made.with_parts(made.word(), {"word/media/zeros.bin": bytes(100 * MEGABYTE)})


def many_parts():
    return made.with_parts(made.word(), {f"word/{number}.bin": bytes(20 * MEGABYTE) for number in range(7)})


def many_names():
    return made.with_parts(made.word(), {f"word/{number}.txt": b"" for number in range(3000)})


def one_in_another():
    return nested(2, made.with_parts(made.excel(), {"xl/a.bin": bytes(79 * MEGABYTE)}))


def one_pdf():
    return packed_objects(bytes(200 * MEGABYTE))


@pytest.mark.parametrize("bomb", [one_part, many_parts, many_names, one_in_another, one_pdf])
def test_a_bomb_is_refused_and_takes_no_memory(bomb):
    content = bomb()
    tracemalloc.start()

    sentence = refusal(content)

    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sentence.startswith("would be too large when it is unpacked")
    assert most < 100 * MEGABYTE


def test_parts_that_lie_over_one_another_are_refused():
    """One packed run of zeros, told of a hundred times in the directory."""
    content = made.zipped({"a": bytes(100_000)})
    start, end = content.index(b"PK\x01\x02"), content.index(b"PK\x05\x06")
    entry = content[start:end]
    entries = b"".join(
        entry[:28] + struct.pack("<H", 2) + entry[30:46] + b"%02d" % number for number in range(100)
    )
    ending = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 100, 100, len(entries), start, 0)

    assert refusal(content[:start] + entries + ending) == office.UNUSUAL


def test_a_part_that_lies_about_its_size_is_found():
    content = bytearray(made.word())
    at = content.rindex(b"word/document.xml") - 46
    content[at + 24 : at + 28] = struct.pack("<I", 10)

    assert refusal(bytes(content)) == office.DAMAGED


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff" + b"\xff" * 5_000_000,
        b"\xff\xd8\xff\xda\x00\x02" + b"\xff\x00" * 2_000_000,
        b"\xff\xd8" + b"\xff\xe0\x00\x02" * 1_000_000,
        b"%PDF-1.4\n" + b"/Type /ObjStm\nstream\n" * 200_000 + b"/Root 1 0 R startxref\n0\n%%EOF",
        b"%PDF-1.4\n" + b"PK\x05\x06" * 1_000_000 + b"startxref\n0\n%%EOF",
        b"\x89PNG\r\n\x1a\n" + made.chunk(b"tEXt", b"") * 300_000,
    ],
    ids=range(6),
)
def test_what_is_made_to_be_looked_at_for_hours_is_refused_at_once(content):
    """Where the work grew with the square of the size, this would not come to an end while anybody waits."""
    assert refusal(content)


def test_each_kind_says_how_it_is_sent_out():
    assert set(sniffing.FORMS) == {"pdf", "docx", "xlsx", "png", "jpeg"}
