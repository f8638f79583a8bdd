"""What people do: the writing half of :mod:`emulator.chat_api`."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from emulator import human
from emulator.chat_view import chat_id_of, seconds, world_of
from emulator.errors import ChatError
from emulator.files import MAX_SENT_BY_PEOPLE, picture_size
from emulator.objects import Media, Person
from emulator.params import Params
from emulator.wire import read_params, unless_gone


async def add_person(request: Request) -> Response:
    """POST /chat/people."""
    world, params = world_of(request), await read_params(request)
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
    human.set_blocked(world_of(request), request.path_params["person"], blocked=blocked)
    return JSONResponse({"blocked": blocked})


async def set_language(request: Request) -> Response:
    """POST /chat/people/{id}/language."""
    code = (await read_params(request)).text("language_code")
    human.set_language(world_of(request), request.path_params["person"], code)
    return JSONResponse({"language_code": code})


async def add_group(request: Request) -> Response:
    """POST /chat/groups."""
    params = await read_params(request)
    members = params.sequence("members")
    if not all(isinstance(member, int) for member in members):
        raise ChatError("members are the ids of people")
    chat = world_of(request).add_group(
        params.text("title", "Group"), frozenset(members), params.integer("id") or None
    )
    return JSONResponse(chat.as_json())


async def write(request: Request) -> Response:
    """POST /chat/{chat}/messages."""
    world = world_of(request)
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
    world = world_of(request)
    act, params = await _act(request)
    edited = human.edit(world, act, request.path_params["message"], params.text("text"))
    return JSONResponse({"message": world.view(edited)})


async def forward(request: Request) -> Response:
    """POST /chat/{chat}/forward."""
    world = world_of(request)
    act, params = await _act(request)
    from_chat = params.integer("from_chat", act.chat_id)
    message = human.forward(world, act, from_chat, params.integer("message_id"))
    return JSONResponse({"message": world.view(message)})


async def press(request: Request) -> Response:
    """POST /chat/{chat}/press."""
    world = world_of(request)
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

    await unless_gone(request, world.bell.until(answered, seconds(params.text("wait_s", "0"))))
    answer = world.callbacks[pressed.id].answer
    return JSONResponse({"callback_query_id": pressed.id, "answer": answer})


async def _act(request: Request) -> tuple[human.Act, Params]:
    world, chat_id = world_of(request), chat_id_of(request)
    params = await read_params(request, MAX_SENT_BY_PEOPLE)
    act = human.Act(chat_id, params.integer("person", min(world.chats[chat_id].members)))
    if params.has("date"):
        act = replace(act, date=params.integer("date"))
    if params.has("reply_to"):
        act = replace(act, reply_to=params.integer("reply_to"))
    if params.has("album"):
        act = replace(act, album=params.text("album"))
    return act, params
