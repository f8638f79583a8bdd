"""A real headless Chromium, over the WebDriver protocol: load with ``pytest_plugins``.

``page``
    A window of the size of a phone (:class:`Page`), fresh for each test.
"""

import base64
import contextlib
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

DRIVER = shutil.which("chromedriver")
ARGUMENTS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
PHONE = (360, 780)
DESKTOP_WIDTH = 800
ENTER, DOWN, ESCAPE, TAB = "\ue007", "\ue015", "\ue00c", "\ue004"
Wait = Callable[..., object]


class Page:
    """A page in a browser window; what it downloads lies in ``downloads``."""

    def __init__(self, session: httpx.Client, wait_until: Wait, downloads: Path) -> None:
        self._session = session
        self.wait_until = wait_until
        self.downloads = downloads

    def open(self, url: str, size: tuple[int, int] = PHONE, *, dark: bool = False) -> None:
        """Load a page on a screen of a size, for eyes that want it light or dark."""
        width, height = size
        phone = width < DESKTOP_WIDTH
        screen = {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": phone}
        self.command("Emulation.setDeviceMetricsOverride", **screen)
        self.command("Emulation.setScrollbarsHidden", hidden=phone)
        self.wear(dark=dark, phone=phone)
        self._post("url", url=url)

    def wear(self, *, dark: bool, phone: bool = True) -> None:
        """Show what is open in light or dark, to a finger or a mouse."""
        media = {
            "prefers-color-scheme": "dark" if dark else "light",
            "hover": "none" if phone else "hover",
            "pointer": "coarse" if phone else "fine",
        }
        features = [{"name": name, "value": value} for name, value in media.items()]
        self.command("Emulation.setEmulatedMedia", features=features)

    def command(self, name: str, **parameters: object) -> Any:
        """Call the browser by its own protocol."""
        return self._post("goog/cdp/execute", cmd=name, params=parameters)

    def run(self, script: str) -> Any:
        """Evaluate an expression in the page."""
        return self._post("execute/sync", script=f"return {script}", args=[])

    def type(self, selector: str, keys: str) -> None:
        """Type into an element (or give a file input its paths, a line each)."""
        self._post(f"element/{self._element(selector)}/value", text=keys)

    def press_key(self, key: str) -> None:
        """Press and let go a key, wherever the focus is."""
        keys = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self._post("actions", actions=[{"type": "key", "id": "keyboard", "actions": keys}])

    def click(self, selector: str) -> None:
        """Click an element where it is seen, as a finger would."""
        self._post(f"element/{self._element(selector)}/click")

    def tap(self, label: str) -> None:
        """Tap the newest button under a message whose label begins so, once it is there."""
        found = f"[...document.querySelectorAll('button.inline')].findLast({starts(label)})"
        self.until(found)
        self.run(f"{found}.click()")

    def say(self, text: str) -> None:
        """Write a message and send it."""
        self.type("#text", f"{text}{ENTER}")

    def until(self, condition: str, timeout_s: float = 60.0) -> None:
        """Wait until an expression is true in the page."""
        self.wait_until(lambda: self.run(condition), timeout_s)

    def sees(self, *texts: str, timeout_s: float = 60.0) -> None:
        """Wait until the list of messages shows each text."""
        for text in texts:
            shown = f"document.getElementById('log').innerText.includes({text!r})"
            self.until(shown, timeout_s)

    def picture(self) -> bytes:
        """What the window shows, as a PNG."""
        return base64.b64decode(self._session.get("screenshot").json()["value"])

    def problems(self) -> list[str]:
        """What the browser's console complains of."""
        return [entry["message"] for entry in self._post("se/log", type="browser")]

    def _element(self, selector: str) -> str:
        found = self._post("element", using="css selector", value=selector)
        return str(next(iter(found.values())))

    def _post(self, path: str, **body: object) -> Any:
        answer = self._session.post(path, json=body)
        if answer.is_error:
            raise AssertionError(f"{path} {body}: {answer.text}")
        return answer.json()["value"]


def starts(label: str) -> str:
    """A condition on a node: its text begins so."""
    return f"(node) => node.textContent.startsWith({label!r})"


@contextmanager
def chromedriver(wait_until: Wait) -> Iterator[str]:
    """Run a chromedriver; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        ["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"

    def is_up() -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{url}/status").is_success
        return False

    try:
        wait_until(is_up)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=10)


@contextmanager
def window(driver: str, wait_until: Wait, downloads: Path) -> Iterator[Page]:
    """Open a browser window.

    Args:
        downloads: where it saves what is downloaded.
    """
    saved = {"download.default_directory": str(downloads)}
    wanted = {
        "goog:chromeOptions": {"args": list(ARGUMENTS), "prefs": saved},
        "goog:loggingPrefs": {"browser": "ALL"},
    }
    body = {"capabilities": {"alwaysMatch": wanted}}
    answer = httpx.post(f"{driver}/session", json=body, timeout=60).json()["value"]
    url = f"{driver}/session/{answer['sessionId']}/"
    with httpx.Client(base_url=url, timeout=60) as session:
        try:
            yield Page(session, wait_until, downloads)
        finally:
            session.delete(url)


@pytest.fixture(scope="session")
def driver(wait_until: Wait) -> Iterator[str]:
    """A running chromedriver's address."""
    with chromedriver(wait_until) as url:
        yield url


@pytest.fixture
def page(driver: str, wait_until: Wait, tmp_path: Path) -> Iterator[Page]:
    """A fresh browser window of the size of a phone; it downloads to ``tmp_path``."""
    with window(driver, wait_until, tmp_path / "downloads") as opened:
        yield opened
