"""A runner without processes: its runs write what a script says into their event logs.

They do so by the clock that they are given: whenever somebody looks, all that is due is there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.job import Handle
from bot.runners.base import Gone
from training.protocol.control import StopMode, read_control
from training.protocol.event_log import encode_line, read_events
from training.protocol.events import EpochEnded, Event, RunStopped
from training.protocol.folder import JobFolder
from training.protocol.spec import Spec, read_spec

BOOT = "scripted"
KILLED = -9


@dataclass(frozen=True)
class Step:
    """Something a run does so many seconds after its start: an event, or its exit without one."""

    after_s: float
    event: Event | None = None
    exit_code: int = 0


Script = Callable[[Spec, int], Iterator[Step]]


@dataclass
class _Run:
    folder: JobFolder
    number: int
    began: datetime
    seq: int
    steps: Iterator[Step]
    due: Step | None = None
    gone: Gone | None = None
    lines: list[bytes] = field(default_factory=list)


class ScriptedRunner:
    """Starts runs, looks after them, ends them."""

    def __init__(self, script: Script, now: Callable[[], datetime]) -> None:
        self._script = script
        self._now = now
        self._runs: dict[int, _Run] = {}
        self.events = 0

    def start(self, folder: JobFolder, run: int, record: Callable[[Handle], None]) -> None:
        """Begin a run, once its handle is recorded."""
        pid, now = len(self._runs) + 1, self._now()
        record(Handle(pid=pid, started_at=now.timestamp(), boot_id=BOOT))
        seq = max((event.seq for event in _all(folder)), default=0)
        steps = self._script(read_spec(folder), run)
        self._runs[pid] = _Run(folder, run, now, seq, steps, next(steps, None))

    def look(self, handle: Handle) -> Gone | None:
        """Whether a run is gone; what it has done until now is in its log."""
        run = self._found(handle)
        if run is None:
            return Gone(None, with_machine=handle.boot_id != BOOT)
        if run.gone is None:
            self._catch_up(run)
        return run.gone

    def find(self, folder: JobFolder, pid: int) -> Handle | None:
        """The handle of a run that works on a folder now."""
        run = self._runs.get(pid)
        if run is None or run.folder != folder or run.gone is not None:
            return None
        return Handle(pid=pid, started_at=run.began.timestamp(), boot_id=BOOT)

    def stop(self, handle: Handle, *, force: bool) -> None:
        """Ask a run to stop, or end it."""
        run = self._found(handle)
        if run is None or run.gone is not None:
            return
        self._catch_up(run)
        if run.gone is None and not force:
            self._write(run, RunStopped(mode=StopMode.NOW, by_signal=True), self._now())
            self._flush(run)
        run.gone = run.gone or Gone(KILLED if force else 0)

    @property
    def ready(self) -> bool:
        """Never: these runs are no processes."""
        return False

    def tend(self, *, busy: bool) -> None:
        """Nothing is made ready."""

    def close(self) -> None:
        """Nothing is left over."""

    def _found(self, handle: Handle) -> _Run | None:
        run = self._runs.get(handle.pid)
        same = run is not None and (run.began.timestamp(), BOOT) == (
            handle.started_at, handle.boot_id,
        )  # fmt: skip
        return run if same else None

    def _catch_up(self, run: _Run) -> None:
        """Do all that is due, as far as the user's wishes let it."""
        stop = read_control(run.folder, run.number).stop
        elapsed_s = (self._now() - run.began).total_seconds()
        while run.due is not None and run.due.after_s <= elapsed_s and run.gone is None:
            self._take(run, run.due, stop)
        if stop is StopMode.NOW and run.gone is None:
            self._write(run, RunStopped(mode=stop), self._now())
            run.gone = Gone(0)
        self._flush(run)

    def _take(self, run: _Run, step: Step, stop: StopMode | None) -> None:
        at = run.began + timedelta(seconds=step.after_s)
        if step.event is None:
            run.gone = Gone(step.exit_code)
            return
        self._write(run, step.event, at)
        if stop is StopMode.AFTER_EPOCH and isinstance(step.event, EpochEnded):
            self._write(run, RunStopped(mode=stop), at)
            run.gone = Gone(0)
            return
        run.due = next(run.steps, None)
        if run.due is None:
            run.gone = Gone(0)

    def _write(self, run: _Run, event: Event, at: datetime) -> None:
        run.seq += 1
        self.events += 1
        envelope = {"seq": run.seq, "at": at, "run": run.number}
        run.lines.append(encode_line(event.model_copy(update=envelope)))

    def _flush(self, run: _Run) -> None:
        if run.lines:
            with run.folder.event_log.open("ab") as file:
                file.write(b"".join(run.lines))
            run.lines.clear()


def _all(folder: JobFolder) -> Iterator[Event]:
    offset = 0
    while (chunk := read_events(folder.event_log, offset)).offset > offset:
        yield from chunk.events
        offset = chunk.offset
