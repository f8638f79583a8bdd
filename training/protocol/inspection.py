"""Questions about a trained model, and the answers: one JSON object each way."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

TOP = 3
MOST_PAIRS = 3


class _Message(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64"
    )


class Classify(_Message):
    """What does a picture show?

    Attributes:
        job: the folder of the job whose model is asked.
        picture: the bytes of a picture file.
    """

    kind: Literal["classify"] = "classify"
    job: Path
    picture: bytes


class Guess(_Message):
    """A class by its name, and how sure the model is, from 0 to 1."""

    label: str
    share: float


class Classified(_Message):
    """The most likely classes, and what the model was shown of the picture, as PNG."""

    kind: Literal["classified"] = "classified"
    guesses: tuple[Guess, ...] = Field(max_length=TOP)
    seen: bytes


class FindMistakes(_Message):
    """Where does a model err on its own test set?

    Attributes:
        job: the folder of the job whose model is asked.
        dark: light on dark.
    """

    kind: Literal["find_mistakes"] = "find_mistakes"
    job: Path
    dark: bool = False


class Confusion(_Message):
    """How often one class was taken for another."""

    truth: str
    said: str
    count: int


class MistakesFound(_Message):
    """How many of the test set were wrong, which most often, and a picture of it, as PNG."""

    kind: Literal["mistakes_found"] = "mistakes_found"
    tested: int
    wrong: int
    pairs: tuple[Confusion, ...] = Field(max_length=MOST_PAIRS)
    sheet: bytes


class Obstacle(StrEnum):
    """Why a question has no answer; the detail says more where there is more to say."""

    NO_MODEL = "no_model"  # the file is not there
    MODEL_UNREADABLE = "model_unreadable"
    OWN_LAYERS = "own_layers"  # layers that only the user's code knows; detail: its file
    NO_PICTURE = "no_picture"  # not a picture, or a damaged one
    PICTURE_TOO_LARGE = "picture_too_large"
    NOTHING_WRITTEN = "nothing_written"
    OTHER_INPUT = "other_input"  # the model does not tell classes of pictures apart
    NO_TEST_SET = "no_test_set"
    MODULE_MISSING = "module_missing"
    DATA_GONE = "data_gone"
    OUT_OF_MEMORY = "out_of_memory"
    BROKE_OFF = "broke_off"


class Obstructed(_Message):
    """There is no answer, and why."""

    kind: Literal["obstructed"] = "obstructed"
    obstacle: Obstacle
    detail: str = ""


Question = Annotated[Classify | FindMistakes, Field(discriminator="kind")]
Answer = Annotated[Classified | MistakesFound | Obstructed, Field(discriminator="kind")]
QUESTION: TypeAdapter[Question] = TypeAdapter(Question)
ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)
