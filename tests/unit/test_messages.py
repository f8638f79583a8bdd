"""Whatever a job is called and does, every message about it is one that Telegram takes."""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta, tzinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.button import lasting
from bot.deadline import Forecast, Lifetime, Pace, Verdict
from bot.job import Ending, EpochRecord, Job, JobState, Outcome, Progress
from bot.language import Language, speaking
from bot.machine import Gpu, Machine
from bot.messages import (
    card_keys,
    cards,
    deadline,
    endings,
    epochs,
    listing,
    logs,
    markup,
    notes,
    repeats,
    replies,
    status,
    steering,
    warnings,
    wishes,
)
from bot.messages.failures import LOST_EXIT, LOST_SIGNAL, LOST_UNKNOWN, NOT_STARTED
from bot.messages.translation import say
from bot.roles import Role
from bot.store.jobs import Wanted
from bot.zones import zone_of
from emulator.formatting import message_text
from emulator.objects import FormattedText
from tests.jobs import NOW, ORIGIN
from training.protocol.control import RateChange, StopMode
from training.protocol.events import LearningRateSet, WarningRaised
from training.protocol.failure import FailureCode, WarningCode
from training.protocol.spec import InstallSpec, RunSpec, TrainSpec, UnzipSpec

NASTY = ["<b>", "</pre>", "&amp;", "😀" * 2500, "a" * 9000, "\x00", "\u202e", "\n" * 500]
HOSTILE = st.text(max_size=300) | st.sampled_from(NASTY)
FILE_NAMES = HOSTILE | st.text(st.characters(codec=None), max_size=300)  # not always UTF-8
FIGURES = st.floats() | st.sampled_from([1e308, -1e308, 0.5])
COUNTS = st.integers(-3, 10**12)
DETAILS = HOSTILE | st.integers() | st.floats() | st.lists(HOSTILE, max_size=60)
NAMES = ["error", "archive", "member", "test_loss", "test_accuracy", "files", "size_bytes"]
NAMES += ["folder", "changes", "installed", "changed", "removed", "free_bytes", "limit", "lines"]
NAMES += [
    "exit_code",
    "signal",
    "epoch",
    "metric",
    "package",
    "needed_bytes",
    "target",
    "file",
    "line",
    "text",
]
NAMES += ["line", "text", "test_<b>", "test_own", "rss_bytes", "ram_bytes"]
RESULTS = st.dictionaries(st.sampled_from(NAMES), DETAILS, max_size=6)
METRICS = st.dictionaries(st.sampled_from(["loss", "val_accuracy"]) | HOSTILE, FIGURES, max_size=12)
CODES = [*FailureCode, NOT_STARTED, LOST_EXIT, LOST_SIGNAL, LOST_UNKNOWN, "<newer>"]
OWN_NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,59}", fullmatch=True)
SPECS = st.one_of(
    st.just(TrainSpec(epochs=3, samples=100)),
    st.builds(
        lambda file, given: RunSpec.model_construct(file=file, parameters=tuple(given)),
        HOSTILE.filter(bool),
        st.lists(st.tuples(OWN_NAMES, HOSTILE), max_size=4),
    ),
    st.builds(UnzipSpec, archive=HOSTILE.filter(bool), destination=HOSTILE.filter(bool)),
    st.builds(
        lambda names: InstallSpec.model_construct(packages=tuple(names), force=True),
        st.lists(HOSTILE, min_size=1, max_size=50),
    ),
)
TIMES = st.none() | st.integers(-(10**6), 10**6).map(lambda s: NOW + timedelta(seconds=s))
PROGRESS = st.builds(
    Progress,
    epochs=st.none() | st.integers(1, 10_000),
    epochs_done=st.integers(0, 10_000),
    done=st.none() | COUNTS,
    total=st.none() | COUNTS,
    unit=st.sampled_from(["steps", "bytes", "packages"]),
    files_done=st.none() | COUNTS,
    files_total=st.none() | COUNTS,
    metrics=METRICS,
    seconds_per_epoch=st.none() | FIGURES,
    device=st.none() | HOSTILE,
    tflops=st.none() | FIGURES,
    epoch_began_at=TIMES,
    run_at=TIMES,
    at=TIMES,
)
OUTCOMES = st.builds(
    Outcome,
    result=RESULTS,
    code=st.none() | st.sampled_from(CODES),
    details=RESULTS,
    seconds=st.none() | FIGURES,
    stop_mode=st.none() | st.sampled_from(StopMode),
    log_tail=st.lists(HOSTILE, max_size=10).map(tuple),
)

