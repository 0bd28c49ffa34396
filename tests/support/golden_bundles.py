"""A village's bundle and its township's answer, always the same but for how their messages are compressed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import messages
from messages import ANCHOR, NONCE
from statements import AT, DEVICE, HUB

from sync import crypto, succession
from sync.bundle import content, sealing
from sync.bundle.content import Direction, Manifest, PartKind
from sync.wire import Codec, Message, cbor, purpose, signed_part

PHOTO = random.Random(3).randbytes(70_000)  # more than one piece of what is sealed
ABOUT = {"instance_id": "uuid:a", "name": "photo.jpg"}
HUB_KEY, DEVICE_KEY = (crypto.exchange_key(key.seed()) for key in (HUB, DEVICE))
ABOVE = crypto.exchange_public(crypto.SigningKey.load(bytes(32)).public)  # of the hub above
Encode = Callable[[Message], bytes]


def encode(message: Message) -> bytes:
    return Codec(crypto.commit).encode(message)


def pushed() -> Message:
    return messages.every()["push"]


def said() -> dict[str, Any]:
    """The messages of an answer, each signed by the hub."""
    every = messages.every()

    def signed(kind: str) -> Any:
        message: Any = replace(every[kind], signature=b"")  # type: ignore[type-var]
        return replace(message, signature=HUB.sign(purpose(message), signed_part(message)))

    return {"hello": signed("hello-reply"), "results": [signed("push-reply")], "pages": [signed("page")]}


def question(push: bytes) -> tuple[Manifest, list[bytes]]:
    """The manifest of what goes up, and its parts; `push` is the body of `pushed`."""
    claim = succession.claim("D0", succession.Asked(DEVICE.public, 4), HUB)
    state = {"anchor": [ANCHOR.epoch, ANCHOR.n, ANCHOR.head], "cursor": b"cursor", "lowest": 3, **claim}
    parts = (content.hashed(PartKind.PUSH, push), content.hashed(PartKind.FILE, PHOTO, ABOUT))
    up = Manifest(Direction.UP, NONCE, ("H1", "H2"), ANCHOR.epoch, "D1", AT, parts, state)
    return up, [push, PHOTO]


def answer(encode: Encode) -> tuple[Manifest, list[bytes]]:
    """The manifest of what comes down, and its part; `encode` makes the bodies in it."""
    plain: Mapping[str, Any] = {
        "hello": encode(said()["hello"]),
        "results": [encode(each) for each in said()["results"]],
        "after": b"cursor",
        "pages": [encode(each) for each in said()["pages"]],
        "files": [["uuid:a", "photo.jpg"]],
    }
    sealed = b"".join(sealing.seal([cbor.dumps(plain)], [DEVICE_KEY.public], entropy=random.Random(5).randbytes))
    part = content.hashed(PartKind.ANSWER, sealed, {"device": "D1"})
    down = Manifest(Direction.DOWN, NONCE[::-1], ("H1",), ANCHOR.epoch, "H1", AT, (part,))
    return down, [sealed]


def file(made: tuple[Manifest, list[bytes]]) -> bytes:
    """The bundle: sealed for the hub above too where it goes up."""
    manifest, parts = made
    up = manifest.direction is Direction.UP
    keys = [HUB_KEY.public, ABOVE] if up else [DEVICE_KEY.public]
    plain = content.compose(manifest, DEVICE if up else HUB, [content.pieces(part) for part in parts])
    return b"".join(sealing.seal(plain, keys, entropy=random.Random(7).randbytes))
