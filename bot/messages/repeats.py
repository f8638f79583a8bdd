"""Marks on messages that may stand in the chat twice."""

MARK = "<i>(perhaps a repeat)</i>\n"


def maybe_a_repeat(text: str) -> str:
    """A message whose first sending was never confirmed."""
    return text if is_marked(text) else f"{MARK}{text}"


def is_marked(text: str) -> bool:
    """Whether a message says of itself that it may be a repeat."""
    return text.startswith(MARK)
