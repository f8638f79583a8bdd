"""What is wrong with data that a training was to learn from, and what to do about it."""

from collections.abc import Callable
from pathlib import PurePath

from bot.messages.details import Details, shown, size_of, text_of
from bot.messages.markup import code, command, shortened
from bot.messages.translation import say
from training.protocol.failure import FailureCode

NAME_LIMIT = 100


def _file(details: Details) -> str:
    """The data by the name its user knows it by."""
    path = str(details.get("file", "?"))
    return code(shortened(PurePath(path).name or path, NAME_LIMIT))


def _no_classes(details: Details) -> str:
    if details.get("pictures"):
        return say(
            "The pictures in {file} lie in one heap. Put those of each class into a folder called"
            " like the class.",
            file=_file(details),
        )
    return say(
        "There are no pictures in {file}. I look for a folder of pictures for each class; {files}"
        " shows what there is.",
        file=_file(details),
        files=command("/files"),
    )


def _empty(details: Details) -> str:
    if details.get("name") == PurePath(str(details.get("file"))).name:
        return say(
            "There are no samples in {file}. Put some in, then send the command again.",
            file=_file(details),
        )
    return say(
        "There is nothing to learn in {name} of {file}: it is empty. Fill it, then send the command"
        " again.",
        name=shown(details, "name"),
        file=_file(details),
    )


def _failed_code(details: Details) -> str:
    if not details.get("line"):
        return say(
            "{file} broke off: {error}. Mend it, then send the command again.",
            file=_file(details),
            error=shown(details, "error"),
        )
    return say(
        "{file} broke off in line {line}, {text}: {error}. Mend it, then send the command again.",
        file=_file(details),
        line=text_of(details, "line"),
        text=shown(details, "text"),
        error=shown(details, "error"),
    )


def _wrong_parameter(details: Details) -> str:
    known = shown(details, "known") if details.get("known") else say("none")
    if not details.get("why"):
        return say(
            "{file} has no parameter {name}. Its own are: {known}.",
            file=_file(details),
            name=shown(details, "name"),
            known=known,
        )
    return say(
        "{file} does not take this {name}: {why}. Its own parameters are: {known}.",
        file=_file(details),
        name=shown(details, "name"),
        why=shown(details, "why"),
        known=known,
    )


