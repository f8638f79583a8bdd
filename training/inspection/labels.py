"""The names of a job's classes, as its data had them."""

import json

from training.protocol.folder import JobFolder

FOUND = "data.json"


def labels_of(folder: JobFolder, count: int) -> tuple[str, ...]:
    """A name for each of so many classes: its number where the data had no name for it."""
    try:
        found = json.loads((folder.artifacts / FOUND).read_bytes())
        names = [str(name) for name in found["classes"]]
    except (OSError, ValueError, KeyError, TypeError):
        names = []
    return (*names[:count], *(str(number) for number in range(len(names), count)))
