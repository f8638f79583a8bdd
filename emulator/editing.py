"""Bot API methods that change or remove what stands in a chat."""

from dataclasses import replace

from emulator import formatting
from emulator.errors import bad_request
from emulator.keyboards import inline_keyboard
from emulator.objects import Json, Message
from emulator.params import Params
from emulator.sending import media_of, target
from emulator.world import World

DELETABLE_S = 48 * 3600
MAX_DELETED = 100
REACTIONS = frozenset(
    "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳💯🤣⚡🍌🏆💔🤨😐🍓🍾💋😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡"
)


def edit_message_text(world: World, params: Params) -> Json:
    """``editMessageText``."""
    message = _own(world, params)
    if message.media is not None:
        raise bad_request("there is no text in the message to edit")
    body = formatting.message_text(
        params.text("text"), params.text("parse_mode"), params.objects("entities")
    )
    preview = params.mapping("link_preview_options") or None
    edited = replace(message, body=body, markup=inline_keyboard(params), link_preview=preview)
    return _save(world, message, edited)


def edit_message_caption(world: World, params: Params) -> Json:
    """``editMessageCaption``."""
    message = _own(world, params)
    if message.media is None:
        raise bad_request("there is no caption in the message to edit")
    body = formatting.caption(
        params.text("caption"), params.text("parse_mode"), params.objects("caption_entities")
    )
    return _save(world, message, replace(message, body=body, markup=inline_keyboard(params)))


def edit_message_media(world: World, params: Params) -> Json:
    """``editMessageMedia``: another picture or document in the same message."""
    message = _own(world, params)
    item = params.mapping("media")
    if not item:
        raise bad_request("media is empty")
    body, media = media_of(world, params, item)
    edited = replace(message, body=body, media=media, markup=inline_keyboard(params))
    return _save(world, message, edited)


def edit_message_reply_markup(world: World, params: Params) -> Json:
    """``editMessageReplyMarkup``: other buttons under the same text."""
    message = _own(world, params)
    return _save(world, message, replace(message, markup=inline_keyboard(params)))


def delete_message(world: World, params: Params) -> bool:
    """``deleteMessage``."""
    chat = target(world, params)
    message = world.message(chat.id, params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if world.clock() - message.date > DELETABLE_S:
        raise bad_request("message can't be deleted for everyone")
    world.remove(chat.id, message.message_id)
    return True


def delete_messages(world: World, params: Params) -> bool:
    """``deleteMessages``: those that are there; the others are passed over."""
    chat = target(world, params)
    wanted = params.sequence("message_ids")
    if not 0 < len(wanted) <= MAX_DELETED:
        raise bad_request("wrong number of message identifiers specified")
    for message_id in wanted:
        message = world.message(chat.id, int(message_id))
        if message is not None and world.clock() - message.date <= DELETABLE_S:
            world.remove(chat.id, message.message_id)
    return True


def pin_chat_message(world: World, params: Params) -> bool:
    """``pinChatMessage``."""
    chat = target(world, params)
    message_id = params.integer("message_id")
    if world.message(chat.id, message_id) is None:
        raise bad_request("message to pin not found")
    pinned = world.profile.pinned.setdefault(chat.id, [])
    if message_id not in pinned:
        pinned.append(message_id)
    world.tell(chat.id, "pinned", {"message_ids": list(pinned)})
    return True


def unpin_chat_message(world: World, params: Params) -> bool:
    """``unpinChatMessage``: the one named, or the latest."""
    chat = target(world, params)
    pinned = world.profile.pinned.get(chat.id, [])
    message_id = params.integer("message_id", pinned[-1] if pinned else 0)
    if message_id not in pinned:
        raise bad_request("message to unpin not found")
    pinned.remove(message_id)
    world.tell(chat.id, "pinned", {"message_ids": list(pinned)})
    return True


def set_message_reaction(world: World, params: Params) -> bool:
    """``setMessageReaction``: one emoji under a message, or none."""
    chat = target(world, params)
    message = world.message(chat.id, params.integer("message_id"))
    if message is None:
        raise bad_request("message to react not found")
    emoji = [str(given.get("emoji", "")) for given in params.objects("reaction")]
    if len(emoji) > 1 or any(one.strip("\ufe0f") not in REACTIONS for one in emoji):
        raise bad_request("REACTION_INVALID")
    world.revise(replace(message, reaction=tuple(emoji)))
    return True


def _own(world: World, params: Params) -> Message:
    if params.has("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = target(world, params)
    if not params.has("message_id"):
        raise bad_request("message identifier is not specified")
    message = world.message(chat.id, params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender.id != world.bot.id:
        raise bad_request("message can't be edited")
    return message


def _save(world: World, message: Message, edited: Message) -> Json:
    if edited == message:
        raise bad_request(
            "message is not modified: specified new message content and reply markup "
            "are exactly the same as a current content and reply markup of the message"
        )
    # Edits share the budget of the sends: a card edited too often silences the whole chat.
    world.pacer.spend(message.chat, world.clock())
    return world.revise(edited).as_json()
