"""The start: take the lease, and bring back what this machine lacks, before the store opens."""

import logging
import secrets
import socket
from dataclasses import dataclass
from datetime import datetime

from bot.home_copy import HomeTrouble
from bot.settings import Settings
from bot.vault.wire import Launch, Open, Opened, Place
from bot.vault.worker import Worker

log = logging.getLogger(__name__)

# At the start somebody waits; and a bot that has its store can do without an answer.
START_STALL_S = 20.0
START_STALL_WITH_STORE_S = 5.0
_SENTENCES = {
    HomeTrouble.NO_ANSWER: "It does not answer. Wait a minute",
    HomeTrouble.GONE: "It is not there. Connect Drive again",
    HomeTrouble.FULL: "It is full. Delete what you no longer need",
    HomeTrouble.READ_ONLY: "It cannot be written. Look at its permissions",
    HomeTrouble.DAMAGED: "What lies there is damaged. Move it away to begin anew",
    HomeTrouble.FOREIGN: "Another machine has used it since, and a job runs here still. Let it end",
}


class HomeUnavailable(Exception):
    """The home folder cannot be used, and without it the bot must not start; says what to do."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A launch's beginning.

    Attributes:
        place: with the generation, where home answered.
        other: the newest launch before this one, which may be alive.
    """

    place: Place
    other: Launch | None


def open_home(settings: Settings, worker: Worker, now: datetime) -> Opening | None:
    """Open the home folder; none where the settings name none.

    A bot that has its store starts without an answer from home, and goes on trying.
    One that has none does not: it would begin anew and copy that over all there was.

    Raises:
        HomeUnavailable: home does not answer or cannot be used, and the store may be there only.
    """
    if settings.home is None:
        return None
    launch = Launch(id=secrets.token_hex(8), host=socket.gethostname(), since=now)
    place = Place(home=settings.home, work=settings.work, store=settings.store_path, launch=launch)
    stall_s = START_STALL_WITH_STORE_S if settings.store_path.exists() else START_STALL_S
    report = worker.ask(Open(place=place, may_restore=True), stall_s=stall_s)
    if isinstance(report, Opened):
        if report.restored is not None:
            found = report.restored
            log.warning("restored from %s: as %s was at %s", place.home, found.host, found.at)
        generation = report.generation
        return Opening(place.model_copy(update={"generation": generation}), report.other)
    trouble = getattr(report, "trouble", HomeTrouble.OTHER)
    log.warning("%s cannot be opened: %s", place.home, report)
    if settings.store_path.exists() and trouble is not HomeTrouble.FOREIGN:
        return Opening(place, None)
    worker.close()
    why = _SENTENCES.get(trouble, "It cannot be used; bot.log says why. Mend that")
    raise HomeUnavailable(
        f"COLTRAIN_HOME is {place.home}. {why}, then start again. To begin without what was"
        " saved there, set COLTRAIN_HOME to another folder."
    )
