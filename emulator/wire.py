"""Between HTTP and the methods: parameters in, callers that hang up, connections that break."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from emulator.errors import ApiError, bad_request
from emulator.files import MAX_UPLOAD, MB
from emulator.params import Params, Upload

T = TypeVar("T")
BREAK = "emulator.break_connection"
RESET_AT_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER with no time: close sends RST


class BreakableProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, and a way for the application to break the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Hand the application a function that resets this connection."""
        super().connection_made(transport)
        app: ASGIApp = self.app

        def reset() -> None:
            if transport.is_closing():
                return
            sock: socket.socket = transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
            transport.abort()

        async def breakable(scope: Scope, receive: Receive, send: Send) -> None:
            scope[BREAK] = reset
            await app(scope, receive, send)

        self.app = breakable


class NoAnswer(Response):
    """Breaks the connection instead of answering."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reset, and wait until the server has noticed: then it sends nothing any more."""
        reset: Callable[[], None] = scope[BREAK]
        reset()
        while (await receive())["type"] != "http.disconnect":
            pass


async def read_params(request: Request, most_bytes: int = MAX_UPLOAD) -> Params:
    """Read the parameters of a call from wherever they are.

    Args:
        most_bytes: of a file; people may send more than bots.

    Raises:
        ApiError: the request is larger than Telegram takes, or no readable form or JSON.
    """
    values: dict[str, Any] = dict(request.query_params)
    if request.method == "GET":
        return Params(values)
    if int(request.headers.get("content-length") or 0) > most_bytes + MB:
        async for _chunk in request.stream():  # a client that still sends would miss the answer
            pass
        raise ApiError(413, "Request Entity Too Large")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return Params(values | await _json_object(request))
    if kind not in ("multipart/form-data", "application/x-www-form-urlencoded"):
        return Params(values)
    uploads: dict[str, Upload] = {}
    async with request.form() as form:
        for name, item in form.multi_items():
            if isinstance(item, UploadFile):
                data = await item.read()
                uploads[name] = Upload(item.filename or name, item.content_type, data)
            else:
                values[name] = item
    if any(len(upload.data) > most_bytes for upload in uploads.values()):
        raise ApiError(413, "Request Entity Too Large")
    return Params(values, uploads)


async def _json_object(request: Request) -> dict[str, Any]:
    try:
        values = await request.json()
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(values, dict):
        raise bad_request("can't parse JSON object")
    return values


async def unless_gone(request: Request, work: Awaitable[T]) -> T | None:
    """Wait for something, but no longer than the caller waits.

    Returns:
        None when the caller hung up first.
    """
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
