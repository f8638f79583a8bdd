"""What people do and see, over the HTTP contract that the page and the command line use."""

import asyncio
from collections.abc import Callable

import httpx
import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from emulator.client import ChatClient
from emulator.server import Emulator

YOU = 1001
KEYBOARD = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("Stop now", callback_data="now"),
            InlineKeyboardButton("Site", url="x.org"),
        ]
    ]
)


async def test_say_returns_the_message(chat: ChatClient) -> None:
    """A person's message stands in the chat as theirs, with its command marked."""
    said = await chat.say("  /train epochs=2\n")
    assert (said["text"], said["outgoing"], said["from"]["id"]) == ("/train epochs=2", True, YOU)
    assert said["entities"][0] == {"type": "bot_command", "offset": 0, "length": 6}
    assert (await chat.messages()) == [said]


async def test_a_long_text_becomes_several_messages(chat: ChatClient) -> None:
    """What does not fit into one message goes as two, as from Telegram's apps."""
    await chat.say("x" * 4097)
    assert [len(m["text"]) for m in await chat.messages()] == [4096, 1]


async def test_impossible_acts_are_named(chat: ChatClient, telegram: Emulator) -> None:
    """An act that cannot be is refused with a sentence, and nothing changes."""
    with pytest.raises(AssertionError, match="an empty message cannot be sent"):
        await chat.say(" \n")
    with pytest.raises(AssertionError, match="no button 'Stop'"):
        await chat.press("Stop")
    async with ChatClient(telegram.url, chat=77) as elsewhere:
        with pytest.raises(AssertionError, match="404"):
            await elsewhere.say("x")
    async with ChatClient(telegram.url, person=77) as nobody:
        with pytest.raises(AssertionError, match="person 77 is not in chat 1001"):
            await nobody.say("x")
    assert await chat.messages() == []


async def test_a_pressed_button_waits_for_its_answer(bot: Bot, chat: ChatClient) -> None:
    """The bot gets the query with its message; the person gets the bot's answer, once."""
    await bot.send_message(YOU, "card", reply_markup=KEYBOARD)
    pressing = asyncio.create_task(chat.press("Stop"))
    updates = await bot.get_updates(timeout=10, allowed_updates=["callback_query"], offset=-1)
    while not updates or not updates[-1].callback_query:
        updates = await bot.get_updates(timeout=10, offset=updates[-1].update_id + 1)
    query = updates[-1].callback_query
    assert (query.data, query.message.text, query.from_user.id) == ("now", "card", YOU)
    await query.answer("Stopping", show_alert=True)
    assert await pressing == {"text": "Stopping", "show_alert": True, "url": ""}
    await chat.sees("Stopping")
    with pytest.raises(BadRequest, match="Query is too old"):
        await query.answer("twice")


async def test_a_stale_button_can_be_pressed(bot: Bot, chat: ChatClient) -> None:
    """A press that was under way when the bot removed the button reaches the bot all the same."""
    sent = await bot.send_message(YOU, "card", reply_markup=KEYBOARD)
    await sent.edit_text("done")
    with pytest.raises(AssertionError, match="no button"):
        await chat.press("Stop now")
    assert await chat.press_stale(sent.message_id, "now", wait_s=0) is None
    assert (await bot.get_updates())[-1].callback_query.data == "now"


async def test_edits_and_forwards_reach_the_bot(
    bot: Bot, chat: ChatClient, open_chat: Emulator
) -> None:
    """An edit is an ``edited_message``; a forward says where it comes from."""
    said = await chat.say("/train")
    await chat.edit(said["message_id"], "/train epochs=2")
    await chat.forward(said["message_id"])
    *_, edited, forwarded = await bot.get_updates()
    assert edited.edited_message.text == "/train epochs=2"
    assert forwarded.message.forward_origin.sender_user.id == YOU


async def test_files_go_to_the_bot(
    bot: Bot, chat: ChatClient, png: Callable[[int, int], bytes]
) -> None:
    """Documents keep name and bytes, pictures are photos, captions are text; back again too."""
    sent = await chat.send_file(b"PK\3\4", "seg label 标.zip", "my masks")
    await chat.send_file(png(20, 10), "plot.png", as_photo=True)
    *_, document, photo = (update.message for update in await bot.get_updates())
    assert (document.document.file_name, document.caption) == ("seg label 标.zip", "my masks")
    file = await document.document.get_file()
    assert bytes(await file.download_as_bytearray()) == b"PK\3\4"
    assert photo.photo[-1].width == 20
    assert await chat.download(sent) == b"PK\3\4"


