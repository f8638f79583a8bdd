"""Digits on paper become digits as MNIST has them."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.digits_on_paper import written
from training.data import load_mnist
from training.inspection.digit import SIDE, prepare_digit
from training.inspection.ink import find_ink
from training.inspection.obstacle import InTheWay
from training.inspection.pictures import opened
from training.protocol.inspection import Obstacle

SHEET = (480, 640)


def sheet(paper: int = 230, ink: int = 40) -> Image.Image:
    """A thick upright stroke, to the left of the middle of a sheet."""
    picture = Image.new("L", SHEET, paper)
    ImageDraw.Draw(picture).rectangle((150, 200, 190, 420), fill=ink)
    return picture


def prepared(picture: Image.Image) -> np.ndarray:
    found = prepare_digit(picture)
    assert found is not None
    return found[0]


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """From 0 to 1, where a pixel to a side does not matter."""
    shifted = [np.roll(one, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    norm = np.sqrt((one**2).sum() * (other**2).sum())
    return float(max((way * other).sum() for way in shifted) / norm)


def centre(digit: np.ndarray) -> tuple[float, float]:
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] + 0.5
    return float((digit * rows).sum() / digit.sum()), float((digit * columns).sum() / digit.sum())


def test_a_digit_of_mnist_comes_back_as_it_was() -> None:
    """Enlarged, turned to dark on light, and prepared: nearly the same picture."""
    digits = load_mnist(samples=40).test.images[:, :, :, 0]
    for digit in digits:
        large = Image.fromarray((255 - digit * 255).astype(np.uint8)).resize((560, 560))
        assert likeness(prepared(large), digit) > 0.85


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("digit", range(10))
def test_size_and_place_are_those_of_mnist(digit: int, seed: int) -> None:
    """The longer side has 20 pixels, and the centre of mass lies in the middle."""
    found = prepared(opened(written(digit, seed)))
    rows, columns = np.flatnonzero(found.any(1)), np.flatnonzero(found.any(0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    assert found.max() == 1
    assert found.min() == 0
    assert np.allclose(centre(found), SIDE / 2, atol=0.6)


def test_the_ink_may_be_the_lighter_one() -> None:
    """Chalk on a board is prepared as a pen's stroke on paper."""
    dark, light = prepared(sheet(230, 40)), prepared(sheet(40, 230))
    assert np.allclose(dark, light, atol=0.05)


def test_light_that_falls_off_is_no_ink() -> None:
    """A sheet that is three times as bright at one side than at the other."""
    fall = np.linspace(1, 0.35, SHEET[0])[np.newaxis, :]
    shaded = Image.fromarray((np.asarray(sheet()) * fall).astype(np.uint8))
    box, plain = find_ink(shaded).box, find_ink(sheet()).box
    assert np.allclose(box, plain, atol=0.02)


def test_what_lies_at_the_edge_and_dust_are_left_out() -> None:
    """A shadow that comes in from the side is larger, and is not the digit."""
    picture = sheet()
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 90, 640), fill=70)
    draw.ellipse((400, 100, 404, 104), fill=30)
    assert np.allclose(find_ink(picture).box, find_ink(sheet()).box, atol=0.02)


def test_the_pieces_of_a_broken_digit_stay_together() -> None:
    """A bar that does not quite touch belongs to the stroke."""
    picture = sheet()
    ImageDraw.Draw(picture).rectangle((150, 175, 300, 194), fill=40)
    left, top, right, bottom = find_ink(picture).box
    assert np.allclose((left, top), (150 / 480, 175 / 640), atol=0.02)
    assert np.allclose((right, bottom), (300 / 480, 420 / 640), atol=0.02)


def test_a_thin_pen_comes_out_as_thick_as_mnist_was_written() -> None:
    """A hairline would nearly vanish at 20 pixels."""
    picture = Image.new("L", SHEET, 230)
    ImageDraw.Draw(picture).line((200, 100, 260, 520), fill=40, width=5)
    assert 30 < prepared(picture).sum() < 75


@pytest.mark.parametrize("level", [0, 128, 255])
def test_on_an_empty_sheet_nothing_is_found(level: int) -> None:
    """Nor in the noise of a camera."""
    random = np.random.default_rng(7)
    noise = np.clip(random.normal(level, 3, (300, 200)), 0, 255).astype(np.uint8)
    assert prepare_digit(Image.new("L", (200, 300), level)) is None
    assert prepare_digit(Image.fromarray(noise)) is None


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (3, 2), (28, 28)])
def test_pictures_of_any_size_do(size: tuple[int, int]) -> None:
    """However small or thin, there is an answer."""
    picture = Image.new("L", size, 255)
    picture.putpixel((size[0] // 2, size[1] // 2), 0)
    found = prepare_digit(picture)
    assert found is None or found[0].shape == (SIDE, SIDE)


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"no picture", b"\x89PNG\r\n\x1a\n" + 40 * b"\0"]
)
def test_what_is_no_picture_is_said(content: bytes) -> None:
    """An empty file, text, the beginning of a picture."""
    with pytest.raises(InTheWay) as caught:
        opened(content)
    assert caught.value.obstacle is Obstacle.NO_PICTURE


def test_a_drawing_that_is_a_program_is_no_picture() -> None:
    """Pillow would have Ghostscript run it, where that is installed."""
    program = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n"
    with pytest.raises(InTheWay) as caught:
        opened(program)
    assert "cannot identify" in caught.value.detail


MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16", "F")
# What no file of a kind holds.
LACKING = {
    "BMP": {"LA", "RGBA", "I;16", "F"},
    "JPEG": {"LA", "P", "RGBA", "I;16", "F"},
    "PNG": {"F"},
}
HELD = [
    (kind, mode)
    for kind in ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")
    for mode in MODES
    if mode not in LACKING.get(kind, ())
]


@pytest.mark.parametrize(("kind", "mode"), HELD)
def test_pictures_of_any_kind_show_the_same(kind: str, mode: str) -> None:
    """Whatever their colours are written in; transparency is white paper."""
    picture = sheet(255, 0)
    levels = np.asarray(picture)
    if mode == "I;16":
        picture = Image.fromarray(levels.astype(np.uint16) * 257)
    elif mode == "F":
        picture = Image.fromarray(levels.astype(np.float32))
    elif mode == "RGBA":
        picture.putalpha(Image.fromarray(255 - levels))
    else:
        picture = picture.convert(mode)
    content = io.BytesIO()
    picture.save(content, kind)
    assert np.allclose(
        find_ink(opened(content.getvalue()).convert("L")).box, find_ink(sheet()).box, atol=0.02
    )


def test_a_picture_that_is_cut_off_is_said() -> None:
    """As a download that broke off leaves it."""
    whole = written(3, 0)
    with pytest.raises(InTheWay) as caught:
        opened(whole[: len(whole) // 2])
    assert caught.value.obstacle is Obstacle.NO_PICTURE


def test_a_picture_made_to_take_all_memory_is_refused() -> None:
    """By its size as its head says it, before a pixel is read."""
    bomb = b"P5\n100000 100000\n255\n" + b"\0" * 100
    with pytest.raises(InTheWay) as caught:
        opened(bomb)
    assert caught.value.obstacle is Obstacle.PICTURE_TOO_LARGE
