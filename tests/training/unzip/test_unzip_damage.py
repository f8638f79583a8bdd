"""Whatever the bytes of an archive: a known reason or the files, never anything else."""

import os
import random
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training.archives.names import safe_path
from training.protocol.failure import TaskError

FILES = {
    "a/1.png": b"one" * 300,
    "a/b/2.png": random.Random(0).randbytes(2_000),
    "empty": b"",
    "标注.txt": b"x",
}
QUICK = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def check(place, content: bytes) -> bool:
    """Unpack into a folder of its own; true where it worked and all is in place."""
    with tempfile.TemporaryDirectory(dir=place.path) as folder:
        here = type(place)(Path(folder))
        here.data.mkdir()
        archive = here.archive("x.zip", content)
        try:
            here.unpack(archive)
        except TaskError:
            assert list(here.data.iterdir()) == []
            worked = False
        else:
            assert [path.name for path in here.data.iterdir()] == ["labels"]
            worked = True
        assert {path.name for path in here.path.iterdir()} == {"data", "jobs", "x.zip"}
    return worked


def archives(make) -> list[bytes]:
    """One of each format."""
    return [
        make.zip_of(FILES),
        make.zip_of(FILES, 12),
        *(make.tar_of(FILES, mode) for mode in ("w", "w:gz", "w:bz2", "w:xz")),
    ]


@QUICK
@given(data=st.data())
def test_a_cut_archive_is_always_refused(place, make, data) -> None:
    """Any true beginning of an archive is damaged, never taken for whole."""
    content = data.draw(st.sampled_from(archives(make)))
    size = data.draw(st.integers(0, len(content) - 1))
    cut = content[:size]
    # A tar's padding behind its end mark carries nothing.
    assert not check(place, cut) or not content[size:].strip(b"\0")


@QUICK
@given(data=st.data())
def test_flipped_bytes_never_lead_astray(place, make, data) -> None:
    """The task ends well or with a reason it knows; nothing appears elsewhere."""
    content = bytearray(data.draw(st.sampled_from(archives(make))))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    check(place, bytes(content))


@QUICK
@given(
    st.binary(max_size=2_000),
    st.sampled_from([b"PK\3\4", b"PK\5\6", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\0", b""]),
)
def test_junk_is_refused(place, junk: bytes, magic: bytes) -> None:
    """Nothing that merely begins like an archive unpacks."""
    assert not check(place, magic + junk)


@QUICK
@given(
    st.lists(st.tuples(st.binary(min_size=1, max_size=40), st.sampled_from([0, 0x800])), max_size=6)
)
def test_any_names_end_below_the_folder_or_in_a_refusal(place, make, names) -> None:
    """Names of arbitrary bytes, flagged as UTF-8 or not."""
    check(place, make.raw_zip(*(make.entry(name, b"1", flags=flags) for name, flags in names)))


@QUICK
@given(st.lists(st.sampled_from(["..", ".", "", "a", "b", "\\", "C:", "~", "%2e%2e"]), min_size=1))
def test_a_safe_path_stays_inside(parts: list[str]) -> None:
    """A path that passes never leaves the folder, however it is put together."""
    try:
        path = safe_path("/".join(parts))
    except TaskError:
        return
    inside = os.path.normpath(f"/data/labels/{path}")
    assert inside == "/data/labels" or inside.startswith("/data/labels/")
    assert inside.removeprefix("/data/labels").lstrip("/") == path


@QUICK
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "a/c", "a/c/d", "e"]),
            st.sampled_from(["file", "link", "hard"]),
            st.sampled_from(["..", "../..", "a", "b", "../b", "c", "../a/c", "a/..", ".", "e/.."]),
        ),
        max_size=5,
    )
)
def test_links_never_resolve_outside(place, make, wanted) -> None:
    """In what is unpacked, every link means something inside, as the file system sees it."""
    kinds = {"file": b"0", "link": b"2", "hard": b"1"}
    members = [make.member(name, kinds[kind], target) for name, kind, target in wanted]
    with tempfile.TemporaryDirectory(dir=place.path) as folder:
        here = type(place)(Path(folder))
        here.data.mkdir()
        try:
            here.unpack(here.archive("x.tar", make.tar_with(*members)))
        except TaskError:
            return
        root = (here.data / "labels").resolve()
        for path in root.rglob("*"):
            assert path.resolve(strict=True).is_relative_to(root)
