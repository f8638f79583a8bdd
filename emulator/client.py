"""A person in a chat, for tests: says things, presses buttons, and sees what comes."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from emulator.objects import Json

YOU = 1001
DEFAULT_TIMEOUT_S = 60.0
STEP_S = 10.0


class ChatClient:
    """One person in one chat, over the HTTP contract of :mod:`emulator.chat_api`.

    Example:
        >>> async with ChatClient(url) as chat:
        ...     await chat.say("/train epochs=2")
        ...     await chat.sees("Epoch 1/2", "finished")
    """

    def __init__(self, base_url: str, chat: int = YOU, person: int | None = None) -> None:
        self.chat = chat
        self.person = person
        # No connection is used again: the server may just be closing one that was idle.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._http = httpx.AsyncClient(base_url=base_url, timeout=60, limits=limits)
        self._since = 0

    async def __aenter__(self) -> Self:
        """Return the client itself."""
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        await self.close()

    async def close(self) -> None:
        """Close the connection."""
        await self._http.aclose()

    async def say(self, text: str, *, date: int | None = None, reply_to: int | None = None) -> Json:
        """Write a message; :meth:`sees` looks from here on.

        Args:
            text: what to write.
            date: Unix time to put on it instead of now.
            reply_to: the message it answers.

        Returns:
            The message (the last one, where a long text became several).
        """
        await self._mark()
        body = {"text": text, "date": date, "reply_to": reply_to}
        return (await self._post("messages", body))["messages"][-1]  # type: ignore[no-any-return]

    async def send_file(
        self,
        file: Path | bytes,
        name: str = "",
        caption: str = "",
        *,
        as_photo: bool = False,
        album: str = "",
    ) -> Json:
        """Send a document or a picture; :meth:`sees` looks from here on.

        Args:
            album: what the files of one album have in common, each a message of its own.
        """
        if not album:
            await self._mark()
        data = file if isinstance(file, bytes) else await asyncio.to_thread(file.read_bytes)
        name = name or (file.name if isinstance(file, Path) else "file.bin")
        form = {"caption": caption, "as": "photo" if as_photo else "document", "album": album}
        if self.person is not None:
            form["person"] = str(self.person)
        answer = await self._http.post(
            f"/chat/{self.chat}/messages", data=form, files={"file": (name, data)}
        )
        return _checked(answer)["messages"][-1]  # type: ignore[no-any-return]

    async def press(self, button: str, *, message_id: int | None = None, wait_s: float = 40) -> Any:
        """Press the newest button whose text or data is (or else contains) ``button``.

        Returns:
            The bot's answer to it (``text``, ``show_alert``), or None where none came in time.

        Raises:
            AssertionError: no message in the chat has such a button.
        """
        found = _button(await self.messages(), button, message_id)
        if found is None:
            raise AssertionError(f"no button {button!r}; the chat:\n{await self.transcript()}")
        await self._mark()
        body = {"message_id": found[0], "data": found[1], "wait_s": wait_s}
        return (await self._post("press", body))["answer"]

    async def press_stale(self, message_id: int, data: str, *, wait_s: float = 40) -> Any:
        """Press a button that the chat no longer shows, or never did."""
        await self._mark()
        body = {"message_id": message_id, "data": data, "wait_s": wait_s, "stale": True}
        return (await self._post("press", body))["answer"]

    async def speaks(self, language_code: str) -> None:
        """Have the person's app in another language."""
        person = self.chat if self.person is None else self.person
        answer = await self._http.post(
            f"/chat/people/{person}/language", json={"language_code": language_code}
        )
        _checked(answer)

    async def edit(self, message_id: int, text: str) -> Json:
        """Edit an own message."""
        await self._mark()
        return (await self._post(f"messages/{message_id}", {"text": text}))["message"]  # type: ignore[no-any-return]

    async def forward(self, message_id: int, from_chat: int | None = None) -> Json:
        """Forward a message into this chat."""
        await self._mark()
        body = {"message_id": message_id, "from_chat": from_chat}
        return (await self._post("forward", body))["message"]  # type: ignore[no-any-return]

    async def block(self, *, blocked: bool = True) -> None:
        """Block the bot, or unblock it."""
        url = f"/chat/people/{self.person or self.chat}/blocked"
        _checked(await self._http.post(url, json={"blocked": blocked}))

    async def messages(self) -> list[Json]:
        """Return what stands in the chat, oldest first."""
        return (await self._get("messages"))["messages"]  # type: ignore[no-any-return]

    async def commands(self) -> list[Json]:
        """Return the command menu that this chat shows."""
        return (await self._get("commands"))["commands"]  # type: ignore[no-any-return]

    async def download(self, message: Json) -> bytes:
        """Return the bytes of a message's picture or document."""
        file = message["document"] if "document" in message else message["photo"][-1]
        answer = await self._http.get(f"/chat/files/{file['file_id']}")
        answer.raise_for_status()
        return answer.content

    async def events(self, since: int = 0) -> AsyncIterator[Json]:
        """Yield the chat's events after number ``since``, for ever."""
        url = f"/chat/{self.chat}/events"
        async with self._http.stream("GET", url, params={"since": since}) as answer:
            named = False
            async for line in answer.aiter_lines():
                named = (named or line.startswith("event:")) and line != ""
                if line.startswith("data: ") and not named:
                    yield json.loads(line.removeprefix("data: "))

    async def sees(self, *texts: str, timeout_s: float = DEFAULT_TIMEOUT_S) -> Json:
        """Wait until the bot has shown each text since the last act of this person.

        Every version of an edited message counts, also one already replaced. Of a button's
        answer the toast counts too.

        Returns:
            The message (or the answer) that showed the last of the texts to appear.

        Raises:
            AssertionError: one did not appear in time; it holds the chat as it stands.
        """
        missing, last, since = list(texts), {}, self._since
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        while missing:
            left_s = deadline - loop.time()
            if left_s <= 0:
                raise AssertionError(f"not seen: {missing}; the chat:\n{await self.transcript()}")
            query = {"since": since, "wait_s": min(left_s, STEP_S)}
            answer = await self._get("events", query)
            since = answer["seq"]
            for event in answer["events"]:
                shown = _shown(event)
                if any(text in shown for text in missing):
                    last = event.get("message", event)
                missing = [text for text in missing if text not in shown]
        return last

    async def until_taken(self, timeout_s: float = DEFAULT_TIMEOUT_S) -> None:
        """Wait until the bot has confirmed every update, whether it answers or not."""
        async with asyncio.timeout(timeout_s):
            while _checked(await self._http.get("/chat"))["pending_updates"]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)  # the state is behind HTTP: nothing to wait on

    async def transcript(self) -> str:
        """Return the chat as lines of text, for a failing test to show."""
        return "\n".join(map(_line, await self.messages()))

    async def _mark(self) -> None:
        self._since = _checked(await self._http.get("/chat"))["seq"]

    async def _post(self, what: str, body: Json) -> Json:
        given = {name: value for name, value in body.items() if value is not None}
        if self.person is not None:
            given["person"] = self.person
        return _checked(await self._http.post(f"/chat/{self.chat}/{what}", json=given))

    async def _get(self, what: str, query: Json | None = None) -> Json:
        return _checked(await self._http.get(f"/chat/{self.chat}/{what}", params=query))


