"""How far a training will get: what holds of every forecast."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deadline import (
    DRIFT,
    MOST_TOLD,
    SAVING_S,
    Forecast,
    Lifetime,
    Pace,
    Position,
    Verdict,
    forecast,
    is_news,
    pace_of,
    told_now,
)
from tests.jobs import NOW, at

PACES = st.builds(Pace, st.floats(0.001, 1e6), st.floats(0, 1e5))
LEFT = st.floats(-1e6, 1e6)
MORE = st.floats(0, 1e6)


@st.composite
def positions(draw: st.DrawFn) -> Position:
    epochs = draw(st.integers(1, 10_000))
    return Position(draw(st.integers(0, epochs)), epochs, at(draw(st.floats(-1e6, 10))))


@given(positions(), PACES, LEFT)
def test_a_forecast_is_sound(position: Position, pace: Pace, left_s: float) -> None:
    """What is safe is reached, what is reached is asked for, and nothing done is lost."""
    found = forecast(position, pace, NOW, at(left_s))
    assert position.done <= found.safe <= found.reached <= found.epochs
    assert (found.verdict is Verdict.FITS) == (found.safe == found.epochs)
    assert (found.verdict is Verdict.CUT) == (found.reached < found.epochs)
    assert found.done_at >= NOW


@given(positions(), PACES, LEFT, MORE)
def test_more_time_never_means_fewer_epochs(
    position: Position, pace: Pace, left_s: float, more_s: float
) -> None:
    """Neither those reached nor those that are safe."""
    sooner = forecast(position, pace, NOW, at(left_s))
    later = forecast(position, pace, NOW, at(left_s + more_s))
    assert sooner.reached <= later.reached
    assert sooner.safe <= later.safe


@given(positions(), PACES, LEFT, st.floats(1.0, 10.0), MORE)
def test_a_wider_spread_never_makes_more_safe(
    position: Position, pace: Pace, left_s: float, factor: float, more_s: float
) -> None:
    """And leaves what is likely as it is."""
    sure = forecast(position, pace, NOW, at(left_s))
    unsure = replace(pace, spread=pace.spread * factor + more_s)
    found = forecast(position, unsure, NOW, at(left_s))
    assert found.safe <= sure.safe
    assert found.reached == sure.reached


@given(positions(), st.floats(0.01, 1e5), st.floats(0, 1e6))
def test_epochs_of_one_length_are_counted_exactly(
    position: Position, seconds: float, left_s: float
) -> None:
    """As many as whole ones fit; to the second where one ends right at the end."""
    position = replace(position, began_at=NOW)
    found = forecast(position, Pace(seconds, 0), NOW, at(left_s))
    count = found.reached - position.done
    assert count * seconds <= left_s + 1e-3 * seconds + 1e-5
    if found.reached < found.epochs:
        assert (count + 1) * seconds > left_s - 1e-5


@given(
    st.lists(st.floats(0.5, 300), min_size=2, max_size=30),
    st.lists(st.floats(0.5, 1 + DRIFT), min_size=1, max_size=300),
    st.floats(0, 1e5),
)
def test_what_is_safe_is_over_and_saved_in_time(
    before: list[float], after: list[float], left_s: float
) -> None:
    """Whatever the epochs before took, if those to come are not slower than allowed for."""
    pace = pace_of(before)
    assert pace is not None
    position = Position(len(before), len(before) + len(after), NOW)
    found = forecast(position, pace, NOW, at(left_s))
    over_s = sum(pace.seconds * factor for factor in after[: found.safe - len(before)])
    assert found.safe == len(before) or over_s <= left_s - SAVING_S + 1e-3


def test_the_first_epoch_counts_only_alone() -> None:
    """It has the tracing in it; with another it would make the pace too slow."""
    assert pace_of([]) is None
    assert pace_of([90.0]) == Pace(90.0, 9.0)
    assert pace_of([90.0, 40.0]) == Pace(40.0, 4.0)
    assert pace_of([90.0, 40.0, 44.0]) == Pace(42.0, pytest.approx(2.83, abs=0.01))
    assert pace_of([float("nan")]) is None
    assert pace_of([0.0]) is None


@given(st.lists(st.floats(0.5, 1e6), min_size=1, max_size=50))
def test_the_pace_lies_among_the_epochs(seconds: list[float]) -> None:
    """Never faster than the fastest, never slower than the slowest."""
    pace = pace_of(seconds)
    assert pace is not None
    assert min(seconds) * (1 - 1e-9) <= pace.seconds <= max(seconds) * (1 + 1e-9)


def found(safe: int, reached: int | None = None, epochs: int = 50) -> Forecast:
    reached = safe if reached is None else reached
    return Forecast(Pace(41, 1), epochs, reached, safe, at(9000), at(8000))


def test_good_news_alone_is_none() -> None:
    """What fits is not worth a message unless something else was told before."""
    assert not is_news(None, found(50))
    assert is_news(None, found(49, 50))
    assert is_news(told_now(None, found(35)), found(50))


def test_small_changes_are_no_news() -> None:
    """A tenth of the epochs up or down is not told again; more is."""
    told = told_now(None, found(35))
    assert not is_news(told, found(30))
    assert not is_news(told, found(40))
    assert is_news(told, found(29))
    assert not is_news(told_now(None, found(49, 50)), found(50))


@given(st.lists(st.integers(0, 50), max_size=60))
def test_nobody_is_told_more_than_twice(safe: list[int]) -> None:
    """However the pace swings."""
    told, times = None, 0
    for count in safe:
        if is_news(told, found(count)):
            told, times = told_now(told, found(count)), times + 1
    assert times <= MOST_TOLD


def test_what_the_user_chose_is_not_told_back() -> None:
    """Fewer epochs that fit are no news, even if the many did not; fewer that do not are."""
    told = told_now(None, found(35))
    assert not is_news(told, found(35, epochs=35))
    assert is_news(told, found(30, epochs=35))
    assert not is_news(told.model_copy(update={"accepted": True}), found(5))


def test_another_machine_is_another_story() -> None:
    """What was told of the end of the last one does not count."""
    told = told_now(told_now(None, found(35)), found(20))
    assert not is_news(told, found(35))
    elsewhere = replace(found(35), ends_at=at(90_000))
    assert is_news(told, elsewhere)
    assert told_now(told, elsewhere).times == 1


def test_a_lifetime_ends_or_does_not() -> None:
    """12 hours after the machine came up; none where nothing is set."""
    assert Lifetime(NOW, 12).ends_at == NOW + timedelta(hours=12)
    assert Lifetime(NOW).ends_at is None
