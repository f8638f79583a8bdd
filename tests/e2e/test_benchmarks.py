"""``python -m tests.benchmarks`` runs; what it measures is asserted nowhere."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks import unpacking

PROJECT = Path(__file__).resolve().parents[2]
UNPACKED = [
    what
    for place, _ in unpacking.places()
    for archive in (f"Unpack 200 small files {place}", f"Unpack 0.012 GB in 12 files {place}")
    for what in (archive, f"{archive}, CPU time", archive)  # the last against a copy
]
WHATS = (
    "Start to first reply",
    "Import",
    "From /train to the first step",
    "Reply while training, median of 8",
    "Reply while training, 99th percentile of 8",
    "Reply while training, worst of 8",
    "From an epoch's end to its card",
    "Processor time of an idle bot",
    "Memory of the bot while training, at most",
    "Memory of the bot after 8 commands",
    *UNPACKED,
    "Epoch of 128 samples",
    "Epoch of 128 samples, CPU time",
    "Whole of 128 samples, batch 128",
    "Whole of 32 samples, adam, batch 32",
    "Whole of 256 samples, sgd, batch 512",
    "Start to first reply with 20 jobs and 40 epochs",
    "Reply to /status with 20 jobs and 40 epochs",
    "Reply to /jobs with 20 jobs and 40 epochs",
    "Reply to /best with 20 jobs and 40 epochs",
    "Memory with 20 jobs and 40 epochs",
    "Store on disk with 20 jobs and 40 epochs",
)


@pytest.mark.keras
@pytest.mark.slow
def test_a_quick_run_writes_every_row(tmp_path: Path) -> None:
    """All measurements run to their end, and the page has a complete line for each row."""
    page = tmp_path / "page.md"
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "--quick", "--output", str(page)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split(" | ") for line in page.read_text().splitlines() if line.startswith("| ")]
    _, _, *rows = lines
    assert [row[0].removeprefix("| ") for row in rows] == list(WHATS)
    assert all(len(row) == 5 and all(row) for row in rows)
    assert (tmp_path / "images" / "growth.png").stat().st_size > 0
    assert "python -m tests.benchmarks --quick" in page.read_text()
    assert not any(path in page.read_text() for path in (str(PROJECT), str(tmp_path)))
