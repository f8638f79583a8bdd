"""Models of one's own: built, checked and trained as ours are; their errors have a line."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.backend import keras
from training.protocol.control import Control, StopMode
from training.protocol.events import CheckpointSaved, EpochEnded, Event, ModelCompiled, Resumed
from training.protocol.failure import FailureCode, TaskError
from training.protocol.folder import JobFolder
from training.protocol.model_question import ANSWER, Checked, CheckModel, Refused
from training.protocol.spec import TrainSpec
from training.run import Run, Stopped
from training.tasks import train as train_task
from training.tasks.train import run_task
from training.user_model import load_model_file

pytestmark = [
    pytest.mark.keras,
    # Keras saves a model through an interface that NumPy 2 wants changed.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "training" / "examples"
Told = Callable[[type[Event]], list[Any]]

PLAIN = """
import keras
from pydantic import BaseModel, Field

class Params(BaseModel):
    units: int = Field(8, ge=1, le=64)

def build(params):
    return keras.Sequential([
        keras.Input(params.input_shape),
        keras.layers.Flatten(),
        keras.layers.Dense(params.units, activation="relu"),
        keras.layers.Dropout(0.2),
        keras.layers.Dense(params.classes, activation="softmax"),
    ])
"""


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    """A model file with this text."""

    def write(text: str) -> Path:
        file = tmp_path / "mine.py"
        file.write_text(text)
        return file

    return write


@pytest.fixture
def trained(npz: Path, job: JobFolder, start_run: Callable[..., Run]) -> Any:
    """Train a model file on the stripes."""

    def train(file: Path, **parameters: Any) -> Any:
        given = {"epochs": 2, "batch_size": 16, "optimizer": "adam", "data": str(npz), **parameters}
        return run_task(TrainSpec(model=str(file), **given), start_run(job))

    return train


def test_a_model_is_built_for_the_data(written: Any, trained: Any, job: JobFolder) -> None:
    """With its own parameter as given, the data's shape and its classes."""
    trained(written(PLAIN), own_parameters={"units": "5"})
    model = keras.models.load_model(job.artifacts / "model.keras")
    assert (model.input_shape, model.output_shape) == ((None, 12, 10, 3), (None, 3))
    assert [layer.units for layer in model.layers if hasattr(layer, "units")] == [5, 3]
    assert type(model.optimizer).__name__.lower() == "adam"


class InterruptedRun(Run):
    """Is told to stop inside epoch 2."""

    def report(self, event: Event) -> None:
        """Tell, then wish to stop."""
        super().report(event)
        if isinstance(event, CheckpointSaved) and (event.epoch, event.step) == (1, 3):
            self.control = Control(run=self.number, stop=StopMode.NOW)


