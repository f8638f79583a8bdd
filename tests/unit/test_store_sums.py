"""The store's own checks: no changed value passes for one that was written."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.roles import Role
from bot.store import Store, StoreDamaged
from bot.store.sums import lost_changes
from tests.jobs import NOW


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


def fill(path: Path) -> None:
    store = Store(path)
    with store.transaction() as tx:
        tx.users.put(1001, Role.OWNER, NOW)
        tx.outbox.put(1001, "some words", NOW)
    store.close()


def edit(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.create_function("row_sum", -1, lambda *values: 0, deterministic=True)
        connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE outbox SET text = 'other words'",
        "UPDATE users SET user_id = 1002",
        "UPDATE about SET value = '1' WHERE name = 'schema_version'",
        "CREATE INDEX another ON jobs (kind)",
        "UPDATE sqlite_sequence SET seq = 1000000 WHERE name = 'outbox'",
    ],
)
def test_a_value_that_was_not_written_here_is_damage(path: Path, statement: str) -> None:
    """Pages and indexes that SQLite finds sound are not enough."""
    fill(path)
    edit(path, statement)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with pytest.raises(StoreDamaged):
        Store(path)


@pytest.mark.parametrize("written", [b"silent BOOLEAN", b"some words", b"schema_version"])
def test_a_text_that_is_none_is_damage(path: Path, written: bytes) -> None:
    """Bytes that no UTF-8 has, in a definition, in a value, in a name."""
    fill(path)
    content = path.read_bytes()
    assert written in content
    path.write_bytes(content.replace(written, b"\xc1" + written[1:]))
    with pytest.raises(StoreDamaged):
        Store(path)


def leave(path: Path, folder: Path) -> Path:
    """What a bot that is killed leaves: its files as they are while it has them open."""
    store = Store(path)
    with store.transaction() as tx:
        tx.outbox.put(1001, "committed", NOW)
    folder.mkdir()
    for file in path.parent.glob("store.sqlite3*"):
        shutil.copy(file, folder)
    store.close()
    return folder / path.name


def test_a_killed_bots_changes_are_all_there(path: Path, tmp_path: Path) -> None:
    """The check of the write-ahead log finds nothing where nothing is wrong."""
    left = leave(path, tmp_path / "left")
    assert not lost_changes(left)
    store = Store(left)
    with store.transaction() as tx:
        assert tx.outbox.owed() == 1
    store.close()


@pytest.mark.parametrize("kept_bytes", [0, 32, 4_096 + 56, -1])
def test_a_write_ahead_log_cut_short_is_noticed(
    path: Path, tmp_path: Path, kept_bytes: int
) -> None:
    """SQLite would go on from an earlier state without a word."""
    left = leave(path, tmp_path / "left")
    journal = left.with_name(f"{left.name}-wal")
    journal.write_bytes(journal.read_bytes()[:kept_bytes])
    assert lost_changes(left)


def test_a_store_that_somebody_looks_into_is_not_taken_for_damaged(
    path: Path, tmp_path: Path
) -> None:
    """Another program copies the log back at the very moment: SQLite then tells no numbers."""
    left = leave(path, tmp_path / "left")
    with closing(sqlite3.connect(left)) as other:
        other.execute("SELECT count(*) FROM outbox").fetchall()
        with held_by_a_checkpoint(left):
            assert not lost_changes(left)


def test_a_store_that_somebody_closes_meanwhile_is_not_taken_for_damaged(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at what was promised and the count, another program tidies up."""
    left = leave(path, tmp_path / "left")
    real = sqlite3.connect

    def connect_too_late(*arguments: object) -> sqlite3.Connection:
        code = (
            "import sqlite3, sys; other = sqlite3.connect(sys.argv[1]);"
            "other.execute('SELECT * FROM about').fetchall(); other.close()"
        )
        subprocess.run([sys.executable, "-c", code, str(left)], check=True)
        assert not left.with_name(f"{left.name}-wal").exists()
        return real(*arguments)

    monkeypatch.setattr(sqlite3, "connect", connect_too_late)
    assert not lost_changes(left)
    monkeypatch.undo()
    store = Store(left)
    with store.transaction() as tx:
        assert tx.outbox.owed() == 1
    store.close()


@contextmanager
def held_by_a_checkpoint(path: Path) -> Iterator[None]:
    """The lock that SQLite takes for it, held by another process, as such locks only count there.

    Source: sqlite.org/walformat.html, "WAL Locks": WAL_CKPT_LOCK is byte 121 of the -shm file.
    """
    code = (
        "import fcntl, sys; file = open(sys.argv[1], 'r+b');"
        "fcntl.lockf(file, fcntl.LOCK_EX, 1, 121); print(flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, f"{path}-shm"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        yield
        holder.communicate()
