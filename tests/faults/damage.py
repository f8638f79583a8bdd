"""Flipped bits, cut ends, zeroed and swapped blocks in what Coltrain keeps on disk."""

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from bot.store import Store
from tests.faults import wholesome
from tests.faults.figures import Finding
from tests.faults.ledger import Books
from tests.faults.reading import Found, read_all
from tests.faults.wholesome import HOME, RUNS, STORE, WORK
from training.protocol.event_log import log_end
from training.protocol.folder import JobFolder

BLOCK_BYTES = 64
KINDS = {
    "store": (f"{WORK}/{STORE}",),
    "store's write-ahead log": (f"{WORK}/{STORE}-wal",),
    "event log": (f"{WORK}/jobs/*/event_log.jsonl",),
    "checkpoint": (f"{WORK}/jobs/*/checkpoint/*/*",),
    "spec, origin, control": (f"{WORK}/jobs/*/*.json",),
    "manifest in home": (f"{HOME}/**/vault.json",),
    "copy in home": (f"{HOME}/jobs/**/*", f"{HOME}/store/**/*"),
}
NOT_READ = {"log.txt"}  # for people; nothing is decided by it


def strike(times: int | None, struck: Callable[[], None] = lambda: None) -> Finding:
    """See ``Fault.strike``."""
    return damage(times or 100, struck=struck)


def damage(
    times: int, seed: int = 0, struck: Callable[[], None] = lambda: None, *, keras: bool = True
) -> Finding:
    """Damage one file a time, and open everything as a bot and a job's next run do."""
    chance = random.Random(seed)
    outcomes: Counter[str] = Counter()
    books = Books()
    with tempfile.TemporaryDirectory() as name:
        whole = Path(name, "whole")
        wholesome.make(whole, keras=keras)
        judge = Judge(whole, Path(name, "reference"))
        books.jobs = RUNS
        for number in range(times):
            kind = list(KINDS)[number % len(KINDS)]
            case = Path(name, "case")
            shutil.copytree(whole, case)
            # A store whose write-ahead log has all of its pages is not read itself.
            if kind == "store" or (chance.random() < 0.5 and "write-ahead" not in kind):
                with closing(Store(case / WORK / STORE)):
                    pass  # the bot was stopped, not killed: there is no write-ahead log
            what = _damage_one(case, kind, chance)
            outcome = judge.of(case)
            outcomes[f"{kind}: {outcome.partition(':')[0]}"] += 1
            if outcome.startswith("WRONG"):
                books.problems.append(f"{what}: {outcome}")
            shutil.rmtree(case)
            struck()
    return Finding("Damage to one file", times, dict(sorted(outcomes.items())), books)


def _damage_one(case: Path, kind: str, chance: random.Random) -> str:
    files = sorted(path for pattern in KINDS[kind] for path in case.glob(pattern))
    files = [path for path in files if path.is_file() and path.name not in NOT_READ]
    path = chance.choice(files)
    content = path.read_bytes()
    way = chance.choice((flip, flip, truncate, zero, extend, swap))
    while (damaged := way(content, chance)) == content:
        way = flip
    path.write_bytes(damaged)
    first = next((i for i, (a, b) in enumerate(zip(content, damaged, strict=False)) if a != b), 0)
    sizes = f"{len(content)} → {len(damaged)} bytes"
    return f"{way.__name__} at {first} of {path.relative_to(case)} ({sizes})"


def flip(content: bytes, chance: random.Random) -> bytes:
    """One bit."""
    changed = bytearray(content)
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def truncate(content: bytes, chance: random.Random) -> bytes:
    """Anything from nothing to all but a byte is left."""
    return content[: chance.randrange(len(content))]


def zero(content: bytes, chance: random.Random) -> bytes:
    """A block of zeros."""
    start = chance.randrange(len(content))
    size = len(content[start : start + BLOCK_BYTES])
    return content[:start] + bytes(size) + content[start + size :]


