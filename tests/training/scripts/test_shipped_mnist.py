"""MNIST for scripts, also where there is no network; and the example of 2019 as it stands."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from training.hooks import shipped_mnist
from training.protocol.control import Control, StopMode, write_control
from training.protocol.event_log import read_events
from training.protocol.events import Progressed, RunStopped
from training.protocol.folder import JobFolder
from training.protocol.spec import RunSpec, write_spec

# From the source package Keras 2.3.1 (2019), under its licence, which lies beside it.
EXAMPLE = Path(__file__).parents[2] / "data" / "keras-2.3.1" / "mnist_cnn.py"
LOADING_S = 300.0


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, unused_tcp_port: int) -> Path:
    """A home without Keras's cache, on a machine that reaches nothing."""
    monkeypatch.setattr(shipped_mnist, "SOURCE", "127.0.0.1")
    monkeypatch.setattr(shipped_mnist, "PORT", unused_tcp_port)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def asked(found: list[str]) -> Callable[..., str]:
    """Keras's own way to a file, which notes that it was taken."""

    def get_file(fname: str, origin: str = "") -> str:
        found.append(fname)
        return f"downloaded {fname}"

    return get_file


def test_without_network_the_shipped_file_serves(offline: Path, capsys) -> None:
    """And the log says so; it is the file that Coltrain trains on."""
    taken: list[str] = []
    found = shipped_mnist.falling_back(asked(taken))(fname="mnist.npz", origin="https://…")
    assert Path(found) == Path(shipped_mnist.__file__).parents[1] / "mnist.npz"
    assert Path(found).exists()
    assert taken == []
    assert "No network: mnist.npz is the copy that comes with Coltrain." in capsys.readouterr().out


def test_what_keras_has_is_taken_as_ever(offline: Path) -> None:
    """A file in its cache, by a name of the script's own as well."""
    cache = offline / ".keras" / "datasets"
    cache.mkdir(parents=True)
    (cache / "my.npz").touch()
    taken: list[str] = []
    assert shipped_mnist.falling_back(asked(taken))("my.npz") == "downloaded my.npz"
    assert taken == ["my.npz"]


@pytest.mark.keras
def test_the_example_of_2019_runs_as_it_stands(
    job: JobFolder, tmp_path: Path, wait_until: Callable[..., object]
) -> None:
    """Its data is there, and its steps are followed; the test does not wait for its epochs."""
    write_spec(job, RunSpec(file=str(EXAMPLE)))
    before = EXAMPLE.read_bytes()
    command = [sys.executable, "-m", "training", str(job.path)]
    with (
        job.log.open("ab") as log,
        subprocess.Popen(
            command, stdout=log, stderr=log, env={**os.environ, "HOME": str(tmp_path)}
        ) as process,
    ):
        try:
            wait_until(lambda: steps_of(job) or process.poll() is not None, LOADING_S)
            write_control(job, Control(run=1, stop=StopMode.NOW))
            assert process.wait(90) == 0, job.log.read_text()
        finally:
            process.kill()
    steps = steps_of(job)
    assert (steps[0].epoch, steps[0].epochs, steps[0].total) == (1, 12, 469)
    assert steps[-1].metrics.keys() == {"loss", "accuracy"}
    assert isinstance(read_events(job.event_log).events[-1], RunStopped)
    assert "60000 train samples" in job.log.read_text()
    assert EXAMPLE.read_bytes() == before


def steps_of(job: JobFolder) -> list[Progressed]:
    """What was told inside the first epoch."""
    events = read_events(job.event_log).events
    return [event for event in events if isinstance(event, Progressed) and event.done]
