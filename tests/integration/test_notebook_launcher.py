"""The launcher notebook, run whole in a kernel of its own against a stub of Colab."""

import asyncio
import hashlib
import json
import os
import re
import shutil
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import nbformat
import psutil
import pytest
import pytest_asyncio
from nbclient.exceptions import CellExecutionError, DeadKernelError

from tests.colab import (
    NOTEBOOK,
    STUB_BOT,
    TOKEN,
    Colab,
    commit_all,
    lent_machine,
    write_checkout,
    write_wheel,
)

NOT_STARTING = "import sys; sys.exit(None if 'doctor' in sys.argv else 'stub: no network')"
pytest_plugins = ["tests.telegram"]


@pytest_asyncio.fixture
async def colab(tmp_path: Path, wait_until: Callable[..., object]) -> AsyncIterator[Colab]:
    """A machine with a wheel on Drive and a granted token, CPU ticked; no token may show."""
    async with lent_machine(tmp_path, wait_until) as machine:
        yield machine


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
    assert "stub: argv ['-m', 'bot', 'run', '--launched']" in printed
    assert f"stub: token {hashlib.sha256(TOKEN.encode()).hexdigest()}" in printed
    assert f"stub: COLTRAIN_WORK {colab.work}" in printed
    assert f"stub: COLTRAIN_HOME {colab.my_drive / 'coltrain/home'}" in printed
    assert f"stub: COLTRAIN_DATA_ROOTS {colab.my_drive}:/data/a:/data/b" in printed
    assert "stub: TELEGRAM_OWNER_ID 42" in printed
    assert "stub: COLTRAIN_LIFETIME 12\n" in printed
    assert "stub: COLTRAIN_RELEASE yes" in printed
    assert "LIFELINE_URL" not in printed


async def test_what_was_chosen_reaches_the_bot(colab: Colab) -> None:
    """A longer life with Pro+, a machine that is kept, and the outside watcher's address."""
    colab.form |= {"machine_hours": "24", "release_when_idle": False}
    colab.state["secrets"] = {"TELEGRAM_BOT_TOKEN": TOKEN, "LIFELINE_URL": " https://x.test/1\n"}
    async with colab.running():
        assert "stub: COLTRAIN_LIFETIME 24\n" in colab.printed
        assert "stub: COLTRAIN_RELEASE no" in colab.printed
        assert "stub: LIFELINE_URL https://x.test/1\n" in colab.printed


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
    write_wheel(colab.cloud / "coltrain", {"bot/__main__.py": NOT_STARTING})
    printed = await colab.launch_in_vain()
    assert "stub: no network" in printed
    assert "ended with code 1" in printed


RELEASING_BOT = """
import json, sys
if sys.argv[1:] == ["doctor"]:
    sys.exit()
print(json.dumps({"say": "stub: everything is saved"}), flush=True)
print(json.dumps({"picture": "<svg>code</svg>"}), flush=True)
print(json.dumps({"release": RELEASED}) if RELEASED else "", flush=True)
"""


@pytest.mark.parametrize("released", [True, False])
async def test_a_machine_is_given_back_on_the_bots_word_only(colab: Colab, released: bool) -> None:
    """After the bot has ended, and not where it ended for another reason."""
    stub = f"RELEASED = {released}\n{RELEASING_BOT}"
    write_wheel(colab.cloud / "coltrain", {"bot/__main__.py": stub})
    await colab.launch()
    assert "stub: everything is saved" in colab.printed
    assert (colab.path / "unassigned").exists() is released
    assert ("Giving this machine back" in colab.printed) is released
    assert "<svg>code</svg>" in json.dumps(colab.notebooks[-1])


async def test_bot_ends_with_the_kernel(colab: Colab, wait_until: Callable[..., object]) -> None:
    """When the kernel is killed, the bot does not go on polling without it."""
    with pytest.raises(DeadKernelError):
        async with colab.running():
            (pid,) = re.findall(r"stub: pid (\d+)", colab.printed)
            bot = psutil.Process(int(pid))
            os.kill(colab.manager.provisioner.pid, signal.SIGKILL)
    await asyncio.to_thread(wait_until, lambda: not is_alive(bot))


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
    write_wheel(colab.cloud / "coltrain", {"bot/__main__.py": STUB_BOT.replace("stub:", "newer:")})
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
    write_wheel(colab.cloud / "coltrain", needs=["numpy>=999"])
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
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.accelerator == "GPU"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert all(cell.source.startswith("# @title ") for cell in code)


def test_rules_of_colab_are_said_first() -> None:
    """Before anything runs, the reader learns what Colab allows and what pings cannot do."""
    about = nbformat.read(NOTEBOOK, as_version=4).cells[0].source
    for words in ("disallow remote control", "paid plan", "do not keep the machine", "several"):
        assert words in about


def is_alive(process: psutil.Process) -> bool:
    """Tell whether a process still does anything."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
