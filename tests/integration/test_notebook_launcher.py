"""The launcher notebook, run whole in a kernel of its own against a stub of Colab."""

import asyncio
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import venv
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import nbformat
import psutil
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

REPOSITORY = Path(__file__).parents[2]
COLAB_STUB = REPOSITORY / "tests" / "google_colab_stub"
TOKEN = "8231:CANARY-token-that-must-not-show"

STUB_BOT = """
import hashlib, os, pathlib, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(print("stub: clean end")))
print("stub: argv", pathlib.Path("/proc/self/cmdline").read_text().split(chr(0))[1:-1])
print("stub: token", hashlib.sha256(os.environ["TELEGRAM_BOT_TOKEN"].encode()).hexdigest())
for name in ("COLTRAIN_WORK", "COLTRAIN_HOME", "COLTRAIN_DATA_ROOTS", "TELEGRAM_OWNER_ID"):
    print("stub:", name, os.environ.get(name))
print("stub: pid", os.getpid(), "ready")
signal.pause()
"""


def write_wheel(
    folder: Path,
    main: str = STUB_BOT,
    name: str = "coltrain",
    version: str = "99.0",
    needs: str = "",
) -> Path:
    """Write a wheel with a bot that is one script."""
    info = f"{name}-{version}.dist-info"
    needs = f"Requires-Dist: {needs}\n" if needs else ""
    files = {
        "bot/__init__.py": "",
        "bot/__main__.py": main,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return wheel


def write_checkout(folder: Path, main: str = STUB_BOT) -> None:
    """Write a project folder that pip can build without a network or a build tool."""
    wheel = write_wheel(folder / "wheel", main)
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
        self.manager.connection_file = str(self.path / "kernel.json")
        client = NotebookClient(notebook, km=self.manager, timeout=120, kernel_name="colab")
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
    async def running(self) -> AsyncIterator[None]:
        """Launch, be there while the bot runs, tap the stop button."""
        launch = asyncio.ensure_future(self.launch())
        await asyncio.to_thread(self.wait_until, lambda: " ready" in self.printed or launch.done())
        if not launch.done():
            yield
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


def filled_in(form: dict[str, object]) -> nbformat.NotebookNode:
    """Return the launcher with values in its form, where a person would type them."""
    notebook = nbformat.read(REPOSITORY / "notebook_launcher.ipynb", as_version=4)
    (settings,) = (cell for cell in notebook.cells if cell.id == "settings")
    for name, value in form.items():
        settings.source, found = re.subn(
            rf"^{name} = .*?(?=  # @param)", f"{name} = {value!r}", settings.source, flags=re.M
        )
        assert found == 1, name
    return notebook


@pytest.fixture
async def colab(tmp_path: Path, wait_until: Callable[..., object]) -> AsyncIterator[Colab]:
    """A machine with a wheel on Drive and a granted token, CPU ticked; no token may show."""
    form = {"drive_folder": str(tmp_path / "drive"), "cpu_is_fine": True}
    colab = Colab(tmp_path, form, partial(wait_until, timeout_s=60))
    colab.state["cloud"] = str(colab.cloud)
    colab.state["secrets"] = {"TELEGRAM_BOT_TOKEN": TOKEN}
    write_wheel(colab.cloud / "coltrain")
    yield colab
    assert TOKEN not in json.dumps(colab.notebooks)


async def test_no_gpu_stops_with_what_to_tap(colab: Colab) -> None:
    """Without a GPU nothing is installed or started; one sentence says what to tap."""
    colab.form["cpu_is_fine"] = False
    printed = await colab.launch_in_vain()
    assert "Runtime → Change runtime type → T4 GPU → Save" in printed
    assert "Traceback" not in printed
    assert "is installed" not in printed


async def test_gpu_is_named(colab: Colab) -> None:
    """With a GPU the launcher says which, and goes on."""
    colab.form["cpu_is_fine"] = False
    colab.set_gpu("Tesla T4")
    async with colab.running():
        assert "GPU: Tesla T4, 15360 MiB" in colab.printed


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"secrets": {}}, "Add TELEGRAM_BOT_TOKEN with the token from @BotFather"),
        ({"withheld": ["TELEGRAM_BOT_TOKEN"]}, "Switch on the Notebook access"),
        ({"page_closed": True}, "Look whether TELEGRAM_BOT_TOKEN is there (TimeoutException)"),
        ({"drive_error": "mount failed"}, "Drive is not connected (mount failed)"),
    ],
)
async def test_refusals_say_what_to_do(
    colab: Colab, state: dict[str, object], sentence: str
) -> None:
    """A secret or a Drive that Colab does not hand out ends in one sentence, no traceback."""
    colab.state |= state
    printed = await colab.launch_in_vain()
    assert sentence in printed
    assert "Traceback" not in printed
    assert "The bot is starting" not in printed


