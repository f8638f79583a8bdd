"""A person who starts many short jobs, and remembers what became of each must be."""

import random
from dataclasses import dataclass

from bot.job import Ending
from emulator import human
from emulator.human import Act
from emulator.world import World
from tests.bots import OWNER
from tests.stub_task import CRASH, FAIL, KILLED, SUCCEED, UNTIL_TOLD, VANISH
from training.protocol.spec import InstallSpec, Spec, TrainSpec, UnzipSpec

EPOCHS = 3
# An answer goes straight out, and after a death perhaps once more: it is not in the books.
NOTIFY, NOTIFY_REPLY = "/notify epochs silent", "What comes with a sound (on)"
SEEDS = {
    SUCCEED: Ending.SUCCEEDED,
    FAIL: Ending.FAILED,
    CRASH: Ending.FAILED,
    VANISH: Ending.LOST,
    KILLED: Ending.LOST,
    UNTIL_TOLD: Ending.SUCCEEDED,
}
LIKELY = {SUCCEED: 8, FAIL: 2, CRASH: 2, VANISH: 1, KILLED: 1}


@dataclass(frozen=True)
class Said:
    """A command, what marks its job among all others, and how that must end."""

    text: str
    mark: str
    ending: Ending


def mark_of(spec: Spec) -> str:
    """What marks a job of this person's: no two commands are alike."""
    match spec:
        case TrainSpec():
            return f"batch_size={spec.batch_size}"
        case UnzipSpec():
            return f"into={spec.destination.rpartition('/')[2]}"
        case InstallSpec():
            return spec.packages[0]


class Person:
    """The owner, in the private chat with the bot."""

    def __init__(self, world: World, chance: random.Random, epochs: int = EPOCHS) -> None:
        self._world = world
        self._epochs = epochs
        self._chance = chance
        self.said: list[Said] = []

    def say(self, text: str) -> None:
        """Write a message."""
        human.say(self._world, Act(OWNER, OWNER), text)

    def start_a_job(self, seed: int | None = None) -> None:
        """Any of the kinds, with parameters of its own."""
        number = len(self.said) + 1
        kind = self._chance.choices(("train", "unzip", "install"), (6, 2, 2))[0]
        self.start(kind, number, seed)

    def start(self, kind: str, number: int, seed: int | None = None) -> None:
        """A job of a kind; a training does as its seed says."""
        if kind == "train":
            if seed is None:
                seed = self._chance.choices(list(LIKELY), list(LIKELY.values()))[0]
            mark = f"batch_size={number}"
            said = Said(f"/train epochs={self._epochs} seed={seed} {mark}", mark, SEEDS[seed])
        elif kind == "unzip":
            said = Said(f"/unzip labels.zip into=set-{number}", f"into=set-{number}", WELL)
        else:
            said = Said(f"/install six>=0.{number}", f"six>=0.{number}", WELL)
        self.said.append(said)
        self.say(said.text)


WELL = Ending.SUCCEEDED
