"""What is wrong with the home folder, told from the error that it gave."""

import errno

from bot.home_copy import HomeTrouble

_BY_NUMBER = {
    errno.ENOSPC: HomeTrouble.FULL,
    errno.EDQUOT: HomeTrouble.FULL,
    errno.EFBIG: HomeTrouble.FULL,
    errno.EROFS: HomeTrouble.READ_ONLY,
    errno.EACCES: HomeTrouble.READ_ONLY,
    errno.EPERM: HomeTrouble.READ_ONLY,
    errno.ENOENT: HomeTrouble.GONE,
    errno.ENOTDIR: HomeTrouble.GONE,
    errno.ENODEV: HomeTrouble.GONE,
    errno.ENOTCONN: HomeTrouble.GONE,  # what Drive's mount says when its process died
    errno.EIO: HomeTrouble.GONE,
    errno.ESTALE: HomeTrouble.GONE,
    errno.ETIMEDOUT: HomeTrouble.NO_ANSWER,
}


class HomeFailed(Exception):
    """The home folder cannot be used as asked."""

    def __init__(self, trouble: HomeTrouble, error: str) -> None:
        super().__init__(error)
        self.trouble = trouble


class LocalFailed(Exception):
    """This machine's own disk is the reason, not the home folder."""


def trouble_of(error: OSError) -> HomeTrouble:
    """Which trouble an error of the file system means."""
    return _BY_NUMBER.get(error.errno or 0, HomeTrouble.OTHER)
