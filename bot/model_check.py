"""Asks whether a user's model file can be run, by a process of its own: the bot imports no code."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from bot.errand import Errand, NoAnswer
from bot.errors import ModelSilent
from training.protocol.model_question import ANSWER, Checked, CheckModel, Refused

# To load Keras takes a busy machine a while.
LIMIT_S = 120.0


class ModelCheck:
    """One question at a time: each loads Keras."""

    def __init__(self, errand: Errand | None = None) -> None:
        self._errand = errand or Errand("training.model_check", LIMIT_S)
        self._turn = asyncio.Lock()

    async def ask(self, file: Path, given: Mapping[str, str]) -> Checked | Refused:
        """What the file takes, or what is wrong with it.

        Raises:
            ModelSilent: it did not come to its end, or ended the process.
        """
        question = CheckModel(file=os.fspath(file), given=dict(given))
        async with self._turn:
            try:
                said = await self._errand.run(question.model_dump_json().encode())
                return ANSWER.validate_json(said)
            except (NoAnswer, ValidationError) as error:
                raise ModelSilent(file.name, str(error).splitlines()[0]) from error
