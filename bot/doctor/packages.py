"""Versions of what matters, and whether they are those that Coltrain takes; nothing is imported."""

import platform
from collections.abc import Iterator
from importlib import metadata

from packaging.requirements import Requirement

from bot.finding import Fact, Finding, Mark

OURS = "coltrain"
NAMED = ("tensorflow", "keras", "python-telegram-bot")


def look() -> Iterator[Finding]:
    """What is installed, by name and version; what does not fit is said in its place."""
    versions = [f"Python {platform.python_version()}"]
    for name in (OURS, *NAMED):
        version = _version(name)
        if version is not None:
            versions.append(f"{name} {version}")
    yield Finding(Mark.GOOD, Fact.VERSIONS, {"versions": versions})
    wrong = [*_wrong()]
    if wrong:
        yield Finding(Mark.BAD, Fact.PACKAGES_WRONG, {"wrong": wrong})


def _wrong() -> Iterator[str]:
    """Requirements that what is installed does not meet."""
    for need in map(Requirement, _needs()):
        if need.marker is not None and not need.marker.evaluate({"extra": ""}):
            continue
        version = _version(need.name)
        if version is None:
            yield f"{need.name} is missing"
        elif not need.specifier.contains(version, prereleases=True):
            yield f"{need.name} {version} is not {need.specifier}"


def _needs() -> list[str]:
    try:
        return metadata.requires(OURS) or []
    except metadata.PackageNotFoundError:  # run from a folder that was never installed
        return list(NAMED)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
