"""The chat page for everybody: keyboard, screen reader, light and dark, small and large."""

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from emulator.client import ChatClient
from emulator.server import Emulator
from tests.browser import DRIVER, TAB, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not DRIVER, reason="needs chromedriver"),
]
YOU = 1001
SIZES = [(360, 780), (320, 568), (1280, 800)]
KEYBOARD = InlineKeyboardMarkup(
    [[InlineKeyboardButton(label, callback_data=label) for label in ("Stop", "Plot", "Logs")]]
)
TEXT = (
    "<b>Job 1</b>\n<pre>epoch loss acc%</pre>\n<code>/train epochs=2</code> /stop"
    " <a href='https://example.org'>a link</a><blockquote expandable>"
    + "line\n" * 9
    + "</blockquote>"
)
NAMED = {"button", "link", "textbox", "listbox", "option", "combobox", "log", "image", "dialog"}
# The ratio of two colours, and what is behind a node, layer over layer.
CONTRAST = """(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  canvas.canvas.width = canvas.canvas.height = 1;
  const over = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const low = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const style = getComputedStyle(node);
    if (!own || !node.checkVisibility() || style.visibility === "hidden") continue;
    if (node.closest(".unseen, .foot-space, #toast, .quoted, noscript")) continue;
    const behind = [];
    for (let at = node; at; at = at.parentElement)
      behind.unshift(getComputedStyle(at).backgroundColor);
    const one = light(over(behind)), other = light(over([...behind, style.color]));
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) low.push(`${node.className || node.tagName}: ${ratio.toFixed(2)}`);
  }
  return low;
})()"""


@pytest_asyncio.fixture
async def full(
    telegram: Emulator, chat: ChatClient, bot: Bot, png: Callable[[int, int], bytes]
) -> AsyncIterator[Emulator]:
    """A chat in which everything stands that the page can show."""
    await bot.set_my_commands([("status", "What runs"), ("stop", "Stop a job")])
    card = await bot.send_message(YOU, TEXT, parse_mode="HTML", reply_markup=KEYBOARD)
    await card.pin()
    await bot.send_photo(YOU, png(300, 200), caption="Curves", disable_notification=True)
    await bot.send_document(YOU, b"x" * 5000, filename="model.keras")
    await chat.send_file(b"x", "seg label.zip")
    await chat.say("/status", reply_to=card.message_id)
    yield telegram


def opened(page: Page, telegram: Emulator, size: tuple[int, int], *, dark: bool = False) -> Page:
    page.open(telegram.url, size, dark=dark)
    page.until("document.getElementById('status').textContent === 'bot'")
    page.sees("seg label.zip")
    return page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_nothing_overflows_and_all_can_be_read(
    page: Page, full: Emulator, size: tuple[int, int], dark: bool
) -> None:
    """On a small phone and a desktop; every text keeps 4.5:1 against what is behind it."""
    opened(page, full, size, dark=dark)
    page.type("#text", "/st")
    page.until("!document.getElementById('menu').hidden")
    assert page.run("document.documentElement.scrollWidth <= innerWidth")
    assert page.run("document.documentElement.scrollHeight <= innerHeight")
    assert page.run(CONTRAST) == []
    assert page.problems() == []


async def test_everything_has_a_name_for_a_screen_reader(page: Page, full: Emulator) -> None:
    """Each button, link, field, list and picture; messages are articles in a log that speaks."""
    opened(page, full, (360, 780))
    page.type("#text", "/")
    page.until("!document.getElementById('menu').hidden")
    nodes = page.command("Accessibility.getFullAXTree")["nodes"]
    seen = [
        (node["role"]["value"], node.get("name", {}).get("value", "").strip())
        for node in nodes
        if not node["ignored"]
    ]
    roles = [role for role, _ in seen]
    assert [role for role, name in seen if role in NAMED and not name] == []
    assert {"button", "link", "textbox", "option", "log", "image"} <= set(roles)
    assert roles.count("article") == len(full.world.messages(YOU))
    assert ("link", "Download model.keras, 5.0 kB") in seen
    assert page.run("document.getElementById('menu-count').textContent").startswith("2 commands")


async def test_all_can_be_done_with_the_keyboard(page: Page, full: Emulator) -> None:
    """Tab goes from part to part, each shows that it has the focus, and none is a trap."""
    opened(page, full, (1280, 800))
    page.run("document.activeElement.blur()")
    page.run("(document.querySelector('.skip').focus({ focusVisible: true }), 1)")
    seen = []
    name = "(document.activeElement.id || document.activeElement.className)"
    ring = """(() => {
      const style = getComputedStyle(document.activeElement);
      const bar = getComputedStyle(document.getElementById("composer"));
      return style.outlineStyle !== "none" || bar.boxShadow !== "none";
    })()"""
    for _ in range(30):
        page.press_key(TAB)
        seen.append(page.run(name))
        assert page.run(ring), seen[-1]
        if seen[-1] == "send":
            break
    expected = {"pinned", "log", "copy", "command", "toggle", "inline", "photo", "file", "reply"}
    assert expected | {"open-menu", "text", "attach", "send"} <= set(seen)


async def test_whoever_types_means_the_message_box(page: Page, full: Emulator) -> None:
    """Also with the focus on a button: a slash opens the menu at once."""
    opened(page, full, (1280, 800))
    page.run("(document.querySelector('.inline').focus(), 1)")
    page.press_key("/")
    page.until("!document.getElementById('menu').hidden")
    assert page.run("document.getElementById('text').value") == "/"
