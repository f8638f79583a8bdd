"""Which data lies under some folders: by names and times alone, they cost least on a Drive."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from training.datasets.picture_folder import TEST, TRAIN, is_picture
from training.protocol.data_look import DataList

FILES: Final = {".npz": "npz", ".csv": "csv"}
PICTURES: Final = "pictures"
MOST_DEPTH: Final = 5
MOST_FOUND: Final = 500
WALK_S: Final = 4.0
PARTS: Final = frozenset({*TRAIN, *TEST})


def list_data(roots: Sequence[Path], most: int) -> DataList:
    """Find folders of pictures, arrays and tables.

    A folder that holds pictures is a class; the folder around it is the data, or the one
    around ``train`` and ``test``.

    Returns:
        folders of pictures first, as they are fewest among many files; the newest first of each.
    """
    until = time.monotonic() + WALK_S
    found: dict[str, str] = {}
    for root in roots:
        for folder, folders, files in os.walk(root):
            here = Path(folder)
            depth = len(here.relative_to(root).parts)
            folders[:] = sorted(f for f in folders if depth < MOST_DEPTH and f[0] != ".")
            for name in files:
                kind = FILES.get(Path(name).suffix.lower())
                if kind is not None and name[0] != ".":
                    found.setdefault(str(here / name), kind)
            if depth > 1 and any(is_picture(name) for name in files):
                around = here.parent
                if around.name.lower() in PARTS and around.parent != root.parent:
                    around = around.parent
                found.setdefault(str(around), PICTURES)
                folders[:] = []
            if time.monotonic() > until or len(found) > MOST_FOUND:
                return DataList(found=_shown(found, most), whole=False)
    return DataList(found=_shown(found, most), whole=len(found) <= most)


def _shown(found: dict[str, str], most: int) -> tuple[tuple[str, str], ...]:
    readable = [(path, kind) for path, kind in found.items() if _is_text(path)]
    readable.sort(key=lambda one: (one[1] != PICTURES, -_changed_at(one[0]), one[0]))
    return tuple(readable[:most])


def _changed_at(path: str) -> float:
    try:
        return Path(path).stat().st_mtime
    except OSError:
        return 0.0


def _is_text(path: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in path)
