"""The list of safety lines is true: each stands where it says, and names tests that are there."""

from pathlib import Path

import pytest

from tests.breaks.safety_lines import BREAKS, Break

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize("line", BREAKS, ids=lambda line: line.what)
def test_a_safety_line_stands_where_the_list_says(line: Break) -> None:
    """Once, so that breaking it breaks it; ``python -m tests.breaks`` shows that it is noticed."""
    content = (REPOSITORY / line.file).read_text(encoding="utf-8")
    assert content.count(line.old) == 1
    assert line.old != line.new
    compile(content.replace(line.old, line.new), line.file, "exec")
    assert line.tests
    for test in line.tests:
        assert (REPOSITORY / test).exists()
