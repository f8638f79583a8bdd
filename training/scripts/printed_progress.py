"""Progress of programs that only print it: ``Epoch 3/10`` and tqdm's bars."""

import re
from typing import NamedTuple

_EPOCH = re.compile(
    r"\bepochs?\s*[:#=]?\s*[\[(]?\s*(\d{1,7})\s*(?:/|of)\s*(\d{1,7})", re.IGNORECASE
)
# 45%|████▌     | 45/100 [00:10<00:12, 4.50it/s]
_BAR = re.compile(r"(\d{1,3})%\|[^|]*\|\s*([\d.]+[kMGT]?)\s*/\s*([\d.]+[kMGT]?)\s*\[")
_UNITS = {"k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


class Stand(NamedTuple):
    """How far a program says it is: the epoch from 1, and the part of it."""

    epoch: int | None = None
    epochs: int | None = None
    done: int | None = None
    total: int | None = None


class PrintedProgress:
    """Reads progress from what is printed, a line at a time."""

    def __init__(self) -> None:
        self._stand = Stand()

    @property
    def stand(self) -> Stand:
        """How far the program is."""
        return self._stand

    def heard(self, line: str) -> Stand | None:
        """How far the program is after a line; none where that does not tell."""
        found = self._stand
        epoch, bar = _epoch(line), _BAR.search(line[:2_000])
        if epoch is not None and epoch != (found.epoch, found.epochs):
            found = Stand(*epoch)
        if bar is not None:
            done, total = _number(bar[2]), _number(bar[3])
            if epoch is None and line.lstrip().lower().startswith("epoch"):
                done, total = found.done or 0, found.total or 0
            if total:
                found = found._replace(done=min(done, total), total=total)
        if found == self._stand:
            return None
        self._stand = found
        return found


def _epoch(line: str) -> tuple[int, int] | None:
    found = _EPOCH.search(line[:2_000])
    if found is None:
        return None
    epoch, epochs = int(found[1]), int(found[2])
    return (epoch, epochs) if 1 <= epoch <= epochs else None


def _number(text: str) -> int:
    try:
        return int(float(text.rstrip("kMGT")) * _UNITS.get(text[-1], 1))
    except ValueError:
        return 0
