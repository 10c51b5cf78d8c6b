"""Receives uploads: always onto the disk, where the sweep finds what a killed server leaves."""

from __future__ import annotations

import logging
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler

from beacons.core.files.shelf import FULL, shelf

logger = logging.getLogger(__name__)


class ArrivingFile(TemporaryUploadedFile):
    """An upload beside the shelf. Django would end its name like the upload's, however long that is."""

    def __init__(self, name: str, *facts: Any) -> None:
        UploadedFile.__init__(self, shelf().arriving(), name, *facts)


class ArrivingHandler(TemporaryFileUploadHandler):
    """Where the disk is full, what comes is read to its end and let go, and `request.no_room` says so.

    So the rest of the form is there, and the page can say what happened to the file.
    """

    # None while a file is let go.
    file: Any

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.file = None
        with self.room():
            self.file = ArrivingFile(
                self.file_name or "", self.content_type, 0, self.charset, self.content_type_extra
            )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.file is not None:
            with self.room():
                self.file.write(raw_data)

    def file_complete(self, file_size: int) -> ArrivingFile | None:
        if self.file is not None:
            with self.room():
                self.file.seek(0)
                self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        if self.file is not None:
            super().upload_interrupted()

    def room(self) -> Room:
        return Room(self)


class Room:
    """Within it a full disk is noted, and the file let go; any other error goes on."""

    def __init__(self, handler: ArrivingHandler) -> None:
        self.handler = handler

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> bool:
        if not (isinstance(error, OSError) and error.errno in FULL):
            return False
        logger.error("the disk is full: an upload was let go", exc_info=error)
        self.handler.request.no_room = True  # type: ignore[union-attr]
        file, self.handler.file = self.handler.file, None
        if file is not None:
            _let_go(file)
        return True


def _let_go(file: ArrivingFile) -> None:
    try:
        file.close()
    except OSError as error:
        # What was still to be written finds no room either; the file is gone all the same.
        if error.errno not in FULL:
            raise
