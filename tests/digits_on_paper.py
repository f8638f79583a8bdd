"""Digits that no data set has: printed in fonts, and written by a wandering pen on lit paper.

``python -m tests.digits_on_paper MODEL.keras`` has a model read a hundred of them, prepared
as /predict does, and prints how many it gets right.
"""

import io
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from training.inspection.digit import SIDE, prepare_digit
from training.inspection.pictures import opened

FONTS = ("DejaVuSans", "DejaVuSerif", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSerif-Italic")
# Strokes as points in a square of 100, y downwards; curves run smoothly through them.
STROKES = {
    0: "55,2 20,15 10,50 22,88 50,98 80,82 88,45 75,12 52,2",
    1: "35,20 50,2 50,50 49,98",
    2: "15,25 30,6 60,3 82,22 70,50 40,76 12,95 / 12,95 50,94 90,95",
    3: "15,12 50,2 80,18 70,40 40,48 / 40,48 75,56 86,76 60,96 30,97 12,86",
    4: "55,2 35,30 10,62 / 10,62 50,61 92,60 / 68,32 67,65 66,98",
    5: "82,4 50,4 24,5 / 24,5 21,25 19,43 / 19,43 50,36 82,55 78,85 45,98 12,88",
    6: "72,2 40,20 18,55 22,88 50,98 80,84 76,60 48,52 22,68",
    7: "10,6 50,5 88,5 / 88,5 62,45 42,98",
    8: "78,16 50,2 24,16 36,40 66,56 80,78 50,98 20,80 38,55 66,38 78,16",
    9: "80,25 55,4 24,14 20,40 45,52 74,40 80,22 / 80,22 78,60 64,98",
}


@dataclass(frozen=True)
class Sample:
    """A picture file's bytes, and the digit on it."""

    digit: int
    picture: bytes


def samples() -> list[Sample]:
    """A hundred: half printed, half written; the same at each call."""
    fonts = [Sample(digit, printed(digit, font)) for font in FONTS for digit in range(10)]
    return fonts + [Sample(digit, written(digit, seed)) for seed in range(5) for digit in range(10)]


def printed(digit: int, font: str) -> bytes:
    """A digit of a font, black on white."""
    import matplotlib  # noqa: PLC0415 - brings the fonts

    file = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{font}.ttf"
    picture = Image.new("L", (300, 400), 255)
    ImageDraw.Draw(picture).text((90, 60), str(digit), fill=0, font=ImageFont.truetype(file, 220))
    return _encoded(picture, "PNG")


def written(digit: int, seed: int) -> bytes:
    """A digit by hand on a photographed sheet: aslant, shaky, unevenly lit, noisy, compressed."""
    random = np.random.default_rng([seed, digit])
    width, height = 720, 960
    size = random.uniform(0.25, 0.6) * width
    place = np.array([width, height]) / 2 + random.uniform(-0.12, 0.12, 2) * [width, height]
    turn, shear = random.uniform(-0.18, 0.18), random.uniform(-0.25, 0.1)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = matrix @ np.array([[random.uniform(0.6, 0.85), shear], [0, 1.15]])
    pen = size * random.choice([0.02, 0.04, 0.07, 0.11])
    sheet = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(sheet)
    for points in _strokes(digit):
        shaky = points + random.normal(0, 0.018, points.shape)
        path = (_smooth(shaky) - 0.5) * size @ matrix.T + place
        for x, y in path:
            radius = pen / 2 * random.uniform(0.9, 1.1)
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    ink = np.asarray(sheet.filter(ImageFilter.GaussianBlur(1.5)), np.float32) / 255
    y, x = np.mgrid[0:height, 0:width] / np.array([height, width])[:, None, None]
    light = random.uniform(0.6, 0.95) + random.uniform(-0.3, 0.2, 2) @ np.stack([x, y]).reshape(
        2, -1
    )
    paper = light.reshape(height, width) - random.uniform(0, 0.25) * (
        (x - 0.5) ** 2 + (y - 0.4) ** 2
    )
    level = paper * (1 - ink * random.uniform(0.45, 0.85)) + random.normal(0, 0.02, ink.shape)
    return _encoded(Image.fromarray((np.clip(level, 0, 1) * 255).astype(np.uint8)), "JPEG")


def _strokes(digit: int) -> list[np.ndarray]:
    return [
        np.array([point.split(",") for point in stroke.split()], float) / 100
        for stroke in STROKES[digit].split(" / ")
    ]


def _smooth(points: np.ndarray) -> np.ndarray:
    """Points along a Catmull-Rom curve."""
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, 1, 60, endpoint=False)[:, None]
    parts = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2
               + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False)
    ]  # fmt: skip
    return np.vstack(parts)


def _encoded(picture: Image.Image, kind: str) -> bytes:
    content = io.BytesIO()
    picture.save(content, kind, quality=75)
    return content.getvalue()


def read_right(model: str) -> dict[str, tuple[int, int]]:
    """How many digits of each sort a model gets right, and of how many."""
    import training.backend  # noqa: F401, PLC0415 - sets Keras up before it loads
    import keras  # noqa: PLC0415 # isort: skip

    every = samples()
    prepared = [prepare_digit(opened(sample.picture)) for sample in every]
    empty = np.zeros((SIDE, SIDE), np.float32)
    batch = np.stack([empty if found is None else found[0] for found in prepared])[..., None]
    shares = keras.models.load_model(model, compile=False).predict(batch, verbose=0)
    right = [
        found is not None and int(share.argmax()) == sample.digit
        for sample, found, share in zip(every, prepared, shares, strict=True)
    ]
    half = len(right) // 2
    return {"printed": (sum(right[:half]), half), "written": (sum(right[half:]), half)}


if __name__ == "__main__":
    for sort, (good, count) in read_right(sys.argv[1]).items():
        print(f"{sort}: {good} of {count} digits read right")
