"""Samples side by side as one picture for a phone: a row a class."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Final

from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

WIDTH, CELL, GAP, HEAD = 1080, 170, 8, 44
ACROSS: Final = WIDTH // (CELL + GAP)
MOST_ROWS: Final = 8
MOST_LETTERS: Final = 60
PAPER, INK = (255, 255, 255), (27, 31, 35)


def contact_sheet(samples: Mapping[str, Sequence[NDArray[Any]]]) -> bytes:
    """Draw the first samples of the first classes, as PNG.

    Shapes:
        samples: by class, each (height, width, 1 or 3) uint8
    """
    shown = list(samples.items())[:MOST_ROWS]
    height = GAP + len(shown) * (HEAD + CELL + GAP)
    sheet = Image.new("RGB", (WIDTH, height), PAPER)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(30)
    for row, (name, pictures) in enumerate(shown):
        top = GAP + row * (HEAD + CELL + GAP)
        pen.text((GAP, top), heading(row + 1, name), fill=INK, font=font)
        for column, pixels in enumerate(pictures[:ACROSS]):
            place = (GAP + column * (CELL + GAP), top + HEAD)
            sheet.paste(_cell(pixels), place)
    content = BytesIO()
    sheet.save(content, "PNG", optimize=False)
    return content.getvalue()


def _cell(pixels: NDArray[Any]) -> Image.Image:
    picture = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
    scale = CELL / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    sharp = Image.Resampling.NEAREST if scale > 1 else Image.Resampling.BILINEAR
    cell = Image.new("RGB", (CELL, CELL), PAPER)
    scaled = picture.resize(size, sharp)
    cell.paste(scaled, ((CELL - size[0]) // 2, (CELL - size[1]) // 2))
    return cell


def heading(number: int, name: str) -> str:
    """A row's number, in the order of the classes, and the class's name where it can be drawn.

    The font has Latin letters only.
    """
    drawn = name.encode("latin-1", errors="ignore").decode("latin-1")
    return f"{number}. {name[:MOST_LETTERS]}" if drawn == name else f"{number}."
