"""The way into the talk with Telegram."""

import pytest

from bot.conversation import TokenRefused
from bot.settings import Settings
from emulator.faults import Fault
from emulator.server import Emulator
from tests.bots import RunningBot


@pytest.mark.parametrize("method", ["getMe", "setMyCommands", "deleteWebhook"])
async def test_a_token_that_is_refused_on_the_way_in_is_called_so(
    settings: Settings, telegram: Emulator, method: str
) -> None:
    """At whichever call: whoever revokes a token does not wait until the bot polls."""
    telegram.world.faults.add(Fault("error", (method,), status=401, description="Unauthorized"))
    with pytest.raises(TokenRefused):
        await RunningBot(settings).start()
