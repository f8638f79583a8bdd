"""The bot's end of the line, as python-telegram-bot holds it."""

import struct
import zlib
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
import pytest_asyncio
from telegram import Bot

from emulator import human
from emulator.human import Act
from emulator.server import Emulator

YOU = 1001


@pytest.fixture
def open_chat(telegram: Emulator) -> Emulator:
    """The stand-in, with a private chat in which the person has written first."""
    human.say(telegram.world, Act(YOU, YOU), "/start")
    return telegram


@pytest_asyncio.fixture
async def bot(open_chat: Emulator) -> AsyncIterator[Bot]:
    """python-telegram-bot's own client, pointed at the stand-in."""
    async with Bot(
        open_chat.token, base_url=open_chat.base_url, base_file_url=open_chat.base_file_url
    ) as client:
        yield client


@pytest_asyncio.fixture
async def raw(open_chat: Emulator) -> AsyncIterator[httpx.AsyncClient]:
    """Bare HTTP to the methods: ``raw.post("sendMessage", json=...)``."""
    base_url = f"{open_chat.base_url}{open_chat.token}/"
    async with httpx.AsyncClient(base_url=base_url, timeout=30) as client:
        yield client


@pytest.fixture
def png() -> Callable[[int, int], bytes]:
    """A picture of one colour and any size."""

    def make(width: int, height: int) -> bytes:
        def chunk(kind: bytes, data: bytes) -> bytes:
            body = kind + data
            return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

        rows = (b"\0" + b"\x40\x80\xc0" * width) * height
        head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        return (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(rows))
            + chunk(b"IEND", b"")
        )

    return make
