"""/jobs a page at a time, and /logs as a file."""

from collections.abc import Sequence
from dataclasses import replace

from bot.job import Ending, Job, JobState
from emulator.client import ChatClient, buttons_of
from emulator.objects import Json
from tests.bots import RunningBot
from tests.jobs import NOW, ORIGIN
from training.protocol.spec import InstallSpec, TrainSpec


def put(bot: RunningBot, endings: Sequence[Ending]) -> None:
    """Jobs that ended like that, from number 1 on; every third installs something."""
    with bot.store.transaction() as tx:
        for number, ending in enumerate(endings, start=1):
            spec = TrainSpec() if number % 3 else InstallSpec(packages=("six",))
            job = Job(number, spec, ORIGIN, NOW, JobState.ENDED)
            tx.jobs.put_back(replace(job, ending=ending))


def listed(message: Json) -> list[int]:
    """The numbers of the jobs on a page."""
    return [int(line.split()[1]) for line in message["text"].splitlines()[1:]]


async def newest(chat: ChatClient) -> Json:
    return (await chat.messages())[-1]


async def test_all_jobs_are_found_by_turning_pages(bot: RunningBot, chat: ChatClient) -> None:
    """Each once, newest first, in one message; at either end there is no button beyond."""
    put(bot, [Ending.SUCCEEDED] * 23)
    await chat.say("/jobs")
    await chat.sees("Jobs · 1–10 of 23")
    seen = listed(await newest(chat))
    assert "◀ Newer" not in [b["text"] for b in buttons_of(await newest(chat))]
    for heading in ("11–20 of 23", "21–23 of 23"):
        await chat.press("Older")
        await chat.sees(heading)
        seen += listed(await newest(chat))
    assert seen == list(range(23, 0, -1))
    assert "Older ▶" not in [b["text"] for b in buttons_of(await newest(chat))]
    await chat.press("Newer")
    await chat.sees("11–20 of 23")
    assert len([m for m in await chat.messages() if not m["outgoing"]]) == 1


async def test_a_filter_lists_its_jobs_only(bot: RunningBot, chat: ChatClient) -> None:
    """By button or by word; a word that is none is answered with those there are."""
    put(bot, [Ending.SUCCEEDED, Ending.FAILED, Ending.LOST, Ending.STOPPED] * 3)
    await chat.say("/jobs")
    await chat.sees("1–10 of 12")
    await chat.press("Failed")
    await chat.sees("Jobs that failed or were lost")
    assert listed(await newest(chat)) == [11, 10, 7, 6, 3, 2]
    for word, numbers in (("install", [12, 9, 6, 3]), ("stopped", [12, 8, 4])):
        await chat.say(f"/jobs {word}")
        await chat.sees("Job 12")
        assert listed(await newest(chat)) == numbers
    await chat.say("/jobs open")
    await chat.sees("None. /jobs lists all.")
    await chat.say("/jobs bad")
    await chat.sees("jobs cannot be bad", "all, open, finished, stopped, failed")


async def test_refresh_shows_the_jobs_of_now(bot: RunningBot, chat: ChatClient) -> None:
    """In the same message."""
    put(bot, [Ending.SUCCEEDED])
    await chat.say("/jobs")
    first = await chat.sees("Job 1 ·")
    with bot.store.transaction() as tx:
        tx.jobs.put_back(
            replace(Job(2, TrainSpec(), ORIGIN, NOW, JobState.ENDED), ending=Ending.LOST)
        )
    await chat.press("Refresh")
    again = await chat.sees("Job 2 ·")
    assert again["message_id"] == first["message_id"]


async def test_status_is_refreshed_in_place(bot: RunningBot, chat: ChatClient) -> None:
    """What runs now stands in the message of before."""
    await chat.say("/status")
    first = await chat.sees("Nothing runs")
    await chat.say("/train epochs=1 seed=5")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    await chat.press("Refresh")
    again = await chat.sees("Machine", "Job 1 · MNIST convnet")
    assert again["message_id"] == first["message_id"]


async def test_long_logs_come_as_a_file(bot: RunningBot, chat: ChatClient) -> None:
    """All lines that were asked for, where they do not fit one message."""
    put(bot, [Ending.SUCCEEDED])
    bot.folder(1).create()
    bot.folder(1).log.write_text("".join(f"line {n} {'x' * 40}\n" for n in range(1, 1001)))
    await chat.say("/logs 1 500")
    message = await chat.sees("last 500 lines")
    assert message["document"]["file_name"] == "job-1-log.txt"
    lines = (await chat.download(message)).decode().splitlines()
    assert [int(line.split()[1]) for line in lines] == list(range(501, 1001))
    await chat.say("/logs 1")
    short = await chat.sees("last 30 lines")
    assert "document" not in short
