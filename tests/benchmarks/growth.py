"""Curves of how costs grow, as a picture beside docs/benchmarks.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

COLUMNS = 2
WIDTH_IN, ROW_IN, DPI = 7.2, 2.4, 150


@dataclass(frozen=True)
class Growth:
    """Costs against a number of things.

    Attributes:
        name: of the picture's file, without its ending.
        counted: what the numbers count.
        curves: a title and a value for each number; each gets a panel of its own.
    """

    name: str
    counted: str
    numbers: Sequence[int]
    curves: dict[str, Sequence[float]]

    def draw(self, folder: Path) -> None:
        """Write the picture into a folder."""
        import matplotlib as mpl  # noqa: PLC0415 - no measurement pays for it

        mpl.use("Agg")
        from matplotlib import pyplot as plt  # noqa: PLC0415

        rows = -(-len(self.curves) // COLUMNS)
        figure, axes = plt.subplots(
            rows, COLUMNS, figsize=(WIDTH_IN, ROW_IN * rows), dpi=DPI, layout="constrained"
        )
        for (title, values), axis in zip(self.curves.items(), axes.flat, strict=False):
            axis.plot(self.numbers, values, "o-", color="#0072B2")
            axis.set(title=title, xscale="log", xlabel=self.counted)
            axis.set_ylim(0, 1.1 * max(values))
            axis.grid(visible=True, color="#D9DEE3")
        for axis in axes.flat[len(self.curves) :]:
            axis.remove()
        folder.mkdir(exist_ok=True)
        figure.savefig(folder / f"{self.name}.png")
        plt.close(figure)
