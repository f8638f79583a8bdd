"""Installing Coltrain on a Colab machine adds packages and changes none that is there.

Read offline: what is listed must fit each requirement as it is; what is not listed is
added, and its own requirements (those of the version installed here) are read in turn.
Not covered: what a package index would choose for an added package tomorrow.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parents[2]
LIST = PROJECT / "tests" / "data" / "colab-packages.txt"
NEEDED = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["dependencies"]
# Both images that Colab offers.
PYTHONS = ("3.12", "3.13")


def read_list() -> dict[str, str]:
    """Return the machine's packages: canonical name to version."""
    lines = (line.partition("#")[0].strip() for line in LIST.read_text().splitlines())
    pairs = (line.split("==") for line in lines if line)
    return {canonicalize_name(name): version for name, version in pairs}


@dataclass
class Resolution:
    """What an installation would do to a machine.

    Attributes:
        added: packages that the machine lacks.
        changed: requirements that the machine's version does not fit.
    """

    python: str
    listed: Mapping[str, str]
    added: dict[str, str] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)

    def take(self, needs: Iterable[str], extras: Iterable[str] = ()) -> None:
        """Follow requirements, and those of what they add."""
        for need in map(Requirement, needs):
            if not any(self._applies(need, extra) for extra in ("", *extras)):
                continue
            name = canonicalize_name(need.name)
            version = self.listed.get(name) or metadata.version(name)
            if not need.specifier.contains(version, prereleases=True):
                self.changed.append(f"{need} (there is {version})")
            is_new = name not in self.listed and name not in self.added
            if is_new:
                self.added[name] = version
            if is_new or need.extras:
                self.take(metadata.requires(name) or (), need.extras)

    def _applies(self, need: Requirement, extra: str) -> bool:
        here = {"python_version": self.python, "python_full_version": f"{self.python}.0"}
        return need.marker is None or need.marker.evaluate({**here, "extra": extra})


@pytest.mark.parametrize("python", PYTHONS)
def test_nothing_that_colab_brings_changes(python: str) -> None:
    """Every requirement takes the version that is there, and what is added is this, no more."""
    resolution = Resolution(python, read_list())
    resolution.take(NEEDED)
    assert resolution.changed == []
    assert set(resolution.added) == {
        "apscheduler", "isal", "pydantic-settings", "python-telegram-bot", "segno", "uv",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("need", "there"),
    [
        ("keras>=99", "keras>=99 (there is 3.13.2)"),
        ("numpy<2", "numpy<2 (there is 2.1.3)"),
    ],
)
def test_a_requirement_that_would_change_something_is_found(need: str, there: str) -> None:
    """The check sees a range that leaves out what Colab has."""
    resolution = Resolution(PYTHONS[0], read_list())
    resolution.take([*NEEDED, need])
    assert resolution.changed == [there]


def test_requirements_of_what_is_added_count() -> None:
    """A machine whose httpx an added package does not take is seen, though nobody names httpx."""
    machine = {**read_list(), "httpx": "0.1"}
    resolution = Resolution(PYTHONS[0], machine)
    resolution.take(["python-telegram-bot"])
    assert [found.partition(" ")[0][:5] for found in resolution.changed] == ["httpx"]
    assert "apscheduler" not in resolution.added
