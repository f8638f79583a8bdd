"""What a check of the surroundings can find: values for the doctor and its words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Mark(StrEnum):
    """How good it is."""

    GOOD = "✅"
    WARNING = "⚠️"
    BAD = "❌"


class Fact(StrEnum):
    """What was found; the details that go with it stand behind."""

    SETTINGS_READ = "settings_read"
    SETTINGS_WRONG = "settings_wrong"  # error
    VERSIONS = "versions"  # versions: list of "name version"
    PACKAGES_WRONG = "packages_wrong"  # wrong: list of what is needed and what is there
    TELEGRAM_ANSWERS = "telegram_answers"  # host, seconds
    NO_ANSWER = "no_answer"  # host, error
    ODD_ANSWER = "odd_answer"  # host, status
    TOKEN_KNOWN = "token_known"  # noqa: S105 - name
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - no details
    CLOCK_RIGHT = "clock_right"  # off_s
    CLOCK_WRONG = "clock_wrong"  # off_s
    WORK_USABLE = "work_usable"  # folder
    WORK_UNUSABLE = "work_unusable"  # folder, error
    OTHER_COPY = "other_copy"  # folder
    DISK_FREE = "disk_free"  # free_bytes, total_bytes
    DISK_LOW = "disk_low"  # free_bytes, needed_bytes
    HOME_UNSET = "home_unset"
    HOME_USABLE = "home_usable"  # folder
    HOME_UNUSABLE = "home_unusable"  # folder, trouble: HomeTrouble
    ROOT_USABLE = "root_usable"  # folder
    ROOT_UNUSABLE = "root_unusable"  # folder, trouble: HomeTrouble
    GPU_THERE = "gpu_there"  # name, memory_bytes, driver
    GPU_NONE = "gpu_none"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's."""

    mark: Mark
    fact: Fact
    details: Mapping[str, object] = field(default_factory=dict)
