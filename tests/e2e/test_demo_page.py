"""The demo in a real browser, as a user walks through it."""

from pathlib import Path

import pytest

from tests.browser import DRIVER, Page
from tests.demo_walk import demo, walk

pytestmark = [
    pytest.mark.keras,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(not DRIVER, reason="needs chromedriver"),
]
SEEN = ["menu", "form", "card", "stop", "end", "plot", "model", "unzip", "files", "chinese"]


def test_all_of_a_day_is_done_by_taps(page: Page, tmp_path: Path) -> None:
    """Train, watch, stop, plot, take the model, bring an archive: it works, fits, and no errors."""
    seen = []

    def look(name: str, page: Page) -> None:
        seen.append(name)
        assert page.run("document.documentElement.scrollWidth <= innerWidth"), name
        assert page.run("document.getElementById('log').scrollWidth <= innerWidth"), name

    with demo(tmp_path / "work") as running:
        walk(page, running, look)
        assert page.problems() == []
    assert seen == SEEN
