"""A machine lent by Colab, to run the launcher on, and wheels to put on its Drive.

The stub bot says what it was given and waits for its end::

    async with colab.running():
        assert "stub: argv" in colab.printed

Not covered: Colab's pages, its consent dialogs, a real Drive.
"""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tomllib
import venv
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from emulator.client import YOU
from emulator.server import Emulator

REPOSITORY = Path(__file__).parents[1]
NOTEBOOK = REPOSITORY / "notebook_launcher.ipynb"
COLAB_STUB = REPOSITORY / "tests" / "google_colab_stub"
TOKEN = "8231:CANARY-token-that-must-not-show"

STUB_BOT = """
import hashlib, os, pathlib, signal, sys
if sys.argv[1:] == ["doctor"]:
    sys.exit(print("stub: looked"))
signal.signal(signal.SIGTERM, lambda *_: sys.exit(print("stub: clean end")))
print("stub: argv", pathlib.Path("/proc/self/cmdline").read_text().split(chr(0))[1:-1])
print("stub: token", hashlib.sha256(os.environ["TELEGRAM_BOT_TOKEN"].encode()).hexdigest())
for name in os.environ:
    if name.startswith(("COLTRAIN_", "LIFELINE_")):
        print("stub:", name, os.environ[name])
print("stub: TELEGRAM_OWNER_ID", os.environ.get("TELEGRAM_OWNER_ID"))
print("stub: pid", os.getpid(), "ready")
signal.pause()
"""


# Trainings of this wheel take milliseconds, and each epoch ends when a test says so.
STUB_TRAINING = MappingProxyType(
    {
        "training/tasks/train.py": (REPOSITORY / "tests" / "saving_task.py").read_text(),
        "tests/stub_task.py": (REPOSITORY / "tests" / "stub_task.py").read_text(),
    }
)


def write_wheel(
    folder: Path,
    files: Mapping[str, str | bytes] = MappingProxyType({"bot/__main__.py": STUB_BOT}),
    name: str = "coltrain",
    version: str = "99.0",
    needs: Iterable[str] = (),
) -> Path:
    """Write a wheel, by hand: no build tool, no network."""
    info = f"{name}-{version}.dist-info"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    metadata += [f"Requires-Dist: {need}" for need in needs]
    content = {
        **files,
        f"{info}/METADATA": "\n".join(metadata) + "\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    content[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*content, f"{info}/RECORD"])
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, data in content.items():
            archive.writestr(path, data)
    return wheel


def write_project_wheel(
    folder: Path, changes: Mapping[str, str | bytes] = MappingProxyType({})
) -> Path:
    """Write the wheel of this very project, with the requirements it names.

    Args:
        changes: files that are others, such as a task that trains without Keras.
    """
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    files = {
        str(path.relative_to(REPOSITORY)): path.read_bytes()
        for package in ("bot", "training", "emulator")
        for path in (REPOSITORY / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    return write_wheel(folder, {**files, **changes}, needs=project["dependencies"])


def write_checkout(folder: Path) -> None:
    """Write a project folder that pip can build without a network or a build tool."""
    wheel = write_wheel(folder / "wheel")
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "coltrain"\nversion = "99.0"\n'
    )
    (folder / "backend.py").write_text(
        "import shutil\n"
        "def build_wheel(folder, settings=None, metadata=None):\n"
        f"    shutil.copy('wheel/{wheel.name}', folder)\n"
        f"    return {wheel.name!r}\n"
    )


def commit_all(folder: Path) -> None:
    """Make a git repository of a folder."""
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "Add all"]):
        subprocess.run(["git", "-C", folder, *command], check=True)


