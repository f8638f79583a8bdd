"""The methods a bot calls, answered as Telegram answers them."""

import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken

from emulator import human
from emulator.human import Act
from emulator.server import Emulator

YOU = 1001
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Stop", callback_data="stop:7")]])


async def test_a_message_comes_back_whole(bot: Bot, open_chat: Emulator) -> None:
    """python-telegram-bot finds in the answer everything it asked for."""
    sent = await bot.send_message(
        YOU,
        "<b>Job 7</b> /stop",
        parse_mode=ParseMode.HTML,
        reply_markup=KEYBOARD,
        disable_notification=True,
        reply_parameters=ReplyParameters(1),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    assert (sent.text, sent.chat.type, sent.from_user.is_bot) == ("Job 7 /stop", "private", True)
    assert [entity.type for entity in sent.entities] == ["bold", "bot_command"]
    assert sent.reply_markup == KEYBOARD
    assert sent.reply_to_message.text == "/start"
    assert sent.link_preview_options.is_disabled
    assert open_chat.world.message(YOU, sent.message_id).silent


async def test_an_edit_replaces_text_and_buttons(bot: Bot, open_chat: Emulator) -> None:
    """An edit shows under the same id, marked; without a keyboard the old one is gone."""
    sent = await bot.send_message(YOU, "one", reply_markup=KEYBOARD)
    edited = await sent.edit_text("two")
    assert (edited.message_id, edited.text, edited.reply_markup) == (sent.message_id, "two", None)
    assert edited.edit_date is not None
    again = await edited.edit_reply_markup(KEYBOARD)
    assert again.reply_markup == KEYBOARD
    assert open_chat.world.message(YOU, sent.message_id).body.text == "two"


@pytest.mark.parametrize(
    ("method", "params", "reason"),
    [
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": 5, "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": YOU, "text": " "}, "message text is empty"),
        ("sendMessage", {"chat_id": YOU, "text": "x" * 4097}, "message is too long"),
        (
            "sendMessage",
            {"chat_id": YOU, "text": "x", "reply_parameters": {"message_id": 99}},
            "message to be replied not found",
        ),
        (
            "sendMessage",
            {"chat_id": YOU, "text": "*x*", "parse_mode": "MarkdownV2"},
            "unsupported parse_mode",
        ),
        ("editMessageText", {"chat_id": YOU, "text": "x"}, "message identifier is not specified"),
        (
            "editMessageText",
            {"chat_id": YOU, "message_id": 99, "text": "x"},
            "message to edit not found",
        ),
        (
            "editMessageText",
            {"chat_id": YOU, "message_id": 1, "text": "x"},
            "message can't be edited",
        ),
        ("deleteMessage", {"chat_id": YOU, "message_id": 99}, "message to delete not found"),
        ("pinChatMessage", {"chat_id": YOU, "message_id": 99}, "message to pin not found"),
        ("sendPhoto", {"chat_id": YOU}, "there is no photo in the request"),
        ("sendChatAction", {"chat_id": YOU, "action": "sing"}, "wrong parameter action in request"),
        ("getFile", {"file_id": "nope"}, "invalid file_id"),
        (
            "setMyCommands",
            {"commands": [{"command": "Bad!", "description": "x"}]},
            "BOT_COMMAND_INVALID",
        ),
        (
            "answerCallbackQuery",
            {"callback_query_id": "1"},
            "query is too old and response timeout expired or query ID is invalid",
        ),
    ],
)
async def test_refusals_are_worded_as_telegrams(
    raw: httpx.AsyncClient, method: str, params: dict, reason: str
) -> None:
    """A wrong call is refused with status 400 and the sentence that bots look for."""
    answer = await raw.post(method, json=params)
    assert answer.status_code == 400
    assert answer.json() == {
        "ok": False,
        "error_code": 400,
        "description": f"Bad Request: {reason}",
    }


async def test_nothing_new_is_not_an_edit(bot: Bot) -> None:
    """An edit that changes nothing is refused, so that a bot must compare before it edits."""
    sent = await bot.send_message(YOU, "<b>x</b>", parse_mode="HTML", reply_markup=KEYBOARD)
    with pytest.raises(BadRequest) as caught:
        await sent.edit_text("<strong>x</strong>", parse_mode="HTML", reply_markup=KEYBOARD)
    assert caught.value.message == (
        "Message is not modified: specified new message content and reply markup "
        "are exactly the same as a current content and reply markup of the message"
    )


@pytest.mark.parametrize("data", ["", "é" * 33])
async def test_callback_data_has_1_to_64_bytes(raw: httpx.AsyncClient, data: str) -> None:
    """Callback data is measured in bytes, and an empty one is none."""
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": data}]]}
    params = {"chat_id": YOU, "text": "x", "reply_markup": keyboard}
    answer = await raw.post("sendMessage", json=params)
    assert answer.json()["description"] == "Bad Request: BUTTON_DATA_INVALID"
    keyboard["inline_keyboard"][0][0]["callback_data"] = "é" * 32
    assert (await raw.post("sendMessage", json=params)).json()["ok"]


async def test_a_bot_writes_only_to_those_who_wrote_first(bot: Bot, open_chat: Emulator) -> None:
    """A stranger and a person who blocked the bot get nothing, with the two known sentences."""
    world = open_chat.world
    stranger = world.add_person(human.Person(2002, "Ann"))
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(stranger.id, "hello")
    human.set_blocked(world, YOU, blocked=True)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(YOU, "hello")
    human.say(world, Act(YOU, YOU), "back again")
    await bot.send_message(YOU, "hello")


async def test_tokens_are_checked(telegram: Emulator) -> None:
    """A wrong token is 401, a malformed one 404, and python-telegram-bot knows both."""
    async with httpx.AsyncClient() as client:
        for token, status in (("1:wrong", 401), ("nonsense", 404)):
            answer = await client.get(f"{telegram.base_url}{token}/getMe")
            assert (answer.status_code, answer.json()["error_code"]) == (status, status)
    with pytest.raises(InvalidToken):
        async with Bot("1:wrong", base_url=telegram.base_url):
            pass


async def test_an_unknown_method_is_loud(
    raw: httpx.AsyncClient, open_chat: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    """A method that is not emulated fails, is logged as an error, and is kept for the test."""
    with caplog.at_level(logging.ERROR, logger="emulator"):
        answer = await raw.get("sendDice")
    assert (answer.status_code, answer.json()["description"]) == (404, "Not Found")
    assert open_chat.world.unknown_methods == ["sendDice"]
    assert "sendDice" in caplog.text


@pytest.mark.parametrize("how", ["query", "form", "json", "multipart"])
async def test_parameters_come_in_every_way(raw: httpx.AsyncClient, how: str) -> None:
    """Query, form, JSON and multipart carry the same call."""
    params = {"chat_id": str(YOU), "text": "x & y", "disable_notification": "true"}
    ways = {
        "query": lambda: raw.get("sendmessage", params=params),
        "form": lambda: raw.post("sendMessage", data=params),
        "json": lambda: raw.post("sendMessage", json=params),
        "multipart": lambda: raw.post("sendMessage", data=params, files={"unused": b"x"}),
    }
    answer = await ways[how]()
    assert answer.json()["result"]["text"] == "x & y"


async def test_deleting(bot: Bot, open_chat: Emulator) -> None:
    """One or several messages go; what is not there is passed over by the plural method."""
    ids = [(await bot.send_message(YOU, str(n))).message_id for n in range(3)]
    await bot.delete_message(YOU, ids[0])
    await bot.delete_messages(YOU, [ids[0], ids[1]])
    assert [m.message_id for m in open_chat.world.messages(YOU)] == [1, ids[2]]


async def test_menus_are_chosen_by_scope_and_language(bot: Bot, open_chat: Emulator) -> None:
    """A chat shows the narrowest menu that is set, in its language before the default."""
    world = open_chat.world
    await bot.set_my_commands([BotCommand("train", "Train")])
    await bot.set_my_commands([BotCommand("train", "训练")], language_code="zh")
    menu = world.profile.menu_for
    assert menu(world.chats[YOU], "zh")[0]["description"] == "训练"
    assert menu(world.chats[YOU], "de")[0]["description"] == "Train"
    scope = BotCommandScopeChat(YOU)
    await bot.set_my_commands([BotCommand("stop", "Stop")], scope=scope)
    assert menu(world.chats[YOU], "zh")[0]["command"] == "stop"
    assert [c.command for c in await bot.get_my_commands(scope)] == ["stop"]
    await bot.delete_my_commands(scope)
    assert menu(world.chats[YOU], "en")[0]["command"] == "train"


async def test_the_small_methods(bot: Bot, open_chat: Emulator) -> None:
    """Descriptions, typing, pins, reactions and chat details are taken and remembered."""
    await bot.set_my_description("Trains Keras models")
    await bot.set_my_short_description("Trains")
    await bot.set_chat_menu_button(YOU)
    await bot.send_chat_action(YOU, ChatAction.TYPING)
    sent = await bot.send_message(YOU, "card")
    await sent.pin()
    await sent.set_reaction("👍")
    full = await bot.get_chat(YOU)
    assert full.pinned_message.message_id == sent.message_id
    await sent.unpin()
    kinds = [event.kind for event in open_chat.world.feed.since(0, YOU)]
    assert kinds[-6:] == ["profile", "action", "message", "pinned", "edited", "pinned"]
    assert (await bot.get_webhook_info()).pending_update_count == 1
    assert open_chat.world.unknown_methods == []


async def test_the_journal_knows_every_call_and_no_token(bot: Bot, open_chat: Emulator) -> None:
    """Calls are kept in order with parameters and outcome; the token is in none of them."""
    await bot.send_message(YOU, "one")
    with pytest.raises(BadRequest):
        await bot.send_message(5, "two")
    journal = open_chat.world.journal
    assert journal.counts() == {"getMe": 1, "sendMessage": 2}
    first, second = journal.calls("sendMessage")
    assert (first.outcome, first.params["text"], first.took_effect) == ("ok", "one", True)
    assert (second.outcome, second.description) == ("refused", "Bad Request: chat not found")
    assert open_chat.token not in repr(journal.calls())


def test_answers_have_the_time(telegram: Emulator) -> None:
    """As Telegram's do, refusals too: the header is how a bot finds that its clock is wrong."""
    for token in (telegram.token, "1:wrong"):
        answer = httpx.get(f"{telegram.base_url}{token}/getMe")
        there = parsedate_to_datetime(answer.headers["Date"])
        assert abs((datetime.now(UTC) - there).total_seconds()) < 60
