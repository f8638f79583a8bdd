"""Every word for a chat can be translated, and every language has all of them."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from bot.language import Language

MESSAGES = Path(__file__).resolve().parents[2] / "bot" / "messages"
# Terminal and notebook speak English, and so do pictures: not every machine has fonts for more.
IN_ENGLISH = {"doctor.py", "launcher.py", "curves.py"}
MODULES = sorted(path for path in MESSAGES.rglob("*.py") if path.name not in IN_ENGLISH)
KEYWORDS = {"say": 1, "say_many": 2, "marked": 1}  # and how many sentences each takes
TRANSLATED = [language for language in Language if language is not Language.ENGLISH]
TAG, WORD = re.compile(r"<[^>]+>"), re.compile(r"[a-z]{2}")
# Names, commands and examples of parameters are the same in every language.
SAME_EVERYWHERE = re.compile(r"[a-z0-9_.\-]+|/.*|\w+=\S*", re.DOTALL)


def sentences() -> dict[str | tuple[str, str], str]:
    """All that is said, with the module that says it."""
    found: dict[str | tuple[str, str], str] = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in KEYWORDS:
                said = [literal(part) for part in node.args[: KEYWORDS[node.func.id]]]
                if all(said):
                    found[said[0] if len(said) == 1 else (said[0], said[1])] = path.name
    return found


def catalog(language: Language) -> dict[str | tuple[str, str], Message]:
    with (MESSAGES / f"{language}.po").open("rb") as file:
        found = read_po(file)
    return {m.id if isinstance(m.id, str) else tuple(m.id): m for m in found if m.id}


def bare_words(path: Path) -> Iterator[str]:
    """Words in a module's literals that nobody could translate."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    passed_over: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in KEYWORDS:
            passed_over |= {id(argument) for argument in node.args[: KEYWORDS[node.func.id]]}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed_over.add(id(node.value))  # a docstring
        elif isinstance(node, ast.JoinedStr):
            passed_over |= {id(part) for part in node.values}
    for node in ast.walk(tree):
        text = literal(node)
        if id(node) in passed_over or SAME_EVERYWHERE.fullmatch(text.strip()):
            continue
        if WORD.search(TAG.sub("", text)):
            yield f"line {getattr(node, 'lineno', 0)}: {text}"


def literal(node: ast.AST) -> str:
    """The words of a literal; of one with values in braces, those around them."""
    if isinstance(node, ast.JoinedStr):
        return "".join(literal(part) for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def fields(sentence: str) -> set[tuple[str, str | None, str | None]]:
    """The parts of a sentence, and how each is shown: ``{rate:g}`` is no ``{rate}``."""
    parts = string.Formatter().parse(sentence)
    return {(name, spec, turned) for _, name, spec, turned in parts if name is not None}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(MESSAGES)))
def test_every_word_can_be_translated(path: Path) -> None:
    """What stands in a literal and is not said would be English in every language."""
    assert not list(bare_words(path))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_language_is_complete(language: Language) -> None:
    """Each sentence has its translation, and the catalog holds nothing else."""
    said, translated = sentences(), catalog(language)
    assert not {sentence: said[sentence] for sentence in said.keys() - translated.keys()}
    assert not translated.keys() - said.keys()
    for message in translated.values():
        assert not message.fuzzy, message.id
        strings = [message.string] if isinstance(message.string, str) else message.string
        assert strings, message.id
        assert all(strings), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_same_parts(language: Language) -> None:
    """No value is left out, and none is asked for that is not given."""
    for sentence, message in catalog(language).items():
        plural = sentence if isinstance(sentence, str) else sentence[1]
        strings = [message.string] if isinstance(message.string, str) else message.string
        for translated in strings:
            assert fields(translated) == fields(plural), sentence
            assert TAG.findall(translated) == TAG.findall(plural), sentence
