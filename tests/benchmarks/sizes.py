"""How much a measurement does: tiny to try it, some minutes by default, all of MNIST on request."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Counts for every measurement.

    Attributes:
        samples: pictures that a training takes.
        epochs: of each training that is timed; the first one is not counted.
        trainings: pairs of trainings.
        blocks: pairs of idle and loaded blocks of commands.
        commands: in each block.
        starts: of the bot.
        idle_s: how long an idle bot is watched.
        memory_commands: said while memory is watched.
        files: in the archive of small ones.
        large_bytes: what the archive of large ones unpacks to.
        unpackings: pairs of them.
        lives: stores of growing age: ended trainings, and epochs of each.
    """

    samples: int
    epochs: int
    trainings: int
    blocks: int
    commands: int
    starts: int
    idle_s: float
    memory_commands: int
    files: int
    large_bytes: int
    unpackings: int
    lives: tuple[tuple[int, int], ...]


DEFAULT = Size(
    samples=6_000,
    epochs=4,
    trainings=3,
    blocks=2,
    commands=250,
    starts=5,
    idle_s=30.0,
    memory_commands=200,
    files=60_000,
    large_bytes=1_200_000_000,
    unpackings=3,
    lives=((10, 10), (100, 10), (1_000, 10), (1_000, 100), (10_000, 100)),
)
FULL = Size(
    samples=60_000,
    epochs=3,
    trainings=3,
    blocks=2,
    commands=250,
    starts=5,
    idle_s=30.0,
    memory_commands=200,
    files=60_000,
    large_bytes=1_200_000_000,
    unpackings=3,
    lives=((10, 10), (100, 10), (1_000, 10), (1_000, 100), (10_000, 100)),
)
QUICK = Size(
    samples=128,
    epochs=2,
    trainings=1,
    blocks=1,
    commands=8,
    starts=1,
    idle_s=2.0,
    memory_commands=8,
    files=200,
    large_bytes=12_000_000,
    unpackings=1,
    lives=((10, 1), (20, 2)),
)
