"""What a job is asked to do: one frozen model a kind, written to ``spec.json``."""

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from packaging.requirements import InvalidRequirement, Requirement
from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from training.protocol.folder import JobFolder, write_atomically
from training.protocol.preset import QUICK_RATE, Preset, usual
from training.protocol.sealed import seal, unseal


class Lane(StrEnum):
    """What a job competes for: lanes run side by side, jobs in one lane in turn."""

    COMPUTE = "compute"
    PREPARATION = "preparation"


class SpecBase(BaseModel):
    """What all specs have in common.

    Attributes:
        trains: whether a job of this kind may work in epochs and be tested in the end.
        resumes: whether a later run goes on from what an earlier one saved of its epochs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    lane: ClassVar[Lane]
    trains: ClassVar[bool] = False
    resumes: ClassVar[bool] = False
    v: Literal[1] = 1

    @property
    def planned_epochs(self) -> int | None:
        """How many epochs it will do in all, where that is known before it runs."""
        return None

    @property
    def effective_learning_rate(self) -> float | None:
        """The learning rate that training starts with, where that is known before it runs."""
        return None

    @property
    def learns_from(self) -> tuple[object, ...]:
        """What it learns from and is tested with: jobs with the same are compared."""
        return ()


class Optimizer(StrEnum):
    """Optimizers by their Keras names."""

    ADADELTA = "adadelta"
    ADAM = "adam"
    ADAMW = "adamw"
    NADAM = "nadam"
    RMSPROP = "rmsprop"
    SGD = "sgd"


# Keras 3 defaults to 0.001 for Adadelta, with which this network stands at 63 %
# after three epochs; the 2019 example relied on 1.0. The others are Keras's own.
DEFAULT_LEARNING_RATES: dict[Optimizer, float] = {
    Optimizer.ADADELTA: 1.0,
    Optimizer.ADAM: 0.001,
    Optimizer.ADAMW: 0.001,
    Optimizer.NADAM: 0.001,
    Optimizer.RMSPROP: 0.001,
    Optimizer.SGD: 0.01,
}


MOST_EPOCHS = 10_000
MNIST = "mnist"


class Colour(StrEnum):
    """What a picture's colours become."""

    GREY = "grey"
    RGB = "rgb"


class Keep(StrEnum):
    """Which checkpoints stay: the latest two, or that of every epoch."""

    LATEST = "latest"
    ALL = "all"


