"""What people see: the reading half of :mod:`emulator.chat_api`."""

import json
from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from emulator.errors import ChatError
from emulator.objects import Json
from emulator.wire import unless_gone
from emulator.world import World

KEEP_ALIVE_S = 15.0
MAX_WAIT_S = 60.0


async def overview(request: Request) -> Response:
    """GET /chat."""
    world = world_of(request)
    body = {
        "world": world.id,
        "bot": world.bot.as_json(),
        "people": [person.as_json() for person in world.people.values()],
        "chats": [chat.as_json() for chat in world.chats.values()],
        "seq": world.feed.last_seq,
        "pending_updates": world.updates.count(),
    }
    return JSONResponse(body)


async def list_messages(request: Request) -> Response:
    """GET /chat/{chat}/messages."""
    world, chat_id = world_of(request), chat_id_of(request)
    with world.lock:
        messages = [world.view(message) for message in world.messages(chat_id)]
        pinned = list(world.profile.pinned.get(chat_id, []))
        body = {"seq": world.feed.last_seq, "messages": messages, "pinned": pinned}
        return JSONResponse(body)


async def commands(request: Request) -> Response:
    """GET /chat/{chat}/commands."""
    world, chat_id = world_of(request), chat_id_of(request)
    chat, profile = world.chats[chat_id], world.profile
    person = world.people.get(chat_id)
    spoken = (person.language_code if person else None) or ""
    language = request.query_params.get("language", spoken)
    described = profile.descriptions.get(language) or profile.descriptions.get("", "")
    default = profile.menu_buttons.get(0, {"type": "commands"})
    body = {
        "commands": profile.menu_for(chat, language),
        "description": described,
        "menu_button": profile.menu_buttons.get(chat_id, default),
    }
    return JSONResponse(body)


async def events(request: Request) -> Response:
    """GET /chat/{chat}/events."""
    world, chat_id = world_of(request), chat_id_of(request)
    since_text = request.headers.get("last-event-id") or request.query_params.get("since", "0")
    since = int(since_text) if since_text.isdecimal() else 0
    if "wait_s" not in request.query_params:
        stream = _stream(world, chat_id, since)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)
    wait_s = seconds(request.query_params["wait_s"])

    def news() -> bool:
        return world.closing or bool(world.feed.since(since, chat_id))

    complete = world.feed.has_all_since(since)
    if complete:
        await unless_gone(request, world.bell.until(news, wait_s))
    found = world.feed.since(since, chat_id)
    seq = found[-1].seq if found else since
    body = {"world": world.id, "seq": seq, "complete": complete}
    return JSONResponse(body | {"events": [event.as_json() for event in found]})


async def send_file(request: Request) -> Response:
    """GET /chat/files/{file_id}: pictures to look at, everything else to download."""
    file = world_of(request).files.find(request.path_params["file"])
    if file is None:
        return JSONResponse({"error": "there is no such file"}, 404)
    is_picture = file.path.startswith("photos/")
    disposition = "inline" if is_picture else "attachment"
    headers = {"Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(file.name)}"}
    media_type = file.mime_type if is_picture else "application/octet-stream"
    return Response(file.data, media_type=media_type, headers=headers)


def world_of(request: Request) -> World:
    """Return the world that the application serves."""
    world: World = request.app.state.world
    return world


def chat_id_of(request: Request) -> int:
    """Return the chat that the path names.

    Raises:
        HTTPException: 404, there is none.
    """
    text: str = request.path_params["chat"]
    chat_id = int(text) if text.removeprefix("-").isdecimal() else 0
    if chat_id not in world_of(request).chats:
        raise HTTPException(404, "there is no such chat")
    return chat_id


def seconds(text: str) -> float:
    """Return how long a reader is willing to wait.

    Raises:
        ChatError: it is no number.
    """
    try:
        return min(max(float(text), 0.0), MAX_WAIT_S)
    except ValueError:
        raise ChatError("wait_s is a number of seconds") from None


async def _stream(world: World, chat_id: int, since: int) -> AsyncIterator[str]:
    """Yield the events of a chat as they come, until the reader leaves."""
    complete = world.feed.has_all_since(since)
    seq = since if complete else world.feed.last_seq
    hello: Json = {"world": world.id, "seq": seq, "complete": complete}
    yield f"retry: 1000\nevent: hello\ndata: {json.dumps(hello)}\n\n"

    def news() -> bool:
        return world.closing or bool(world.feed.since(seq, chat_id))

    while not world.closing:
        if not await world.bell.until(news, KEEP_ALIVE_S):
            yield ": still here\n\n"
        for event in world.feed.since(seq, chat_id):
            seq = event.seq
            yield f"id: {event.seq}\ndata: {json.dumps(event.as_json())}\n\n"
