"""What is told of an idle GPU and of a disk that fills, to whom, and how often."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.disk_use import largest_folders
from bot.job import Job, Quiet
from bot.lookout import IDLE_AFTER_S, LOW_BYTES, Lookout, Senses
from bot.machine import Gpu
from bot.messages import lookout as messages
from bot.store import Notification, Store
from emulator.formatting import message_text
from tests.jobs import NOW, ORIGIN, after, at, running
from training.protocol.events import DeviceMeasured, Progressed

OWNER = 9
TOTAL = 100 * 10**9


@dataclass
class Machine:
    """A machine whose readings a test sets."""

    work: Path
    loads: list[int | None] = field(default_factory=lambda: [0])
    free: int = TOTAL
    awake: float = 0.0

    def gpus(self) -> list[Gpu]:
        return [Gpu("T4", 1, 2, load, 50, "580") for load in self.loads]

    def disk(self, folder: Path) -> tuple[int, int, int]:
        assert folder == self.work
        return TOTAL, TOTAL - self.free, self.free


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "store.sqlite3")
    yield made
    made.close()


@pytest.fixture
def lookout(store: Store, machine: Machine) -> Lookout:
    senses = Senses(lambda: machine.awake, machine.gpus, machine.disk)
    return Lookout(store, machine.work, lambda: NOW, senses, lambda: OWNER, lambda: None)


def training(*, is_gpu: bool = True) -> Job:
    """A job in its first epoch."""
    return after(
        running(),
        DeviceMeasured(seq=2, run=1, at=at(1), name="T4", is_gpu=is_gpu, tflops=4),
        Progressed(seq=3, run=1, at=at(2), done=1, total=9, unit="steps", epoch=1, epochs=9),
    )


def put(store: Store, job: Job) -> None:
    with store.transaction() as tx:
        if tx.jobs.find(job.id) is None:
            tx.jobs.put_back(job)
        tx.jobs.save(job)


def told(store: Store) -> list[Notification]:
    """What is owed to anybody; it is taken for sent."""
    found = []
    with store.transaction() as tx:
        for chat_id in tx.outbox.chats_waiting():
            while (notification := tx.outbox.next_for(chat_id)) is not None:
                found.append(notification)
                tx.outbox.sent(notification, 1, NOW)
    return found


def looks(lookout: Lookout, machine: Machine, seconds: float) -> None:
    """Look every half minute for so long."""

    async def look() -> None:
        end = machine.awake + seconds
        while machine.awake < end:
            machine.awake += 30
            await lookout.look()

    asyncio.run(look())


def test_a_gpu_that_idles_under_a_training_is_told_once(
    store: Store, lookout: Lookout, machine: Machine
) -> None:
    """After ten minutes without a busy moment; also a bot that was started anew is silent then."""
    put(store, training())
    looks(lookout, machine, IDLE_AFTER_S)
    machine.loads = [0, 55]
    looks(lookout, machine, 30)
    machine.loads = [2, 0]
    looks(lookout, machine, IDLE_AFTER_S)
    assert told(store) == []
    looks(lookout, machine, 30)
    (message,) = told(store)
    assert "The GPU has been idle for 10 min" in message.text
    assert (message.chat_id, message.silent) == (ORIGIN.chat_id, False)
    senses = Senses(lambda: machine.awake, machine.gpus, machine.disk)
    anew = Lookout(store, machine.work, lambda: NOW, senses, lambda: OWNER, lambda: None)
    looks(anew, machine, 5 * IDLE_AFTER_S)
    assert told(store) == []


@pytest.mark.parametrize("case", ["on a CPU", "not begun", "does not tell", "none", "told so"])
def test_where_no_gpu_should_be_busy_nothing_is_told(
    store: Store, lookout: Lookout, machine: Machine, case: str
) -> None:
    """Nor where it cannot be known, nor where the chat knows that the job does not get on."""
    job = training(is_gpu=case != "on a CPU")
    if case == "not begun":
        job = replace(job, progress=job.progress.model_copy(update={"epoch": None}))
    if case == "told so":
        quiet = {"quiet": Quiet.NO_SIGN}
        job = replace(job, progress=job.progress.model_copy(update=quiet))
    machine.loads = {"does not tell": [0, None], "none": []}.get(case, [0])
    put(store, job)
    looks(lookout, machine, 3 * IDLE_AFTER_S)
    assert told(store) == []


def test_a_disk_that_fills_is_told_once_and_when_it_is_over(
    store: Store, lookout: Lookout, machine: Machine
) -> None:
    """With the figures and what is largest, to the chats of jobs; silence while it wavers."""
    put(store, training())
    big = machine.work / "data" / "la<b>els"
    big.mkdir(parents=True)
    (big / "one").write_bytes(b"x" * 400_000)
    machine.free = LOW_BYTES + 1
    looks(lookout, machine, 60)
    assert told(store) == []
    machine.free = LOW_BYTES - 1
    looks(lookout, machine, 300)
    (message,) = told(store)
    assert message.chat_id == ORIGIN.chat_id
    shown = message_text(message.text, "HTML", ()).text
    assert "2.0 GB of 100.0 GB are free" in shown
    assert "data/la<b>els 4" in shown
    machine.free = LOW_BYTES + 1
    looks(lookout, machine, 60)
    machine.free = LOW_BYTES - 1
    looks(lookout, machine, 60)
    assert told(store) == []
    machine.free = 3 * LOW_BYTES
    looks(lookout, machine, 60)
    (over,) = told(store)
    assert "has room again: 6.0 GB" in over.text
    assert over.silent
    machine.free = 0
    looks(lookout, machine, 60)
    assert len(told(store)) == 1


def test_without_a_job_the_owner_hears_of_the_disk(
    store: Store, lookout: Lookout, machine: Machine
) -> None:
    """Somebody must."""
    machine.free = 5
    looks(lookout, machine, 30)
    assert [message.chat_id for message in told(store)] == [OWNER]


def test_the_largest_folders_are_named_largest_first(tmp_path: Path) -> None:
    """Data and jobs, by what they take on the disk; a link counts for itself."""
    sizes = {"data/a": 10**6, "data/b": 3 * 10**6, "jobs/7": 2 * 10**6, "jobs/8": 0}
    for name, size in sizes.items():
        (tmp_path / name / "deep").mkdir(parents=True)
        (tmp_path / name / "deep" / "file").write_bytes(b"x" * size)
    (tmp_path / "data/loose").write_bytes(b"x" * 5 * 10**6)
    (tmp_path / "data/link").symlink_to(tmp_path / "data/b")
    found = largest_folders(tmp_path)
    assert [name for name, _ in found] == ["data/loose", "data/b", "jobs/7", "data/a"]
    assert all(
        abs(size - 10**6 * n) < 10**5 for (_, size), n in zip(found, (5, 3, 2, 1), strict=True)
    )
    assert largest_folders(tmp_path / "nowhere") == []


def test_names_of_any_length_are_taken() -> None:
    """By Telegram, in one message."""
    message_text(messages.disk_low(1, 2, [("<b>" * 900, 10**15)] * 4), "HTML", ())
