"""JSON objects that carry a CRC-32 of the rest of themselves as their last member.

A byte that a disk or a crash changed is noticed. Not covered: somebody who wants
to deceive; whoever may write the file may also compute the sum.
"""

import re
import zlib

_CRC = re.compile(rb',"crc":"([0-9a-f]{8})"\}\s*$')


class NotSealed(ValueError):
    """The content has no checksum, or another one than it should."""


def seal(body: bytes) -> bytes:
    """The JSON of an object with members, with its checksum."""
    return body[:-1] + b',"crc":"%08x"}' % zlib.crc32(body)


def unseal(content: bytes) -> bytes:
    """The JSON as it was before ``seal``.

    Raises:
        NotSealed: not a byte of it may be believed.
    """
    found = _CRC.search(content)
    if found is None:
        raise NotSealed("the checksum is missing")
    body = content[: found.start()] + b"}"
    if zlib.crc32(body) != int(found[1], 16):
        raise NotSealed("the content is not what was written")
    return body
