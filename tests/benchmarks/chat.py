"""A person in a chat of the stand-in, who says one thing and waits for the answer."""

import time
from types import TracebackType
from typing import Any, Self

import httpx

from bot.stand_in import PERSON

ANSWER_WAIT_S = 120.0
STEP_S = 10.0
QUIET_S = 3.0

Event = dict[str, Any]


class NoAnswer(Exception):
    """The bot did not answer; the text says what was said to it."""


class Chat:
    """Person 1001 in the private chat with the bot. Times are the stand-in's own (Unix time)."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def lift_limits(self) -> None:
        """Let the bot send as fast as it can: the bot is measured, not Telegram's limits."""
        self._http.post("/emulator/limits", json={"enforced": False}).raise_for_status()

    def say(self, text: str) -> int:
        """Say something; the number of the latest event before it."""
        since: int = self._http.get("/chat").json()["seq"]
        self._http.post(f"/chat/{PERSON}/messages", json={"text": text}).raise_for_status()
        return since

    def ask(self, text: str) -> float:
        """Say something, and wait for the answer.

        Returns:
            Seconds from the update's arrival at the stand-in to the bot's message there.

        Raises:
            NoAnswer: none came.
        """
        since = self.say(text)
        [said, answer] = self._first_two_messages(since, text)
        return float(answer["at"]) - float(said["at"])

    def answer(self, text: str) -> str:
        """Say something, and read the answer."""
        [_, answer] = self._first_two_messages(self.say(text), text)
        return str(answer["message"].get("text", ""))

    def message_after(self, since: int) -> int:
        """The number of the bot's first message after what was said."""
        return int(self._first_two_messages(since, "a command")[1]["message"]["message_id"])

    def edits(self, message_id: int) -> list[float]:
        """When a message was edited, as far as the stand-in remembers."""
        query = {"since": 0, "wait_s": 0}
        events = self._http.get(f"/chat/{PERSON}/events", params=query).json()["events"]
        edited = [event for event in events if event["kind"] == "edited"]
        return [
            float(event["at"]) for event in edited if event["message"]["message_id"] == message_id
        ]

    def answered_at(self, since: int) -> float:
        """When the first message after what was said in a fresh chat arrived."""
        return float(self._first_two_messages(since, "the first command")[1]["at"])

    def until_quiet(self) -> None:
        """Wait until the bot has not sent a message for some seconds: it has told all."""
        since = self._http.get("/chat").json()["seq"]
        while True:
            since, messages = self._messages_after(since, QUIET_S)
            if not messages:
                return

    def _first_two_messages(self, since: int, text: str) -> list[Event]:
        found: list[Event] = []
        deadline = time.monotonic() + ANSWER_WAIT_S
        while time.monotonic() < deadline:
            since, messages = self._messages_after(since, STEP_S)
            found += messages
            if len(found) > 1:
                return found[:2]
        raise NoAnswer(f"no answer to {text} within {ANSWER_WAIT_S:.0f} s")

    def _messages_after(self, since: int, wait_s: float) -> tuple[int, list[Event]]:
        """Wait for events; the number of the last one, and the messages among them."""
        query = {"since": since, "wait_s": wait_s}
        news = self._http.get(f"/chat/{PERSON}/events", params=query).json()
        return news["seq"], [event for event in news["events"] if event["kind"] == "message"]
