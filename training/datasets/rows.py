"""Samples that are fetched when a batch needs them, from wherever they lie."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]


class Source(Protocol):
    """Where samples lie: an array in memory or on the disk, or a folder of pictures."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(n, …): all samples, each as the rest says."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """uint8 or float32."""

    def __getitem__(self, chosen: Indices) -> NDArray[Any]:
        """Some samples.

        Shapes:
            chosen: (k,) int64
            output: (k, …)
        """


@dataclass(frozen=True, slots=True)
class Rows:
    """Some of a source's samples with their classes.

    Attributes:
        source: where they lie.
        chosen: which of them these are.
        labels: the class of each of these.
        classes: how many classes there are.
        divisor: what their values are divided by on the way to the network.

    Shapes:
        chosen: (n,) int64
        labels: (n,) int64 in [0, classes)
    """

    source: Source
    chosen: Indices
    labels: Indices
    classes: int
    divisor: float = 1.0

    def __len__(self) -> int:
        return len(self.chosen)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one sample."""
        return self.source.shape[1:]

    def take(self, positions: Indices) -> NDArray[Any]:
        """Samples by their position among these.

        Shapes:
            positions: (k,) int64
            output: (k, …) of the source's dtype
        """
        chosen = self.chosen[positions]
        # Neighbours on the disk are read together, whatever order they are wanted in.
        order = np.argsort(chosen, kind="stable")
        found = self.source[chosen[order]]
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        return np.asarray(found[back])
