"""Inline keyboards: checked as Telegram checks them before a message may carry one."""

from emulator.errors import bad_request
from emulator.links import checked_link
from emulator.objects import Json
from emulator.params import Params

MAX_CALLBACK_DATA = 64
MAX_BUTTONS = 100


def inline_keyboard(params: Params) -> Json | None:
    """Return the call's inline keyboard, or None where it has none.

    Raises:
        ApiError: a button is not allowed, or it is a kind of keyboard that is not emulated.
    """
    markup = params.mapping("reply_markup")
    if not markup or markup.get("remove_keyboard") or markup.get("force_reply"):
        return None
    if "inline_keyboard" not in markup:
        raise bad_request("reply keyboards are not emulated")
    rows = [[_button(button) for button in row] for row in markup["inline_keyboard"]]
    rows = [row for row in rows if row]
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": rows} if rows else None


def _button(button: Json) -> Json:
    if not str(button.get("text", "")).strip():
        raise bad_request("can't parse inline keyboard button: Text must be non-empty")
    if "callback_data" in button:
        if not 0 < len(str(button["callback_data"]).encode()) <= MAX_CALLBACK_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
    elif "url" in button:
        url = checked_link(str(button["url"]))
        if url is None:
            raise bad_request("BUTTON_URL_INVALID")
        return button | {"url": url}
    elif not {"copy_text", "web_app", "switch_inline_query"} & button.keys():
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    return button