async def test_an_album_of_a_person_is_a_message_a_file(bot: Bot, chat: ChatClient) -> None:
    """With one group's number; and a person may send more than a bot could fetch."""
    for name, content in (("a.zip", b"a"), ("b.zip", b"b" * 60 * 1024 * 1024)):
        await chat.send_file(content, name, album="7")
    updates = await bot.get_updates(timeout=10)
    documents = [update.message for update in updates if update.message.document]
    assert [message.document.file_name for message in documents] == ["a.zip", "b.zip"]
    assert {message.media_group_id for message in documents} == {"7"}
    with pytest.raises(BadRequest, match="too big"):
        await documents[1].document.get_file()


async def test_sees_counts_every_version_since_the_last_act(bot: Bot, chat: ChatClient) -> None:
    """An edit that was replaced counts, what was there before does not, and failure shows all."""
    card = await bot.send_message(YOU, "old news")
    await chat.say("/train")
    await card.edit_text("Epoch 1/2")
    await card.edit_text("Epoch 2/2")
    await bot.send_message(YOU, "finished")
    seen = await chat.sees("Epoch 1/2", "finished")
    assert seen["text"] == "finished"
    with pytest.raises(AssertionError, match=r"not seen: \['old news'\][\s\S]*Epoch 2/2"):
        await chat.sees("old news", timeout_s=0.05)


async def test_events_continue_where_a_reader_left(bot: Bot, chat: ChatClient) -> None:
    """A reader that comes back with its last number misses nothing and gets nothing twice."""
    await chat.say("one")
    first = await anext(chat.events())
    while first["kind"] != "message" or first["message"]["text"] != "one":
        first = await anext(chat.events(first["seq"]))
    sent = await bot.send_message(YOU, "two", disable_notification=True)
    await sent.edit_text("three")
    await sent.delete()
    await bot.send_chat_action(YOU, "typing")
    events = chat.events(first["seq"])
    rest = [await anext(events) for _ in range(4)]
    await events.aclose()
    assert [e["kind"] for e in rest] == ["message", "edited", "deleted", "action"]
    assert (rest[0]["message"]["silent"], rest[1]["message"]["text"]) == (True, "three")
    assert [e["seq"] for e in rest] == list(range(first["seq"] + 1, first["seq"] + 5))


async def test_a_reader_of_another_world_is_told(telegram: Emulator) -> None:
    """A number from before a restart is not taken for this world's: the reader starts over."""
    async with httpx.AsyncClient(base_url=telegram.url) as client:
        query = {"since": 999_999, "wait_s": 5}
        answer = (await client.get(f"/chat/{YOU}/events", params=query)).json()
    assert answer["complete"] is False
    assert answer["world"] == telegram.world.id


async def test_people_groups_and_blocking(telegram: Emulator) -> None:
    """Strangers, groups and blocks are made over HTTP and show in the overview."""
    async with httpx.AsyncClient(base_url=telegram.url) as client:
        ann = (await client.post("/chat/people", json={"first_name": "Ann"})).json()
        group = await client.post(
            "/chat/groups", json={"title": "Lab", "members": [YOU, ann["id"]]}
        )
        assert group.json()["type"] == "supergroup"
        again = await client.post("/chat/people", json={"first_name": "Ann", "id": ann["id"]})
        assert again.status_code == 400
        overview = (await client.get("/chat")).json()
        assert [chat["id"] for chat in overview["chats"]] == [YOU, ann["id"], group.json()["id"]]
    async with ChatClient(telegram.url, chat=ann["id"]) as chat:
        await chat.say("hello")
        await chat.block()
    assert telegram.world.blocked_by == {ann["id"]}
    async with ChatClient(telegram.url, group.json()["id"], person=ann["id"]) as chat:
        assert (await chat.say("/status"))["from"]["id"] == ann["id"]


async def test_the_menu_is_what_the_bot_set(bot: Bot, chat: ChatClient) -> None:
    """The chat's menu lists the bot's commands."""
    await bot.set_my_commands([("train", "Train a model")])
    assert await chat.commands() == [{"command": "train", "description": "Train a model"}]


async def test_one_knows_when_the_bot_has_taken_everything(bot: Bot, chat: ChatClient) -> None:
    """``until_taken`` ends when the bot has confirmed the updates, answer or no answer."""
    await chat.say("anybody?")
    with pytest.raises(TimeoutError):
        await chat.until_taken(timeout_s=0.05)
    await bot.get_updates(offset=10**12)
    await chat.until_taken()


async def test_an_app_can_be_put_into_another_language(bot: Bot, chat: ChatClient) -> None:
    """What the person writes from then on says so, and a menu for that language is theirs."""
    await bot.set_my_commands([BotCommand("stop", "Stop a job")])
    await bot.set_my_commands([BotCommand("stop", "停止任务")], language_code="zh")
    await chat.speaks("zh-hans")
    await chat.say("hello")
    updates = await bot.get_updates(timeout=10)
    assert updates[-1].message.from_user.language_code == "zh-hans"
    assert [command["description"] for command in await chat.commands()] == ["停止任务"]
