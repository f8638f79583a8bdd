"""Pictures as models of one's own take them, and outputs of every kind."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from training.backend import keras
from training.inspection.classify import classify
from training.inspection.mistakes import find_mistakes
from training.inspection.obstacle import InTheWay
from training.protocol.folder import JobFolder
from training.protocol.inspection import Answer, Classify, FindMistakes, Obstacle, Obstructed
from training.protocol.spec import RunSpec, TrainSpec, write_spec

pytestmark = [
    pytest.mark.keras,
    # Keras saves a model through an interface that NumPy 2 wants changed.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

SIDE = 28
BLOB_LEFT = np.zeros((SIDE, SIDE), np.uint8)
BLOB_LEFT[10:18, 2:8] = 255
OWN_LAYER = """
import keras

class Halved(keras.layers.Layer):
    def call(self, x):
        return x / 2

def build(params):
    return keras.Sequential([
        keras.Input((28, 28, 1)), Halved(), keras.layers.Flatten(), keras.layers.Dense(10)
    ])
"""


def answer_to(job: JobFolder, picture: bytes) -> Answer:
    """As the process gives it; to start one for each takes seconds."""
    try:
        return classify(Classify(job=job.path, picture=picture))
    except InTheWay as found:
        return Obstructed(obstacle=found.obstacle, detail=found.detail)


def png(pixels: np.ndarray) -> bytes:
    """A picture file."""
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


def which_half() -> keras.Model:
    """Two outputs: how much light is in the left half, and in the right one."""
    columns = np.repeat(np.arange(SIDE)[np.newaxis] < SIDE // 2, SIDE, axis=0).reshape(-1)
    weights = np.stack([columns, ~columns], axis=1).astype(np.float32)
    model = keras.Sequential(
        [keras.Input((SIDE, SIDE, 1)), keras.layers.Flatten(), keras.layers.Dense(2)]
    )
    model.layers[-1].set_weights([weights, np.zeros(2, np.float32)])
    return model


def shares_of(job: JobFolder, picture: np.ndarray) -> dict[str, float]:
    """What the job's model says."""
    said = answer_to(job, png(picture))
    assert said.kind == "classified", said
    return {guess.label: guess.share for guess in said.guesses}


@pytest.mark.parametrize(
    "spec",
    [
        TrainSpec(data="/drive/side.npz"),
        RunSpec(file="/drive/side.py"),
    ],
)
def test_a_grey_picture_of_28_pixels_is_no_digit_by_that(job: JobFolder, spec: Any) -> None:
    """Where it lies says something: it is not brought to the middle, as a digit is."""
    write_spec(job, spec)
    which_half().save(job.artifacts / "model.keras")
    for picture, label in ((BLOB_LEFT, "0"), (BLOB_LEFT[:, ::-1], "1")):
        shares = shares_of(job, picture)
        assert max(shares, key=lambda name: shares[name]) == label
        assert shares[label] > 0.99
    assert answer_to(job, png(np.full((SIDE, SIDE), 90, np.uint8))).kind == "classified"


def test_a_program_that_loads_mnist_has_learned_digits(job: JobFolder) -> None:
    """Its code says so; Fashion-MNIST has the same shape and is something else."""
    write_spec(job, RunSpec(file="/drive/cnn.py"))
    which_half().save(job.artifacts / "model.keras")
    job.code.mkdir()
    nothing = png(np.full((SIDE, SIDE), 90, np.uint8))
    kept = job.code / "cnn.py"
    kept.write_text("(x, y), _ = keras.datasets.fashion_mnist.load_data()\n")
    assert answer_to(job, nothing).kind == "classified"
    kept.write_text("(x, y), _ = keras.datasets.mnist.load_data()\n")
    assert answer_to(job, nothing).obstacle is Obstacle.NOTHING_WRITTEN


