"""How soon a card shows that an epoch has ended."""

from itertools import pairwise

from bot.pace import EDIT_INTERVAL_S
from tests.benchmarks.figures import Figure, Row, Section
from tests.benchmarks.job_log import JobLog
from tests.benchmarks.processes import scene
from tests.benchmarks.sizes import Size
from training.protocol.events import EpochEnded, RunSucceeded

OTHER = "reply to /job"


def measure(size: Size) -> Section:
    """Watch a card while a job trains, and ask about the job as often."""
    edits, replies = delays(size)
    row = Row(
        what="From an epoch's end to its card",
        unit="s",
        ours=(ours := Figure.median_of(edits)),
        other=OTHER,
        theirs=(theirs := Figure.median_of(replies)),
        ratio=Figure(
            ours.value / theirs.value, ours.least / theirs.value, ours.most / theirs.value
        ),
    )
    return Section(
        title="A card",
        how=(
            f"`/train epochs={2 * size.epochs} samples={size.samples}`: from the time in the event"
            " that tells of an epoch's end, or from when the card may be edited again"
            f" ({EDIT_INTERVAL_S:.0f} s after the edit before) where that is later, to the card's"
            " next edit at the stand-in for Telegram. The alternative is what somebody would wait"
            " who asked, while the same job trains."
        ),
        rows=(row,),
    )


def delays(size: Size) -> tuple[list[float], list[float]]:
    """Seconds from each epoch's end to the card; and to as many replies beside a training."""
    count = 2 * size.epochs
    with scene() as now:
        since = now.chat.say(f"/train epochs={count} samples={size.samples}")
        card_id = now.chat.message_after(since)
        log = JobLog(now.work)
        ends = [log.next_event(EpochEnded).at.timestamp() for _ in range(count)]
        log.next_event(RunSucceeded)
        now.chat.until_quiet()
        edits = now.chat.edits(card_id)
    with scene() as now:
        now.chat.ask(f"/train epochs=10000 samples={size.samples}")
        JobLog(now.work).until_training()
        replies = [now.chat.ask("/job") for _ in range(count)]
    return [_delay_s(end, edits) for end in ends], replies


def _delay_s(end: float, edits: list[float]) -> float:
    for before, after in pairwise([0.0, *edits]):
        if after > end:
            return after - max(end, before + EDIT_INTERVAL_S)
    raise ValueError("the card was not edited after the epoch's end")
