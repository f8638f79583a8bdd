"""A digit on a photograph as MNIST has its digits: white on black, of one size, in the middle."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from training.inspection.ink import Grey, find_ink

SIDE, BOX = 28, 20
WORK = 160  # pixels of the digit's longer side while its strokes are made thicker
# Strokes of MNIST are a tenth of a digit's longer side and more; a ball pen's are not.
THINNEST = 0.11


def prepare_digit(picture: Image.Image) -> tuple[Grey, tuple[float, float, float, float]] | None:
    """Prepare the largest thing written on a picture as MNIST's digits were.

    It is scaled to fit 20 x 20 pixels, shades and all, and put into 28 x 28 with its
    centre of mass in the middle. Strokes too thin for that size are made thicker first:
    MNIST's were written with thick pens.

    Returns:
        The digit, and where it was: left, top, right, bottom as shares of the picture;
        none where nothing is written.

    Shapes:
        output: (28, 28) float32 in [0, 1]

    Source: LeCun, Cortes, Burges, The MNIST database of handwritten digits.
    """
    ink = find_ink(picture.convert("L"))
    if ink is None:
        return None
    return _centred(_fitted(_thickened(ink.strength))), ink.box


def _thickened(strength: Grey) -> Image.Image:
    """Bring it to a working size, with strokes of the least thickness or more."""
    height, width = strength.shape
    scale = WORK / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    picture = Image.fromarray((strength * 255).astype(np.uint8))
    picture = picture.resize(size, Image.Resampling.BICUBIC)
    missing = THINNEST * WORK - _thickness(np.asarray(picture) > 127)  # noqa: PLR2004 - the middle
    radius = round(missing / 2)
    if radius < 1:
        return picture
    room = Image.new("L", (size[0] + 2 * radius, size[1] + 2 * radius))
    room.paste(picture, (radius, radius))
    # Step by step with the smallest filter the corners stay round.
    for step in range(radius):
        room = room.filter(ImageFilter.MaxFilter(3)) if step % 3 else _cross(room)
    return room.filter(ImageFilter.GaussianBlur(1))


def _cross(picture: Image.Image) -> Image.Image:
    """Grow by one pixel to the four sides only: in turn with squares, nearly a circle."""
    level = np.pad(np.asarray(picture), 1)
    sides = (level[:-2, 1:-1], level[2:, 1:-1], level[1:-1, :-2], level[1:-1, 2:])
    return Image.fromarray(np.maximum.reduce([level[1:-1, 1:-1], *sides]))


def _thickness(mask: NDArray[np.bool_]) -> float:
    """How thick strokes are, in pixels: twice their area by their outline."""
    padded = np.pad(mask, 1)
    outline = sum(
        int((padded & ~np.roll(padded, shift, axis)).sum()) for shift in (1, -1) for axis in (0, 1)
    )
    # An outline that runs aslant is counted by its steps, a quarter too long on the whole.
    return 2 * int(mask.sum()) / max(outline * 0.8, 1)


def _fitted(picture: Image.Image) -> Grey:
    """Scale to the box, the longer side as long as the box."""
    box = picture.getbbox()
    picture = picture.crop(box) if box is not None else picture
    scale = BOX / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    small = np.asarray(picture.resize(size, Image.Resampling.BOX), np.float32)
    return small / np.float32(max(float(small.max()), 1))


def _centred(digit: Grey) -> Grey:
    """Put the centre of mass into the middle, as near as whole pixels and the edge allow."""
    height, width = digit.shape
    mass = float(digit.sum())
    y = float((digit.sum(1) * (np.arange(height) + 0.5)).sum()) / mass
    x = float((digit.sum(0) * (np.arange(width) + 0.5)).sum()) / mass
    top = min(max(round(SIDE / 2 - y), 0), SIDE - height)
    left = min(max(round(SIDE / 2 - x), 0), SIDE - width)
    centred = np.zeros((SIDE, SIDE), np.float32)
    centred[top : top + height, left : left + width] = digit
    return centred
