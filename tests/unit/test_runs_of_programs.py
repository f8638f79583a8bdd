"""What the bot makes of a program's events: progress, buttons, ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import SteersItself
from bot.job import Ending, Job, JobState, Outcome
from bot.job_progress import advanced, remaining_s
from bot.messages import card_keys, cards, end_keys, endings, warnings
from bot.messages.failures import failure
from bot.messages.markup import plain
from bot.wishes import with_epochs, with_last_epoch, with_learning_rate
from tests.jobs import NOW, ORIGIN
from training.protocol.events import EpochEnded, Event, Progressed, RunStarted, WarningRaised
from training.protocol.failure import FailureCode, WarningCode
from training.protocol.spec import RunSpec

SPEC = RunSpec(file="/drive/work.ipynb")


def running(*events: Event) -> Job:
    """A job of a program, after these events, a second from each to the next."""
    job = Job(7, SPEC, ORIGIN, NOW, JobState.RUNNING, run=1)
    for second, event in enumerate([RunStarted(pid=1), *events]):
        at = NOW + timedelta(seconds=second)
        job = advanced(job, event.model_copy(update={"at": at, "run": 1, "seq": second + 1}))
    return job


def labels(job: Job, *, asking: bool) -> list[str]:
    rows = card_keys.rows(job, asking=asking, more=False, curves=False)
    return [button.label for row in rows for button in row]


def printed(epoch: int) -> Progressed:
    return Progressed(unit="parts", done=0, total=None, epoch=epoch, epochs=10)


def test_printed_epochs_tell_how_long_it_takes() -> None:
    """A program that prints nothing but the number of its epoch has a pace and an end."""
    job = running(printed(1), printed(2), printed(3))
    assert job.progress.epochs_done == 2
    assert job.progress.seconds_per_epoch == pytest.approx(1)
    assert remaining_s(job, NOW + timedelta(seconds=3)) == pytest.approx(8)
    assert "Epoch 3/10" in cards.card(job, [], NOW)


def test_a_fit_that_begins_further_on_stands_there() -> None:
    """With an initial epoch: those before count as done, and say nothing of the pace."""
    step = Progressed(unit="steps", done=0, total=9, epoch=3, epochs=10, fit=1)
    job = running(step)
    assert (job.progress.epochs_done, job.progress.seconds_per_epoch) == (2, None)
    assert "Epoch 3/10" in cards.card(job, [], NOW)


def test_the_card_names_the_cell_and_inside_a_fit_the_epoch() -> None:
    """And from the second on which fit it is."""
    cell = Progressed(unit="cells", done=2, total=7, cell=3, cells=7)
    assert "cell 3/7" in cards.card(running(cell), [], NOW)
    step = Progressed(
        unit="steps", done=2, total=9, epoch=4, epochs=5, fit=2, cell=3, cells=7
    )  # fmt: skip
    assert "Epoch 4/5 · step 2/9 · fit 2 · cell 3/7" in cards.card(running(cell, step), [], NOW)


def test_a_program_is_stopped_after_an_epoch_where_it_has_any() -> None:
    """Before it has told one, only at once."""
    assert "After this epoch" not in labels(running(), asking=True)
    step = Progressed(unit="steps", done=0, total=9, epoch=1, epochs=10)
    assert "After this epoch" in labels(running(step), asking=True)


def test_a_program_steers_itself() -> None:
    """Its epochs and its rate are its own; it can be stopped after an epoch, though."""
    job = running(Progressed(unit="steps", done=0, total=9, epoch=1, epochs=10, fit=1))
    with pytest.raises(SteersItself):
        with_epochs(job, 20)
    with pytest.raises(SteersItself):
        with_learning_rate(job, 0.1)
    assert with_last_epoch(job, 3).last_epoch == 3


def test_a_program_that_dies_in_its_second_epoch_does_not_begin_for_ever() -> None:
    """It begins anew each time, so an epoch that ended is no step further."""
    job = replace(running(), fruitless_runs=2)
    ended = EpochEnded(epoch=1, epochs=9, seconds=1, metrics={}, at=NOW, run=1, seq=9)
    assert advanced(job, ended).fruitless_runs == 2


def test_a_lost_program_is_said_to_begin_anew() -> None:
    """It has no checkpoint to go on from."""
    ended = EpochEnded(epoch=1, epochs=9, seconds=1, metrics={})
    lost = replace(running(ended), outcome=Outcome(code="lost_unknown"))
    assert "from the beginning" in endings.goes_on(lost)


@pytest.mark.parametrize(
    ("details", "place"),
    [
        ({"file": "a.py", "line": 3, "text": "x()"}, "a.py, line 3: x(): E: no."),
        ({"file": "a.py", "line": 3, "epoch": 2, "text": "x()"}, "a.py, line 3, in epoch 2: x()"),
        ({"file": "a.ipynb", "cell": 4, "line": 1, "text": "x()"}, "a.ipynb, cell 4, line 1: x()"),
        ({}, "Outside your files: E: no."),
    ],
)
def test_the_place_of_an_error_is_named(details: dict, place: str) -> None:
    """As far as it is known, and with what to do."""
    said = plain(failure(FailureCode.SCRIPT_FAILED, {"error": "E: no", **details}))
    assert place in said
    assert "try again" in said


@pytest.mark.parametrize(
    "details", [{"module": "google.colab"}, {"module": "google", "text": "import google.colab"}]
)
def test_no_package_is_offered_for_what_only_a_notebook_of_colab_has(details: dict) -> None:
    """The one on the index that is called so is another; the line should go instead."""
    outcome = Outcome(code=FailureCode.MODULE_MISSING, details=details)
    job = replace(running(), state=JobState.ENDED, ending=Ending.FAILED, outcome=outcome)
    rows = end_keys.rows(job, rival=None, has_model=False, complete=True)
    assert "end_install" not in [button.action for row in rows for button in row]
    said = plain(failure(FailureCode.MODULE_MISSING, details))
    assert "take the line out" in said
    assert "/install" not in said


def test_a_failed_program_has_buttons_to_try_again_and_to_mend() -> None:
    """A missing module is installed by one of them."""
    job = replace(
        running(), state=JobState.ENDED, ending=Ending.FAILED,
        outcome=Outcome(code=FailureCode.MODULE_MISSING, details={"module": "papermill"}),
    )  # fmt: skip
    rows = end_keys.rows(job, rival=None, has_model=False, complete=True)
    assert [button.label for row in rows for button in row] == [
        "Install papermill, then go on", "🔁 Try again", "📄 Logs",
    ]  # fmt: skip


@pytest.mark.parametrize("signal", ["SIGSEGV", "SIGABRT"])
def test_a_crash_of_compiled_code_is_told_with_what_to_do(signal: str) -> None:
    """Nothing but the bare signal would leave its user alone."""
    said = plain(failure(FailureCode.SCRIPT_KILLED, {"file": "a.py", "signal": signal}))
    assert signal in said
    assert "/install" in said
    assert "then try again" in said


@pytest.mark.parametrize(("count", "said"), [(1, "One picture"), (2, "2 of the pictures")])
def test_pictures_that_are_left_out_are_counted_in_good_words(count: int, said: str) -> None:
    """One is not some."""
    details: dict = {"count": count, "files": ["a/1.png"], "error": "not a picture"}
    event = WarningRaised(code=WarningCode.PICTURES_LEFT_OUT, details=details)
    assert said in plain(warnings.warning(running(), event))
