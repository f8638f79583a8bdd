"""``python -m training.inspection``: one question on standard input, its answer on the output."""

import os
import sys
import traceback

from training.inspection.obstacle import InTheWay
from training.protocol.inspection import (
    QUESTION,
    Answer,
    Classify,
    Obstacle,
    Obstructed,
    Question,
)

# A training may have the GPU; a few pictures need none.
os.environ["CUDA_VISIBLE_DEVICES"] = ""


def answered(question: Question) -> Answer:
    """The answer, or what is in its way; the outermost edge: nothing passes it."""
    try:
        if isinstance(question, Classify):
            from training.inspection.classify import classify  # noqa: PLC0415 - Keras takes seconds

            return classify(question)
        from training.inspection.mistakes import find_mistakes  # noqa: PLC0415

        return find_mistakes(question)
    except InTheWay as found:
        return Obstructed(obstacle=found.obstacle, detail=found.detail)
    except MemoryError:
        return Obstructed(obstacle=Obstacle.OUT_OF_MEMORY)
    except ModuleNotFoundError as error:
        return Obstructed(obstacle=Obstacle.MODULE_MISSING, detail=error.name or "")
    except Exception as error:
        traceback.print_exc()
        summary = f"{type(error).__name__}: {error}".splitlines()[0][:300]
        return Obstructed(obstacle=Obstacle.BROKE_OFF, detail=summary)


def main() -> None:
    """Answer; whatever else is printed meanwhile goes to standard error."""
    answers = os.dup(1)
    os.dup2(2, 1)
    answer = answered(QUESTION.validate_json(sys.stdin.buffer.read()))
    with os.fdopen(answers, "wb") as out:
        out.write(answer.model_dump_json().encode())


if __name__ == "__main__":
    main()
