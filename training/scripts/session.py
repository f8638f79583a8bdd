"""One program from its start to its end: heard, followed, and stopped when that is wished."""

import contextlib
import json
import os
import selectors
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from training.hooks.reporter import REPORTS, WISHES
from training.protocol.control import StopMode
from training.protocol.folder import write_atomically
from training.run import Run
from training.scripts.output import BoundedLog, Printed
from training.scripts.printed_progress import PrintedProgress, Stand
from training.scripts.process import Program
from training.scripts.report_reader import ReportReader

LOOK_S = 0.25
MEASURE_S = 2.0
PACE_S = 1.0
BLOCK_BYTES = 256 * 1024
MOST_LEFT_BYTES = 64 * 1024 * 1024


class Session:
    """Runs a program.

    Args:
        reader: who takes in what it reports, where that is somebody else.

    Attributes:
        reader: what the program has reported.
        memory_bytes: the most that it was seen to hold.
    """

    def __init__(self, run: Run, reader: ReportReader | None = None) -> None:
        self.reader = reader or ReportReader(run)
        self.memory_bytes = 0
        self._run = run
        self._log = BoundedLog(run.folder.log)
        self._printed = Printed(self._log.write, self._heard)
        self._progress = PrintedProgress()
        self._said_at = self._measured_at = 0.0
        self._stand: Stand | None = None
        self._told: dict[str, object] = {}
        self._asked_in: int | None = None

    def carry_out(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> int:
        """Run a command to its end, or to the end that the user wishes; its exit code.

        Nothing that it started is left then.

        Raises:
            OSError: it cannot be started.
        """
        files = self._run.folder
        files.reports.unlink(missing_ok=True)
        os.mkfifo(files.reports, 0o600)
        # Opened for both: it stays open while nobody writes.
        reports = os.open(files.reports, os.O_RDWR | os.O_NONBLOCK)
        self._tell_wishes()
        try:
            mark = (REPORTS, str(files.reports))
            variables = {**environment, WISHES: str(files.wishes)}
            return self._follow(Program(command, folder, variables, mark), reports)
        finally:
            os.close(reports)
            self._log.close()
            for path in (files.reports, files.wishes):
                path.unlink(missing_ok=True)

    def _follow(self, program: Program, reports: int) -> int:
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(program.output, selectors.EVENT_READ, self._printed.feed)
                selector.register(reports, selectors.EVENT_READ, self.reader.feed)
                while (code := program.exit_code()) is None:
                    self._look_after(program)
                    _read(selector, LOOK_S)
                # What it left behind may hold the pipe, and print for ever.
                if (ended := program.end_all()) > 0:
                    print(f"{ended} processes that it left behind were ended", flush=True)
                _drain(selector)
        except BaseException:
            program.end_all()
            raise
        finally:
            program.output.close()
        self._printed.close()
        self._say_progress()
        return code

    def _look_after(self, program: Program) -> None:
        self._tell_wishes()
        stopped = self._run.stop is StopMode.NOW or self.reader.knows_enough()
        if stopped or self._stops_between_printed_epochs():
            program.stop()
        now = time.monotonic()
        if now - self._measured_at >= MEASURE_S:
            self._measured_at = now
            self.memory_bytes = max(self.memory_bytes, program.memory_bytes())
        if self._stand is not None and now - self._said_at >= PACE_S:
            self._say_progress()

    def _tell_wishes(self) -> None:
        control = self._run.control
        wishes: dict[str, object] = {"stop": control.stop, "last_epoch": control.last_epoch}
        if wishes != self._told:
            with contextlib.suppress(OSError):  # a full disk: told with the next look
                write_atomically(self._run.folder.wishes, json.dumps(wishes).encode())
                self._told = wishes

    def _stops_between_printed_epochs(self) -> bool:
        """Whether a program that only prints its epochs has begun one that is not wished."""
        if self.reader.trains:
            return False
        control, epoch = self._run.control, self._progress.stand.epoch or 0
        last = control.last_epoch
        if control.stop is StopMode.AFTER_EPOCH:
            self._asked_in = epoch if self._asked_in is None else self._asked_in
            last = self._asked_in
        if last is not None and epoch > last:
            self.reader.stopped = True
        return self.reader.stopped

    def _heard(self, line: str) -> None:
        stand = self._progress.heard(line)
        if stand is not None:
            before, self._stand = self._stand, stand
            if before is None or before.epoch != stand.epoch:
                self._say_progress()

    def _say_progress(self) -> None:
        if self._stand is not None:
            self._said_at = time.monotonic()
            self.reader.printed(self._stand)
            self._stand = None


def _read(selector: selectors.BaseSelector, wait_s: float) -> int:
    """Take in one block of each that has something to say; how many bytes."""
    taken = 0
    for key, _ in selector.select(wait_s):
        try:
            block = os.read(key.fd, BLOCK_BYTES)
        except BlockingIOError:
            continue
        if block:
            key.data(block)
            taken += len(block)
        else:
            selector.unregister(key.fileobj)
    return taken


def _drain(selector: selectors.BaseSelector) -> None:
    """Take in what lies in the pipes still."""
    taken = 0
    while taken < MOST_LEFT_BYTES and (more := _read(selector, 0.0)):
        taken += more
