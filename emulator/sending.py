"""Bot API methods that put something new into a chat."""

import secrets
from collections.abc import Sequence
from typing import Any

from emulator import formatting
from emulator.errors import bad_request
from emulator.keyboards import inline_keyboard
from emulator.objects import Chat, FormattedText, Json, Media, Message, StoredFile
from emulator.params import Params, Upload
from emulator.world import World

ALBUM = range(2, 11)
ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def send_message(world: World, params: Params) -> Json:
    """``sendMessage``."""
    chat = target(world, params)
    body = formatting.message_text(
        params.text("text"), params.text("parse_mode"), params.objects("entities")
    )
    return _deliver(world, params, chat, [(body, None)])[0].as_json()


def send_photo(world: World, params: Params) -> Json:
    """``sendPhoto``."""
    return _send_media(world, params, "photo")


def send_document(world: World, params: Params) -> Json:
    """``sendDocument``."""
    return _send_media(world, params, "document")


def send_media_group(world: World, params: Params) -> list[Json]:
    """``sendMediaGroup``: pictures, or documents, as an album."""
    chat = target(world, params)
    items = params.objects("media")
    if len(items) < ALBUM.start:
        raise bad_request("too few messages to send as an album")
    if len(items) not in ALBUM:
        raise bad_request("too many messages to send as an album")
    if len({item.get("type") for item in items}) > 1:
        raise bad_request("Document can't be mixed with other media types")
    contents = [media_of(world, params, item) for item in items]
    group_id = str(secrets.randbits(60))
    sent = _deliver(world, params, chat, contents, group_id)
    return [message.as_json() for message in sent]


def send_chat_action(world: World, params: Params) -> bool:
    """``sendChatAction``: "typing …" for five seconds."""
    chat = target(world, params)
    action = params.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.tell(chat.id, "action", {"action": action})
    return True


def target(world: World, params: Params) -> Chat:
    """Return the chat that a call is about.

    Raises:
        ApiError: it names none, or one that the bot may not write to.
    """
    if not params.has("chat_id"):
        raise bad_request("chat_id is empty")
    text = params.text("chat_id")
    if not text.lstrip("-").isdecimal():
        raise bad_request("chat not found")
    return world.open_chat(int(text))


def media_of(world: World, params: Params, item: Json) -> tuple[FormattedText, Media]:
    """Return caption and file of an ``InputMediaPhoto`` or ``InputMediaDocument``."""
    kind = item.get("type")
    if kind not in ("photo", "document"):
        raise bad_request(f"media of type {kind} is not emulated")
    body = formatting.caption(
        str(item.get("caption") or ""),
        item.get("parse_mode"),
        item.get("caption_entities") or (),
    )
    file = _file(world, params, kind, str(item.get("media", "")))
    return body, Media(kind, file, has_spoiler=bool(item.get("has_spoiler")))


def _send_media(world: World, params: Params, kind: str) -> Json:
    chat = target(world, params)
    body = formatting.caption(
        params.text("caption"), params.text("parse_mode"), params.objects("caption_entities")
    )
    reference = params.text(kind) or kind
    media = Media(kind, _file(world, params, kind, reference), params.flag("has_spoiler"))
    return _deliver(world, params, chat, [(body, media)])[0].as_json()


def _file(world: World, params: Params, kind: str, reference: str) -> StoredFile:
    upload = params.upload(reference)
    if upload is not None:
        return _uploaded(world, kind, upload)
    if reference in ("", kind):
        raise bad_request(f"there is no {kind} in the request")
    file = world.files.get(reference)
    if (kind == "photo") != file.path.startswith("photos/"):
        was, wanted = ("Document", "Photo") if kind == "photo" else ("Photo", "Document")
        raise bad_request(f"can't use file of type {was} as {wanted}")
    return file


def _uploaded(world: World, kind: str, upload: Upload) -> StoredFile:
    if not upload.data:
        raise bad_request("file must be non-empty")
    if kind == "photo":
        return world.files.add_photo(upload.data)
    return world.files.add_document(upload.name, upload.data, upload.mime_type)


def _deliver(
    world: World,
    params: Params,
    chat: Chat,
    contents: Sequence[tuple[FormattedText, Media | None]],
    group_id: str | None = None,
) -> list[Message]:
    """Post one message a content, after the last check that can refuse them."""
    markup = inline_keyboard(params)
    reply_to = _replied(world, params, chat)
    preview = params.mapping("link_preview_options")
    world.pacer.spend(chat, world.clock(), len(contents))
    return [
        world.post(
            Message(
                message_id=world.new_message_id(),
                chat=chat,
                sender=world.bot,
                date=int(world.clock()),
                body=body,
                media=media,
                markup=markup,
                reply_to=reply_to,
                media_group_id=group_id,
                link_preview=preview or None,
                protected=params.flag("protect_content"),
                silent=params.flag("disable_notification"),
            )
        )
        for body, media in contents
    ]


def _replied(world: World, params: Params, chat: Chat) -> Message | None:
    reply: dict[str, Any] = params.mapping("reply_parameters")
    message_id = reply.get("message_id") or params.integer("reply_to_message_id")
    if not message_id:
        return None
    message = world.message(chat.id, int(message_id))
    lenient = reply.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
    if message is None and not lenient:
        raise bad_request("message to be replied not found")
    return message
