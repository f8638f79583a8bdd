"""The other side of the stand-in: what people do and see, as JSON under ``/chat``.

The chat page, the command line's ``say`` and the tests all speak this. Everything is JSON in and
out; an act that is impossible is answered with 4xx and ``{"error": "<sentence>"}``.

==========================================  =====================================================
``GET /chat``                               ``{"world", "bot", "people", "chats", "seq",
                                            "pending_updates"}``; ``world`` changes when the
                                            emulator restarts, ``pending_updates`` is 0 once the
                                            bot has confirmed everything
``POST /chat/people``                       ``{"first_name", "id"?, "username"?,
                                            "language_code"?}`` → the person; opens the private
                                            chat of the same id
``POST /chat/people/{id}/blocked``          ``{"blocked": bool}``: block or unblock the bot
``POST /chat/groups``                       ``{"title", "members": [id …], "id"?}`` → the chat
``GET /chat/{chat}/messages``               ``{"seq", "messages": [message …]}``, oldest first
``POST /chat/{chat}/messages``              ``{"text", "person"?, "date"?, "reply_to"?}``, or a
                                            multipart form with the fields ``file``, ``caption``,
                                            ``as`` (``photo`` or ``document``) and the same
                                            options → ``{"messages": [message …]}``: a text of
                                            more than 4,096 UTF-16 units becomes several
``POST /chat/{chat}/messages/{id}``         ``{"text", "person"?}``: edit → ``{"message"}``
``POST /chat/{chat}/forward``               ``{"message_id", "from_chat"?, "person"?}`` →
                                            ``{"message"}``
``POST /chat/{chat}/press``                 ``{"message_id", "data", "person"?, "stale"?,
                                            "wait_s"?}`` → ``{"callback_query_id", "answer"}``;
                                            the answer is null unless the bot gave it within
                                            ``wait_s`` (default 0)
``GET /chat/{chat}/commands``               ``{"commands": [{"command", "description"} …],
                                            "description", "menu_button"}`` (``?language=``)
``GET /chat/{chat}/events?since=N``         Server-Sent Events (below); a reconnecting
                                            ``EventSource`` goes on after ``Last-Event-ID``.
                                            With ``&wait_s=T`` instead one JSON answer
                                            ``{"world", "seq", "events": [event …], "complete"}``,
                                            at once or when an event comes within T seconds
``GET /chat/files/{file_id}``               the bytes of a file
==========================================  =====================================================

``person`` defaults to the chat's person, in a group to its first member; person 1001 ("You") is
always there, and so is the private chat 1001. A *message* has the fields of the Bot API's
``Message`` and ``outgoing`` (a person wrote it) and ``silent`` (it came without a sound).

Each event is ``{"seq", "at", "chat_id", "kind", …}``. Kinds and their further fields:
``message`` and ``edited`` (``message``), ``deleted`` (``message_id``), ``callback_answer``
(``callback_query_id, message_id, person, text, show_alert, url``), ``action`` (``action``, e.g.
``typing``; lasts five seconds), ``pinned`` (``message_ids``), ``reaction`` (``message_id,
emoji``), ``commands`` and ``profile`` (the menu or the description changed: fetch it again),
``chat`` (a chat was opened). The stream begins with an event named ``hello``, ``{"world", "seq",
"complete"}``: unless ``complete``, events were missed and the messages must be fetched anew.
All other events are unnamed. Lines that begin with a colon only keep the connection alive.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from emulator import human
from emulator.errors import ApiError, ChatError
from emulator.files import picture_size
from emulator.objects import Json, Media, Person
from emulator.wire import read_params, unless_gone
from emulator.world import World

KEEP_ALIVE_S = 15.0
MAX_WAIT_S = 60.0


async def overview(request: Request) -> Response:
    """GET /chat."""
    world = _world(request)
    body = {
        "world": world.id,
        "bot": world.bot.as_json(),
        "people": [person.as_json() for person in world.people.values()],
        "chats": [chat.as_json() for chat in world.chats.values()],
        "seq": world.feed.last_seq,
        "pending_updates": world.updates.count(),
    }
    return JSONResponse(body)


async def add_person(request: Request) -> Response:
    """POST /chat/people."""
    world, params = _world(request), await read_params(request)
    name = params.text("first_name").strip()
    if not name:
        raise ChatError("a person needs a first_name")
    person = Person(
        id=params.integer("id") or world.new_person_id(),
        first_name=name,
        username=params.text("username") or None,
        language_code=params.text("language_code") or None,
    )
    if person.id in world.people or person.id <= 0 or person.id == world.bot.id:
        raise ChatError("a person's id is positive and their own")
    return JSONResponse(world.add_person(person).as_json())


async def set_blocked(request: Request) -> Response:
    """POST /chat/people/{id}/blocked."""
    params = await read_params(request)
    blocked = params.flag("blocked")
    human.set_blocked(_world(request), request.path_params["person"], blocked=blocked)
    return JSONResponse({"blocked": blocked})


async def add_group(request: Request) -> Response:
    """POST /chat/groups."""
    params = await read_params(request)
    members = frozenset(int(member) for member in params.sequence("members"))
    chat = _world(request).add_group(
        params.text("title", "Group"), members, params.integer("id") or None
    )
    return JSONResponse(chat.as_json())


async def list_messages(request: Request) -> Response:
    """GET /chat/{chat}/messages."""
    world, chat_id = _world(request), _chat_id(request)
    with world.lock:
        messages = [world.view(message) for message in world.messages(chat_id)]
        return JSONResponse({"seq": world.feed.last_seq, "messages": messages})


async def write(request: Request) -> Response:
    """POST /chat/{chat}/messages."""
    world = _world(request)
    act, params = await _act(request)
    upload = params.upload("file")
    if upload is None:
        sent = human.say(world, act, params.text("text"))
    else:
        as_photo = params.text("as") == "photo" and bool(picture_size(upload.data)[0])
        if as_photo:
            media = Media("photo", world.files.add_photo(upload.data))
        else:
            file = world.files.add_document(upload.name, upload.data, upload.mime_type)
            media = Media("document", file)
        sent = [human.send_media(world, act, media, params.text("caption"))]
    return JSONResponse({"messages": [world.view(message) for message in sent]})


async def edit(request: Request) -> Response:
    """POST /chat/{chat}/messages/{id}."""
    world = _world(request)
    act, params = await _act(request)
    edited = human.edit(world, act, request.path_params["message"], params.text("text"))
    return JSONResponse({"message": world.view(edited)})


async def forward(request: Request) -> Response:
    """POST /chat/{chat}/forward."""
    world = _world(request)
    act, params = await _act(request)
    from_chat = params.integer("from_chat", act.chat_id)
    message = human.forward(world, act, from_chat, params.integer("message_id"))
    return JSONResponse({"message": world.view(message)})


async def press(request: Request) -> Response:
    """POST /chat/{chat}/press."""
    world = _world(request)
    act, params = await _act(request)
    pressed = human.press(
        world,
        act,
        params.integer("message_id"),
        params.text("data"),
        stale=params.flag("stale"),
    )

    def answered() -> bool:
        return world.closing or world.callbacks[pressed.id].answer is not None

    await unless_gone(request, world.bell.until(answered, _seconds(params.text("wait_s", "0"))))
    answer = world.callbacks[pressed.id].answer
    return JSONResponse({"callback_query_id": pressed.id, "answer": answer})


async def commands(request: Request) -> Response:
    """GET /chat/{chat}/commands."""
    world, chat_id = _world(request), _chat_id(request)
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
    world, chat_id = _world(request), _chat_id(request)
    since_text = request.headers.get("last-event-id") or request.query_params.get("since", "0")
    since = int(since_text) if since_text.isdecimal() else 0
    if "wait_s" not in request.query_params:
        stream = _stream(world, chat_id, since)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)
    wait_s = _seconds(request.query_params["wait_s"])

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
    file = _world(request).files.find(request.path_params["file"])
    if file is None:
        return JSONResponse({"error": "there is no such file"}, 404)
    is_picture = file.path.startswith("photos/")
    disposition = "inline" if is_picture else "attachment"
    headers = {"Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(file.name)}"}
    media_type = file.mime_type if is_picture else "application/octet-stream"
    return Response(file.data, media_type=media_type, headers=headers)


async def refuse(_request: Request, error: Exception) -> Response:
    """Answer an impossible act with its sentence."""
    return JSONResponse({"error": str(error)}, 400)


ROUTES = [
    Route("/chat", overview),
    Route("/chat/people", add_person, methods=["POST"]),
    Route("/chat/people/{person:int}/blocked", set_blocked, methods=["POST"]),
    Route("/chat/groups", add_group, methods=["POST"]),
    Route("/chat/files/{file}", send_file),
    Route("/chat/{chat}/messages", list_messages),
    Route("/chat/{chat}/messages", write, methods=["POST"]),
    Route("/chat/{chat}/messages/{message:int}", edit, methods=["POST"]),
    Route("/chat/{chat}/forward", forward, methods=["POST"]),
    Route("/chat/{chat}/press", press, methods=["POST"]),
    Route("/chat/{chat}/commands", commands),
    Route("/chat/{chat}/events", events),
]
EXCEPTION_HANDLERS: Any = {ChatError: refuse, ApiError: refuse}


def _world(request: Request) -> World:
    world: World = request.app.state.world
    return world


def _chat_id(request: Request) -> int:
    text: str = request.path_params["chat"]
    chat_id = int(text) if text.removeprefix("-").isdecimal() else 0
    if chat_id not in _world(request).chats:
        raise HTTPException(404, "there is no such chat")
    return chat_id


async def _act(request: Request) -> tuple[human.Act, Any]:
    world, chat_id = _world(request), _chat_id(request)
    params = await read_params(request)
    act = human.Act(chat_id, params.integer("person", min(world.chats[chat_id].members)))
    if params.has("date"):
        act = replace(act, date=params.integer("date"))
    if params.has("reply_to"):
        act = replace(act, reply_to=params.integer("reply_to"))
    return act, params


def _seconds(text: str) -> float:
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
