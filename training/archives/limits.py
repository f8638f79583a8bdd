"""What an archive may cost: disk, memory and time.

Covered: declared sizes against the free disk and the archive's own size, before
a byte is written; what a compressed tar really unpacks to, while it is listed
(zip members and tar contents cannot be longer than declared: the readers see to
that); members and names beyond what memory should hold.
Not covered: inodes; a disk without any left reports itself full.
"""

from collections.abc import Callable

from training.archives.members import MAX_MEMBERS, MAX_NAMES_BYTES, Member
from training.protocol.failure import FailureCode, TaskError

# Measured: masks of one object as 8-bit arrays pack 291 : 1 in a zip, CSV labels
# 15 : 1 (145 : 1 in xz), PNGs about 1 : 1; nothing but zeros 1,030 : 1 (deflate)
# and 7,000 : 1 (xz). Below the floor any ratio passes: it costs nobody anything.
RATIO_LIMIT = 500
RATIO_FLOOR_BYTES = 256_000_000

# Left for event logs, checkpoints and whatever else runs on the machine.
RESERVE_BYTES = 256 * 1024 * 1024
# What a file or folder takes beyond its content, and what contents are rounded up to.
BLOCK_BYTES = 4_096


class Limits:
    """Adds up what an archive would cost, and says stop.

    Args:
        archive_bytes: the archive's own size.
        free_bytes: what is free on the disk of the destination, now.
    """

    def __init__(self, archive_bytes: int, free_bytes: Callable[[], int]) -> None:
        self._archive_bytes = archive_bytes
        self._free_bytes = free_bytes
        self._free_at_start = free_bytes()
        self._members = 0
        self._names_bytes = 0
        self._declared_bytes = 0
        self._needed_bytes = 0
        self._passed_bytes = 0

    def passed(self, size: int) -> None:
        """Count bytes that came out of a decompressor.

        Raises:
            TaskError: more came out than an honest archive of this size holds.
        """
        self._passed_bytes += size
        self._refuse_bomb(self._passed_bytes)

    def add(self, member: Member) -> None:
        """Count a member.

        Raises:
            TaskError: with it, the archive is more than the machine should take.
        """
        self._members += 1
        self._names_bytes += len(member.name) + len(member.target)
        if self._members > MAX_MEMBERS or self._names_bytes > MAX_NAMES_BYTES:
            raise TaskError(FailureCode.ARCHIVE_UNSUPPORTED)
        self._declared_bytes += member.size
        self._refuse_bomb(self._declared_bytes)
        blocks = -(-member.size // BLOCK_BYTES)
        self._needed_bytes += (1 + blocks) * BLOCK_BYTES

    def refuse_too_large(self) -> None:
        """Hold the sum against the disk.

        Raises:
            TaskError: it does not fit, with the reserve left free.
        """
        if self._needed_bytes > self._free_at_start - RESERVE_BYTES:
            raise TaskError(
                FailureCode.ARCHIVE_TOO_LARGE,
                needed_bytes=self._needed_bytes,
                free_bytes=max(0, self._free_at_start - RESERVE_BYTES),
            )

    def refuse_full_disk(self) -> None:
        """Look again, now and then, while writing: others write to the disk, too.

        Raises:
            TaskError: no more than half of the reserve is left.
        """
        free = self._free_bytes()
        if free < RESERVE_BYTES // 2:
            raise TaskError(FailureCode.DISK_FULL, free_bytes=free)

    def _refuse_bomb(self, size: int) -> None:
        if size > max(RATIO_FLOOR_BYTES, RATIO_LIMIT * self._archive_bytes):
            ratio = size // max(1, self._archive_bytes)
            raise TaskError(FailureCode.ARCHIVE_BOMB, ratio=ratio, limit=RATIO_LIMIT)
