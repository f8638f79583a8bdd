"""Questions about a trained model, answered by a real process."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.digits_on_paper import written
from tests.training.conftest import Finished
from training.protocol.folder import JobFolder
from training.protocol.inspection import ANSWER, Answer, Classify, Obstacle

pytestmark = [
    pytest.mark.keras,
    # Keras saves a model through an interface that NumPy 2 wants changed.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


def answer_to(job: JobFolder, picture: bytes) -> Answer:
    """As the bot asks."""
    question = Classify(job=job.path, picture=picture).model_dump_json()
    done = subprocess.run(
        [sys.executable, "-m", "training.inspection"],
        input=question.encode(),
        capture_output=True,
        check=True,
    )
    return ANSWER.validate_json(done.stdout)


def test_a_picture_gets_the_three_likeliest_digits(uninterrupted: Finished) -> None:
    """The likeliest first, as shares of the whole, with a picture of what the model saw."""
    answer = answer_to(uninterrupted.job, written(3, 1))
    assert answer.kind == "classified"
    shares = [guess.share for guess in answer.guesses]
    assert len(shares) == 3
    assert shares == sorted(shares, reverse=True)
    assert 0.3 < sum(shares) <= 1.000001
    assert {guess.label for guess in answer.guesses} <= set("0123456789")
    assert answer.seen.startswith(b"\x89PNG")


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
