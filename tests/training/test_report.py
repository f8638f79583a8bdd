"""A page about a job, from its folder alone."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.training.conftest import StartRun
from training.protocol.events import (
    EpochEnded,
    RunFailed,
    RunStarted,
    RunSucceeded,
    WarningRaised,
)
from training.protocol.failure import FailureCode, WarningCode
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec, UnzipSpec, write_spec
from training.report import main
from training.report_chart import chart

LOG = Path(__file__).parents[1] / "data" / "event-log-v1.jsonl"
VOID = {"meta"}


class Tags(HTMLParser):
    """Whether every tag is closed by its own, and which there are."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.addresses += [str(value) for name, value in attrs if name in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)  # closes itself, as in SVG

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def report(job: JobFolder) -> str:
    assert main([str(job.path)]) == 0
    page = (job.path / "report.html").read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert tags.addresses == []  # it needs nothing from anywhere
    assert "script" not in tags.seen
    return page


def told(job: JobFolder, start_run: StartRun, *events: object) -> None:
    run = start_run(job)
    for event in (RunStarted(pid=1), *events):
        run.report(event)


@pytest.mark.parametrize(
    ("result", "shown"), [({"target_epoch": 2}, "2"), ({}, "not reached"), (None, None)]
)
def test_a_target_is_told_reached_or_not(
    job: JobFolder, start_run: StartRun, result: dict[str, int] | None, shown: str | None
) -> None:
    """The epoch, or that none did; of a training without a target there is nothing to tell."""
    write_spec(job, TrainSpec())
    target = {} if result is None else {"target_accuracy": 0.9925, **result}
    told(job, start_run, RunSucceeded(seconds=3, result=target))
    found = re.search(r"target epoch</th><td>([^<]*)", report(job))
    assert (found and found[1]) == shown


def test_everything_about_a_training_is_on_the_page(job: JobFolder, start_run: StartRun) -> None:
    """Parameters, figures, curves, the end of the log, what was warned of."""
    write_spec(job, TrainSpec(epochs=2, seed=77))
    job.log.write_text("line <1>\n" * 100)
    epochs = [
        EpochEnded(epoch=n, epochs=2, seconds=1.5, metrics={"loss": 1 / n, "val_loss": 2 / n})
        for n in (1, 2)
    ]
    warning = WarningRaised(code=WarningCode.METRIC_NOT_FINITE, details={"metric": "<loss>"})
    ended = RunSucceeded(seconds=3, result={"test_accuracy": 0.9918})
    told(job, start_run, *epochs, warning, ended)
    page = report(job)
    for words in ("0.9918", "succeeded", "<th>seed</th><td>77</td>", "&lt;loss&gt;", "val_loss"):
        assert words in page
    assert page.count("line &lt;1&gt;") == 60
    assert page.count('<path class="curve') == 2


def test_an_epoch_that_was_told_twice_counts_once(job: JobFolder, start_run: StartRun) -> None:
    """After a kill the next run does it again; its figures are those that count."""
    write_spec(job, TrainSpec())
    for loss in (0.5, 0.25):
        told(job, start_run, EpochEnded(epoch=1, epochs=2, seconds=1, metrics={"loss": loss}))
    page = report(job)
    assert "<td>0.25</td>" in page
    assert "<td>0.5</td>" not in page


def test_a_log_of_the_first_version_makes_a_page(job: JobFolder) -> None:
    """What was written once stays of use."""
    write_spec(job, TrainSpec())
    job.event_log.write_bytes(LOG.read_bytes())
    assert "<h2>Epochs</h2>" in report(job)


def test_what_has_no_epochs_makes_a_page(job: JobFolder, start_run: StartRun) -> None:
    """Any kind of job, one that failed, and one that has not begun."""
    write_spec(job, UnzipSpec(archive="/data/<a>.zip", destination="/data/a"))
    assert "not told" in report(job)
    told(job, start_run, RunFailed(code=FailureCode.ARCHIVE_EMPTY, details={"archive": "<a>.zip"}))
    page = report(job)
    assert "archive_empty" in page
    assert "&lt;a&gt;.zip" in page


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff\xfe"])
def test_what_is_no_job_is_said(
    job: JobFolder, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a sentence, and nothing is written."""
    if content is not None:
        job.spec.write_bytes(content)
    assert main([str(job.path)]) == 1
    said = capsys.readouterr().err
    assert "spec.json is missing" in said if content is None else "cannot be read" in said
    assert "Traceback" not in said
    assert not (job.path / "report.html").exists()


def test_a_curve_has_gaps_and_keeps_inside_its_frame() -> None:
    """What is no number is left out; one point or a flat line is drawn as well."""
    nan, inf = float("nan"), float("inf")
    drawn = chart("a", [("a", [(1, 1.0), (2, nan), (3, inf), (4, 3.0), (5, 2.0)])])
    [path] = re.findall(r'class="curve c0" d="([^"]*)"', drawn)
    assert (path.count("M"), path.count("L")) == (2, 1)
    for points in ([(1, 5.0)], [(1, 0.0), (2, 0.0)]):
        heights = re.findall(r'cy="([\d.-]+)"', chart("a", [("a", points)]))
        assert all(0 < float(height) < 260 for height in heights)
    assert chart("a", [("a", [(1, nan)])]) == ""
