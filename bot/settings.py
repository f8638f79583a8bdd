"""Settings from the environment and ``.env``, checked once at the start."""

import os
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AnyHttpUrl,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from training.protocol.folder import JobFolder

_TOKEN = re.compile(r"\d+:[\w-]+", re.ASCII)
_ADDRESS = TypeAdapter(AnyHttpUrl)


class SettingsError(Exception):
    """A setting is missing or wrong. The text names it and never shows its value."""


class Settings(BaseSettings):
    """What can be set. A variable's name is the field's, in capitals."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,  # a line of a template that nobody filled in is not set
        extra="ignore",
        hide_input_in_errors=True,
        frozen=True,
    )

    telegram_bot_token: SecretStr = Field(
        min_length=1, description="a bot's token from @BotFather, such as 123456:ABC-DEF"
    )
    telegram_owner_id: int | None = Field(
        None, gt=0, description="your Telegram user id; unset: the first to send the printed code"
    )
    telegram_base_url: str = Field(
        "https://api.telegram.org/bot",
        pattern=r"^https?://",
        description="the address of a Bot API server, such as http://127.0.0.1:8081/bot",
    )
    telegram_base_file_url: str = Field(
        "https://api.telegram.org/file/bot",
        pattern=r"^https?://",
        description="the address of its files, such as http://127.0.0.1:8081/file/bot",
    )
    coltrain_work: Path = Field(
        Path("~/coltrain"), description="fast local folder for jobs, data and the store"
    )
    coltrain_home: Path | None = Field(
        None,
        description="durable folder outside COLTRAIN_WORK, such as one on Drive, for copies",
    )
    coltrain_auto_resume: bool = Field(
        True, description="yes or no: whether a job that is lost goes on by itself"
    )
    coltrain_lifetime: float | None = Field(
        None, gt=0, le=10_000, description="hours that this machine may live, such as 12"
    )
    coltrain_release: bool = Field(
        False, description="yes or no: whether this machine is lent, and given back when idle"
    )
    lifeline_url: SecretStr | None = Field(
        None, description="the ping address of a check, such as https://hc-ping.com/…"
    )
    coltrain_warm_start: Literal["off", "on", "early"] = Field(
        "on",
        description="on, off or early: whether a process is kept ready for the next training",
    )
    coltrain_expect_gpu: bool = Field(
        False, description="yes or no: whether a training without a GPU is worth a warning"
    )
    coltrain_data_roots: Annotated[tuple[Path, ...], NoDecode] = Field(
        (), description="folders that commands may read from, separated by ':'"
    )

    @field_validator(
        "telegram_owner_id", "lifeline_url", "coltrain_home", "coltrain_lifetime", mode="before"
    )
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("telegram_bot_token", mode="before")
    @classmethod
    def _without_blanks(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value  # a copied line ends in one

    @field_validator("lifeline_url")
    @classmethod
    def _is_an_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        address = _ADDRESS.validate_python(value.get_secret_value().strip())
        return SecretStr(str(address).rstrip("/"))

    @field_validator("telegram_bot_token")
    @classmethod
    def _like_a_token(cls, value: SecretStr) -> SecretStr:
        if _TOKEN.fullmatch(value.get_secret_value()) is None:
            raise ValueError("not a token")
        return value

    @field_validator("coltrain_home")
    @classmethod
    def _apart(cls, home: Path | None, info: ValidationInfo) -> Path | None:
        work = info.data.get("coltrain_work")
        if home is not None and work is not None:
            one, other = _absolute(home), _absolute(work)
            if one.is_relative_to(other) or other.is_relative_to(one):
                raise ValueError("copies in the place of what they are copies of")
        return home

    @field_validator("coltrain_data_roots", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part for part in value.split(os.pathsep) if part)
        return value

    @property
    def work(self) -> Path:
        """The work folder, absolute."""
        return _absolute(self.coltrain_work)

    @property
    def home(self) -> Path | None:
        """The home folder, absolute; none: nothing is copied."""
        return self.coltrain_home and _absolute(self.coltrain_home)

    @property
    def store_path(self) -> Path:
        """Where the store lies."""
        return self.work / "store.sqlite3"

    @property
    def data(self) -> Path:
        """Where archives are unpacked to, and files that are sent are kept."""
        return self.work / "data"

    @property
    def jobs(self) -> Path:
        """Where the folders of all jobs lie."""
        return JobFolder.of(self.work, 0).path.parent

    @property
    def data_roots(self) -> tuple[Path, ...]:
        """The folders that commands may read from; the work folder's data is the last."""
        named = (_absolute(root) for root in self.coltrain_data_roots)
        return (*dict.fromkeys((*named, self.data)),)


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: with a line for each setting that is missing or wrong.
    """
    try:
        return Settings()
    except UnicodeDecodeError:
        raise SettingsError(
            "The file .env is not text in UTF-8. Save it as such, or delete it."
        ) from None
    except ValidationError as error:
        raise SettingsError(
            "\n".join(_sentence(found["loc"], found["type"]) for found in error.errors())
        ) from None


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


def _sentence(location: tuple[int | str, ...], trouble: str) -> str:
    field = str(location[0])
    known = Settings.model_fields.get(field)
    name = field.upper()
    meaning = known.description if known is not None else "a setting"
    wrong = "is not set" if trouble == "missing" else "is not usable"
    return f"{name} {wrong}. It should be: {meaning}."
