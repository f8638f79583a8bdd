"""/train with a model of one's own: tried before anything starts, in a process of its own."""

import sys
from pathlib import Path

import pytest

from bot.errand import Errand
from bot.model_check import ModelCheck
from bot.settings import Settings
from emulator.client import ChatClient
from tests.bots import RunningBot
from training.protocol.spec import CheckSpec, Parent, TrainSpec

MODEL = """
from pydantic import BaseModel, Field

class Params(BaseModel):
    units: int = Field(8, ge=1, le=64)

def build(params):
    return params.units
"""


@pytest.fixture
def drive(settings: Settings) -> Path:
    """The user's Drive with model files."""
    drive = settings.coltrain_data_roots[0]
    drive.mkdir(exist_ok=True)
    (drive / "mine.py").write_text(MODEL)
    (drive / "bad.py").write_text("\nimport keras\n\nthis is no Python\n")
    (drive / "empty.py").write_text("x = 1\n")
    (drive / "notes.txt").write_text("x")
    return drive


@pytest.mark.keras
async def test_a_model_gets_its_own_parameters(
    bot: RunningBot, chat: ChatClient, drive: Path
) -> None:
    """They go with the job, and are shown with it; a job's own model can be gone on from."""
    await chat.say("/train model=mine.py units=9 epochs=1")
    await chat.sees("Job 1", "finished")
    spec = bot.job(1).spec
    assert isinstance(spec, TrainSpec)
    assert spec.own_parameters == {"units": "9"}
    assert Path(spec.model or "") == (drive / "mine.py").resolve()
    await chat.say("/job 1")
    await chat.sees("model mine.py", "units 9")
    await chat.say("/train model=1 epochs=1")
    await chat.sees("Job 2", "finished")
    spec = bot.job(2).spec
    assert isinstance(spec, TrainSpec)
    assert Path(spec.model or "") == bot.folder(1).artifacts / "model.keras"
    await chat.say("/job 2")
    await chat.sees("model #1")


@pytest.mark.keras
async def test_its_parameters_change_by_again_and_retry(
    bot: RunningBot, chat: ChatClient, drive: Path
) -> None:
    """Over those it had, and checked; /again asks what the job kept, /retry the file as it is."""
    await chat.say("/train model=mine.py units=9 epochs=1")
    await chat.sees("Job 1", "finished")
    kept = bot.folder(1).code
    kept.mkdir()
    (kept / "model.py").write_text(MODEL)
    (drive / "mine.py").write_text(MODEL.replace("units", "width"))
    await chat.say("/again 1 units=900")
    await chat.sees("mine.py does not take this units")
    await chat.say("/again 1 units=10 lr=0.5")
    spec = (await bot.until_job(2, lambda job: job.ending is not None)).spec
    assert isinstance(spec, TrainSpec)
    assert (spec.own_parameters, spec.learning_rate) == ({"units": "10"}, 0.5)
    assert spec.parent == Parent(job=1)
    await chat.say("/retry 1 units=10")
    await chat.sees("mine.py has no parameter units", "width")
    (drive / "mine.py").write_text(MODEL)
    await chat.say("/retry 2 units=11")
    spec = (await bot.until_job(3, lambda job: job.ending is not None)).spec
    assert isinstance(spec, TrainSpec)
    assert (spec.own_parameters, spec.parent) == ({"units": "11"}, None)


@pytest.mark.keras
async def test_a_check_takes_the_same(bot: RunningBot, chat: ChatClient, drive: Path) -> None:
    """What /train takes, with the model's own parameters."""
    await chat.say("/check model=mine.py units=9 epochs=1")
    job = await bot.until_job(1, lambda job: job.id)
    assert isinstance(job.spec, CheckSpec)
    assert job.spec.training.own_parameters == {"units": "9"}


@pytest.mark.keras
async def test_a_parameter_that_it_needs_is_asked_for(
    bot: RunningBot, chat: ChatClient, drive: Path
) -> None:
    """With how to give it."""
    (drive / "mine.py").write_text(MODEL.replace("Field(8, ", "Field("))
    await chat.say("/train model=mine.py")
    await chat.sees("mine.py needs units", "units=…")


@pytest.mark.keras
@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("model=mine.py unit=9", ["mine.py has no parameter unit", "units"]),
        ("model=mine.py units=900", ["does not take this units", "64"]),
        ("model=bad.py", ["bad.py broke off in line 4, this is no Python", "SyntaxError"]),
        ("model=empty.py", ["empty.py has no function build(params)"]),
    ],
)
async def test_what_is_wrong_with_a_model_is_said_at_once(
    bot: RunningBot, chat: ChatClient, drive: Path, said: str, answer: list[str]
) -> None:
    """With the place in the file, and nothing is started."""
    await chat.say(f"/train {said}")
    await chat.sees(*answer)
    with bot.store.transaction() as tx:
        assert tx.jobs.count() == 0


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("model=notes.txt", ["notes.txt is no model that I can train"]),
        ("model=nothing.py", ["There is no nothing.py"]),
        ("model=../../x.py", ["lies outside the folders"]),
        ("model=7", ["There are no jobs yet"]),
        ("model=mine.py units=1 units=2", ["units stands there twice"]),
        ("model=mine.py epochs=0", ["epochs cannot be 0"]),
        ("units=3", ["no parameter units"]),
    ],
)
async def test_a_slip_is_answered_and_starts_nothing(
    bot: RunningBot, chat: ChatClient, drive: Path, said: str, answer: list[str]
) -> None:
    """Without a look into any file."""
    await chat.say(f"/train {said}")
    await chat.sees(*answer)
    with bot.store.transaction() as tx:
        assert tx.jobs.count() == 0


async def test_a_model_file_that_hangs_is_given_up(
    bot: RunningBot, chat: ChatClient, drive: Path
) -> None:
    """The bot goes on meanwhile and says what to do."""
    hanging = (sys.executable, "-c", "import threading; threading.Event().wait()")
    bot.coltrain._services.model_check._errand = Errand(hanging, 1.0)
    assert isinstance(bot.coltrain._services.model_check, ModelCheck)
    await chat.say("/train model=mine.py")
    await chat.sees("mine.py did not come to its end when I tried it", "no answer after 1 s")
