"""What somebody typed, as it was meant: split as a shell would, but as phones write it."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.registry import NAMES
from bot.commands.words import split_parameters
from bot.errors import UnreadableWords
from bot.messages import replies
from bot.typed import almost_a_command, command_of, number_first, spellings, words_of

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
GLUED = [
    ("/stop,7", ["7"]),
    ("/stop，7", ["7"]),
    ("/stop， 7", ["7"]),
    ("/stop@coltrain_bot，7", ["7"]),
    ("/lr，7 0.1", ["7", "0.1"]),
    ("/epochs：7 20", ["7", "20"]),
    ("/epochs:7、20", ["7、20"]),
    ("/job#7", ["#7"]),
    ("/stop。", []),
    ("/stop.7", [".7"]),
    ("/get /content/a.zip", ["/content/a.zip"]),
    ("/get ,a.zip", [",a.zip"]),
]
WIDE = [
    ("/lr ７ ０.１", ["7", "0.1"]),
    ("/job １", ["1"]),
    ("/job ＃１", ["#1"]),
    ("/stop 9 ａｔ ５", ["9", "at", "5"]),
    ("/quiet 23：00－07：30", ["23:00-07:30"]),
    ("/quiet 23：00～07：30", ["23:00~07:30"]),
    ("/train epochs＝12　seed＝1", ["epochs=12", "seed=1"]),
    ("/alert 1 accuracy＞0.9", ["1", "accuracy>0.9"]),
    ("/timezone UTC＋8", ["UTC+8"]),
    ("/files 「My Drive/a b」", ["My Drive/a b"]),
    ("/files 『a b』 ＂c d＂", ["a b", "c d"]),
    ("/files “a：b” '７'", ["a：b", "７"]),
    (r"/files a\：b", ["a：b"]),
    ("/job \u200b1\ufeff", ["1"]),
    ("/job\u200b 1", ["1"]),
    ("/train \u2060 epochs=1 \ufeff", ["epochs=1"]),
    ("/files a\u200db", ["a\u200db"]),
    ("/files ''", [""]),
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


@pytest.mark.parametrize(("text", "words"), GLUED, ids=[ascii(text) for text, _ in GLUED])
def test_what_is_glued_to_the_command_is_not_lost(text: str, words: list[str]) -> None:
    """A sign where the blank should be parts them as well; one further on is the word's own."""
    assert words_of(text) == words


@pytest.mark.parametrize(("text", "words"), WIDE, ids=[ascii(text) for text, _ in WIDE])
def test_signs_of_other_keyboards_are_read(text: str, words: list[str]) -> None:
    """But for what stands in quotation marks, or behind a backslash."""
    assert words_of(text) == words


@given(
    st.text(
        st.sampled_from("aB1 \t=＝７：，“”„«»「」『』＂＇＼'\"\\\u200b\ufeff\u3000#"), max_size=12
    )
)
def test_each_word_keeps_how_it_was_typed(text: str) -> None:
    """Whatever stands beside it: the two ways to read a text always part the same words."""
    try:
        words = words_of(f"/x {text}")
    except UnreadableWords:
        return
    assert all(spellings(word)[-1] == word for word in words)


def test_a_name_is_asked_for_as_it_was_typed_first() -> None:
    """So a file that is called so is found; then as it may have been meant."""
    [name] = words_of("/get 报告（１）.zip\u200b")
    assert spellings(name) == ("报告（１）.zip\u200b", "报告(1).zip")
    [corners] = words_of("/get 「new」.zip")
    assert spellings(corners) == ("「new」.zip", "new.zip")
    _, options = split_parameters(
        words_of("/train data＝数据（１） epochs＝\u200b3"), ("data", "epochs")
    )
    assert spellings(options["data"]) == ("数据（１）", "数据(1)")
    assert options["epochs"] == "3"


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("7 hello", "7", "hello"),
        ("#7", "7", ""),
        ("７ hello", "7", "hello"),
        ("7，hello", "7", "hello"),
        ("7: “a”\nb", "7", "“a”\nb"),
        ("0.5", None, "0.5"),
        ("0,5", None, "0,5"),
        ("７，５", None, "７，５"),
        ("7x", None, "7x"),
        ("", None, ""),
    ],
)
def test_a_number_of_a_job_comes_first(text: str, number: str | None, rest: str) -> None:
    """What follows stays as it was written; a decimal comma is no end of a number."""
    found, behind = number_first(text)
    assert ((found or "").removeprefix("#") or None, behind) == (number, rest)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("／train", "/train"),
        ("。train epochs=2", "/train epochs=2"),
        ("，Train", "/train"),
        ("/ status", "/status"),
        ("\u200b/stop 7", "/stop 7"),
        ("status", "/status"),
        ("train my model", None),
        ("，hello", None),
        ("", None),
        ("好的", None),
    ],
)
def test_a_command_without_its_slash_is_recognised(text: str, meant: str | None) -> None:
    """By its name behind another sign, or all alone; a sentence is none."""
    assert almost_a_command(text, NAMES) == meant


def test_the_command_ends_where_its_name_does() -> None:
    """Whatever stands behind it, and in whatever case it is written."""
    assert [command_of(text) for text in ("/Stop,7", "/stop@bot 7", "/lr", "lr", "")] == [
        "stop",
        "stop",
        "lr",
        "",
        "",
    ]
