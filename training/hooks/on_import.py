"""Doing something right after a module was imported, whoever imports it."""

import importlib.util
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

Action = Callable[[ModuleType], None]


class OnImport(MetaPathFinder):
    """Lets others find a module, and calls an action when it has been carried out.

    Args:
        actions: what to call for each module; it must not raise.
    """

    def __init__(self, actions: Mapping[str, Action]) -> None:
        self._actions = dict(actions)
        self._finding = threading.local()

    def install(self) -> None:
        """Watch from now on; what is there already gets its action at once."""
        for name, action in self._actions.items():
            if name in sys.modules:
                action(sys.modules[name])
        sys.meta_path.insert(0, self)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """The spec as the others find it, with the action behind it."""
        action = self._actions.get(fullname)
        if action is None or getattr(self._finding, "now", False):
            return None
        self._finding.now = True
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._finding.now = False
        if spec is None or spec.loader is None:
            return spec
        carry_out = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            carry_out(module)
            action(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec
