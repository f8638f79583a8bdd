"""What a saved model takes, read from its file without loading it: the bot has no Keras."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CONFIG, MOST_BYTES = "config.json", 5_000_000
PICTURES = 4  # axes: batch, height, width, channels
CHANNELS = (1, 3)


def may_take_pictures(file: Path) -> bool:
    """Whether a model takes pictures, or does not tell; the file of one that is loaded decides."""
    try:
        with zipfile.ZipFile(file) as parts:
            if parts.getinfo(CONFIG).file_size > MOST_BYTES:
                return True
            config = json.loads(parts.read(CONFIG))
    except (OSError, ValueError, KeyError, RuntimeError, zipfile.BadZipFile):
        return True
    shape = next(_shapes(config), None)
    return shape is None or (len(shape) == PICTURES and shape[-1] in CHANNELS)


def _shapes(config: Any) -> Iterator[list[Any]]:
    """The shapes of its inputs: those of its input layers, and that it was built for."""
    whole = config if isinstance(config, dict) else {}
    inner = whole.get("config")
    layers = inner.get("layers") if isinstance(inner, dict) else None
    for layer in layers if isinstance(layers, list) else []:
        of_layer = layer.get("config") if isinstance(layer, dict) else None
        if isinstance(of_layer, dict) and isinstance(of_layer.get("batch_shape"), list):
            yield of_layer["batch_shape"]
    built = whole.get("build_config")
    if isinstance(built, dict) and isinstance(built.get("input_shape"), list):
        yield built["input_shape"]
