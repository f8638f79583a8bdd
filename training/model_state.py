"""All that a model has learned and counted, as plain arrays by name."""

from collections.abc import Iterator, Mapping
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]

METRICS = "metrics_variables/"


def make_variables(model: keras.Model) -> None:
    """Make the variables that Keras would make in the first step.

    Without this a resumed run has no optimizer and metric variables to fill in.
    """
    model.optimizer.build(model.trainable_variables)
    nothing = np.zeros((1, *model.output_shape[1:]), np.float32)
    model.compute_metrics(None, nothing[:, 0] if has_sparse_labels(model) else nothing, nothing)
    model.reset_metrics()


def has_sparse_labels(model: keras.Model) -> bool:
    """Whether its loss wants the number of a class instead of a one-hot row."""
    loss = model.loss
    return "sparse" in str(getattr(loss, "name", getattr(loss, "__name__", loss))).lower()


def read_state(model: keras.Model) -> Arrays:
    """Copy all variables: trainable, seed generators, optimizer, metrics.

    Shapes:
        output: name to array, each of its variable's shape and dtype
    """
    return dict(_flat(model.get_state_tree(value_format="numpy_array")))


def write_state(model: keras.Model, state: Mapping[str, NDArray[Any]]) -> None:
    """Set all variables.

    Raises:
        ValueError: the names, a shape or a dtype are not this model's.
    """
    own = read_state(model)
    if own.keys() != state.keys():
        raise ValueError(f"other variables: {sorted(own.keys() ^ state.keys())[:3]}")
    for name, array in own.items():
        if (array.shape, array.dtype) != (state[name].shape, state[name].dtype):
            raise ValueError(f"{name} is {state[name].dtype} {state[name].shape}")
    model.set_state_tree(_nested(state))


def metrics_of(state: Mapping[str, NDArray[Any]]) -> Arrays:
    """The part of a state that metrics count in."""
    return {name: array for name, array in state.items() if name.startswith(METRICS)}


def write_metrics(model: keras.Model, state: Mapping[str, NDArray[Any]]) -> None:
    """Set what metrics count in, and nothing else."""
    model.set_state_tree(_nested(metrics_of(state)))


def is_sound(state: Mapping[str, NDArray[Any]]) -> bool:
    """Whether what was learned is numbers still; metrics may be what they like.

    Weights that are none never become numbers again.
    """
    return all(
        bool(np.isfinite(array).all())
        for name, array in state.items()
        if not name.startswith(METRICS) and np.issubdtype(array.dtype, np.floating)
    )


def _flat(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, NDArray[Any]]]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}{name}/")
        else:
            yield path + name, np.asarray(value)


def _nested(flat: Mapping[str, NDArray[Any]]) -> dict[str, dict[str, NDArray[Any]]]:
    # Keras joins nested names with "/" again, so that two levels are enough.
    tree: dict[str, dict[str, NDArray[Any]]] = {}
    for name, array in flat.items():
        kind, path = name.split("/", 1)
        tree.setdefault(kind, {})[path] = array
    return tree
