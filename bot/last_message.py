"""The last message about a job: its words, its picture, its buttons, owed in one transaction."""

from datetime import datetime

from bot.button import Button, Key, Keyboard, lasting
from bot.job import Ending, Job
from bot.messages import end_keys, endings
from bot.messages.markup import CAPTION_LIMIT, TEXT_LIMIT
from bot.messages.standing import rival, standing
from bot.noise import Kind
from bot.store import Transaction
from bot.wishes import is_complete

COMPARED_WITH = 200
FEWEST_POINTS = 2  # one is no curve


def owe(tx: Transaction, job: Job, now: datetime) -> None:
    """Owe the chat the last message about a job that has ended."""
    chat_id, records = job.origin.chat_id, tx.jobs.epochs(job.id)
    trained = job.spec.trains
    best = rival(job, tx.jobs.latest(COMPARED_WITH, before=job.id)) if trained else None
    went_well = job.ending in (Ending.SUCCEEDED, Ending.STOPPED)
    pictured = trained and went_well and len(records) >= FEWEST_POINTS
    limit = CAPTION_LIMIT if pictured else TEXT_LIMIT
    tx.outbox.put(
        chat_id,
        endings.ended(job, records, standing(job, best), limit),
        now,
        job_id=job.id,
        keyboard=_keyboard(tx, job, best, now),
        plot_of=job.id if pictured else None,
        kind=Kind.FINISHED if went_well else Kind.FAILED,
    )


def _keyboard(tx: Transaction, job: Job, best: Job | None, now: datetime) -> Keyboard | None:
    """One-shot keys for what starts work, lasting ones for the rest."""
    names = [name for name, _ in tx.jobs.artifacts(job.id)]
    rows = end_keys.rows(
        job,
        rival=None if best is None else best.id,
        has_model=end_keys.MODEL in names,
        complete=is_complete(job),
    )
    tx.buttons.withdraw(end_keys.ONE_SHOT, job.id)  # those of an earlier end
    once = [button for row in rows for button in row if button.action in end_keys.ONE_SHOT]
    offered = tx.buttons.offer(job.origin.chat_id, [once], now)[0] if once else ()
    keys = dict(zip(map(id, once), offered, strict=True))

    def key(button: Button) -> Key:
        return keys.get(id(button)) or lasting([[button]])[0][0]

    return tuple(tuple(key(button) for button in row) for row in rows) or None
