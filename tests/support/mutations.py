"""What may happen to a bundle on its way, by accident and by ill will, from a seed."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

from sync import crypto
from sync.bundle import sealing

CHUNK = 64 * 1024 + 16

Mutation = Callable[[bytes, random.Random], bytes]


def truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def bit_flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 8))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def header_flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    changed[chance.randrange(min(300, len(data)))] = chance.randrange(256)
    return bytes(changed)


def appended(data: bytes, chance: random.Random) -> bytes:
    return data + chance.choice((b"\0", chance.randbytes(20), data, data[-CHUNK:], chance.randbytes(CHUNK)))


def reordered(data: bytes, chance: random.Random) -> bytes:
    """Chunks of the payload in another order, one left out, or one twice."""
    start = data.index(b"\n--- ") + 49 + 16
    chunks = [data[at : at + CHUNK] for at in range(start, len(data), CHUNK)]
    one, other = chance.randrange(len(chunks)), chance.randrange(len(chunks))
    match chance.randrange(3):
        case 0:
            chunks[one], chunks[other] = chunks[other], chunks[one]
        case 1:
            del chunks[one]
        case _:
            chunks.insert(other, chunks[one])
    return data[:start] + b"".join(chunks)


def pieces_moved(data: bytes, chance: random.Random) -> bytes:
    at, size, to = chance.randrange(len(data)), chance.randrange(1, 5_000), chance.randrange(len(data))
    piece = data[at : at + size]
    rest = data[:at] + data[at + size :]
    return rest[:to] + piece + rest[to:]


def blanked(data: bytes, chance: random.Random) -> bytes:
    at, size = chance.randrange(len(data)), chance.randrange(1, 70_000)
    return data[:at] + bytes(len(data[at : at + size])) + data[at + size :]


OUTSIDE: tuple[Mutation, ...] = (
    truncated,
    bit_flipped,
    header_flipped,
    appended,
    reordered,
    pieces_moved,
    blanked,
)
"""Of whoever finds the stick."""


def resealed(data: bytes, reader: crypto.ExchangeKey, chance: random.Random) -> bytes:
    """The content changed and sealed again: anybody who knows the recipient's public key can do that."""
    plain = b"".join(sealing.unseal(io.BytesIO(data), reader))
    size = int.from_bytes(plain[:4], "big")
    head, parts = plain[4 : 4 + size], plain[4 + size :]
    match chance.randrange(5):
        case 0:
            head = bit_flipped(head, chance)
        case 1:
            parts = bit_flipped(parts, chance)
        case 2:
            parts = truncated(parts, chance)
        case 3:
            parts = pieces_moved(parts, chance)
        case _:
            parts = parts + chance.randbytes(chance.randrange(1, 100))
    changed = len(head).to_bytes(4, "big") + head + parts
    return b"".join(sealing.seal([changed], [reader.public], entropy=chance.randbytes))
