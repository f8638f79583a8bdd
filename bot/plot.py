"""A picture of curves, as a value: what to draw, not how."""

from pydantic import BaseModel, ConfigDict


class Curve(BaseModel):
    """One line. Points without a value (None) leave a gap.

    Attributes:
        hue: which colour; curves of one job share it.
        dashed: the training's own metrics beside the validation's.
    """

    model_config = ConfigDict(frozen=True)

    label: str
    epochs: tuple[int, ...]
    values: tuple[float | None, ...]
    hue: int = 0
    dashed: bool = False


class Mark(BaseModel):
    """An epoch from which on something was different.

    Attributes:
        hue: the colour of the job's curves.
    """

    model_config = ConfigDict(frozen=True)

    epoch: int
    label: str
    hue: int = 0


class Panel(BaseModel):
    """A frame with the curves of one metric."""

    model_config = ConfigDict(frozen=True)

    title: str
    curves: tuple[Curve, ...]
    percent: bool = False


class Plot(BaseModel):
    """A picture: panels one below the other; marks stand in all of them."""

    model_config = ConfigDict(frozen=True)

    title: str
    panels: tuple[Panel, ...]
    marks: tuple[Mark, ...] = ()
    dark: bool = False
