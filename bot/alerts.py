"""Alerts: what a user wants to be told of a training, once. Pure."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Comparison(StrEnum):
    """How a metric is compared with the bound."""

    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="


@dataclass(frozen=True, slots=True)
class Condition:
    """A metric, by its Keras name, beyond a bound."""

    metric: str
    comparison: Comparison
    bound: float

    def met_by(self, metrics: Mapping[str, float]) -> bool:
        """Whether it is so; never of a metric that is not there, or no number."""
        value = metrics.get(self.metric)
        if value is None:
            return False
        match self.comparison:
            case Comparison.ABOVE:
                return value > self.bound
            case Comparison.AT_LEAST:
                return value >= self.bound
            case Comparison.BELOW:
                return value < self.bound
            case Comparison.AT_MOST:
                return value <= self.bound

    def __str__(self) -> str:
        return f"{self.metric}{self.comparison.value}{self.bound:g}"


@dataclass(frozen=True, slots=True)
class Alert:
    """Who is to be told, where, of which job, when what is so."""

    id: int
    job_id: int
    chat_id: int
    user_id: int
    condition: Condition


_SIGNS = {"≥": ">=", "≤": "<=", "=>": ">=", "=<": "<="}
_CONDITION = re.compile(
    r"(?P<metric>[^<>=≤≥\s]+)\s*(?P<sign>>=|<=|=>|=<|[<>≤≥])\s*"
    r"(?P<bound>[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:e[+-]?[0-9]{1,3})?)\s*(?P<percent>%)?",
    re.IGNORECASE,
)


def parse_condition(text: str) -> Condition | None:
    """A condition as somebody typed it, such as ``val_accuracy > 99 %``; none for other text."""
    found = _CONDITION.fullmatch(text.strip())
    if found is None:
        return None
    bound = float(found["bound"].replace(",", ".")) / (100 if found["percent"] else 1)
    if not math.isfinite(bound):
        return None
    sign = _SIGNS.get(found["sign"], found["sign"])
    return Condition(found["metric"], Comparison(sign), bound)
