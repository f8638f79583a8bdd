"""Who may do what: the roles."""

from enum import IntEnum


class Role(IntEnum):
    """What a user may do; a higher role may all that a lower one may."""

    VIEWER = 1
    OPERATOR = 2
    OWNER = 3