@dataclass
class Colab:
    """A machine lent by Colab: its own Python, an empty Drive, a GPU or none, secrets."""

    path: Path
    form: dict[str, object]
    wait_until: Callable[..., object]
    state: dict[str, object] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    notebooks: list[nbformat.NotebookNode] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make a Python that has this one's packages but installs into itself."""
        venv.create(self.path / "python", with_pip=False, symlinks=True)
        (packages,) = (self.path / "python" / "lib").glob("python*/site-packages")
        mine = [folder for folder in sys.path if folder.endswith("-packages")]
        (packages / "borrowed.pth").write_text("\n".join(mine) + "\n")
        spec = self.path / "kernels" / "colab" / "kernel.json"
        spec.parent.mkdir(parents=True)
        python = str(self.path / "python" / "bin" / "python")
        argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec.write_text(json.dumps({"argv": argv, "display_name": "Colab", "language": "python"}))
        self.set_gpu(None)

    @property
    def cloud(self) -> Path:
        """What lies on Drive, mounted or not."""
        return self.path / "cloud"

    @property
    def my_drive(self) -> Path:
        """Where it appears once Drive is mounted."""
        return self.path / "drive" / "My Drive"

    @property
    def work(self) -> Path:
        """The fast local folder."""
        return self.path / "work"

    def on_telegram(self, telegram: Emulator) -> None:
        """Have this project's bot on Drive, its token in the secrets, and you as its owner."""
        write_project_wheel(self.cloud / "coltrain", STUB_TRAINING)
        self.form["owner_id"] = str(YOU)
        self.state["secrets"] = {"TELEGRAM_BOT_TOKEN": telegram.token}
        self.environment |= {
            "TELEGRAM_BASE_URL": telegram.base_url,
            "TELEGRAM_BASE_FILE_URL": telegram.base_file_url,
        }

    def beside(self) -> "Colab":
        """Another machine with the same Drive, secrets and notebook; nothing else is left."""
        path = self.path / "next"
        path.mkdir()
        form = {**self.form, "drive_folder": str(path / "drive")}
        return Colab(path, form, self.wait_until, dict(self.state), dict(self.environment))

    def fill_disk(self) -> None:
        """Have every disk say that it is full."""
        (packages,) = (self.path / "python" / "lib").glob("python*/site-packages")
        (packages / "full_disk.pth").write_text(
            "import shutil; shutil.disk_usage = lambda folder, named=shutil._ntuple_diskusage:"
            " named(10**10, 10**10 - 5 * 10**7, 5 * 10**7)\n"
        )

    def set_gpu(self, name: str | None) -> None:
        """Put a driver's tool on the PATH: with a GPU, or one that finds none."""
        answer = f"echo '{name}, 15360 MiB'" if name else "echo no devices were found; exit 6"
        tool = self.path / "bin" / "nvidia-smi"
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(f"#!/bin/sh\n{answer}\n")
        tool.chmod(0o755)

    def launch(self, *cells: str) -> Awaitable[object]:
        """Run all cells, or those named; raises where a cell stopped."""
        (self.path / "colab.json").write_text(json.dumps(self.state))
        notebook = filled_in(self.form)
        notebook.cells = [cell for cell in notebook.cells if not cells or cell.id in cells]
        self.notebooks.append(notebook)
        kernels = KernelSpecManager(kernel_dirs=[str(self.path / "kernels")])
        self.manager = AsyncKernelManager(kernel_name="colab", kernel_spec_manager=kernels)
        # Of its own: a manager that is put away takes its file along.
        self.manager.connection_file = str(self.path / f"kernel-{len(self.notebooks)}.json")
        client = NotebookClient(notebook, km=self.manager, timeout=300, kernel_name="colab")
        environment = {
            "PATH": f"{self.path / 'bin'}:/usr/bin:/bin",
            "HOME": str(self.path),
            "PYTHONPATH": str(COLAB_STUB),
            "COLAB_STUB": str(self.path / "colab.json"),
            "COLTRAIN_WORK": str(self.work),
            "PIP_NO_INDEX": "1",
            **self.environment,
        }
        return client.async_execute(cleanup_kc=True, env=environment, cwd=str(self.path))

    async def launch_in_vain(self) -> str:
        """Run all cells, expecting one to stop; return what the user reads there."""
        with pytest.raises(CellExecutionError) as stopped:
            await self.launch()
        assert stopped.value.ename == "Stop", self.printed
        return self.printed

    @asynccontextmanager
    async def running(self, sign: str = " ready") -> AsyncIterator[None]:
        """Launch, wait for a sign of the bot, be there while it runs, tap the stop button."""
        launch = asyncio.ensure_future(self.launch())
        await asyncio.to_thread(self.wait_until, lambda: sign in self.printed or launch.done())
        try:
            if not launch.done():
                yield
        finally:
            if not launch.done():
                self.tap_stop()
            await launch

    def tap_stop(self) -> None:
        """Do what the stop button does: a signal to the kernel and all in its group."""
        os.killpg(self.manager.provisioner.pid, signal.SIGINT)

    @property
    def printed(self) -> str:
        """What the user sees under the cells of the last launch so far."""
        outputs = [out for cell in self.notebooks[-1].cells for out in cell.get("outputs", [])]
        return "\n".join(out.get("text") or "\n".join(out.get("traceback", [])) for out in outputs)

    @property
    def view(self) -> str:
        """What stands where the bot's live view is."""
        outputs = [out for cell in self.notebooks[-1].cells for out in cell.get("outputs", [])]
        [view] = [
            out["data"]["text/plain"] for out in outputs if out["output_type"] == "display_data"
        ]
        return view


@asynccontextmanager
async def lent_machine(path: Path, wait_until: Callable[..., object]) -> AsyncIterator[Colab]:
    """A machine with a wheel on Drive and a granted token, CPU ticked; no token may show."""
    form = {"drive_folder": str(path / "drive"), "cpu_is_fine": True}
    colab = Colab(path, form, partial(wait_until, timeout_s=60))
    colab.state["cloud"] = str(colab.cloud)
    colab.state["secrets"] = {"TELEGRAM_BOT_TOKEN": TOKEN}
    write_wheel(colab.cloud / "coltrain")
    yield colab
    assert TOKEN not in json.dumps(colab.notebooks)


def filled_in(form: dict[str, object]) -> nbformat.NotebookNode:
    """Return the launcher with values in its form, where a person would type them."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    (settings,) = (cell for cell in notebook.cells if cell.id == "settings")
    for name, value in form.items():
        settings.source, found = re.subn(
            rf"^{name} = .*?(?=  # @param)", f"{name} = {value!r}", settings.source, flags=re.M
        )
        assert found == 1, name
    return notebook
