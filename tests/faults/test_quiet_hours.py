"""Hours in which nothing rings, in virtual time."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from emulator.objects import Message
from tests import virtual_time
from tests.bots import OWNER
from tests.faults.busy_day import training
from tests.faults.virtual_scene import OTHER, VirtualScene, virtual_scene
from tests.scripted_runner import Step
from tests.virtual_time import STARTED, VirtualLoop
from training.protocol.events import RunFailed, RunStarted
from training.protocol.failure import FailureCode
from training.protocol.spec import Spec, TrainSpec

FAILING = 1
EPOCH_S = 600.0
# The scene begins at noon UTC, which is 14:00 in this chat.
QUIET_FROM, QUIET_TO = STARTED + timedelta(hours=1), STARTED + timedelta(hours=2, minutes=30)
A_LOOK = timedelta(minutes=2)


def an_epoch_in_ten_minutes(spec: Spec, run: int) -> Iterator[Step]:
    yield Step(0, RunStarted(pid=1))
    assert isinstance(spec, TrainSpec)
    if spec.seed == FAILING:
        yield Step(EPOCH_S, RunFailed(code=FailureCode.OUT_OF_MEMORY, details={"error": "none"}))
    else:
        yield from training(spec.epochs, EPOCH_S)


def at(message: Message) -> datetime:
    return datetime.fromtimestamp(message.date, UTC)


def in_quiet_hours(message: Message) -> bool:
    return QUIET_FROM <= at(message) < QUIET_TO


def test_quiet_hours_are_quiet_and_lose_nothing() -> None:
    """What ends in them is told at once without a sound; when they are over one message rings."""

    async def life(loop: VirtualLoop) -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with virtual_scene(loop, Path(folder), an_epoch_in_ten_minutes) as scene:
                await afternoon(scene)

    virtual_time.run(life)


async def afternoon(scene: VirtualScene) -> None:
    await scene.say("/timezone UTC+2")
    await scene.say("/quiet 15:00–16:30")
    await scene.say("/train epochs=2")  # ends at 14:30
    await scene.say("/train epochs=5")  # ends at 15:30
    await scene.say(f"/train seed={FAILING}")  # ends at 15:40
    await scene.say("/train epochs=1", person=OTHER)  # at 16:00, in a chat that is not quiet
    await scene.say("/train epochs=8")  # ends at 17:30
    await scene.until(scene.settled, timeout_s=20_000)
    endings = [m for m in scene.from_bot(OWNER) if "\nTook " in m.body.text]
    assert [m.body.text[:5] for m in endings] == ["Job 1", "Job 2", "Job 3", "Job 5"]
    assert [in_quiet_hours(m) for m in endings] == [False, True, True, False]
    assert [m.silent for m in endings] == [False, True, True, False]
    loud = [m for m in scene.from_bot(OWNER) if not m.silent]
    assert not [m for m in loud if in_quiet_hours(m)]
    (elsewhere,) = [m for m in scene.from_bot(OTHER) if "\nTook " in m.body.text]
    assert in_quiet_hours(elsewhere)
    assert not elsewhere.silent
    (digest,) = [m for m in loud if "While it was quiet" in m.body.text]
    assert QUIET_TO <= at(digest) < QUIET_TO + A_LOOK
    first, second, last = digest.body.text.splitlines()[1:]
    assert first.startswith("15:4")
    assert "Job 3" in first
    assert second.startswith("15:3")
    assert "Job 2" in second
    assert "/jobs" in last
    assert not scene.errors.messages
