"""Command line: ``python -m emulator --port 0 --ready-file PATH [--token TOKEN]``."""

import argparse
import json
import logging
import os
import signal
import socket
import sys
import threading
from pathlib import Path

from emulator.server import Server, listening_socket, url_of
from emulator.world import DEFAULT_TOKEN, World

STDIN = 0


def main() -> None:
    """Serve until SIGTERM or SIGINT; then exit with 0."""
    args = _arguments()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # uvicorn raises the signal once more after it has stopped; that must not kill this process.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _signal, _frame: None)
    if args.ends_with_stdin:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    with _listening(args.port) as listener:
        url = url_of(listener)
        if args.ready_file:
            _write_ready(args.ready_file, url)
        print(f"Emulator of Telegram on {url}", flush=True)
        Server(World(args.token), tuple(args.allow_host)).run(sockets=[listener])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="0 finds a free one")
    parser.add_argument("--ready-file", type=Path, help='gets {"url", "pid"} when it listens')
    parser.add_argument(
        "--ends-with-stdin", action="store_true", help="end when whoever started it has died"
    )
    parser.add_argument("--token", default=DEFAULT_TOKEN, help="the bot token it accepts")
    parser.add_argument(
        "--allow-host", action="append", default=[], help="a proxy's host name (or .suffix)"
    )
    return parser.parse_args()


def _listening(port: int) -> socket.socket:
    try:
        return listening_socket(port)
    except OSError as error:
        sys.exit(
            f"Port {port} cannot be used ({error.strerror}). If another program has it, perhaps"
            " an earlier demo, end that, or choose another port: --port 0 finds a free one."
        )


def _end_with_stdin() -> None:
    """Wait until nobody holds the other end any more; even a killed process lets go of it."""
    # Past sys.stdin: its lock would be in the way when this process ends by itself.
    while os.read(STDIN, 1024):
        pass
    os._exit(0)  # nobody is left to answer, and a port that stays taken would stop the next one


def _write_ready(path: Path, url: str) -> None:
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    aside.write_text(json.dumps({"url": url, "pid": os.getpid()}), encoding="utf-8")
    aside.replace(path)


if __name__ == "__main__":
    main()