GPU = Gpu("<T4>", 1, 2, 3, 4, "<580>")
MACHINE = Machine("<host>", (GPU,) * 4, 0.5, 2, 1, 2, 3, 4, 5, NOW, 5.0)


@pytest.fixture(autouse=True, scope="module", params=Language)
def language(request: pytest.FixtureRequest) -> Iterator[None]:
    """All this holds in each language."""
    with speaking(request.param):
        yield


@st.composite
def jobs(draw: st.DrawFn) -> Job:
    """A job in any state, whatever its process and its names say."""
    state = draw(st.sampled_from(JobState))
    job = Job(id=10**8, spec=draw(SPECS), origin=ORIGIN, created_at=NOW, state=state)
    ending = draw(st.sampled_from(Ending)) if state is JobState.ENDED else None
    changes = [RateChange(epoch=n, learning_rate=10.0**-n) for n in range(1, 40)]
    job = replace(job, note=draw(st.none() | HOSTILE.filter(bool)))
    job = replace(job, learning_rate=draw(st.none() | st.just(0.5)), learning_rates=tuple(changes))
    return replace(job, ending=ending, run=3, progress=draw(PROGRESS), outcome=draw(OUTCOMES))


@st.composite
def epoch_records(draw: st.DrawFn, most: int = 3000) -> list[EpochRecord]:
    """Many epochs; their metrics take turns, so that thousands are made quickly."""
    metrics = draw(st.lists(METRICS, min_size=1, max_size=3))
    seconds = draw(st.floats(min_value=0, allow_nan=False))
    count = draw(st.integers(0, 20) | st.just(most))
    return [EpochRecord(n, seconds, metrics[n % len(metrics)]) for n in range(1, count + 1)]


def shown(message: str) -> FormattedText:
    """What the chat shows of a message, if Telegram takes it at all, with or without a mark."""
    message_text(repeats.maybe_a_repeat(message), "HTML", ())
    return message_text(message, "HTML", ())


# Hypothesis prints what failed; thousands of epochs make that long, not wrong.
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(deadline=None, max_examples=60)
@given(jobs(), epoch_records())
def test_messages_about_a_job_are_taken(job: Job, records: list[EpochRecord]) -> None:
    """Card, last message, status, list, details and ping: valid HTML within 4,096 units."""
    artifacts = [("a<b>" * 50, 10**9)] * 30
    for more in (False, True):
        around = cards.Surroundings(ahead=2, gpus=[GPU] * 9, more=more)
        shown(cards.card(job, records[-cards.LATEST_EPOCHS :], NOW, around))
        for asking in (False, True):
            lasting(card_keys.rows(job, asking=asking, more=more, curves=True))
    shown(card_keys.stops(job))
    shown(endings.ended(job, records))
    shown(status.status([job, job], status.Queue([job] * 10, 30), MACHINE, 5.0, NOW))
    shown(status.ping([job, job], MACHINE, 5.0, NOW))
    for wanted in Wanted:
        page = listing.Page(wanted, [job] * 10, 10**6, 10**7, 10**8)
        shown(listing.job_list(page))
        lasting(listing.turning(page))
    shown(status.job_details(job, records, artifacts, "/w" * 2000, NOW, UTC))
    shown(replies.stopping(job))
    shown(wishes.epochs_set(job))
    shown(wishes.stops_at(job))
    shown(notes.shown(job))
    shown(notes.kept(job))
    if isinstance(job.spec, TrainSpec):
        shown(steering.offered(job))
        shown(steering.rate_wished(job))
        shown(steering.rate_taken(job, LearningRateSet(epoch=1, learning_rate=1e-30)))
    shown(deadline.goes_on(job))
    if records:
        shown(epochs.epoch_ended(job, records[-1], 10_000))


