"""What is asked about data, and answered, by the process that looks into it for the bot."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from training.protocol.events import DataRead
from training.protocol.failure import Detail, FailureCode


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class ListData(_Frozen):
    """Which data is there, under these folders?"""

    do: Literal["list"] = "list"
    roots: tuple[str, ...]
    most: int


class LookAtData(_Frozen):
    """What is in the data at this path? Answered by then (Unix time), as far as one gets."""

    do: Literal["look"] = "look"
    path: str
    until: float


class DataList(_Frozen):
    """Paths with a word about each: ``pictures``, ``npz`` or ``csv``; and whether these are all."""

    found: tuple[tuple[str, str], ...]
    whole: bool


class Trouble(_Frozen):
    """Something wrong with data: a failure's or a warning's code, or one of those below."""

    code: str
    details: dict[str, Detail] = {}


# Beside the failures: what is worth knowing and keeps nobody from training.
DAMAGED = "damaged"  # count: int, files: list[str] (some)
TEST_IN_TRAIN = "test_in_train"  # count: int, files: list[str]
TWO_CLASSES = "two_classes"  # count: int, files: list[str]: one content in two classes
UNBALANCED = "unbalanced"  # most, least: str, times: int
FEW = "few"  # classes: list[str]: of less than ten samples
NOT_WHOLE = "not_whole"  # looked_at, total: int


class DataSeen(_Frozen):
    """What was found. A picture of samples (PNG) may follow in the answer's next line.

    Attributes:
        about: none where it cannot be learned from; a trouble says why.
        counts: samples to learn and to test, by class.
    """

    name: str
    size_bytes: int
    about: DataRead | None = None
    counts: tuple[tuple[str, int, int], ...] = ()
    troubles: tuple[Trouble, ...] = ()
    picture: bool = False

    @property
    def failure(self) -> Trouble | None:
        """Why it cannot be learned from."""
        return next((t for t in self.troubles if t.code in set(FailureCode)), None)


Question = ListData | LookAtData
QUESTION: TypeAdapter[Question] = TypeAdapter(Annotated[Question, Field(discriminator="do")])
