"""Words on buttons, typed behind a command; jobs named twice; words that do not go together."""

from emulator.client import ChatClient, buttons_of
from tests.bots import RunningBot


async def test_labels_are_taken_in_commands(bot: RunningBot, chat: ChatClient) -> None:
    """In the language of the chat, as they stand on the buttons or in the answers."""
    await chat.speaks("zh-hans")
    for said, answer in (
        ("/jobs 失败", "失败或丢失的任务"),
        ("/jobs 训练", "没有"),
        ("/notify 每轮 静默", "静默：每轮"),
        ("/mute 2 小时", "已静音至"),
        ("/mute 关闭", "没有静音"),
        ("/keepalive 30 分钟", "30 分钟"),
        ("/keepalive 2小时", "2 小时"),
        ("/keepalive 关闭", "关闭"),
        ("/quiet 关闭", "/quiet 23:00-07:30"),
        ("/timezone 北京", "Asia/Shanghai"),
        ("/timezone", "/timezone Asia/Shanghai"),
        ("/help timezone", "/timezone UTC+8"),
        ("/invite 观察者", "观察者"),
        ("/language english", "This chat speaks English."),
        ("/language 中文", "简体中文"),
        ("/language Simplified Chinese", "简体中文"),
        ("/language 跟随 Telegram", "/language en"),
    ):
        await chat.say(said)
        await chat.sees(answer)


async def test_a_job_that_is_named_twice_counts_once(bot: RunningBot, chat: ChatClient) -> None:
    """However its number is written; numbers may have commas between them."""
    for number in (1, 2):
        await chat.say("/train epochs=2")
        await bot.until_job(number, lambda job: job.ending is not None)
    for said in ("/compare 1 01", "/compare 1 #1"):
        await chat.say(said)
        await chat.sees("Something is missing")
    await chat.say("/compare 1、2")
    await chat.sees("Jobs 1, 2")
    await chat.say("/plot 1 01")
    caption = await chat.sees("Job 1 · MNIST convnet")
    assert caption.get("caption", "").count("Job 1") == 1


async def test_words_that_do_not_go_together(bot: RunningBot, chat: ChatClient) -> None:
    """Are refused with what is meant, and nothing is stopped."""
    await chat.say("/train epochs=2")
    for said, answer in (
        ("/stop after now", "after now contradict each other; nothing was done"),
        ("/stop 1 now at 5", "now at contradict each other"),
        ("/users x", "do not know what to do with x. Write it like this: /users"),
        ("/language zh en", "do not know what to do with en"),
        ("/jobs failed 3", "do not know what to do with 3"),
    ):
        await chat.say(said)
        await chat.sees(answer)
    assert bot.job(1).outcome.code is None
    assert [button["text"] for button in buttons_of((await chat.messages())[-1])] == []
