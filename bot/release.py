"""Gives an idle machine back, once everything is saved: announced, and called off by any work."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from bot.button import Button
from bot.home_copy import HomeTrouble
from bot.job import Origin
from bot.messages import release as messages
from bot.messages.translation import say
from bot.noise import Kind
from bot.store import Store, Transaction
from bot.store.audit import Deed

HOLD, KEEP, NOW, ANYWAY = "release_hold", "release_keep", "release_now", "release_anyway"
NOTICE = timedelta(minutes=10)
SHORT_NOTICE = timedelta(minutes=1)
HOLD_FOR = timedelta(minutes=30)
AFTER_JOB = timedelta(minutes=1)
AFTER_WORD = timedelta(minutes=10)
SAVING_PATIENCE = timedelta(minutes=5)
SAME_MACHINE = timedelta(minutes=1)  # its start is known to some seconds only
SAVING_INTERVAL_S, IDLE_INTERVAL_S = 1.0, 15.0
_PLAN, _AFTER = "release_plan", "release_after"


class After(StrEnum):
    """What happens when the queue has run empty."""

    ASK = "ask"
    RELEASE = "release"
    KEEP = "keep"


class Saving(Protocol):
    """What is asked of the vault before a machine is given up."""

    def copy_now(self) -> None:
        """Copy whatever has changed without waiting."""

    def up_to_date(self) -> bool:
        """Whether the home folder has all that is here."""


class Plan(BaseModel):
    """Where a release stands; in the store, so that it outlives the bot.

    Attributes:
        machine: when the machine came up; another one's plan is none of ours.
        chat_id: where it was announced.
        at: when it is to be released.
        leaving_since: all is being saved, and then the machine goes.
        forced: the user has agreed to what is lost.
        hold_until, keep: the user wants the machine to stay, for a time or until
            the next job has ended.
    """

    model_config = ConfigDict(frozen=True)

    machine: datetime
    chat_id: int | None = None
    at: datetime | None = None
    leaving_since: datetime | None = None
    forced: bool = False
    hold_until: datetime | None = None
    keep: bool = False


class Release:
    """Decides when the machine may go.

    Args:
        lent: whether the machine is one to give back; else releasing ends the bot only,
            when it is told to, and jobs go on.
        vault: what saves; none: nothing outlives the machine, so it is never given
            back unasked.
    """

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        machine: datetime,
        *,
        lent: bool,
        vault: Saving | None,
        owner_id: Callable[[], int | None] = lambda: None,
    ) -> None:
        self._store = store
        self._now = now
        self._machine = machine
        self.lent = lent
        self._vault = vault
        self._owner_id = owner_id
        self._last_word_at = now()
        self._wake = asyncio.Event()
        self._pending = False

    @property
    def saves(self) -> bool:
        """Whether what is here outlives the machine."""
        return self._vault is not None

    async def run(self) -> None:
        """Look after the plan until the machine may go."""
        while not self.step():
            wait_s = SAVING_INTERVAL_S if self._pending else IDLE_INTERVAL_S if self.lent else None
            try:
                async with asyncio.timeout(wait_s):
                    await self._wake.wait()
            except TimeoutError:
                continue
            finally:
                self._wake.clear()

    def step(self) -> bool:
        """One look: announce, call off, save; whether the machine may go now."""
        with self._store.transaction() as tx:
            plan, busy = self._plan(tx), tx.jobs.any_open()
            self._pending = plan.at is not None or plan.leaving_since is not None
            if plan.leaving_since is not None:
                may_go = self._leave(tx, plan, plan.leaving_since, busy=busy)
                if may_go:  # who starts a bot here all the same wants it to stay
                    self._put(tx, Plan(machine=self._machine))
                return may_go
            if plan.at is not None:
                self._wait(tx, plan, plan.at, busy=busy)
            elif busy and (plan.keep or plan.hold_until):
                self._put(tx, Plan(machine=self._machine))  # it was kept for this
            elif not busy and self._is_due(tx, plan):
                self._announce(tx, plan)
        return False

    def touched(self) -> None:
        """Somebody has given a command: the machine is not idle."""
        self._last_word_at = self._now()
        with self._store.transaction() as tx:
            plan = self._plan(tx)
            if plan.at is not None or plan.leaving_since is not None:
                self._call_off(tx, plan)

    def hold(self, origin: Origin) -> bool:
        """Keep the machine for a while; whether this press was the first."""
        return self._answer(origin, None, hold_until=self._now() + HOLD_FOR)

    def keep(self, origin: Origin) -> bool:
        """Keep the machine until another job has ended; whether this press was the first."""
        return self._answer(origin, None, keep=True)

    def go(self, origin: Origin, *, forced: bool = False) -> bool:
        """Release as soon as all is saved; whether this word, or press, was the first."""
        changes = {"at": self._now(), "forced": forced, "chat_id": origin.chat_id}
        return self._answer(origin, Deed.RELEASED, **changes)

    def after(self, choice: After | None = None) -> After:
        """What happens when the queue runs empty, perhaps as of now."""
        with self._store.transaction() as tx:
            if choice is not None:
                tx.about.put(_AFTER, choice.value)
            return After(tx.about.get(_AFTER) or After.ASK.value)

    def _answer(self, origin: Origin, deed: Deed | None, **changes: object) -> bool:
        with self._store.transaction() as tx:
            if not tx.first(origin):
                return False
            self._put(tx, Plan(machine=self._machine).model_copy(update=changes))
            if deed is not None:
                tx.audit.put(origin, deed, self._now())
        self._wake.set()
        return True

    def _is_due(self, tx: Transaction, plan: Plan) -> bool:
        """Whether the machine has been idle for long enough to say so."""
        after = After(tx.about.get(_AFTER) or After.ASK.value)
        if not self.lent or self._vault is None or plan.keep or after is After.KEEP:
            return False
        ended = [job.ended_at for job in tx.jobs.latest(1) if job.ended_at is not None]
        quiet = [self._last_word_at + AFTER_WORD, *(at + AFTER_JOB for at in ended)]
        # A job that ended after the last word: whoever waited for it is told soon.
        idle_at = quiet[-1] if ended and ended[0] > self._last_word_at else quiet[0]
        return self._now() >= max(idle_at, plan.hold_until or idle_at)

    def _announce(self, tx: Transaction, plan: Plan) -> None:
        latest = tx.jobs.latest(1)
        chat_id = latest[0].origin.chat_id if latest else self._owner_id()
        if chat_id is None:
            return
        now = self._now()
        soon = After(tx.about.get(_AFTER) or After.ASK.value) is After.RELEASE
        notice = SHORT_NOTICE if soon else NOTICE
        with tx.speaking(chat_id):
            text = messages.announced(notice.total_seconds())
            stays = [Button(say(messages.HOLD), HOLD), Button(say(messages.KEEP), KEEP)]
            goes = [Button(say(messages.NOW), NOW)]
        keyboard = tx.buttons.offer(chat_id, [stays, goes], now)
        tx.outbox.put(chat_id, text, now, keyboard=keyboard, kind=Kind.MACHINE)
        self._put(tx, Plan(machine=self._machine, chat_id=chat_id, at=now + notice))

    def _wait(self, tx: Transaction, plan: Plan, at: datetime, *, busy: bool) -> None:
        if busy and self.lent:
            if not plan.forced:
                self._call_off(tx, plan)
        elif self._now() >= at:
            self._say(tx, plan, partial(messages.leaving, lent=self.lent, saving=self.saves))
            self._put(tx, plan.model_copy(update={"leaving_since": self._now()}))

    def _leave(self, tx: Transaction, plan: Plan, since: datetime, *, busy: bool) -> bool:
        if busy and self.lent:
            self._call_off(tx, plan)
            return False
        told = tx.outbox.owed() == 0
        if not self.lent or self._vault is None:
            return told or self._now() - since > SAVING_PATIENCE
        unsaved = tx.copies.wanting()
        if told and not unsaved and self._vault.up_to_date():
            return True
        if self._now() - since > SAVING_PATIENCE:
            trouble: HomeTrouble | None = tx.copies.home().trouble
            self._say(tx, plan, partial(messages.not_saved, trouble, unsaved))
            self._put(tx, Plan(machine=self._machine, keep=True))
        elif told:
            self._vault.copy_now()
        return False

    def _call_off(self, tx: Transaction, plan: Plan) -> None:
        self._put(tx, Plan(machine=self._machine))
        self._say(tx, plan, messages.called_off)

    def _say(self, tx: Transaction, plan: Plan, words: Callable[[], str]) -> None:
        if plan.chat_id is not None:
            with tx.speaking(plan.chat_id):
                text = words()
            tx.outbox.put(plan.chat_id, text, self._now(), silent=True, kind=Kind.MACHINE)

    def _plan(self, tx: Transaction) -> Plan:
        kept = tx.about.get(_PLAN)
        plan = Plan.model_validate_json(kept) if kept else Plan(machine=self._machine)
        ours = abs(plan.machine - self._machine) < SAME_MACHINE
        return plan if ours else Plan(machine=self._machine)

    def _put(self, tx: Transaction, plan: Plan) -> None:
        tx.about.put(_PLAN, plan.model_dump_json())
