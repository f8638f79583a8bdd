"""A stand-in for Colab's own package; ``google`` stays a namespace, as protobuf needs it.

``$COLAB_STUB`` names a JSON file with ``cloud`` (folder with what is on Drive),
``drive_error`` (what mounting says when it fails), ``secrets`` (name to value),
``withheld`` (secrets this notebook may not read) and ``page_closed``.
"""

import json
import os
from pathlib import Path
from typing import Any


def colab() -> dict[str, Any]:
    """Return what this Colab is like."""
    return json.loads(Path(os.environ["COLAB_STUB"]).read_text())
