"""Questions about a trained model, answered by a real process."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.digits_on_paper import written
from tests.training.conftest import Finished
from training.protocol.folder import JobFolder
from training.protocol.inspection import ANSWER, Answer, Classify, FindMistakes, Obstacle, Question
from training.protocol.spec import TrainSpec, write_spec

pytestmark = [
    pytest.mark.keras,
    # Keras saves a model through an interface that NumPy 2 wants changed.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


def answer_to(job: JobFolder, picture: bytes) -> Answer:
    """As the bot asks."""
    return answered(Classify(job=job.path, picture=picture))


def answered(question: Question) -> Answer:
    """What the process says."""
    done = subprocess.run(
        [sys.executable, "-m", "training.inspection"],
        input=question.model_dump_json().encode(),
        capture_output=True,
        check=True,
    )
    return ANSWER.validate_json(done.stdout)


def test_a_picture_gets_the_three_likeliest_digits(
    uninterrupted: Finished, spec: TrainSpec
) -> None:
    """The likeliest first, as shares of the whole, with a picture of what the model saw."""
    write_spec(uninterrupted.job, spec)
    answer = answer_to(uninterrupted.job, written(3, 1))
    assert answer.kind == "classified"
    shares = [guess.share for guess in answer.guesses]
    assert len(shares) == 3
    assert shares == sorted(shares, reverse=True)
    assert 0.3 < sum(shares) <= 1.000001
    assert {guess.label for guess in answer.guesses} <= set("0123456789")
    assert answer.seen.startswith(b"\x89PNG")


def test_mistakes_are_those_of_the_test_set(uninterrupted: Finished, spec: TrainSpec) -> None:
    """As many as its accuracy says; nothing of it is written down in the job's log."""
    job = uninterrupted.job
    write_spec(job, spec)
    told = job.event_log.read_bytes()
    found = answered(FindMistakes(job=job.path))
    assert found.kind == "mistakes_found"
    assert found.tested == spec.samples
    accuracy = uninterrupted.result["test_accuracy"]
    assert 1 - found.wrong / found.tested == pytest.approx(accuracy, abs=1e-6)
    counts = [pair.count for pair in found.pairs]
    assert counts == sorted(counts, reverse=True)
    assert all(pair.truth != pair.said for pair in found.pairs)
    assert Image.open(io.BytesIO(found.sheet)).width == 1080
    assert job.event_log.read_bytes() == told


def test_data_that_is_gone_is_said(uninterrupted: Finished, job: JobFolder) -> None:
    """Unpacked data goes with its machine."""
    model = (uninterrupted.job.artifacts / "model.keras").read_bytes()
    job.artifacts.joinpath("model.keras").write_bytes(model)
    write_spec(job, TrainSpec(data=str(job.path / "mine.npz")))
    found = answered(FindMistakes(job=job.path))
    assert found.obstacle is Obstacle.DATA_GONE
    assert "mine.npz" in found.detail


def test_what_is_in_the_way_is_said_by_its_name(uninterrupted: Finished, job: JobFolder) -> None:
    """No model, one that is damaged, no picture, nothing on it: no traceback is the answer."""
    picture = written(3, 1)
    assert answer_to(job, picture).obstacle is Obstacle.NO_MODEL
    model = job.artifacts / "model.keras"
    whole = (uninterrupted.job.artifacts / "model.keras").read_bytes()
    for damaged in (b"", b"weights", whole[: len(whole) // 2]):
        model.write_bytes(damaged)
        assert answer_to(job, picture).obstacle is Obstacle.MODEL_UNREADABLE
    model.write_bytes(whole)
    assert answer_to(job, b"<html>").obstacle is Obstacle.NO_PICTURE


def test_code_in_a_model_is_not_run(job: JobFolder, tmp_path: Path) -> None:
    """A layer that holds Python code is refused; nothing of it has happened."""
    import training.backend  # noqa: F401, PLC0415 - sets Keras up before it loads
    import keras  # noqa: PLC0415 # isort: skip

    marker = tmp_path / "was here"
    code = eval(f"lambda x: [__import__('pathlib').Path({str(marker)!r}).touch(), x][1]")  # noqa: S307 - ours
    layers = [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10)]
    model = keras.Sequential([*layers, keras.layers.Lambda(code)])
    model.save(job.artifacts / "model.keras")
    marker.unlink(missing_ok=True)  # building it has run the code once
    assert answer_to(job, written(3, 1)).obstacle is Obstacle.MODEL_UNREADABLE
    assert not marker.exists()
