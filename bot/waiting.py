"""Waiting for news, but not for ever."""

import asyncio
import contextlib


async def news_or_time(news: asyncio.Event, seconds: float | None) -> None:
    """Wait until something is new, or until so many seconds have passed.

    ``asyncio.wait_for`` will not do: before Python 3.12 a cancellation that arrives just
    with the news is lost, and whoever waits for the loop's end waits for ever.
    Source: CPython, bpo-42130: "AsyncIO's wait_for can hide cancellation in a rare race".
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await news.wait()
