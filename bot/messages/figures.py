"""Figures for people: durations, sizes, metrics, bars."""

import math
from collections.abc import Mapping

import humanize

from bot.messages.markup import shortened
from bot.messages.translation import say, say_many

BAR_CELLS, CELLS = 10, 5
NO_FIGURE, BEYOND = "?", 1e18  # no time and no size is that long, and no NaN is less
MOST_METRICS, METRIC_NAME = 6, 24
MOST_PLAIN = 10_000  # beyond, a figure is written with its power of ten
MINUTE_S, HOUR_S, DAY_S, YEAR_S = 60, 3600, 86400, 31_557_600
KILOBYTE = 1000


def duration(seconds: float) -> str:
    """Seconds as ``8.4 s``, ``1 min 05 s``, ``2 h 10 min`` or ``3 d 4 h``."""
    if not abs(seconds) < BEYOND:
        return NO_FIGURE
    seconds = max(0.0, seconds)  # a clock that was set back
    if seconds < 10:  # noqa: PLR2004 - below ten seconds a tenth matters
        return say("{seconds:.1f} s", seconds=seconds)
    whole = round(seconds)
    if whole < MINUTE_S:
        return say("{seconds} s", seconds=whole)
    minutes, rest = divmod(whole, MINUTE_S)
    if whole < HOUR_S:
        return say("{minutes} min {seconds:02d} s", minutes=minutes, seconds=rest)
    hours, minutes = divmod(minutes, 60)
    if whole < DAY_S:
        return say("{hours} h {minutes:02d} min", hours=hours, minutes=minutes)
    days, hours = divmod(hours, 24)
    return say("{days} d {hours} h", days=days, hours=hours)


def roughly(seconds: float) -> str:
    """Seconds of something that is guessed or long: ``8 s``, ``3 min``, ``2 h 10 min``."""
    if MINUTE_S <= seconds < HOUR_S:
        return say("{minutes} min", minutes=round(seconds / MINUTE_S))
    if seconds < MINUTE_S:
        return say("{seconds} s", seconds=max(1, round(seconds)))
    return duration(seconds)


def between(least_s: float, most_s: float) -> str:
    """Seconds that are guessed, from the least to the most: ``4–5 min``, ``50 s to 2 min``."""
    least, most = roughly(least_s), roughly(most_s)
    if least == most:
        return most
    if most_s < MINUTE_S:
        return say("{least}–{most} s", least=max(1, round(least_s)), most=round(most_s))
    if least_s >= MINUTE_S and most_s < HOUR_S:
        whole = [round(seconds / MINUTE_S) for seconds in (least_s, most_s)]
        return say("{least}–{most} min", least=whole[0], most=whole[1])
    return say("{least} to {most}", least=least, most=most)


def interval(seconds: float) -> str:
    """Seconds that somebody chose: ``30 min``, ``2 h``, ``1 h 30 min``."""
    hours, minutes = divmod(round(seconds / MINUTE_S), 60)
    if not hours:
        return say("{minutes} min", minutes=minutes)
    if not minutes:
        return say("{hours} h", hours=hours)
    return say("{hours} h {minutes} min", hours=hours, minutes=minutes)


def size(size_bytes: float) -> str:
    """Bytes as ``12.3 MB``."""
    if not abs(size_bytes) < BEYOND:
        return NO_FIGURE
    if abs(size_bytes) < KILOBYTE:
        return say_many("{count} Byte", "{count} Bytes", int(size_bytes))
    return humanize.naturalsize(size_bytes, format="%.1f")


def tflops(value: float) -> str:
    """A speed in 10¹² operations a second, as ``4.1 TFLOP/s`` or ``85 GFLOP/s``."""
    if not abs(value) < BEYOND:
        return NO_FIGURE
    return f"{value:,.3g} TFLOP/s" if value >= 1 else f"{1000 * value:.3g} GFLOP/s"


def percent(fraction: float) -> str:
    """A fraction as ``99.18%``."""
    if not math.isfinite(fraction):
        return str(fraction)
    return f"{100 * fraction:.2f}%" if abs(fraction) < MOST_PLAIN else f"{100 * fraction:.4g}%"


def is_fraction(metric: str) -> bool:
    """Whether a metric is a share of the whole, by its Keras name."""
    return metric.rpartition("val_")[2].endswith(("accuracy", "acc", "precision", "recall", "auc"))


def metric(name: str, value: float) -> str:
    """A metric's value: shares in percent, others in four digits."""
    if is_fraction(name):
        return percent(value)
    return f"{value:.4f}" if abs(value) < 1 else f"{value:.4g}"


def metrics(values: Mapping[str, float]) -> str:
    """Metrics in one line, the first few; plain text."""
    shown = list(values.items())[:MOST_METRICS]
    return " · ".join(
        f"{shortened(name, METRIC_NAME)} {metric(name, value)}" for name, value in shown
    )


def in_five(value: float) -> str:
    """A figure in five characters where five can show it: ``0.029``, ``99.18``, ``3e-05``."""
    if not math.isfinite(value):
        return str(value)
    rounded = f"{value:.3f}"
    if float(rounded) == 0 and value != 0:
        return f"{value:.0e}"
    fitting = (f"{value:.{digits}f}" for digits in (3, 2, 1, 0))
    return next((text for text in fitting if len(text) <= CELLS), f"{value:.0e}")


def bar(fraction: float) -> str:
    """A progress bar of ten cells."""
    filled = round(BAR_CELLS * min(1.0, max(0.0, fraction)))
    return "▓" * filled + "░" * (BAR_CELLS - filled)


def counted(count: int, noun: str) -> str:
    """``1 file``, ``2,340 files``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
