"""The emulator as a web application, and as a server on 127.0.0.1 that can stop at once."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from emulator import bot_api, chat_api, control_api
from emulator.wire import BreakableProtocol
from emulator.world import World

HOST = "127.0.0.1"
LOCAL_NAMES = ("127.0.0.1", "localhost")
PAGE = Path(__file__).parent / "page"
# Colab shows a port of its machine inside a frame of its own page.
FRAMES = "'self' https://colab.research.google.com https://*.googleusercontent.com"
HEADERS = {
    b"content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors {FRAMES}"
    ).encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cache-control": b"no-cache",  # a page of an older version must not meet a newer server
}
STOP_S = 3


class LocalOnly:
    """Answers only requests made to this machine by name, from pages of this machine.

    Covered: DNS rebinding (a foreign name that resolves to 127.0.0.1) and foreign pages that
    post to 127.0.0.1. Not covered: other programs of the same machine; they may do anything.
    """

    def __init__(self, app: ASGIApp, names: tuple[str, ...]) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it; mark every answer with the page's policy."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        origin_ok = origin is None or self._is_local(urlsplit(origin).netloc)
        if not (self._is_local(headers.get("host", "")) and origin_ok):
            await PlainTextResponse("not from here", 403)(scope, receive, send)
            return

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message["headers"]}
                more = [(name, value) for name, value in HEADERS.items() if name not in given]
                message["headers"] = [*message["headers"], *more]
            await send(message)

        await self._app(scope, receive, send_marked)

    def _is_local(self, netloc: str) -> bool:
        host = urlsplit(f"//{netloc}").hostname or ""
        return any(
            host == name or (name[:1] == "." and host.endswith(name)) for name in self._names
        )


def create_app(world: World, extra_names: tuple[str, ...] = ()) -> Starlette:
    """Return the application over a world.

    Args:
        world: its state.
        extra_names: host names to answer to beside 127.0.0.1 and localhost, for a proxy; one
            that begins with a dot means every name that ends so.
    """
    app = Starlette(
        routes=[
            *bot_api.ROUTES,
            *chat_api.ROUTES,
            *control_api.ROUTES,
            Mount("/", StaticFiles(directory=PAGE, html=True)),
        ],
        middleware=[Middleware(LocalOnly, names=(*LOCAL_NAMES, *extra_names))],
        exception_handlers=chat_api.EXCEPTION_HANDLERS,
    )
    app.state.world = world
    return app


class Server(uvicorn.Server):
    """uvicorn that wakes the long polls when it is told to stop."""

    def __init__(self, world: World, extra_names: tuple[str, ...] = ()) -> None:
        super().__init__(
            uvicorn.Config(
                create_app(world, extra_names),
                http=BreakableProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="warning",
                access_log=False,  # it would print the token
                date_header=False,  # uvicorn's tick would have to keep it true
                timeout_graceful_shutdown=STOP_S,
            )
        )
        self._world = world

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop on a signal."""
        super().handle_exit(sig, frame)
        self._world.close()

    def stop(self) -> None:
        """Stop from another thread."""
        self.should_exit = True
        self._world.close()

    async def main_loop(self) -> None:
        """Wait for the end without uvicorn's tick ten times a second."""
        await self._world.bell.until(lambda: self.should_exit, None)


@dataclass(frozen=True)
class Emulator:
    """A running stand-in: where it is, and its state.

    ``base_url`` and ``base_file_url`` are what python-telegram-bot's ``Bot`` wants.
    """

    url: str
    world: World

    @property
    def token(self) -> str:
        """The token it accepts."""
        return self.world.token

    @property
    def base_url(self) -> str:
        """Where the methods are, without the token."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """Where the files are, without the token."""
        return f"{self.url}/file/bot"


def listening_socket(port: int = 0) -> socket.socket:
    """Return a socket that already takes connections; port 0 finds a free one."""
    # Naming TCP matters: asyncio sets TCP_NODELAY only then, and without it each answer waits
    # 40 ms for a delayed acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def url_of(listener: socket.socket) -> str:
    """Return the address under which a listening socket is reached."""
    return f"http://{HOST}:{listener.getsockname()[1]}"


@contextmanager
def serving(world: World | None = None, port: int = 0) -> Iterator[Emulator]:
    """Run the emulator in a thread of this process for as long as the block lasts."""
    world = world or World()
    server = Server(world)
    with listening_socket(port) as listener:
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="emulator", daemon=True
        )
        thread.start()
        try:
            yield Emulator(url_of(listener), world)
        finally:
            server.stop()
            thread.join(timeout=2 * STOP_S)
            if thread.is_alive():
                raise RuntimeError("the emulator did not stop")
