"""Metrics → a picture for a phone. The only place that knows matplotlib, in a process of its own.

The picture is 1080 pixels wide and is looked at 360 wide: type and lines are three times
the usual size. Colours are from M. Okabe and K. Ito, "Color Universal Design" (2008),
which people with any colour vision tell apart; curves also differ in their line style.
"""

import asyncio
import sys
import warnings
from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise
from typing import Any

from bot.errand import Errand
from bot.plot import Panel, Plot

LIMIT_S = 30.0
WIDTH_PX, PANEL_PX, HEAD_PX = 1080, 560, 150
DPI = 200
# Background, ink, grid.
DARK, LIGHT = ("#17212B", "#E8EDF2", "#33424F"), ("#FFFFFF", "#1B1F23", "#D9DEE3")
ON_DARK = ("#56B4E9", "#E69F00", "#CC79A7", "#F0E442", "#009E73", "#D55E00")
ON_LIGHT = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
# More points than pixels show nothing more.
MOST_BUCKETS = 500
MARKED_POINTS = 40
MARK: dict[str, Any] = {"linestyle": ":", "linewidth": 1.4, "zorder": 0.5}
# Above the frame, at the right of its line.
MARK_ROOM = 18
MARK_LABEL: dict[str, Any] = {
    "xycoords": ("data", "axes fraction"),
    "xytext": (2, 2),
    "textcoords": "offset points",
    "fontsize": 9,
}


class Plots:
    """Draws pictures without holding up the bot."""

    def __init__(self, errand: Errand | None = None) -> None:
        self._errand = errand or Errand("bot.plots", LIMIT_S)
        self._turn = asyncio.Lock()  # each drawing takes a core, and 100 MB

    async def draw(self, plot: Plot) -> bytes:
        """The picture, as PNG.

        Raises:
            NoAnswer: it could not be drawn in time.
        """
        async with self._turn:
            return await self._errand.run(plot.model_dump_json().encode())


def thinned(
    epochs: Sequence[int], values: Sequence[float | None], buckets: int = MOST_BUCKETS
) -> tuple[list[int], list[float | None]]:
    """At most two points a bucket, its lowest and its highest, so that no extreme is lost.

    The first and the last point stay as well.
    """
    if len(epochs) <= 2 * buckets:
        return list(epochs), list(values)
    kept = {0, len(epochs) - 1}
    edges = [round(i * len(epochs) / buckets) for i in range(buckets + 1)]
    for start, end in pairwise(edges):
        known = [(value, i) for i in range(start, end) if (value := values[i]) is not None]
        kept.update((min(known)[1], max(known)[1]) if known else (start,))
    indices = sorted(kept)
    return [epochs[i] for i in indices], [values[i] for i in indices]


def rendered(plot: Plot) -> bytes:
    """Draw a picture here and now."""
    import matplotlib as mpl  # noqa: PLC0415 - takes half a second, and only errands draw

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415
    from matplotlib.layout_engine import ConstrainedLayoutEngine  # noqa: PLC0415

    background, ink, grid = DARK if plot.dark else LIGHT
    height_px = HEAD_PX + PANEL_PX * len(plot.panels)
    style: dict[Any, Any] = {
        "text.parse_math": False,  # a dollar sign in a name is no formula
        "font.size": 13,
        "figure.facecolor": background,
        "axes.facecolor": background,
        "axes.edgecolor": grid,
        "grid.color": grid,
        **dict.fromkeys(("text.color", "axes.labelcolor", "xtick.color", "ytick.color"), ink),
    }
    with mpl.rc_context(style):
        figure, axes = plt.subplots(
            len(plot.panels),
            1,
            figsize=(WIDTH_PX / DPI, height_px / DPI),
            dpi=DPI,
            squeeze=False,
            layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1),
        )
        figure.suptitle(plot.title, fontsize=15, fontweight="bold")
        colours = ON_DARK if plot.dark else ON_LIGHT
        for panel, axis in zip(plot.panels, axes[:, 0], strict=True):
            _draw(panel, axis, colours)
            for mark in plot.marks:
                axis.axvline(mark.epoch, color=colours[mark.hue % len(colours)], **MARK)
        if plot.marks:
            axes[0, 0].set_title(
                axes[0, 0].get_title(loc="left"), loc="left", fontsize=13, pad=MARK_ROOM
            )
        for mark in plot.marks:
            axes[0, 0].annotate(mark.label, (mark.epoch, 1), **MARK_LABEL)
        axes[-1, 0].set_xlabel("epoch")
        picture = BytesIO()
        figure.savefig(picture, format="png")
        plt.close(figure)
    return picture.getvalue()


def _draw(panel: Panel, axis: Any, colours: Sequence[str]) -> None:
    from matplotlib.ticker import MaxNLocator, PercentFormatter  # noqa: PLC0415

    for curve in panel.curves:
        epochs, values = thinned(curve.epochs, curve.values)
        axis.plot(
            epochs,
            [float("nan") if value is None else value for value in values],
            color=colours[curve.hue % len(colours)],
            linestyle="--" if curve.dashed else "-",
            linewidth=1.6 if curve.dashed else 2.6,
            marker="o" if len(epochs) <= MARKED_POINTS else None,
            markersize=4,
            label=curve.label,
        )
    axis.set_title(panel.title, loc="left", fontsize=13)
    axis.grid(visible=True)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    if panel.percent:
        axis.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)
    if panel.curves:
        axis.legend(frameon=False, fontsize=11)


def main() -> None:
    """Draw the one picture described on standard input."""
    warnings.simplefilter("ignore")  # a character that the font lacks is drawn as a box
    plot = Plot.model_validate_json(sys.stdin.buffer.read())
    sys.stdout.buffer.write(rendered(plot))


if __name__ == "__main__":
    main()
