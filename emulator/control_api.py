"""What tests need beside the two sides: faults, limits, and the journal, under ``/emulator``.

====================================  ===========================================================
``GET /emulator``                     ``{"world", "unknown_methods", "early_calls", "faults"}``
``POST /emulator/faults``             the fields of :class:`emulator.faults.Fault` → ``{"id"}``;
                                      ``{"kind": "reset", "times": null}`` is a whole outage
``DELETE /emulator/faults``           no more faults (``?id=N``: not this one)
``GET /emulator/journal``             ``{"calls": [call …], "counts": {method: n}}``, narrowed
                                      with ``?method=`` and ``?since=<seq>``
``POST /emulator/limits``             the fields of :class:`emulator.limits.Limits`; starts over
====================================  ===========================================================
"""

from dataclasses import asdict, fields, replace

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator.errors import ChatError
from emulator.faults import Fault
from emulator.objects import Json
from emulator.world import World


async def status(request: Request) -> Response:
    """GET /emulator."""
    world = _world(request)
    body = {
        "world": world.id,
        "unknown_methods": list(world.unknown_methods),
        "early_calls": world.pacer.early_calls,
        "faults": {str(number): asdict(rule) for number, rule in world.faults.rules().items()},
    }
    return JSONResponse(body)


async def add_fault(request: Request) -> Response:
    """POST /emulator/faults."""
    given = await _fields_of(Fault, request)
    if given.get("kind") not in ("http", "error", "flood", "reset", "hang", "malformed"):
        raise ChatError("a fault needs a kind: http, error, flood, reset, hang or malformed")
    fault = Fault(**given | {"methods": tuple(given.get("methods", ()))})
    return JSONResponse({"id": _world(request).faults.add(fault)})


async def clear_faults(request: Request) -> Response:
    """DELETE /emulator/faults."""
    number = request.query_params.get("id")
    _world(request).faults.clear(None if number is None else [_number(number)])
    return JSONResponse({})


async def journal(request: Request) -> Response:
    """GET /emulator/journal."""
    query = request.query_params
    since = _number(query.get("since", "0"))
    return JSONResponse(_world(request).journal.as_json(query.get("method"), since))


async def set_limits(request: Request) -> Response:
    """POST /emulator/limits."""
    world = _world(request)
    world.pacer.reset(
        replace(world.pacer.limits, **await _fields_of(type(world.pacer.limits), request))
    )
    return JSONResponse(asdict(world.pacer.limits))


ROUTES = [
    Route("/emulator", status),
    Route("/emulator/faults", add_fault, methods=["POST"]),
    Route("/emulator/faults", clear_faults, methods=["DELETE"]),
    Route("/emulator/journal", journal),
    Route("/emulator/limits", set_limits, methods=["POST"]),
]


def _world(request: Request) -> World:
    world: World = request.app.state.world
    return world


def _number(text: str) -> int:
    if not text.isdecimal():
        raise ChatError(f"not a number: {text}")
    return int(text)


async def _fields_of(kind: type, request: Request) -> Json:
    given = await request.json()
    unknown = set(given) - {field.name for field in fields(kind)}
    if unknown:
        raise ChatError(f"no such field: {', '.join(sorted(unknown))}")
    return dict(given)
