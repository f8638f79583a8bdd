"""From an installer's last words to a reason that the user can do something about.

Not covered: words of versions of uv and pip that do not exist yet; they end as
``install_failed`` with their last line.
"""

import re
from collections.abc import Sequence

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from training.protocol.failure import FailureCode, TaskError

MAX_ERROR_SIGNS = 400

_DISK_FULL = re.compile(r"No space left on device|os error 28|Errno 28", re.I)
_UNREACHABLE = re.compile(
    r"error sending request|Failed to fetch|Connection refused|Connection reset|timed out"
    r"|dns error|NewConnectionError|NameResolutionError|Max retries exceeded|connection broken"
    r"|HTTP status (?:client|server) error|Network is unreachable|ProxyError|SSLError"
    r"|lack of valid authentication|Network connectivity is disabled",
    re.I,
)
# A name, perhaps with extras and versions, as uv and pip print it.
_NAME = r"(?P<name>[A-Za-z0-9][\w.-]*)"
_NOT_FOUND = (
    re.compile(_NAME + r"\S* was not found in the"),
    re.compile(r"there (?:is|are) no versions? of " + _NAME),
    re.compile(r"only (?:the following versions of )?" + _NAME + r"\S* (?:is|are) available"),
    re.compile(r"all versions of " + _NAME + r" (?:were|have)"),
    re.compile(_NAME + r"\S* has no (?:wheels|usable|source distribution)"),
    re.compile(r"No matching distribution found for " + _NAME),
)
_CONFLICT = re.compile(r"No solution found|ResolutionImpossible|conflicting dependencies", re.I)
_DECORATION = re.compile(r"^[\s×╰│├─▶▸╭·]*(?:(?:error|cause|ERROR|hint)\s*:\s*)?")
_IDLE = re.compile(r"^(?:WARNING|warning|hint|note|\[notice\]|Using |Resolved |Collecting )", re.I)


def failure(lines: Sequence[str], packages: Sequence[str], free_bytes: int) -> TaskError:
    """Why an installation failed.

    Args:
        lines: what the installer printed, free of secrets.
        packages: what was asked for.
        free_bytes: what is free on the disk.
    """
    text = "\n".join(lines)
    joined = " ".join(_plain(lines))
    if _DISK_FULL.search(text):
        return TaskError(FailureCode.DISK_FULL, free_bytes=free_bytes)
    if _UNREACHABLE.search(text):
        return TaskError(FailureCode.INDEX_UNREACHABLE, error=_cut(_last(lines)))
    for pattern in _NOT_FOUND:
        if found := pattern.search(joined):
            package = _asked_for(found["name"], packages)
            return TaskError(FailureCode.PACKAGE_NOT_FOUND, package=package)
    if _CONFLICT.search(text):
        return TaskError(FailureCode.PACKAGES_CONFLICT, error=_cut(_because(joined)))
    return TaskError(FailureCode.INSTALL_FAILED, error=_cut(_last(lines)))


def _plain(lines: Sequence[str]) -> list[str]:
    return [_DECORATION.sub("", line).strip() for line in lines]


def _last(lines: Sequence[str]) -> str:
    """The last line that says something; an error before any other."""
    spoken = [line for line in lines if line.strip() and not _IDLE.match(line.strip())]
    errors = [line for line in spoken if re.match(r"\s*error\b", line, re.I)]
    last = (errors or spoken or ["it said nothing"])[-1]
    return _DECORATION.sub("", last).strip()


def _because(joined: str) -> str:
    """The explanation of a conflict, from where it begins."""
    found = re.search(r"Because .*|The conflict is caused by.*|Cannot install .*", joined)
    return found[0] if found else joined


def _asked_for(name: str, packages: Sequence[str]) -> str:
    """A package as the user wrote it; one that only another package needs by its name."""
    wanted = canonicalize_name(name.rstrip(".,"))
    for package in packages:
        if canonicalize_name(Requirement(package).name) == wanted:
            return package
    return wanted


def _cut(text: str) -> str:
    return text if len(text) <= MAX_ERROR_SIGNS else text[: MAX_ERROR_SIGNS - 1] + "…"
