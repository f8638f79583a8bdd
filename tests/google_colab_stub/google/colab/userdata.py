"""Colab's secrets."""

from google.colab import colab


class SecretNotFoundError(Exception):
    """No secret of that name."""

    def __init__(self, key: str) -> None:
        super().__init__(f"Secret {key} does not exist.")


class NotebookAccessError(Exception):
    """The secret is there, but not for this notebook."""

    def __init__(self, key: str) -> None:
        super().__init__(f"Notebook does not have access to secret {key}")


class TimeoutException(Exception):
    """Nobody answered: the notebook is not open in Colab's page."""


def get(key: str) -> str:
    """Return a secret."""
    state = colab()
    if state.get("page_closed"):
        raise TimeoutException(f"Requesting secret {key} timed out.")
    if key in state.get("withheld", []):
        raise NotebookAccessError(key)
    if key not in state.get("secrets", {}):
        raise SecretNotFoundError(key)
    return state["secrets"][key]
