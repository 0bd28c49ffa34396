"""Bodies that are sent on from where a line broke: what client and hub tell each other about them.

A hub's greeting gives the device a pass. A large body carries a header `device pass hash offset`; what comes before
the line breaks is kept for that device. The next greeting asks for the same hash, is told how many bytes are there,
and the rest follows. The whole is taken only when it hashes to what was announced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync import crypto
from sync.wire import PACKED_LIMIT
from sync.wire import fields as f
from sync.wire.cbor import malformed

HEADER = "hamlet-body"
PASS, BODY = "pass", "body"  # names in the extra parts of hello and its reply
LEAST = 4 * 1024  # a smaller body is sent again whole

_PASS_SIZE = 16


@dataclass(frozen=True, slots=True)
class Piece:
    """The rest of a body from `offset`; `hash` is that of the whole."""

    device: str
    key: bytes
    hash: bytes
    offset: int

    def header(self) -> str:
        return f"{self.device} {self.key.hex()} {self.hash.hex()} {self.offset}"


def read(header: str) -> Piece:
    """What a header says; Fault sync.malformed where it is none."""
    parts = header.split(" ")
    if len(parts) != 4 or not parts[3].isdecimal() or len(parts[3]) > 9:
        raise malformed(HEADER)
    try:
        key, hash = bytes.fromhex(parts[1]), bytes.fromhex(parts[2])
    except ValueError:
        raise malformed(HEADER) from None
    return Piece(f.CODE(parts[0], HEADER), f.octets(_PASS_SIZE)(key, HEADER), f.HASH(hash, HEADER), int(parts[3]))


def make_pass(key: bytes, device: str) -> bytes:
    """What lets a device leave bytes with the hub before its message can be read."""
    return crypto.keyed(key, b"pass\0" + device.encode())[:_PASS_SIZE]


def asked(extra: Mapping[str, Any]) -> bytes | None:
    """The body that a hello asks after."""
    found = extra.get(BODY)
    return None if found is None else bytes(f.HASH(found, BODY))


def told(extra: Mapping[str, Any]) -> tuple[bytes, int]:
    """Pass and number of bytes of a greeting; none from a hub that does not know of this."""
    key, offset = extra.get(PASS, b""), extra.get(BODY, 0)
    if not isinstance(key, bytes) or not isinstance(offset, int) or not 0 <= offset <= PACKED_LIMIT:
        raise malformed(BODY)
    return key, offset