def test_it_goes_on_bit_for_bit_with_the_code_it_began_with(
    written: Any, npz: Path, job: JobFolder, start_run: Callable[..., Run],
    told: Told, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Interrupted inside an epoch, its file changed meanwhile: the same numbers at the end."""
    spec = TrainSpec(
        epochs=2, batch_size=16, optimizer="adam", data=str(npz), model=str(written(PLAIN))
    )
    undisturbed = JobFolder(npz.with_name("undisturbed"))
    undisturbed.create()
    whole = run_task(spec, start_run(undisturbed))
    real = train_task.fit
    monkeypatch.setattr(train_task, "fit", lambda *a, **k: real(*a, checkpoint_interval_s=0, **k))
    with pytest.raises(Stopped):
        run_task(spec, start_run(job, InterruptedRun))
    written("raise ValueError('another file by now')")

    assert run_task(spec, start_run(job))["test_loss"] == whole["test_loss"]
    assert [(event.epoch, event.step) for event in told(Resumed)] == [(1, 4)]


def test_its_own_loss_and_callbacks_count(
    job: JobFolder, start_run: Callable[..., Run], told: Told
) -> None:
    """The example with data of its own: a sparse loss, and an end when nothing gets better."""
    spec = TrainSpec(
        epochs=60, model=str(EXAMPLES / "spirals.py"),
        own_parameters={"hidden": "16", "points": "100", "patience": "2"},
    )  # fmt: skip
    result = run_task(spec, start_run(job))
    losses = [event.metrics["val_loss"] for event in told(EpochEnded)]
    best = losses.index(min(losses))
    assert len(losses) == best + 3 < 60
    assert result["epochs"] == len(losses)
    assert json.loads((job.artifacts / "data.json").read_text())["shape"] == [2]


def test_the_other_example_learns(trained: Any) -> None:
    """Residual blocks, on pictures that differ plainly."""
    result = trained(EXAMPLES / "residual.py", epochs=10, own_parameters={"width": "8"})
    assert result["test_accuracy"] > 0.6


def test_an_earlier_model_is_gone_on_from(
    trained: Any, npz: Path, tmp_path: Path, arrays: Any, start_run: Callable[..., Run]
) -> None:
    """Its weights are where the training begins; other classes get a new last layer."""
    first = JobFolder(tmp_path / "first")
    first.create()
    spec = TrainSpec(epochs=6, batch_size=16, optimizer="adam", data=str(npz))
    reached = run_task(spec, start_run(first))
    model = first.artifacts / "model.keras"
    again = trained(model, epochs=1, learning_rate=1e-7)
    assert again["test_accuracy"] == pytest.approx(reached["test_accuracy"], abs=0.05)
    assert again["test_loss"] == pytest.approx(reached["test_loss"], rel=0.05)
    labels = {"y_train": arrays["y_train"] % 2, "y_test": arrays["y_test"] % 2}
    np.savez(tmp_path / "two.npz", **(arrays | labels))
    second = JobFolder(tmp_path / "second")
    second.create()
    other = TrainSpec(epochs=1, data=str(tmp_path / "two.npz"), model=str(model))
    run_task(other, start_run(second))
    kept = keras.models.load_model(second.artifacts / "model.keras")
    assert kept.output_shape == (None, 2)


FAILING: dict[str, tuple[str, FailureCode, dict[str, object]]] = {
    "syntax": ("def build(params:\n    pass\n", FailureCode.USER_CODE_FAILED, {"line": 1}),
    "import": (
        "import keras\n\nraise ValueError('at the top')\n", FailureCode.USER_CODE_FAILED,
        {"line": 3, "text": "raise ValueError('at the top')", "error": "ValueError: at the top"},
    ),
    "exit": ("import sys\nsys.exit(3)\n", FailureCode.USER_CODE_FAILED, {"line": 2}),
    "no build": ("import keras\n", FailureCode.FUNCTION_MISSING, {"function": "build(params)"}),
    "in build": (
        "def build(params):\n    return params.nothing\n",
        FailureCode.USER_CODE_FAILED, {"line": 2},
    ),
    "in a module beside it": (
        "import helper\ndef build(params):\n    return helper.made()\n",
        FailureCode.USER_CODE_FAILED, {"line": 2, "text": "return 1 / 0"},
    ),
    "without a word": (
        "class Mute(Exception):\n    def __str__(self):\n        return 1 / 0\n"
        "def build(params):\n    raise Mute\n",
        FailureCode.USER_CODE_FAILED, {"line": 5, "error": "Mute"},
    ),
    "no model": ("def build(params):\n    return 3\n", FailureCode.MODEL_WRONG, {"made": "int"}),
    "wrong output": (
        PLAIN.replace("params.classes", "7"), FailureCode.MODEL_UNFIT, {"has": "7", "needs": "3"},
    ),
    "wrong input": (
        PLAIN.replace("params.input_shape", "(28, 28, 1)"), FailureCode.MODEL_UNFIT,
        {"has": "28 x 28 x 1", "needs": "12 x 10 x 3"},
    ),
    "in epoch 2": (
        PLAIN + "\nclass Late(keras.callbacks.Callback):\n"
        "    def on_epoch_end(self, epoch, logs=None):\n"
        "        if epoch == 1:\n            raise RuntimeError('late')\n"
        "def callbacks(params):\n    return [Late()]\n",
        FailureCode.USER_CODE_FAILED,
        {"text": "raise RuntimeError('late')", "error": "RuntimeError: late"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", FAILING)
def test_what_is_wrong_is_told_with_its_place(written: Any, trained: Any, what: str) -> None:
    """In their file as they know it, with the line."""
    text, code, details = FAILING[what]
    file = written(text)
    beside = file.with_name("helper.py")
    beside.write_text("def made():\n    return 1 / 0\n")
    with pytest.raises(TaskError) as raised:
        trained(file)
    assert raised.value.code is code
    named = beside if what == "in a module beside it" else file
    assert raised.value.details["file"] == str(named)
    assert details.items() <= raised.value.details.items()


def ask(file: Path, **given: str) -> Checked | Refused:
    question = CheckModel(file=str(file), given=given).model_dump_json().encode()
    done = subprocess.run(
        [sys.executable, "-m", "training.model_check"], input=question, capture_output=True,
        check=True, cwd=ROOT,
    )  # fmt: skip
    return ANSWER.validate_json(done.stdout)


def test_a_file_is_tried_before_a_job_begins(written: Any, tmp_path: Path) -> None:
    """What it prints, its own modules and parameters are no trouble; a wrong value is named."""
    (tmp_path / "beside.py").write_text("UNITS = 3\n")
    file = written("print('hello')\nimport beside\n" + PLAIN)
    assert ask(file, units="9") == Checked(names=("units",))
    refused = ask(file, units="900")
    assert isinstance(refused, Refused)
    assert refused.code is FailureCode.PARAMETER_WRONG
    assert refused.details["name"] == "units"
    assert "64" in str(refused.details["why"])
    refused = ask(file, unit="9")
    assert isinstance(refused, Refused)
    assert (refused.details["name"], refused.details["known"]) == ("unit", ["units"])


def test_what_its_own_compile_sets_is_told(written: Any, trained: Any, told: Told) -> None:
    """Not what the command would have set."""
    own = (
        "\ndef compile(model, params):\n"
        "    model.compile(keras.optimizers.SGD(0.125), 'categorical_crossentropy')\n"
    )
    trained(written(PLAIN + own), epochs=1)
    [own_way] = told(ModelCompiled)
    assert (own_way.optimizer, own_way.learning_rate) == ("sgd", 0.125)


def test_a_parameter_that_is_needed_is_missing(written: Any) -> None:
    """That is no wrong value."""
    needing = PLAIN.replace("Field(8, ", "Field(")
    with pytest.raises(TaskError) as caught:
        load_model_file(written(needing)).parameters({})
    assert caught.value.code is FailureCode.PARAMETER_MISSING
    assert caught.value.details["name"] == "units"


OWN_DATA = """
def data(params):
    return (np.ones((20, 8), "f"), np.arange(20) % 2), (np.ones((4, 8), "f"), np.arange(3))
"""


def test_data_of_a_model_file_is_told_by_that_file(written: Any, trained: Any) -> None:
    """The user knows no other."""
    file = written("import numpy as np\n" + PLAIN + OWN_DATA)
    with pytest.raises(TaskError) as caught:
        trained(file, data="mnist")
    assert caught.value.code is FailureCode.ARRAYS_UNEQUAL
    assert caught.value.details["file"] == str(file)


@pytest.mark.parametrize(
    ("made", "epochs"),
    [("Once()", 1), ("[Once()]", 1), ("None", 2)],
)
def test_callbacks_may_be_one_or_none(written: Any, trained: Any, made: str, epochs: int) -> None:
    """One alone counts as a list of one does."""
    own = (
        "\nclass Once(keras.callbacks.Callback):\n"
        "    def on_epoch_end(self, epoch, logs=None):\n"
        "        self.model.stop_training = True\n"
        f"\ndef callbacks(params):\n    return {made}\n"
    )
    assert trained(written(PLAIN + own))["epochs"] == epochs


def test_what_is_no_callback_is_said(written: Any, trained: Any) -> None:
    """By what it is."""
    with pytest.raises(TaskError) as caught:
        trained(written(PLAIN + "\ndef callbacks(params):\n    return 3\n"))
    assert caught.value.code is FailureCode.MODEL_WRONG
    assert caught.value.details["made"] == "int"


def test_a_missing_package_is_named(written: Any) -> None:
    """It can be installed by a button; that is no error of the file."""
    with pytest.raises(ModuleNotFoundError, match="no_such_package"):
        load_model_file(written("import no_such_package\n"))


def test_the_file_is_kept_with_the_job(written: Any, trained: Any, job: JobFolder) -> None:
    """What was run can be read later."""
    trained(written(PLAIN), epochs=1)
    assert (job.code / "model.py").read_text() == PLAIN
    shutil.rmtree(job.code)