def test_logits_are_told_as_shares(job: JobFolder) -> None:
    """No share is above the whole, and all of them are the whole."""
    write_spec(job, TrainSpec(data="/drive/side.npz"))
    which_half().save(job.artifacts / "model.keras")
    shares = shares_of(job, BLOB_LEFT // 16)
    assert sum(shares.values()) == pytest.approx(1, abs=1e-5)
    light = 48 * (255 // 16) / 255  # 6 x 8 pixels
    assert shares["0"] == pytest.approx(1 / (1 + np.exp(-light)), abs=1e-3)


@pytest.mark.parametrize(
    ("units", "activation", "shares"),
    [
        (1, "sigmoid", {"1": 0.75, "0": 0.25}),
        (1, None, {"1": 0.75, "0": 0.25}),
        (2, "sigmoid", {"0": 0.75, "1": 0.75}),
    ],
)
def test_units_of_a_sigmoid_are_shares_of_their_own(
    job: JobFolder, units: int, activation: str | None, shares: dict[str, float]
) -> None:
    """One alone tells of two classes; without its sigmoid it is a logit; several stand alone."""
    write_spec(job, TrainSpec(data="/drive/side.npz"))
    last = keras.layers.Dense(units, activation=activation)
    model = keras.Sequential([keras.Input((SIDE, SIDE, 1)), keras.layers.Flatten(), last])
    last.set_weights([np.zeros((SIDE * SIDE, units)), np.full(units, np.log(3))])
    model.save(job.artifacts / "model.keras")
    assert shares_of(job, BLOB_LEFT) == pytest.approx(shares, abs=1e-5)


def test_layers_of_a_model_file_are_known(job: JobFolder, tmp_path: Path) -> None:
    """They are taken from the copy that the job has kept, whatever the file is by now."""
    job.code.mkdir()
    (job.code / "model.py").write_text(OWN_LAYER)
    file = tmp_path / "mine.py"
    file.write_text("changed since\n")
    write_spec(job, TrainSpec(model=str(file), samples=40))
    found: dict[str, Any] = {}
    exec(OWN_LAYER, found)  # noqa: S102 - ours
    found["build"](None).save(job.artifacts / "model.keras")
    assert len(shares_of(job, BLOB_LEFT)) == 3
    assert find_mistakes(FindMistakes(job=job.path)).kind == "mistakes_found"


@pytest.mark.parametrize("spec", [RunSpec(file="/drive/m.py"), TrainSpec(model="/drive/m.py")])
def test_layers_that_are_defined_elsewhere_are_told_with_the_file(
    job: JobFolder, spec: Any
) -> None:
    """A program is not run again for them, and a model file may have lost them."""
    write_spec(job, spec)
    job.code.mkdir()
    (job.code / "model.py").write_text("def build(params): ...\n")
    if isinstance(spec, RunSpec):
        (job.code / "model.py").rename(job.code / "m.py")
    found: dict[str, Any] = {}
    exec(OWN_LAYER, found)  # noqa: S102 - ours
    found["build"](None).save(job.artifacts / "model.keras")
    said = answer_to(job, png(BLOB_LEFT))
    assert (said.obstacle, said.detail) == (Obstacle.OWN_LAYERS, "m.py")


def test_mistakes_are_sought_in_the_data_that_a_model_file_brings(
    job: JobFolder, tmp_path: Path
) -> None:
    """Its own ``data``, not the digits that come with the package."""
    text = OWN_LAYER + (
        "\ndef data(params):\n"
        "    import numpy as np\n"
        "    return (np.ones((20, 28, 28, 1), 'f'), np.arange(20) % 10),"
        " (np.ones((10, 28, 28, 1), 'f'), np.arange(10))\n"
    )
    job.code.mkdir()
    (job.code / "model.py").write_text(text)
    write_spec(job, TrainSpec(model=str(tmp_path / "mine.py")))
    found: dict[str, Any] = {}
    exec(OWN_LAYER, found)  # noqa: S102 - ours
    found["build"](None).save(job.artifacts / "model.keras")
    said = find_mistakes(FindMistakes(job=job.path))
    assert said.kind == "mistakes_found"
    assert (said.tested, said.wrong) == (10, 9)
