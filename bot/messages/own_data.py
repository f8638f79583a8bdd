"""What a training learns from, where that is data of its user's."""

from collections.abc import Sequence

from bot.messages.joining import list_of
from bot.messages.markup import escaped, shortened
from bot.messages.translation import say, say_many
from training.protocol.events import DataRead

NAME_LIMIT = 60
CLASSES_SHOWN, CLASS_LIMIT = 20, 30


def line(data: DataRead) -> str:
    """Everything in one line."""
    what = say(
        "{name}: {train:,} to learn, {test:,} to test",
        name=escaped(shortened(data.name, NAME_LIMIT)),
        train=data.train,
        test=data.test,
    )
    classes = say_many("{count} class", "{count:,} classes", data.class_count)
    return " · ".join([what, form(data.shape), classes])


def details(data: DataRead) -> list[str]:
    """The same with the names of the classes, and where the test set comes from."""
    named = [escaped(shortened(name, CLASS_LIMIT)) for name in data.classes[:CLASSES_SHOWN]]
    more = "" if data.class_count <= CLASSES_SHOWN else ", …"
    split = (
        say("The test set is the data's own.")
        if data.own_test
        else say("The test set was taken from the data, the same share of each class.")
    )
    return [line(data), say("Classes: {names}", names=list_of(named) + more), split]


def form(shape: Sequence[int]) -> str:
    """What a sample looks like."""
    match shape:
        case [height, width, 1]:
            return say("{height} × {width} grey", height=height, width=width)
        case [height, width, 3]:
            return say("{height} × {width} colour", height=height, width=width)
        case [columns]:
            return say_many("{count} column", "{count:,} columns", columns)
    return " × ".join(map(str, shape))
