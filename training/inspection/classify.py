"""What does a picture show? A job's model says."""

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from training.inspection.digit import SIDE, prepare_digit
from training.inspection.labels import labels_of
from training.inspection.learned_from import learned_digits
from training.inspection.models import load_model, picture_shape
from training.inspection.obstacle import InTheWay
from training.inspection.pictures import opened
from training.inspection.shares import as_shares
from training.protocol.folder import JobFolder
from training.protocol.inspection import TOP, Classified, Classify, Guess, Obstacle

Batch = NDArray[np.float32]

SHOWN, GAP = 520, 20  # pixels: the height of what is sent back, and between its two parts
BACKGROUND, BOX_COLOUR = "#17212B", "#E69F00"


def classify(question: Classify) -> Classified:
    """Ask a model about a picture.

    Raises:
        InTheWay: the model or the picture cannot be used.
    """
    picture, folder = opened(question.picture), JobFolder(question.job)
    model = load_model(folder)
    height, width, channels = picture_shape(model)
    if (height, width, channels) == (SIDE, SIDE, 1) and learned_digits(folder):
        batch, seen = _as_digit(picture)
    else:
        batch, seen = _as_it_is(picture, (height or SHOWN, width or SHOWN), channels)
    given = np.asarray(model.predict(batch, verbose=0), np.float32)
    if given.ndim != 2 or not np.isfinite(given).all():  # noqa: PLR2004 - batch, classes
        raise InTheWay(Obstacle.OTHER_INPUT)
    shares = as_shares(given, model)
    content = io.BytesIO()
    seen.save(content, "PNG")
    return Classified(
        guesses=_guesses(shares[0], labels_of(folder, shares.shape[1])),
        seen=content.getvalue(),
    )


def _as_digit(picture: Image.Image) -> tuple[Batch, Image.Image]:
    """The digit on it, prepared as MNIST's; beside it, where it was found."""
    found = prepare_digit(picture)
    if found is None:
        raise InTheWay(Obstacle.NOTHING_WRITTEN)
    digit, box = found
    scale = SHOWN / picture.height
    around = picture.resize((min(max(1, round(picture.width * scale)), 2 * SHOWN), SHOWN))
    corners = [share * side for share, side in zip(box, 2 * around.size, strict=True)]
    ImageDraw.Draw(around).rectangle(corners, outline=BOX_COLOUR, width=5)
    prepared = Image.fromarray((digit * 255).astype(np.uint8)).resize((SHOWN, SHOWN), 0)
    return digit[np.newaxis, :, :, np.newaxis], _side_by_side([around, prepared])


def _as_it_is(
    picture: Image.Image, size: tuple[int, int], channels: int
) -> tuple[Batch, Image.Image]:
    """The whole picture in the size and colours that the model takes."""
    height, width = size
    scaled = picture.resize((width, height), Image.Resampling.BILINEAR)
    scaled = scaled.convert("L") if channels == 1 else scaled
    levels = np.asarray(scaled, np.float32).reshape(1, height, width, channels)
    zoom = SHOWN / max(size)
    return levels / np.float32(255), scaled.resize((round(width * zoom), round(height * zoom)), 0)


def _guesses(shares: NDArray[np.float32], labels: Sequence[str]) -> tuple[Guess, ...]:
    best = np.argsort(-shares, kind="stable")[:TOP]
    return tuple(Guess(label=labels[index], share=float(shares[index])) for index in best)


def _side_by_side(parts: Sequence[Image.Image]) -> Image.Image:
    width = sum(part.width for part in parts) + GAP * (len(parts) - 1)
    sheet = Image.new("RGB", (width, SHOWN), BACKGROUND)
    left = 0
    for part in parts:
        sheet.paste(part, (left, 0))
        left += part.width + GAP
    return sheet
