"""Whatever a text holds, Telegram shows it as it stands, and counts it as we do."""

import math

from hypothesis import given
from hypothesis import strategies as st

from bot.messages import figures, markup
from emulator.entities import parse_html, utf16_length

TEXTS = st.text() | st.text(st.sampled_from("<>&;\"'/b amp#x😀\n\x00\u202e"))
FIGURES = st.floats() | st.integers(-(10**30), 10**30)


@given(TEXTS)
def test_any_text_is_shown_verbatim(text: str) -> None:
    """Escaped, bold, as code, fixed or folded: a reader sees exactly what was put in."""
    for wrapped in (
        markup.escaped(text),
        markup.bold(text),
        markup.code(text),
        markup.command(text),
        markup.fixed([text]),
        markup.folded([text]),
    ):
        assert parse_html(wrapped).text == text
        assert markup.plain(wrapped) == text


@given(st.text(st.characters(codec=None)))
def test_what_is_no_text_can_still_be_sent(text: str) -> None:
    """Half a character, as in a file name that is not UTF-8, becomes one that Telegram takes."""
    shown = markup.code(text)
    assert len(parse_html(shown.encode().decode()).text) == len(text)


@given(TEXTS)
def test_lengths_are_counted_as_telegram_counts(text: str) -> None:
    """In UTF-16 units of what is shown: tags are free, an emoji counts twice."""
    assert markup.length(markup.bold(text)) == utf16_length(text) == markup.units(text)


@given(TEXTS, st.integers(1, 30))
def test_a_shortened_text_fits(text: str, limit: int) -> None:
    """It is a beginning of the text, within the limit; a text that fits is left alone."""
    shortened = markup.shortened(text, limit)
    assert utf16_length(shortened) <= limit
    if utf16_length(text) <= limit:
        assert shortened == text
    else:
        assert shortened.endswith("…")
        assert text.startswith(shortened[:-1])


@given(st.lists(st.text(max_size=20), min_size=1, max_size=60), st.integers(100, 400))
def test_fitting_keeps_the_heading_and_the_newest(lines: list[str], limit: int) -> None:
    """What is left fits, begins with the first line, ends with the last ones, and owns up."""
    kept = markup.fitting(lines, limit)
    assert utf16_length("\n".join(kept)) <= limit
    assert kept[0] == lines[0]
    if kept != lines:
        shown = len(kept) - 2
        assert kept[1] == f"… {len(lines) - 1 - shown} more lines …"
        assert kept[2:] == lines[len(lines) - shown :]


@given(FIGURES)
def test_every_figure_is_short(value: float) -> None:
    """Not a number, infinite, negative or beyond all measure: a few characters, no error."""
    for shown in (
        figures.duration(value),
        figures.size(value),
        figures.percent(value),
        figures.metric("loss", value),
        figures.metric("val_accuracy", value),
    ):
        assert 0 < len(shown) <= 40
    if math.isfinite(value):
        assert len(figures.bar(value)) == figures.BAR_CELLS


def test_figures_read_well() -> None:
    """The forms that a reader meets every day."""
    assert figures.duration(8.44) == "8.4 s"
    assert figures.duration(59.7) == "1 min 00 s"
    assert figures.duration(7830) == "2 h 10 min"
    assert figures.duration(3 * 86400 + 4 * 3600) == "3 d 4 h"
    assert figures.metric("loss", 0.02712) == "0.0271"
    assert figures.metric("loss", -0.5) == "-0.5000"
    assert figures.metric("val_acc", 0.99176) == "99.18%"
    assert figures.size(12_345) == "12.3 kB"
    assert figures.counted(2340, "file") == "2,340 files"
