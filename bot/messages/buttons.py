"""Words about presses of buttons."""

GONE = "This was answered already, or it is from long ago. Send the command again if you want it."
NOT_YOURS = "This button is for users with the role {role} and above."


def not_yours(role: str) -> str:
    """The toast for a user whose role is too low; plain text."""
    return NOT_YOURS.format(role=role)
