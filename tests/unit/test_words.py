"""The words behind a command: split as a shell would, but as phones write them."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.welcome import PARAMETERS
from bot.commands.words import parameter_names, parameters, words_of
from bot.errors import UnreadableWords
from bot.messages import replies
from bot.messages.parameters import MEANINGS, allowed
from training.protocol.spec import InstallSpec

SPLIT = [
    ("/train", []),
    ("", []),
    ("/train epochs=1\nseed=2", ["epochs=1", "seed=2"]),
    ("/train\nepochs=1 seed=2", ["epochs=1", "seed=2"]),
    ("/train\tepochs=1", ["epochs=1"]),
    ("/train\u00a0epochs=1\u202fseed=2", ["epochs=1", "seed=2"]),
    ("/train \n", []),
    ("/unzip “My Drive/a b.zip” into=“x y”", ["My Drive/a b.zip", "into=x y"]),
    ("/unzip „a b.zip“ «c d»", ["a b.zip", "c d"]),
    ('/unzip “a b.zip"', ["a b.zip"]),
    ("/unzip ‘a b.zip’", ["a b.zip"]),
    ('/unzip "Anna’s a.zip"', ["Anna’s a.zip"]),
    ("/unzip “Anna’s a.zip”", ["Anna’s a.zip"]),
    ("/install 'scikit-learn>=1.5' six#x", ["scikit-learn>=1.5", "six#x"]),
    (r"/unzip a\ b.zip", ["a b.zip"]),
]


@pytest.mark.parametrize(("text", "words"), SPLIT, ids=[ascii(text) for text, _ in SPLIT])
def test_no_word_is_lost(text: str, words: list[str]) -> None:
    """Whatever blank stands behind the command, and whatever quotes a phone made."""
    assert words_of(text) == words


@pytest.mark.parametrize("text", ["/train 'epochs=1", '/train "', "/unzip Anna’s.zip"])
def test_an_open_quote_is_named(text: str) -> None:
    """It is not guessed where it should have ended."""
    with pytest.raises(UnreadableWords):
        words_of(text)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip))
def test_a_name_in_the_list_of_archives_can_be_copied(name: str) -> None:
    """What /unzip prints for an archive is, said again, that very archive."""
    [word] = words_of(f"/unzip {replies.as_a_word(name)}")
    assert word.removeprefix("./") == name.removeprefix("./")


@given(st.lists(st.text(st.characters(codec="ascii"))))
def test_words_of_a_shell_are_split_like_one(words: list[str]) -> None:
    """Quoting that a shell takes is taken."""
    assert words_of(f"/x {shlex.join(words)}") == words


def test_every_parameter_has_a_meaning() -> None:
    """Those that /help explains, and no others."""
    explained = {name for spec in PARAMETERS.values() for name in parameter_names(spec)}
    assert explained == MEANINGS.keys()


def test_every_parameter_says_what_it_takes() -> None:
    """With its limits, and with what it is where it is not given."""
    takes = {name: taken for spec in PARAMETERS.values() for name, taken, _ in parameters(spec)}
    assert takes == {
        "epochs": "a whole number from 1 to 10,000; unless given 12",
        "batch_size": "a whole number from 1 to 8,192; unless given 128",
        "learning_rate": "a number above 0, to 100",
        "optimizer": "one of adadelta, adam, adamw, nadam, rmsprop, sgd; unless given adadelta",
        "seed": "a whole number from 0 to 2,147,483,647; unless given 0",
        "samples": "a whole number from 1 to 10,000,000",
        "data": "mnist, or a folder of pictures, an .npz or a .csv of yours; unless given mnist",
        "image_size": "pixels such as 64 or 48x64, height by width",
        "colour": "one of grey, rgb",
        "validation": "a number between 0 and 1",
        "label": "a name",
        "keep": "one of latest, all; unless given latest",
    }
    fields = InstallSpec.model_fields
    assert allowed(fields["packages"]).startswith("names such as pandas")
    assert allowed(fields["force"]) == "yes or no"