def extend(content: bytes, chance: random.Random) -> bytes:
    """Something behind the end."""
    return content + chance.randbytes(chance.randint(1, BLOCK_BYTES))


def swap(content: bytes, chance: random.Random) -> bytes:
    """Two blocks in each other's place."""
    size = min(BLOCK_BYTES, len(content) // 2)
    one, other = sorted(chance.sample(range(len(content) - size + 1), 2))
    if other < one + size:
        return content
    first, second = content[one : one + size], content[other : other + size]
    return content[:one] + second + content[one + size : other] + first + content[other + size :]


class Judge:
    """Knows what must be read, and compares."""

    def __init__(self, whole: Path, scratch: Path) -> None:
        _, self.seq = log_end(JobFolder.of(whole / WORK, RUNS).event_log)
        shutil.copytree(whole, scratch / "a")
        self.truth = read_all(scratch / "a", self.seq)
        assert not self.truth.noticed, self.truth.noticed
        # The same without a store: what a rebuilding must come to.
        shutil.copytree(whole, scratch / "b")
        for path in (scratch / "b" / WORK).glob(f"{STORE}*"):
            path.write_bytes(b"no store")
        self.rebuilt = read_all(scratch / "b", self.seq)
        assert self.rebuilt.noticed == {"store"}, self.rebuilt.noticed
        self.before = {path.read_bytes() for path in whole.rglob("*") if path.is_file()}

    def of(self, case: Path) -> str:
        """``as it was``, ``noticed: …``, or ``WRONG: …``."""
        try:
            found = read_all(case, self.seq)
        except Exception as error:
            return f"WRONG: {type(error).__name__}: {error}"
        if wrong := list(self._wrong(found)):
            return f"WRONG: {'; '.join(wrong)} (noticed: {sorted(found.noticed)})"
        return f"noticed: {sorted(found.noticed)}" if found.noticed else "as it was"

    def _wrong(self, found: Found) -> Iterator[str]:
        rebuilt = "store" in found.noticed
        reference = self.rebuilt if rebuilt else self.truth
        if not rebuilt and found.opened != reference.opened:
            yield "another store, in silence"
        tables = ("jobs", "epochs", "artifacts") if rebuilt else found.rows
        changed = [name for name in tables if found.rows[name] != reference.rows[name]]
        if changed and "log" not in found.noticed:
            yield f"other {changed}, in silence"
        for number, spec in found.specs.items():
            if spec != self.truth.specs[number]:
                yield f"another spec {number}"
        for name, snapshot in found.checkpoints.items():
            if not _same(snapshot, self.truth.checkpoints[name]):
                yield f"another checkpoint {name}"
        lost = self.truth.checkpoints.keys() - found.checkpoints.keys()
        if any(f"checkpoint {name}" not in found.noticed for name in lost):
            yield "a checkpoint is gone, in silence"
        if not rebuilt and found.control != self.truth.control:
            yield "another wish"
        yield from self._wrong_restored(found)

    def _wrong_restored(self, found: Found) -> Iterator[str]:
        if "home" in found.noticed:
            return
        noticed = " ".join(found.noticed)
        for name in self.truth.restored.keys() | found.restored.keys():
            content = found.restored.get(name)
            if content == self.truth.restored.get(name):
                continue
            if content is not None and content not in self.before:
                yield f"{name} came back as it never was"
            said = "store in home" if name == STORE else f"home {'/'.join(name.split('/')[1:-1])}"
            if said not in noticed and f"home {name.split('/')[1]}" not in noticed:
                yield f"another {name} came back, in silence"


def _same(one: object, other: object) -> bool:
    state, expected = one.state, other.state  # type: ignore[attr-defined]
    return (
        (one.epoch, one.step, one.history) == (other.epoch, other.step, other.history)  # type: ignore[attr-defined]
        and state.keys() == expected.keys()
        and all(np.array_equal(state[name], expected[name]) for name in state)
    )
