"""Checkpoints: what is read is what was saved, or it is refused."""

import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.checkpoint import CheckpointStore, CheckpointUnusable, Snapshot, epoch_of
from training.history import EpochRecord

RECORD = EpochRecord(
    epoch=1, seconds=0.1 + 0.2, learning_rate=1e-07, metrics={"loss": float("nan"), "accuracy": 1}
)
SNAPSHOT = Snapshot(
    epoch=1,
    step=7,
    seconds=1 / 3,
    history=(RECORD,),
    state={
        "kind/a/kernel": np.arange(600, dtype=np.float32).reshape(20, 30) / 7,
        "kind/a/seed": np.array([2**40, -1], np.int64),
        "kind/b": np.array(np.nan, np.float32),
    },
)


def store_in(folder: Path, made_with: str = "seed 0") -> CheckpointStore:
    return CheckpointStore(folder, made_with)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def assert_equal(read: Snapshot, saved: Snapshot) -> None:
    assert (read.epoch, read.step, read.seconds) == (saved.epoch, saved.step, saved.seconds)
    assert [repr(record) for record in read.history] == [repr(record) for record in saved.history]
    assert list(read.state) == list(saved.state)
    for name, array in saved.state.items():
        assert read.state[name].dtype == array.dtype
        assert read.state[name].shape == array.shape
        assert read.state[name].tobytes() == array.tobytes()


def test_a_snapshot_comes_back_bit_for_bit(tmp_path: Path) -> None:
    """Arrays of any shape, NaN and long fractions survive."""
    store_in(tmp_path).save(SNAPSHOT)
    store = store_in(tmp_path)
    (checkpoint,) = store.newest_first()
    assert_equal(store.read(checkpoint), SNAPSHOT)
    assert epoch_of(checkpoint) == 1


def test_two_checkpoints_are_kept(tmp_path: Path) -> None:
    """The newest and the one before it; what a crash left half-written goes."""
    (tmp_path / ".new-000001-epoch-0-step-1").mkdir()
    store = store_in(tmp_path)
    for epoch in (1, 2, 3):
        store.save(replace(SNAPSHOT, epoch=epoch))
    assert [epoch_of(path) for path in store.newest_first()] == [3, 2]
    assert len(list(tmp_path.iterdir())) == 2


def test_what_a_killed_run_left_of_a_checkpoint_does_not_hinder_the_next_run(
    tmp_path: Path,
) -> None:
    """It does the same epoch again, under the same name."""
    leftover = tmp_path / ".new-000001-epoch-1-step-7"
    leftover.mkdir()
    (leftover / "variables.npys").write_bytes(b"half")
    store_in(tmp_path).save(SNAPSHOT)
    (checkpoint,) = tmp_path.iterdir()
    assert_equal(store_in(tmp_path).read(checkpoint), SNAPSHOT)


def test_the_one_that_was_gone_on_from_is_kept_rather_than_a_damaged_one(tmp_path: Path) -> None:
    """After a fallback, the next save must not leave a damaged one as the only reserve."""
    first = store_in(tmp_path)
    first.save(replace(SNAPSHOT, epoch=1))
    first.save(replace(SNAPSHOT, epoch=2))
    second = store_in(tmp_path)
    damaged, good = second.newest_first()
    (damaged / "position.json").unlink()
    second.go_on_from(good)
    second.save(replace(SNAPSHOT, epoch=2))
    assert good in second.newest_first()
    assert damaged not in second.newest_first()


def test_a_checkpoint_of_other_parameters_is_refused(tmp_path: Path) -> None:
    """Going on with another seed or batch size would be neither the one training nor the other."""
    store_in(tmp_path).save(SNAPSHOT)
    store = store_in(tmp_path, made_with="seed 1")
    with pytest.raises(CheckpointUnusable, match="other parameters"):
        store.read(store.newest_first()[0])


@settings(max_examples=200)
@given(data=st.data())
def test_no_damage_goes_unnoticed(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Flip any bit, cut any file anywhere, or lose one: it is refused, or nothing has changed."""
    folder = tmp_path_factory.mktemp("damaged")
    store = store_in(folder)
    store.save(SNAPSHOT)
    (checkpoint,) = store.newest_first()
    victim = data.draw(st.sampled_from(sorted(path.name for path in checkpoint.iterdir())))
    content = bytearray((checkpoint / victim).read_bytes())
    position = data.draw(st.integers(0, len(content) - 1))
    match data.draw(st.sampled_from(["flip", "cut", "lose"])):
        case "flip":
            content[position] ^= 1 << data.draw(st.integers(0, 7))
            (checkpoint / victim).write_bytes(content)
        case "cut":
            (checkpoint / victim).write_bytes(content[:position])
        case "lose":
            (checkpoint / victim).unlink()
    try:
        read = store.read(checkpoint)
    except CheckpointUnusable as refused:
        assert str(refused)
    else:
        assert_equal(read, SNAPSHOT)
    finally:
        shutil.rmtree(folder)


@contextmanager
def files_of_at_most(size_bytes: int) -> Iterator[None]:
    """A disk that takes no more than this a file: writes fail as on a full one."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("size_bytes", [0, 100, 2_000])
def test_a_full_disk_leaves_the_checkpoint_before_it(tmp_path: Path, size_bytes: int) -> None:
    """A save that fails leaves nothing half-written, and the next one works."""
    store = store_in(tmp_path)
    store.save(replace(SNAPSHOT, epoch=1))
    before = contents(tmp_path)
    with files_of_at_most(size_bytes), pytest.raises(OSError):
        store.save(replace(SNAPSHOT, epoch=2))
    assert contents(tmp_path) == before
    assert len(list(tmp_path.iterdir())) == 1

    store.save(replace(SNAPSHOT, epoch=3))
    assert [epoch_of(path) for path in store.newest_first()] == [3, 1]
