"""Waiting for news, with a limit."""

import asyncio
from collections.abc import Callable

import pytest

from bot.waiting import news_or_time

LIMIT_S = 30


def after_turns(turns: int, act: Callable[[], object]) -> None:
    """Do something when the event loop has gone round so many times."""
    asyncio.get_running_loop().call_soon(act if not turns else lambda: after_turns(turns - 1, act))


@pytest.mark.parametrize("turns", range(8))
async def test_a_cancellation_that_comes_with_the_news_is_not_lost(turns: int) -> None:
    """However many turns of the event loop lie between them: a loop that waits so can be ended."""
    news = asyncio.Event()

    async def loop() -> None:
        while True:
            news.clear()
            await news_or_time(news, LIMIT_S)

    task = asyncio.create_task(loop())
    after_turns(10, news.set)
    after_turns(10 + turns, task.cancel)
    done, _ = await asyncio.wait([task], timeout=LIMIT_S / 10)
    assert done == {task}


async def test_it_ends_with_the_news_or_with_its_time() -> None:
    """Whichever comes first; without a time only with the news."""
    news = asyncio.Event()
    await news_or_time(news, 0.0)
    assert not news.is_set()
    asyncio.get_running_loop().call_soon(news.set)
    async with asyncio.timeout(LIMIT_S):
        await news_or_time(news, None)
    assert news.is_set()
