"""Words about parameters: what each takes, and what it is for; plain text."""

from collections.abc import Iterable
from typing import get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from bot.messages.joining import list_of
from bot.messages.translation import marked, say

MEANINGS = {
    "preset": marked(
        "the recipe: the Keras example as it is, or quick, which gets further in 3 epochs; it"
        " decides what is not given of epochs, batch_size, optimizer and learning_rate"
    ),
    "target": marked("end with the first epoch whose test accuracy is that high"),
    "shifts": marked(
        "move pictures by a pixel or so each time they are learned; unset: quick does, with mnist"
    ),
    "epochs": marked("passes over the training data"),
    "batch_size": marked("samples a step"),
    "learning_rate": marked("step size; unset: the optimizer's usual one"),
    "optimizer": marked("how weights are updated"),
    "seed": marked("same seed, same numbers"),
    "samples": marked("train on n samples only, for a quick try"),
    "data": marked("what is learned"),
    "image_size": marked("what pictures are brought to; unset: their usual size, 96 at most"),
    "colour": marked("unset: grey where all pictures are"),
    "validation": marked("share to test with where the data has no test set; unset: 0.2"),
    "tensorboard": marked("write the figures down as TensorBoard reads them, too"),
    "keep": marked("which checkpoints stay; all: that of each epoch, for /fork"),
    "model": marked("what is trained; unset: the convnet, or a dense network for tables"),
    "label": marked("the column of a .csv that is learned; unset: one called so, or the last"),
}


TAKES = {
    "model": marked("a .py file of yours with build(params), or the number of an earlier job"),
    "accuracy": marked("an accuracy such as 99.25, 99.25% or 0.9925"),
}


def meaning(name: str) -> str:
    """What a parameter of a spec is for."""
    return say(MEANINGS[name])


def allowed(field: FieldInfo) -> str:
    """What a parameter of a spec takes."""
    annotation = field.annotation
    if isinstance(field.json_schema_extra, dict) and (
        takes := field.json_schema_extra.get("takes")
    ):
        return say(TAKES[str(takes)])
    kinds = [k for k in getattr(annotation, "__args__", (annotation,)) if k is not type(None)]
    kind = kinds[0]
    if isinstance(kind, type) and hasattr(kind, "__members__"):
        return one_of(str(member.value) for member in kind.__members__.values())
    if kind is bool:
        return choice("yes", "no")
    if kind in (int, float):
        return _within(field.metadata)
    if kind is str and get_origin(annotation) is not tuple:
        return _text(field)
    return say("names such as pandas or scikit-learn>=1.5, no options, URLs or paths")


def _text(field: FieldInfo) -> str:
    """What a parameter that is text takes: a form, the name of data, or any name."""
    if any(getattr(limit, "pattern", None) for limit in field.metadata):
        return say("pixels such as 64 or 48x64, height by width")
    if field.is_required() or field.default is None:
        return say("a name")
    return say("mnist, or a folder of pictures, an .npz or a .csv of yours")


def _within(limits: list[object]) -> str:
    match limits:
        case [Ge(ge=low), Le(le=high)]:
            return whole_number(low, high)
        case [Ge(ge=low), Lt(lt=int(bound))]:
            return whole_number(low, bound - 1)
        case [Gt(gt=low), Lt(lt=high)]:
            return say("a number between {low:,} and {high:,}", low=low, high=high)
        case [Gt(gt=low), Le(le=high)]:
            return say("a number above {low:,}, to {high:,}", low=low, high=high)
    raise NotImplementedError(limits)


def allowed_or_usual(field: FieldInfo) -> str:
    """What a parameter of a spec takes, and what it is unless given."""
    if field.is_required() or field.default is None:
        return allowed(field)
    default = getattr(field.default, "value", field.default)
    if isinstance(default, bool):
        default = "yes" if default else "no"
    return say("{allowed}; unless given {default}", allowed=allowed(field), default=default)


def any_whole_number() -> str:
    """A number without a limit that could be named."""
    return say("a whole number")


def whole_number(low: object, high: object) -> str:
    """A number within limits."""
    return say("a whole number from {low:,} to {high:,}", low=low, high=high)


def one_of(values: Iterable[str]) -> str:
    """Any of many words."""
    return say("one of {values}", values=list_of(values))


def choice(*values: str) -> str:
    """Any of a few words."""
    return say("{others} or {last}", others=list_of(values[:-1]), last=values[-1])


def learning_rate(most: float) -> str:
    """What /lr takes."""
    return say("a number above 0, to {most:g}, or a factor such as x0.5", most=most)


def condition() -> str:
    """What /alert takes."""
    return say(
        "a metric, one of {signs}, and a number, such as val_accuracy>0.99", signs="> >= < <="
    )


def program_parameter() -> str:
    """What /run hands on to a program."""
    return say("up to 50 of name=value, names of 60 letters at most and values of 500")


def quiet_hours() -> str:
    """What /quiet takes."""
    return say("two times of the day such as 23:00-07:30, or off")


def muted_time() -> str:
    """What /mute takes."""
    return say("a time from 1m to 7d, such as 30m or 2h, or off")


def keepalive_interval() -> str:
    """What /keepalive takes."""
    return say("an interval from 1m to 24h, such as 10m or 2h, or off")
