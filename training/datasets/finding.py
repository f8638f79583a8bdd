"""What was found out about data, as it is told."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from training.datasets.rows import Rows
from training.protocol.events import MOST_NAMED, DataRead

CHUNK_BYTES = 1 << 22


def found(
    name: str,
    train: Rows,
    test: Rows,
    classes: Sequence[str],
    *,
    own_test: bool,
    fingerprint: str,
) -> DataRead:
    """Put together what was found."""
    return DataRead(
        name=name,
        train=len(train),
        test=len(test),
        shape=train.shape,
        classes=tuple(classes[:MOST_NAMED]),
        class_count=len(classes),
        own_test=own_test,
        fingerprint=fingerprint,
    )


def found_pictures(
    name: str,
    counts: tuple[int, int],
    shape: tuple[int, ...],
    classes: Sequence[str],
    *,
    own_test: bool,
) -> DataRead:
    """Put together what a glance has found, which read no pixels."""
    train, test = counts
    return DataRead(
        name=name, train=train, test=test, shape=shape, classes=tuple(classes[:MOST_NAMED]),
        class_count=len(classes), own_test=own_test,
    )  # fmt: skip


def digest_of(file: Path, passed: Callable[[], None]) -> str:
    """SHA-256 of a file's content.

    Args:
        passed: called with each piece.
    """
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while piece := content.read(CHUNK_BYTES):
            digest.update(piece)
            passed()
    return digest.hexdigest()
