"""A model of a user's own: a Python file with ``build(params)``, and what else it may have.

It is their code. Only a job process and the errand that asks about it import it, the
bot never does.
"""

import runpy
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from training.hooks.place import message, where
from training.protocol.failure import FailureCode, TaskError

# What Coltrain tells a model about the data; a file need not declare it.
OF_DATA: Final = ("input_shape", "classes")
FUNCTIONS: Final = ("build", "data", "compile", "callbacks")


@dataclass(frozen=True, slots=True)
class UserModel:
    """The functions of a file, and the class of its parameters.

    Attributes:
        file: as the user knows it.
        ran: the copy of it that was run.
        params: none where it declares no parameters of its own.
        defined: whatever it defines or imports that can be called, layers among them.
    """

    file: Path
    ran: Path
    functions: Mapping[str, Callable[..., Any]]
    params: type[BaseModel] | None
    defined: Mapping[str, Callable[..., Any]] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether there is such a function."""
        return name in self.functions

    def call(self, name: str, *arguments: Any) -> Any:
        """Call a function of the file.

        Raises:
            TaskError: USER_CODE_FAILED, with the place in their file.
        """
        try:
            return self.functions[name](*arguments)
        except Exception as error:
            raise self.failed(error) from error

    def failed(self, error: BaseException) -> TaskError:
        """Where in the file an error came from."""
        return failed(error, self.file, self.ran)

    def parameters(
        self, given: Mapping[str, str], shape: tuple[int, ...] = (), classes: int = 0
    ) -> Any:
        """The value that its functions get: its own parameters, and what the data is like.

        Raises:
            TaskError: PARAMETER_WRONG, for the first that it does not take; PARAMETER_MISSING.
        """
        told = {"input_shape": shape, "classes": classes}
        if self.params is None:
            if given:
                raise _wrong(self.file, next(iter(given)), "", ())
            return SimpleNamespace(**told)
        whole = create_model(
            "Params", __base__=self.params, input_shape=(tuple[int, ...], ...), classes=(int, ...)
        )
        names = own_names(self.params)
        try:
            unknown = next((name for name in given if name not in names), None)
            if unknown is not None:
                raise _wrong(self.file, unknown, "", names)
            return whole.model_validate({**given, **told})
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0]) if first["loc"] else "?"
            if first["type"] == "missing":
                raise _missing(self.file, name, names) from error
            raise _wrong(self.file, name, first["msg"], names) from error


def own_names(params: type[BaseModel]) -> tuple[str, ...]:
    """The parameters that a file declares."""
    return tuple(name for name in params.model_fields if name not in OF_DATA)


def load_model_file(file: Path, shown_as: Path | None = None) -> UserModel:
    """Run a model file, from its top to its end.

    Args:
        shown_as: where it came from; modules beside that are found by its imports.

    Raises:
        TaskError: DATA_MISSING, USER_CODE_FAILED, FUNCTION_MISSING.
        ModuleNotFoundError: it imports a package that is not installed.
    """
    known_as = shown_as or file
    sys.path.insert(0, str(known_as.parent))
    try:
        found = runpy.run_path(str(file), run_name="model")
    except FileNotFoundError as error:
        if error.filename == str(file):
            raise TaskError(FailureCode.DATA_MISSING, file=str(known_as)) from error
        raise failed(error, known_as, file) from error
    except ModuleNotFoundError:
        raise
    except (Exception, SystemExit) as error:
        raise failed(error, known_as, file) from error
    if not callable(found.get("build")):
        raise TaskError(FailureCode.FUNCTION_MISSING, file=str(known_as), function="build(params)")
    params = found.get("Params")
    own = params if isinstance(params, type) and issubclass(params, BaseModel) else None
    functions = {name: found[name] for name in FUNCTIONS if callable(found.get(name))}
    defined = {name: thing for name, thing in found.items() if callable(thing)}
    return UserModel(known_as, file, functions, None if own is None else _strict(own), defined)


def failed(error: BaseException, file: Path, run_as: Path | None = None) -> TaskError:
    """Where in their files an error came from, for people; the whole traceback is in the log."""
    ran = run_as or file
    traceback.print_exception(error)
    place = where(error, ran.parent, file.parent)
    theirs = file if place is None or place.file == ran.name else file.parent / place.file
    return TaskError(
        FailureCode.USER_CODE_FAILED,
        file=str(theirs),
        line=0 if place is None else place.line,
        text="" if place is None else place.text,
        error=message(error),
    )


def _strict(params: type[BaseModel]) -> type[BaseModel]:
    """The same class, with a wrong name refused."""
    return type(
        "Params", (params,), {"model_config": ConfigDict(extra="forbid"), "__module__": "model"}
    )


def _missing(file: Path, name: str, known: tuple[str, ...]) -> TaskError:
    return TaskError(FailureCode.PARAMETER_MISSING, file=str(file), name=name, known=list(known))


def _wrong(file: Path, name: str, why: str, known: tuple[str, ...]) -> TaskError:
    return TaskError(
        FailureCode.PARAMETER_WRONG, file=str(file), name=name, why=why, known=list(known)
    )
