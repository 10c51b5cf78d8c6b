"""A file's bytes, looked at where they lie: nothing is read into memory whole. Plain Python."""

from __future__ import annotations

import io
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

KILOBYTE = 1024
MEGABYTE = 1024 * 1024

# Bytes that can be cut and searched, on the disk or in memory.
Bytes = bytes | mmap.mmap


@contextmanager
def looked_into(file: Any) -> Iterator[Bytes]:
    """The bytes of an open file. One that lies on the disk is mapped; one that is in memory already is handed on."""
    file.seek(0)
    try:
        number = file.fileno()
    except (AttributeError, io.UnsupportedOperation):
        yield file.read()
        return
    with mmap.mmap(number, 0, access=mmap.ACCESS_READ) as mapped:
        yield mapped


def found_in(content: Bytes, words: bytes, start: int = 0) -> bool:
    return content.find(words, start) >= 0