def text_of(message: Json) -> str:
    """Return the text or caption of a message."""
    return str(message.get("text", message.get("caption", "")))


def buttons_of(message: Json) -> list[Json]:
    """Return the inline buttons of a message, row by row."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def _checked(answer: httpx.Response) -> Json:
    if answer.is_error:
        raise AssertionError(f"{answer.status_code}: {answer.text}")
    body: Json = answer.json()
    return body


def _button(messages: list[Json], wanted: str, message_id: int | None) -> tuple[int, str] | None:
    newest_first = [m for m in reversed(messages) if message_id in (None, m["message_id"])]
    found = [
        (message["message_id"], button)
        for message in newest_first
        for button in buttons_of(message)
        if "callback_data" in button
    ]
    exact = [f for f in found if wanted in (f[1]["text"], f[1]["callback_data"])]
    near = exact or [f for f in found if wanted in f[1]["text"]]
    return (near[0][0], near[0][1]["callback_data"]) if near else None


def _shown(event: Json) -> str:
    if event["kind"] in ("message", "edited") and not event["message"]["outgoing"]:
        return text_of(event["message"])
    return str(event.get("text", "")) if event["kind"] == "callback_answer" else ""


def _line(message: Json) -> str:
    who = message["from"]["first_name"]
    buttons = "".join(f" [{button['text']}]" for button in buttons_of(message))
    media = message.get("document", {}).get("file_name") or ("photo" if "photo" in message else "")
    return f"{message['message_id']:>4} {who}: {media and f'<{media}> '}{text_of(message)}{buttons}"
