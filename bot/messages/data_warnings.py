"""What is worth knowing of data that is read: told by a training, and by a look beforehand."""

from collections.abc import Callable

from bot.messages.details import Details, shown, text_of
from bot.messages.translation import say
from training.protocol.failure import WarningCode

DATA_WARNINGS: dict[str, Callable[[Details], str]] = {
    WarningCode.COLUMNS_LEFT_OUT: lambda d: say(
        "These columns hold nothing, or a different word in nearly every row, and are left out:"
        " {columns}.",
        columns=shown(d, "columns"),
    ),
    WarningCode.ROWS_WITHOUT_LABEL: lambda d: say(
        "{count} of {total} rows have nothing in the column that is learned, {column}, and are"
        " left out.",
        count=text_of(d, "count"),
        total=text_of(d, "total"),
        column=shown(d, "column"),
    ),
}
