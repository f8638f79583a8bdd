"""The Bot API over HTTP: ``/bot<token>/<method>`` and ``/file/bot<token>/<path>``."""

import json
import logging
import re
from email.utils import formatdate
from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator.errors import ApiError, bad_request
from emulator.faults import HTML_BODY, Fault
from emulator.files import MAX_DOWNLOAD
from emulator.methods import BY_LOWER_NAME, METHODS
from emulator.objects import Json
from emulator.params import Params
from emulator.updates import MAX_BATCH
from emulator.wire import NoAnswer, read_params, unless_gone
from emulator.world import World

log = logging.getLogger(__name__)
TOKEN = re.compile(r"\d+:[\w-]+")
MAX_POLL_S = 50
CONFLICT = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


async def call(request: Request) -> Response:
    """Answer one call of a method."""
    world: World = request.app.state.world
    try:
        _check_token(world, request.path_params["token"])
        name = _known_method(world, request.path_params["method"])
        params = await read_params(request)
    except ApiError as error:
        return _refusal(error)
    except ClientDisconnect:  # it died in the middle of its request
        return NoAnswer()
    fault = world.faults.strike(name, _chat_id(params))
    if fault is not None and not fault.accepted:
        _write(world, name, params, _struck(fault, took_effect=False))
        return await _faulty(world, request, fault, b"")
    status, body = await _perform(world, request, name, params)
    if fault is not None:
        _write(world, name, params, _struck(fault, took_effect=status == HTTPStatus.OK))
        return await _faulty(world, request, fault, json.dumps(body).encode())
    if body is None:  # nobody is there to be answered, or nobody may be
        _write(world, name, params, {"outcome": "gone", "status": 0})
        return NoAnswer()
    description = str(body.get("description", ""))
    outcome = "ok" if status == HTTPStatus.OK else "refused"
    outcome_json = {"outcome": outcome, "status": status, "description": description}
    _write(world, name, params, outcome_json | {"took_effect": status == HTTPStatus.OK})
    return JSONResponse(body, status, _headers(body))


async def download(request: Request) -> Response:
    """Serve a file that ``getFile`` named."""
    world: World = request.app.state.world
    path: str = request.path_params["path"]
    params = Params({"path": path})
    try:
        _check_token(world, request.path_params["token"])
    except ApiError as error:
        return _refusal(error)
    fault = world.faults.strike("file", None)
    if fault is not None:
        _write(world, "file", params, _struck(fault, took_effect=False))
        return await _faulty(world, request, fault, b"")
    file = world.files.at_path(path)
    if file is None or len(file.data) > MAX_DOWNLOAD:
        return _refusal(ApiError(404, "Not Found"))
    _write(world, "file", params, {"outcome": "ok", "status": 200})
    return Response(file.data, media_type="application/octet-stream")


async def not_found(_request: Request) -> Response:
    """Answer paths that are nothing at Telegram."""
    return _refusal(ApiError(404, "Not Found"))


ROUTES = [
    Route("/bot{token}/{method}", call, methods=["GET", "POST"]),
    Route("/file/bot{token}/{path:path}", download, methods=["GET"]),
    Route("/bot{rest:path}", not_found, methods=["GET", "POST"]),
]


def _check_token(world: World, token: str) -> None:
    if not TOKEN.fullmatch(token):
        raise ApiError(404, "Not Found")
    if token != world.token:
        raise ApiError(401, "Unauthorized")


def _known_method(world: World, name: str) -> str:
    """Return the method's name as it is documented; an unknown one is loud.

    A bot that calls what nobody emulated would otherwise look broken for no visible reason.
    """
    if name.lower() == "getupdates":
        return "getUpdates"
    known = BY_LOWER_NAME.get(name.lower())
    if known is None:
        world.unknown_methods.append(name)
        log.error("the bot called %s, which is not emulated", name)
        raise ApiError(404, "Not Found")
    return known


