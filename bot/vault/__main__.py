"""The vault's child process: everything that touches the home folder.

A request a line on standard input, reports on standard output. It keeps nothing in
memory between requests: one that hangs is killed, and a new one goes on.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bot.home_copy import HomeTrouble
from bot.vault import lease
from bot.vault.copying import copy_job, copy_store
from bot.vault.handing_over import as_text, hand_over
from bot.vault.home import Home
from bot.vault.manifest import Manifest
from bot.vault.notes import Notes
from bot.vault.restoring import (
    belongs_to_another,
    fetch_job,
    nothing_runs_here,
    restore,
    set_aside,
)
from bot.vault.touching import read_some, write_some
from bot.vault.trouble import HomeFailed, LocalFailed, trouble_of
from bot.vault.wire import (
    REQUEST,
    Beat,
    Copy,
    Done,
    Failed,
    Fetch,
    HandedOver,
    HandOver,
    JobCopied,
    LastReport,
    Open,
    Opened,
    Place,
    Renew,
    Request,
    Superseded,
    Touch,
)

BEAT_INTERVAL_S = 0.2

Say = Callable[[Beat | JobCopied | LastReport], None]


def main() -> None:
    """Answer requests until standard input closes."""
    for line in sys.stdin:
        report = answer(REQUEST.validate_json(line), _say)
        _say(report)


def answer(request: Request, say: Say) -> LastReport:
    """Fulfil a request; whatever goes wrong with a disk is an answer, not an error."""
    beat = _Beats(say)
    beat()
    try:
        return _fulfil(request, beat, say)
    except lease.Outrun as outrun:
        return Superseded(by=outrun.by)
    except HomeFailed as failed:
        return Failed(trouble=failed.trouble, error=str(failed))
    except LocalFailed as failed:
        return Failed(trouble=HomeTrouble.OTHER, error=as_text(str(failed)))
    except OSError as error:
        return Failed(trouble=trouble_of(error), error=str(error))


def _fulfil(request: Request, beat: Callable[[], None], say: Say) -> LastReport:
    match request:
        case Open():
            return _open(request, beat)
        case Copy():
            return _copy(request, beat, say)
        case Renew():
            Home(request.place.home).check()
            generation = request.place.generation or 0
            lease.renew(Home(request.place.home).lease, request.place.launch, generation)
        case Fetch():
            Home(request.place.home).check()
            fetch_job(request.place, request.job_id, beat, checkpoint=request.checkpoint)
        case HandOver(home=home, source=source):
            return HandedOver(path=hand_over(Home(home), Path(os.fsdecode(source)), beat))
        case Touch(folder=folder, write=False):
            read_some(folder)
        case Touch(folder=folder):
            write_some(folder)
    return Done()


class _Beats:
    """Says that something moves, though not more often than anybody looks."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._last = 0.0

    def __call__(self) -> None:
        now = time.monotonic()
        if now - self._last >= BEAT_INTERVAL_S:
            self._last = now
            self._say(Beat())


def _open(request: Open, beat: Callable[[], None]) -> Opened:
    place = request.place
    home, notes = Home(place.home), Notes(place.work)
    home.make()
    foreign = belongs_to_another(place, beat) if place.store.exists() else None
    if foreign is not None and not request.may_restore:
        _give_way(place, foreign)
    if foreign is not None:
        nothing_runs_here(place)
    # The lease before the restore: whoever had it copies nothing more over what is read here.
    generation = lease.take(home.lease, place.launch)
    restored = None
    try:
        if foreign is not None:
            set_aside(place)
        if request.may_restore and not place.store.exists():
            restored = restore(place, beat)
        notes.know(place.launch.id)
    except BaseException:
        lease.give_back(home.lease, place.launch, generation)
        raise
    other = lease.other(home.lease, place.launch)
    return Opened(generation=generation, other=other, restored=restored)


def _give_way(place: Place, foreign: Manifest) -> None:
    """Home was away when this launch began, and somebody else has used it.

    Clocks decide here, as nothing else can: a launch that home never heard of has
    no place in the counting.

    Raises:
        Outrun: somebody has launched since.
        HomeFailed: that was before; what this machine has is not what home has.
    """
    by = lease.holder(Home(place.home).lease, foreign.launch)
    if by is not None and by.since > place.launch.since:
        raise lease.Outrun(by)
    raise HomeFailed(HomeTrouble.FOREIGN, f"{foreign.host} has copied here at {foreign.at}")


def _copy(request: Copy, beat: Callable[[], None], say: Say) -> LastReport:
    place = request.place
    Home(place.home).check()
    _check_lease(place)
    # An older launch may have been in the middle of a copy: that is written over.
    other = belongs_to_another(place, beat)
    if other is not None and not lease.outran(
        Home(place.home).lease, other.launch, place.generation or 0
    ):
        raise HomeFailed(HomeTrouble.FOREIGN, f"{other.host} has copied here at {other.at}")
    for job_id in request.jobs:
        _check_lease(place)
        say(copy_job(place, job_id, beat))
    _check_lease(place)
    copy_store(request, beat)
    return Done()


def _check_lease(place: Place) -> None:
    lease.check(Home(place.home).lease, place.launch, place.generation or 0)


def _say(report: Beat | JobCopied | LastReport) -> None:
    try:
        sys.stdout.write(report.model_dump_json() + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os._exit(0)  # the bot is gone; the next one has a child of its own


if __name__ == "__main__":
    main()
