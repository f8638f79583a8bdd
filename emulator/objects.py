"""What Telegram's answers are made of: frozen values that write themselves as Bot API JSON."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """Somebody with an account, the bot included."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False

    def as_json(self) -> Json:
        """Return Telegram's ``User``."""
        return _without_none(
            id=self.id,
            is_bot=self.is_bot,
            first_name=self.first_name,
            username=self.username,
            language_code=self.language_code,
        )


@dataclass(frozen=True)
class Chat:
    """A private chat (its id is the person's) or a group (its id is negative)."""

    id: int
    title: str
    members: frozenset[int]
    username: str | None = None

    @property
    def is_private(self) -> bool:
        """Whether it is one person and the bot."""
        return self.id > 0

    def as_json(self) -> Json:
        """Return Telegram's ``Chat``."""
        if self.is_private:
            return _without_none(
                id=self.id, type="private", first_name=self.title, username=self.username
            )
        return _without_none(id=self.id, type="supergroup", title=self.title)


@dataclass(frozen=True)
class Entity:
    """One stretch of formatted text; offset and length count UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    custom_emoji_id: str | None = None
    user_id: int | None = None

    @property
    def end(self) -> int:
        """The first UTF-16 code unit after it."""
        return self.offset + self.length

    def as_json(self) -> Json:
        """Return Telegram's ``MessageEntity``."""
        mentioned = None
        if self.user_id is not None:
            mentioned = {"id": self.user_id, "is_bot": False, "first_name": ""}
        return _without_none(
            type=self.type,
            offset=self.offset,
            length=self.length,
            url=self.url,
            language=self.language,
            custom_emoji_id=self.custom_emoji_id,
            user=mentioned,
        )


@dataclass(frozen=True)
class FormattedText:
    """Text as a reader sees it, and where it is bold, a link or code."""

    text: str = ""
    entities: tuple[Entity, ...] = ()

    def as_json(self, text_key: str, entities_key: str) -> Json:
        """Return the two fields of a message; an empty text has none."""
        if not self.text:
            return {}
        fields: Json = {text_key: self.text}
        if self.entities:
            fields[entities_key] = [entity.as_json() for entity in self.entities]
        return fields


@dataclass(frozen=True)
class StoredFile:
    """A file that somebody sent; ``path`` is where ``/file/bot<token>/`` serves it."""

    file_id: str
    unique_id: str
    path: str
    name: str
    mime_type: str
    data: bytes
    width: int = 0
    height: int = 0

    def as_json(self) -> Json:
        """Return the fields that photos, documents and ``File`` have in common."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.data),
        }


@dataclass(frozen=True)
class Media:
    """The picture or document of a message."""

    kind: str
    file: StoredFile
    has_spoiler: bool = False

    def as_json(self) -> Json:
        """Return the ``photo`` or ``document`` field of a message.

        Not covered: Telegram makes several sizes of a picture; here there is the full one only.
        """
        fields = self.file.as_json()
        if self.kind == "photo":
            size = {"width": self.file.width, "height": self.file.height}
            return {"photo": [fields | size]}
        return {
            "document": fields | {"file_name": self.file.name, "mime_type": self.file.mime_type}
        }


@dataclass(frozen=True)
class Message:
    """A message as it stands now; an edit makes a new value under the same id."""

    message_id: int
    chat: Chat
    sender: Person
    date: int
    body: FormattedText
    media: Media | None = None
    markup: Json | None = None
    reply_to: "Message | None" = None
    forwarded_from: "Message | None" = None
    edit_date: int | None = None
    media_group_id: str | None = None
    link_preview: Json | None = None
    protected: bool = False
    silent: bool = False
    reaction: tuple[str, ...] = ()

    def as_json(self, *, deep: bool = True) -> Json:
        """Return Telegram's ``Message``; ``deep`` includes the message replied to."""
        fields = _without_none(
            message_id=self.message_id,
            date=self.date,
            chat=self.chat.as_json(),
            edit_date=self.edit_date,
            media_group_id=self.media_group_id,
            reply_markup=self.markup,
            link_preview_options=self.link_preview,
            has_protected_content=True if self.protected else None,
        )
        fields["from"] = self.sender.as_json()
        fields |= self._content_json()
        if deep and self.reply_to is not None:
            fields["reply_to_message"] = self.reply_to.as_json(deep=False)
        if self.forwarded_from is not None:
            fields["forward_origin"] = {
                "type": "user",
                "date": self.forwarded_from.date,
                "sender_user": self.forwarded_from.sender.as_json(),
            }
        return fields

    def _content_json(self) -> Json:
        if self.media is None:
            return self.body.as_json("text", "entities")
        fields = self.media.as_json() | self.body.as_json("caption", "caption_entities")
        if self.media.has_spoiler:
            fields["has_media_spoiler"] = True
        return fields


def _without_none(**fields: object) -> Json:
    return {name: value for name, value in fields.items() if value is not None}
