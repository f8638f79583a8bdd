"""The machine itself."""

import os
from pathlib import Path


def unassign() -> None:
    """Give the machine back; here a note beside the description of this Colab."""
    Path(os.environ["COLAB_STUB"]).with_name("unassigned").touch()