class Parent(BaseModel):
    """The job that another one repeats or goes on from.

    Attributes:
        epoch: after which of its epochs the new job begins; none: it begins anew.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    job: int = Field(ge=1)
    epoch: int | None = Field(None, ge=1)


NOTEBOOK = ".ipynb"
PROGRAMS = (".py", NOTEBOOK, ".sh")

ParameterName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,59}$")]
# No NUL: neither an argument nor the environment can hold one.
ParameterValue = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]


def _as_share(given: object) -> object:
    """``99.25``, ``99.25%`` and ``0.9925`` are one accuracy."""
    if isinstance(given, str):
        number, percent, rest = given.partition("%")
        try:
            value = float(number)
        except ValueError:
            return given
        return given if rest else value / 100 if percent or value > 1 else value
    if isinstance(given, int | float) and given > 1:
        return given / 100
    return given


class TrainSpec(SpecBase):
    """Train the convnet of the Keras MNIST example, on MNIST or on data of one's own.

    Attributes:
        preset: the recipe; it decides what is not given of epochs, batch size, optimizer and rate.
        target: the accuracy on the test set at whose first epoch to end.
        shifts: whether pictures are moved a little each time they are learned; as the preset
            has it where it is not given.
        cycle: for how many epochs the rate's cycle was made, where that is not ``epochs`` any
            more; set by the bot.
        data: ``mnist``, or the absolute path of a folder of pictures, an ``.npz`` or a ``.csv``.
        image_size: what pictures are brought to, ``height`` or ``heightxwidth`` in pixels.
        validation: the share to test with, where the data has no test set of its own.
        label: the column of a ``.csv`` that is learned.
        keep: which checkpoints stay.
        tensorboard: whether figures are written down as TensorBoard reads them, too.
        unpack_into: set by the bot where ``data`` is an archive: the folder in which it gets one.
        parent: set by the bot.
        model: the absolute path of a file with ``build(params)``, or of a model to go on from;
            the convnet, or a dense network for tables, where it is not given.
        own_parameters: what was given that the model file declares itself.
    """

    lane: ClassVar[Lane] = Lane.COMPUTE
    trains: ClassVar[bool] = True
    resumes: ClassVar[bool] = True
    kind: Literal["train"] = "train"

    preset: Preset = Preset.MNIST_CNN
    epochs: int = Field(12, ge=1, le=MOST_EPOCHS)
    batch_size: int = Field(128, ge=1, le=8_192)
    learning_rate: float | None = Field(None, gt=0, le=100)
    optimizer: Optimizer = Optimizer.ADADELTA
    seed: int = Field(0, ge=0, lt=2**31)
    target: Annotated[float, BeforeValidator(_as_share)] | None = Field(
        None, gt=0, le=1, json_schema_extra={"takes": "accuracy"}
    )
    shifts: bool | None = None
    samples: int | None = Field(None, ge=1, le=10_000_000)
    data: str = Field(MNIST, min_length=1)
    image_size: str | None = Field(None, pattern=r"^[1-9][0-9]{0,3}(x[1-9][0-9]{0,3})?$")
    colour: Colour | None = None
    validation: float | None = Field(None, gt=0, lt=1)
    label: str | None = Field(None, min_length=1)
    keep: Keep = Keep.LATEST
    tensorboard: bool = False
    model: str | None = Field(None, min_length=1, json_schema_extra={"takes": "model"})
    own_parameters: dict[str, str] = {}
    unpack_into: str | None = None
    parent: Parent | None = None
    cycle: int | None = Field(None, ge=1, le=MOST_EPOCHS)

    @model_validator(mode="before")
    @classmethod
    def _as_the_preset_has_it(cls, given: Any) -> Any:
        preset = given.get("preset") if isinstance(given, dict) else None
        if not isinstance(preset, str) or preset not in set(Preset):
            return given
        own_data = given.get("data", MNIST) != MNIST
        return usual(Preset(preset), own_data=own_data) | given

    @property
    def quick(self) -> bool:
        """Whether it is the quick recipe; a model of one's own is not."""
        return self.preset is Preset.QUICK and self.model is None

    @property
    def shifted(self) -> bool:
        """Whether pictures are moved: asked for, or quick with the shipped data."""
        return self.quick and not self.own_data if self.shifts is None else self.shifts

    @property
    def cycle_epochs(self) -> int:
        """How many epochs the cycle of its rate has."""
        return self.cycle or self.epochs

    @property
    def born_at(self) -> int | None:
        """The epoch of its parent after which it begins; none where it begins anew."""
        return None if self.parent is None else self.parent.epoch

    @property
    def own_code(self) -> bool:
        """Whether its model is a file of the user's own code."""
        return self.model is not None and self.model.endswith(".py")

    @property
    def own_data(self) -> bool:
        """Whether it is not the shipped data that is learned."""
        return self.data != MNIST

    def made_with(self) -> str:
        """What decides the numbers, as a checkpoint keeps it.

        A parameter that came later counts where it is given: what an earlier version saved
        is still of use.
        """
        usual = {
            name for name in ADDED if getattr(self, name) in (None, MNIST, {}, Preset.MNIST_CNN)
        }
        left_out = {
            "epochs",
            "keep",
            "tensorboard",
            "unpack_into",
            "parent",
            "target",
            "cycle",
            *usual,
        }
        if not self.quick:
            return self.model_dump_json(exclude=left_out)
        decided = self.model_copy(update={"cycle": self.cycle_epochs})
        return decided.model_dump_json(exclude=left_out - {"cycle"})

    @property
    def planned_epochs(self) -> int:
        """How many epochs it will do in all."""
        return self.epochs

    @property
    def learns_from(self) -> tuple[object, ...]:
        """The data, how much of it, and what of it is kept for the test.

        A model file may bring data of its own where none is named.
        """
        own = self.model if self.own_code and not self.own_data else None
        return (self.kind, self.samples, self.data, self.validation, self.label, own)

    @property
    def effective_learning_rate(self) -> float:
        """The learning rate that training starts with; of a cycle the highest."""
        if self.learning_rate is not None:
            return self.learning_rate
        if self.preset is Preset.QUICK and self.optimizer is Optimizer.ADAM:
            return QUICK_RATE
        return DEFAULT_LEARNING_RATES[self.optimizer]


