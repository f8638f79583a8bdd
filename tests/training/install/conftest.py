"""A package index of tiny wheels, and a Python of its own to install into."""

import base64
import hashlib
import io
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from training.packages.environment import Target, clean, find_uv
from training.protocol.event_log import EventLogWriter, read_events
from training.protocol.events import Event
from training.protocol.failure import Detail, FailureCode, TaskError
from training.protocol.folder import JobFolder
from training.protocol.spec import InstallSpec
from training.run import Run
from training.tasks.install import run_task


def wheel(name: str, version: str, *requires: str) -> tuple[str, bytes]:
    """The file name and content of a wheel with one empty module."""
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {one}\n" for one in requires)
    files = {
        f"{module}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    hashes = {path: hashlib.sha256(text.encode()).digest() for path, text in files.items()}
    lines = (
        f"{path},sha256={base64.urlsafe_b64encode(digest).rstrip(b'=').decode()},{len(files[path])}"
        for path, digest in hashes.items()
    )
    files[f"{info}/RECORD"] = "\n".join((*lines, f"{info}/RECORD,,\n"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return f"{module}-{version}-py3-none-any.whl", buffer.getvalue()


WHEELS = (
    wheel("pictures", "1.0", "shapes>=1"),
    wheel("shapes", "1.5"),
    wheel("shapes", "2.0"),
    wheel("needs-old-shapes", "1.0", "shapes<2"),
    wheel("numpy", "1.0"),
    wheel("numpy", "2.0"),
    wheel("needs-old-numpy", "1.0", "numpy<2"),
    wheel("httpx", "9.0", "shapes"),
)


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wheels."""
    folder = tmp_path_factory.mktemp("wheels")
    for name, content in WHEELS:
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="session")
def index(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of an index of these wheels, made of files."""
    pages = tmp_path_factory.mktemp("simple")
    for wheel in wheels.iterdir():
        page = pages / wheel.name.partition("-")[0].replace("_", "-") / "index.html"
        page.parent.mkdir(exist_ok=True)
        with page.open("a") as file:
            file.write(f'<a href="{wheel.as_uri()}">{wheel.name}</a>')
    return pages.as_uri()


@pytest.fixture(scope="session")
def variables(index: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment that knows the index of wheels and nothing else of this machine."""
    home = tmp_path_factory.mktemp("home")
    return clean(
        {
            "PATH": "/usr/bin:/bin",
            "HOME": str(home),
            "PIP_CONFIG_FILE": "/dev/null",
            "PIP_INDEX_URL": index,
            "PIP_NO_CACHE_DIR": "1",
            "PIP_RETRIES": "1",
            "UV_DEFAULT_INDEX": index,
            "UV_CACHE_DIR": str(home / "uv"),
            "UV_LINK_MODE": "copy",
            "UV_NO_CONFIG": "1",
            "UV_HTTP_RETRIES": "0",
        }
    )


@pytest.fixture(scope="session")
def python_with_pip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with pip, to copy from."""
    folder = tmp_path_factory.mktemp("python") / "with_pip"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return folder


@dataclass(frozen=True)
class Machine:
    """A Python with an installer, and a job."""

    job: JobFolder
    target: Target

    def install(
        self, *packages: str, force: bool = False, kind: type[Run] = Run
    ) -> dict[str, Detail]:
        """Run the task as the job process would."""
        self.job.create()
        with EventLogWriter(self.job.event_log, 1) as log:
            spec = InstallSpec(packages=packages, force=force)
            return run_task(spec, kind(self.job, 1, log), self.target)

    def refuses(self, code: FailureCode, *packages: str) -> TaskError:
        """Installing fails with this code."""
        with pytest.raises(TaskError) as caught:
            self.install(*packages)
        assert caught.value.code is code, caught.value
        return caught.value

    def has(self, module: str) -> bool:
        """Whether the Python can import a module."""
        command = [self.target.python, "-c", f"import {module}"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def told(self, kind: type[Event]) -> list[Event]:
        """Events of a kind."""
        events = read_events(self.job.event_log).events
        return [event for event in events if isinstance(event, kind)]

    def with_variables(self, **changes: str) -> "Machine":
        """The same machine with other settings."""
        variables = self.target.variables | changes
        return Machine(self.job, self.target._replace(variables=variables))


@pytest.fixture
def uv_machine(tmp_path: Path, variables: dict[str, str]) -> Machine:
    """A fresh Python without pip."""
    uv = find_uv()
    assert uv is not None
    command = [uv, "venv", "--quiet", "--offline", "--python", sys.executable, "python"]
    subprocess.run(command, check=True, cwd=tmp_path, env=variables)
    python = str(tmp_path / "python" / "bin" / "python")
    return Machine(JobFolder(tmp_path / "job"), Target(python, uv, variables))


@pytest.fixture
def pip_machine(tmp_path: Path, variables: dict[str, str], python_with_pip: Path) -> Machine:
    """A fresh Python with pip, on a machine without uv."""
    shutil.copytree(python_with_pip, tmp_path / "with_pip", symlinks=True)
    python = str(tmp_path / "with_pip" / "bin" / "python")
    return Machine(JobFolder(tmp_path / "job"), Target(python, None, variables))


@pytest.fixture(params=["uv", "pip"])
def machine(request: pytest.FixtureRequest) -> Machine:
    """Both of them: what is true of one installer is true of the other."""
    found: Machine = request.getfixturevalue(f"{request.param}_machine")
    return found


@pytest.fixture
def stops_after() -> Callable[[int], type[Run]]:
    """A kind of run whose user changes their mind after so many looks."""

    def kind(calls: int) -> type[Run]:
        class StopsAfter(Run):
            left = calls

            def check_stop(self) -> None:
                self.stopped_by_signal = self.left <= 0
                self.left -= 1
                super().check_stop()

        return StopsAfter

    return kind
