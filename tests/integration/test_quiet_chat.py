"""How much a training says by itself, with every setting as it comes."""

from itertools import pairwise

from emulator.client import ChatClient, text_of
from emulator.server import Emulator
from tests.bots import RunningBot
from tests.stub_task import UNTIL_TOLD

LEAST_S = 3.0
EPOCHS, LONG = 12, 3  # of these, so many last until the card was edited anew


async def test_a_training_of_twelve_epochs_is_one_card_and_one_word(
    bot: RunningBot, chat: ChatClient, telegram: Emulator
) -> None:
    """At most three loud messages, one silent card, and no two edits within three seconds."""
    await chat.say(f"/train epochs={EPOCHS} seed={UNTIL_TOLD}")
    for epoch in range(1, EPOCHS + 1):
        await bot.until_job(1, lambda job, epoch=epoch: job.progress.epochs_done == epoch)
        if epoch <= LONG:
            await chat.sees(f"Epoch {epoch + 1}/{EPOCHS}")
        bot.go_on(1, epoch)
    await bot.until_job(1, lambda job: job.ending is not None)
    await bot.until(bot.coltrain.settled)

    said = [m for m in await chat.messages() if not m["outgoing"]]
    loud = [m for m in said if not m["silent"]]
    assert 1 <= len(loud) <= 3
    (card,) = [m for m in said if m["silent"]]
    edits = telegram.world.journal.calls("editMessageText")
    assert {str(call.params["message_id"]) for call in edits} == {str(card["message_id"])}
    assert len(edits) > LONG
    assert all(later.at - earlier.at >= LEAST_S for earlier, later in pairwise(edits))
    assert "Test accuracy: 99.18%" in text_of(loud[-1])
