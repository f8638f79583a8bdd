"""Epochs of several ``fit`` calls, numbered on through a job."""


class Numbering:
    """Gives each epoch a number of its own, from 1.

    A ``fit`` that goes on where the one before ended (``initial_epoch``) keeps Keras's own
    numbers; one that begins at its beginning is numbered on.

    Attributes:
        fit: which ``fit`` it is, from 1.
        last: the highest number so far.
    """

    def __init__(self) -> None:
        self.fit = 0
        self.last = 0
        self._shift = 0

    def begin(self, initial_epoch: int) -> None:
        """A ``fit`` begins with this epoch, counted from 0 as Keras does."""
        self.fit += 1
        self._shift = 0 if initial_epoch >= self.last else self.last - initial_epoch

    def number(self, epoch: int) -> int:
        """The number of an epoch of this ``fit``, counted from 0."""
        return epoch + 1 + self._shift

    def total(self, epochs: int) -> int:
        """The number of the last epoch of this ``fit``, where it does so many."""
        return epochs + self._shift

    def ended(self, epoch: int) -> None:
        """An epoch is over."""
        self.last = max(self.last, self.number(epoch))
