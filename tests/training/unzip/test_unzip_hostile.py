"""Archives made to do harm: one clear reason each, and nothing left behind."""

import gzip
import io
import lzma
import os
import shutil
import stat
import tarfile
import zipfile
import zlib

import pytest

from training.archives import limits, tar_archive
from training.protocol.failure import FailureCode as Code
from training.protocol.failure import TaskError

BAD_NAMES = [
    "../evil",
    "a/../../evil",
    "a/../evil",
    "/etc/evil",
    "//evil",
    "C:/evil",
    "c:evil",
    "..\\evil",
    "a\\b",
    "a\nb",
    "a\x1b[31m",
    "a\x7f",
    "a\u0085b",
    "..",
    "x" * 256,
    "é" * 128,
    "/".join(["x" * 100] * 40),
]


@pytest.mark.parametrize("name", BAD_NAMES)
@pytest.mark.parametrize("kind", ["zip", "tar", "folder"])
def test_a_name_that_could_lead_out_is_refused(place, make, kind: str, name: str) -> None:
    """Traversal, absolute and drive paths, backslashes, control characters, overlong names."""
    if kind == "tar":
        content = make.tar_of({"good.png": b"1", name: b"2"})
    else:
        raw = (name + ("/" if kind == "folder" else "")).encode()
        content = make.raw_zip(make.entry(b"good.png", b"1"), make.entry(raw, flags=0x800))

    error = place.refuses(place.archive("x", content), Code.UNSAFE_NAME)

    assert error.details["member"].isprintable()
    assert len(error.details["member"]) <= 200


def test_a_name_with_nul_is_refused(place, make) -> None:
    """Where others cut the name off, it is refused."""
    content = make.raw_zip(make.entry(b"good.png\0.exe", b"1"))
    place.refuses(place.archive("x.zip", content), Code.UNSAFE_NAME)
    info = make.member("x")
    info.pax_headers = {"path": "good\0evil"}
    place.refuses(place.archive("x.tar", make.tar_with(info)), Code.UNSAFE_NAME)


BAD_LINKS = [
    ("l", "/etc/passwd"),
    ("l", "../outside"),
    ("a/l", "../../outside"),
    ("l", "nowhere"),
    ("l", "."),
    ("a/l", "../a"),
    ("l", "l"),
    ("l", ""),
]


@pytest.mark.parametrize(("name", "target"), BAD_LINKS)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_a_link_that_leads_out_is_refused(place, make, kind: str, name: str, target: str) -> None:
    """Absolute, above, to nothing, to itself, to the folder it lies in."""
    if kind == "zip":
        link = make.entry(name.encode(), target.encode(), mode=stat.S_IFLNK | 0o777)
        content = make.raw_zip(make.entry(b"a/1.png", b"1"), link)
    else:
        content = make.tar_with(make.member("a/1.png"), make.member(name, tarfile.SYMTYPE, target))

    error = place.refuses(place.archive("x", content), Code.UNSAFE_LINK)

    assert error.details == {"member": name, "target": target}


def test_links_through_links_are_refused(place, make) -> None:
    """Only the file system knows what such a path means: it could be outside."""
    sym = tarfile.SYMTYPE
    for first, second in (
        (("d/up", ".."), ("out", "d/up/..")),
        (("d/one", "1.png"), ("two", "d/one")),
    ):
        content = make.tar_with(
            make.member("d/1.png"),
            make.member(first[0], sym, first[1]),
            make.member(second[0], sym, second[1]),
        )
        place.refuses(place.archive("x.tar", content), Code.UNSAFE_LINK)


def test_nothing_is_written_through_a_link(place, make) -> None:
    """A link and a file below it contend for one place, in either order."""
    link = make.member("a", tarfile.SYMTYPE, "b")
    file = make.member("a/passwd")
    for order in ((link, file), (file, link)):
        content = make.tar_with(make.member("b/1.png"), *order)
        place.refuses(place.archive("x.tar", content), Code.NAME_CONFLICT)


@pytest.mark.parametrize("target", ["../outside", "/etc/passwd", "nowhere", "l"])
def test_a_hard_link_out_is_refused(place, make, target: str) -> None:
    """A hard link may only mean a file of the same archive."""
    link = make.member("l", tarfile.LNKTYPE, target)
    content = make.tar_with(make.member("1.png"), link)
    place.refuses(place.archive("x.tar", content), Code.UNSAFE_LINK)


