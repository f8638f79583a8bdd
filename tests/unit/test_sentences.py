"""Every reason has its sentence, and none trips over what it is told."""

import dataclasses
import re
import signal
import typing
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import errors
from bot.language import Language, speak, speaking
from bot.messages import endings, warnings
from bot.messages.errors import sentence
from bot.messages.failures import LOST_EXIT, LOST_SIGNAL, LOST_UNKNOWN, NOT_STARTED, failure
from emulator.entities import parse_html
from emulator.formatting import message_text
from tests.jobs import queued
from training.protocol.events import WarningRaised
from training.protocol.failure import Detail, FailureCode, WarningCode
from training.protocol.inspection import Obstacle

GONE = (NOT_STARTED, LOST_EXIT, LOST_SIGNAL, LOST_UNKNOWN)
CODES = [*FailureCode, *GONE]
DETAIL_NAMES = (
    "error", "free_bytes", "file", "archive", "member", "target", "needed_bytes", "ratio", "limit",
    "folder", "changes", "package", "exit_code", "signal",
)  # fmt: skip
WARNING_DETAILS = (
    "lines", "metric", "epoch", "error", "encoding", "files", "gpu", "device",
)  # fmt: skip
WORDS = st.text(max_size=4096) | st.sampled_from(["<b>", "😀" * 2048, "/" * 4096])
VALUES = WORDS | st.integers() | st.floats() | st.lists(WORDS, max_size=30)
BY_TYPE: dict[object, st.SearchStrategy] = {
    bool: st.booleans(),
    float: st.floats(0, 1e6),
    str: WORDS,
    str | None: st.none() | WORDS,
    int: st.integers(0, 10**9),
    int | None: st.none() | st.integers(0, 10**9),
    Obstacle: st.sampled_from(Obstacle),
    dict[str, Detail]: st.dictionaries(st.sampled_from(("file", "line", "error")), WORDS),
    tuple[str, ...]: st.lists(WORDS, max_size=12).map(tuple),
    tuple[int, ...]: st.lists(st.integers(0, 10**9), max_size=200).map(tuple),
}
# Words of the program's own: short, but they may hold anything, as in "<number>".
OURS = st.text("<>&;a=", max_size=60)
OUR_FIELDS = ("command", "role", "usage", "size")
OUR_NAMES = (errors.WrongValue, errors.RepeatedParameter)


@pytest.fixture(autouse=True, scope="module", params=Language)
def language(request: pytest.FixtureRequest) -> Iterator[None]:
    """All this holds in each language."""
    with speaking(request.param):
        yield


def values(kind: type[errors.UserError], name: str, hint: object) -> st.SearchStrategy:
    """What a field of an error may hold."""
    if name in OUR_FIELDS or (name == "name" and kind in OUR_NAMES):
        return OURS
    if name == "allowed":
        return OURS if hint is str else st.lists(OURS, max_size=12).map(tuple)
    if name == "nearest" and hint == str | None:
        return st.none() | OURS
    return BY_TYPE[hint]


@pytest.mark.parametrize("code", CODES)
def test_every_failure_has_a_sentence_even_without_details(code: str) -> None:
    """It is a sentence of its own, not the code's bare name, whatever is missing."""
    text = message_text(failure(code, {}), "HTML", ()).text
    assert text.endswith((".", "archive)", "。"))
    assert code not in text


@given(st.sampled_from(CODES), st.dictionaries(st.sampled_from(DETAIL_NAMES), VALUES))
def test_a_failure_takes_details_of_any_type(code: str, details: dict) -> None:
    """Numbers for names, lists for numbers, markup, pages of text: Telegram takes the sentence."""
    message_text(failure(code, details), "HTML", ())


@pytest.mark.parametrize("code", CODES)
def test_markup_in_a_detail_is_text(code: str) -> None:
    """Every detail of every sentence is escaped, also one that should have been a number."""
    message_text(failure(code, dict.fromkeys(DETAIL_NAMES, "<b>&lt;")), "HTML", ())


@given(st.text(max_size=300))
def test_details_are_shown_as_they_are(text: str) -> None:
    """What the process said of its error is in the sentence, letter for letter."""
    assert text in parse_html(failure(FailureCode.UNEXPECTED_ERROR, {"error": text})).text


def test_a_failure_of_a_newer_version_is_named() -> None:
    """A code that this version does not know is said as it is."""
    assert "<quantum_decay>" in parse_html(failure("<quantum_decay>", {})).text


@pytest.mark.parametrize("code", WarningCode)
def test_every_warning_has_a_sentence_even_without_details(code: WarningCode) -> None:
    """A code without a sentence would end the bot when a job raises it."""
    marked = dict.fromkeys(WARNING_DETAILS, "<b>")
    message_text(warnings.warning(queued(), WarningRaised(code=code, details=marked)), "HTML", ())
    text = warnings.warning(queued(), WarningRaised(code=code))
    assert "?" in message_text(text, "HTML", ()).text


@pytest.mark.parametrize("number", range(1, signal.NSIG))
def test_every_signal_is_named(number: int) -> None:
    """Also a real-time signal, which Python has no name for, and in no language's words."""
    code, details = endings.why_gone(-number)
    assert code == LOST_SIGNAL
    name = str(details["signal"])
    assert re.fullmatch(r"SIG[A-Z0-9]+([+-]\d+)?", name)
    assert number != signal.SIGRTMIN + 6 or name == "SIGRTMIN+6"
    assert name in failure(code, details)


@pytest.mark.parametrize("exit_code", [None, 0, 1, 75, 255])
def test_every_exit_is_told(exit_code: int | None) -> None:
    """Known or not, a process that went without a last event has a sentence."""
    text = failure(*endings.why_gone(exit_code))
    assert (str(exit_code) in text) == (exit_code is not None)


def test_a_kill_is_put_down_to_memory_only_where_much_was_held() -> None:
    """The last reading stands beside it; without one the guess is as good as any."""
    speak(Language.ENGLISH)
    much = failure(*endings.why_gone(-signal.SIGKILL, 11 * 10**9, 12 * 10**9))
    assert "memory ran out" in much
    assert "It last held 11.0 GB of 12.0 GB of memory." in much
    little = failure(*endings.why_gone(-signal.SIGKILL, 10**9, 12 * 10**9))
    assert "memory ran out" not in little
    assert "It last held 1.0 GB of 12.0 GB of memory." in little
    assert "memory ran out" in failure(*endings.why_gone(-signal.SIGKILL))
    assert "memory ran out" not in failure(*endings.why_gone(-signal.SIGSEGV, 11, 12))


@settings(max_examples=25, deadline=None)
@given(st.data())
@pytest.mark.parametrize("kind", errors.UserError.__subclasses__(), ids=lambda kind: kind.__name__)
def test_every_user_error_has_a_sentence(kind: type[errors.UserError], data: st.DataObject) -> None:
    """Whatever the user wrote and the folders hold, Telegram takes the sentence."""
    hints = typing.get_type_hints(kind)
    given_values = {
        field.name: data.draw(values(kind, field.name, hints[field.name]))
        for field in dataclasses.fields(kind)
    }
    message_text(sentence(kind(**given_values)), "HTML", ())
