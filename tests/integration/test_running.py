"""/run in the chat: what is found, started, told and done again."""

from pathlib import Path

import pytest

from bot.job import Ending
from bot.runners.local_process import JOB_COMMAND
from emulator.client import ChatClient, buttons_of
from tests.bots import RunningBot
from training.protocol.spec import Parent, RunSpec


@pytest.fixture
def drive(bot: RunningBot, tmp_path: Path) -> Path:
    """The user's folder; the bot's jobs are real ones."""
    folder = tmp_path / "My Drive"
    folder.mkdir(exist_ok=True)
    return folder


async def real_jobs(bot: RunningBot) -> None:
    """Let jobs be done by the program that the bot starts outside tests."""
    bot.runs = JOB_COMMAND
    await bot.restart()


async def test_a_script_runs_with_its_parameters(
    bot: RunningBot, chat: ChatClient, drive: Path
) -> None:
    """It is found by its name, gets what was given, and what it prints is its log."""
    await real_jobs(bot)
    (drive / "go.py").write_text("import sys\nprint('got', sys.argv[1:])\n")
    await chat.say("/run go.py lr=0.1 'name=two words'")
    await chat.sees("run go.py", "✅ finished")
    await chat.say("/logs 1")
    await chat.sees("got ['--lr', '0.1', '--name', 'two words']")
    await chat.say("/job 1")
    await chat.sees("lr", "0.1", "name", "two words")


async def test_an_error_is_told_with_its_place_and_tried_again(
    bot: RunningBot, chat: ChatClient, drive: Path
) -> None:
    """The file is read anew: what was mended counts."""
    await real_jobs(bot)
    (drive / "go.py").write_text("rate = 1\nprint(rate / 0)\n")
    await chat.say("/run go.py lr=1")
    await chat.sees(
        "❌ failed", "go.py, line 2: print(rate / 0): ZeroDivisionError: division by zero",
        "Traceback",
    )  # fmt: skip
    (drive / "go.py").write_text("print('mended')\n")
    await chat.press("🔁 Try again")
    job = await bot.until_job(2, lambda job: job.ending is Ending.SUCCEEDED)
    assert job.spec == RunSpec(file=str(drive / "go.py"), parameters=(("lr", "1"),))


async def test_changes_to_a_script_are_of_its_own_parameters(
    bot: RunningBot, chat: ChatClient, drive: Path
) -> None:
    """/retry puts them over those of before."""
    (drive / "go.py").write_text("")
    await chat.say("/run go.py lr=1 size=2")
    await bot.until_job(1, lambda job: job.ending is Ending.SUCCEEDED)
    await chat.say("/retry 1 lr=3 more=4")
    job = await bot.until_job(2, lambda job: job.ending is Ending.SUCCEEDED)
    assert isinstance(job.spec, RunSpec)
    assert job.spec.parameters == (("lr", "3"), ("size", "2"), ("more", "4"))


async def test_scripts_are_listed_to_tap(bot: RunningBot, chat: ChatClient, drive: Path) -> None:
    """Those of the folders, and none that was installed; a tap runs one."""
    await chat.say("/run")
    await chat.sees("No script or notebook found")
    (drive / "net" / "site-packages").mkdir(parents=True)
    (drive / "net" / "train.py").write_text("")
    (drive / "net" / "site-packages" / "six.py").write_text("")
    await chat.say("/run")
    await chat.sees("Tap one to run it as it is")
    shown = [key["text"] for one in await chat.messages() for key in buttons_of(one)]
    assert [label for label in shown if "six" in label] == []
    await chat.press("▶️ net/train.py")
    await chat.sees("train.py is run.")
    job = await bot.until_job(1, lambda job: job.ending is Ending.SUCCEEDED)
    assert job.spec == RunSpec(file=str(drive / "net" / "train.py"))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/run nothing.py", "There is no nothing.py"),
        ("/run notes.txt", "notes.txt is nothing that I run"),
        ("/run go.py now", "now"),
        ("/run lr=1", "lr"),
        ("/run go.py lr=1 lr=2", "lr"),
        (f"/run go.py lr={'x' * 501}", "values of 500"),
        (f"/run go.py {'n' * 61}=1", "names of 60 letters"),
    ],
)
async def test_what_cannot_be_run_is_refused(
    bot: RunningBot, chat: ChatClient, drive: Path, said: str, answer: str
) -> None:
    """With what is wrong and what there is; nothing is started."""
    (drive / "go.py").write_text("")
    (drive / "notes.txt").write_text("")
    await chat.say(said)
    await chat.sees(answer)
    with bot.store.transaction() as tx:
        assert tx.jobs.latest(1) == []


async def test_a_folder_called_like_a_program_is_called_a_folder(
    chat: ChatClient, drive: Path
) -> None:
    """Not missing: it is there, and a program in it can be run."""
    (drive / "folder.py").mkdir()
    await chat.say("/run folder.py")
    await chat.sees("folder.py is a folder", "/run folder/train.py")


async def test_again_is_what_the_job_ran_and_retry_what_there_is_now(
    bot: RunningBot, chat: ChatClient, drive: Path
) -> None:
    """By command, with changes, and by the button of a job that went well."""
    await real_jobs(bot)
    (drive / "go.py").write_text("import sys\nprint('first', sys.argv[1:])\n")
    await chat.say("/run go.py lr=1 size=2")
    await bot.until_job(1, lambda job: job.ending is Ending.SUCCEEDED)
    (drive / "go.py").write_text("print('second')\n")
    await chat.say("/again 1 lr=0.5")
    job = await bot.until_job(2, lambda job: job.ending is Ending.SUCCEEDED)
    program = RunSpec(
        file=str(drive / "go.py"), parameters=(("lr", "0.5"), ("size", "2")), parent=Parent(job=1)
    )
    assert job.spec == program
    await chat.sees("go.py is not what it was for job 1", "/retry 2", "✅ finished")
    await chat.say("/logs 2")
    await chat.sees("first ['--lr', '0.5', '--size', '2']")
    await chat.say("/job 2")
    await chat.sees("parent 1")
    await chat.press("🔁 Again")
    job = await bot.until_job(3, lambda job: job.ending is Ending.SUCCEEDED)
    assert job.spec == program.model_copy(update={"parent": Parent(job=2)})
    await chat.say("/retry 3")
    job = await bot.until_job(4, lambda job: job.ending is Ending.SUCCEEDED)
    assert job.spec == program.model_copy(update={"parent": None})
    await chat.say("/logs 4")
    await chat.sees("second")


async def test_one_parameter_is_for_the_job(bot: RunningBot, chat: ChatClient, drive: Path) -> None:
    """Not for the program; a repetition keeps it unless it is changed."""
    (drive / "go.py").write_text("")
    await chat.say("/run go.py lr=1 tensorboard=on")
    job = await bot.until_job(1, lambda job: job.ending is Ending.SUCCEEDED)
    program = RunSpec(file=str(drive / "go.py"), parameters=(("lr", "1"),), tensorboard=True)
    assert job.spec == program
    await chat.say("/retry 1 lr=2")
    job = await bot.until_job(2, lambda job: job.ending is Ending.SUCCEEDED)
    assert job.spec == program.model_copy(update={"parameters": (("lr", "2"),)})
    await chat.say("/retry 1 tensorboard=off")
    job = await bot.until_job(3, lambda job: job.ending is Ending.SUCCEEDED)
    assert job.spec == program.model_copy(update={"tensorboard": False})
    await chat.say("/run go.py tensorboard=maybe")
    await chat.sees("tensorboard cannot be maybe", "yes or no")
