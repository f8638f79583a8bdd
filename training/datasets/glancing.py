"""A glance into a folder of pictures: as far as one gets in some seconds."""

import hashlib
import os
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from training.datasets.balance import balance
from training.datasets.contact_sheet import ACROSS, CELL, MOST_ROWS, contact_sheet
from training.datasets.finding import found_pictures
from training.datasets.picture import Form, Unreadable, decode, look_at
from training.datasets.picture_folder import Classes, PictureFolder, list_pictures
from training.datasets.pictures import class_names, find_form, parted
from training.datasets.reading import Glance
from training.protocol.data_look import (
    DAMAGED,
    NOT_WHOLE,
    TEST_IN_TRAIN,
    TWO_CLASSES,
    DataSeen,
    Trouble,
)
from training.protocol.failure import TaskError
from training.protocol.spec import Colour, TrainSpec

HEAD_BYTES, TAIL_BYTES = 1 << 18, 1 << 16
# How files begin and end; one that was cut off while it was copied has no end.
ENDS: Final = {b"\xff\xd8": b"\xff\xd9", b"\x89PNG": b"IEND\xaeB`\x82"}
PADDING: Final = 64
SHOWN: Final = 3


def glance_at_pictures(root: Path, glance: Glance) -> tuple[DataSeen, bytes]:
    """What is in a folder of pictures, and a picture of some.

    Raises:
        TaskError: it holds no classes of pictures.
    """
    folder = list_pictures(root)
    counts = tuple(_counts(folder))
    picture = contact_sheet(_samples(folder.train))
    troubles: list[Trouble] = []
    about = None
    try:
        names, spec = class_names(folder, root), TrainSpec(data=str(root))
        _, learned, tested = parted(folder, names, spec)
        form = find_form(folder.files, spec, root)
        about = found_pictures(
            root.name,
            (len(learned), len(tested)),
            form.shape,
            [_shown(name) for name in names],
            own_test=folder.test is not None,
        )
    except TaskError as error:
        troubles.append(Trouble(code=error.code, details=error.details))
    look = _Contents(root, glance)
    look.read(folder)
    troubles += [*look.troubles(), *balance(counts)]
    seen = DataSeen(
        name=root.name, size_bytes=look.size_bytes, about=about, counts=counts,
        troubles=tuple(troubles), picture=True,
    )  # fmt: skip
    return seen, picture


class _Contents:
    """Reads files in an order by chance, so that a part of them stands for all."""

    def __init__(self, root: Path, glance: Glance) -> None:
        self.size_bytes = 0
        self._root, self._glance = root, glance
        self._looked_at = self._total = 0
        self._damaged: list[Path] = []
        # Content to (class, of the test set, file) of all that have it.
        self._same: defaultdict[bytes, list[tuple[str, bool, Path]]] = defaultdict(list)

    def read(self, folder: PictureFolder) -> None:
        """As many as there is time for."""
        every = [
            (name, is_test, file)
            for is_test, part in ((False, folder.train), (True, folder.test or {}))
            for name, files in part.items()
            for file in files
        ]
        self._total = len(every)
        random.Random(0).shuffle(every)  # noqa: S311 - no secret
        for name, is_test, file in every:
            if self._glance.is_over:
                break
            self._looked_at += 1
            key = self._key(file)
            if key is None:
                self._damaged.append(file)
            else:
                self._same[key].append((name, is_test, file))
        if self._looked_at:
            self.size_bytes = self.size_bytes * self._total // self._looked_at

    def troubles(self) -> Iterator[Trouble]:
        """What is worth knowing."""
        if self._damaged:
            yield self._trouble(DAMAGED, self._damaged)
        groups = [group for group in self._same.values() if len(group) > 1]
        both = [
            file
            for group in groups
            if {False, True} <= {is_test for _, is_test, _ in group}
            for _, is_test, file in group
            if is_test
        ]
        if both:
            yield self._trouble(TEST_IN_TRAIN, both)
        mixed = [group[0][2] for group in groups if len({name for name, _, _ in group}) > 1]
        if mixed:
            yield self._trouble(TWO_CLASSES, mixed)
        if self._looked_at < self._total:
            details = {"looked_at": self._looked_at, "total": self._total}
            yield Trouble(code=NOT_WHOLE, details=dict(details))

    def _trouble(self, code: str, files: Sequence[Path]) -> Trouble:
        some = [_shown(str(file.relative_to(self._root))) for file in sorted(files)[:SHOWN]]
        return Trouble(code=code, details={"count": len(files), "files": some})

    def _key(self, file: Path) -> bytes | None:
        """What tells a file's content; none where it is damaged."""
        try:
            with file.open("rb") as content:
                size = os.fstat(content.fileno()).st_size
                head = content.read(HEAD_BYTES)
                if size > HEAD_BYTES:
                    content.seek(max(HEAD_BYTES, size - TAIL_BYTES))
                tail = content.read(TAIL_BYTES) if size > HEAD_BYTES else b""
        except OSError:
            return None
        self.size_bytes += size
        whole = _is_whole(file, head, tail or head)
        return hashlib.sha256(head + tail).digest() if whole else None


def _is_whole(file: Path, head: bytes, tail: bytes) -> bool:
    """Whether a file is a picture with its end; of kinds without a known one, with a head."""
    if not head:
        return False
    for begin, end in ENDS.items():
        if head.startswith(begin):
            return end in tail[-PADDING:]
    try:
        look_at(file)
    except Unreadable:
        return False
    return True


def _counts(folder: PictureFolder) -> Iterator[tuple[str, int, int]]:
    test = folder.test or {}
    for name in dict.fromkeys([*folder.train, *test]):
        yield _shown(name), len(folder.train.get(name, ())), len(test.get(name, ()))


def _samples(classes: Classes) -> dict[str, list[NDArray[Any]]]:
    form = Form(CELL, CELL, Colour.RGB)
    found: dict[str, list[NDArray[Any]]] = {}
    for name, files in list(classes.items())[:MOST_ROWS]:
        step = max(1, len(files) // ACROSS)
        found[_shown(name)] = pixels = []
        for file in files[::step][:ACROSS]:
            try:
                pixels.append(decode(file.read_bytes(), form))
            except (Unreadable, OSError):
                pixels.append(np.zeros(form.shape, np.uint8))
    return found


def _shown(name: str) -> str:
    return name.encode(errors="replace").decode()
