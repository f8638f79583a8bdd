"""A folder with a folder of pictures for each class: what lies where.

The layout, and the order of the classes, are those of Keras's
``image_dataset_from_directory``. Beyond it: folders ``train`` and ``test`` (or
``val``) are taken for what they say, and a folder that holds nothing but one other
is passed through, as archives often unpack to such.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from training.protocol.failure import FailureCode, TaskError

ENDINGS: Final = frozenset(
    {".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".pgm", ".ppm"}
)
TRAIN: Final = ("train", "training")
# The first that is there is the test set.
TEST: Final = ("test", "testing", "val", "valid", "validation")
NOT_OURS: Final = ("__macosx",)
Classes = Mapping[str, tuple[Path, ...]]


@dataclass(frozen=True, slots=True)
class PictureFolder:
    """The pictures of each class, by the class's name, in order.

    Attributes:
        test: those of the test set, where the folder has one.
    """

    root: Path
    train: Classes
    test: Classes | None = None

    @property
    def files(self) -> list[Path]:
        """All pictures, those of the test set last."""
        parts = [self.train, self.test or {}]
        return [file for part in parts for files in part.values() for file in files]


def list_pictures(root: Path) -> PictureFolder:
    """Find the pictures of a folder.

    Raises:
        TaskError: NO_CLASS_FOLDERS; the pictures are not sorted into classes, or there are none.
        OSError: the folder cannot be read.
    """
    inner = _inner(root)
    folders = {folder.name.lower(): folder for folder in _folders(inner)}
    train = next((folders[name] for name in TRAIN if name in folders), None)
    if train is None:
        return PictureFolder(inner, _classes(inner, root))
    tested = (_found(folders[name]) for name in TEST if name in folders)
    # A test set whose classes are not told, as competitions have them, cannot be used.
    test = next((classes for classes in tested if classes), None)
    return PictureFolder(inner, _classes(_inner(train), root), test)


def is_picture(name: str) -> bool:
    """Whether a file is called as pictures are."""
    return not name.startswith(".") and os.path.splitext(name)[1].lower() in ENDINGS  # noqa: PTH122


def _classes(folder: Path, root: Path) -> Classes:
    found = _found(folder)
    if not found:
        loose = sum(is_picture(name) for name in os.listdir(folder))  # noqa: PTH208
        raise TaskError(FailureCode.NO_CLASS_FOLDERS, file=str(root), pictures=loose)
    return found


def _found(folder: Path) -> Classes:
    by_class = {class_.name: tuple(_pictures(class_)) for class_ in _folders(folder)}
    return {name: files for name, files in by_class.items() if files}


def _inner(folder: Path) -> Path:
    """The folder itself, or the one inside that is all it has."""
    inside = _folders(folder)
    while len(inside) == 1 and _folders(inside[0]) and not _has_pictures(folder):
        folder, inside = inside[0], _folders(inside[0])
    return folder


def _folders(folder: Path) -> list[Path]:
    """In the order of their names, without hidden ones."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if entry.is_dir()]
    shown = [name for name in names if name[0] != "." and name.lower() not in NOT_OURS]
    return [folder / name for name in sorted(shown)]


def _may_be_read(file: Path) -> bool:
    """Whether it is no pipe or device, which might never end; a link to nowhere is told later."""
    try:
        return stat.S_ISREG(file.stat().st_mode)
    except OSError:
        return True


def _has_pictures(folder: Path) -> bool:
    return any(is_picture(name) for name in os.listdir(folder))  # noqa: PTH208


def _pictures(folder: Path) -> Iterator[Path]:
    for inside, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name[0] != ".")
        pictures = (Path(inside, name) for name in sorted(files) if is_picture(name))
        yield from (file for file in pictures if _may_be_read(file))
