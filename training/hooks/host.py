"""``python host.py FILE [word …]``: carry out a script as ``python FILE [word …]`` would.

Started by its path, so that nothing of ours is in the way of the script's own imports.
"""

import importlib.util
import sys
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

ALIAS = "coltrain_hooks"
EXIT_ERROR, EXIT_INTERRUPTED = 1, 130


def hooks(name: str) -> Any:
    """A module of this package, by a name that no script has."""
    if ALIAS not in sys.modules:
        here = Path(__file__).resolve().parent
        spec = importlib.util.spec_from_file_location(
            ALIAS, here / "__init__.py", submodule_search_locations=[str(here)]
        )
        if spec is None or spec.loader is None:
            raise ImportError(f"no package in {here}")
        package = importlib.util.module_from_spec(spec)
        sys.modules[ALIAS] = package
        spec.loader.exec_module(package)
    return importlib.import_module(f"{ALIAS}.{name}")


def watch_keras(reporter: Any) -> None:
    """See every Keras that will be imported."""
    watch = hooks("keras_watch").KerasWatch(reporter)

    def imported(keras: ModuleType) -> None:
        watch.install(keras)
        hooks("shipped_mnist").install(keras, reporter)

    names = ("keras", "tf_keras")
    hooks("on_import").OnImport(dict.fromkeys(names, imported)).install()


def main() -> int | str | None:
    """Carry the script out; returns what it exits with."""
    file = Path(sys.argv[1])
    sys.argv = sys.argv[1:]
    sys.path[0] = str(file.parent)
    reporter = hooks("reporter").Reporter.of_environment()
    if reporter is not None:
        watch_keras(reporter)
    try:
        _carry_out(compile(file.read_bytes(), str(file), "exec", dont_inherit=True), file)
    except SystemExit as left:
        if reporter is not None and left.code not in (None, 0):
            said = None if isinstance(left.code, int) else str(left.code)[:400]
            reporter.send("exited", said=said)
        raise
    except BaseException as error:
        return _tell(error, reporter, file)
    return None


def _carry_out(code: CodeType, file: Path) -> None:
    module = ModuleType("__main__")
    module.__file__ = str(file)
    module.__dict__["__builtins__"] = __builtins__
    module.__dict__["__cached__"] = None
    sys.modules["__main__"] = module
    exec(code, module.__dict__)  # noqa: S102 - that is what it is for


def _tell(error: BaseException, reporter: Any, file: Path) -> int:
    """Report where it broke, and show the traceback as Python does, without our own frames."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    error = error.with_traceback(trace)
    if reporter is not None:
        place = hooks("place")
        found = place.where(error, file.parent, file.resolve().parent)
        reporter.send(
            "failed",
            error=place.message(error),
            type=[kind.__name__ for kind in type(error).__mro__],
            module=getattr(error, "name", None) if isinstance(error, ImportError) else None,
            errno=getattr(error, "errno", None),
            place=None if found is None else list(found),
        )
    sys.excepthook(type(error), error, trace)
    return EXIT_INTERRUPTED if isinstance(error, KeyboardInterrupt) else EXIT_ERROR


if __name__ == "__main__":
    sys.exit(main())
