"""A walk through the demo in a browser: what the tests check and the screenshots show.

Each step waits for what it is about, and hands the page to whoever wants to look.
"""

import io
import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser import PHONE, Page

PROJECT = Path(__file__).resolve().parents[1]
START_S, TRAINING_S = 120.0, 400.0
ARCHIVE, PICTURES = "seg label.zip", 40

Look = Callable[[str, Page], object]


@dataclass(frozen=True)
class Demo:
    """A running demo: where its page is, and its work folder."""

    url: str
    work: Path


@contextmanager
def demo(work: Path) -> Iterator[Demo]:
    """Run ``python -m bot demo`` as a user does, and end it with what it runs."""
    drive = work.parent / "My Drive"
    (drive / "photos").mkdir(parents=True)
    (drive / "notes.txt").write_text("What I want to try next: a smaller batch.\n")
    environment = {**os.environ, "COLTRAIN_WORK": str(work), "COLTRAIN_DATA_ROOTS": str(drive)}
    with (work.parent / "demo.log").open("wb") as errors:
        child = subprocess.Popen(
            [sys.executable, "-u", "-m", "bot", "demo", "--port", "0", "--no-browser"],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    try:
        yield Demo(_address(child), work)
    finally:
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=60)


def walk(page: Page, demo: Demo, look: Look) -> None:
    """Train with the form, stop after an epoch, plot, take the model, bring an archive.

    Args:
        look: called with the name of each thing worth seeing, when it stands there.
    """
    page.open(demo.url, PHONE)
    page.until("document.getElementById('status').textContent === 'bot'", START_S)
    page.click("#start")
    page.sees("Hello You, you are the owner")
    _see_the_menu(page, look)
    _train_with_the_form(page, look)
    _watch_and_stop(page, look)
    _plot(page, look)
    _take_the_model(page, look)
    _bring_an_archive(page, demo, look)
    _look_into_the_folders(page, look)
    _speak_chinese(page, look)


def _see_the_menu(page: Page, look: Look) -> None:
    page.type("#text", "/")
    page.until("document.querySelectorAll('.option').length > 20")
    look("menu", page)
    page.type("#text", "tra")
    page.until("document.querySelectorAll('.option').length === 1")
    page.click(".option")


def _train_with_the_form(page: Page, look: Look) -> None:
    page.sees("Train the MNIST convnet")
    for wanted in ("16 epochs", "20 epochs", "30 epochs"):
        _step(page, "epochs", "+", wanted)
    for wanted in ("data 30,000", "data 20,000", "data 10,000", "data 5,000"):
        _step(page, "data", "−", wanted)
    page.sees("/train epochs=30", "samples=5000")
    look("form", page)
    page.tap("▶️ Start")
    page.sees("▶️ /train epochs=30")


def _watch_and_stop(page: Page, look: Look) -> None:
    page.sees("Job 1 · MNIST convnet")
    page.until(f"{_card(1)}.innerText.includes('Epoch 1/30')", TRAINING_S)
    before = page.run(f"{_card(1)}.innerText")
    page.until(f"{_card(1)}.innerText.includes('Epoch 3/30')", TRAINING_S)
    assert page.run(f"{_card(1)}.innerText") != before
    assert page.run("document.querySelectorAll('.message.in').length") == 3  # no wall of messages
    look("card", page)
    page.tap("⏹ Stop")
    page.until(f"{_buttons('After this epoch')}.length === 1")
    look("stop", page)
    page.tap("After this epoch")
    page.until("document.querySelector('#toast.shown')")
    assert "stops after this epoch" in page.run("document.getElementById('toast').textContent")
    page.sees("⏹ stopped", timeout_s=TRAINING_S)
    page.until(f"{_buttons('⏹ Stop')}.length === 0")
    page.until(f"{_buttons('Again with changes')}.length === 1")
    page.sees("Test accuracy: ", "Best epoch: ")
    _settle(page)
    look("end", page)


def _plot(page: Page, look: Look) -> None:
    page.say("/plot")
    pictures = "document.querySelectorAll('.photo img')"
    count = page.run(f"{pictures}.length")
    page.until(f"{pictures}.length > {count}")
    _settle(page)
    assert page.run(f"[...{pictures}].every((image) => image.naturalWidth > 0)")
    look("plot", page)


def _take_the_model(page: Page, look: Look) -> None:
    page.say("/get 1")
    page.sees("Tap a file to have it sent.")
    page.tap("📄 model.keras")
    link = "[...document.querySelectorAll('.in a.file')].at(-1)"
    page.until(f"{link}?.download === 'model.keras'")
    page.run(f"{link}.click()")
    saved = page.downloads / "model.keras"
    page.wait_until(saved.exists)
    assert zipfile.is_zipfile(saved)
    look("model", page)


def _bring_an_archive(page: Page, demo: Demo, look: Look) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for number in range(PICTURES):
            file.writestr(f"{number}.png", os.urandom(30_000))
    archive = demo.work.parent / ARCHIVE
    archive.write_bytes(packed.getvalue())
    page.type("#files", str(archive))
    page.sees("is saved in data")
    page.tap("📦 Unzip")
    page.sees("is unpacked into", f"{PICTURES} files")
    page.until(f"{_buttons('⏹ Stop')}.length === 0")
    unpacked = list((demo.work / "data/seg label").glob("*.png"))
    assert len(unpacked) == PICTURES
    look("unzip", page)


def _look_into_the_folders(page: Page, look: Look) -> None:
    page.say("/files")
    page.tap("📁 data")
    page.tap("📁 seg label")
    page.until(f"{_buttons('⬆️ Up')}.length === 1")
    page.sees(f"{PICTURES} files · 1–8")
    look("files", page)


def _speak_chinese(page: Page, look: Look) -> None:
    page.say("/language zh")
    page.sees("此聊天使用简体中文")
    page.say("/train")
    page.until(f"{_buttons('▶️ 开始')}.length === 1")
    page.say("/jobs")
    page.sees("任务 1 · MNIST 卷积网络")
    look("chinese", page)


def _step(page: Page, row: str, key: str, wanted: str) -> None:
    """Press − or + in a row of the form, and wait for what it then says."""
    page.run(
        f"[...document.querySelectorAll('.row')].findLast((row) => row.textContent"
        f".includes({row!r})).querySelectorAll('button')[{0 if key == '−' else 2}].click()"
    )
    page.until(f"{_buttons(wanted)}.length === 1")


def _card(job: int) -> str:
    """The first message about a job: its card."""
    return (
        "[...document.querySelectorAll('.message.in')]"
        f".find((node) => node.innerText.startsWith('Job {job} · '))"
    )


def _buttons(label: str) -> str:
    return f"[...document.querySelectorAll('.inline')].filter((n) => n.textContent === {label!r})"


def _settle(page: Page) -> None:
    """Wait until every picture is there."""
    page.until("[...document.images].every((image) => image.complete)")


def _address(child: "subprocess.Popen[bytes]") -> str:
    assert child.stdout is not None
    for line in child.stdout:
        found = re.search(rb"http://\S+", line)
        if found:
            return found[0].decode()
    raise AssertionError("the demo ended at once; demo.log says why")
