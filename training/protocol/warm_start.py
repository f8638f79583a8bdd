"""How a process that is ready before there is a job hears which one is its own.

The bot starts ``python -m training --warm``. The process says ``READY`` on its standard
output, and then waits for one line on its standard input; the line's end is the word to go.
"""

from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from training.protocol.spec import Spec, TrainSpec

READY: Final = b"ready\n"

# What a process that has Keras loaded already does as a fresh one does. A parameter that is
# not here may need another environment or another backend, and gets a fresh process.
HARMLESS: Final = {
    "v", "kind", "preset", "epochs", "batch_size", "learning_rate", "optimizer", "seed", "target",
    "shifts", "samples", "data", "image_size", "colour", "validation", "label", "keep",
    "tensorboard", "model", "parent", "cycle",
}  # fmt: skip


class Assignment(BaseModel):
    """The job that a warm process becomes.

    Attributes:
        folder: the absolute path of the job folder.
        run: the number of the run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: str = Field(min_length=1)
    run: int = Field(ge=1)

    def line(self) -> bytes:
        """As it goes over the pipe."""
        return self.model_dump_json().encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> "Assignment | None":
        """The job that a line names; none where the line is not whole, or there is none."""
        if not line.endswith(b"\n"):
            return None  # whoever wrote it died over it
        try:
            return cls.model_validate_json(line)
        except ValidationError:
            return None


def may_be_warm(spec: Spec) -> bool:
    """Whether a job comes to the same bits in a process that has Keras loaded already.

    Covered: parameters that are known to need nothing before Keras is loaded. Not covered,
    and so started fresh: a model file of the user's own, which may do anything.
    """
    if not isinstance(spec, TrainSpec) or (spec.model or "").endswith(".py"):
        return False
    usual = TrainSpec()
    given = {name for name in TrainSpec.model_fields if getattr(spec, name) != getattr(usual, name)}
    return given <= HARMLESS
