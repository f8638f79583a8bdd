"""The other side of the stand-in: what people do and see, as JSON under ``/chat``.

The chat page, the command line's ``say`` and the tests all speak this. Everything is JSON in and
out; an act that is impossible is answered with 4xx and ``{"error": "<sentence>"}``.

==========================================  =====================================================
``GET /chat``                               ``{"world", "bot", "people", "chats", "seq",
                                            "pending_updates"}``; ``world`` changes when the
                                            emulator restarts, ``pending_updates`` is 0 once the
                                            bot has confirmed everything
``POST /chat/people``                       ``{"first_name", "id"?, "username"?,
                                            "language_code"?}`` → the person; opens the private
                                            chat of the same id
``POST /chat/people/{id}/blocked``          ``{"blocked": bool}``: block or unblock the bot
``POST /chat/people/{id}/language``         ``{"language_code"}``: the app's, such as ``zh-hans``
``POST /chat/groups``                       ``{"title", "members": [id …], "id"?}`` → the chat
``GET /chat/{chat}/messages``               ``{"seq", "messages": [message …], "pinned": [id …]}``,
                                            oldest first
``POST /chat/{chat}/messages``              ``{"text", "person"?, "date"?, "reply_to"?}``, or a
                                            multipart form with the fields ``file``, ``caption``,
                                            ``as`` (``photo`` or ``document``), ``album`` (the
                                            same word for each file of one) and the same
                                            options → ``{"messages": [message …]}``: a text of
                                            more than 4,096 UTF-16 units becomes several
``POST /chat/{chat}/messages/{id}``         ``{"text", "person"?}``: edit → ``{"message"}``
``POST /chat/{chat}/forward``               ``{"message_id", "from_chat"?, "person"?}`` →
                                            ``{"message"}``
``POST /chat/{chat}/press``                 ``{"message_id", "data", "person"?, "stale"?,
                                            "wait_s"?}`` → ``{"callback_query_id", "answer"}``;
                                            the answer is null unless the bot gave it within
                                            ``wait_s`` (default 0)
``GET /chat/{chat}/commands``               ``{"commands": [{"command", "description"} …],
                                            "description", "menu_button"}`` (``?language=``)
``GET /chat/{chat}/events?since=N``         Server-Sent Events (below); a reconnecting
                                            ``EventSource`` goes on after ``Last-Event-ID``.
                                            With ``&wait_s=T`` instead one JSON answer
                                            ``{"world", "seq", "events": [event …], "complete"}``,
                                            at once or when an event comes within T seconds
``GET /chat/files/{file_id}``               the bytes of a file
==========================================  =====================================================

``person`` defaults to the chat's person, in a group to its first member; person 1001 ("You") is
always there, and so is the private chat 1001. A *message* has the fields of the Bot API's
``Message`` and ``outgoing`` (a person wrote it), ``silent`` (it came without a sound) and
``reaction`` (the bot's emoji under it, a list).

Each event is ``{"seq", "at", "chat_id", "kind", …}``. Kinds and their further fields:
``message`` and ``edited`` (``message``), ``deleted`` (``message_id``), ``callback_answer``
(``callback_query_id, message_id, person, text, show_alert, url``), ``action`` (``action``, e.g.
``typing``; lasts five seconds), ``pinned`` (``message_ids``), ``commands`` and ``profile`` (the
menu or the description changed: fetch it again),
``chat`` (a chat was opened). The stream begins with an event named ``hello``, ``{"world", "seq",
"complete"}``: unless ``complete``, events were missed and the messages must be fetched anew.
All other events are unnamed. Lines that begin with a colon only keep the connection alive.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator import chat_acts, chat_view
from emulator.errors import ApiError, ChatError


async def refuse(_request: Request, error: Exception) -> Response:
    """Answer an impossible act with its sentence."""
    return JSONResponse({"error": str(error)}, 400)


ROUTES = [
    Route("/chat", chat_view.overview),
    Route("/chat/people", chat_acts.add_person, methods=["POST"]),
    Route("/chat/people/{person:int}/blocked", chat_acts.set_blocked, methods=["POST"]),
    Route("/chat/people/{person:int}/language", chat_acts.set_language, methods=["POST"]),
    Route("/chat/groups", chat_acts.add_group, methods=["POST"]),
    Route("/chat/files/{file}", chat_view.send_file),
    Route("/chat/{chat}/messages", chat_view.list_messages),
    Route("/chat/{chat}/messages", chat_acts.write, methods=["POST"]),
    Route("/chat/{chat}/messages/{message:int}", chat_acts.edit, methods=["POST"]),
    Route("/chat/{chat}/forward", chat_acts.forward, methods=["POST"]),
    Route("/chat/{chat}/press", chat_acts.press, methods=["POST"]),
    Route("/chat/{chat}/commands", chat_view.commands),
    Route("/chat/{chat}/events", chat_view.events),
]
EXCEPTION_HANDLERS: Any = {ChatError: refuse, ApiError: refuse}
