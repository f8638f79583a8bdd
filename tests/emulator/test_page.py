"""The chat page in a real Chromium, driven over the WebDriver protocol."""

import contextlib
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update

from emulator.client import ChatClient
from emulator.server import Emulator, serving
from emulator.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromedriver"), reason="needs chromedriver"),
]
YOU = 1001
ENTER, DOWN = "\ue007", "\ue015"
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Stop", callback_data="stop")]])


class Page:
    """The chat page in a browser window of 360 by 780."""

    def __init__(self, session: httpx.Client, wait_until: Callable[..., object]) -> None:
        self._session = session
        self._wait_until = wait_until

    def _post(self, path: str, **body: object) -> object:
        answer = self._session.post(path, json=body)
        answer.raise_for_status()
        return answer.json()["value"]

    def open(self, url: str) -> None:
        """Load a page on a small screen."""
        size = {"width": 360, "height": 780, "deviceScaleFactor": 1, "mobile": True}
        self._post("goog/cdp/execute", cmd="Emulation.setDeviceMetricsOverride", params=size)
        self._post("url", url=url)

    def run(self, script: str) -> object:
        """Evaluate an expression in the page."""
        return self._post("execute/sync", script=f"return {script}", args=[])

    def type(self, selector: str, keys: str) -> None:
        """Type into an element (or give a file input its path)."""
        found = self._post("element", using="css selector", value=selector)
        self._post(f"element/{next(iter(found.values()))}/value", text=keys)

    def until(self, condition: str) -> None:
        """Wait until an expression is true in the page."""
        self._wait_until(lambda: self.run(condition))

    def sees(self, text: str) -> None:
        """Wait until the list of messages shows a text."""
        self.until(f"document.getElementById('log').innerText.includes({text!r})")

    def problems(self) -> list[str]:
        """What the browser's console complains of."""
        return [entry["message"] for entry in self._post("se/log", type="browser")]


