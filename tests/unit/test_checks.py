"""What is said of a check."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.job import Ending, Outcome
from bot.messages import end_keys
from bot.messages.checks import lines
from tests.jobs import NOW, running
from training.protocol.failure import Detail
from training.protocol.spec import CheckSpec, RunSpec, TrainSpec

FOUND: dict[str, Detail] = {
    "seconds": 3600.0,
    "epoch_seconds": 290.0,
    "memory_bytes": 1_300_000_000,
    "gpu_memory_bytes": 0,
    "disk_bytes": 50_000_000,
    "free_bytes": 70_000_000_000,
}


def said(result: dict[str, Detail], left: timedelta | None = None) -> str:
    ends_at = None if left is None else NOW + left
    spec = CheckSpec(training=TrainSpec(), ends_at=ends_at)
    job = running(spec).ended(Ending.SUCCEEDED, NOW, Outcome(result=result))
    return "\n".join(lines(job, spec))


def test_time_memory_and_disk_are_said() -> None:
    """A machine without an end has none to fit into."""
    text = said(FOUND)
    assert "about 1 h 00 min: 12 epochs of 4 min 50 s" in text
    assert "1.3 GB at most" in text
    assert "50.0 MB of 70.0 GB free" in text
    assert "fit" not in text


def test_the_memory_of_a_gpu_is_said_where_there_is_one() -> None:
    """Beside the machine's own."""
    assert "2.0 GB of the GPU's" in said(FOUND | {"gpu_memory_bytes": 2_000_000_000})


def test_a_full_disk_is_said() -> None:
    """Before the training finds out."""
    assert "only 10.0 MB are free" in said(FOUND | {"free_bytes": 10_000_000})


@pytest.mark.parametrize(("minutes", "fits"), [(61, True), (60, True), (59, False), (-5, False)])
def test_whether_the_machine_lives_that_long(minutes: int, fits: bool) -> None:
    """Counted from the end of the check."""
    text = said(FOUND, timedelta(minutes=minutes))
    assert ("It fits" in text) is fits
    assert ("does not fit" in text) is not fits


@pytest.mark.parametrize("result", [{}, {"seconds": "NaN"}, {"seconds": 5.0}])
def test_what_is_missing_is_left_out(result: dict[str, Detail]) -> None:
    """A log of another version says less."""
    assert "None" not in said(result)


def test_only_a_check_that_went_well_offers_to_train() -> None:
    """One that failed offers to try again."""
    well = running(CheckSpec(training=TrainSpec())).ended(Ending.SUCCEEDED, NOW, Outcome())
    failed = replace(well, ending=Ending.FAILED)

    def actions(job: object) -> list[str]:
        rows = end_keys.rows(job, rival=None, has_model=False, complete=True)
        return [button.action for row in rows for button in row]

    assert actions(well) == [end_keys.TRAIN]
    assert end_keys.TRAIN not in actions(failed)
    assert end_keys.AGAIN in actions(failed)


def test_the_time_is_said_from_the_least_to_the_most() -> None:
    """A machine may end before the most of it is over."""
    likely = FOUND | {"least_seconds": 3300.0, "most_seconds": 4000.0}
    assert "about 55 min to 1 h 06 min" in said(likely)
    assert "does not fit" in said(likely, timedelta(minutes=62))
    assert "It fits" in said(likely, timedelta(minutes=67))


def said_of_program(result: dict[str, Detail], left: timedelta | None = None) -> str:
    ends_at = None if left is None else NOW + left
    spec = CheckSpec(training=RunSpec(file="/drive/<go>.py"), ends_at=ends_at)
    job = running(spec).ended(Ending.SUCCEEDED, NOW, Outcome(result=result))
    return "\n".join(lines(job, spec))


def test_of_a_program_its_first_training_is_said() -> None:
    """And what is not counted."""
    found: dict[str, Detail] = {
        "seconds": 600.0, "least_seconds": 560.0, "most_seconds": 700.0, "epoch_seconds": 10.0,
        "epochs": 50, "validated": 0, "memory_bytes": 900_000_000,
    }  # fmt: skip
    text = said_of_program(found, timedelta(minutes=11))
    assert "9–12 min: 50 epochs of 10 s" in text
    assert "Nor is validation" in text
    assert "900.0 MB at most" in text
    assert "does not fit" in text
    assert "validation" not in said_of_program(found | {"validated": 1})


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({"unknown": "no_keras"}, "does not use Keras"),
        ({"unknown": "no_training"}, "began no training"),
        ({"unknown": "no_pace"}, "how many steps"),
        ({"ran_seconds": 12.0}, "ran to its end, in 12 s"),
    ],
)
def test_why_a_program_has_no_time_is_said(result: dict[str, Detail], words: str) -> None:
    """With its name, which may hold anything."""
    text = said_of_program(result)
    assert words in text
    assert "&lt;go&gt;.py" in text


def test_a_check_of_a_program_offers_to_run_it() -> None:
    """By the same button, which is called otherwise."""
    spec = CheckSpec(training=RunSpec(file="/drive/go.py"))
    job = running(spec).ended(Ending.SUCCEEDED, NOW, Outcome())
    [[button]] = end_keys.rows(job, rival=None, has_model=False, complete=True)
    assert (button.action, button.label) == (end_keys.TRAIN, "▶️ Run")
