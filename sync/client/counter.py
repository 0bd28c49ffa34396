"""A township's window hands a village's bundle to its hub and gets the answer for the village back."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from forms.errors import Fault, Kind
from sync import crypto
from sync.client.talk import Talk
from sync.client.transport import Transport
from sync.protocol import PROTOCOL, Anchor, AttachmentPart, AttachmentReply, Hello, Outcome
from sync.store.api import Identity
from sync.wire import cbor

Entropy = Callable[[int], bytes]

PIECE = 128 * 1024
STALLS = 4


class CounterTransport(Transport, Protocol):
    """What a hub's counter answers beside the protocol."""

    def bundle(self, message: AttachmentPart) -> AttachmentReply: ...
    def outcome(self, message: AttachmentPart) -> AttachmentPart: ...


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What became of a village's bundle. `answer` is the sealed file for its stick; `area` a code."""

    area: str
    letters: str
    written_at: str
    counts: Mapping[Outcome, int]
    files: int
    refused: tuple[str, ...]
    review: bool
    went_back: bool
    answer: bytes


def hand_in(
    transport: CounterTransport,
    identity: Identity,
    path: Path,
    *,
    entropy: Entropy = os.urandom,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> HandedIn:
    """Give the hub a bundle and fetch what it made of it.

    Faults: bundle.missing, bundle.pulled, those of the hub's reading (`bundle.*`), sync.unreachable, hub.no_right.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise Fault("bundle.missing", Kind.USAGE, path=path.name) from None
    except OSError as problem:
        raise Fault("bundle.pulled", Kind.DAMAGED, path=path.name) from problem
    talk = Talk(transport, identity, entropy=entropy)
    _greet(talk)
    hash = crypto.digest(data)
    _send(talk, transport, data, hash, progress)
    return _read(_fetch(talk, transport, hash))


def _greet(talk: Talk) -> None:
    message = Hello(talk.nonce(), talk.device, PROTOCOL, PROTOCOL, Anchor("", 0, b""), b"", b"")
    reply = talk.transport.hello(talk.signed(message))
    talk.check(reply, message.nonce)
    if reply.revoked:
        raise Fault("hub.revoked", Kind.DENIED)


def _piece(talk: Talk, hash: bytes, *, offset: int, size: int, data: bytes = b"") -> AttachmentPart:
    return talk.signed(AttachmentPart(talk.nonce(), talk.device, "bundle", "bundle", hash, offset, size, data, b""))


def _send(
    talk: Talk, transport: CounterTransport, data: bytes, hash: bytes, progress: Callable[[int, int], None]
) -> None:
    offset, stalled = 0, 0
    while stalled < STALLS:
        progress(offset, len(data))
        message = _piece(talk, hash, offset=offset, size=len(data), data=data[offset : offset + PIECE])
        reply = transport.bundle(message)
        talk.check(reply, message.nonce)
        if reply.complete:
            return
        stalled = 0 if reply.received > offset else stalled + 1
        offset = reply.received
    raise Fault("sync.no_progress", Kind.UNREACHABLE, url=talk.identity.url)


def _fetch(talk: Talk, transport: CounterTransport, hash: bytes) -> bytes:
    content = bytearray()
    while True:
        message = _piece(talk, hash, offset=len(content), size=0)
        part = transport.outcome(message)
        talk.check(part, message.nonce)
        content += part.data
        if not part.data or len(content) >= part.size:
            return bytes(content)


def _read(data: bytes) -> HandedIn:
    said: Any
    said, answer = cbor.loads(data)
    return HandedIn(
        area=said["area"],
        letters=said["letters"],
        written_at=said["written_at"],
        counts={Outcome(name): count for name, count in said["counts"].items()},
        files=said["files"],
        refused=tuple(said["refused"]),
        review=said["review"],
        went_back=said["went_back"],
        answer=bytes(answer),
    )
