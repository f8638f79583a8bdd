"""What a process that starts now would stand on: installed packages, our code, Keras's settings."""

import os
import site
from collections.abc import Iterator, Mapping
from pathlib import Path

CODE = Path(__file__).resolve().parents[2] / "training"

Footing = tuple[tuple[str, int, int], ...]


def read_footing(code: Path = CODE, environment: Mapping[str, str] = os.environ) -> Footing:
    """Marks of everything that a process reads while it starts: path, time of change, size.

    Covered: packages that are installed, removed or brought to another version, whoever does
    it; this program's own modules; ``keras.json``. Not covered: files that somebody edits
    inside of an installed package.
    """
    keras_home = Path(environment.get("KERAS_HOME") or Path.home() / ".keras")
    folders = [*map(Path, site.getsitepackages()), Path(site.getusersitepackages())]
    return tuple(_marks([*folders, keras_home / "keras.json", *sorted(code.rglob("*.py"))]))


def _marks(paths: list[Path]) -> Iterator[tuple[str, int, int]]:
    for path in paths:
        try:
            found = path.stat()
        except OSError:
            yield str(path), 0, 0  # not there is an answer too
        else:
            yield str(path), found.st_mtime_ns, found.st_size
