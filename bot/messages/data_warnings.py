"""What is worth knowing of data that is read: told by a training, and by a look beforehand."""

from collections.abc import Callable

from bot.messages.details import Details, shown, text_of
from bot.messages.markup import code
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
    WarningCode.NUMBERS_AS_WORDS: lambda d: say(
        "These columns look like numbers, such as {example}, but are taken as words: {columns}."
        " Write them as {number} to have them learned as numbers.",
        example=shown(d, "example"),
        columns=shown(d, "columns"),
        number=code("1200.5"),
    ),
    WarningCode.TEXT_DECODED: lambda d: say(
        "{file} does not say in which encoding it was written; it is read as {encoding}. If names"
        " look wrong, save it as UTF-8.",
        file=shown(d, "file"),
        encoding=shown(d, "encoding"),
    ),
    WarningCode.CHANNELS_FIRST: lambda d: say(
        "Pictures of the form {shape} look as if their channels came first, and they are read as"
        " (height, width, channels). <code>np.moveaxis(x, 1, -1)</code> turns them.",
        shape=shown(d, "shape"),
    ),
}
