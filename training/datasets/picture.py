"""One picture as a network sees it: turned as it was held, in one size, grey or in colour."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from training.protocol.spec import Colour

# Where a camera notes how it was held, and what it notes when it lay on its side.
ORIENTATION: Final = 0x0112
LYING: Final = frozenset({5, 6, 7, 8})
GREY_MODES: Final = frozenset({"1", "L", "LA", "I", "F"})
WHITE: Final = 255
DEEP: Final = 65_535
MODES: Final = {Colour.GREY: "L", Colour.RGB: "RGB"}
CHANNELS: Final = {Colour.GREY: 1, Colour.RGB: 3}


@dataclass(frozen=True, slots=True)
class Form:
    """What all pictures of a data set are brought to."""

    height: int
    width: int
    colour: Colour

    @property
    def shape(self) -> tuple[int, int, int]:
        """(height, width, channels)."""
        return self.height, self.width, CHANNELS[self.colour]


@dataclass(frozen=True, slots=True)
class Look:
    """What a picture's head says."""

    height: int
    width: int
    is_grey: bool


class Unreadable(Exception):
    """A file is no picture that can be read; says why."""


def look_at(file: Path) -> Look:
    """Size and colour, without the pixels.

    Raises:
        Unreadable: it is no picture.
    """
    try:
        with Image.open(file) as picture:
            width, height = picture.size
            if picture.getexif().get(ORIENTATION, 1) in LYING:
                width, height = height, width
            return Look(height, width, picture.mode.partition(";")[0] in GREY_MODES)
    except Exception as error:  # a decoder may raise anything
        raise Unreadable(_why(error)) from error


def decode(content: bytes, form: Form) -> NDArray[np.uint8]:
    """The pixels of a picture.

    Shapes:
        output: (height, width, channels) uint8

    Raises:
        Unreadable: it is no picture, or not all of one.
    """
    try:
        with Image.open(BytesIO(content)) as picture:
            # A JPEG is read in a fraction of its size where that is enough; both sides
            # are asked for, as a picture that lies may be turned.
            side = 2 * max(form.height, form.width)
            picture.draft(None, (side, side))
            turned = ImageOps.exif_transpose(picture)
            flat = _eight_bits(turned).convert(MODES[form.colour])
            if flat.size != (form.width, form.height):
                flat = flat.resize((form.width, form.height), Image.Resampling.BILINEAR)
            return np.asarray(flat, np.uint8).reshape(form.shape)
    except Exception as error:  # a decoder may raise anything
        raise Unreadable(_why(error)) from error


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Pillow cuts deeper greys off at 255; they are brought down instead."""
    if picture.mode == "P":
        return picture.convert("RGBA")  # a palette may have see-through entries
    if picture.mode.partition(";")[0] not in ("I", "F"):
        return picture
    values: NDArray[Any] = np.asarray(picture, np.float64)
    highest = values.max(initial=0)
    if highest > WHITE:
        values = values * (WHITE / DEEP)
    elif picture.mode == "F" and highest <= 1:
        values = values * WHITE
    return Image.fromarray(np.clip(values, 0, WHITE).astype(np.uint8))


def _why(error: Exception) -> str:
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return "not a picture" if "cannot identify" in text else text[:200]
