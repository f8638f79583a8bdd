"""uv and pip: what would they do, and have it done."""

import json
import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from packaging.utils import canonicalize_name

from training.packages.child import Finished
from training.packages.environment import Target, with_pip_settings
from training.packages.protected import Plan

Execute = Callable[[list[str], dict[str, str]], Finished]


class Failed(Exception):
    """An installer gave up.

    Args:
        lines: what it printed.
    """

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines[-3:]))
        self.lines = lines


class Installer(Protocol):
    """Something that installs packages into the target."""

    name: str

    def plan(self, packages: Sequence[str]) -> Plan:
        """What installing would change; nothing is changed.

        Raises:
            Failed: there is no way to install them.
        """

    def install(self, pins: Sequence[str]) -> None:
        """Install exactly these versions, and nothing else.

        Raises:
            Failed: it did not work.
        """


class Uv:
    """uv, with pip's settings for where packages come from."""

    name = "uv"
    _CHANGE = re.compile(r"^ (?P<sign>[-+]) (?P<name>[^=\s]+)==(?P<version>\S+)")

    def __init__(self, target: Target, execute: Execute) -> None:
        self._target = with_pip_settings(target)
        self._execute = execute

    def plan(self, packages: Sequence[str]) -> Plan:
        """What installing would change, read from a dry run."""
        found = [self._CHANGE.match(line) for line in self._pip("--dry-run", "--", *packages)]
        changes = [change for change in found if change is not None]
        plan: Plan = {
            canonicalize_name(change["name"]): None for change in changes if change["sign"] == "-"
        }
        for change in changes:
            if change["sign"] == "+":
                plan[canonicalize_name(change["name"])] = change["version"]
        return plan

    def install(self, pins: Sequence[str]) -> None:
        """Install exactly these versions, and nothing else."""
        self._pip("--no-deps", "--", *pins)

    def _pip(self, *arguments: str) -> list[str]:
        uv = self._target.uv or "uv"
        command = [uv, "pip", "install", "--python", self._target.python, *arguments]
        return _lines(self._execute(command, self._target.variables))


class Pip:
    """The pip of the target."""

    name = "pip"

    def __init__(self, target: Target, execute: Execute) -> None:
        self._target = target
        self._execute = execute

    def plan(self, packages: Sequence[str]) -> Plan:
        """What installing would change, from the report of a dry run."""
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.json"
            self._pip("--dry-run", "--report", str(report), "--", *packages)
            content = json.loads(report.read_bytes())
        metadata = [item["metadata"] for item in content["install"]]
        return {canonicalize_name(one["name"]): str(one["version"]) for one in metadata}

    def install(self, pins: Sequence[str]) -> None:
        """Install exactly these versions, and nothing else."""
        self._pip("--no-deps", "--", *pins)

    def _pip(self, *arguments: str) -> list[str]:
        command = [self._target.python, "-m", "pip", "install", "--progress-bar", "off"]
        return _lines(self._execute([*command, *arguments], self._target.variables))


def _lines(finished: Finished) -> list[str]:
    if finished.exit_code != 0:
        raise Failed(finished.lines)
    return finished.lines
