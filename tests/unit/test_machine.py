"""Readings of the machine: GPU through a recorded NVML, memory through recorded cgroup files."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pynvml
import pytest

from bot.machine import Gpu, read_gpus, read_machine
from tests.nvml import ANSWERS, recorded_nvml

T4 = Gpu("Tesla T4", 2293563392, 16106127360, 87, 64, "580.82.07")


def test_t4_is_read_whole() -> None:
    """Name, memory, load, temperature and driver of each GPU arrive, in plain units."""
    assert read_gpus(recorded_nvml(count=2)) == (T4, T4)


@pytest.mark.parametrize(
    ("question", "error"),
    [
        ("nvmlInit", pynvml.NVML_ERROR_LIBRARY_NOT_FOUND),
        ("nvmlInit", pynvml.NVML_ERROR_DRIVER_NOT_LOADED),
        ("nvmlDeviceGetCount", pynvml.NVML_ERROR_UNKNOWN),
        ("nvmlDeviceGetHandleByIndex", pynvml.NVML_ERROR_GPU_IS_LOST),
    ],
)
def test_no_driver_means_no_gpu(question: str, error: int) -> None:
    """A machine without a driver, or with a lost GPU, has no GPU: that is no error."""
    assert read_gpus(recorded_nvml(**{question: error})) == ()


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        ("nvmlDeviceGetUtilizationRates", {"load_percent"}),
        ("nvmlDeviceGetTemperature", {"temperature_c"}),
        ("nvmlSystemGetDriverVersion", {"driver"}),
        ("nvmlDeviceGetMemoryInfo", {"memory_used_bytes", "memory_total_bytes"}),
    ],
)
def test_a_figure_the_gpu_does_not_give_is_none(question: str, fields: set[str]) -> None:
    """One unsupported question leaves its own figures empty and all others filled."""
    (gpu,) = read_gpus(recorded_nvml(**{question: pynvml.NVML_ERROR_NOT_SUPPORTED}))
    unknown = {name for name in Gpu.__slots__ if getattr(gpu, name) is None}
    assert unknown == fields


def test_a_gpu_without_a_name_is_called_by_its_number() -> None:
    """A name is always there to be shown."""
    (gpu,) = read_gpus(recorded_nvml(nvmlDeviceGetName=pynvml.NVML_ERROR_UNKNOWN))
    assert gpu.name == "GPU 0"


def test_stand_in_asks_what_nvml_has() -> None:
    """Every question of the recorded NVML exists in nvidia-ml-py, so the record is no fiction."""
    assert all(callable(getattr(pynvml, question)) for question in ANSWERS)


def test_readings_of_this_machine_are_sane(tmp_path: Path) -> None:
    """Figures of the real machine lie in their ranges, and a reading cannot be changed."""
    machine = read_machine(tmp_path, recorded_nvml())
    assert machine.host
    assert machine.gpus == (T4,)
    assert 0 <= machine.cpu_percent <= 100
    assert machine.cpu_count >= 1
    assert 0 < machine.ram_used_bytes < machine.ram_total_bytes
    assert 0 <= machine.disk_free_bytes <= machine.disk_total_bytes
    assert 0 <= machine.disk_used_bytes <= machine.disk_total_bytes
    assert machine.up_since.tzinfo is UTC
    assert machine.up_since <= datetime.now(UTC)
    assert machine.uptime_s >= 0
    with pytest.raises(FrozenInstanceError):
        machine.cpu_percent = 0.0  # type: ignore[misc]


def test_uptime_is_not_before_boot(tmp_path: Path) -> None:
    """The machine's life is counted from its first process, not from before the boot."""
    machine = read_machine(tmp_path, recorded_nvml(count=0))
    assert machine.up_since.timestamp() >= psutil.boot_time() - 1


def test_busy_processor_shows(tmp_path: Path, wait_until: Callable[..., object]) -> None:
    """A process that never rests shows in the processor's load, from whichever thread asks."""
    nvml = recorded_nvml(count=0)
    floor = 100 / (psutil.cpu_count() or 1) / 3
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        with ThreadPoolExecutor(4) as pool:
            wait_until(
                lambda: pool.submit(read_machine, tmp_path, nvml).result().cpu_percent > floor
            )
    finally:
        busy.kill()
        busy.wait()


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"memory.max": "2000", "memory.current": "900", "memory.stat": "inactive_file 300"},
            (600, 2000),
        ),
        (
            {
                "memory/memory.limit_in_bytes": "3000",
                "memory/memory.usage_in_bytes": "1000",
                "memory/memory.stat": "cache 1\ntotal_inactive_file 100",
            },
            (900, 3000),
        ),
    ],
)
def test_container_limit_is_the_memory(
    tmp_path: Path, files: dict[str, str], expected: tuple[int, int]
) -> None:
    """Where a container may use less than the machine has, its limit counts, without cache."""
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + "\n")
    machine = read_machine(tmp_path, recorded_nvml(count=0), cgroup=tmp_path)
    assert (machine.ram_used_bytes, machine.ram_total_bytes) == expected


@pytest.mark.parametrize("limit", ["max", "9223372036854771712", ""])
def test_no_container_limit_means_the_machine(tmp_path: Path, limit: str) -> None:
    """An unlimited, absurd or unreadable container limit leaves the machine's own memory."""
    (tmp_path / "memory.max").write_text(limit)
    (tmp_path / "memory.current").write_text("900")
    (tmp_path / "memory.stat").write_text("inactive_file 300")
    machine = read_machine(tmp_path, recorded_nvml(count=0), cgroup=tmp_path)
    assert machine.ram_total_bytes == psutil.virtual_memory().total


def test_missing_folder_is_an_os_error(tmp_path: Path) -> None:
    """A folder that is gone (an unmounted Drive) is reported, not guessed."""
    with pytest.raises(OSError, match="gone"):
        read_machine(tmp_path / "gone", recorded_nvml())


def test_import_asks_nothing() -> None:
    """Importing the module loads neither NVML nor a numeric library."""
    code = (
        "import sys, bot.machine;"
        "print(sorted({'pynvml','numpy','keras','tensorflow'} & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert answer.stdout.strip() == "[]"
