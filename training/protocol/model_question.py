"""What is asked about a model file, and answered, by the process that imports it for the bot."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from training.protocol.failure import Detail, FailureCode


class CheckModel(BaseModel):
    """Can this file be run, and does it take these parameters?"""

    model_config = ConfigDict(frozen=True)

    file: str
    given: dict[str, str] = {}


class Checked(BaseModel):
    """Yes. These are its own parameters."""

    model_config = ConfigDict(frozen=True)

    said: Literal["checked"] = "checked"
    names: tuple[str, ...] = ()
    brings_data: bool = False


class Refused(BaseModel):
    """No, and why: a failure as a job would have it."""

    model_config = ConfigDict(frozen=True)

    said: Literal["refused"] = "refused"
    code: FailureCode
    details: dict[str, Detail] = {}


ANSWER: TypeAdapter[Checked | Refused] = TypeAdapter(
    Annotated[Checked | Refused, Field(discriminator="said")]
)
