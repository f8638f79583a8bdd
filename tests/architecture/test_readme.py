"""The README says what is so."""

import re
import subprocess
from pathlib import Path

import pytest

from bot.commands.registry import COMMANDS
from bot.commands.words import parameter_names
from bot.messages.help import HELP
from bot.settings import Settings
from training.protocol.spec import TrainSpec

PROJECT = Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")


def section(title: str) -> str:
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#+ )", README, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def first_cells(text: str) -> list[str]:
    return re.findall(r"^\| `/?(\w+)", text, re.MULTILINE)


def test_the_command_table_is_the_bots() -> None:
    """Every command is in the README's table, and no other."""
    assert sorted(first_cells(section("Commands"))) == sorted(c.name for c in COMMANDS)
    assert sorted(HELP) == sorted(c.name for c in COMMANDS)


def test_the_parameter_table_is_the_specs() -> None:
    """Every parameter of /train, and no other."""
    assert first_cells(section("Parameters of /train")) == list(parameter_names(TrainSpec))


def test_the_settings_table_is_the_settings() -> None:
    """Every setting, and no other."""
    named = [name.upper() for name in Settings.model_fields]
    assert first_cells(section("Settings").split("On your own machine")[0]) == named


def test_every_make_target_that_is_named_exists() -> None:
    """`make something` in any document is a target of the Makefile."""
    targets = set(re.findall(r"^(\w+):", MAKEFILE, re.MULTILINE))
    for document in [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")]:
        for words in re.findall(r"(?:^|`)make ([a-z ]+)", document.read_text(encoding="utf-8")):
            assert set(words.split()) <= targets, f"{document.name}: make {words}"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "/train epochs=12"),
        (["EPOCHS=1"], "/train epochs=1"),
        (["EPOCHS=2", "ARGS=seed=7 batch_size=256"], "/train epochs=2 seed=7 batch_size=256"),
    ],
)
def test_make_train_says_what_the_readme_says(arguments: list[str], said: str) -> None:
    """The parameters reach the command; the training itself runs in the end-to-end tests."""
    done = subprocess.run(
        ["make", "--dry-run", "train", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f'bot say "{said}' in done.stdout


def test_every_link_to_a_file_leads_somewhere() -> None:
    """Pictures and pages that the documents name are there."""
    for document in [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_picture_is_there_and_described() -> None:
    """Those that the README shows are those in the folder, each with words for who cannot see."""
    pictures = re.findall(r'<img src="([^"]+)" width="\d+" alt="([^"]+)">', README)
    assert README.count("<img") == len(pictures)
    folder = PROJECT / "docs" / "images"
    assert {PROJECT / path for path, _ in pictures} == set(folder.iterdir())
    assert all(len(words) > 20 for _, words in pictures)