async def test_broken_drive_is_mounted_anew(colab: Colab) -> None:
    """A Drive that is there but does not answer is remounted by force; a healthy one is left."""
    colab.my_drive.parent.mkdir()
    colab.my_drive.touch()  # listing it fails, as on a mount whose other end is gone
    async with colab.running():
        assert "Mounted at" in colab.printed
    async with colab.running():
        assert "Drive is connected" in colab.printed
        assert "Mounted at" not in colab.printed


async def test_bot_gets_token_and_folders(colab: Colab) -> None:
    """The bot has the token in its environment, not on its command line, and its folders."""
    colab.form |= {"data_folders": "/data/a:/data/b", "owner_id": " 42 "}
    async with colab.running():
        printed = colab.printed
    assert "stub: argv ['-m', 'bot', 'run']" in printed
    assert f"stub: token {hashlib.sha256(TOKEN.encode()).hexdigest()}" in printed
    assert f"stub: COLTRAIN_WORK {colab.work}" in printed
    assert f"stub: COLTRAIN_HOME {colab.my_drive / 'coltrain/home'}" in printed
    assert f"stub: COLTRAIN_DATA_ROOTS {colab.my_drive}:/data/a:/data/b" in printed
    assert "stub: TELEGRAM_OWNER_ID 42" in printed


