"""What an installation must not change: Coltrain's own requirements and the machine's ML stack.

Covered: everything that Coltrain requires, directly or through others, as far as
it is installed; TensorFlow, Keras, numpy, protobuf, JAX and PyTorch.
Not covered: packages that nothing of this requires may change, also such as
somebody else on the machine relies on.
"""

from collections.abc import Iterable

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from training.packages.distributions import Distributions

# From pyproject.toml, for a Coltrain that runs from its folder, not installed.
DIRECT = (
    "tensorflow",
    "keras",
    "numpy",
    "python-telegram-bot[job-queue]",
    "pydantic",
    "pydantic-settings",
    "sqlalchemy",
    "typer",
    "rich",
    "psutil",
    "nvidia-ml-py",
    "packaging",
    "segno",
    "matplotlib",
    "tzdata",
    "filelock",
    "humanize",
    "babel",
    "pillow",
    "charset-normalizer",
    "starlette",
    "uvicorn",
    "python-multipart",
    "httpx",
    "isal",
    "uv",
)
# Colab's image is built around these; what they require may move.
MACHINE = frozenset({"tensorflow", "keras", "numpy", "protobuf", "jax", "jaxlib", "torch"})

Plan = dict[str, str | None]
"""Name to the version that it would have; None where it would be gone."""


def protected_names(installed: Distributions) -> frozenset[str]:
    """The names of installed distributions that must stay as they are."""
    return frozenset(_closure(("coltrain", *DIRECT), installed)) | MACHINE


def _closure(roots: Iterable[str], installed: Distributions) -> set[str]:
    waiting = [Requirement(root) for root in roots]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        extras = frozenset(requirement.extras)
        if name in installed and (name, extras) not in seen:
            seen.add((name, extras))
            waiting += _needed(installed[name].requires, extras)
    return {name for name, _ in seen}


def _needed(requires: Iterable[str], extras: frozenset[str]) -> list[Requirement]:
    """The requirements that count on this machine, with these extras."""
    needed = []
    for text in requires:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue  # Written before there was a standard; no installer follows it.
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            needed.append(requirement)
    return needed


def forbidden_changes(plan: Plan, installed: Distributions) -> list[str]:
    """What the plan would do to protected distributions, as ``name old → new`` lines."""
    return [
        f"{name} {installed[name].version} → {version or 'removed'}"
        for name, version in sorted(plan.items())
        if name in protected_names(installed) & installed.keys()
        and version != installed[name].version
    ]
