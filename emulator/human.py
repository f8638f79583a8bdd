"""What people do in their chats: write, send files, edit, forward, press buttons, block.

Each act shows in the chat and becomes an update for the bot, as far as Telegram would tell it.
"""

import secrets
from dataclasses import dataclass, replace

from emulator.errors import ChatError
from emulator.formatting import parts, typed
from emulator.objects import Chat, FormattedText, Json, Media, Message, Person
from emulator.world import Callback, World


@dataclass(frozen=True)
class Act:
    """Who does something where, and, where a test needs it, when.

    Attributes:
        date: Unix time to write on the message instead of now: an "old" command.
        reply_to: the message it answers.
        album: what the messages of one album have in common.
    """

    chat_id: int
    person_id: int
    date: int | None = None
    reply_to: int | None = None
    album: str | None = None


def say(world: World, act: Act, text: str) -> list[Message]:
    """Write a text; more than 4,096 code units go as several messages, as from Telegram's apps.

    Raises:
        ChatError: nothing to say, or nobody there.
    """
    bodies = [typed(part) for part in parts(text)]
    if not any(body.text for body in bodies):
        raise ChatError("an empty message cannot be sent")
    return [_send(world, act, body, None) for body in bodies if body.text]


def send_media(world: World, act: Act, media: Media, caption: str) -> Message:
    """Send a picture or a document."""
    return _send(world, act, typed(caption), media)


def edit(world: World, act: Act, message_id: int, text: str) -> Message:
    """Change an own message; the bot hears of it as ``edited_message``."""
    message = _found(world, act.chat_id, message_id)
    body = typed(text)
    if message.sender.id != act.person_id:
        raise ChatError("only one's own messages can be edited")
    if not body.text and message.media is None:
        raise ChatError("an empty message cannot be sent")
    edited = world.revise(replace(message, body=body))
    _tell_bot(world, edited, "edited_message")
    return edited


def forward(world: World, act: Act, from_chat_id: int, message_id: int) -> Message:
    """Forward a message into a chat."""
    original = _found(world, from_chat_id, message_id)
    origin = original.forwarded_from or original
    return _send(world, act, original.body, original.media, forwarded_from=origin)


def press(world: World, act: Act, message_id: int, data: str, *, stale: bool = False) -> Callback:
    """Press an inline button.

    Args:
        world: where.
        act: by whom.
        message_id: the message under which the button is.
        data: the button's ``callback_data``.
        stale: press it although it is gone: the app had not heard of the edit yet.

    Raises:
        ChatError: there is no such button.
    """
    person = _member(world, act)
    message = _found(world, act.chat_id, message_id)
    if not stale and data not in _button_data(message):
        raise ChatError(f"message {message_id} has no such button")
    callback = Callback(
        id=str(secrets.randbits(62)),
        chat_id=act.chat_id,
        message_id=message_id,
        person_id=person.id,
        data=data,
        at=world.clock(),
    )
    with world.lock:
        world.callbacks[callback.id] = callback
        query = {
            "id": callback.id,
            "from": person.as_json(),
            "message": message.as_json(),
            "chat_instance": str(act.chat_id),
            "data": data,
        }
        world.inform_bot("callback_query", query)
    return callback


def set_blocked(world: World, person_id: int, *, blocked: bool) -> None:
    """Block the bot, or unblock it; the bot hears of it as ``my_chat_member``."""
    person = _member(world, Act(person_id, person_id))
    with world.lock:
        if blocked == (person_id in world.blocked_by):
            return
        (world.blocked_by.add if blocked else world.blocked_by.discard)(person_id)
        world.inform_bot("my_chat_member", _membership_change(world, person, blocked=blocked))


def set_language(world: World, person_id: int, language_code: str) -> None:
    """Have a person's app in another language; the bot hears of it with their next update."""
    with world.lock:
        person = _member(world, Act(person_id, person_id))
        world.people[person_id] = replace(person, language_code=language_code or None)


def _membership_change(world: World, person: Person, *, blocked: bool) -> Json:
    member = {"user": world.bot.as_json(), "status": "member"}
    kicked = {"user": world.bot.as_json(), "status": "kicked", "until_date": 0}
    return {
        "chat": world.chats[person.id].as_json(),
        "from": person.as_json(),
        "date": int(world.clock()),
        "old_chat_member": member if blocked else kicked,
        "new_chat_member": kicked if blocked else member,
    }


def _member(world: World, act: Act) -> Person:
    chat = world.chats.get(act.chat_id)
    if chat is None:
        raise ChatError(f"there is no chat {act.chat_id}")
    if act.person_id not in chat.members:
        raise ChatError(f"person {act.person_id} is not in chat {act.chat_id}")
    return world.people[act.person_id]


def _found(world: World, chat_id: int, message_id: int) -> Message:
    message = world.message(chat_id, message_id)
    if message is None:
        raise ChatError(f"there is no message {message_id} in chat {chat_id}")
    return message


def _send(
    world: World,
    act: Act,
    body: FormattedText,
    media: Media | None,
    forwarded_from: Message | None = None,
) -> Message:
    person = _member(world, act)
    reply_to = None if act.reply_to is None else _found(world, act.chat_id, act.reply_to)
    with world.lock:
        message = Message(
            message_id=world.new_message_id(),
            chat=world.chats[act.chat_id],
            sender=person,
            date=int(world.clock()) if act.date is None else act.date,
            body=body,
            media=media,
            reply_to=reply_to,
            forwarded_from=forwarded_from,
            media_group_id=act.album if media is not None else None,
        )
        if message.chat.is_private and person.id in world.blocked_by:
            set_blocked(world, person.id, blocked=False)  # writing unblocks, as in the apps
        world.started.add(act.chat_id)
        world.post(message)
        _tell_bot(world, message, "message")
    return message


def _tell_bot(world: World, message: Message, kind: str) -> None:
    if _bot_hears(message.chat, message, world.bot):
        world.inform_bot(kind, message.as_json())


def _bot_hears(chat: Chat, message: Message, bot: Person) -> bool:
    """Telegram's privacy mode: in a group a bot hears commands, mentions and replies to it."""
    if chat.is_private:
        return True
    text = message.body.text
    replied = message.reply_to is not None and message.reply_to.sender.id == bot.id
    return text.startswith("/") or f"@{bot.username}" in text or replied


def _button_data(message: Message) -> set[str]:
    rows = (message.markup or {}).get("inline_keyboard", [])
    return {button["callback_data"] for row in rows for button in row if "callback_data" in button}
