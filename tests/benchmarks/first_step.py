"""How long it takes from /train to the first step, with and without a process that is ready."""

import time

from tests.benchmarks.figures import Row, Section
from tests.benchmarks.job_log import JobLog
from tests.benchmarks.processes import Scene, scene
from tests.benchmarks.sizes import Size
from training.protocol.events import EpochEnded, Progressed

READY = "Ready:"
READY_WAIT_S = 300.0
LOOK_S = 0.5
OTHER = "fresh process"


def measure(size: Size) -> Section:
    """Say /train to a bot that has a process ready and to one that has none, in turn."""
    pairs = [(first_step_s(warm=True), first_step_s(warm=False)) for _ in range(size.trainings)]
    return Section(
        title="The first step",
        how=(
            "`/train epochs=1` said to a bot with a process that waits for it, and to one that"
            f" starts a fresh one, in turn; {size.trainings} of each. From the command's arrival at"
            " the stand-in for Telegram to the event that tells of the first step of all of MNIST,"
            " batch 128. How long a process takes to get ready is not in it: it does so while"
            " nothing computes."
        ),
        rows=(Row.paired("From /train to the first step", "s", OTHER, pairs),),
    )


def first_step_s(*, warm: bool) -> float:
    """Seconds from the command to the first step."""
    with scene(warm_start="early" if warm else "off") as now:
        if warm:
            _until_ready(now)
        said_at = time.time()
        now.chat.say("/train epochs=1")
        step = JobLog(now.work).next_event(Progressed, EpochEnded)
        return step.at.timestamp() - said_at


def _until_ready(now: Scene) -> None:
    deadline = time.monotonic() + READY_WAIT_S
    while READY not in now.chat.answer("/status"):
        if time.monotonic() > deadline:
            raise TimeoutError(f"no process is ready after {READY_WAIT_S:.0f} s")
        time.sleep(LOOK_S)
