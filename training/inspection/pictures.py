"""Picture files that people send: opened with limits, turned upright, without transparency."""

import io
import warnings

import numpy as np
from PIL import Image, ImageOps

from training.inspection.obstacle import InTheWay
from training.protocol.inspection import Obstacle

MOST_PIXELS = 60_000_000  # of the newest phones; a bomb has more
# What phones and scanners write. Others have readers that run programs, as for PostScript.
FORMATS = ("BMP", "GIF", "ICO", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
SIDE = 1600  # what is larger is made smaller at once


def opened(content: bytes) -> Image.Image:
    """The picture in a file, upright, on white paper where it lets through, no larger than needed.

    Covered: files that are no pictures, cut off or made to take all memory, or that would
    be drawn by a program of their own.

    Raises:
        InTheWay: NO_PICTURE, PICTURE_TOO_LARGE.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's own about bombs; the limit is ours
        try:
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                raise InTheWay(Obstacle.PICTURE_TOO_LARGE, f"{picture.width} × {picture.height}")
            picture.draft("RGB", (SIDE, SIDE))  # a JPEG is read at half the size or less
            picture.load()
        except Image.DecompressionBombError as error:
            raise InTheWay(Obstacle.PICTURE_TOO_LARGE) from error
        except (OSError, ValueError, SyntaxError, IndexError) as error:
            raise InTheWay(Obstacle.NO_PICTURE, str(error)[:200]) from error
        upright = ImageOps.exif_transpose(picture)
        if upright.mode.startswith(("I", "F")):  # 16 bits and more a pixel
            upright = _as_bytes(upright)
        upright.thumbnail((SIDE, SIDE))
        return _on_paper(upright)


def _as_bytes(picture: Image.Image) -> Image.Image:
    levels = np.asarray(picture, np.float32)
    low, high = float(levels.min()), float(levels.max())
    return Image.fromarray(((levels - low) * (255 / max(high - low, 1e-9))).astype(np.uint8))


def _on_paper(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    clear = picture.convert("RGBA")
    paper = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(paper, clear).convert("RGB")
