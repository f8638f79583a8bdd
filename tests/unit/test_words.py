"""The words behind a command: split as a shell would, but as phones write them."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.words import words_of
from bot.errors import UnreadableWords
from bot.messages import replies

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
