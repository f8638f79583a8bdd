"""What the last message about a job says beside its figures, and what can be done from it."""

import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot import last_message
from bot.button import Keyboard
from bot.errand import Errand
from bot.job import Ending, EpochRecord, Job, JobState, Outcome, Progress
from bot.messages import end_keys, endings
from bot.messages.markup import CAPTION_LIMIT, TEXT_LIMIT, length, plain
from bot.messages.repeats import maybe_a_repeat
from bot.messages.standing import rival, standing
from bot.pictures import MOST_ATTEMPTS, Pictures
from bot.plots import Plots
from bot.store import Notification, Store
from tests.bots import DRAWN
from tests.jobs import NOW, ORIGIN, queued
from training.protocol.events import ArtifactSaved
from training.protocol.failure import Detail, FailureCode
from training.protocol.spec import InstallSpec, Spec, TrainSpec

ORIGIN_OF_JOBS = ORIGIN


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "store.sqlite3")
    yield made
    made.close()


def trained(job_id: int, accuracy: float | str | None, samples: int | None = None) -> Job:
    """A training that ended with that test accuracy."""
    result: dict[str, Detail] = {} if accuracy is None else {"test_accuracy": accuracy}
    return Job(
        job_id, TrainSpec(samples=samples), ORIGIN, NOW, JobState.ENDED, Ending.SUCCEEDED,
        outcome=Outcome(result=result),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("accuracy", "line"),
    [
        (0.9925, "0.07 points better than job 5, your best so far"),
        (0.9900, "0.18 points below job 5, your best so far"),
        (0.99181, "As good as job 5, your best so far"),
    ],
)
def test_a_training_is_compared_with_the_best_before_it(accuracy: float, line: str) -> None:
    """With trainings on the same data only, and with those that have a figure to compare."""
    earlier = [
        trained(1, 0.98), trained(5, 0.9918), trained(6, 0.9910), trained(4, 0.999, samples=600),
        trained(3, "NaN"), trained(2, None), queued(InstallSpec(packages=("six",)), 7),
    ]  # fmt: skip
    random.Random(0).shuffle(earlier)
    job = trained(8, accuracy)
    assert standing(job, rival(job, earlier)) == line


def test_the_first_of_its_kind_is_compared_with_nothing() -> None:
    """Nor is one without a figure of its own."""
    job = trained(8, 0.99)
    assert standing(job, rival(job, [trained(1, 0.9, samples=10)])) is None
    unknown = trained(8, None)
    assert standing(unknown, rival(unknown, [trained(1, 0.9)])) is None


@pytest.mark.parametrize("epochs", [2, 12, 40, 10_000])
def test_a_caption_fits_under_its_picture(epochs: int) -> None:
    """However many epochs; the newest are there, and what is left out is said."""
    names = ("loss", "accuracy", "val_loss", "val_accuracy")
    records = [EpochRecord(n, 61.7, dict.fromkeys(names, 0.9876)) for n in range(1, epochs + 1)]
    job = replace(trained(10**7, 0.9), outcome=trained(1, 0.9).outcome)
    line = standing(job, trained(9_999_999, 0.8))
    text = endings.ended(job, records, line, CAPTION_LIMIT)
    assert length(maybe_a_repeat(text)) <= CAPTION_LIMIT
    assert plain(text).splitlines()[-1].split()[0] == str(epochs)
    shown = sum(row.endswith(" 98.76") for row in plain(text).splitlines())
    assert shown == epochs or f"… {epochs - shown} more lines …" in plain(text)
    if epochs == 12:
        assert shown == 12


def told(store: Store, job: Job, records: Sequence[EpochRecord] = ()) -> Notification:
    """The last message that the chat is owed about a job."""
    with store.transaction() as tx:
        tx.jobs.put_back(job)
        for record in records:
            tx.jobs.save_epoch(job, record)
        if job.ending is Ending.SUCCEEDED and isinstance(job.spec, TrainSpec):
            tx.jobs.save_artifact(
                job.id, ArtifactSaved(name="model.keras", size_bytes=1, sha256="")
            )
        last_message.owe(tx, job, NOW)
        found = tx.outbox.next_for(ORIGIN.chat_id)
    assert found is not None
    return found


def labels(keyboard: Keyboard | None) -> list[str]:
    return [key.label for row in keyboard or () for key in row]


def ended(ending: Ending, spec: Spec, code: FailureCode | None = None) -> Job:
    return Job(3, spec, ORIGIN, NOW, JobState.ENDED, ending, outcome=Outcome(code=code))


