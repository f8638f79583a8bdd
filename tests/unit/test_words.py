"""The parameters among the words behind a command."""

import pytest

from bot.commands.welcome import PARAMETERS
from bot.commands.words import minutes_of, parameter_names, parameters, split_parameters
from bot.language import Language, speaking
from bot.messages.figures import interval
from bot.messages.parameters import MEANINGS, allowed
from bot.typed import words_of
from training.protocol.spec import InstallSpec


@pytest.mark.parametrize(
    "text",
    ["epochs = 12 seed=1", "epochs =12 seed= 1", "epochs= 12 seed = 1", "epochs ＝ 12 seed=1"],
)
def test_blanks_around_the_sign_part_nothing(text: str) -> None:
    """A name, its sign and its value belong together."""
    found = split_parameters(words_of(f"/train {text}"), ("epochs", "seed"))
    assert found == ([], {"epochs": "12", "seed": "1"})


def test_a_sign_without_a_value_takes_none_of_its_neighbours() -> None:
    """Neither the next parameter, nor a package with a version, nor what is no name."""
    assert split_parameters(["epochs=", "seed=1"], ("epochs", "seed"))[1] == {
        "epochs": "",
        "seed": "1",
    }
    assert split_parameters(["force", "==1"], ("force",)) == (["force", "==1"], {})
    assert split_parameters(["six", "=", "1"], ("force",)) == (["six", "=", "1"], {})


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("90", 90),
        ("10m", 10),
        ("30 min", 30),
        ("2 h", 120),
        ("2 hours", 120),
        ("1 Hour", 60),
        ("2小时", 120),
        ("2 个小时", 120),
        ("30 分钟", 30),
        ("1 天", 1440),
        ("7d", 10080),
        ("1 h 30 min", 90),
        ("1小时30分钟", 90),
        ("soon", None),
        ("2x", None),
        ("h", None),
        ("1h30", None),
        ("", None),
        ("999999", None),
    ],
)
def test_a_time_is_read_as_it_is_written(written: str, minutes: int | None) -> None:
    """With a unit as the bot shows it, or as people say it; alone it is minutes."""
    assert minutes_of(written) == minutes


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("seconds", [60, 1800, 3600, 7200, 5400, 86_400])
def test_an_interval_that_is_shown_can_be_typed(language: Language, seconds: int) -> None:
    """In every language, as it stands on the buttons."""
    with speaking(language):
        assert minutes_of(interval(seconds)) == seconds // 60


def test_every_parameter_has_a_meaning() -> None:
    """Those that /help explains, and no others."""
    explained = {name for spec in PARAMETERS.values() for name in parameter_names(spec)}
    assert explained == MEANINGS.keys()


def test_every_parameter_says_what_it_takes() -> None:
    """With its limits, and with what it is where it is not given."""
    takes = {name: taken for spec in PARAMETERS.values() for name, taken, _ in parameters(spec)}
    assert takes == {
        "preset": "one of mnist_cnn, quick; unless given mnist_cnn",
        "target": "an accuracy such as 99.25, 99.25% or 0.9925",
        "shifts": "yes or no",
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
        "tensorboard": "yes or no; unless given no",
        "model": "a .py file of yours with build(params), or the number of an earlier job",
    }
    fields = InstallSpec.model_fields
    assert allowed(fields["packages"]).startswith("names such as pandas")
    assert allowed(fields["force"]) == "yes or no"
