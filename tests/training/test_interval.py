"""What is done about once a second, or every five minutes."""

import pytest

from training.callbacks import Interval

pytestmark = pytest.mark.keras


def test_an_interval_is_over_once_and_begins_anew() -> None:
    """Asking often does not make it come often; a restart puts it off."""
    now = 100.0
    interval = Interval(5, now=lambda: now)
    seen = []
    for now in (100.0, 104.9, 105.0, 105.1, 109.9, 130.0, 131.0):
        if interval.is_over():
            seen.append(now)
    assert seen == [105.0, 130.0]
    now = 134.0
    interval.restart()
    now = 138.0
    assert not interval.is_over()
