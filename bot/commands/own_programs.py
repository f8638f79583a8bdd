"""The program that a command names: found in the data folders before the job begins."""

from pathlib import Path

from bot.commands.context import Services
from bot.errors import FileNotFound, NoProgram
from training.protocol.spec import PROGRAMS


def names_program(word: str) -> bool:
    """Whether a word of a command names a program, not a parameter."""
    return "=" not in word and word.lower().endswith(PROGRAMS)


async def program_found(services: Services, name: str) -> Path:
    """The program's absolute path.

    Raises:
        FileNotFound, OutsideDataFolders, DataSilent, DataUnreadable: it is not to be had.
        NoProgram: it is nothing that could be run.
    """
    try:
        path = await services.data_lookup.find(name)
    except FileNotFound:
        if await services.data_lookup.is_folder(name):
            raise NoProgram(name, is_folder=True) from None
        raise
    if path.suffix.lower() not in PROGRAMS:
        raise NoProgram(path.name)
    return path
