"""Refusals, worded as Telegram words them: bots branch on these sentences."""


class ApiError(Exception):
    """A Bot API call is refused; the answer is Telegram's error envelope.

    Attributes:
        code: the HTTP status and ``error_code``.
        description: the sentence after which bots tell refusals apart.
        retry_after_s: how long the caller must stay away, for 429.
        moved_to: the chat that took the place of the one called.
    """

    def __init__(
        self,
        code: int,
        description: str,
        retry_after_s: int | None = None,
        moved_to: int | None = None,
    ) -> None:
        super().__init__(description)
        self.moved_to = moved_to
        self.code = code
        self.description = description
        self.retry_after_s = retry_after_s

    def envelope(self) -> dict[str, object]:
        """Return the JSON body of the answer."""
        body: dict[str, object] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.retry_after_s is not None:
            body["parameters"] = {"retry_after": self.retry_after_s}
        if self.moved_to is not None:
            body["parameters"] = {"migrate_to_chat_id": self.moved_to}
        return body


class ChatError(Exception):
    """A person asked for something that a chat cannot do; the sentence says what."""


def bad_request(reason: str) -> ApiError:
    """Return a 400: the call itself is wrong and would be wrong again."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """Return a 403: the chat does not want this bot."""
    return ApiError(403, f"Forbidden: {reason}")


def too_many_requests(retry_after_s: int) -> ApiError:
    """Return a 429: the caller must stay away for the whole time named."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after_s}", retry_after_s)
