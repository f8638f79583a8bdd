"""What a training computes on, as the chat shows it."""

from datetime import UTC, timedelta

from bot.messages import cards, status
from bot.messages.markup import plain
from tests.jobs import NOW, after, running
from training.protocol.events import DeviceMeasured, Progressed, RunStarted

ON_T4 = DeviceMeasured(seq=2, run=1, at=NOW, name="Tesla T4", is_gpu=True, tflops=4.12)
ON_CPU = DeviceMeasured(seq=2, run=1, at=NOW, name="CPU (2 cores)", is_gpu=False, tflops=0.0851)


def test_the_card_names_the_device() -> None:
    """A line says what the epochs are computed on, until the first has begun, or with More."""
    assert "on Tesla T4" in cards.card(after(running(), ON_T4), [], NOW).splitlines()
    assert "on CPU (2 cores)" in cards.card(after(running(), ON_CPU), [], NOW).splitlines()
    step = Progressed(seq=3, run=1, at=NOW, done=1, total=9, unit="steps", epoch=1, epochs=2)
    begun, more = after(running(), ON_T4, step), cards.Surroundings(more=True)
    assert "\non " not in cards.card(begun, [], NOW)
    assert "on Tesla T4" in cards.card(begun, [], NOW, more).splitlines()
    assert "\non " not in cards.card(running(), [], NOW)


def test_job_tells_the_measured_speed() -> None:
    """/job has device and speed, in a unit that leaves a figure to read."""
    texts = [
        plain(status.job_details(after(running(), event), [], [], "/w", NOW, UTC))
        for event in (ON_T4, ON_CPU)
    ]
    assert "Computed on Tesla T4, 4.12 TFLOP/s" in texts[0].splitlines()
    assert "Computed on CPU (2 cores), 85.1 GFLOP/s" in texts[1].splitlines()


def test_a_later_run_has_its_own_device() -> None:
    """A job that goes on elsewhere does not keep the name of the machine before."""
    job = after(running(), ON_T4)
    later = RunStarted(seq=9, run=1, at=NOW + timedelta(hours=1), pid=8)
    assert after(job, later).progress.device is None
