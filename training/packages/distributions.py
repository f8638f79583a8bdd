"""The distributions of a Python, read by that Python itself."""

import json
import subprocess
from collections.abc import Mapping
from typing import NamedTuple

from packaging.utils import canonicalize_name

# The first of a name on the path is the one that is imported.
_LIST = """
import importlib.metadata, json
found = {}
for one in importlib.metadata.distributions():
    if one.metadata["Name"]:
        found.setdefault(one.metadata["Name"], [one.version, one.requires or []])
print(json.dumps(found))
"""


class Distribution(NamedTuple):
    """A distribution that is there; ``requires`` are its requirements as they stand in it."""

    version: str
    requires: list[str]


Distributions = dict[str, Distribution]


class Changes(NamedTuple):
    """What came, went or is another version now, as ``name version`` lines."""

    installed: list[str]
    changed: list[str]
    removed: list[str]


def distributions_of(python: str, environment: Mapping[str, str]) -> Distributions:
    """All distributions that a Python finds, by their normalised names.

    Raises:
        subprocess.CalledProcessError: it does not run.
    """
    # -P: what lies in the current folder is not installed.
    command = [python, "-P", "-c", _LIST]
    answer = subprocess.run(command, env=environment, capture_output=True, check=True)
    return {
        canonicalize_name(name): Distribution(version, requires)
        for name, (version, requires) in json.loads(answer.stdout).items()
    }


def compare(before: Distributions, after: Distributions) -> Changes:
    """What is different now."""
    both = sorted(before.keys() & after.keys())
    return Changes(
        installed=[
            f"{name} {after[name].version}" for name in sorted(after.keys() - before.keys())
        ],
        changed=[
            f"{name} {before[name].version} → {after[name].version}"
            for name in both
            if before[name].version != after[name].version
        ],
        removed=[f"{name} {before[name].version}" for name in sorted(before.keys() - after.keys())],
    )
