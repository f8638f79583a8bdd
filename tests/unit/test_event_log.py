"""The event log: what is read is what was written, and never a damaged line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.protocol.event_log import EventLogWriter, last_run, read_events
from training.protocol.events import EpochEnded, Event, Heartbeat, RunStarted


def epoch(number: int) -> EpochEnded:
    return EpochEnded(epoch=number, epochs=9, seconds=1.5, metrics={"loss": 0.25})


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "event_log.jsonl"


def write(log: Path, run: int, *events: Event) -> None:
    with EventLogWriter(log, run) as writer:
        for event in events:
            writer.append(event)


def test_events_come_back_with_their_envelope(log: Path) -> None:
    """Sequence numbers count through all runs; run and kind survive."""
    write(log, 1, RunStarted(pid=7), epoch(1))
    write(log, 2, RunStarted(pid=8))

    chunk = read_events(log)

    assert [(event.seq, event.run, event.kind) for event in chunk.events] == [
        (1, 1, "run_started"),
        (2, 1, "epoch_ended"),
        (3, 2, "run_started"),
    ]
    assert chunk.offset == log.stat().st_size
    assert last_run(log) == 2


def test_reading_goes_on_where_it_ended(log: Path) -> None:
    """Nothing is read twice from a stored offset, however small the pieces."""
    write(log, 1, *(epoch(number) for number in range(1, 20)))
    epochs, offset = [], 0
    while (chunk := read_events(log, offset, limit_bytes=100)).offset > offset:
        offset = chunk.offset
        epochs += [event.epoch for event in chunk.events if isinstance(event, EpochEnded)]
    assert epochs == list(range(1, 20))


def test_a_log_that_is_not_there_is_empty(log: Path) -> None:
    """A job that has not begun has no events."""
    assert read_events(log).events == ()
    assert last_run(log) == 0


@given(cut=st.integers(min_value=1, max_value=150))
def test_a_torn_last_line_is_not_read_and_spoils_nothing(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    """Cut a log anywhere in its last line: the next run's events are all read."""
    log = tmp_path_factory.mktemp("torn") / "event_log.jsonl"
    write(log, 1, epoch(1))
    whole = log.stat().st_size
    write(log, 1, epoch(2))
    with log.open("rb+") as file:
        file.truncate(min(whole + cut, log.stat().st_size - 1))

    torn = read_events(log)
    assert [event.seq for event in torn.events] == [1]
    assert torn.offset == whole

    write(log, 2, RunStarted(pid=9))
    after = read_events(log, torn.offset)
    assert [event.kind for event in after.events] == ["run_started"]


@given(position=st.integers(min_value=0), bit=st.integers(min_value=0, max_value=7))
def test_a_flipped_bit_never_passes_for_an_event(
    tmp_path_factory: pytest.TempPathFactory, position: int, bit: int
) -> None:
    """Flip any bit of a log: what is still read was written just so."""
    log = tmp_path_factory.mktemp("flip") / "event_log.jsonl"
    write(log, 1, RunStarted(pid=7), epoch(1), epoch(2), Heartbeat(rss_bytes=5))
    written = read_events(log).events
    content = bytearray(log.read_bytes())
    content[position % len(content)] ^= 1 << bit
    log.write_bytes(content)

    read = read_events(log)

    assert all(event in written for event in read.events)
    assert len(read.events) >= len(written) - 2


def test_not_a_number_survives(log: Path) -> None:
    """A loss of NaN is a fact about a run, in JSON that any reader takes."""
    write(log, 1, EpochEnded(epoch=1, epochs=2, seconds=1, metrics={"loss": float("nan")}))
    (event,) = read_events(log).events
    assert isinstance(event, EpochEnded)
    assert event.metrics["loss"] != event.metrics["loss"]
    assert b'"NaN"' in log.read_bytes()
