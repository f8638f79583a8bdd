"""What a look into data says, in words."""

from pathlib import Path

import pytest

from bot.messages.data_sets import seen
from bot.messages.failures import failure
from bot.messages.warnings import SENTENCES
from emulator.formatting import message_text
from training.protocol.data_look import DataSeen, Trouble
from training.protocol.failure import Detail, FailureCode, WarningCode

FOLDER = Path("/content/drive/My Drive")
OF_A_TABLE: dict[WarningCode, dict[str, Detail]] = {
    WarningCode.COLUMNS_LEFT_OUT: {"columns": ["ticket"]},
    WarningCode.NUMBERS_AS_WORDS: {"columns": ["price"], "example": "5 %"},
    WarningCode.TEXT_DECODED: {"file": "b.csv", "encoding": "gb18030"},
    WarningCode.CHANNELS_FIRST: {"shape": "(3, 16, 16)"},
    WarningCode.ROWS_WITHOUT_LABEL: {"column": "kind", "count": 3, "total": 99},
}


@pytest.mark.parametrize("code", OF_A_TABLE)
def test_what_reading_warns_of_is_said(code: WarningCode) -> None:
    """With all of its details, and in words that no other message has for it."""
    trouble = Trouble(code=code, details=OF_A_TABLE[code])
    found = DataSeen(name="a.csv", size_bytes=1, troubles=(trouble,))
    text = message_text(seen(found, FOLDER / "a.csv", [FOLDER]), "HTML", ()).text
    _, _, said = text.partition("⚠️ ")
    for detail in OF_A_TABLE[code].values():
        assert all(str(one) in said for one in (detail if isinstance(detail, list) else [detail]))
    assert code not in SENTENCES


@pytest.mark.parametrize("code", [FailureCode.DATA_UNREADABLE, FailureCode.DATA_EMPTY])
def test_bad_data_is_called_by_its_name_once_and_with_a_way_on(code: FailureCode) -> None:
    """Not by its whole path, and not as a part of itself."""
    details: dict[str, Detail] = {"file": str(FOLDER / "a.npz"), "name": "a.npz", "error": "cut"}
    text = message_text(failure(code, details), "HTML", ()).text
    assert text.count("a.npz") == 1
    assert str(FOLDER) not in text
    assert "then send the command again" in text
