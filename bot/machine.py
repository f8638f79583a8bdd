"""What the machine is and has: GPU, processor, memory, disk, uptime. Readings, no words.

Covered: NVIDIA GPUs through NVML, memory limits of containers (cgroup 1 and 2).
Not covered: processor quotas of containers, other makers' GPUs.
"""

import platform
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import psutil

CGROUP = Path("/sys/fs/cgroup")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU; None where the driver does not tell (a slice of a GPU has no load of its own)."""

    name: str
    memory_used_bytes: int | None
    memory_total_bytes: int | None
    load_percent: int | None
    temperature_c: int | None
    driver: str | None


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine at one moment. The disk is the one that holds the folder asked about."""

    host: str
    gpus: tuple[Gpu, ...]
    cpu_percent: float
    cpu_count: int
    ram_used_bytes: int
    ram_total_bytes: int
    disk_used_bytes: int
    disk_free_bytes: int
    disk_total_bytes: int
    up_since: datetime
    uptime_s: float


def read_machine(folder: Path, nvml: ModuleType | None = None, cgroup: Path = CGROUP) -> Machine:
    """Take all readings; safe from any thread, some milliseconds (0.1 s more where nobody looked).

    Raises:
        OSError: the folder is not there, so neither is its disk.
    """
    since, now = up_since(), datetime.now(UTC)
    ram_used_bytes, ram_total_bytes = _read_ram(cgroup)
    disk = shutil.disk_usage(folder)
    return Machine(
        host=platform.node(),
        gpus=read_gpus(nvml),
        cpu_percent=_cpu.percent(),
        cpu_count=psutil.cpu_count() or 1,
        ram_used_bytes=ram_used_bytes,
        ram_total_bytes=ram_total_bytes,
        disk_used_bytes=disk.used,
        disk_free_bytes=disk.free,
        disk_total_bytes=disk.total,
        up_since=since,
        uptime_s=max(0.0, (now - since).total_seconds()),
    )


def read_gpus(nvml: ModuleType | None = None) -> tuple[Gpu, ...]:
    """List the GPUs; a machine without one, or without a driver, has none.

    Args:
        nvml: the module to ask; nvidia-ml-py's own unless a stand-in is given.
    """
    if nvml is None:
        try:
            import pynvml  # noqa: PLC0415 - loaded only where it is asked
        except ImportError:
            return ()
        nvml = pynvml
    try:
        # Never shut down: NVML counts its users, and the second start is free where
        # the first takes up to a second on an idle GPU.
        nvml.nvmlInit()
        count = nvml.nvmlDeviceGetCount()
    except nvml.NVMLError:
        return ()
    gpus = (_read_gpu(nvml, index) for index in range(count))
    return tuple(gpu for gpu in gpus if gpu is not None)


def _read_gpu(nvml: ModuleType, index: int) -> Gpu | None:
    """Read one GPU; None when it cannot even be addressed (lost, not permitted)."""

    def ask(question: Callable[[], T]) -> T | None:
        try:
            return question()
        except nvml.NVMLError:
            return None

    handle = ask(lambda: nvml.nvmlDeviceGetHandleByIndex(index))
    if handle is None:
        return None
    memory = ask(lambda: nvml.nvmlDeviceGetMemoryInfo(handle))
    rates = ask(lambda: nvml.nvmlDeviceGetUtilizationRates(handle))
    return Gpu(
        name=ask(lambda: nvml.nvmlDeviceGetName(handle)) or f"GPU {index}",
        memory_used_bytes=memory and memory.used,
        memory_total_bytes=memory and memory.total,
        load_percent=rates and rates.gpu,
        temperature_c=ask(lambda: nvml.nvmlDeviceGetTemperature(handle, nvml.NVML_TEMPERATURE_GPU)),
        driver=ask(nvml.nvmlSystemGetDriverVersion),
    )


class _CpuMeter:
    """Share of processor time in use since an earlier look, or over a moment just now.

    psutil keeps its own last reading a thread, so from a pool of threads it would
    answer 0.0 or the average of hours.
    """

    moment_s = 0.1
    oldest_s = 60.0

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looks: deque[tuple[float, float, float]] = deque(maxlen=2)

    def look(self) -> None:
        """Remember how things stand, for a share to be told from here on."""
        with self._lock:
            self._looks.append(self._sample())

    def percent(self) -> float:
        with self._lock:
            now = self._sample()
            since = self._earlier(now[0])
            if since is None:  # nobody has looked lately
                since = now
                time.sleep(self.moment_s)
                now = self._sample()
            if not self._looks or now[0] - self._looks[-1][0] >= self.moment_s:
                self._looks.append(now)
        (_, busy_before, total_before), (_, busy, total) = since, now
        share = (busy - busy_before) / (total - total_before) if total > total_before else 0.0
        return round(min(100.0, max(0.0, 100 * share)), 1)

    def _earlier(self, now: float) -> tuple[float, float, float] | None:
        """The latest look that is neither too fresh to tell anything nor too old."""
        fit = (x for x in reversed(self._looks) if self.moment_s <= now - x[0] <= self.oldest_s)
        return next(fit, None)

    @staticmethod
    def _sample() -> tuple[float, float, float]:
        """Take clock, busy and total processor seconds since the machine started."""
        times = psutil.cpu_times()._asdict()
        # Linux counts a guest's time in user and nice too.
        total = sum(s for name, s in times.items() if not name.startswith("guest"))
        idle = times["idle"] + times.get("iowait", 0.0)
        return time.monotonic(), total - idle, total


_cpu = _CpuMeter()


def look_at_cpu() -> None:
    """Call this now and then: a reading then tells the load since, and need not wait for it."""
    _cpu.look()


def ram_bytes() -> int:
    """How much memory there is: the container's where its limit is below the machine's."""
    return _read_ram(CGROUP)[1]


def free_ram_bytes(cgroup: Path = CGROUP) -> int:
    """How much memory a new process could have."""
    used_bytes, total_bytes = _read_ram(cgroup)
    return total_bytes - used_bytes


def _read_ram(cgroup: Path) -> tuple[int, int]:
    """Return used and total memory: the container's where its limit is below the machine's."""
    memory = psutil.virtual_memory()
    for limit, used, stat, cache in (
        ("memory.max", "memory.current", "memory.stat", "inactive_file"),
        (
            "memory/memory.limit_in_bytes",
            "memory/memory.usage_in_bytes",
            "memory/memory.stat",
            "total_inactive_file",
        ),
    ):
        try:
            total_bytes = int((cgroup / limit).read_text())
            used_bytes = int((cgroup / used).read_text())
            lines = (cgroup / stat).read_text().splitlines()
            cached_bytes = int(dict(line.split() for line in lines).get(cache, 0))
        except (OSError, ValueError):  # not there, or "max": no limit
            continue
        if total_bytes < memory.total:
            return max(0, used_bytes - cached_bytes), total_bytes
    return memory.total - memory.available, memory.total


def up_since() -> datetime:
    """Return the start of the first process: in a container later than the host's boot."""
    try:
        started = psutil.Process(1).create_time()
    except psutil.Error:
        started = psutil.boot_time()
    return datetime.fromtimestamp(started, UTC)
