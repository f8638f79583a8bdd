"""Why a run failed or warns, as codes with details; the bot has a sentence for each."""

import signal
from enum import StrEnum


class FailureCode(StrEnum):
    """Reasons a job process gives for ``run_failed``.

    The details that go with a code stand behind it; a sentence for each is in
    ``bot/messages``.
    """

    UNEXPECTED_ERROR = "unexpected_error"  # error: str
    SPEC_UNREADABLE = "spec_unreadable"  # error: str
    OUT_OF_MEMORY = "out_of_memory"  # error: str, of a script a place
    DISK_FULL = "disk_full"  # free_bytes: int
    NOT_FINITE = "not_finite"  # metric: str, epoch: int, learning_rate: float
    MODULE_MISSING = "module_missing"  # module: str
    DATA_UNREADABLE = "data_unreadable"  # file: str, error: str
    DATA_MISSING = "data_missing"  # file: str
    DATA_UNSUPPORTED = "data_unsupported"  # file: str
    DATA_CHANGED = "data_changed"  # file: str
    DATA_EMPTY = "data_empty"  # file: str, name: str (an array, a folder, a column)
    DATA_TOO_LARGE = "data_too_large"  # file: str, needed_bytes: int, free_bytes: int
    DATA_ONE_CLASS = "data_one_class"  # file: str, classes: list[str]
    DATA_NOT_CLASSES = "data_not_classes"  # file: str, name: str, values: int
    DATA_NOT_NUMBERS = "data_not_numbers"  # file: str, name: str, row: int
    DATA_NEW_CLASS = "data_new_class"  # file: str, classes: list[str] (in the test set only)
    DATA_TOO_SMALL = "data_too_small"  # file: str, height: int, width: int, least: int
    USER_CODE_FAILED = "user_code_failed"  # file: str, line: int, text: str, error: str
    FUNCTION_MISSING = "function_missing"  # file: str, function: str
    PARAMETER_WRONG = "parameter_wrong"  # file, name, why: str, known: list[str]
    PARAMETER_MISSING = "parameter_missing"  # file, name: str, known: list[str]
    MODEL_WRONG = "model_wrong"  # file: str, made: str (a type)
    MODEL_UNFIT = "model_unfit"  # file: str, has: str, needs: str (shapes)
    NO_CLASS_FOLDERS = "no_class_folders"  # file: str, pictures: int (that lie loose)
    PICTURES_DAMAGED = "pictures_damaged"  # file: str, count, total: int, first, error: str
    TABLE_ROW = "table_row"  # file: str, line, fields, expected: int
    COLUMN_MISSING = "column_missing"  # file: str, name: str, columns: list[str]
    NO_COLUMNS = "no_columns"  # file: str, columns: list[str] (none of which can be used)
    ARRAYS_MISSING = "arrays_missing"  # file: str, arrays: list[str] (those that are there)
    ARRAY_OF_OBJECTS = "array_of_objects"  # file: str, name: str
    ARRAY_SHAPE = "array_shape"  # file: str, name: str, shape: str
    ARRAYS_UNEQUAL = "arrays_unequal"  # file: str, name, other: str, count, others: int

    # A place: file?: str, cell?: int, line?: int, text?: str (what stands there), epoch?: int.
    SCRIPT_FAILED = "script_failed"  # error: str, a place
    SCRIPT_SYNTAX = "script_syntax"  # error: str, a place
    SCRIPT_EXITED = "script_exited"  # file: str, exit_code: int, error?: str
    SCRIPT_KILLED = "script_killed"  # file: str, signal: str, rss_bytes: int, ram_bytes: int
    SCRIPT_MISSING = "script_missing"  # file: str
    SCRIPT_UNREADABLE = "script_unreadable"  # file: str, error: str
    SCRIPT_ASKS = "script_asks"  # error: str, a place: it reads from a keyboard

    ARCHIVE_MISSING = "archive_missing"  # archive: str
    ARCHIVE_UNSUPPORTED = "archive_unsupported"  # archive: str
    ARCHIVE_DAMAGED = "archive_damaged"  # archive: str, member?: str
    ARCHIVE_ENCRYPTED = "archive_encrypted"  # archive: str, member?: str
    ARCHIVE_EMPTY = "archive_empty"  # archive: str
    UNSAFE_NAME = "unsafe_name"  # member: str
    UNSAFE_LINK = "unsafe_link"  # member: str, target: str
    UNSAFE_MEMBER = "unsafe_member"  # member: str (device, pipe, socket)
    NAME_CONFLICT = "name_conflict"  # member: str (two members, one name)
    ARCHIVE_TOO_LARGE = "archive_too_large"  # needed_bytes: int, free_bytes: int
    ARCHIVE_BOMB = "archive_bomb"  # ratio: int, limit: int
    DESTINATION_EXISTS = "destination_exists"  # folder: str

    REQUIREMENT_PROTECTED = "requirement_protected"  # changes: list[str]
    PACKAGE_NOT_FOUND = "package_not_found"  # package: str
    PACKAGES_CONFLICT = "packages_conflict"  # error: str
    INDEX_UNREACHABLE = "index_unreachable"  # error: str
    INSTALL_FAILED = "install_failed"  # error: str


class WarningCode(StrEnum):
    """Things worth saying that do not end a run (``warning_raised``)."""

    LOG_DAMAGED = "log_damaged"  # lines: int
    METRIC_NOT_FINITE = "metric_not_finite"  # metric: str, epoch: int
    CHECKPOINT_UNUSABLE = "checkpoint_unusable"  # epoch: int, error: str
    CHECKPOINT_NOT_SAVED = "checkpoint_not_saved"  # epoch: int, error: str
    GPU_NOT_USED = "gpu_not_used"  # gpu: str (the machine has it), device: str (used instead)
    GPU_MISSING = "gpu_missing"  # device: str (used where a GPU was expected)
    PICTURES_LEFT_OUT = "pictures_left_out"  # count: int, files: list[str] (some), error: str
    COLUMNS_LEFT_OUT = "columns_left_out"  # columns: list[str]
    ROWS_WITHOUT_LABEL = "rows_without_label"  # column: str, count: int (left out), total: int
    NUMBERS_AS_WORDS = "numbers_as_words"  # columns: list[str], example: str
    TEXT_DECODED = "text_decoded"  # file: str, encoding: str (a guess)
    CHANNELS_FIRST = "channels_first"  # shape: str (of one picture)
    DATA_NOT_AS_BEFORE = "data_not_as_before"  # job: int, data: str
    VERSIONS_NOT_AS_BEFORE = "versions_not_as_before"  # job: int, changes: list[str]
    CODE_AS_KEPT = "code_as_kept"  # job: int, files: list[str] (other than they were, or gone)
    CODE_NOT_KEPT = "code_not_kept"  # job: int, files: list[str]
    NAMES_DECODED = "names_decoded"  # encoding: str, files: int


def signal_name(number: int) -> str:
    """A signal as shells list it; most real-time signals have no name in Python."""
    if number in set(signal.Signals):
        return signal.Signals(number).name
    return f"SIGRTMIN{number - signal.SIGRTMIN:+}"


Detail = str | int | float | list[str]


class TaskError(Exception):
    """A run cannot succeed, for a reason the user can understand.

    Args:
        code: which reason.
        details: what the sentence for it needs, as listed at the code.
    """

    def __init__(self, code: FailureCode, **details: Detail) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details

    def __str__(self) -> str:
        listed = ", ".join(f"{name}={value!r}" for name, value in self.details.items())
        return f"{self.code.value}: {listed}" if listed else self.code.value
