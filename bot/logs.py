"""Where the bot's own log goes, and what never gets into it."""

import logging
import logging.handlers
from pathlib import Path

LOG_BYTES = 5_000_000
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _WithoutSecret(logging.Formatter):
    """Takes a secret out of finished lines, tracebacks included."""

    def __init__(self, secret: str) -> None:
        super().__init__(FORMAT)
        self._secret = secret

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).replace(self._secret, "<token>")


def start_logging(work: Path, secret: str, *, to_terminal: bool) -> None:
    """Log to ``bot.log`` in the work folder, and warnings to the terminal.

    httpx and httpcore log every address they call, and the token is part of
    Telegram's: they are kept to warnings.
    """
    work.mkdir(parents=True, exist_ok=True)
    handlers: list[logging.Handler] = [
        logging.handlers.RotatingFileHandler(
            work / "bot.log", maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8"
        )
    ]
    if to_terminal:
        terminal = logging.StreamHandler()
        terminal.setLevel(logging.WARNING)
        handlers.append(terminal)
    for handler in handlers:
        handler.setFormatter(_WithoutSecret(secret))
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)
    for name in ("httpx", "httpcore", "apscheduler", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)
