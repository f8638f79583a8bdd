"""The parameters among the words behind a command."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.errors import (
    ExtraWords,
    PresetHasNetwork,
    RepeatedParameter,
    UnknownParameter,
    WrongValue,
)
from bot.messages import parameters as messages
from bot.typed import Word, spellings, without_unseen
from training.protocol.preset import DECIDED, Preset
from training.protocol.spec import RunSpec, TrainSpec

Model = TypeVar("Model", bound=BaseModel)

# name=value, but not the name==1.0 of a package.
_PARAMETER = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(?!=)(.*)", re.DOTALL)
_TYPED = re.compile(r"[^=＝]*[=＝](.*)", re.DOTALL)
MOST_DIGITS = 9
GIVEN_LIMIT = 80
TENSORBOARD = "tensorboard"
# As the bot writes them, on buttons and in sentences, and as people do.
_UNITS = {
    1: r"m|min|mins|minutes?|分|分钟",
    60: r"h|hrs?|hours?|个?小时|个?钟头",
    24 * 60: r"d|days?|天|日",
}
_INTERVAL = re.compile(rf"(?:[0-9]{{1,5}}(?:{'|'.join(_UNITS.values())}))+", re.IGNORECASE)
NOT_FOR_USERS = frozenset({"v", "kind", "parent", "unpack_into", "own_parameters", "cycle"})
# Short for long names.
ALIASES = {"lr": "learning_rate", "batch": "batch_size"}


def split_parameters(
    words: list[str], names: tuple[str, ...] | None = None
) -> tuple[list[str], dict[str, str]]:
    """Part the plain words from the ``name=value`` ones.

    Args:
        names: those that may be given; unset: any.

    Raises:
        UnknownParameter: a name that is not among these.
        RepeatedParameter: a name given twice.
    """
    plain: list[str] = []
    parameters: dict[str, str] = {}
    for word in words if names is None else _joined(words, names):
        found = _PARAMETER.fullmatch(word)
        if found is None:
            plain.append(word)
            continue
        name, value = found.group(1), _value(word, found[2])
        if names is not None:
            name = known_as(name, names)
        if name in parameters:
            raise RepeatedParameter(name)
        parameters[name] = value
    return plain, parameters


def known_as(name: str, names: tuple[str, ...]) -> str:
    """A parameter's name in full.

    Raises:
        UnknownParameter: it is none of these.
    """
    name = name if name in names else ALIASES.get(name, name)
    if name not in names:
        raise UnknownParameter(name, names, _nearest(name, names))
    return name


def run_spec(file: str, parameters: dict[str, str]) -> RunSpec:
    """What to run, with parameters of the program's own.

    One is for the job instead: whether it writes down what TensorBoard reads.

    Raises:
        WrongValue: a name or a value is longer than a program should get.
    """
    own = {name: value for name, value in parameters.items() if name != TENSORBOARD}
    wanted = parameters.get(TENSORBOARD, False)
    try:
        return RunSpec.model_validate(
            {"file": file, "parameters": tuple(own.items()), TENSORBOARD: wanted}
        )
    except ValidationError as error:
        first = error.errors()[0]
        given = str(first["input"])
        if first["loc"][0] == TENSORBOARD:
            words = messages.allowed(RunSpec.model_fields[TENSORBOARD])
            raise WrongValue(TENSORBOARD, given[:GIVEN_LIMIT], words) from error
        raise WrongValue("run", given[:GIVEN_LIMIT], messages.program_parameter()) from error


def changed_program(spec: RunSpec, changes: Mapping[str, str]) -> RunSpec:
    """A program with other parameters, or more of them; raises likewise."""
    wished = {TENSORBOARD: "on"} if spec.tensorboard else {}
    return run_spec(spec.file, wished | dict(spec.parameters) | dict(changes))


def parse_parameters(model: type[Model], words: list[str], usage: str) -> Model:
    """A spec from words that are all parameters.

    Raises:
        UserError: one of the words is wrong; the error says which and what is allowed.
    """
    return checked(model, only_parameters(model, words, usage))


def only_parameters(model: type[BaseModel], words: list[str], usage: str) -> dict[str, str]:
    """The parameters among words, none of which may be anything else; raises likewise."""
    plain, parameters = split_parameters(words, parameter_names(model))
    if plain:
        raise ExtraWords(tuple(plain), usage)
    return parameters


def own_parameters(model: type[BaseModel], words: list[str]) -> tuple[list[str], dict[str, str]]:
    """Part the parameters that a model does not have from the other words.

    Raises:
        RepeatedParameter: one is given twice.
    """
    rest: list[str] = []
    own: dict[str, str] = {}
    for word in words:
        found = _PARAMETER.fullmatch(word)
        if found is None or found[1] in {*parameter_names(model), *ALIASES}:
            rest.append(word)
        elif found[1] in own:
            raise RepeatedParameter(found[1])
        else:
            own[found[1]] = found[2]
    return rest, own


def checked(model: type[Model], values: dict[str, Any]) -> Model:
    """A spec from its values.

    Raises:
        WrongValue: for the first value that the spec does not take.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise WrongValue(name, _given(first), messages.allowed(model.model_fields[name])) from error


