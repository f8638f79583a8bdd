"""Asks a model file what it takes: ``python -m training.model_check``, for the bot.

It imports their file, in a process of its own; what that prints goes nowhere.
"""

import contextlib
import io
import os
import sys
from pathlib import Path

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")  # a training may need all of the GPU

from training.protocol.failure import FailureCode, TaskError
from training.protocol.model_question import Checked, CheckModel, Refused


def main() -> None:
    """Answer the one question on standard input."""
    question = CheckModel.model_validate_json(sys.stdin.buffer.read())
    with contextlib.redirect_stdout(io.StringIO()):
        answer = check(question)
    sys.__stdout__.write(answer.model_dump_json())  # type: ignore[union-attr]


def check(question: CheckModel) -> Checked | Refused:
    """Whether the file can be run and takes these parameters."""
    import training.backend  # noqa: F401, PLC0415 - sets Keras up before their file loads it
    from training.user_model import load_model_file, own_names  # noqa: PLC0415

    try:
        model = load_model_file(Path(question.file))
        model.parameters(question.given)
    except TaskError as error:
        return Refused(code=error.code, details=error.details)
    except ModuleNotFoundError as error:
        module = error.name or str(error)
        return Refused(code=FailureCode.MODULE_MISSING, details={"module": module})
    names = own_names(model.params) if model.params else ()
    return Checked(names=names, brings_data=model.has("data"))


if __name__ == "__main__":
    main()
