"""What a training computes on: a real product on this machine, a recorded driver beside it."""

from collections.abc import Callable
from types import ModuleType

import pynvml
import pytest
import tensorflow as tf

from training.device import (
    EXPECTED,
    Device,
    list_driver_gpus,
    measure_device,
    report_device,
)
from training.protocol.event_log import read_events
from training.protocol.events import DeviceMeasured, Event, WarningRaised
from training.protocol.failure import WarningCode
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec
from training.run import Run
from training.tasks.train import run_task

pytestmark = [
    pytest.mark.keras,
    # Keras saves a model through an interface that NumPy 2 wants changed.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

Told = Callable[[type[Event]], list[Event]]
StartRun = Callable[..., Run]
CPU = Device("CPU (2 cores)", is_gpu=False, tflops=0.08)
T4 = Device("Tesla T4", is_gpu=True, tflops=4.1)


def recorded_driver(*names: str, error: int | None = None) -> ModuleType:
    """Answers as nvidia-ml-py does for some GPUs, or fails at the first question."""
    nvml = ModuleType("recorded_nvml")
    nvml.NVMLError = pynvml.NVMLError

    def start() -> None:
        if error is not None:
            raise pynvml.NVMLError(error)

    nvml.nvmlInit = start
    nvml.nvmlDeviceGetCount = lambda: len(names)
    nvml.nvmlDeviceGetHandleByIndex = lambda index: index
    nvml.nvmlDeviceGetName = lambda handle: names[handle]
    return nvml


def test_the_device_is_the_one_that_computed() -> None:
    """It is a GPU exactly where TensorFlow has one, and its speed is that of some machine."""
    device = measure_device()
    assert device.is_gpu == bool(tf.config.list_logical_devices("GPU"))
    assert device.is_gpu or device.name.startswith("CPU (")
    # A hundredth of a processor core, and more than any single GPU of these years.
    assert 1e-4 < device.tflops < 1e4


def test_measuring_draws_no_random_number() -> None:
    """What a training draws after it is what it would have drawn without it."""

    def drawn(measured: bool) -> float:
        tf.random.set_seed(7)
        if measured:
            measure_device()
        return float(tf.random.uniform([]))

    assert drawn(measured=True) == drawn(measured=False)


@pytest.mark.parametrize(
    ("device", "driver_gpus", "expected", "warnings"),
    [
        (T4, ("Tesla T4",), "yes", []),
        (CPU, (), "", []),
        (CPU, (), "yes", [WarningCode.GPU_MISSING]),
        (CPU, ("Tesla T4",), "", [WarningCode.GPU_NOT_USED]),
        (CPU, ("Tesla T4",), "yes", [WarningCode.GPU_NOT_USED]),
    ],
)
def test_a_silent_cpu_is_said(
    *,
    job: JobFolder,
    start_run: StartRun,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
    device: Device,
    driver_gpus: tuple[str, ...],
    expected: str,
    warnings: list[WarningCode],
) -> None:
    """The log names the device, and warns of a GPU that is not used, or missing though expected."""
    monkeypatch.setenv(EXPECTED, expected)
    report_device(start_run(job), device, driver_gpus)
    [measured] = told(DeviceMeasured)
    assert (measured.name, measured.is_gpu) == (device.name, device.is_gpu)
    assert measured.tflops == device.tflops
    assert [event.code for event in told(WarningRaised)] == warnings


def test_a_training_tells_its_device_first(job: JobFolder, start_run: StartRun, told: Told) -> None:
    """Before any step is done the log has what it is done on."""
    run_task(TrainSpec(epochs=1, samples=64), start_run(job))
    assert isinstance(read_events(job.event_log).events[0], DeviceMeasured)
    assert told(DeviceMeasured)[0].name == measure_device().name


def test_gpus_of_the_driver_are_named() -> None:
    """Each by its name; a machine without a driver has none, and that is no error."""
    assert list_driver_gpus(recorded_driver("Tesla T4", "NVIDIA L4")) == ("Tesla T4", "NVIDIA L4")
    without = recorded_driver(error=pynvml.NVML_ERROR_LIBRARY_NOT_FOUND)
    assert list_driver_gpus(without) == ()
