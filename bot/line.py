"""The line to Telegram: python-telegram-bot's, with patience where that has none."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.backoff import Backoff
from bot.delivery import retry_after_s
from bot.settings import Settings

CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 20.0
MOST_CONNECTIONS = 256
REFUSED_PAUSE_S = 600.0


class Line(ExtBot[None]):
    """The bot's calls.

    Polling waits here and not in PTB's loop, which cannot be stopped while it obeys a
    ``retry_after``, and which gives up for good once a token is refused.

    Args:
        polled: told of each poll: its error, or none where it was answered.
    """

    def __init__(self, settings: Settings, polled: Callable[[TelegramError | None], None]) -> None:
        self._polled = polled
        self._backoff = Backoff()
        self._gate = _TokenGate()
        super().__init__(
            settings.telegram_bot_token.get_secret_value(),
            settings.telegram_base_url,
            settings.telegram_base_file_url,
            request=_request(MOST_CONNECTIONS),
            get_updates_request=_request(1),
            rate_limiter=self._gate,
        )

    async def get_updates(self, *args: Any, **kwargs: Any) -> tuple[Update, ...]:
        """Poll once; after a failure, wait before the loop may poll again."""
        if not kwargs.get("timeout"):  # the last word of a bot that stops: it must not wait
            return await super().get_updates(*args, **kwargs)
        try:
            updates = await super().get_updates(*args, **kwargs)
        except TelegramError as error:
            self._polled(error)
            await asyncio.sleep(self._wait_s(error))
            return ()
        self._backoff.reset()
        self._polled(None)
        return updates

    def _wait_s(self, error: TelegramError) -> float:
        if isinstance(error, RetryAfter):
            return retry_after_s(error)
        if isinstance(error, InvalidToken):
            self._gate.shut()
            return REFUSED_PAUSE_S
        return self._backoff.next_s()


class _TokenGate(BaseRateLimiter[None]):
    """Once Telegram has refused the token, no chat asks again for a while."""

    def __init__(self) -> None:
        self._shut_until = 0.0

    def shut(self) -> None:
        """The token was refused."""
        self._shut_until = asyncio.get_running_loop().time() + REFUSED_PAUSE_S

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> Any:
        """Make a call, or refuse it unmade."""
        if asyncio.get_running_loop().time() < self._shut_until:
            raise InvalidToken("the token was refused a while ago")
        try:
            return await callback(*args, **kwargs)
        except InvalidToken:
            self.shut()
            raise


def _request(connections: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
    )