def test_links_inside_are_kept(place, make) -> None:
    """Links to files and folders of the archive work, also when the top folder is taken off."""
    content = make.tar_with(
        make.member("labels/v2/1.png"),
        make.member("labels/latest", tarfile.SYMTYPE, "v2"),
        make.member("labels/a/first.png", tarfile.SYMTYPE, "../../labels/v2/1.png"),
        make.member("labels/hard.png", tarfile.LNKTYPE, "labels/v2/1.png"),
    )

    result = place.unpack(place.archive("x.tar", content))

    assert place.unpacked()["latest"] == b"-> v2"
    assert place.unpacked()["a/first.png"] == b"-> ../v2/1.png"
    inodes = {(place.data / "labels" / name).stat().st_ino for name in ("hard.png", "v2/1.png")}
    assert len(inodes) == 1
    assert (result["files"], result["links"]) == (4, 3)


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, b"Z"])
def test_devices_and_pipes_are_refused(place, make, kind: bytes) -> None:
    """No member becomes anything but a file, a folder or a link."""
    content = make.tar_with(make.member("1.png"), make.member("dev", kind))
    place.refuses(place.archive("x.tar", content), Code.UNSAFE_MEMBER)
    for mode in (stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK):
        entry = make.entry(b"dev", mode=mode | 0o600)
        place.refuses(place.archive("x.zip", make.raw_zip(entry)), Code.UNSAFE_MEMBER)


def test_two_members_for_one_place_are_refused(place, make) -> None:
    """Twice the same file, and a file where a folder must be."""
    for names in ((b"a", b"a"), (b"a", b"./a"), (b"a", b"a/b"), (b"a/b", b"a"), (b"a", b"a/")):
        content = make.raw_zip(*(make.entry(name) for name in names))
        place.refuses(place.archive("x.zip", content), Code.NAME_CONFLICT)


def test_encrypted_members_are_refused(place, make) -> None:
    """By the flags of both forms, and by the method of AES."""
    for entry in (
        make.entry(b"1.png", b"1", flags=0x01),
        make.entry(b"1.png", b"1", flags=0x41),
        make.entry(b"1.png", b"1", method=99),
    ):
        content = make.raw_zip(make.entry(b"0.png", b"0"), entry)
        place.refuses(place.archive("x.zip", content), Code.ARCHIVE_ENCRYPTED)


def test_a_zip_that_contradicts_itself_is_refused(place, make) -> None:
    """Checksum, local name, lengths, count of entries: each is held against the other."""
    good = make.entry(b"0.png", b"zero")
    for entry in (
        make.entry(b"1.png", b"one", crc=7),
        make.entry(b"1.png", b"one", local_name=b"2.png"),
        make.entry(b"1.png", b"one", declared_size=2, method=8),
        make.entry(b"1.png", b"one", declared_size=9, method=8),
        make.entry(b"1.png", b"one", declared_size=9),
        make.entry(b"1.png", b"one", offset=0),
        make.entry(b"1.png", b"one", offset=4),
        make.entry(b"1.png", b"one", offset=9_999),
    ):
        content = make.raw_zip(good, entry)
        place.refuses(place.archive("x.zip", content), Code.ARCHIVE_DAMAGED)
    place.refuses(place.archive("x.zip", make.raw_zip(good, count=2)), Code.ARCHIVE_DAMAGED)


def test_members_that_share_one_block_are_refused(place, make) -> None:
    """The overlapping zip bomb: many entries, each claiming the whole kernel."""
    kernel = zlib.compress(bytes(1_000_000), 9, -15)
    inner = make.raw_zip(make.entry(b"b", bytes(1_000_000), method=8))
    quoted = make.entry(b"a", inner[: 31 + len(kernel)])
    content = make.raw_zip(quoted, make.entry(b"b", bytes(1_000_000), method=8, offset=31))
    place.refuses(place.archive("x.zip", content), Code.ARCHIVE_DAMAGED)


def test_a_bomb_is_refused_by_what_it_declares(place, make) -> None:
    """Zeros beyond the floor and the ratio: refused before a byte is written."""
    content = make.zip_of({"zeros": bytes(limits.RATIO_FLOOR_BYTES + 1)})
    error = place.refuses(place.archive("x.zip", content), Code.ARCHIVE_BOMB)
    assert error.details["ratio"] > error.details["limit"] == limits.RATIO_LIMIT


def test_a_bomb_is_refused_by_what_comes_out(place, make, monkeypatch) -> None:
    """A tar that declares little but unpacks to much, behind its end mark."""
    monkeypatch.setattr(limits, "RATIO_FLOOR_BYTES", 1_000_000)
    tar = make.tar_of({"1.png": b"1"})
    for pack in (gzip.compress, lzma.compress):
        place.refuses(place.archive("x.tgz", pack(tar + bytes(9_000_000))), Code.ARCHIVE_BOMB)


def test_data_that_packs_well_is_no_bomb(place, make, monkeypatch) -> None:
    """Masks with an outline, 100 : 1 and more, pass far beyond the floor."""
    monkeypatch.setattr(limits, "RATIO_FLOOR_BYTES", 1_000_000)
    row = bytes(200) + b"\1" * 100 + bytes(212)
    masks = {f"{n}.raw": b"".join(row[(i * n) % 3 :] for i in range(512)) for n in range(20)}
    content = make.zip_of(masks)
    assert sum(map(len, masks.values())) > 80 * len(content)

    place.unpack(place.archive("x.zip", content))