DATA_SENTENCES: dict[FailureCode, Callable[[Details], str]] = {
    FailureCode.DATA_UNREADABLE: lambda d: say(
        "The data in {file} cannot be read: {error}. Save or copy it anew, then send the command"
        " again.",
        file=_file(d),
        error=shown(d, "error"),
    ),
    FailureCode.DATA_MISSING: lambda d: say(
        "{file} is not there any more. Bring it back and send the command again; {files} shows"
        " what there is.",
        file=_file(d),
        files=command("/files"),
    ),
    FailureCode.DATA_UNSUPPORTED: lambda d: say(
        "{name} is nothing that I can train with. I take a folder with a folder of pictures for"
        " each class, an .npz with x_train and y_train, or a .csv with a column to learn.",
        name=_file(d),
    ),
    FailureCode.DATA_CHANGED: lambda d: say(
        "{file} is not what it was when this job began, so it cannot go on where it was."
        " Put the earlier data back, or begin anew with {retry}.",
        file=_file(d),
        retry=command("/retry"),
    ),
    FailureCode.DATA_EMPTY: _empty,
    FailureCode.DATA_TOO_LARGE: lambda d: say(
        "{file} needs {needed} of disk, and {free} are free. Delete what you no longer need, then"
        " send the command again.",
        file=_file(d),
        needed=size_of(d, "needed_bytes"),
        free=size_of(d, "free_bytes"),
    ),
    FailureCode.DATA_ONE_CLASS: lambda d: say(
        "{file} has one class only ({classes}), and a network learns to tell classes apart. Add"
        " samples of another.",
        file=_file(d),
        classes=shown(d, "classes"),
    ),
    FailureCode.DATA_NOT_CLASSES: lambda d: say(
        "{name} of {file} has {values} different values, which look measured. I can learn classes"
        " only: whole numbers or names, each of which many samples share.",
        name=shown(d, "name"),
        file=_file(d),
        values=text_of(d, "values"),
    ),
    FailureCode.DATA_NOT_NUMBERS: lambda d: say(
        "{name} of {file} has a value that is no number, first at index {row}. Fill in or leave"
        " out such samples, then send the command again.",
        name=shown(d, "name"),
        file=_file(d),
        row=text_of(d, "row"),
    ),
    FailureCode.DATA_NEW_CLASS: lambda d: say(
        "The test set of {file} has classes that there are no samples of to learn from: {classes}."
        " Move some of them over, or leave them out.",
        file=_file(d),
        classes=shown(d, "classes"),
    ),
    FailureCode.DATA_TOO_SMALL: lambda d: say(
        "The pictures in {file} are {height} × {width} pixels, and this network needs {least} a"
        " side at least. For a folder of pictures {size} makes them larger.",
        file=_file(d),
        height=text_of(d, "height"),
        width=text_of(d, "width"),
        least=text_of(d, "least"),
        size=code("image_size=32"),
    ),
    FailureCode.USER_CODE_FAILED: _failed_code,
    FailureCode.FUNCTION_MISSING: lambda d: say(
        "{file} has no function {function}, which makes the model. Add it, then send the command"
        " again.",
        file=_file(d),
        function=shown(d, "function"),
    ),
    FailureCode.PARAMETER_WRONG: _wrong_parameter,
    FailureCode.PARAMETER_MISSING: lambda d: say(
        "{file} needs {name}. Add it to the command, as in {usage}. Its own parameters are:"
        " {known}.",
        file=_file(d),
        name=shown(d, "name"),
        usage=code(f"{text_of(d, 'name')}=…"),
        known=shown(d, "known"),
    ),
    FailureCode.MODEL_WRONG: lambda d: say(
        "{file} gave back a {made} where a Keras model, or data, was wanted. Look at what its"
        " functions return.",
        file=_file(d),
        made=shown(d, "made"),
    ),
    FailureCode.MODEL_UNFIT: lambda d: say(
        "The model in {file} and the data do not go together: it has {has}, and {needs} is"
        " needed. {size} and {colour} change pictures.",
        file=_file(d),
        has=shown(d, "has"),
        needs=shown(d, "needs"),
        size=code("image_size="),
        colour=code("colour="),
    ),
    FailureCode.NO_CLASS_FOLDERS: _no_classes,
    FailureCode.PICTURES_DAMAGED: lambda d: say(
        "{count} of {total} pictures in {file} cannot be read, first {first}: {error}. Copy or"
        " unpack them again.",
        count=text_of(d, "count"),
        total=text_of(d, "total"),
        file=_file(d),
        first=shown(d, "first"),
        error=shown(d, "error"),
    ),
    FailureCode.TABLE_ROW: lambda d: say(
        "Line {line} of {file} has {fields} fields, and the first one has {expected}. Mend it,"
        " then send the command again.",
        line=text_of(d, "line"),
        file=_file(d),
        fields=text_of(d, "fields"),
        expected=text_of(d, "expected"),
    ),
    FailureCode.COLUMN_MISSING: lambda d: say(
        "{file} has no column {name}. It has: {columns}. Name one of them with {label}.",
        file=_file(d),
        name=shown(d, "name"),
        columns=shown(d, "columns"),
        label=code("label="),
    ),
    FailureCode.NO_COLUMNS: lambda d: say(
        "{file} has no column to learn from beside the one that is learned: numbers, or words"
        " that many rows share. It has: {columns}.",
        file=_file(d),
        columns=shown(d, "columns"),
    ),
    FailureCode.ARRAYS_MISSING: lambda d: say(
        "{file} has no x_train and y_train, but these arrays: {arrays}. Save it with"
        " <code>np.savez(file, x_train=…, y_train=…)</code>.",
        file=_file(d),
        arrays=shown(d, "arrays"),
    ),
    FailureCode.ARRAY_OF_OBJECTS: lambda d: say(
        "{name} of {file} holds Python objects, which could run code when they are read. Save it"
        " as plain numbers or text.",
        name=shown(d, "name"),
        file=_file(d),
    ),
    FailureCode.ARRAY_SHAPE: lambda d: say(
        "{name} of {file} is {shape}. Pictures are (n, height, width) or (n, height, width,"
        " channels), tables (n, columns), labels (n,), and test sets are like what is learned.",
        name=shown(d, "name"),
        file=_file(d),
        shape=shown(d, "shape"),
    ),
    FailureCode.ARRAYS_UNEQUAL: lambda d: say(
        "{name} of {file} has {count} samples and {other} {others} labels. There must be one for"
        " each.",
        name=shown(d, "name"),
        file=_file(d),
        count=text_of(d, "count"),
        other=shown(d, "other"),
        others=text_of(d, "others"),
    ),
}
