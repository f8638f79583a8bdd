"""Damage to any one file is noticed, or does not matter."""

import pytest

from tests.faults.damage import KINDS, damage

EACH = 4

pytestmark = pytest.mark.slow


def test_no_bad_byte_is_used_in_silence() -> None:
    """Whatever is flipped, cut, zeroed or swapped: the truth is read, or what is not is told."""
    found = damage(EACH * len(KINDS), seed=3, keras=False)
    assert found.books.problems == []
    noticed = sum(found.phases[name] for name in found.phases if name.endswith("noticed"))
    assert noticed > len(KINDS), found.phases
