"""Files that were sent, in memory, and the size of a picture read from its first bytes."""

import itertools
import mimetypes
import secrets
import threading

from emulator.errors import bad_request
from emulator.objects import StoredFile

MB = 1024 * 1024
MAX_UPLOAD = 50 * MB
MAX_SENT_BY_PEOPLE = 2000 * MB
MAX_PHOTO = 10 * MB
MAX_DOWNLOAD = 20 * MB
MAX_SIDES = 10_000
MAX_RATIO = 20
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class FileStore:
    """Every file by its id; ids are opaque and of the alphabet that Telegram's have."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._files: dict[str, StoredFile] = {}

    def add_document(self, name: str, data: bytes, mime_type: str | None = None) -> StoredFile:
        """Keep a document under its own name."""
        guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
        suffix = name[name.rfind(".") :] if "." in name else ""
        safe = "".join(c for c in suffix if c.isascii() and (c.isalnum() or c == "."))
        return self._keep("documents", f"file_{{}}{safe}", name, mime_type or guessed, data)

    def add_photo(self, data: bytes) -> StoredFile:
        """Keep a picture.

        Raises:
            ApiError: it is no picture, or larger than a photo may be.
        """
        if len(data) > MAX_PHOTO:
            raise bad_request(
                f"file of size {len(data)} bytes is too big for a photo; "
                f"the maximum size is {MAX_PHOTO} bytes"
            )
        kind, width, height = picture_size(data)
        if not width or not height:
            raise bad_request("IMAGE_PROCESS_FAILED")
        if width + height > MAX_SIDES or max(width, height) > MAX_RATIO * min(width, height):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return self._keep(
            "photos", f"file_{{}}.{kind}", f"photo.{kind}", f"image/{kind}", data, (width, height)
        )

    def get(self, file_id: str) -> StoredFile:
        """Return a file.

        Raises:
            ApiError: no such id.
        """
        found = self.find(file_id)
        if found is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return found

    def find(self, file_id: str) -> StoredFile | None:
        """Return a file, or None where no such id was given out."""
        return self._files.get(file_id)

    def at_path(self, path: str) -> StoredFile | None:
        """Return the file that ``/file/bot<token>/<path>`` serves."""
        return next((file for file in self._files.values() if file.path == path), None)

    def _keep(
        self,
        folder: str,
        path: str,
        name: str,
        mime_type: str,
        data: bytes,
        size: tuple[int, int] = (0, 0),
    ) -> StoredFile:
        with self._lock:
            number = next(self._numbers)
            file = StoredFile(
                file_id=f"EMU{number:06d}{secrets.token_urlsafe(40)}",
                unique_id=f"EMU{number:06d}{secrets.token_urlsafe(6)}",
                path=f"{folder}/{path.format(number)}",
                name=name,
                mime_type=mime_type,
                data=data,
                width=size[0],
                height=size[1],
            )
            self._files[file.file_id] = file
            return file


def picture_size(data: bytes) -> tuple[str, int, int]:
    """Return kind, width and height of a PNG, JPEG, GIF or WebP; zeros for anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR":
        return "png", _big(data[16:20]), _big(data[20:24])
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "gif", _little(data[6:8]), _little(data[8:10])
    if data[:4] == b"RIFF" and data[8:15] == b"WEBPVP8":
        return "webp", *_webp_size(data)
    if data[:2] == b"\xff\xd8":
        return "jpeg", *_jpeg_size(data)
    return "", 0, 0


def _webp_size(data: bytes) -> tuple[int, int]:
    """Read the canvas of an extended, lossless or lossy WebP."""
    if data[15:16] == b"X":
        return _little(data[24:27]) + 1, _little(data[27:30]) + 1
    if data[15:16] == b"L":
        bits = _little(data[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return _little(data[26:28]) & 0x3FFF, _little(data[28:30]) & 0x3FFF


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Walk the segments to the start of the frame, which holds the size."""
    at = 2
    while data[at : at + 1] == b"\xff" and at + 9 <= len(data):
        if data[at + 1] in JPEG_FRAMES:
            return _big(data[at + 7 : at + 9]), _big(data[at + 5 : at + 7])
        at += 2 + _big(data[at + 2 : at + 4])
    return 0, 0


def _big(field: bytes) -> int:
    return int.from_bytes(field, "big")


def _little(field: bytes) -> int:
    return int.from_bytes(field, "little")