@pytest.mark.parametrize(
    ("state", "owner"),
    [({"secrets": {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_OWNER_ID": "7"}}, "7"), ({}, "None")],
)
async def test_owner_may_be_a_secret_or_absent(
    colab: Colab, state: dict[str, object], owner: str
) -> None:
    """With an empty form the owner comes from the secrets; without one the bot pairs."""
    colab.state |= state
    async with colab.running():
        assert f"stub: TELEGRAM_OWNER_ID {owner}" in colab.printed


async def test_stop_button_ends_the_bot_cleanly(colab: Colab) -> None:
    """The stop button reaches the bot as one SIGTERM, and its last words are still shown."""
    async with colab.running():
        pass
    assert "stub: clean end" in colab.printed
    assert "Bot stopped." in colab.printed
    assert "KeyboardInterrupt" not in colab.printed


async def test_bot_that_cannot_start_is_said(colab: Colab) -> None:
    """A bot that ends by itself leaves its last lines and its exit code in the cell."""
    write_wheel(colab.cloud / "coltrain", "raise SystemExit('stub: no network')")
    printed = await colab.launch_in_vain()
    assert "stub: no network" in printed
    assert "ended with code 1" in printed


async def test_bot_ends_with_the_kernel(colab: Colab, wait_until: Callable[..., object]) -> None:
    """When the kernel is killed, the bot does not go on polling without it."""
    with pytest.raises(DeadKernelError):
        async with colab.running():
            (pid,) = map(int, re.findall(r"stub: pid (\d+)", colab.printed))
            os.kill(colab.manager.provisioner.pid, signal.SIGKILL)
    assert await asyncio.to_thread(wait_until, lambda: not psutil.pid_exists(pid))


async def test_second_run_installs_nothing(colab: Colab) -> None:
    """What is installed already is not touched again: pip, broken by then, is not asked."""
    async with colab.running():
        pass
    colab.environment["PIP_TIMEOUT"] = "not a number"
    async with colab.running():
        assert "Coltrain 99.0 is installed" in colab.printed


async def test_new_wheel_of_the_same_version_is_taken(colab: Colab) -> None:
    """A wheel replaced on Drive is installed, though its version says nothing new."""
    async with colab.running():
        pass
    write_wheel(colab.cloud / "coltrain", STUB_BOT.replace("stub:", "newer:"))
    async with colab.running():
        assert "newer: argv" in colab.printed


@pytest.mark.parametrize("kind", ["folder", "git", "path"])
async def test_other_sources(colab: Colab, kind: str) -> None:
    """A checkout on Drive, a git address and a wheel's path on Drive all install."""
    (colab.cloud / "coltrain" / "coltrain-99.0-py3-none-any.whl").unlink()
    checkout = colab.cloud / "coltrain"
    if kind == "git":
        checkout = colab.path / "repository"
        colab.form["coltrain_source"] = f"git+file://{checkout}"
    if kind == "path":
        write_wheel(colab.cloud / "my files")
        name = "My Drive/my files/coltrain-99.0-py3-none-any.whl"
        colab.form["coltrain_source"] = name
    else:
        write_checkout(checkout)
    if kind == "git":
        commit_all(checkout)
    before = sorted(checkout.rglob("*"))
    async with colab.running():
        assert "Coltrain 99.0 is installed" in colab.printed
    assert sorted(checkout.rglob("*")) == before, "building wrote into the checkout"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [("", "Put coltrain-….whl into the Drive folder"), ("no-such-name", "lines above say why")],
)
async def test_nothing_to_install_is_said(colab: Colab, source: str, sentence: str) -> None:
    """An empty Drive folder or an unknown source ends in a sentence that names the remedy."""
    shutil.rmtree(colab.cloud / "coltrain")
    colab.form["coltrain_source"] = source
    assert sentence in await colab.launch_in_vain()


async def test_numpy_stays_as_colab_brings_it(colab: Colab) -> None:
    """A Coltrain that asks for another numpy is refused, even where that numpy could be had."""
    write_wheel(colab.path / "links", name="numpy", version="999.0")
    write_wheel(colab.cloud / "coltrain", needs="numpy>=999")
    colab.environment["PIP_FIND_LINKS"] = str(colab.path / "links")
    printed = await colab.launch_in_vain()
    assert "numpy" in printed
    assert "Coltrain could not be installed" in printed
    assert not list((colab.path / "python").rglob("numpy-999.0.dist-info"))


@pytest.mark.parametrize("cell", ["drive", "gpu", "install", "bot"])
async def test_cell_run_alone_names_run_all(colab: Colab, cell: str) -> None:
    """On a new machine a single step, run without the settings, says to run all of them."""
    with pytest.raises(CellExecutionError, match="Tap Runtime → Run all"):
        await colab.launch(cell)


async def test_bot_cell_without_install_names_run_all(colab: Colab) -> None:
    """Settings and the last step alone, on a new machine, say what is missing."""
    with pytest.raises(CellExecutionError, match="Coltrain is not on this machine yet"):
        await colab.launch("settings", "bot")


def test_notebook_is_as_colab_wants_it() -> None:
    """The launcher asks for a GPU, shows forms, and carries no output of anybody's run."""
    notebook = nbformat.read(REPOSITORY / "notebook_launcher.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.accelerator == "GPU"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert all(cell.source.startswith("# @title ") for cell in code)


def test_rules_of_colab_are_said_first() -> None:
    """Before anything runs, the reader learns what Colab allows and what pings cannot do."""
    about = nbformat.read(REPOSITORY / "notebook_launcher.ipynb", as_version=4).cells[0].source
    for words in ("disallow remote control", "paid plan", "do not keep the machine", "several"):
        assert words in about
