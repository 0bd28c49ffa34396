"""The hub over HTTP: `POST /v1/NAME`, a packed message in, a packed message or Fault out.

A client's bad request is always a 4xx with a Fault; bodies are bounded before and while they are read.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Mapping
from functools import partial

import anyio.to_thread
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route as Path

from forms.errors import Fault, Kind
from forms.export.published import open_data
from forms.text import Text
from sync import crypto, resuming
from sync.hub import asking, public
from sync.hub.asking import Patience
from sync.hub.counter import Counter
from sync.hub.public import Board
from sync.hub.routes import PAGES, ROUTES, Call, Page
from sync.hub.service import Hub
from sync.protocol import AttachmentPart
from sync.wire import Codec, encode_fault
from sync.wire.pack import too_large

MEDIA_TYPE = "application/vnd.hamlet"
BODY_SECONDS = 120.0  # 4 MB at 300 kbit/s; a client on a slow link sends small bodies
PAGE_SECONDS = 15.0
PAGES_EACH = 60  # pages for everybody that one address may look at within a minute
INCOMING = "incoming"
THREADS = 16

_log = logging.getLogger(__name__)
_OWN = ("vault.", "store.", "hub.database")  # a full disk, a path: the hub's own affairs, and no client's
_STATUS: Mapping[Kind, int] = {Kind.DAMAGED: 400, Kind.USAGE: 404, Kind.DENIED: 403, Kind.UNREACHABLE: 503}
_OTHER_STATUS: Mapping[str, int] = {"sync.too_large": 413, "hub.quota": 429, "hub.too_many_tries": 429}


def application(hub: Hub) -> Starlette:
    """The ASGI application around a hub."""
    codec = Codec(crypto.commit)
    threads = anyio.CapacityLimiter(THREADS)
    paths = [Path(f"/v1/{call}", partial(_answer, hub, codec, threads, call), methods=["POST"]) for call in Call]
    counter = Counter(hub, hub.folder / INCOMING)
    for name in ("bundle", "outcome"):
        paths.append(Path(f"/v1/{name}", partial(_counter, counter, codec, threads, name), methods=["POST"]))
    board, often = Board(hub), Patience(each=PAGES_EACH)
    pages = {
        Page.ASK: partial(_ask_after, hub, threads, Patience()),
        Page.PUBLIC: partial(_public, board, threads, often),
        Page.OPEN_DATA: partial(_open_data, board, threads, often),
    }
    paths += [Path(page.value, answer, methods=list(PAGES[page].methods)) for page, answer in pages.items()]
    return Starlette(routes=paths, exception_handlers={Exception: _ours})


async def _answer(hub: Hub, codec: Codec, threads: anyio.CapacityLimiter, call: Call, request: Request) -> Response:
    async def packed() -> bytes:
        async with asyncio.timeout(BODY_SECONDS):
            body = await _body(hub, request, ROUTES[call].limit)
        return await anyio.to_thread.run_sync(_call, hub, codec, call, body, limiter=threads)

    return await _replied(packed())


async def _replied(packing: Awaitable[bytes]) -> Response:
    """The reply, or why there is none."""
    try:
        packed = await packing
    except TimeoutError:
        return _fault(Fault("sync.too_slow", Kind.DAMAGED), 408)
    except ClientDisconnect:
        return Response(status_code=400)
    except Fault as fault:
        if fault.code.startswith(_OWN):
            _log.error("the hub is in trouble: %s", fault.code)
            return _fault(Fault("hub.internal", Kind.UNREACHABLE), 503)
        return _fault(fault, _OTHER_STATUS.get(fault.code, _STATUS[fault.kind]))
    return Response(packed, media_type=MEDIA_TYPE)


async def _body(hub: Hub, request: Request, limit: int) -> bytes:
    """The body; refused by its announced length, and else as soon as more than `limit` bytes have come."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise too_large(limit)
    if resuming.HEADER in request.headers:
        return await _rest(hub, request, resuming.read(request.headers[resuming.HEADER]), limit)
    return await _small_body(request, limit)


