"""One call to Telegram: is there a network, is the token known, what time is it there."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from bot.settings import Settings

TIMEOUT_S = 15.0
REFUSALS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        status: HTTP's; none where nothing came.
        error: why nothing came, without the address: the token is part of that.
        name: the bot's, where the token is known.
        clock_off_s: how far this machine's clock is ahead of Telegram's.
    """

    host: str
    seconds: float
    status: int | None = None
    error: str = ""
    name: str | None = None
    clock_off_s: float | None = None

    @property
    def refuses_token(self) -> bool:
        """Whether it is the token that Telegram does not take."""
        return self.status in REFUSALS


def ask_telegram(settings: Settings) -> Answer:
    """Call ``getMe``."""
    base = httpx.URL(settings.telegram_base_url)
    token = settings.telegram_bot_token.get_secret_value()
    began = time.monotonic()
    try:
        response = httpx.get(f"{settings.telegram_base_url}{token}/getMe", timeout=TIMEOUT_S)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        why = str(error).replace(token, "<token>") or type(error).__name__
        return Answer(base.host, time.monotonic() - began, error=why)
    return Answer(
        host=base.host,
        seconds=time.monotonic() - began,
        status=response.status_code,
        name=_name(response),
        clock_off_s=_clock_off_s(response),
    )


def _name(response: httpx.Response) -> str | None:
    try:
        body = response.json()
        return str(body["result"]["username"]) if body["ok"] else None
    except (ValueError, KeyError, TypeError):  # not Telegram's: a proxy's page, perhaps
        return None


def _clock_off_s(response: httpx.Response) -> float | None:
    try:
        there = parsedate_to_datetime(response.headers["Date"])
    except (KeyError, ValueError):
        return None
    return (datetime.now(UTC) - there).total_seconds()
