"""What stands on a card, and what its buttons are."""

from dataclasses import replace
from datetime import UTC

import pytest

from bot.button import lasting
from bot.job import EpochRecord, Job, JobState
from bot.machine import Gpu
from bot.messages import card_keys, cards, trend
from bot.messages.cards import Surroundings
from bot.messages.markup import plain
from bot.zones import zone_of
from tests.jobs import NOW, after, at, ended, queued, running
from training.protocol.control import StopMode
from training.protocol.events import CheckpointSaved, EpochEnded, Event, Progressed
from training.protocol.spec import InstallSpec, RunSpec

FIXED_WIDTH, LINE = 31, 36  # characters that a phone 360 pixels wide shows in a line
T4 = Gpu("Tesla T4", 3_200_000_000, 15_800_000_000, 87, 60, "580")


def epoch(number: int, loss: float, accuracy: float) -> EpochRecord:
    metrics = {"loss": loss, "accuracy": accuracy, "val_loss": loss, "val_accuracy": accuracy}
    return EpochRecord(number, 62.0, metrics, 1.0)


RECORDS = [epoch(2, 0.0461, 0.9855), epoch(3, 0.0412, 0.9871)]


def ended_epoch(number: int, seq: int) -> Event:
    return EpochEnded(
        seq=seq, run=1, at=at(62 * number), epoch=number, epochs=12, seconds=62, metrics={}
    )


def under_way() -> Job:
    """In the fourth of twelve epochs, half of it done."""
    epochs = [ended_epoch(number, 1 + number) for number in (1, 2, 3)]
    saved = CheckpointSaved(seq=8, run=1, at=at(187), epoch=3)
    step = Progressed(
        seq=9, run=1, at=at(217), done=234, total=469, unit="steps", epoch=4, epochs=12,
        metrics={"loss": 0.0398, "accuracy": 0.988},
    )  # fmt: skip
    return after(running(), *epochs, saved, step)


def test_a_card_tells_all_that_one_wants_to_know() -> None:
    """Bar, epoch, step, pace, time left, clock time of the end, figures, rate, GPU, copy."""
    around = Surroundings(gpus=[T4], zone=zone_of("Europe/Berlin"))
    assert plain(cards.card(under_way(), RECORDS, at(217), around)).splitlines() == [
        "Job 1 · MNIST convnet",
        "▓▓▓░░░░░░░ 29%",
        "Epoch 4/12 · step 234/469",
        "1 min 02 s an epoch · about 9 min left",
        "Done at about 13:12",
        "epoch              3         2",
        "loss          0.0412 ↓  0.0461",
        "accuracy      98.71% ↑  98.55%",
        "val_loss      0.0412 ↓  0.0461",
        "val_accuracy  98.71% ↑  98.55%",
        "now: loss 0.0398 · accuracy 98.80%",
        "learning rate 1",
        "GPU 87% · 3.2 GB of 15.8 GB",
        "checkpoint ✓ epoch 3",
    ]


def test_more_adds_the_latest_epochs_and_less_leaves_them_out() -> None:
    """The table of epochs is not what one looks at first."""
    less = plain(cards.card(under_way(), RECORDS, at(217)))
    more = plain(cards.card(under_way(), RECORDS, at(217), Surroundings(more=True)))
    row = "3 62s 0.041 98.71 0.041 98.71"
    assert row in " ".join(more.split())
    assert row not in " ".join(less.split())


def test_an_arrow_says_where_a_figure_went() -> None:
    """Up, down, or nowhere; none where there is no epoch before, or it had no such figure."""
    before, latest = (
        EpochRecord(1, 1.0, {"loss": 0.5, "accuracy": 0.5, "mae": 1.0}),
        EpochRecord(2, 1.0, {"loss": 0.4, "accuracy": 0.6, "mae": 1.0, "val_loss": 0.7}),
    )
    arrows = {
        line.split()[0]: [mark for mark in "↑↓=" if mark in line]
        for line in trend.table([before, latest])[1:]
    }
    assert arrows == {"loss": ["↓"], "accuracy": ["↑"], "mae": ["="], "val_loss": []}
    assert not any(mark in "".join(trend.table([before])) for mark in "↑↓=")


def test_a_card_fits_a_phone() -> None:
    """No line of a training's card breaks at 360 pixels, whatever its figures."""
    wild = [
        EpochRecord(9_999, 1.0, dict.fromkeys(trend.FIRST, value), 1e-07)
        for value in (-123456.789, 123456.789, 1.0)
    ]
    for records in (RECORDS, wild):
        lines = trend.table(records)
        assert all(len(line) <= FIXED_WIDTH for line in lines)
        assert [line.split()[0] for line in lines] == ["epoch", *trend.FIRST]
    around = Surroundings(gpus=[T4], zone=UTC, saved="saved ✓ epoch 3")
    lines = plain(cards.card(under_way(), RECORDS, at(217), around)).splitlines()
    assert max(map(len, lines)) <= LINE + 2  # digits are narrow


def labels(job: Job, *, asking: bool = False, more: bool = False) -> list[str]:
    rows = lasting(card_keys.rows(job, asking=asking, more=more, curves=True))
    return [key.label for row in rows for key in row]


BESIDE = ["📈 Plot", "📄 Logs"]
TRAINING = ["⏹ Stop", *BESIDE, "More"]
STOPPING = replace(under_way(), state=JobState.STOPPING)


@pytest.mark.parametrize(
    ("job", "calm", "asked"),
    [
        (under_way(), TRAINING, ["After this epoch", "Now", "Back"]),
        (queued(), ["⏹ Stop"], ["Take it out", "Back"]),
        (running(InstallSpec(packages=("six",))), ["⏹ Stop", *BESIDE], ["Now", "Back"]),
        (
            replace(STOPPING, stop=StopMode.AFTER_EPOCH),
            TRAINING,
            ["Now", "Back"],
        ),
        (replace(STOPPING, stop=StopMode.NOW), TRAINING[1:], TRAINING[1:]),
        (ended(under_way()), [], []),
    ],
    ids=["running", "queued", "installing", "stops after", "stops now", "ended"],
)  # fmt: skip
def test_a_card_has_the_buttons_that_do_something(
    job: Job, calm: list[str], asked: list[str]
) -> None:
    """What has no effect any more, or none on such a job, has no button."""
    assert labels(job) == calm
    assert labels(job, asking=True) == asked


def test_the_time_of_the_end_is_told_only_where_it_is_a_time() -> None:
    """An epoch that would take a thousand years has no clock time; the card still stands."""
    slow = replace(
        under_way(),
        progress=under_way().progress.model_copy(update={"seconds_per_epoch": 3e11}),
    )
    text = plain(cards.card(slow, [], NOW))
    assert "an epoch" in text
    assert "Done at" not in text


def test_a_program_that_counts_nothing_runs_and_a_training_gets_ready() -> None:
    """Some print nothing to their end; with the time since they began."""
    script = running(RunSpec(file="/content/train.py"))
    assert "Running … 29 s" in plain(cards.card(script, [], at(29)))
    assert "Preparing … 29 s" in plain(cards.card(running(), [], at(29)))
