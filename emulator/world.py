"""The state of the stand-in: people, chats, messages, updates, files; no HTTP in it.

Every change goes through a few verbs that lock, store and tell the feed; time comes from the
injected clock. The Bot API (:mod:`emulator.methods`) and people (:mod:`emulator.human`) act on
the world through them, and tests may, from any thread.
"""

import itertools
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from emulator.bell import Bell
from emulator.errors import ApiError, ChatError, bad_request, forbidden
from emulator.faults import FaultBook
from emulator.feed import Feed
from emulator.files import FileStore
from emulator.journal import Journal
from emulator.limits import Limits, Pacer
from emulator.objects import Chat, Json, Message, Person
from emulator.profile import BotProfile
from emulator.updates import UpdateQueue

# No secret: it opens nothing but this emulator.
DEFAULT_TOKEN = "1000001:EMULATOR-TOKEN-opens-nothing-elsewhere"  # noqa: S105
YOU = Person(1001, "You", "you", "en")
FIRST_GROUP_ID = -1_001_000_000_001


@dataclass(frozen=True)
class Callback:
    """A pressed button, waiting for the bot's answer or answered."""

    id: str
    chat_id: int
    message_id: int
    person_id: int
    data: str
    at: float
    answer: Json | None = None


class World:
    """Everything that Telegram would remember."""

    def __init__(
        self,
        token: str = DEFAULT_TOKEN,
        clock: Callable[[], float] = time.time,
        limits: Limits | None = None,
        seed: int = 0,
    ) -> None:
        self.id = secrets.token_hex(8)
        self.token = token
        self.clock = clock
        self.lock = threading.RLock()
        self.bell = Bell()
        self.feed = Feed(self.bell)
        self.updates = UpdateQueue(clock)
        self.files = FileStore()
        self.pacer = Pacer(limits or Limits())
        self.faults = FaultBook(self.bell, seed)
        self.journal = Journal()
        self.profile = BotProfile()
        self.unknown_methods: list[str] = []
        self.closing = False
        self.bot = Person(int(token.partition(":")[0]), "Coltrain", "coltrain_bot", is_bot=True)
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.started: set[int] = set()
        self.blocked_by: set[int] = set()
        self.moved: dict[int, int] = {}
        self.callbacks: dict[str, Callback] = {}
        self._messages: dict[int, dict[int, Message]] = {}
        self._message_ids = itertools.count(1)
        self._person_ids = itertools.count(YOU.id + 1)
        self._group_ids = itertools.count(FIRST_GROUP_ID, -1)
        self.add_person(YOU)

    def close(self) -> None:
        """End every long poll and event stream, so that the server can stop."""
        self.closing = True
        self.bell.ring()

    def new_person_id(self) -> int:
        """Return an id that nobody has."""
        return next(i for i in self._person_ids if i not in self.people)

    def add_person(self, person: Person) -> Person:
        """Add somebody, and the private chat with the bot that opens when they write."""
        with self.lock:
            self.people[person.id] = person
            chat = Chat(person.id, person.first_name, frozenset({person.id}), person.username)
            self._add_chat(chat)
            return person

    def add_group(self, title: str, members: frozenset[int], chat_id: int | None = None) -> Chat:
        """Add a group that the bot is a member of."""
        with self.lock:
            if not members or not members <= set(self.people):
                raise ChatError("a group needs members who exist")
            chat = Chat(chat_id or next(self._group_ids), title, members)
            if chat.is_private or chat.id in self.chats:
                raise ChatError("a group's id is negative and its own")
            self._add_chat(chat)
            self.started.add(chat.id)
            return chat

    def upgrade_group(self, chat_id: int) -> Chat:
        """Make a group a supergroup: it gets another number, and messages begin anew."""
        with self.lock:
            before = self.chats[chat_id]
            after = self.add_group(before.title, before.members)
            self.moved[chat_id] = after.id
            return after

    def _add_chat(self, chat: Chat) -> None:
        self.chats[chat.id] = chat
        self._messages.setdefault(chat.id, {})
        self.feed.tell(self.clock(), 0, "chat", {"chat": chat.as_json()})

    def open_chat(self, chat_id: int) -> Chat:
        """Return a chat that the bot may act in.

        Raises:
            ApiError: Telegram knows no such chat, or the person wants no message from the bot.
        """
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        if chat_id in self.moved:
            upgraded = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, upgraded, moved_to=self.moved[chat_id])
        if chat_id in self.blocked_by:
            raise forbidden("bot was blocked by the user")
        if chat_id not in self.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def new_message_id(self) -> int:
        """Return the next message id; one sequence serves every chat."""
        return next(self._message_ids)

    def message(self, chat_id: int, message_id: int) -> Message | None:
        """Return a message that has not been deleted."""
        return self._messages.get(chat_id, {}).get(message_id)

    def messages(self, chat_id: int) -> list[Message]:
        """Return what stands in a chat, oldest first."""
        with self.lock:
            return list(self._messages.get(chat_id, {}).values())

    def post(self, message: Message) -> Message:
        """Put a message into its chat, for everybody to see."""
        with self.lock:
            self._messages[message.chat.id][message.message_id] = message
            self._tell(message.chat.id, "message", {"message": self.view(message)})
            return message

    def revise(self, message: Message) -> Message:
        """Replace a message by its edited self; a new keyboard alone leaves no "edited" mark."""
        with self.lock:
            before = self._messages[message.chat.id][message.message_id]
            if (before.body, before.media) != (message.body, message.media):
                message = replace(message, edit_date=int(self.clock()))
            self._messages[message.chat.id][message.message_id] = message
            self._tell(message.chat.id, "edited", {"message": self.view(message)})
            return message

    def remove(self, chat_id: int, message_id: int) -> None:
        """Delete a message for everybody; a deleted message is not pinned either."""
        with self.lock:
            del self._messages[chat_id][message_id]
            self._tell(chat_id, "deleted", {"message_id": message_id})
            pinned = self.profile.pinned.get(chat_id, [])
            if message_id in pinned:
                pinned.remove(message_id)
                self._tell(chat_id, "pinned", {"message_ids": list(pinned)})

    def tell(self, chat_id: int, kind: str, data: Json) -> None:
        """Show people something that is no message: typing, a toast, a menu."""
        self._tell(chat_id, kind, data)

    def _tell(self, chat_id: int, kind: str, data: Json) -> None:
        self.feed.tell(self.clock(), chat_id, kind, data)

    def inform_bot(self, kind: str, payload: Json) -> None:
        """Queue an update for the bot and wake its long poll."""
        self.updates.put(kind, payload)
        self.bell.ring()

    def view(self, message: Message) -> Json:
        """Return a message as the chat page reads it: the Bot API's fields and three more."""
        return message.as_json() | {
            "outgoing": not message.sender.is_bot,
            "silent": message.silent,
            "reaction": list(message.reaction),
        }

    def answer_callback(self, callback_id: str, answer: Json, kept_s: float) -> None:
        """Record the bot's answer to a pressed button.

        Raises:
            ApiError: no such query, it was answered before, or it is too old.
        """
        with self.lock:
            pressed = self.callbacks.get(callback_id)
            fresh = pressed and not pressed.answer and self.clock() - pressed.at <= kept_s
            if pressed is None or not fresh:
                raise ApiError(
                    400,
                    "Bad Request: query is too old and response timeout expired "
                    "or query ID is invalid",
                )
            self.callbacks[callback_id] = replace(pressed, answer=answer)
            data = {"message_id": pressed.message_id, "person": pressed.person_id} | answer
            self._tell(
                pressed.chat_id, "callback_answer", {"callback_query_id": callback_id} | data
            )
