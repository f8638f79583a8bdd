"""What the vault keeps on this machine: which launches were ours, what was just restored."""

import json
from pathlib import Path

from pydantic import ValidationError

from bot.vault.trouble import LocalFailed
from bot.vault.wire import Restored
from training.protocol.folder import write_atomically

KEPT = 50


class Notes:
    """Files in the work folder's ``.vault``."""

    def __init__(self, work: Path) -> None:
        self.folder = work / ".vault"

    @property
    def snapshot(self) -> Path:
        """Where the store is copied to before it goes to home."""
        return self.folder / "snapshot.sqlite3"

    @property
    def known(self) -> list[str]:
        """The launches whose copies in home are of this work folder."""
        try:
            found = json.loads(self._launches.read_bytes())
        except (OSError, ValueError):
            return []
        return [str(launch) for launch in found] if isinstance(found, list) else []

    def know(self, launch: str) -> None:
        """Count a launch among those of this work folder."""
        known = [one for one in self.known if one != launch]
        self._write(self._launches, json.dumps([*known, launch][-KEPT:]).encode())

    def mark_restored(self, restored: Restored) -> None:
        """From here on the store in the work folder is one that was restored."""
        self._write(self._restored, restored.model_dump_json().encode())

    def restored(self) -> Restored | None:
        """What was restored, until the bot has drawn its conclusions."""
        try:
            return Restored.model_validate_json(self._restored.read_bytes())
        except (OSError, ValidationError):
            return None

    def forget_restored(self) -> None:
        """The conclusions are drawn."""
        self._restored.unlink(missing_ok=True)

    @property
    def _launches(self) -> Path:
        return self.folder / "launches.json"

    @property
    def _restored(self) -> Path:
        return self.folder / "restored.json"

    def _write(self, path: Path, content: bytes) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomically(path, content)
        except OSError as error:
            raise LocalFailed(f"{path}: {error}") from error