def test_more_than_the_disk_has_is_refused(place, make) -> None:
    """By declared sizes, with numbers, before a byte is written."""
    free = shutil.disk_usage(place.path).free
    huge = make.member("huge")
    huge.size = free + 1
    archive = place.archive("x.tar", huge.tobuf(tarfile.GNU_FORMAT))
    os.truncate(archive, 512 * (huge.size // 512 + 4))  # A file with a hole.
    before = sorted(place.path.rglob("*"))

    with pytest.raises(TaskError) as caught:
        place.unpack(archive)

    assert caught.value.code is Code.ARCHIVE_TOO_LARGE
    assert caught.value.details["needed_bytes"] > free > caught.value.details["free_bytes"]
    assert [path for path in before if not path.exists()] == []
    assert list(place.data.iterdir()) == []


def test_a_declared_size_that_is_a_lie_is_a_bomb(place, make) -> None:
    """Gigabytes declared in a few bytes are refused by their ratio."""
    lies = [make.entry(b"%d" % n, b"1", declared_size=0xFFFF_FFF0, method=8) for n in range(3)]
    place.refuses(place.archive("x.zip", make.raw_zip(*lies)), Code.ARCHIVE_BOMB)


def test_headers_without_end_are_refused(place, make) -> None:
    """A name of megabytes, or a chain of headers: refused before it fills the memory."""
    huge = make.member("x")
    huge.pax_headers = {"path": "x" * (tar_archive.MAX_HEADER_BYTES + 1)}
    content = make.tar_with(huge, mode="w:gz")
    place.refuses(place.archive("x.tgz", content), Code.ARCHIVE_DAMAGED)

    block = tarfile.TarInfo("././@LongLink")
    block.type, block.size = tarfile.GNUTYPE_LONGNAME, 10
    chain = (block.tobuf(tarfile.GNU_FORMAT) + b"0123456789".ljust(512, b"\0")) * 5_000
    place.refuses(place.archive("x.tar", chain + bytes(1024)), Code.ARCHIVE_DAMAGED)


def test_too_many_members_are_refused(place, make, monkeypatch) -> None:
    """The list of members stays in memory: it has an end."""
    monkeypatch.setattr(limits, "MAX_MEMBERS", 10)
    files = {str(number): b"" for number in range(11)}
    place.refuses(place.archive("x.zip", make.zip_of(files)), Code.ARCHIVE_UNSUPPORTED)


def test_sparse_members_and_odd_methods_are_refused(place, make) -> None:
    """What is not read is refused as unsupported, not guessed at."""
    sparse = tarfile.TarInfo("x")
    sparse.type = tarfile.GNUTYPE_SPARSE
    content = sparse.tobuf(tarfile.GNU_FORMAT) + bytes(1024)
    place.refuses(place.archive("x.tar", content), Code.ARCHIVE_UNSUPPORTED)
    lzma_zip = make.zip_of({"a": b"1"}, zipfile.ZIP_LZMA)
    place.refuses(place.archive("x.zip", lzma_zip), Code.ARCHIVE_UNSUPPORTED)


def test_an_xz_that_wants_too_much_memory_is_refused(place) -> None:
    """The dictionary that a header asks for has a limit."""
    content = bytearray(lzma.compress(bytes(2000)))
    # The first block's header begins at 12; its filter is LZMA2 (0x21), one byte of
    # properties follows: 38 asks for a dictionary of 2 GiB.
    assert content[14:16] == b"\x21\x01"
    content[16] = 38
    end = 12 + (content[12] + 1) * 4 - 4
    content[end : end + 4] = zlib.crc32(content[12:end]).to_bytes(4, "little")
    place.refuses(place.archive("x.tar.xz", bytes(content)), Code.ARCHIVE_DAMAGED)


def test_an_archive_cut_off_anywhere_is_refused(place, make) -> None:
    """Also a plain tar that ends between two members, and one that ends before its end mark."""
    tar = make.tar_of({"1.png": b"1" * 600, "2.png": b"2"})
    for size in (512, 1024, 1536, 1600, 2048, 2560, 3071):
        place.refuses(place.archive("x.tar", tar[:size]), Code.ARCHIVE_DAMAGED)
    packed = gzip.compress(tar)
    for size in (len(packed) - 1, len(packed) - 8, len(packed) // 2, 20):
        place.refuses(place.archive("x.tgz", packed[:size]), Code.ARCHIVE_DAMAGED)


def test_a_full_disk_is_noticed_while_writing() -> None:
    """Others write to the disk, too: the reserve is looked at again."""
    free = [10 * 2**30]
    budget = limits.Limits(1, lambda: free[0])
    budget.refuse_full_disk()
    free[0] = 2**20
    with pytest.raises(TaskError, match="disk_full"):
        budget.refuse_full_disk()


def test_an_archive_in_the_archive_stays_closed(place, make) -> None:
    """Nested archives come out as files."""
    inner = make.zip_of({"../evil": b"x"})
    place.unpack(place.archive("x.zip", make.zip_of({"inner.zip": inner})))
    assert place.unpacked() == {"inner.zip": inner}
    assert zipfile.is_zipfile(io.BytesIO(inner))
