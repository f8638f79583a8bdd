"""The machine that measured, in general terms: nothing that names it."""

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bot.machine import read_machine

CPU_INFO = Path("/proc/cpuinfo")
PACKAGES = ("tensorflow", "keras", "python-telegram-bot")


def machine_line() -> str:
    """Processor, cores, memory, GPU and the versions that matter, on one line."""
    machine = read_machine(Path.cwd())
    gpus = ", ".join(gpu.name for gpu in machine.gpus) or "no GPU"
    return (
        f"{_cpu_model()}, {machine.cpu_count} cores, {machine.ram_total_bytes / 2**30:.0f} GiB RAM,"
        f" {gpus}; {platform.system()}, Python {platform.python_version()},"
        f" {', '.join(map(_version, PACKAGES))}"
    )


def _cpu_model() -> str:
    if CPU_INFO.exists():
        for line in CPU_INFO.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"no {package}"
