"""``python kernel.py -f FILE``: IPython's kernel, with the watch over its Keras.

Started by its path, as ``host.py`` is, so that nothing of ours is in the way of what the
notebook imports.
"""

import importlib.util
import os
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Become a kernel."""
    here = Path(__file__).resolve().parent
    spec = importlib.util.spec_from_file_location("coltrain_host", here / "host.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"no host in {here}")
    host: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(host)
    sys.path[0] = ""  # as a notebook knows it: the folder it runs in
    ours = os.environ.get(host.hooks("reporter").OURS)
    sys.path[:] = [path for path in sys.path if path != ours]
    os.environ.pop("PYTHONPATH" if os.environ.get("PYTHONPATH") == ours else "", None)
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    reporter = host.hooks("reporter").Reporter.of_environment()
    if reporter is not None:
        host.watch_keras(reporter)
    from ipykernel.kernelapp import launch_new_instance  # noqa: PLC0415 - a kernel alone has it

    launch_new_instance()


if __name__ == "__main__":
    main()
