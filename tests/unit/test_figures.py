"""Durations as people say them: measured ones, guessed ones, chosen ones."""

import pytest

from bot.messages import figures


@pytest.mark.parametrize(
    ("seconds", "said"), [(60, "1 min"), (1800, "30 min"), (7200, "2 h"), (5400, "1 h 30 min")]
)
def test_what_somebody_chose_has_no_empty_parts(seconds: float, said: str) -> None:
    """No ``30 min 00 s`` where thirty minutes were asked for."""
    assert figures.interval(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "1 s"), (-3, "1 s"), (7.6, "8 s"), (200, "3 min"), (7800, "2 h 10 min")],
)
def test_what_is_guessed_has_no_tenths(seconds: float, said: str) -> None:
    """A job that is about to end has about a second left, not ``0.0 s``."""
    assert figures.roughly(seconds) == said


@pytest.mark.parametrize(
    ("value", "shown"),
    [(93.617, "93.62"), (0.0286, "0.029"), (100.0, "100.0"), (1234.567, "1235"), (3e-5, "3e-05")],
)
def test_a_figure_in_five_characters_is_rounded(value: float, shown: str) -> None:
    """Not cut: a table and the words beside it must not differ in their last digit."""
    assert figures.in_five(value) == shown


@pytest.mark.parametrize(
    ("least_s", "most_s", "said"),
    [
        (0.2, 3, "1–3 s"),
        (7.9, 8.2, "8 s"),
        (241, 299, "4–5 min"),
        (50, 70, "50 s to 1 min"),
        (3400, 4000, "57 min to 1 h 06 min"),
        (7200, 9000, "2 h 00 min to 2 h 30 min"),
    ],
)
def test_what_is_guessed_from_the_least_to_the_most_is_short(
    least_s: float, most_s: float, said: str
) -> None:
    """The unit once where it is the same, one value where both are."""
    assert figures.between(least_s, most_s) == said
