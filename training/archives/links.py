"""Links: kept only where they mean a file or folder of the same archive.

Covered: absolute targets, targets above the folder, targets reached through
another link (what such a path means is known to the file system alone), links
to links, to nothing and to the folder that they lie in: all refused.
"""

from training.archives.members import Kind
from training.archives.names import safe_path
from training.protocol.failure import TaskError


def resolve(path: str, target: str, kind: Kind) -> str | None:
    """The path below the folder that a link means; None where it leads out or is no path.

    The result is the whole story only if it is no link and lies in no link: the
    caller looks it up among real files and folders, whose parents are real ones.

    Args:
        path: where the link lies.
        target: what it says. A hard link says a path from the archive's top, a
            symbolic one a path from the link's own folder.
    """
    if kind is Kind.HARDLINK:
        return _safe_or_none(target)
    parts = path.split("/")[:-1]
    for step in target.split("/"):
        if step == "..":
            if not parts:
                return None
            parts.pop()
        elif step not in ("", "."):
            parts.append(step)
    if target.startswith("/") or not parts:
        return None
    return _safe_or_none("/".join(parts))


def _safe_or_none(path: str) -> str | None:
    try:
        return safe_path(path)
    except TaskError:
        return None
