"""A round's questions as a Word document, with space to write under each. Plain Python."""

import io
from collections.abc import Sequence
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from beacons.core.exports import NOT_IN_XML
from beacons.rounds.asking import Asked

BOX = "☐"
# A line of a box for so many words, and so many lines at most.
WORDS_A_LINE, MOST_LINES = 25, 14
LINE = 0.22


def docx(round: Any, sections: Sequence[tuple[str, Sequence[Asked]]], how_long: str, words: int) -> bytes:
    """The bytes of the document, the same for the same questions; python-docx brings the empty one it starts from."""
    from docx import Document

    document = Document()
    document.core_properties.title = held(f"{round}: the questions")
    document.core_properties.author = "Beacons"
    document.core_properties.language = "en-GB"
    document.add_heading(held(f"{round}: the questions"), level=0)
    document.add_paragraph(
        f"Answering takes {how_long} for one person who knows the work; {words:,} words are the most. This document is for"
        " preparing: what counts is what is typed on the site and submitted there."
    )
    for name, asked in sections:
        document.add_heading(held(name), level=1)
        for each in asked:
            put(document, each)
    kept = io.BytesIO()
    document.save(kept)
    return undated(kept)


def undated(kept: io.BytesIO) -> bytes:
    """The same parts without the time of day at which they were packed."""
    packed = io.BytesIO()
    with ZipFile(kept) as parts, ZipFile(packed, "w", ZIP_DEFLATED) as together:
        for part in parts.infolist():
            together.writestr(ZipInfo(part.filename), parts.read(part), ZIP_DEFLATED)
    return packed.getvalue()


def put(document: Any, each: Asked) -> None:
    question = each.question
    document.add_heading(held(f"{each.number}. {question.text}"), level=2)
    criterion = question.criterion
    counts = f"Counts for “{criterion}”, weight {criterion.weight} of 100." if criterion else ""
    need = "" if question.required else "Need not be answered."
    told = " ".join(part for part in (each.when, question.hint, each.limit, counts, need) if part)
    document.add_paragraph().add_run(held(told)).italic = True
    if each.options:
        for option in each.options:
            document.add_paragraph(held(f"{BOX} {option}"))
    elif each.blank_rows:
        table = document.add_table(rows=1 + len(each.blank_rows), cols=len(question.headings))
        table.style = "Table Grid"
        for cell, heading in zip(table.rows[0].cells, question.headings, strict=True):
            cell.text = held(heading)
    else:
        space(document, question.word_limit if each.is_long else WORDS_A_LINE)


def space(document: Any, words: int) -> None:
    """An empty box, as high as an answer of so many words."""
    from docx.shared import Inches

    table = document.add_table(rows=1, cols=1)
    table.style = "Table Grid"
    table.rows[0].height = Inches(LINE * min(MOST_LINES, max(2, words // WORDS_A_LINE)))


def held(words: str) -> str:
    """Without what XML cannot hold."""
    return NOT_IN_XML.sub("", words)
