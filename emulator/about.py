"""Bot API methods about the bot itself, its chats, its files and the buttons pressed."""

from emulator.errors import bad_request
from emulator.files import MAX_DOWNLOAD
from emulator.objects import Json
from emulator.params import Params
from emulator.profile import checked_commands, scope_key
from emulator.sending import target
from emulator.world import World

MAX_CALLBACK_TEXT = 200
MAX_DESCRIPTION = 512
MAX_SHORT_DESCRIPTION = 120
CALLBACK_KEPT_S = 60.0
DEFAULT_SCOPE: Json = {"type": "default"}


def get_me(world: World, _params: Params) -> Json:
    """``getMe``."""
    return world.bot.as_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_webhook_info(world: World, _params: Params) -> Json:
    """``getWebhookInfo``: never a webhook, but how many updates wait."""
    return {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": world.updates.count(),
    }


def delete_webhook(world: World, params: Params) -> bool:
    """``deleteWebhook``: there is none, but it may drop what waits."""
    if params.flag("drop_pending_updates"):
        world.updates.drop()
    return True


def set_my_commands(world: World, params: Params) -> bool:
    """``setMyCommands``."""
    commands = checked_commands(params.objects("commands"))
    world.profile.menus[_menu_key(params)] = commands
    world.tell(0, "commands", {})
    return True


def get_my_commands(world: World, params: Params) -> list[Json]:
    """``getMyCommands``."""
    return world.profile.menus.get(_menu_key(params), [])


def delete_my_commands(world: World, params: Params) -> bool:
    """``deleteMyCommands``."""
    world.profile.menus.pop(_menu_key(params), None)
    world.tell(0, "commands", {})
    return True


def set_my_description(world: World, params: Params) -> bool:
    """``setMyDescription``: what an empty chat shows."""
    text = params.text("description")
    if len(text) > MAX_DESCRIPTION:
        raise bad_request("BOT_DESCRIPTION_TOO_LONG")
    world.profile.descriptions[params.text("language_code")] = text
    world.tell(0, "profile", {})
    return True


def set_my_short_description(world: World, params: Params) -> bool:
    """``setMyShortDescription``: what the bot's profile shows."""
    text = params.text("short_description")
    if len(text) > MAX_SHORT_DESCRIPTION:
        raise bad_request("BOT_SHORT_DESCRIPTION_TOO_LONG")
    world.profile.short_descriptions[params.text("language_code")] = text
    return True


def set_chat_menu_button(world: World, params: Params) -> bool:
    """``setChatMenuButton``: in one chat, or (0) in all."""
    button = params.mapping("menu_button") or {"type": "default"}
    if button.get("type") not in ("default", "commands", "web_app"):
        raise bad_request("can't parse menu button: Unsupported type specified")
    world.profile.menu_buttons[params.integer("chat_id")] = button
    return True


def get_chat(world: World, params: Params) -> Json:
    """``getChat``."""
    chat = target(world, params)
    pinned = world.profile.pinned.get(chat.id, [])
    latest = world.message(chat.id, pinned[-1]) if pinned else None
    full = chat.as_json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
    return full if latest is None else full | {"pinned_message": latest.as_json()}


def get_file(world: World, params: Params) -> Json:
    """``getFile``: where to download a file that somebody sent."""
    file = world.files.find(params.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.data) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return file.as_json() | {"file_path": file.path}


def answer_callback_query(world: World, params: Params) -> bool:
    """``answerCallbackQuery``: the spinner on the button stops, a toast may show."""
    text = params.text("text")
    if len(text) > MAX_CALLBACK_TEXT:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = {"text": text, "show_alert": params.flag("show_alert"), "url": params.text("url")}
    world.answer_callback(params.text("callback_query_id"), answer, CALLBACK_KEPT_S)
    return True


def _menu_key(params: Params) -> tuple[str, str]:
    return scope_key(params.mapping("scope") or DEFAULT_SCOPE), params.text("language_code")