async def _perform(
    world: World, request: Request, name: str, params: Params
) -> tuple[int, Json | None]:
    """Return status and body of the answer; no body where the caller is cut off."""
    try:
        if name == "getUpdates":
            result = await _get_updates(world, request, params)
            if result is None:
                return 0, None
        else:
            with world.lock:
                result = METHODS[name](world, params)
    except ApiError as error:
        return error.code, error.envelope()
    except (AttributeError, KeyError, TypeError, ValueError):
        log.exception("%s: parameters of an unexpected shape", name)
        return 400, bad_request("can't parse request parameters").envelope()
    return 200, {"ok": True, "result": result}


async def _get_updates(world: World, request: Request, params: Params) -> object:
    """Return the next updates, waiting for one; None when the line was cut meanwhile."""
    updates = world.updates
    if params.has("allowed_updates"):
        updates.allowed = frozenset(map(str, params.sequence("allowed_updates")))
    updates.confirm(params.integer("offset"))
    limit = min(max(params.integer("limit", MAX_BATCH), 1), MAX_BATCH)
    poller = updates.take_over()
    world.bell.ring()  # whoever polled before wakes and gets its 409

    def settled() -> bool:
        taken_over = not updates.is_polled_by(poller)
        over = world.closing or world.faults.cuts_off("getUpdates")
        return bool(updates.waiting(1)) or taken_over or over

    timeout_s = min(max(params.integer("timeout"), 0), MAX_POLL_S)
    if timeout_s and await unless_gone(request, world.bell.until(settled, timeout_s)) is None:
        return None
    if not updates.is_polled_by(poller):
        raise ApiError(409, CONFLICT)
    if world.faults.cuts_off("getUpdates"):
        return None
    return [update.as_json() for update in updates.waiting(limit)]


async def _faulty(world: World, request: Request, fault: Fault, body: bytes) -> Response:
    """Answer as the fault wants; ``body`` is what the call would have been answered."""
    if fault.kind == "http":
        phrase = f"{fault.status} {HTTPStatus(fault.status).phrase}"
        html = "" if fault.empty_body else HTML_BODY.format(phrase)
        return Response(html, fault.status, media_type="text/html")
    if fault.kind == "error":
        text = fault.description or HTTPStatus(fault.status).phrase
        return _refusal(ApiError(fault.status, text))
    if fault.kind == "flood":
        return _refusal(ApiError(429, _flood(fault), fault.retry_after_s))
    if fault.kind == "malformed":
        cut = body[: max(1, len(body) // 2)] or b'{"ok":tr'
        return Response(cut, media_type="application/json")
    if fault.kind == "hang":
        await unless_gone(request, world.bell.until(lambda: world.closing, fault.seconds))
    return NoAnswer()


def _flood(fault: Fault) -> str:
    return f"Too Many Requests: retry after {fault.retry_after_s}"


def _struck(fault: Fault, *, took_effect: bool) -> Json:
    status = {"http": fault.status, "error": fault.status, "flood": 429, "malformed": 200}
    return {
        "outcome": "fault",
        "status": status.get(fault.kind, 0),
        "fault": fault.kind,
        "description": _flood(fault) if fault.kind == "flood" else fault.description,
        "took_effect": took_effect,
    }


def _write(world: World, name: str, params: Params, outcome: Json) -> None:
    world.journal.write(world.clock(), name, params.for_journal(), outcome)
    world.bell.ring()


def _refusal(error: ApiError) -> Response:
    body = error.envelope()
    return JSONResponse(body, error.code, _headers(body))


def _headers(body: Json) -> dict[str, str]:
    headers = {"Date": formatdate(usegmt=True)}  # by which a bot may find its own clock wrong
    retry_after = body.get("parameters", {}).get("retry_after")
    return headers if retry_after is None else headers | {"Retry-After": str(retry_after)}


def _chat_id(params: Params) -> int | None:
    text = str(params.values.get("chat_id", ""))
    return int(text) if text.lstrip("-").isdecimal() else None