TRAIN = TrainSpec(batch_size=100)
INSTALL = InstallSpec(packages=("six",))


@pytest.mark.parametrize(
    ("job", "offered"),
    [
        (ended(Ending.STOPPED, TRAIN), ["▶️ Go on", "Again with changes"]),
        (ended(Ending.LOST, TRAIN), ["▶️ Go on", "Again with changes", "📄 Logs"]),
        (
            ended(Ending.FAILED, TRAIN, FailureCode.OUT_OF_MEMORY),
            ["Half the batch: 50", "Again with changes", "📄 Logs"],
        ),
        (
            ended(Ending.FAILED, TrainSpec(batch_size=1), FailureCode.OUT_OF_MEMORY),
            ["Again with changes", "📄 Logs"],
        ),
        (
            ended(Ending.FAILED, TRAIN, FailureCode.USER_CODE_FAILED),
            ["🔁 Try again", "Again with changes", "📄 Logs"],
        ),
        (
            ended(Ending.FAILED, TRAIN, FailureCode.DATA_ONE_CLASS),
            ["🔁 Try again", "Again with changes", "📄 Logs"],
        ),
        (
            replace(ended(Ending.FAILED, TRAIN, FailureCode.DATA_MISSING), run=2),
            ["▶️ Go on", "Again with changes", "📄 Logs"],
        ),
        (
            replace(
                ended(Ending.FAILED, TRAIN, FailureCode.USER_CODE_FAILED),
                progress=Progress(checkpoint_epoch=1),
            ),
            ["▶️ Go on", "Again with changes", "📄 Logs"],
        ),
        (ended(Ending.SUCCEEDED, INSTALL), []),
        (ended(Ending.FAILED, INSTALL, FailureCode.INDEX_UNREACHABLE), ["🔁 Try again", "📄 Logs"]),
    ],
)
def test_what_can_be_done_depends_on_the_end(store: Store, job: Job, offered: list[str]) -> None:
    """What mends it, what goes on, what begins anew."""
    message = told(store, job)
    assert labels(message.keyboard) == offered
    if job.outcome.code in end_keys.WRONG_INPUT:
        assert ("/resume" in message.text) == ("▶️ Go on" in offered)


def test_a_training_that_went_well_offers_its_model_and_itself_again(store: Store) -> None:
    """With something to compare it with, that too; and it has its curve as a picture."""
    with store.transaction() as tx:
        tx.jobs.put_back(trained(1, 0.9))
    records = [EpochRecord(n, 1.0, {"loss": 1.0}) for n in (1, 2)]
    job = trained(3, 0.91)
    job = replace(job, progress=job.progress.model_copy(update={"epochs_done": 12}))
    found = told(store, job, records)
    assert labels(found.keyboard) == ["📦 Model", "🔁 Again", "Again with changes", "Compare"]
    assert found.plot_of == 3
    assert "1.00 points better than job 1" in plain(found.text)


def test_no_picture_goes_with_a_failure_or_a_single_epoch(store: Store) -> None:
    """There is nothing to see on it; and the words have all the room of a message."""
    record = EpochRecord(1, 1.0, {"loss": 1.0})
    assert told(store, trained(3, 0.9), [record]).plot_of is None
    long = ended(Ending.FAILED, TRAIN, FailureCode.UNEXPECTED_ERROR)
    tail = Outcome(code=FailureCode.UNEXPECTED_ERROR, log_tail=("x" * 150,) * 8)
    with closing(Store(store._path.with_name("other"))) as other:
        failed = told(other, replace(long, id=4, outcome=tail), [record])
    assert failed.plot_of is None
    assert CAPTION_LIMIT < length(failed.text) <= TEXT_LIMIT


async def test_a_notification_does_not_wait_long_for_its_picture(store: Store) -> None:
    """A drawing that hangs, that fails, or was tried too often: it goes without."""
    records = [EpochRecord(n, 1.0, {"loss": 1.0}) for n in (1, 2)]
    found = told(store, trained(3, 0.9), records)
    for command in (("sleep", "600"), ("false",)):
        pictures = Pictures(store, Plots(Errand(command, 600)), limit_s=0.3)
        await pictures.prepare(found)
        assert pictures.of(found) is None
    pictures = Pictures(store, Plots(Errand(DRAWN, 60)))
    await pictures.prepare(replace(found, attempts=MOST_ATTEMPTS))
    assert pictures.of(found) is None
    pictures.forget(found)
    await pictures.prepare(found)
    picture = pictures.of(found)
    assert picture is not None
    assert picture.startswith(b"\x89PNG")
