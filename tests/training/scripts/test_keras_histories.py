"""What a script's own Keras histories have is what its job tells, to the last bit."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.training.conftest import StartRun
from tests.training.scripts.conftest import Ran, RunProgram, ran
from tests.training.scripts.keras_scripts import FORKED, HEAD, SCRIPTS, together
from training.protocol.event_log import EventLogWriter
from training.protocol.events import ArtifactSaved, EpochEnded, MetricLogged, Progressed
from training.protocol.folder import JobFolder
from training.protocol.spec import RunSpec
from training.run import Run
from training.tensorboard_log import NAME

pytestmark = pytest.mark.keras


@pytest.fixture(scope="module")
def all_scripts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """All of them one after the other in one process: Keras takes its time to load."""
    folder = tmp_path_factory.mktemp("scripts")
    (folder / "train.py").write_text(together())
    job = JobFolder(folder / "job")
    job.create()
    with EventLogWriter(job.event_log, 1) as log:
        yield ran(RunSpec(file=str(folder / "train.py")), Run(job, 1, log))


def epochs_of(history: Any) -> list[dict[str, float]]:
    """The figures of each epoch, by name; as a history keeps them, a list a name."""
    epochs, figures = history
    # What is logged every second epoch only stands at the end of those in which it was.
    return [
        {
            name: values[index - (len(epochs) - len(values))]
            for name, values in figures.items()
            if index >= len(epochs) - len(values) and not isinstance(values[0], str)
        }
        for index in range(len(epochs))
    ]


def said(log: str) -> dict[str, Any]:
    """The histories that the scripts printed, by the script's name."""
    lines = [line for line in log.splitlines() if line.startswith("HISTORIES ")]
    return dict(json.loads(line[10:]) for line in lines)


@pytest.mark.parametrize("name", SCRIPTS)
def test_epochs_are_told_as_the_history_has_them(all_scripts: Ran, name: str) -> None:
    """All figures of all epochs of all fits, in order, and none beside them."""
    histories, told = said(all_scripts.log), all_scripts.told(EpochEnded)
    for other in SCRIPTS:
        expected = [epochs_of(history) for history in histories[other]]
        mine, told = told[: sum(map(len, expected))], told[sum(map(len, expected)) :]
        if other == name:
            assert [event.metrics for event in mine] == [e for fit in expected for e in fit]
            fits = [event.fit for event in mine]
            assert [fits.count(fit) for fit in dict.fromkeys(fits)] == list(map(len, expected))
    assert list(histories) == list(SCRIPTS)
    assert told == []


def test_epochs_are_numbered_on_through_all_fits(all_scripts: Ran) -> None:
    """Each has a number of its own, and it grows."""
    numbers = [event.epoch for event in all_scripts.told(EpochEnded)]
    assert numbers == sorted(set(numbers))
    assert all_scripts.said.startswith("Watching Keras 3.")
    assert "could not follow" not in all_scripts.said


def test_the_learning_rate_is_that_of_the_optimizer(all_scripts: Ran) -> None:
    """Of a schedule too, where it has got to."""
    rates = [event.learning_rate for event in all_scripts.told(EpochEnded) if event.fit == 2]
    assert rates == pytest.approx([0.1 * 0.5 ** (steps / 2) for steps in (3, 6, 9)])


def test_steps_are_told_before_the_first_epoch_ends(all_scripts: Ran) -> None:
    """With how many there are, where Keras knows it."""
    first = all_scripts.told(Progressed)[0]
    assert (first.epoch, first.epochs, first.done, first.total) == (1, 3, 0, 2)


def test_what_was_evaluated_last_is_the_result(all_scripts: Ran) -> None:
    """By the names of its metrics; the script got the list that it asked for."""
    score = next(line for line in all_scripts.log.splitlines() if line.startswith("SCORE "))
    loss, accuracy = json.loads(score[6:])
    assert all_scripts.result["test_loss"] == loss
    assert all_scripts.result["test_accuracy"] == accuracy
    latest = all_scripts.told(MetricLogged)[-2:]
    assert {event.name: event.value for event in latest} == {
        "test_loss": loss, "test_accuracy": accuracy,
    }  # fmt: skip


def test_forked_children_are_followed_one_after_the_other(run_program: RunProgram) -> None:
    """Each begins at epoch 1 for itself; the job numbers them on."""
    ran = run_program(HEAD + FORKED)
    assert ran.error is None, ran.log
    histories = said(ran.log)[""]
    told = ran.told(EpochEnded)
    assert [event.metrics for event in told] == [e for h in histories for e in epochs_of(h)]
    assert [(event.epoch, event.fit) for event in told] == [(1, 1), (2, 1), (3, 2)]


@pytest.mark.parametrize(
    ("text", "line", "error", "epochs"),
    [
        (
            """
class Breaks(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            raise ValueError("in the third")
small().fit(x, y, epochs=4, callbacks=[Breaks()], verbose=0)
""",
            'raise ValueError("in the third")',
            "ValueError: in the third",
            2,
        ),
        (
            "small().fit(x[:, :3], y, verbose=0)\n",
            "small().fit(x[:, :3], y, verbose=0)",
            "ValueError",
            0,
        ),
    ],
)
def test_an_error_inside_keras_names_the_users_line(
    run_program: RunProgram, text: str, line: str, error: str, epochs: int
) -> None:
    """However deep it was raised; the epochs before it are kept."""
    ran = run_program(HEAD + text)
    assert ran.error is not None
    assert ran.error.details["text"] == line
    assert str(ran.error.details["error"]).startswith(error)
    assert len(ran.told(EpochEnded)) == epochs
    if not epochs:
        assert ran.error.details["epoch"] == 1


def test_epochs_are_written_for_tensorboard_too(
    place: Path, job: JobFolder, start_run: StartRun
) -> None:
    """By the job of a script, which has no TensorFlow; the script hears nothing of it."""
    (place / "go.py").write_text(
        HEAD + "import sys\nprint('got', sys.argv[1:])\nsmall().fit(x, y, epochs=2, verbose=0)\n"
    )
    job_ran = ran(RunSpec(file=str(place / "go.py"), tensorboard=True), start_run(job))
    assert job_ran.error is None
    assert "got []" in job_ran.log
    [saved] = [event for event in job_ran.told(ArtifactSaved) if event.name == NAME]
    assert saved.size_bytes == (job.artifacts / NAME).stat().st_size > 2 * len("accuracy")