@given(jobs(), st.lists(HOSTILE, min_size=1, max_size=500))
def test_log_lines_are_taken_and_end_with_the_last(job: Job, lines: list[str]) -> None:
    """/logs fits whatever was printed, and what it shows are the newest lines."""
    text = markup.plain(logs.last_lines(job, lines, NOW, UTC))
    shown(logs.last_lines(job, lines, NOW, UTC))
    assert text.endswith(lines[-1]) or text.endswith(markup.shortened(lines[-1], 3900))


@given(jobs(), st.sampled_from(WarningCode), RESULTS)
def test_every_warning_has_a_sentence(job: Job, code: WarningCode, details: dict) -> None:
    """Whatever its details are, or where they are missing."""
    event = WarningRaised.model_construct(code=code, details=details)
    shown(warnings.warning(job, event))


FORECASTS = st.builds(
    Forecast,
    pace=st.builds(Pace, st.floats(0, 1e30), st.floats(0, 1e30)),
    epochs=COUNTS,
    reached=COUNTS,
    safe=COUNTS,
    done_at=st.just(NOW) | st.datetimes().map(lambda at: at.replace(tzinfo=UTC)),
    ends_at=st.just(NOW),
)
ZONES = st.sampled_from([UTC, zone_of("Europe/Berlin"), zone_of("UTC-12")])


@given(jobs(), FORECASTS, ZONES, st.booleans())
def test_every_forecast_is_taken(job: Job, found: Forecast, zone: tzinfo, saving: bool) -> None:
    """In any zone, for any number of epochs; a line for the card fits a card."""
    shown(deadline.news(job, found, zone, NOW, saving=saving))
    line = deadline.outlook(found, zone, NOW)
    assert (line is None) == (found.verdict is Verdict.FITS)
    shown(cards.card(job, [], NOW, cards.Surroundings(life=line)))
    for hours in (None, 0.001, 12, 1000):
        shown(deadline.life(Lifetime(NOW, hours), zone, NOW) or "none")


@given(st.lists(st.tuples(FILE_NAMES, st.integers(0, 10**15)), max_size=40), st.booleans())
def test_a_list_of_archives_is_taken(found: list[tuple[str, int]], more: bool) -> None:
    """However many and however long their names; what had to be left out is owned up to."""
    text = replies.archives(found, ("/a" * 3000, "<b>"), more)
    listed = shown(text).text.count("/unzip ")
    if found and (more or listed < len(found)):
        assert say("… and more; name one to unpack it.") in text
    tapped = min(len(found), 8)
    listed = shown(replies.archives(found, ("<b>",), more, (), tapped)).text.count("/unzip ")
    assert not found or listed >= 1


@given(HOSTILE, st.sampled_from(Role))
def test_everybody_is_welcomed(name: str, role: Role) -> None:
    """Whatever a person is called."""
    shown(replies.welcome(name, role))


def test_names_are_shown_as_they_are() -> None:
    """Tags and entities in a file's name are text, not markup."""
    spec = UnzipSpec(archive="/d/<b>&amp;.zip", destination="/w/<i>")
    job = Job(id=1, spec=spec, origin=ORIGIN, created_at=NOW)
    assert "<b>&amp;.zip" in shown(cards.card(job, [], NOW)).text
    assert "<i>" in shown(status.job_details(job, [], [], "/w/jobs/1", NOW, UTC)).text


def test_a_long_training_shows_its_latest_epochs() -> None:
    """Of 3,000 epochs the last message has the newest, and says how many it left out."""
    records = [EpochRecord(n, 1.0, {"loss": math.pi}) for n in range(1, 3001)]
    job = Job(1, TrainSpec(), ORIGIN, NOW, JobState.ENDED, Ending.SUCCEEDED)
    lines = shown(endings.ended(job, records)).text.splitlines()
    first = next(int(line.split()[0]) for line in lines if line.endswith("3.142"))
    assert lines[-1].split()[0] == "3000"
    assert say("… {count} more lines …", count=first - 1) in lines