async def _rest(hub: Hub, request: Request, piece: resuming.Piece, limit: int) -> bytes:
    """A body of which a part may be here already; what comes is kept even where the line breaks again."""
    hub.lets_leave(piece)
    hub.bodies.begin(piece.device, piece.hash, piece.offset)
    async for chunk in request.stream():
        if hub.bodies.add(piece.device, chunk) > limit:
            raise too_large(limit)
    return hub.bodies.whole(piece.device)


def _call(hub: Hub, codec: Codec, call: Call, body: bytes) -> bytes:
    route = ROUTES[call]
    answer = getattr(hub, str(call))(codec.decode(route.question, body))
    return codec.encode(answer)


async def _counter(
    counter: Counter, codec: Codec, threads: anyio.CapacityLimiter, name: str, request: Request
) -> Response:
    """A piece of a bundle that a township's window brings, or of what became of it."""

    def answer(body: bytes) -> bytes:
        return codec.encode(counter.call(name, codec.decode(AttachmentPart, body)))

    async def packed() -> bytes:
        async with asyncio.timeout(BODY_SECONDS):
            body = await _small_body(request, ROUTES[Call.ATTACH].limit)
        return await anyio.to_thread.run_sync(answer, body, limiter=threads)

    return await _replied(packed())


async def _ask_after(hub: Hub, threads: anyio.CapacityLimiter, patience: Patience, request: Request) -> Response:
    """The page for residents: the form, and what a number with its code may be told."""
    language = asking.language_of(request.headers.get("accept-language", ""))
    name = hub.identity.name
    if request.method != "POST":
        return HTMLResponse(asking.page(name, language), headers=asking.HEADERS)
    try:
        async with asyncio.timeout(PAGE_SECONDS):
            asked = asking.read_form(await _small_body(request, PAGES[Page.ASK].limit))
    except TimeoutError:
        return Response(status_code=408)
    except ClientDisconnect:
        return Response(status_code=400)
    except Fault:
        return Response(status_code=413)
    address = request.client.host if request.client else ""
    if not patience.allows(address=address, number=asked.number, now=time.monotonic()):
        slow = asking.page(name, language, slow=True)
        return HTMLResponse(slow, status_code=429, headers={**asking.HEADERS, "Retry-After": "60"})
    found = await anyio.to_thread.run_sync(hub.ask_after, asked, limiter=threads)
    shown = asking.page(name, language, asked=asked, found=found)
    return HTMLResponse(shown, headers=asking.HEADERS)


async def _public(board: Board, threads: anyio.CapacityLimiter, often: Patience, request: Request) -> Response:
    """What was published, for everybody."""
    language = public.language_of(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))
    if _too_often(often, request):
        return Response(status_code=429, headers={**asking.HEADERS, "Retry-After": "60"})
    items = await anyio.to_thread.run_sync(board.items, limiter=threads)
    return HTMLResponse(public.page(board.name, language, items), headers=asking.HEADERS)


async def _open_data(board: Board, threads: anyio.CapacityLimiter, often: Patience, request: Request) -> Response:
    """One table as csv; 404 where it is not public, or no more."""
    language = public.language_of(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))
    if _too_often(often, request):
        return Response(status_code=429, headers={**asking.HEADERS, "Retry-After": "60"})
    items = await anyio.to_thread.run_sync(board.items, limiter=threads)
    found = next((item for item in items if item.id == request.path_params["id"]), None)
    if found is None:
        return Response(status_code=404, headers=asking.HEADERS)
    headers = {**asking.HEADERS, "Content-Disposition": f'attachment; filename="{public.file_name(found)}"'}
    return Response(open_data(found.shown, Text(language)), media_type="text/csv; charset=utf-8", headers=headers)


def _too_often(patience: Patience, request: Request) -> bool:
    address = request.client.host if request.client else ""
    return not patience.allows(address=address, number="", now=time.monotonic())


async def _small_body(request: Request, limit: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise too_large(limit)
    return bytes(body)


def _fault(fault: Fault, status: int) -> Response:
    return Response(encode_fault(fault), status_code=status, media_type=MEDIA_TYPE)


async def _ours(_request: Request, problem: Exception) -> Response:
    """Our own error: said as such, logged without anything that the client sent."""
    _log.error("a request failed: %s", type(problem).__name__)
    return _fault(Fault("hub.internal", Kind.DAMAGED), 500)
