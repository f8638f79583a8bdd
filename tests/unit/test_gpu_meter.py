"""Readings of the GPU that nobody waits for."""

import threading
from collections.abc import Callable

from bot.gpu_meter import FRESH_S, NONE_FOUND_S, GpuMeter
from bot.machine import Gpu

T4 = Gpu("Tesla T4", 1, 2, 3, 4, "580")


def test_a_driver_that_hangs_holds_up_nobody() -> None:
    """Whoever asks gets what is known, and no second thread is sent after the first."""
    answer, asked = threading.Event(), []

    def read() -> tuple[Gpu, ...]:
        asked.append(threading.current_thread())
        answer.wait(60)
        return (T4,)

    meter = GpuMeter(read)
    assert [meter.latest() for _ in range(5)] == [()] * 5
    answer.set()
    asked[0].join(60)
    assert len(asked) == 1
    assert meter.latest() == (T4,)


def test_a_reading_is_renewed_when_it_is_old(wait_until: Callable[..., object]) -> None:
    """Not sooner; and where no GPU was found, not for a while."""
    now, readings, taken = [0.0], [(T4,), ()], []

    def read() -> tuple[Gpu, ...]:
        taken.append(now[0])
        return readings[len(taken) - 1] if len(taken) <= len(readings) else ()

    def latest_after(seconds: float, count: int) -> None:
        now[0] += seconds
        meter.latest()
        wait_until(lambda: len(taken) == count and not meter._reading.is_alive())

    meter = GpuMeter(read, lambda: now[0])
    latest_after(0, 1)
    latest_after(FRESH_S / 2, 1)
    latest_after(FRESH_S, 2)
    latest_after(FRESH_S, 2)
    latest_after(NONE_FOUND_S, 3)
