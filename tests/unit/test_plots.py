"""Pictures: what is drawn, how it is thinned, and that it is a picture a phone can show."""

import asyncio
import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errand import Errand, NoAnswer
from bot.job import EpochRecord
from bot.messages import captions, curves
from bot.messages.markup import length
from bot.plot import Curve, Panel, Plot
from bot.plots import WIDTH_PX, Plots, rendered, thinned
from tests.jobs import queued

CAPTION_LIMIT = 1024
METRICS = {"loss": 0.2, "accuracy": 0.9, "val_loss": 0.1, "val_accuracy": 0.95}
HOSTILE = "$x_1$ <b>&amp; 😀 \\frac{ \u0000 中文"


def epochs(count: int, **more: float) -> list[EpochRecord]:
    return [EpochRecord(number, 1.0, METRICS | more) for number in range(1, count + 1)]


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@given(
    st.lists(st.none() | st.floats(-1e6, 1e6), min_size=1, max_size=400),
    st.integers(1, 20),
)
def test_thinning_keeps_extremes_and_ends(values: list[float | None], buckets: int) -> None:
    """What stays are points of the curve, in order, with its highest and lowest ones."""
    numbers = list(range(1, len(values) + 1))
    kept_epochs, kept = thinned(numbers, values, buckets)
    assert kept_epochs == sorted(set(kept_epochs))
    assert all(values[epoch - 1] == value for epoch, value in zip(kept_epochs, kept, strict=True))
    assert (kept_epochs[0], kept_epochs[-1]) == (1, len(values))
    assert len(kept) <= 2 * buckets + 2
    known = [value for value in values if value is not None]
    if known:
        seen = [value for value in kept if value is not None]
        assert (min(seen), max(seen)) == (min(known), max(known))


def test_accuracy_comes_first_and_jobs_share_a_frame() -> None:
    """One frame a metric, validation drawn through and training dashed, a hue a job."""
    runs = [(queued(job_id=7), epochs(3)), (queued(job_id=8), epochs(2, lr=0.1))]
    plot = curves.plot(runs, dark=True)
    assert [panel.title for panel in plot.panels] == ["accuracy", "loss", "lr"]
    assert [panel.percent for panel in plot.panels] == [True, False, False]
    first = plot.panels[0].curves
    assert [(curve.hue, curve.dashed) for curve in first] == [
        (0, False), (0, True), (1, False), (1, True),
    ]  # fmt: skip
    assert first[0].epochs == (1, 2, 3)
    assert "7" in first[0].label


def changed_at(*epochs: int, of: int) -> list[EpochRecord]:
    """Records whose learning rate is a tenth from each of these epochs on."""
    rates = [10.0 ** -sum(number >= epoch for epoch in epochs) for number in range(1, of + 1)]
    return [EpochRecord(n, 1.0, METRICS, rate) for n, rate in enumerate(rates, 1)]


def test_a_changed_learning_rate_is_marked_where_it_began() -> None:
    """In the colour of its job; a schedule, which changes all the time, is not."""
    runs = [(queued(job_id=7), epochs(9)), (queued(job_id=8), changed_at(4, 6, of=9))]
    marks = curves.plot(runs, dark=True).marks
    assert [(m.epoch, m.label, m.hue) for m in marks] == [(4, "lr 0.1", 1), (6, "lr 0.01", 1)]
    schedule = changed_at(*range(2, 31), of=30)
    assert curves.plot([(queued(), schedule)], dark=True).marks == ()


def test_what_is_no_number_leaves_a_gap() -> None:
    """A NaN or an infinity is not drawn, and does not stretch the frame."""
    records = [EpochRecord(1, 1.0, {"loss": math.nan}), EpochRecord(2, 1.0, {"loss": math.inf})]
    (panel,) = curves.plot([(queued(), records)], dark=False).panels
    assert panel.curves[0].values == (None, None)


@given(st.integers(1, 6), st.integers(1, 30))
def test_captions_fit(jobs: int, count: int) -> None:
    """Telegram takes 1,024 characters under a picture."""
    more = {f"metric number {i} with a long name": 1 / 3 for i in range(10)}
    runs = [(queued(job_id=10**6 + i), epochs(count, **more)) for i in range(jobs)]
    assert length(captions.caption(runs)) <= CAPTION_LIMIT


async def test_a_picture_is_drawn_in_a_process_of_its_own() -> None:
    """It is a PNG as wide as it should be, and higher with more frames."""
    plots = Plots()
    sizes = [
        size_of(await plots.draw(curves.plot([(queued(), epochs(3, **more))], dark=False)))
        for more in ({}, {"lr": 0.1})
    ]
    assert {width for width, _ in sizes} == {WIDTH_PX}
    assert sizes[0][1] < sizes[1][1]


async def test_a_process_that_fails_is_said() -> None:
    """There is no picture, and no traceback for the user."""
    plots = Plots(Errand(("false",), 5.0))
    with pytest.raises(NoAnswer):
        await plots.draw(Plot(title="x", panels=()))


class Counted(Errand):
    """An errand that counts how many of it run at once."""

    running = most = 0

    async def run(self, question: bytes) -> bytes:
        """Answer with nothing, after others could have run."""
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.to_thread(bool)
        self.running -= 1
        return b""


async def test_one_picture_is_drawn_at_a_time() -> None:
    """Many taps on a button start no crowd of processes."""
    errand = Counted("bot.plots", 1.0)
    plots = Plots(errand)
    await asyncio.gather(*(plots.draw(Plot(title="x", panels=())) for _ in range(3)))
    assert errand.most == 1


@pytest.mark.filterwarnings("ignore:Glyph")  # characters that the font lacks are boxes
@pytest.mark.parametrize("dark", [False, True])
def test_any_name_and_any_length_can_be_drawn(dark: bool) -> None:
    """Formulas, tags, other scripts, empty frames, single points, a hundred thousand points."""
    many = tuple(range(1, 100_001))
    panels = (
        Panel(title=HOSTILE, curves=()),
        Panel(title="a", curves=(Curve(label=HOSTILE, epochs=(1,), values=(0.5,)),)),
        Panel(title="b", curves=(Curve(label="many", epochs=many, values=(None,) * len(many)),)),
    )
    assert size_of(rendered(Plot(title=HOSTILE, panels=panels, dark=dark)))[0] == WIDTH_PX