@pytest.fixture(scope="module")
def driver() -> Iterator[str]:
    """A running chromedriver's address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        ["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def page(driver: str, wait_until: Callable[..., object]) -> Iterator[Page]:
    """A fresh browser window."""

    def is_up() -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{driver}/status").is_success
        return False

    wait_until(is_up)
    arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    wanted = {
        "goog:chromeOptions": {"args": arguments},
        "goog:loggingPrefs": {"browser": "ALL"},
    }
    body = {"capabilities": {"alwaysMatch": wanted}}
    answer = httpx.post(f"{driver}/session", json=body, timeout=60).json()["value"]
    url = f"{driver}/session/{answer['sessionId']}/"
    with httpx.Client(base_url=url, timeout=60) as session:
        yield Page(session, wait_until)
        session.delete(url)


@pytest_asyncio.fixture
async def opened(page: Page, telegram: Emulator) -> AsyncIterator[Page]:
    """The page of the stand-in, with no complaint in its console at the end."""
    page.open(telegram.url)
    page.until("document.getElementById('status').textContent === 'bot'")
    yield page
    assert page.problems() == []


async def test_a_chat_on_a_small_screen(
    opened: Page, telegram: Emulator, bot: Bot, tmp_path: Path
) -> None:
    """Text, commands, files, edits, deletions and pins show at once and nothing overflows."""
    opened.sees("/start")
    await bot.set_my_commands([("status", "What runs"), ("stop", "Stop a job")])
    opened.type("#text", f"hello{ENTER}")
    opened.sees("hello")
    opened.type("#text", "/s")
    opened.until("document.querySelectorAll('.option').length === 2")
    opened.type("#text", f"{DOWN}{DOWN}{ENTER}")
    opened.sees("/stop")
    file = tmp_path / "data 1.csv"
    file.write_text("a,b\n")
    opened.type("#files", str(file))
    opened.sees("data 1.csv")
    long_lines = "<pre>" + "x" * 300 + "</pre>" + "y" * 300
    sent = await bot.send_message(YOU, long_lines, parse_mode="HTML")
    opened.until("document.querySelectorAll('pre').length === 1")
    assert opened.run("document.documentElement.scrollWidth <= innerWidth")
    await sent.pin()
    opened.until("!document.getElementById('pinned').hidden")
    await sent.edit_text("now short")
    opened.sees("now short")
    await sent.delete()
    opened.until("document.getElementById('pinned').hidden")
    texts = [message.body.text for message in telegram.world.messages(YOU)]
    assert texts == ["/start", "hello", "/stop", ""]


async def test_a_button_keeps_its_focus_and_shows_the_answer(opened: Page, bot: Bot) -> None:
    """An edit does not take the button from under a finger; the answer shows as a toast."""
    sent = await bot.send_message(YOU, "Epoch 1/2", reply_markup=KEYBOARD)
    opened.until("document.querySelector('.inline')")
    opened.run("(window.button = document.querySelector('.inline')).focus()")
    await sent.edit_text("Epoch 2/2", reply_markup=KEYBOARD)
    opened.sees("Epoch 2/2")
    assert opened.run("document.activeElement === window.button")
    opened.run("window.button.click()")
    update = await next_callback(bot)
    assert opened.run("window.button.getAttribute('aria-busy')") == "true"
    await update.callback_query.answer("Stopping")
    opened.until("document.querySelector('#toast.shown')?.textContent === 'Stopping'")
    opened.until("!window.button.hasAttribute('aria-busy')")


async def test_a_long_quote_opens_and_stays_open(opened: Page, bot: Bot) -> None:
    """An expandable quote shows about three lines until it is tapped, and edits keep it so."""
    quote = "<blockquote expandable>" + "line\n" * 12 + "last</blockquote>"
    sent = await bot.send_message(YOU, f"First {quote}", parse_mode="HTML")
    opened.until("document.querySelector('.expandable')")
    height = "document.querySelector('.quoted').clientHeight"
    closed = opened.run(height)
    opened.run("document.querySelector('.toggle').click()")
    assert opened.run(height) > 2 * closed
    await sent.edit_text(f"Second {quote}", parse_mode="HTML")
    opened.sees("Second")
    assert opened.run(height) > 2 * closed


async def test_hostile_text_stays_text(opened: Page, bot: Bot) -> None:
    """Markup in a message, a name or a link is shown, never run."""
    await bot.send_message(YOU, "<img src=x onerror=document.title='run'><script>1</script>")
    await bot.send_message(YOU, "<a href='tg://x'>ok</a>", parse_mode="HTML")
    await bot.send_document(YOU, b"x", filename="<b>x</b>.txt")
    opened.sees("<b>x</b>.txt")
    opened.sees("onerror")
    assert opened.run("document.querySelectorAll('#log script, #log img').length") == 0
    assert opened.run("document.title") == "Coltrain"


async def test_the_page_comes_back_by_itself(page: Page) -> None:
    """When the emulator is gone the page says so, and goes on with the next one."""
    with serving(World()) as emulator:
        port = int(emulator.url.rpartition(":")[2])
        page.open(emulator.url)
        async with ChatClient(emulator.url) as chat:
            await chat.say("in the first world")
        page.sees("in the first world")
    page.until("document.getElementById('status').textContent === 'connecting…'")
    with serving(World(), port=port) as emulator:
        page.until("document.getElementById('status').textContent === 'bot'")
        async with ChatClient(emulator.url) as chat:
            await chat.say("in the second world")
        page.sees("in the second world")
        page.until("!document.getElementById('log').innerText.includes('first')")


async def next_callback(bot: Bot) -> Update:
    """Poll until somebody presses a button."""
    offset = 0
    while True:
        for update in await bot.get_updates(offset=offset, timeout=10):
            offset = update.update_id + 1
            if update.callback_query:
                return update
