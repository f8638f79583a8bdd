"""Which format a file has, by what is in it; its name only words the refusal."""

import tarfile
from collections.abc import Callable
from pathlib import Path

from training.archives.decoders import (
    Decoder,
    bz2_decoder,
    decompressing,
    gzip_decoder,
    xz_decoder,
)
from training.archives.members import Archive
from training.archives.tar_archive import TarArchive
from training.archives.zip_archive import ZipArchive
from training.archives.zip_directory import END_MAGIC, MAX_COMMENT_BYTES
from training.protocol.failure import FailureCode, TaskError

ZIP_MAGICS = (b"PK\3\4", b"PK\5\6", b"PK\7\x08")
COMPRESSIONS: dict[bytes, Callable[[], Decoder]] = {
    b"\x1f\x8b": gzip_decoder,
    b"BZh": bz2_decoder,
    b"\xfd7zXZ\0": xz_decoder,
}
SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
BLOCK = tarfile.BLOCKSIZE


def open_archive(path: Path, passed: Callable[[int], None]) -> Archive:
    """Open an archive.

    Args:
        passed: see ``TarArchive``.

    Raises:
        TaskError: there is no such file, or it is no archive of a known format.
    """
    if not path.is_file():
        raise TaskError(FailureCode.ARCHIVE_MISSING)
    with path.open("rb") as file:
        start = file.read(BLOCK)
        if start.startswith(ZIP_MAGICS):
            return ZipArchive(path)
        for magic, new_decoder in COMPRESSIONS.items():
            if start.startswith(magic):
                file.seek(0)
                if _is_tar(decompressing(file, new_decoder).read(BLOCK), path):
                    return TarArchive(path, new_decoder, passed)
                raise _not_an_archive(path)
        if _is_tar(start, path):
            return TarArchive(path, None, passed)
        # A program that unpacks itself: the zip stands behind it.
        file.seek(max(0, file.seek(0, 2) - MAX_COMMENT_BYTES - BLOCK))
        if END_MAGIC in file.read():
            return ZipArchive(path)
    raise _not_an_archive(path)


def _is_tar(block: bytes, path: Path) -> bool:
    """Whether a tar begins so. An empty one is all zero, but then its name must say tar."""
    if block == bytes(BLOCK):
        return _has_suffix(path)
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.TarError, ValueError):
        return False
    return True


def _has_suffix(path: Path) -> bool:
    return path.name.lower().endswith(SUFFIXES)


def _not_an_archive(path: Path) -> TaskError:
    """A file that is called an archive is a damaged one; any other is none."""
    named = _has_suffix(path)
    return TaskError(FailureCode.ARCHIVE_DAMAGED if named else FailureCode.ARCHIVE_UNSUPPORTED)
