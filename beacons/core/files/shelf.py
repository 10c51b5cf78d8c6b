"""Where the files that people bring lie: outside every address, under names that say nothing.

Three places below one folder, so that a crash at any instant leaves no row without its bytes, and bytes without a row
only where they are known to be left over:

    arriving/     what is being written; half of a file may be here
    fresh/        whole and on the disk, waiting for its row to be committed
    3f/3f9c..     claimed by a row; nothing here is ever swept, whatever database is looked at

`keep` writes, hashes, and moves a file to `fresh`; the row is written; once that is committed `claim` moves the bytes on. The
sweep of the room that owns the rows claims or drops what stayed in `fresh`, and drops what stayed in `arriving`.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.core.files.storage import Storage, storages

PIECE = 256 * 1024
ARRIVING, FRESH = "arriving", "fresh"
NAME = re.compile(r"[0-9a-f]{48}")
# So long a file may lie without a row: longer than any request and any transaction takes.
GRACE_SECONDS = 60 * 60
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class NoRoom(Exception):
    """The disk is full. Nothing of the file was kept."""


@dataclass(frozen=True)
class Kept:
    """A file on the shelf, as its row describes it."""

    stored_as: str
    size: int
    sha256: str


class Shelf(Storage):
    """The storage `attachments` of the settings. It has no addresses: files are handed out by views alone."""

    def __init__(self, location: str | Path) -> None:
        self.location = Path(location)

    # Written

    def keep(self, file: Any) -> Kept:
        """Write all of an open file, and only then show it under its name; NoRoom when the disk is full."""
        name = secrets.token_hex(24)
        part, fresh = self.location / ARRIVING / name, self.location / FRESH / name
        digest, size = hashlib.sha256(), 0
        try:
            self.folder(ARRIVING)
            self.folder(FRESH)
            with open(part, "xb", opener=_private) as book:
                file.seek(0)
                while piece := file.read(PIECE):
                    book.write(piece)
                    digest.update(piece)
                    size += len(piece)
                book.flush()
                os.fsync(book.fileno())
            part.replace(fresh)
            _settle(fresh.parent)
        except BaseException as error:
            part.unlink(missing_ok=True)
            fresh.unlink(missing_ok=True)
            if isinstance(error, OSError) and error.errno in FULL:
                raise NoRoom from error
            raise
        return Kept(name, size, digest.hexdigest())

    def claim(self, name: str) -> None:
        """Its row is committed. Safe to repeat."""
        here, there = self.folder(FRESH) / checked(name), self.claimed(name)
        if here.exists():
            self.folder(there.parent.name)
            here.replace(there)
            _settle(there.parent)
            _settle(here.parent)

    def delete(self, name: str) -> None:
        """Safe to repeat."""
        (self.folder(FRESH) / checked(name)).unlink(missing_ok=True)
        self.claimed(name).unlink(missing_ok=True)

    # Read

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode != "rb":
            raise ValueError("What lies on the shelf is only read")
        # In this order a file that is claimed between the two looks is found.
        try:
            return File((self.folder(FRESH) / checked(name)).open("rb"), name)
        except FileNotFoundError:
            return File(self.claimed(name).open("rb"), name)

    def exists(self, name: str) -> bool:
        return (self.folder(FRESH) / checked(name)).exists() or self.claimed(name).exists()

    def fingerprint(self, name: str) -> tuple[int, str]:
        """Its size, and its SHA-256 as it is now on the disk; FileNotFoundError if it is gone."""
        with self.open(name) as file:
            digest = hashlib.file_digest(cast(Any, file.file), "sha256")
            return file.tell(), digest.hexdigest()

    def names(self) -> Iterator[str]:
        """All that rows have claimed."""
        for folder in sorted(self.location.glob("[0-9a-f][0-9a-f]")):
            yield from sorted(entry.name for entry in folder.iterdir())

    # Left over

    def stale(self) -> Iterator[str]:
        """Names in `fresh` that are older than any request."""
        for entry in self._older(FRESH):
            yield entry.name

    def drop_half_written(self) -> int:
        """Take away what a killed server left of files that were coming in; returns how many there were."""
        found = list(self._older(ARRIVING))
        for entry in found:
            entry.unlink(missing_ok=True)
        return len(found)

    def _older(self, place: str) -> Iterator[Path]:
        """By the disk's own clock: the simulated year has another, and so may the next machine."""
        folder = self.folder(place)
        with tempfile.TemporaryFile(dir=self.folder(ARRIVING)) as marker:
            now = os.fstat(marker.fileno()).st_mtime
        for entry in sorted(folder.iterdir()):
            try:
                age = now - entry.stat().st_mtime
            except FileNotFoundError:
                continue  # it was moved on while we looked
            if age > GRACE_SECONDS:
                yield entry

    # Places

    def folder(self, place: str) -> Path:
        """One of its folders, made when it is first asked for."""
        self.location.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = self.location / place
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def claimed(self, name: str) -> Path:
        return self.location / checked(name)[:2] / name

    def arriving(self) -> IO[bytes]:
        """A file for what is just being received, gone when it is closed."""
        return cast(IO[bytes], tempfile.NamedTemporaryFile(dir=self.folder(ARRIVING), prefix="upload-"))


def shelf() -> Shelf:
    """The shelf of this house."""
    return cast(Shelf, storages["attachments"])


def checked(name: str) -> str:
    """No name but one of our own making ever becomes part of a path."""
    if not NAME.fullmatch(name):
        raise SuspiciousFileOperation("This is no name of a file on the shelf.")
    return name


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _settle(folder: Path) -> None:
    """A new name is on the disk when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
