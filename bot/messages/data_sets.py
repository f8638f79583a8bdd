"""Data to learn from: what there is, what is in it, and what is worth knowing of it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from bot.button import Button
from bot.messages import figures, own_data
from bot.messages.data_warnings import DATA_WARNINGS
from bot.messages.details import Details, shown, text_of
from bot.messages.failures import failure
from bot.messages.files import AT, packed
from bot.messages.files import shown as place
from bot.messages.markup import bold, code, command, fixed, shortened
from bot.messages.replies import as_a_word
from bot.messages.translation import marked, say, say_many
from training.protocol.data_look import (
    DAMAGED,
    FEW,
    NOT_WHOLE,
    TEST_IN_TRAIN,
    TWO_CLASSES,
    UNBALANCED,
    DataList,
    DataSeen,
)

LOOK, TRAIN = "data_look", "data_train"
TRAIN_LABEL = marked("▶️ Train …")
NAME_LIMIT, LABEL_LIMIT, CELL = 60, 40, 12
MOST_CLASSES = 10
SIGNS = {"pictures": "🖼", "npz": "🔢", "csv": "📊"}


def _not_whole(details: Details) -> str:
    if "total" not in details:
        return say("It is too large to look through in some seconds; a training reads it whole.")
    return say(
        "Of {total} files {looked_at} were looked at; a training reads them all.",
        total=text_of(details, "total"),
        looked_at=text_of(details, "looked_at"),
    )


TROUBLES: dict[str, Callable[[Details], str]] = {
    DAMAGED: lambda d: say(
        "{count} cannot be read and would be left out, such as {files}.",
        count=text_of(d, "count"),
        files=shown(d, "files"),
    ),
    TEST_IN_TRAIN: lambda d: say(
        "{count} to test with are learned as well, such as {files}: the accuracy will look"
        " better than it is.",
        count=text_of(d, "count"),
        files=shown(d, "files"),
    ),
    TWO_CLASSES: lambda d: say(
        "{count} stand in two classes, such as {files}.",
        count=text_of(d, "count"),
        files=shown(d, "files"),
    ),
    UNBALANCED: lambda d: say(
        "{most} has {times} times as many as {least}.",
        most=shown(d, "most"),
        times=text_of(d, "times"),
        least=shown(d, "least"),
    ),
    FEW: lambda d: say("Less than ten samples: {classes}.", classes=shown(d, "classes")),
    NOT_WHOLE: _not_whole,
    **DATA_WARNINGS,
}


def data_list(found: DataList) -> str:
    """The answer to /data."""
    mnist = say("{mnist} comes with Coltrain.", mnist=code("mnist"))
    if not found.found:
        return "\n".join(
            [
                say(
                    "No data of your own found. I look for folders with a folder of pictures for"
                    " each class, .npz and .csv; {unzip} unpacks an archive.",
                    unzip=command("/unzip"),
                ),
                mnist,
            ]
        )
    lines = [say("Tap one to look into it."), mnist]
    if not found.whole:
        lines.append(say("There is more; {data} looks into one by its name.", data=code("/data …")))
    return "\n".join(lines)


def list_buttons(found: DataList) -> list[list[Button]]:
    """A button for each."""
    return [
        [
            Button(
                f"{SIGNS.get(kind, '')} {shortened(Path(path).name, LABEL_LIMIT)}",
                LOOK,
                {AT: packed(Path(path))},
            )
        ]
        for path, kind in found.found
    ]


def looking(name: str) -> str:
    """The toast after a tap; plain text."""
    return say("Looking into {name} …", name=shortened(name, LABEL_LIMIT))


def seen(data: DataSeen, path: Path, roots: Sequence[Path]) -> str:
    """What is in data."""
    lines = [bold(shortened(place(path, roots), NAME_LIMIT))]
    failed = data.failure
    if failed is not None:
        lines.append("❌ " + failure(failed.code, failed.details))
    if data.about is not None:
        lines.append(_how_much(data))
    if data.counts:
        lines.append(fixed(_table(data.counts)))
    lines += [f"⚠️ {TROUBLES[t.code](t.details)}" for t in data.troubles if t.code in TROUBLES]
    if data.about is not None:
        name = as_a_word(place(path, roots))
        lines.append(command(f"/train data={name}"))
    return "\n".join(lines)


def seen_buttons(data: DataSeen, path: Path) -> list[list[Button]]:
    """What can be done with it."""
    if data.about is None:
        return []
    return [[Button(say(TRAIN_LABEL), TRAIN, {AT: packed(path)})]]


def _how_much(data: DataSeen) -> str:
    about = data.about
    if about is None:
        return ""
    split = (
        say("{train:,} to learn, {test:,} to test", train=about.train, test=about.test)
        if about.own_test
        else say(
            "{all:,} samples, {test:,} of them kept for the test",
            all=about.train + about.test,
            test=about.test,
        )
    )
    classes = say_many("{count} class", "{count:,} classes", about.class_count)
    return " · ".join([split, classes, own_data.form(about.shape), figures.size(data.size_bytes)])


def _table(counts: Sequence[tuple[str, int, int]]) -> list[str]:
    """A bar a class."""
    most = max(train + test for _, train, test in counts) or 1
    lines = [
        f"{shortened(name, CELL):<{CELL}} {figures.bar((train + test) / most)} {train + test:,}"
        for name, train, test in counts[:MOST_CLASSES]
    ]
    more = len(counts) - MOST_CLASSES
    return [*lines, say("… and {count} more", count=more)] if more > 0 else lines
