"""Install Python packages: first find out what would change, then do exactly that.

Covered: packages that Coltrain or the machine's TensorFlow, Keras and numpy rely
on stay as they are unless the user insists; passwords in addresses reach neither
the log nor an event; the bot's token does not reach the packages.
Not covered: what the packages themselves do; whoever installs one trusts it.
"""

import re

from training.packages.child import Finished, run_child
from training.packages.distributions import compare, distributions_of
from training.packages.environment import Target, this_python
from training.packages.explain import failure
from training.packages.installers import Failed, Installer, Pip, Uv
from training.packages.protected import Plan, forbidden_changes
from training.protocol.events import Progressed
from training.protocol.failure import Detail, FailureCode, TaskError
from training.protocol.spec import InstallSpec
from training.run import Run, Stopped

# uv and pip when one more package is on this machine.
_FETCHED = re.compile(r"^\s*(?:Downloaded|Built|Downloading|Using cached) \S+")


def run_task(spec: InstallSpec, run: Run, target: Target | None = None) -> dict[str, Detail]:
    """Install ``spec.packages``.

    Args:
        target: the Python to install for; unset: the one that runs this.

    Returns:
        installed, changed, removed: lists of ``name version``; installer.

    Raises:
        TaskError: it would change what must stay, or it does not work.
        Stopped: it was asked to stop; the result says what had changed by then.
    """
    target = target or this_python()
    before = distributions_of(target.python, target.variables)

    def changes() -> dict[str, Detail]:
        after = distributions_of(target.python, target.variables)
        return dict(compare(before, after)._asdict())

    progress = _Progress(run)
    installer = _installer(target, run, progress)
    try:
        plan = installer.plan(spec.packages)
        forbidden = forbidden_changes(plan, before)
        if forbidden and not spec.force:
            raise TaskError(FailureCode.REQUIREMENT_PROTECTED, changes=forbidden)
        _carry_out(plan, installer, progress)
    except Failed as failed:
        raise failure(failed.lines, spec.packages, run.free_bytes()) from failed
    except Stopped as stopped:
        so_far = changes()
        raise Stopped(stopped.mode, so_far if any(so_far.values()) else None) from stopped
    return {**changes(), "installer": installer.name}


def _installer(target: Target, run: Run, progress: "_Progress") -> Installer:
    def execute(command: list[str], variables: dict[str, str]) -> Finished:
        return run_child(command, variables, run.folder.path, run.check_stop, progress.heard)

    return Pip(target, execute) if target.uv is None else Uv(target, execute)


def _carry_out(plan: Plan, installer: Installer, progress: "_Progress") -> None:
    pins = [f"{name}=={version}" for name, version in sorted(plan.items()) if version]
    if not pins:
        print("Everything is there already", flush=True)
        return
    progress.begin(len(pins))
    installer.install(pins)
    progress.end()


class _Progress:
    """Counts packages: those that are fetched, and at the end all of them."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._total = 0
        self._fetched = 0

    def begin(self, total: int) -> None:
        self._total = total
        self._report(0)

    def heard(self, line: str) -> None:
        # The last one counts when all are in place; planning counts for nothing.
        if self._fetched + 1 < self._total and _FETCHED.match(line):
            self._fetched += 1
            self._report(self._fetched)

    def end(self) -> None:
        self._report(self._total)

    def _report(self, done: int) -> None:
        self._run.report(Progressed(unit="packages", done=done, total=self._total))
