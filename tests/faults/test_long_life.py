"""13 hours of training on machines that live for 12, from the prediction to the end."""

import re
from pathlib import Path

import pytest

from tests.faults.long_life import AWAY_S, EPOCH_S, EPOCHS, HOUR_S, LIFE_HOURS, MortalScene, live

pytestmark = pytest.mark.slow


async def begun(scene: MortalScene) -> tuple[int, int]:
    """A training has begun and its second epoch is over; the epochs predicted, and safe."""
    await scene.say("/timezone Europe/Berlin")
    await scene.say(f"/train epochs={EPOCHS}")
    await scene.until(lambda: scene.said("an epoch →"))
    assert 2 * EPOCH_S <= scene.loop.time() <= 2 * EPOCH_S + 120
    (warning,) = scene.said("an epoch →")
    assert "10 min 00 s an epoch" in warning.body.text
    # The machine came up at noon in UTC.
    found = re.search(r"epoch (\d+) of 78 by 01:00 on 24 November", warning.body.text)
    assert found, warning.body.text
    labels = [key["text"] for row in warning.markup["inline_keyboard"] for key in row]
    stop_at = re.fullmatch(r"Stop and save at (\d+)", labels[0])
    assert stop_at
    assert labels[1:] == [f"Only {stop_at[1]} epochs", "Go on, resume next launch"]
    return int(found[1]), int(stop_at[1])


def test_a_training_outlives_its_machine(tmp_path: Path) -> None:
    """Predicted, said once, saved, lost at 12 h, gone on with elsewhere, finished, released."""

    async def life(scene: MortalScene) -> None:
        predicted, safe = await begun(scene)
        scene.press(scene.said("an epoch →")[0], "Go on")
        await scene.until(lambda: scene.said("goes on as it is"))

        await scene.at(LIFE_HOURS * HOUR_S)
        assert scene.job().progress.epochs_done == predicted
        assert safe <= scene.saved_epoch() <= predicted
        assert not scene.said("an epoch →"), "it was said once, and answered"
        await scene.lose_machine()

        await scene.at(LIFE_HOURS * HOUR_S + AWAY_S)
        await scene.launch()
        await scene.until(lambda: scene.said("The machine it ran on is gone"))
        (lost,) = scene.said("The machine it ran on is gone")
        assert f"lost in epoch {predicted + 1}" in lost.body.text
        assert "as run 2" in lost.body.text
        await scene.until(lambda: scene.said("✅ finished"), timeout_s=3 * HOUR_S)
        # Not an hour of it was done twice, and what was lost is less than an epoch and a copy.
        done_at_s = EPOCHS * EPOCH_S + AWAY_S
        assert done_at_s <= scene.loop.time() <= done_at_s + 2 * EPOCH_S + 300
        assert scene.job().outcome.result["epochs"] == EPOCHS
        assert not scene.said("an epoch →")

        await scene.until(
            lambda: scene.said("Nothing is left to do. Releasing this machine in 10 min")
        )
        await scene.until(lambda: scene.ended)
        assert scene.coltrain.released

    live(tmp_path, life)


def test_a_training_is_stopped_and_saved_in_time(tmp_path: Path) -> None:
    """The other button: it ends before its machine may, is home whole, and goes on when asked."""

    async def life(scene: MortalScene) -> None:
        _, safe = await begun(scene)
        scene.press(scene.said("an epoch →")[0], "Stop and save at")
        await scene.until(lambda: scene.said("⏹ stopped"), timeout_s=LIFE_HOURS * HOUR_S)
        assert scene.loop.time() < LIFE_HOURS * HOUR_S
        assert scene.job().progress.epochs_done == safe
        await scene.until(lambda: scene.ended)
        assert scene.coltrain.released
        assert scene.loop.time() < LIFE_HOURS * HOUR_S, "released before it was taken back"
        await scene.lose_machine()

        await scene.launch()
        await scene.until((scene.settings.work / "jobs" / "1").is_dir)
        await scene.say("/resume 1")
        await scene.until(lambda: scene.said("✅ finished"), timeout_s=3 * HOUR_S)
        assert scene.job().outcome.result["epochs"] == EPOCHS

    live(tmp_path, life)
