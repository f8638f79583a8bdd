"""A busy day: jobs of every kind and ending in three chats, and what their runs write when."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.faults.virtual_scene import OTHER, VirtualScene
from tests.scripted_runner import Step
from tests.stub_task import FAIL, SUCCEED, UNTIL_STOPPED, VANISH
from training.protocol.events import (
    CheckpointSaved,
    EpochEnded,
    Progressed,
    RunFailed,
    RunStarted,
    RunSucceeded,
    WarningRaised,
)
from training.protocol.failure import FailureCode, WarningCode
from training.protocol.spec import InstallSpec, Spec, TrainSpec, UnzipSpec

DAY_HOURS, HOUR_S = 24, 3_600.0
SAVED_EVERY = 100
JOBS = 8


@dataclass(frozen=True)
class Plan:
    """How much happens how fast.

    Attributes:
        epochs: of two long trainings, one in the owner's chat and one in the group.
        pause_s: how long all other jobs take.
        length_s: how long the trouble lasts.
    """

    epochs: int
    epoch_s: float
    pause_s: float
    length_s: float

    def script(self, spec: Spec, run: int) -> Iterator[Step]:
        """What a run does."""
        yield Step(0, RunStarted(pid=1))
        match spec:
            case TrainSpec(seed=seed) if seed == VANISH:
                yield Step(self.pause_s, exit_code=3)
            case TrainSpec(seed=seed) if seed == FAIL:
                yield Step(self.pause_s, RunFailed(code=FailureCode.OUT_OF_MEMORY))
            case TrainSpec(seed=seed) if seed == UNTIL_STOPPED:
                yield from training(2, self.pause_s)
            case TrainSpec():
                yield from training(spec.epochs, self.epoch_s)
            case UnzipSpec():
                done = {"files": 3, "size_bytes": 12_345, "folder": "labels"}
                yield Step(self.pause_s, RunSucceeded(seconds=self.pause_s, result=done))
            case InstallSpec():
                warning = WarningRaised(code=WarningCode.LOG_DAMAGED, details={"lines": 2})
                yield Step(self.pause_s / 2, warning)
                yield Step(self.pause_s, RunFailed(code=FailureCode.INSTALL_FAILED))


def training(epochs: int, epoch_s: float) -> Iterator[Step]:
    """What a training that goes well writes."""
    for epoch in range(1, epochs + 1):
        metrics = {"loss": 1 / epoch, "accuracy": 1 - 0.5 / epoch}
        at = epoch * epoch_s
        yield Step(at, EpochEnded(epoch=epoch, epochs=epochs, seconds=epoch_s, metrics=metrics))
        if epoch % SAVED_EVERY == 0:
            yield Step(at, CheckpointSaved(epoch=epoch))
            half = Progressed(done=1, total=2, unit="steps", epoch=epoch + 1, epochs=epochs)
            yield Step(at + epoch_s / 2, half)
    result = {"test_loss": 0.0271, "test_accuracy": 0.9918}
    seconds = (epochs + 1) * epoch_s
    yield Step(seconds, RunSucceeded(seconds=seconds, result=result))


def without_network(hours: int) -> Plan:
    """As much as happens in a day of 20,000 epochs, or in some hours of it."""
    share = hours / DAY_HOURS
    return Plan(round(10_000 * share), 4.0, 300.0 * share, hours * HOUR_S)


A_BAD_HOUR = Plan(epochs=200, epoch_s=5.0, pause_s=90.0, length_s=HOUR_S)


async def ask_for_everything(scene: VirtualScene, plan: Plan) -> None:
    """Queue the jobs, with a message wanted for every epoch."""
    group = scene.group
    await scene.say("/notify epochs silent")
    await scene.say("/notify epochs silent", chat=group)
    await scene.say(f"/train epochs=2 seed={UNTIL_STOPPED}")
    await scene.say("/stop 1 after")
    await scene.say(f"/train epochs={plan.epochs} seed={SUCCEED}")
    await scene.say(f"/train epochs={plan.epochs} seed={SUCCEED}", chat=group)
    await scene.say(f"/train epochs=2 seed={FAIL}")
    await scene.say(f"/train epochs=2 seed={VANISH}", chat=group)
    await scene.say(f"/train epochs=20 seed={SUCCEED}", person=OTHER)
    await scene.say("/unzip labels.zip into=labels")
    await scene.say("/install six", chat=group)
