"""Looks into data that could be learned from, by a process of its own, which opens the files."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from bot.errand import Errand, NoAnswer
from bot.errors import DataSilent
from training.protocol.data_look import DataList, DataSeen, ListData, LookAtData, Question

LIMIT_S = 15.0
# When it ends looking and tells what it has; the rest of five seconds is for the way.
LOOK_S = 3.0


class DataLook:
    """Asks what data there is, and what is in it."""

    def __init__(self, errand: Errand | None = None) -> None:
        self._errand = errand or Errand("training.datasets.looking", LIMIT_S)

    async def list(self, roots: Sequence[Path], most: int) -> DataList:
        """Which data lies under some folders.

        Raises:
            DataSilent: they do not answer.
        """
        names = tuple(map(str, roots))
        said = await self._said(ListData(roots=names, most=most), names)
        return DataList.model_validate_json(said)

    async def look(self, path: Path) -> tuple[DataSeen, bytes]:
        """What is in data, and a picture of samples; none where there is nothing to see.

        Raises:
            DataSilent: it does not answer.
        """
        question = LookAtData(path=os.fspath(path), until=time.time() + LOOK_S)
        header, _, picture = (await self._said(question, (str(path),))).partition(b"\n")
        return DataSeen.model_validate_json(header), picture

    async def _said(self, question: Question, names: tuple[str, ...]) -> bytes:
        try:
            return await self._errand.run(question.model_dump_json().encode())
        except NoAnswer:
            raise DataSilent(names, self._errand.limit_s) from None
