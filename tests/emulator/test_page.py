"""The chat page in a real Chromium, driven over the WebDriver protocol."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update

from emulator.client import ChatClient
from emulator.server import Emulator, serving
from emulator.world import World
from tests.browser import DOWN, DRIVER, ENTER, ESCAPE, TAB, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not DRIVER, reason="needs chromedriver"),
]
YOU = 1001
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Stop", callback_data="stop")]])


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


async def test_files_that_are_sent_together_are_an_album(
    opened: Page, telegram: Emulator, tmp_path: Path
) -> None:
    """Each is a message with its own link to download it under its own name."""
    names = ["a b.zip", "ü.csv"]
    for name in names:
        (tmp_path / name).write_text(name)
    opened.type("#files", "\n".join(str(tmp_path / name) for name in names))
    opened.sees(*names)
    sent = telegram.world.messages(YOU)
    assert [message.media.file.name for message in sent] == names
    assert sent[0].media_group_id == sent[1].media_group_id != ""
    opened.run("document.querySelector('a.file').click()")
    saved = tmp_path / "downloads" / "a b.zip"
    opened.wait_until(lambda: saved.exists() and saved.read_text() == "a b.zip")


async def test_a_picture_is_sent_as_a_photo_or_as_a_file(
    opened: Page, telegram: Emulator, tmp_path: Path, png: Callable[[int, int], bytes]
) -> None:
    """The page asks, as Telegram's apps do; whoever closes the question sends nothing."""
    picture = tmp_path / "a.png"
    picture.write_bytes(png(30, 20))
    for choice in ("photo", "file"):
        opened.type("#files", str(picture))
        opened.until("document.getElementById('send-as').open")
        opened.click(f"#send-as [value={choice}]")
        opened.until(f"document.querySelectorAll('.out').length === {1 + (choice == 'file')}")
        opened.until("document.getElementById('files').value === ''")
    opened.type("#files", str(picture))
    opened.until("document.getElementById('send-as').open")
    opened.run("(document.getElementById('send-as').close(), 1)")
    opened.until("document.getElementById('files').value === ''")
    sent = telegram.world.messages(YOU)
    assert [message.media and message.media.kind for message in sent] == ["photo", "document"]


async def test_a_tap_on_code_copies_it(opened: Page, bot: Bot) -> None:
    """As in Telegram's apps: it is there to be pasted, and a toast says so."""
    opened.command(
        "Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"]
    )
    await bot.send_message(YOU, "Try <code>/train epochs=2</code>", parse_mode="HTML")
    opened.until("document.querySelector('.copy')")
    opened.click(".copy")
    opened.until("document.querySelector('#toast.shown')?.textContent === 'Copied'")
    opened.run("(navigator.clipboard.readText().then((text) => (window.pasted = text)), 1)")
    opened.until("window.pasted === '/train epochs=2'")


async def test_a_block_does_not_end_in_an_empty_line(opened: Page, bot: Bot) -> None:
    """A table and a quote stand between their lines without a gap."""
    text = "one\n<pre>two</pre>\nthree\n<blockquote>four</blockquote>\nfive"
    await bot.send_message(YOU, text, parse_mode="HTML")
    opened.sees("five")
    content = opened.run("document.querySelector('.in .text').textContent")
    assert content.startswith("one\ntwothree\nfourfive")


async def test_the_menu_filters_as_one_types(opened: Page, telegram: Emulator, bot: Bot) -> None:
    """It opens with a slash, closes with Escape, completes with Tab; words close it."""
    names = ["status", "stop", "train"]
    await bot.set_my_commands([(name, f"About {name}") for name in names])
    shown = "[...document.querySelectorAll('.option b')].map((node) => node.textContent).join()"
    opened.type("#text", "/")
    opened.until(f"{shown} === '/status,/stop,/train'")
    opened.type("#text", "st")
    opened.until(f"{shown} === '/status,/stop'")
    assert opened.run("document.querySelector('mark').textContent") == "/st"
    opened.type("#text", f"{DOWN}{DOWN}")
    marked = "document.getElementById('text').getAttribute('aria-activedescendant')"
    assert opened.run(marked) == "option-1"
    opened.type("#text", TAB)
    assert opened.run("document.getElementById('text').value") == "/stop "
    assert opened.run("document.getElementById('menu').hidden")
    opened.click("#open-menu")
    opened.until("!document.getElementById('menu').hidden")
    opened.type("#text", ESCAPE)
    assert opened.run("document.getElementById('menu').hidden")
    assert len(telegram.world.messages(YOU)) == 1


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
