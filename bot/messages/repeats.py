"""Marks on messages that may stand in the chat twice."""


def maybe_a_repeat(text: str) -> str:
    """A message whose first sending was never confirmed."""
    return f"<i>(perhaps a repeat)</i>\n{text}"
