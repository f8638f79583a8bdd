"""Starting a training: /train."""

from telegram import Update

from bot.commands.context import Context, origin, submitted, words
from bot.commands.words import parse_parameters
from training.protocol.spec import TrainSpec

USAGE = "/train epochs=12 batch_size=128"


async def train(update: Update, context: Context) -> None:
    """Train the convnet: /train [name=value …]."""
    spec = parse_parameters(TrainSpec, words(update), USAGE)
    await submitted(update, context, context.services.jobs.submit(spec, origin(update)))
