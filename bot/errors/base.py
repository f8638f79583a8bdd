"""What all errors that speak to the user have in common."""


class UserError(Exception):
    """Something the user asked for cannot be done; nothing was started or changed."""
