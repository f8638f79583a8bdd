"""Who is answered: deny by default."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from telegram import Update

from bot.job import Origin
from bot.messages import users as messages
from bot.noise import Kind
from bot.roles import Role
from bot.store import Store, Transaction
from bot.store.audit import Deed

CODE_BYTES = 16
OPEN_FOR = timedelta(minutes=10)
MOST_TRIES = 5


class Access:
    """Knows the users. A stranger leaves no trace and gets no answer.

    A code, in a link of 128 random bits, makes whoever sends it first in time a user;
    without an owner there is one for that. After five wrong codes all are worthless.

    Covered: messages, edited messages and button presses in private chats and
    groups. Not covered: channels; a post there has no user and is not answered.
    """

    def __init__(self, store: Store, owner_id: int | None, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._tries = 0
        self._roles: dict[int, Role | None] = {}
        with store.transaction() as tx:
            if owner_id is not None:
                tx.users.make_owner(owner_id, now())
            self.owner_id = tx.users.owner_id()
            # Those of an earlier bot were for the machine's screen of that time.
            tx.invitations.withdraw(Role.OWNER)
            self._code = self._invite(tx, Role.OWNER) if self.owner_id is None else None

    @property
    def code(self) -> str | None:
        """What the owner-to-be has to send, while there is no owner."""
        return self._code

    def role(self, user_id: int) -> Role | None:
        """A user's role; none for a stranger."""
        if user_id not in self._roles:
            with self._store.transaction() as tx:
                found = tx.users.role(user_id)
            if found is None:
                return None  # not remembered: strangers must not fill the memory
            self._roles[user_id] = found
        return self._roles[user_id]

    def admitted(self, update: Update) -> bool:
        """Whether an update comes from somebody who is answered."""
        user = update.effective_user
        if user is None:
            return False
        return self.role(user.id) is not None or self._is_invited(update)

    def invite(self, role: Role, origin: Origin) -> str | None:
        """A new code for a role; none where this update has made one before."""
        with self._store.transaction() as tx:
            if not tx.first(origin):
                return None
            tx.audit.put(origin, Deed.INVITED, self._now(), detail=role.name.lower())
            return self._invite(tx, role)

    def join(self, origin: Origin, code: str, name: str) -> Role | None:
        """Give a user the role that a code is worth; the code is used up.

        Returns:
            None where it is worth nothing, or no more than the user has.
        """
        now = self._now()
        with self._store.transaction() as tx:
            worth, has = tx.invitations.role(code, now), tx.users.role(origin.user_id)
            if worth is None or (has is not None and has >= worth):
                return None
            if not tx.first(origin):
                return None
            self._give(tx, origin.user_id, worth)
            tx.users.call(origin.user_id, name)
            tx.invitations.use(code)
            tx.audit.put(origin, Deed.JOINED, now, detail=worth.name.lower())
        self._roles.pop(origin.user_id, None)
        if worth is Role.OWNER:
            self.owner_id, self._code = origin.user_id, None
        return worth

    def remove(self, user_id: int, origin: Origin) -> bool:
        """Take a user's role; whether this press was the first."""
        with self._store.transaction() as tx:
            if not tx.first(origin):
                return False
            tx.users.remove(user_id)
            tx.audit.put(origin, Deed.REMOVED, self._now(), detail=str(user_id))
        self._roles.pop(user_id, None)
        return True

    def _give(self, tx: Transaction, user_id: int, role: Role) -> None:
        if role is Role.OWNER:
            tx.users.make_owner(user_id, self._now())
        else:
            tx.users.put(user_id, role, self._now())

    def _invite(self, tx: Transaction, role: Role) -> str:
        code = secrets.token_urlsafe(CODE_BYTES)
        self._tries = 0
        tx.invitations.put(code, role, self._now() + OPEN_FOR)
        return code

    def _is_invited(self, update: Update) -> bool:
        """Whether a stranger brings a code that is worth something; wrong ones are counted."""
        message = update.message
        if message is None or not message.text or message.chat.type != message.chat.PRIVATE:
            return False
        name, _, offered = message.text.partition(" ")
        if name != "/start" or not offered.strip():
            return False
        with self._store.transaction() as tx:
            if not tx.invitations.open(self._now()):
                return False
            if tx.invitations.role(offered.strip(), self._now()) is not None:
                return True
            self._tries += 1
            if self._tries >= MOST_TRIES:
                self._close(tx)
        return False

    def _close(self, tx: Transaction) -> None:
        """Too many wrong codes: nobody can join by a link until there is a new one."""
        tx.invitations.withdraw()
        self._code = None
        if self.owner_id is not None:
            with tx.speaking(self.owner_id):
                text = messages.links_closed(MOST_TRIES)
            tx.outbox.put(self.owner_id, text, self._now(), kind=Kind.MACHINE)
