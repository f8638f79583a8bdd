"""A bot that runs out of something lives, says so, and catches up when it is there again."""

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bot.job import Ending, Job
from bot.preferences import NOTIFY_EPOCHS
from emulator import human
from emulator.human import Act
from tests.bots import OWNER
from tests.faults import hunger
from tests.faults.scene import Scene, scene
from tests.stub_task import GO_ON, UNTIL_TOLD
from training.protocol.folder import JobFolder

pytestmark = pytest.mark.slow


@pytest.fixture
def made() -> Iterator[Scene]:
    with scene() as one:
        yield one


def say(made: Scene, text: str) -> None:
    human.say(made.telegram.world, Act(OWNER, OWNER), text)


def told(made: Scene, words: str) -> bool:
    return any(words in message.body.text for message in made.from_bot())


def job(made: Scene) -> Job:
    store = made.open_store()
    try:
        with store.transaction() as tx:
            return tx.jobs.get(1)
    finally:
        store.close()


def begin_a_job(made: Scene) -> JobFolder:
    folder = JobFolder.of(made.settings.work, 1)
    say(made, f"/train epochs=2 seed={UNTIL_TOLD}")
    made.until(
        lambda: folder.event_log.exists() and b"epoch_ended" in folder.event_log.read_bytes()
    )
    made.until(lambda: told(made, "Epoch 2/2"))
    return folder


def let_it_end(folder: JobFolder) -> None:
    for epoch in (1, 2):
        (folder.path / f"{GO_ON}-{epoch}").touch()


def assert_all_is_well(made: Scene) -> None:
    made.settle()
    ended = job(made)
    assert (ended.ending, ended.run) == (Ending.SUCCEEDED, 1)
    assert sum("Test accuracy" in m.body.text for m in made.from_bot()) == 1


def test_too_many_open_files(made: Scene, tmp_path: Path) -> None:
    """No job is taken for lost, the bot goes on when files can be opened again."""
    flag = tmp_path / "hungry"
    made.start(prepare=partial(hunger.of_files, flag))
    folder = begin_a_job(made)
    flag.touch()
    made.until(lambda: "Too many open files" in made.output.read_text())
    let_it_end(folder)
    made.until(lambda: b"run_succeeded" in folder.event_log.read_bytes())
    flag.unlink()
    assert_all_is_well(made)


def test_a_full_disk(made: Scene, tmp_path: Path) -> None:
    """The owner hears of it with numbers, and of the job's end when there is room again."""
    with hunger.tiny_disk(tmp_path / "disk", "8m") as disk:
        made.settings = made.settings.model_copy(update={"coltrain_work": disk / "work"})
        made.start()
        folder = begin_a_job(made)
        ballast = hunger.fill(disk)
        say(made, "/notify epochs silent")
        made.until(lambda: told(made, "The bot cannot write to its disk: "))
        made.until(lambda: "update" in made.output.read_text())
        ballast.unlink()
        let_it_end(folder)
        assert_all_is_well(made)
        store = made.open_store()
        with store.transaction() as tx:
            assert tx.preferences.get(OWNER, NOTIFY_EPOCHS, default=False)  # said meanwhile
        store.close()
        made.stop()


def test_a_work_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """The start says so in a sentence, and what to do; there is no traceback."""
    with hunger.tiny_disk(tmp_path / "disk", "1m", read_only=True) as disk:
        settings = {"TELEGRAM_BOT_TOKEN": "1:a", "COLTRAIN_WORK": str(disk / "work")}
        done = subprocess.run(
            [sys.executable, "-m", "bot", "run"],
            env=os.environ | settings, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith(f"COLTRAIN_WORK is {disk}/work, and nothing can be written")
    assert "Traceback" not in done.stderr
