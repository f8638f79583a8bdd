"""While home takes nothing: since when, why, and who knows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.home_copy import HomeState, HomeTrouble
from bot.messages import vault as messages
from bot.noise import Kind
from bot.store import Store, Transaction


class Outage:
    """Keeps the state of the home folder; tells the chats once of a long outage and of its end.

    Args:
        patience_s: how long it lasts before they are told.
    """

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        changed: Callable[[int], None],
        patience_s: float,
    ) -> None:
        self._store = store
        self._now = now
        self._changed = changed
        self._patience = timedelta(seconds=patience_s)
        with store.transaction() as tx:
            self.lasts = tx.copies.home().trouble is not None

    def failed(self, trouble: HomeTrouble) -> None:
        """An attempt failed."""
        now = self._now()
        with self._store.transaction() as tx:
            before = tx.copies.home()
            state = replace(before, trouble=trouble, since=before.since or now)
            if not state.told and state.since is not None and now - state.since >= self._patience:
                state = replace(state, told=self._tell(tx, trouble, now - state.since))
            tx.copies.save_home(state)
        self.lasts = True
        if state != before:
            self._refresh_cards()

    def over(self) -> None:
        """A copy is complete."""
        if not self.lasts:
            return
        now = self._now()
        with self._store.transaction() as tx:
            state = tx.copies.home()
            lasted_s = (now - (state.since or now)).total_seconds()
            for chat_id in state.told:
                with tx.speaking(chat_id):
                    text = messages.home_back(lasted_s)
                tx.outbox.put(chat_id, text, now, kind=Kind.MACHINE)
            tx.copies.save_home(HomeState())
        self.lasts = False
        self._refresh_cards()

    def _tell(self, tx: Transaction, trouble: HomeTrouble, lasted: timedelta) -> tuple[int, ...]:
        """Owe a message to each chat with a job that would lose something."""
        jobs = [tx.jobs.get(job_id) for job_id in tx.copies.wanting()]
        chat_ids = tuple(sorted({job.origin.chat_id for job in jobs}))
        for chat_id in chat_ids:
            theirs = [
                (job, tx.copies.find(job.id)) for job in jobs if job.origin.chat_id == chat_id
            ]
            with tx.speaking(chat_id):
                text = messages.home_failing(trouble, lasted.total_seconds(), theirs)
            tx.outbox.put(chat_id, text, self._now(), kind=Kind.MACHINE)
        return chat_ids

    def _refresh_cards(self) -> None:
        with self._store.transaction() as tx:
            unfinished = tx.cards.unfinished()
        for job_id in unfinished:
            self._changed(job_id)
