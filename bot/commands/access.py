"""Who is answered: deny by default."""

import hmac
import secrets
from collections.abc import Callable
from datetime import datetime

from telegram import Update

from bot.roles import Role
from bot.store import Store

CODE_BYTES = 16
MOST_TRIES = 5


class Access:
    """Knows the users. A stranger leaves no trace and gets no answer.

    Without an owner, whoever sends ``/start CODE`` with the code that was printed
    at the start becomes the owner: once, and after five wrong tries not at all.

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
        self._code = None if self.owner_id is not None else secrets.token_urlsafe(CODE_BYTES)

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
        return self.role(user.id) is not None or self._is_pairing(update)

    def pair(self, user_id: int) -> bool:
        """Make a user whose code was right the owner; the code is used up.

        Returns:
            False if somebody else was quicker.
        """
        if self._code is None:
            return False
        self._code = None
        self.owner_id = user_id
        with self._store.transaction() as tx:
            tx.users.make_owner(user_id, self._now())
        return True

    def _is_pairing(self, update: Update) -> bool:
        message = update.message
        if self._code is None or message is None or not message.text:
            return False
        name, _, offered = message.text.partition(" ")
        if name != "/start" or not offered or self._tries >= MOST_TRIES:
            return False
        if hmac.compare_digest(offered.strip().encode(), self._code.encode()):
            return True
        self._tries += 1
        return False
