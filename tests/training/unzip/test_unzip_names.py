"""Names from any machine come out readable, and the user hears what was guessed."""

import struct
import zlib

import pytest

from training.archives.encodings import legacy_encoding
from training.archives.names import safe_path
from training.protocol.events import WarningRaised
from training.protocol.failure import WarningCode

LEGACY = {
    "gbk": ["标注/图片_001.png", "标注/图片_002.png", "训练集/猫.jpg", "新建文件夹/说明.txt"],
    "cp932": [
        "画像/犬_001.png",
        "表示/能力.txt",
        "データセット/ラベル.csv",
        "新しいフォルダー/ソ.txt",
    ],
    "big5": ["標註/圖片_001.png", "資料集/訓練.csv", "新增資料夾/貓.jpg", "說明.txt"],
    "cp949": ["사진/고양이_001.png", "데이터셋/라벨.csv", "새 폴더/개.png", "설명.txt"],
    "cp866": ["Новая папка/картинка 1.png", "данные/метки.csv", "Фото/кошка.jpg"],
    "cp1251": ["Новая папка/картинка 1.png", "данные/метки.csv", "Фото/кошка.jpg"],
    "cp437": ["Übung/Müller.txt", "größe.csv", "Fußgänger/bild_1.png"],
    "cp1252": ["Übung/Müller.txt", "größe.csv", "élèves/été.png"],
}


@pytest.mark.parametrize("encoding", LEGACY)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_names_of_legacy_code_pages_come_out_readable(place, make, kind, encoding: str) -> None:
    """A few names are enough to tell Chinese, Japanese, Korean, Russian and Western apart."""
    names = [name.encode(encoding) for name in LEGACY[encoding]]
    if kind == "zip":
        content = make.raw_zip(*(make.entry(name, b"1") for name in names))
    else:
        members = [make.member(name.decode("utf-8", "surrogateescape")) for name in names]
        content = make.tar_gnu(*members)

    place.unpack(place.archive(f"x.{kind}", content))

    files = {name for name in place.unpacked() if not name.endswith("/")}
    assert files == set(LEGACY[encoding])
    (warning,) = place.told(WarningRaised)
    assert warning.code is WarningCode.NAMES_DECODED
    assert warning.details["files"] == len(names)


@pytest.mark.parametrize("flags", [0, 0x800])
def test_utf8_needs_no_flag_and_no_warning(place, make, flags: int) -> None:
    """MacOS writes UTF-8 without saying so."""
    names = ["标注/图片.png", "größe.csv"]
    entries = [make.entry(name.encode(), b"1", flags=flags) for name in names]

    place.unpack(place.archive("x.zip", make.raw_zip(*entries)))

    assert set(names) <= set(place.unpacked())
    assert place.told(WarningRaised) == []


def test_one_name_that_happens_to_be_utf8_does_not_mislead(place, make) -> None:
    """联通 in GBK is valid UTF-8; its neighbours are not, and all are judged together."""
    names = ["联通.png", "移动.png", "电信.png", "说明/图片.txt"]
    entries = [make.entry(name.encode("gbk"), b"1") for name in names]

    place.unpack(place.archive("x.zip", make.raw_zip(*entries)))

    assert set(names) <= set(place.unpacked())


def test_a_few_foreign_names_leave_the_others_alone(place, make) -> None:
    """Mostly UTF-8, two in GBK: both come out readable."""
    modern = [f"图片/第{number}张.png" for number in range(6)]
    old = ["标注/图片.txt", "训练集.txt"]
    raw = [name.encode() for name in modern] + [name.encode("gbk") for name in old]

    place.unpack(place.archive("x.zip", make.raw_zip(*(make.entry(name, b"1") for name in raw))))

    assert {*modern, *old} <= set(place.unpacked())


def test_the_unicode_path_field_counts_if_it_is_for_this_name(place, make) -> None:
    """Field 0x7075 names the file, unless its checksum says that the name was changed since."""
    for checksum, expected in ((zlib.crc32(b"old.png"), "标注.png"), (7, "old.png")):
        value = struct.pack("<BL", 1, checksum) + "标注.png".encode()
        extra = struct.pack("<HH", 0x7075, len(value)) + value
        entry = make.entry(b"old.png", b"1", extra=extra)
        archive = place.archive("x.zip", make.raw_zip(entry))
        place.unpack(archive, into=expected)
        assert list(place.unpacked(expected)) == [expected]


def test_bytes_that_are_no_text_still_get_a_name() -> None:
    """Whatever the bytes, there is an encoding that decodes them all."""
    for name in (bytes(range(128, 256)), b"\xff\xfe\xfd", b"\x81"):
        encoding = legacy_encoding([name, b"abc\x80"])
        assert name.decode(encoding)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("./a//b/", "a/b"),
        ("a b/c:d.png", "a b/c:d.png"),
        (".", ""),
        ("...", "..."),
        ("a..b", "a..b"),
    ],
)
def test_harmless_names_are_cleaned_not_refused(name: str, path: str) -> None:
    """Dots and doubled slashes are common, and colons are part of times."""
    assert safe_path(name) == path
