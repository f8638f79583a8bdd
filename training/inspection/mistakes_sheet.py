"""Mistakes as one picture for a phone: which classes are mixed up, and the worst of them.

It is 1080 pixels wide and is looked at 360 wide. Orange and blue are told apart by people
with any colour vision (M. Okabe and K. Ito, "Color Universal Design", 2008).
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

WIDTH, MARGIN, HEAD = 1080, 30, 110
ROW_LABEL = 170  # pixels for class names beside the table
COLUMNS, PICTURE, TILE = 4, 200, 262
MOST_CLASSES = 12
NAME, SMALL, TEXT, TITLE = 9, 28, 34, 40
Colour = tuple[int, int, int]


class Palette(NamedTuple):
    """Colours of a sheet."""

    background: Colour
    ink: Colour
    faint: Colour
    right: Colour
    wrong: Colour


DARK = Palette((23, 33, 43), (232, 237, 242), (138, 153, 166), (0, 114, 178), (230, 159, 0))
LIGHT = Palette((255, 255, 255), (27, 31, 35), (106, 115, 125), (86, 180, 233), (230, 159, 0))


@dataclass(frozen=True, slots=True)
class Table:
    """How often each class was taken for each other; at most those that are mixed up most.

    Shapes:
        counts: (classes, classes) int64; rows are what it is, columns what was said
    """

    labels: tuple[str, ...]
    counts: NDArray[np.int64]

    @classmethod
    def of(
        cls, truth: NDArray[np.int64], said: NDArray[np.int64], labels: tuple[str, ...]
    ) -> "Table":
        """Count, and choose the classes to show."""
        classes = len(labels)
        counts = np.bincount(truth * classes + said, minlength=classes**2).reshape(classes, classes)
        wrong = counts.sum(0) + counts.sum(1) - 2 * counts.diagonal()
        shown = np.sort(np.argsort(-wrong, kind="stable")[:MOST_CLASSES])
        return cls(tuple(labels[i] for i in shown), counts[np.ix_(shown, shown)])


@dataclass(frozen=True, slots=True)
class Mistake:
    """One wrong answer; the picture as the model saw it, where it was one."""

    truth: str
    said: str
    share: float
    picture: NDArray[np.float32] | None


def draw_sheet(
    table: Table, mistakes: Sequence[Mistake], tested: int, wrong: int, *, dark: bool
) -> bytes:
    """The picture, as PNG."""
    shown = [mistake for mistake in mistakes if mistake.picture is not None]
    rows = -(-len(shown) // COLUMNS)
    cell = (WIDTH - 2 * MARGIN - ROW_LABEL) // len(table.labels)
    below = HEAD + TEXT + 30 + cell * len(table.labels) + 40
    height = below + (rows * TILE + 90 if rows else 0)
    colours = DARK if dark else LIGHT
    sheet = Image.new("RGB", (WIDTH, height), colours.background)
    draw = ImageDraw.Draw(sheet)
    share = f" ({100 * wrong / tested:.2f} %)" if tested else ""
    draw.text((MARGIN, 28), f"{wrong:,} of {tested:,} wrong{share}", colours.ink, _font(TITLE))
    draw.text(
        (MARGIN, 78), "rows: what it is · columns: what the model said", colours.faint, _font(SMALL)
    )
    _draw_table(draw, table, cell, colours)
    if rows:
        draw.text(
            (MARGIN, below),
            "Sure, and wrong: what it is, as what was said",
            colours.ink,
            _font(TEXT),
        )
        for number, mistake in enumerate(shown):
            left = MARGIN + (number % COLUMNS) * (WIDTH - 2 * MARGIN) // COLUMNS
            _draw_mistake(sheet, mistake, (left, below + 60 + number // COLUMNS * TILE), colours)
    content = io.BytesIO()
    sheet.save(content, "PNG")
    return content.getvalue()


def _draw_table(draw: ImageDraw.ImageDraw, table: Table, cell: int, colours: Palette) -> None:
    top, left = HEAD + TEXT + 30, MARGIN + ROW_LABEL
    worst = max(int((table.counts - np.diag(table.counts.diagonal())).max()), 1)
    font, room = _font(min(TEXT, cell // 3 + 4)), max(2, cell // 22)
    for row, name in enumerate(table.labels):
        middle = top + row * cell + cell // 2
        draw.text((left - 12, middle), _short(name), colours.ink, _font(TEXT), anchor="rm")
        heading = (left + row * cell + cell // 2, top - 8)
        draw.text(heading, _short(name, room), colours.ink, _font(SMALL), anchor="mb")
        for column, count in enumerate(table.counts[row].tolist()):
            if not count:
                continue
            x, y = left + column * cell, top + row * cell
            strength = 0.35 if row == column else 0.25 + 0.75 * (count / worst) ** 0.5
            fill = _mixed(
                colours.right if row == column else colours.wrong, colours.background, strength
            )
            draw.rectangle((x + 1, y + 1, x + cell - 2, y + cell - 2), fill=fill)
            bright = sum(fill) > 3 * 128
            ink = "#1B1F23" if bright else "#FFFFFF"
            draw.text((x + cell // 2, y + cell // 2), str(count), ink, font, anchor="mm")


def _draw_mistake(
    sheet: Image.Image, mistake: Mistake, place: tuple[int, int], colours: Palette
) -> None:
    levels = (np.clip(np.asarray(mistake.picture), 0, 1) * 255).astype(np.uint8)
    picture = Image.fromarray(levels[:, :, 0] if levels.shape[-1] == 1 else levels)
    scale = PICTURE / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    sheet.paste(picture.resize(size, Image.Resampling.NEAREST), place)
    draw = ImageDraw.Draw(sheet)
    words = f"{_short(mistake.truth, 6)} as {_short(mistake.said, 6)}"
    draw.text((place[0], place[1] + PICTURE + 8), words, colours.ink, _font(TEXT))
    if len(words) <= NAME:
        share = f"{100 * mistake.share:.0f} %"
        right = (place[0] + PICTURE, place[1] + PICTURE + 12)
        draw.text(right, share, colours.faint, _font(SMALL), anchor="ra")


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _short(name: str, limit: int = NAME) -> str:
    return name if len(name) <= limit else name[: limit - 1] + "…"


def _mixed(over: Colour, under: Colour, strength: float) -> Colour:
    red, green, blue = (
        round(strength * above + (1 - strength) * below)
        for above, below in zip(over, under, strict=True)
    )
    return red, green, blue
