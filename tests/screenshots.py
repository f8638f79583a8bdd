"""The README's pictures: ``make screenshots`` walks through the demo and keeps what it sees.

Needs chromedriver with its Chromium, and fonts as on a phone: Roboto, Noto Color Emoji,
Noto Sans CJK.
"""

import io
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from tests.browser import DRIVER, Page, chromedriver, window
from tests.demo_walk import demo, walk

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
# Its name is in the pictures.
WORK = Path(tempfile.gettempdir(), "demo", "coltrain")
ALSO_DARK = ("card",)
COLOURS = 256  # a chat has few; this halves the file


def main() -> None:
    """Take all pictures anew."""
    if not DRIVER:
        sys.exit("Screenshots need chromedriver. On Debian: apt install chromium-driver")
    fonts = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=False)
    for font in ("Roboto", "Noto Color Emoji", "Noto Sans CJK SC"):
        if font not in fonts.stdout:
            sys.exit(f"The pictures need the font {font}, as phones have it. Debian has packages.")
    try:
        WORK.parent.mkdir()
    except FileExistsError:
        sys.exit(f"{WORK.parent} is there: another run uses it, or was killed. Delete it.")
    try:
        with (
            chromedriver(_until) as driver,
            window(driver, _until, WORK.parent / "downloads") as page,
            demo(WORK) as running,
        ):
            walk(page, running, _keep)
            problems = page.problems()
    finally:
        shutil.rmtree(WORK.parent)
    if problems:
        sys.exit("\n".join(["The browser's console complains:", *problems]))


def _keep(name: str, page: Page) -> None:
    page.run("(document.activeElement.blur(), 1)")
    page.until("getComputedStyle(document.getElementById('toast')).visibility === 'hidden'")
    page.until("!document.querySelector('[aria-busy=true]')")
    _save(name, page)
    if name in ALSO_DARK:
        page.wear(dark=True)
        _save(f"{name}-dark", page)
        page.wear(dark=False)


def _save(name: str, page: Page) -> None:
    picture = Image.open(io.BytesIO(page.picture())).convert("RGB")
    few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    target = IMAGES / f"{name}.png"
    few.save(target, optimize=True)
    print(
        f"{target.name}: {picture.width} x {picture.height}, {target.stat().st_size / 1000:.0f} kB"
    )


def _until(condition: Callable[[], object], timeout_s: float = 60.0) -> object:
    deadline = time.monotonic() + timeout_s
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {timeout_s} s")
        time.sleep(0.02)
    return found


if __name__ == "__main__":
    main()
