"""The parameters of a Bot API call, however they came: query, form, multipart or JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.errors import bad_request
from emulator.objects import Json

TRUE = frozenset({"true", "1", "yes", "t", "y"})
KEPT_OF_A_VALUE = 20_000


@dataclass(frozen=True)
class Upload:
    """A file that came with the call."""

    name: str
    mime_type: str | None
    data: bytes


@dataclass(frozen=True)
class Params:
    """Values by name, read as the type that the method wants."""

    values: Mapping[str, Any] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether the call gives a value that is not empty."""
        return self.values.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        """Return a string.

        Raises:
            ApiError: it holds half a surrogate pair, which UTF-8 cannot.
        """
        value = self.values.get(name)
        if value is None:
            return default
        value = value if isinstance(value, str) else json.dumps(value)
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise bad_request("strings must be encoded in UTF-8")
        return value

    def integer(self, name: str, default: int = 0) -> int:
        """Return a whole number.

        Raises:
            ApiError: it is none.
        """
        if not self.has(name):
            return default
        try:
            return int(self.values[name])
        except (TypeError, ValueError):
            raise bad_request(f'invalid value of parameter "{name}"') from None

    def flag(self, name: str) -> bool:
        """Return a truth value; whatever is not true is false, as at Telegram."""
        return str(self.values.get(name, "")).lower() in TRUE

    def mapping(self, name: str) -> Json:
        """Return an object, or {} when it is not given.

        Raises:
            ApiError: it is no JSON object.
        """
        value = self._structure(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise bad_request(f"object expected as {name.replace('_', ' ')}")
        return value

    def sequence(self, name: str) -> list[Any]:
        """Return an array, or [] when it is not given.

        Raises:
            ApiError: it is no JSON array.
        """
        value = self._structure(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise bad_request(f"expected an Array of {name.replace('_', ' ')}")
        return value

    def objects(self, name: str) -> list[Json]:
        """Return an array of objects.

        Raises:
            ApiError: it is none.
        """
        items = self.sequence(name)
        if not all(isinstance(item, dict) for item in items):
            raise bad_request(f"expected an Array of objects as {name.replace('_', ' ')}")
        return items

    def upload(self, reference: str) -> Upload | None:
        """Return the file of that field, or the one an ``attach://`` reference means."""
        return self.uploads.get(reference.removeprefix("attach://"))

    def for_journal(self) -> Json:
        """Return the values as the journal keeps them: files by name and size only."""
        kept: Json = {
            name: value[:KEPT_OF_A_VALUE] if isinstance(value, str) else value
            for name, value in self.values.items()
        }
        for name, upload in self.uploads.items():
            kept[name] = {"file_name": upload.name, "size_bytes": len(upload.data)}
        return kept

    def _structure(self, name: str) -> object:
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None
