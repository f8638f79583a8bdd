"""A training in a process that had loaded Keras before comes to the very bits of a fresh one."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from training.checkpoint import CheckpointStore
from training.protocol.event_log import read_events
from training.protocol.events import EpochEnded, Progressed, RunSucceeded
from training.protocol.folder import JobFolder
from training.protocol.preset import Preset
from training.protocol.spec import Optimizer, TrainSpec, write_spec
from training.protocol.warm_start import READY, Assignment, may_be_warm

pytestmark = pytest.mark.keras

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
SPECS = {
    "as it is": TrainSpec(epochs=2, samples=320),
    "of all else": TrainSpec(
        epochs=2, samples=300, batch_size=96, optimizer=Optimizer.ADAM, learning_rate=0.01, seed=7
    ),
    "of the quick recipe": TrainSpec(preset=Preset.QUICK, epochs=2, samples=500, target=0.99),
    "with TensorBoard": TrainSpec(epochs=1, samples=130, tensorboard=True),
}


def made(path: Path, spec: TrainSpec) -> JobFolder:
    folder = JobFolder(path)
    folder.create()
    write_spec(folder, spec)
    return folder


def run_fresh(folder: JobFolder) -> None:
    with folder.log.open("ab") as log:
        command = [sys.executable, "-m", "training", str(folder.path)]
        subprocess.run(
            command, cwd=folder.path, env=ENVIRONMENT, stdout=log, stderr=log, check=True
        )


def run_warm(folder: JobFolder) -> None:
    command = [sys.executable, "-m", "training", "--warm"]
    pipes = dict.fromkeys(("stdin", "stdout"), subprocess.PIPE)
    with subprocess.Popen(
        command, cwd=ROOT, env=ENVIRONMENT, stderr=subprocess.DEVNULL, **pipes
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == READY
        child.communicate(Assignment(folder=str(folder.path), run=1).line(), timeout=120)
    assert child.returncode == 0, folder.log.read_text()


def bits(folder: JobFolder, spec: TrainSpec) -> dict[str, bytes]:
    store = CheckpointStore(folder.checkpoint, spec.made_with())
    newest = store.read(store.newest_first()[0])
    return {name: array.tobytes() for name, array in newest.state.items()}


def model(folder: JobFolder) -> object:
    """The saved model's description, layer names and all, but for addresses in memory."""
    with zipfile.ZipFile(folder.artifacts / "model.keras") as archive:
        text = archive.read("config.json").decode()
    return json.loads(re.sub(r'"shared_object_id": \d+', '"shared_object_id": 0', text))


def figures(folder: JobFolder) -> list[object]:
    events = read_events(folder.event_log, limit_bytes=1 << 20).events
    return [e.metrics for e in events if isinstance(e, EpochEnded)] + [
        {k: v for k, v in e.result.items() if "seconds" not in k}
        for e in events
        if isinstance(e, RunSucceeded)
    ]


def log_but_for_the_speed(folder: JobFolder) -> list[str]:
    lines = folder.log.read_text().splitlines()
    return [lines[0].rpartition(",")[0], *(line.partition(" s,")[2] or line for line in lines[1:])]


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())
def test_warm_equals_fresh(tmp_path: Path, spec: TrainSpec) -> None:
    """Weights, optimizer, random state, figures, the model's description and the log."""
    assert may_be_warm(spec)
    fresh, warm = made(tmp_path / "fresh", spec), made(tmp_path / "warm", spec)
    run_fresh(fresh)
    run_warm(warm)
    assert bits(warm, spec) == bits(fresh, spec)
    assert figures(warm) == figures(fresh)
    assert len(figures(warm)) == spec.epochs + 1
    assert model(warm) == model(fresh)
    assert log_but_for_the_speed(warm) == log_but_for_the_speed(fresh)


def test_the_first_step_is_told_at_once(tmp_path: Path) -> None:
    """Whoever waits for it need not wait for the next second."""
    folder = made(tmp_path / "job", TrainSpec(epochs=1, samples=320))
    run_fresh(folder)
    told = [e for e in read_events(folder.event_log).events if isinstance(e, Progressed)]
    assert told[0].done == 1
    assert told[0].metrics["loss"] > 0
