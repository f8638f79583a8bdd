"""A folder of pictures as data to learn from."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np

from training.data import Dataset
from training.datasets.finding import found
from training.datasets.picture import Form, Look, Unreadable, look_at
from training.datasets.picture_folder import PictureFolder, list_pictures
from training.datasets.preparing import Prepared, prepare
from training.datasets.reading import Reading
from training.datasets.rows import Indices, Rows
from training.datasets.splitting import USUAL_SHARE, some_of, split
from training.protocol.events import WarningRaised
from training.protocol.failure import Detail, FailureCode, TaskError, WarningCode
from training.protocol.spec import Colour, TrainSpec

LOOKED_AT: Final = 500
LARGEST_SIDE: Final = 96
SIDES: Final = ("height", "width")
NAMED: Final = 3
BYTE: Final = 255.0


def read_pictures(root: Path, spec: TrainSpec, run: Reading) -> Dataset:
    """Read the pictures of a folder with a folder for each class.

    Raises:
        TaskError: what is wrong with it, and where.
        Stopped: the user wanted it to stop.
        OSError: the folder does not answer, or the disk is full.
    """
    folder = list_pictures(root)
    names = class_names(folder, root)
    labels, learned, tested = parted(folder, names, spec)
    files = folder.files
    wanted = np.sort(np.concatenate([learned, tested]))
    used = [files[index] for index in wanted]
    form = find_form(used, spec, root)
    print(f"{len(files)} pictures, brought to {form.height} x {form.width} {form.colour.value}")
    prepared = prepare(used, form, run)
    _tell_bad(prepared, used, root, run)
    train, test = (
        _rows(prepared, np.searchsorted(wanted, part), labels[part], len(names))
        for part in (learned, tested)
    )
    return Dataset(
        train,
        test,
        about=found(
            root.name, train, test, [_shown(name) for name in names],
            own_test=folder.test is not None,
            fingerprint=_fingerprint(used, folder.root, form, prepared),
        ),
    )  # fmt: skip


def find_form(files: Sequence[Path], spec: TrainSpec, root: Path) -> Form:
    """What the pictures are brought to: as the spec says, else as most of them are.

    Raises:
        TaskError: PICTURES_DAMAGED; none of those looked at can be read.
    """
    chosen = some_of(np.arange(len(files)), LOOKED_AT)
    looks: list[Look] = []
    why = ""
    for index in chosen:
        try:
            looks.append(look_at(files[index]))
        except Unreadable as error:
            why = why or str(error)
    if not looks:
        raise _damaged(root, len(chosen), len(chosen), files[chosen[0]], why)
    grey = all(look.is_grey for look in looks)
    colour = spec.colour or (Colour.GREY if grey else Colour.RGB)
    if spec.image_size is not None:
        height, _, width = spec.image_size.partition("x")
        return Form(int(height), int(width or height), colour)
    height, width = (median(getattr(look, side) for look in looks) for side in SIDES)
    shrunk = min(1.0, LARGEST_SIDE / max(height, width))
    return Form(max(1, round(height * shrunk)), max(1, round(width * shrunk)), colour)


def class_names(folder: PictureFolder, root: Path) -> list[str]:
    """The classes.

    Raises:
        TaskError: DATA_ONE_CLASS, DATA_NEW_CLASS.
    """
    names = list(folder.train)
    if len(names) < 2:  # noqa: PLR2004
        raise TaskError(
            FailureCode.DATA_ONE_CLASS, file=str(root), classes=[_shown(name) for name in names]
        )
    strange = [_shown(name) for name in folder.test or {} if name not in folder.train]
    if strange:
        raise TaskError(FailureCode.DATA_NEW_CLASS, file=str(root), classes=strange[:5])
    return names


def parted(
    folder: PictureFolder, names: list[str], spec: TrainSpec
) -> tuple[Indices, Indices, Indices]:
    """The class of each file, and which files are learned and which are for the test."""
    numbers = {name: number for number, name in enumerate(names)}
    parts = [folder.train, folder.test or {}]
    train, test = (
        np.array([numbers[name] for name, files in part.items() for _ in files], np.int64)
        for part in parts
    )
    labels = np.concatenate([train, test])
    if folder.test is None:
        learned, tested = split(train, spec.validation or USUAL_SHARE)
    else:
        learned, tested = np.arange(len(train)), np.arange(len(train), len(labels))
    return labels, some_of(learned, spec.samples), some_of(tested, spec.samples)


def _rows(prepared: Prepared, chosen: Indices, labels: Indices, classes: int) -> Rows:
    good = np.array([index not in prepared.bad for index in chosen.tolist()], bool)
    return Rows(prepared.source, chosen[good], labels[good], classes, BYTE)


def _tell_bad(prepared: Prepared, files: Sequence[Path], root: Path, run: Reading) -> None:
    """Say which files are left out.

    Raises:
        TaskError: PICTURES_DAMAGED; most of them would be.
    """
    if not prepared.bad:
        return
    first = next(iter(prepared.bad))
    if 2 * len(prepared.bad) > len(files):
        raise _damaged(root, len(prepared.bad), len(files), files[first], prepared.bad[first])
    for index, why in prepared.bad.items():
        print(f"Left out {_shown(str(files[index]))}: {why}")
    some = [_shown(_place(files[index], root)) for index in list(prepared.bad)[:NAMED]]
    details: dict[str, Detail] = {
        "count": len(prepared.bad), "files": some, "error": prepared.bad[first],
    }  # fmt: skip
    run.report(WarningRaised(code=WarningCode.PICTURES_LEFT_OUT, details=details))


def _damaged(root: Path, count: int, total: int, first: Path, why: str) -> TaskError:
    return TaskError(
        FailureCode.PICTURES_DAMAGED, file=str(root), count=count, total=total,
        first=_shown(_place(first, root)), error=why,
    )  # fmt: skip


def _fingerprint(files: Sequence[Path], root: Path, form: Form, prepared: Prepared) -> str:
    digest = hashlib.sha256(repr(form).encode())
    for file, content in zip(files, prepared.digests, strict=True):
        digest.update(os.fsencode(file.relative_to(root)) + b"\0" + content)
    return digest.hexdigest()


def _place(file: Path, root: Path) -> str:
    return str(file.relative_to(root))


def _shown(name: str) -> str:
    """A name that can be written down; some hold bytes that are no text."""
    return name.encode(errors="replace").decode()
