"""The learning rate of the quick recipe: one cycle over all epochs, up and down again."""

from dataclasses import dataclass
from typing import Final

UP: Final = 0.3  # of the cycle's steps
FIRST, LAST = 0.04, 0.001  # of the highest rate
ADDED: Final = 0.1


@dataclass(frozen=True, slots=True)
class Cycle:
    """The rate at each step; it depends on nothing but these values and the place.

    A run that goes on in the middle of an epoch has the rates of one that was never
    interrupted. Epochs that were added after the cycle was made have one way down each,
    from a tenth of the highest rate: a warm restart.

    Attributes:
        highest: the rate at the top.
        epochs: how many the cycle has.

    Source: Smith and Topin, Super-Convergence (arXiv 1708.07120), 2018; the restarts are
        those of Loshchilov and Hutter, SGDR (arXiv 1608.03983), 2017.
    """

    highest: float
    epochs: int

    def rate(self, epoch: int, share: float) -> float:
        """The learning rate of a step.

        Args:
            epoch: from 1.
            share: of that epoch's steps, how many are done, from 0 to 1.
        """
        if epoch > self.epochs:
            return self.highest * _between(ADDED, LAST, share)
        done = (epoch - 1 + share) / self.epochs
        if done < UP:
            return self.highest * _between(FIRST, 1.0, done / UP)
        return self.highest * _between(1.0, LAST, (done - UP) / (1 - UP))


def _between(first: float, last: float, share: float) -> float:
    return first + (last - first) * share