# Parameters that the first version did not have.
ADDED = (
    "data",
    "image_size",
    "colour",
    "validation",
    "label",
    "model",
    "own_parameters",
    "preset",
    "shifts",
)


class UnzipSpec(SpecBase):
    """Unpack an archive into a folder that does not exist yet.

    Attributes:
        archive: its absolute path.
        destination: the absolute path of the new folder.
    """

    lane: ClassVar[Lane] = Lane.PREPARATION
    kind: Literal["unzip"] = "unzip"

    archive: str = Field(min_length=1)
    destination: str = Field(min_length=1)


class InstallSpec(SpecBase):
    """Install Python packages beside the ones that are there.

    Attributes:
        force: also change what Coltrain itself relies on.
    """

    lane: ClassVar[Lane] = Lane.PREPARATION
    kind: Literal["install"] = "install"

    packages: tuple[str, ...] = Field(min_length=1, max_length=50)
    force: bool = False

    @field_validator("packages")
    @classmethod
    def names_only(cls, packages: tuple[str, ...]) -> tuple[str, ...]:
        """Accept PEP 508 names with versions, extras and markers; nothing else.

        Covered: options (``--index-url``), URLs (``name @ https://…``), paths.
        """
        for package in packages:
            try:
                requirement = Requirement(package)
            except InvalidRequirement as error:
                raise PydanticCustomError(
                    "not_a_requirement", "not a package name", {"package": package}
                ) from error
            if requirement.url is not None:
                raise PydanticCustomError(
                    "requirement_with_url", "a URL is not allowed", {"package": package}
                )
        return packages


class RunSpec(SpecBase):
    """Run a program of the user's own: a script, a notebook.

    Attributes:
        file: its absolute path.
        parameters: names and values, handed on as they are.
        tensorboard: whether figures are written down as TensorBoard reads them, too.
        parent: set by the bot: the job whose code it is.
    """

    lane: ClassVar[Lane] = Lane.COMPUTE
    trains: ClassVar[bool] = True
    kind: Literal["run"] = "run"

    file: str = Field(min_length=1)
    parameters: tuple[tuple[ParameterName, ParameterValue], ...] = Field((), max_length=50)
    tensorboard: bool = False
    parent: Parent | None = None

    @property
    def learns_from(self) -> tuple[object, ...]:
        """Whatever that program learns from."""
        return (self.kind, self.file)


class CheckSpec(SpecBase):
    """Find out what a training, or a program that trains, would take, by doing some steps of it.

    Attributes:
        ends_at: when the machine may end, where that is known.
    """

    lane: ClassVar[Lane] = Lane.COMPUTE
    kind: Literal["check"] = "check"

    training: Annotated[TrainSpec | RunSpec, Field(discriminator="kind")]
    ends_at: AwareDatetime | None = None


Spec = Annotated[
    TrainSpec | CheckSpec | UnzipSpec | InstallSpec | RunSpec, Field(discriminator="kind")
]
_SPEC: TypeAdapter[Spec] = TypeAdapter(Spec)


def parse_spec(text: str | bytes) -> Spec:
    """Read a spec from its JSON.

    Raises:
        pydantic.ValidationError: not a spec of a kind and version known here.
    """
    return _SPEC.validate_json(text)


def write_spec(folder: JobFolder, spec: Spec) -> None:
    """Write ``spec.json``, sealed."""
    write_atomically(folder.spec, seal(spec.model_dump_json().encode()) + b"\n")


def read_spec(folder: JobFolder) -> Spec:
    """Read ``spec.json``.

    Raises:
        OSError: there is none.
        ValueError: it is not what was written, or (pydantic's) not a spec known here.
    """
    return parse_spec(unseal(folder.spec.read_bytes()))
