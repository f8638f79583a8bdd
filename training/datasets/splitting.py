"""Which samples are learned and which are for the test; the same each time."""

import numpy as np

from training.datasets.rows import Indices

# The keys of the draws: the same samples whatever a training's seed is, so that
# trainings with several seeds are tested with the same pictures.
SPLIT, SUBSET = 101, 102
USUAL_SHARE = 0.2


def split(labels: Indices, share: float) -> tuple[Indices, Indices]:
    """Part samples into those to learn from and those to test with, class by class.

    Of a class with two samples or more at least one goes to either side.

    Shapes:
        labels: (n,) int64
        output: two sorted (k,) int64 that are (0 … n - 1) together
    """
    tested: list[Indices] = []
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        count = min(max(1, round(share * len(members))), len(members) - 1)
        drawn = np.random.default_rng([SPLIT, int(label)]).permutation(members)
        tested.append(drawn[:count])
    test = np.sort(np.concatenate(tested))
    return np.setdiff1d(np.arange(len(labels)), test), test


def some_of(chosen: Indices, limit: int | None) -> Indices:
    """At most so many, drawn evenly: data often lies class by class.

    Shapes:
        output: sorted (min(n, limit),) int64
    """
    if limit is None or limit >= len(chosen):
        return chosen
    return np.sort(np.random.default_rng(SUBSET).permutation(chosen)[:limit])
