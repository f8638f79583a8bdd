"""The bot's own log: everything worth knowing, and never the token."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.logs import start_logging

TOKEN = "123456:SECRET"


@pytest.fixture(autouse=True)
def loggers_as_before() -> Iterator[None]:
    """Logging is one for the whole process."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    quiet = {name: logging.getLogger(name).level for name in ("httpx", "telegram", "httpcore")}
    yield
    for handler in set(root.handlers) - set(handlers):
        handler.close()
    root.handlers[:], root.level = handlers, level
    for name, before in quiet.items():
        logging.getLogger(name).setLevel(before)


def test_the_token_is_in_no_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither in a message, nor in its arguments, nor in a traceback, nor on the terminal."""
    start_logging(tmp_path / "work", TOKEN, to_terminal=True)
    log = logging.getLogger("bot")
    log.warning("https://api.telegram.org/bot%s/getMe", TOKEN)
    try:
        int(f"bot{TOKEN}")
    except ValueError:
        log.exception("an incident")
    logging.getLogger("httpx").info("HTTP Request: POST bot%s", TOKEN)
    written = (tmp_path / "work/bot.log").read_text()
    assert "bot<token>/getMe" in written
    assert "ValueError: invalid literal for int() with base 10: 'bot<token>'" in written
    assert "HTTP Request" not in written
    assert "an incident" in capsys.readouterr().err
    assert "SECRET" not in written


def test_without_a_terminal_nothing_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The chat in the terminal is not to be torn apart by warnings."""
    start_logging(tmp_path, TOKEN, to_terminal=False)
    logging.getLogger("bot").warning("a warning")
    assert capsys.readouterr().err == ""
    assert "a warning" in (tmp_path / "bot.log").read_text()
