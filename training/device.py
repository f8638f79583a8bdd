"""What a training computes on: measured by computing, not read from a list."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Final

import tensorflow as tf

import training.backend  # noqa: F401 - sets TensorFlow up before it loads
from training.protocol.events import DeviceMeasured, WarningRaised
from training.protocol.failure import Detail, WarningCode
from training.run import Run

# Set by the bot where the user counts on a GPU.
EXPECTED: Final = "COLTRAIN_EXPECT_GPU"
LEAST_S: Final = 0.01
# Sides of the matrices: some milliseconds a product on either.
GPU_SIDE, CPU_SIDE = 4096, 512


@dataclass(frozen=True, slots=True)
class Device:
    """Where a matrix product was computed, and how fast.

    Attributes:
        tflops: 10¹² operations a second, of float32 as TensorFlow computes it
            there (on newer GPUs with fewer digits inside, "TF32").
    """

    name: str
    is_gpu: bool
    tflops: float


def measure_device() -> Device:
    """Time matrix products on the device that TensorFlow chooses by itself.

    What the first product does besides (starting the device, loading its
    libraries) a training would have to do anyway.
    """
    side = GPU_SIDE if tf.config.list_physical_devices("GPU") else CPU_SIDE
    # No random numbers: they would change those that the training draws.
    matrix = tf.ones((side, side))
    product = tf.matmul(matrix, matrix)
    _wait_for(product)
    began, count = time.perf_counter(), 0
    while (seconds := time.perf_counter() - began) < LEAST_S or count == 0:
        product = tf.matmul(matrix, matrix)
        _wait_for(product)
        count += 1
    name, is_gpu = _called(product.backing_device)
    return Device(name, is_gpu, tflops=2 * side**3 * count / seconds / 1e12)


def report_device(run: Run, device: Device, driver_gpus: tuple[str, ...]) -> None:
    """Tell the bot; warn where a GPU was meant and the CPU computes.

    Args:
        driver_gpus: the GPUs that the machine's driver knows.
    """
    run.report(DeviceMeasured(name=device.name, is_gpu=device.is_gpu, tflops=device.tflops))
    if device.is_gpu:
        return
    if driver_gpus:
        details: dict[str, Detail] = {"gpu": driver_gpus[0], "device": device.name}
        run.report(WarningRaised(code=WarningCode.GPU_NOT_USED, details=details))
    elif os.environ.get(EXPECTED):
        details = {"device": device.name}
        run.report(WarningRaised(code=WarningCode.GPU_MISSING, details=details))


def list_driver_gpus(nvml: ModuleType | None = None) -> tuple[str, ...]:
    """Names of the NVIDIA GPUs that the driver knows, whether TensorFlow uses them or not.

    Args:
        nvml: the module to ask; nvidia-ml-py's own unless a stand-in is given.
    """
    if nvml is None:
        import pynvml  # noqa: PLC0415 - loaded only where it is asked

        nvml = pynvml
    try:
        nvml.nvmlInit()
        return tuple(_driver_names(nvml))
    except nvml.NVMLError:
        return ()


def _driver_names(nvml: ModuleType) -> Iterator[str]:
    for index in range(nvml.nvmlDeviceGetCount()):
        yield nvml.nvmlDeviceGetName(nvml.nvmlDeviceGetHandleByIndex(index))


def _wait_for(product: tf.Tensor) -> None:
    """A GPU computes behind our back; a figure brought from there is there."""
    float(product[0, 0])


def _called(device: str) -> tuple[str, bool]:
    """A device's name for people, from TensorFlow's (``/job:…/device:GPU:0``)."""
    _, kind, number = device.rsplit(":", 2)
    if kind != "GPU":
        return f"CPU ({os.cpu_count()} cores)", False
    gpu = tf.config.list_physical_devices("GPU")[int(number)]
    details = tf.config.experimental.get_device_details(gpu)
    return str(details.get("device_name", gpu.name)), True
