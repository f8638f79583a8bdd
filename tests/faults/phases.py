"""What a bot was doing when it was killed, told from its store and from Telegram's journal."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bot.store import Store, Transaction
from bot.store.outbox import SendState
from tests.bots import OWNER
from tests.faults.scene import Scene
from training.protocol.folder import JobFolder

STARTING = "starting: no command is listened to yet"
MID_SEND = "a notification on its way"
SEND_UNCOMMITTED = "a notification arrived, not yet written down"
CARD_MID_SEND = "a new card on its way"
CARD_UNCOMMITTED = "a new card arrived, not yet written down"
UNFETCHED = "a command waits at Telegram"
UNHANDLED = "a command is stored, its effect is not"
NOT_BEGUN = "a job process was started and has not begun"
UNREAD = "a job wrote what is not taken in yet"
OWED = "a notification is owed and not tried"
RUNNING = "jobs run, nothing in hand"
IDLE = "idle"
PHASES = (
    STARTING, MID_SEND, SEND_UNCOMMITTED, CARD_MID_SEND, CARD_UNCOMMITTED, UNFETCHED,
    UNHANDLED, NOT_BEGUN, UNREAD, OWED, RUNNING, IDLE,
)  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """What was found after a kill: where it struck, and how many jobs had not ended."""

    phase: str
    open_jobs: int


def moment_of_death(scene: Scene) -> Moment:
    """Look at what a killed bot left; its store is copied first, and is not touched."""
    if not scene.settings.store_path.exists():
        return Moment(STARTING, 0)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "store.sqlite3")
        for ending in ("", "-wal"):
            part = scene.settings.store_path.with_name(scene.settings.store_path.name + ending)
            if part.exists():
                shutil.copy(part, copy.with_name(copy.name + ending))
        store = Store(copy)
        with store.transaction() as tx:
            open_jobs = len(tx.jobs.active()) + len(tx.jobs.queued())
            phase = _phase(scene, tx)
        store.close()
    return Moment(phase, open_jobs)


def _phase(scene: Scene, tx: Transaction) -> str:
    journal = scene.telegram.world.journal
    calls = journal.calls(since=scene.started_after)
    if not scene.listening():
        return STARTING
    arrived = {str(c.params["text"]) for c in calls if c.method == "sendMessage" and c.took_effect}
    first = tx.outbox.next_for(OWNER)
    if first is not None and first.state is SendState.ATTEMPTING:
        return SEND_UNCOMMITTED if _among(first.text, arrived) else MID_SEND
    for job_id in tx.cards.unfinished():
        card = tx.cards.find(job_id)
        if card is not None and card.message_id is None and card.text:
            return CARD_UNCOMMITTED if _among(card.text, arrived) else CARD_MID_SEND
    if tx.inbox.untaken():
        return UNHANDLED
    if scene.telegram.world.updates.count():
        return UNFETCHED
    return _of_jobs(scene, tx) or (OWED if first is not None else IDLE)


def _of_jobs(scene: Scene, tx: Transaction) -> str | None:
    active = tx.jobs.active()
    logs = {job.id: JobFolder.of(scene.settings.work, job.id).event_log for job in active}
    sizes = {job_id: log.stat().st_size if log.exists() else 0 for job_id, log in logs.items()}
    if any(job.progress.run_at is None and sizes[job.id] == job.log_offset for job in active):
        return NOT_BEGUN
    if any(sizes[job.id] > job.log_offset for job in active):
        return UNREAD
    if active and not tx.outbox.owed():
        return RUNNING
    return None


def _among(text: str, sent: set[str]) -> bool:
    return any(one.endswith(text) for one in sent)
