"""Where packages come from: pip's settings count for uv, and passwords stay unseen."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from training.packages.child import run_child, without_secrets
from training.packages.environment import read_settings, with_pip_settings
from training.packages.explain import failure
from training.protocol.failure import FailureCode as Code
from training.run import Stopped

SECRET = "hunter2"


class Index(http.server.BaseHTTPRequestHandler):
    """A package index that asks for a password."""

    wheels: Path

    def do_GET(self) -> None:
        """A page with all wheels, whatever the project, or a wheel."""
        if self.headers["Authorization"] is None:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="wheels"')
            self.end_headers()
            return
        name = self.path.rpartition("/")[2]
        if name.endswith(".whl"):
            body = (self.wheels / name).read_bytes()
        else:
            project = self.path.strip("/").rpartition("/")[2].replace("-", "_")
            files = sorted(path.name for path in self.wheels.glob(f"{project}-*"))
            body = "".join(f'<a href="/files/{file}">{file}</a>' for file in files).encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 - the library's name

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""


@pytest.fixture
def address(wheels: Path) -> Iterator[str]:
    """Host and port of the index."""
    handler = type("Here", (Index,), {"wheels": wheels})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def only(machine, **settings: str):
    """The machine with these settings for packages and no others."""
    variables = machine.target.variables
    kept = {name: value for name, value in variables.items() if "INDEX" not in name}
    cleaned = type(machine)(machine.job, machine.target._replace(variables=kept))
    return cleaned.with_variables(**settings)


def test_uv_uses_the_index_of_pip_and_shows_no_password(pip_machine, uv_machine, address, capfd):
    """One setting for both installers; the password is in no line of the log and no event."""
    url = f"http://me:{SECRET}@{address}/simple"
    both = pip_machine.target._replace(uv=uv_machine.target.uv)
    for target in (pip_machine.target, both):
        machine = only(type(pip_machine)(pip_machine.job, target), PIP_INDEX_URL=url)
        wanted = "pictures" if target.uv else "needs-old-shapes"
        assert f"{wanted} 1.0" in machine.install(wanted, force=True)["installed"]
        machine.refuses(Code.PACKAGE_NOT_FOUND, "no-such-thing")

    shown = capfd.readouterr()
    assert address.partition(":")[0] in shown.out
    assert SECRET not in shown.out + shown.err
    assert SECRET.encode() not in pip_machine.job.event_log.read_bytes()


def test_an_index_that_does_not_answer_is_said_so(machine) -> None:
    """Nobody listens on this port; the reason names no password."""
    url = f"http://me:{SECRET}@127.0.0.1:9/simple"
    there = only(machine, PIP_INDEX_URL=url, UV_DEFAULT_INDEX=url)
    error = there.refuses(Code.INDEX_UNREACHABLE, "pictures")
    assert SECRET not in str(error)


def test_what_is_set_for_uv_counts_more_than_pips_settings(pip_machine) -> None:
    """Uv's own index stays; the rest of pip's settings fill the gaps."""
    machine = only(
        pip_machine,
        PIP_INDEX_URL="http://127.0.0.1:9/pip",
        PIP_EXTRA_INDEX_URL="http://127.0.0.1:9/a http://127.0.0.1:9/b",
        PIP_FIND_LINKS="/one /two",
        UV_INDEX_URL="http://127.0.0.1:9/uv",
    )
    variables = with_pip_settings(machine.target).variables
    assert "UV_DEFAULT_INDEX" not in variables
    assert variables["UV_INDEX"] == "http://127.0.0.1:9/a http://127.0.0.1:9/b"
    assert variables["UV_FIND_LINKS"] == "/one,/two"
    assert variables["UV_INDEX_STRATEGY"] == "unsafe-best-match"


def test_pips_sections_are_ranked_as_pip_ranks_them() -> None:
    """The environment before [install] before [global]; values may hold an equals sign."""
    listed = (
        ":env:.cert='/e'\nglobal.cert='/g'\nglobal.index-url='http://h/?a=b'\ninstall.cert='/i'"
    )
    assert read_settings(listed) == {"cert": "/e", "index-url": "http://h/?a=b"}


def test_credentials_are_cut_from_any_address() -> None:
    """Name and password, or a token alone; the rest of the line stays."""
    assert (
        without_secrets("at https://a:b@h/x and git+ssh://t@h") == "at https://h/x and git+ssh://h"
    )
    assert without_secrets("mail me@home") == "mail me@home"


def test_a_full_disk_and_the_unknown_are_told_apart() -> None:
    """Known words become a reason, others the last line that says something."""
    full = failure(["ERROR: [Errno 28] No space left on device"], ["six"], 7)
    assert (full.code, full.details) == (Code.DISK_FULL, {"free_bytes": 7})
    other = failure(["error: it broke", "  hint: try again"], ["six"], 7)
    assert (other.code, other.details) == (Code.INSTALL_FAILED, {"error": "it broke"})
    assert failure([], ["six"], 7).code is Code.INSTALL_FAILED


def test_a_stubborn_child_is_ended_with_all_it_started(tmp_path, wait_until) -> None:
    """A stop in the middle of a build reaches the compiler, too."""
    script = "sleep 600 & echo $! > grandchild; echo ready; wait"
    heard: list[str] = []

    def check_stop() -> None:
        if heard:
            raise Stopped("now")

    with pytest.raises(Stopped):
        run_child(
            ["sh", "-c", script], {"PATH": "/usr/bin:/bin"}, tmp_path, check_stop, heard.append
        )

    number = (tmp_path / "grandchild").read_text().strip()
    status = Path(f"/proc/{number}/stat")
    wait_until(lambda: not status.exists() or ") Z" in status.read_text())
