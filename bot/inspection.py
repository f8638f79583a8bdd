"""Asks about trained models, in a process of its own: the bot itself never loads one."""

import asyncio

from pydantic import ValidationError

from bot.errand import Errand, NoAnswer
from training.protocol.inspection import ANSWER, Answer, Obstacle, Obstructed, Question

# To load Keras takes a busy machine a while, to look at 10,000 pictures another.
LIMIT_S = 300.0


class Inspection:
    """One question at a time: each takes a core and half a gigabyte of memory."""

    def __init__(self, errand: Errand | None = None) -> None:
        self._errand = errand or Errand("training.inspection", LIMIT_S)
        self._turn = asyncio.Lock()

    async def ask(self, question: Question) -> Answer:
        """The answer, or what is in its way."""
        async with self._turn:
            try:
                said = await self._errand.run(question.model_dump_json().encode())
                return ANSWER.validate_json(said)
            except (NoAnswer, ValidationError) as error:
                why = str(error).splitlines()[0]
                return Obstructed(obstacle=Obstacle.BROKE_OFF, detail=why)
