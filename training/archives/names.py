"""The names of members: which are safe to create below a folder.

Covered: ``..``, absolute paths, drive letters, backslashes, control characters
and NUL, names and paths that are too long, names without anything in them.
Not covered: characters that merely look like others, right-to-left overrides.
"""

import re
import unicodedata

from training.protocol.failure import FailureCode, TaskError

MAX_PART_BYTES = 255
MAX_PATH_BYTES = 2_000
MAX_SHOWN = 200

_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def safe_path(name: str) -> str:
    """The path below the folder that a member's name stands for; empty for the folder itself.

    Raises:
        TaskError: nothing may be created under this name.
    """
    if not name or name.startswith("/") or _DRIVE.match(name):
        raise unsafe(name)
    if "\\" in name or _CONTROL.search(name):
        raise unsafe(name)
    parts = [part for part in name.split("/") if part not in ("", ".")]
    path = "/".join(parts)
    encoded = path.encode("utf-8", "surrogatepass")
    if ".." in parts or len(encoded) > MAX_PATH_BYTES:
        raise unsafe(name)
    if any(len(part) > MAX_PART_BYTES for part in encoded.split(b"/")):
        raise unsafe(name)
    return path


def unsafe(name: str) -> TaskError:
    """The error for a name that is refused."""
    return TaskError(FailureCode.UNSAFE_NAME, member=shown(name))


def shown(name: str) -> str:
    """A name as it can be printed in one line, cut where it is long."""
    printable = "".join(_escaped(sign) for sign in name[: MAX_SHOWN + 1])
    return printable if len(printable) <= MAX_SHOWN else printable[: MAX_SHOWN - 1] + "…"


def _escaped(sign: str) -> str:
    if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return sign.encode("unicode_escape").decode()
    return sign
