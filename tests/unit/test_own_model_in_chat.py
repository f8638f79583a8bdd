"""A training with a model file of the user's own, as the chat shows it."""

from datetime import UTC

from bot.messages import cards, status, titles
from bot.messages.markup import plain
from tests.jobs import NOW, after, running
from training.protocol.events import ModelCompiled, Progressed
from training.protocol.spec import Optimizer, TrainSpec

OWN = TrainSpec(model="/drive/mine.py")
STEP = Progressed(seq=3, run=1, at=NOW, done=1, total=9, unit="steps", epoch=1, epochs=2)
SGD = ModelCompiled(seq=2, run=1, at=NOW, optimizer="sgd", learning_rate=0.125)


def test_it_is_called_by_its_file() -> None:
    """It may bring data of its own; with data that is named, by that."""
    assert titles.work(OWN) == "train mine.py"
    assert titles.work(OWN.model_copy(update={"data": "/drive/pets"})) == "train on pets"
    assert titles.work(TrainSpec()) == "MNIST convnet"


def test_what_it_compiles_with_is_shown_when_it_is_known() -> None:
    """Before, only what was asked for: the usual optimizer and its rate are not the file's."""
    rows = dict(titles.parameters_of(running(OWN)))
    assert not {"optimizer", "learning_rate"} & rows.keys()
    asked = OWN.model_copy(update={"optimizer": Optimizer.ADAM, "learning_rate": 0.5})
    rows = dict(titles.parameters_of(running(asked)))
    assert (rows["optimizer"], rows["learning_rate"]) == ("adam", "0.5")
    details = plain(status.job_details(after(running(OWN), SGD), [], [], "/w", NOW, UTC))
    assert {"optimizer sgd", "learning_rate 0.125"} <= set(details.splitlines())


def test_its_card_has_its_own_rate() -> None:
    """None as long as none is known; a training of ours has it from the beginning."""
    assert "learning rate" not in cards.card(after(running(OWN), STEP), [], NOW)
    assert "learning rate 0.125" in cards.card(after(running(OWN), SGD, STEP), [], NOW)
    assert "learning rate 1" in cards.card(after(running(), STEP), [], NOW)
