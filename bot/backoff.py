"""Waiting longer after each failure in a row."""

import random

FIRST_S = 1.0
MOST_S = 60.0
MOST_DOUBLINGS = 10


class Backoff:
    """Doubles from one second to a minute, spread by chance so that callers do not meet."""

    def __init__(self) -> None:
        self._failures = 0

    def next_s(self) -> float:
        """How long to wait after one more failure."""
        longest: float = min(MOST_S, FIRST_S * 2.0**self._failures)
        self._failures = min(self._failures + 1, MOST_DOUBLINGS)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret

    def reset(self) -> None:
        """It worked."""
        self._failures = 0
