"""Whether classes have samples enough, and about as many each."""

from collections.abc import Iterator
from typing import Final

from training.protocol.data_look import FEW, UNBALANCED, Trouble

TOO_FEW: Final = 10
TIMES: Final = 5
NAMED: Final = 10


def balance(counts: tuple[tuple[str, int, int], ...]) -> Iterator[Trouble]:
    """What is worth knowing about how many samples each class has."""
    totals = {name: train + test for name, train, test in counts}
    few = [name for name, count in totals.items() if count < TOO_FEW]
    if few:
        yield Trouble(code=FEW, details={"classes": few[:NAMED]})
    most, least = max(totals, key=totals.__getitem__), min(totals, key=totals.__getitem__)
    times = totals[most] // max(1, totals[least])
    if times >= TIMES:
        yield Trouble(code=UNBALANCED, details={"most": most, "least": least, "times": times})