def checked_training(values: Mapping[str, Any]) -> TrainSpec:
    """The spec of a training from its values.

    Raises:
        WrongValue: for the first value that the spec does not take.
        PresetHasNetwork: two networks are named.
    """
    spec = checked(TrainSpec, dict(values))
    if spec.preset is not Preset.MNIST_CNN and spec.model is not None:
        raise PresetHasNetwork(spec.preset.value)
    return spec


def changed_training(spec: TrainSpec, changes: Mapping[str, str]) -> TrainSpec:
    """A training with some values changed; raises as ``checked_training`` does.

    What a preset decides goes with it. A cycle is made anew for another number of epochs.
    """
    given = spec.model_dump(exclude_unset=True)
    dropped = set(DECIDED) if changes.get("preset", spec.preset) != spec.preset else set()
    if dropped or "epochs" in changes:
        dropped.add("cycle")
    kept = {name: value for name, value in given.items() if name not in dropped}
    return checked_training({**kept, **changes})


def whole_number(name: str, word: str) -> int:
    """A number that stands by itself.

    Raises:
        WrongValue: it is none.
    """
    if not word.isascii() or not word.isdigit() or len(word) > MOST_DIGITS:
        raise WrongValue(name, word, messages.any_whole_number())
    return int(word)


def minutes_of(word: str) -> int | None:
    """An interval such as ``10m``, ``2 hours`` or ``1h30m`` in minutes; a number is minutes."""
    written = "".join(word.split())
    if re.fullmatch(r"[0-9]{1,5}", written):
        return int(written)
    if not _INTERVAL.fullmatch(written):
        return None
    return sum(
        int(part[0]) * minutes
        for minutes, unit in _UNITS.items()
        for part in re.finditer(rf"[0-9]{{1,5}}(?=(?:{unit})(?:[0-9]|$))", written, re.IGNORECASE)
    )


def parameter_names(model: type[BaseModel]) -> tuple[str, ...]:
    """The names a user may give."""
    return tuple(name for name in model.model_fields if name not in NOT_FOR_USERS)


def parameters(model: type[BaseModel]) -> list[tuple[str, str, str]]:
    """Name, allowed values and meaning of each parameter, for /help."""
    fields = model.model_fields
    return [
        (name, messages.allowed_or_usual(fields[name]), messages.meaning(name))
        for name in parameter_names(model)
    ]


def _joined(words: list[str], names: tuple[str, ...]) -> Iterator[str]:
    """The words, with one for each ``name = value`` that has blanks around its sign."""
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if _named(word, names) and waiting and re.match(r"=(?!=)", waiting[0]):
            word = _together(word, waiting.pop(0))
        if _named(word[:-1], names) and word[-1:] == "=" and waiting and "=" not in waiting[0]:
            word = _together(word, waiting.pop(0))
        yield word


def _named(word: str, names: tuple[str, ...]) -> bool:
    return word in names or ALIASES.get(word) in names


def _together(first: str, second: str) -> Word:
    return Word(first + second, spellings(first)[0] + spellings(second)[0])


def _value(word: str, meant: str) -> str:
    """A value, which keeps how it was typed: it may be the name of a file."""
    typed = _TYPED.fullmatch(word.typed) if isinstance(word, Word) else None
    return Word(without_unseen(meant), meant if typed is None else typed[1])


def _given(error: Any) -> str:
    context = error.get("ctx") or {}
    return str(context.get("package", error["input"]))


def _nearest(name: str, names: tuple[str, ...]) -> str | None:
    found = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.5)
    return found[0] if found else None
