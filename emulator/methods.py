"""The table of Bot API methods; getUpdates, which waits, is in :mod:`emulator.bot_api`."""

from collections.abc import Callable

from emulator import about, editing, sending
from emulator.params import Params
from emulator.world import World

Method = Callable[[World, Params], object]

METHODS: dict[str, Method] = {
    "answerCallbackQuery": about.answer_callback_query,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "deleteMyCommands": about.delete_my_commands,
    "deleteWebhook": about.delete_webhook,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageMedia": editing.edit_message_media,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "editMessageText": editing.edit_message_text,
    "getChat": about.get_chat,
    "getFile": about.get_file,
    "getMe": about.get_me,
    "getMyCommands": about.get_my_commands,
    "getWebhookInfo": about.get_webhook_info,
    "pinChatMessage": editing.pin_chat_message,
    "sendChatAction": sending.send_chat_action,
    "sendDocument": sending.send_document,
    "sendMediaGroup": sending.send_media_group,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "setChatMenuButton": about.set_chat_menu_button,
    "setMessageReaction": editing.set_message_reaction,
    "setMyCommands": about.set_my_commands,
    "setMyDescription": about.set_my_description,
    "setMyShortDescription": about.set_my_short_description,
    "unpinChatMessage": editing.unpin_chat_message,
}
BY_LOWER_NAME = {name.lower(): name for name in METHODS}  # Telegram ignores case here
