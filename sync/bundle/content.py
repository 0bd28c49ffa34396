"""What a bundle holds: a signed manifest that names every part by size and hash, then the parts, nothing after them.

The manifest is `[magic, format, fields, signature]` in canonical CBOR behind its length (4 bytes, big endian). A part
of kind PUSH is the body of a push as it goes over the network, of ANSWER a sealed answer for one device, of FILE an
attachment's content. Whoever reads goes through the whole file once before using any of it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, BinaryIO

from forms.errors import Fault, Kind
from sync import crypto
from sync.bundle import sealing
from sync.protocol import Suite
from sync.wire import PACKED_LIMIT, cbor
from sync.wire import fields as f

FORMAT = 1
PURPOSE = "bundle"
ENROL = "enrol"  # in a manifest's state: the body of an enrolment
ENDING = ".hamlet"
LIFE = datetime.timedelta(days=90)
FILE_LIMIT = 4 * 1024**3 - 1  # what FAT32, the usual file system of a stick, can hold
MANIFEST_LIMIT = 8 * 1024 * 1024
MOST_PARTS = 50_000
ANSWER_LIMIT = 256 * 1024 * 1024

_MAGIC = "hamlet-bundle"


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"


class PartKind(StrEnum):
    PUSH = "push"
    FILE = "file"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Part:
    """`about` says whose attachment (`instance_id`, `name`) or for which device (`device`)."""

    kind: PartKind
    size: int
    hash: bytes
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """`id` is a bundle's own number and the nonce that its answer repeats.

    `hubs` may open a bundle that goes up; the first is the one that it was written for. `state` is what the writer
    tells beside the parts: its anchor and cursor. `by` is the device, or the hub, that signed.
    """

    direction: Direction
    id: bytes
    hubs: tuple[str, ...]
    epoch: str
    by: str
    written_at: str
    parts: tuple[Part, ...]
    state: Mapping[str, Any] = field(default_factory=dict)
    suite: int = Suite.STANDARD

    @property
    def size(self) -> int:
        return sum(part.size for part in self.parts)


def expired(manifest: Manifest, *, now: str) -> bool:
    """Whether a bundle is older than it may be. One from the future is not: its writer's clock is wrong."""
    return datetime.datetime.fromisoformat(now) - datetime.datetime.fromisoformat(manifest.written_at) > LIFE


# ---- writing


def compose(manifest: Manifest, key: crypto.SigningKey, parts: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    """The plain bytes of a bundle, in pieces. `parts` must be what the manifest says; ValueError where they are not."""
    fields = _fields(manifest)
    signature = key.sign(PURPOSE, cbor.dumps([_MAGIC, FORMAT, fields]))
    head = cbor.dumps([_MAGIC, FORMAT, fields, signature])
    if len(head) > MANIFEST_LIMIT or len(manifest.parts) > MOST_PARTS:
        raise Fault("bundle.too_large", Kind.DAMAGED, limit=FILE_LIMIT)
    yield len(head).to_bytes(4, "big") + head
    for part, content in zip(manifest.parts, parts, strict=True):
        running, size = crypto.running_digest(), 0
        for piece in content:
            running.update(piece)
            size += len(piece)
            yield piece
        if (size, running.digest()) != (part.size, part.hash):
            raise ValueError("a part is not what the manifest says")


def _fields(manifest: Manifest) -> dict[str, Any]:
    return {
        "direction": str(manifest.direction),
        "id": manifest.id,
        "hubs": list(manifest.hubs),
        "epoch": manifest.epoch,
        "by": manifest.by,
        "written_at": manifest.written_at,
        "suite": int(manifest.suite),
        "state": dict(manifest.state),
        "parts": [[str(part.kind), part.size, part.hash, dict(part.about)] for part in manifest.parts],
    }


# ---- reading


@dataclass(frozen=True, slots=True)
class Opened:
    """A manifest whose signature is still to be checked: `signed` is what it covers."""

    manifest: Manifest
    signed: bytes
    signature: bytes

    def by(self, public: bytes) -> bool:
        """Whether the holder of `public` wrote this bundle."""
        return crypto.verify(
            public, self.signature, purpose=PURPOSE, data=self.signed, suite=crypto.known(self.manifest.suite)
        )


class Reader:
    """A bundle as it is read: the manifest first, then each part in order."""

    def __init__(self, file: BinaryIO, key: crypto.ExchangeKey) -> None:
        self._chunks = sealing.unseal(file, key)
        self._held = b""
        size = int.from_bytes(self._exactly(4), "big")
        if size > MANIFEST_LIMIT:
            raise sealing.damaged()
        self.opened = _manifest(self._exactly(size))

    def parts(self) -> Iterator[tuple[Part, Iterator[bytes]]]:
        """Each part with its content, which must be read before the next is asked for; its hash is checked on the way.

        Fault bundle.damaged at whatever is missing, changed or too much.
        """
        for part in self.opened.manifest.parts:
            yield part, self._content(part)
        if self._held or next(self._chunks, b""):
            raise sealing.damaged()

    def _content(self, part: Part) -> Iterator[bytes]:
        running, left = crypto.running_digest(), part.size
        while left:
            piece = self._some(left)
            left -= len(piece)
            running.update(piece)
            yield piece
        if running.digest() != part.hash:
            raise sealing.damaged()

    def _some(self, most: int) -> bytes:
        if not self._held:
            self._held = next(self._chunks, b"")
            if not self._held:
                raise sealing.damaged()
        piece, self._held = self._held[:most], self._held[most:]
        return piece

    def _exactly(self, size: int) -> bytes:
        found = bytearray()
        while len(found) < size:
            found += self._some(size - len(found))
        return bytes(found)


def _manifest(data: bytes) -> Opened:
    try:
        outer = cbor.loads(data, field="bundle")
        match outer:
            case [str(magic), int(format), dict(fields), bytes(signature)] if magic == _MAGIC:
                pass
            case _:
                raise sealing.damaged()
        if format != FORMAT:
            raise Fault("bundle.newer", Kind.DAMAGED)
        crypto.known(fields.get("suite", 0))
        return Opened(_read(fields), cbor.dumps([magic, format, fields]), signature)
    except Fault as fault:
        if fault.code != "sync.malformed":
            raise
        raise sealing.damaged() from fault


_NAMES = ("direction", "id", "hubs", "epoch", "by", "written_at", "suite", "state", "parts")
_HUBS = f.several(f.CODE, 16)


def _read(fields: Mapping[str, Any]) -> Manifest:
    if not fields.keys() >= set(_NAMES) or not isinstance(fields["state"], dict):
        raise sealing.damaged()
    if not isinstance(fields["parts"], list) or len(fields["parts"]) > MOST_PARTS:
        raise sealing.damaged()
    return Manifest(
        direction=f.choice(Direction)(fields["direction"], "direction"),
        id=f.octets(16)(fields["id"], "id"),
        hubs=_HUBS(fields["hubs"], "hubs"),
        epoch=f.text(64)(fields["epoch"], "epoch"),
        by=f.CODE(fields["by"], "by"),
        written_at=_moment(fields["written_at"]),
        parts=tuple(_part(part) for part in fields["parts"]),
        state=fields["state"],
        suite=fields["suite"],
    )


def _moment(value: object) -> str:
    written: str = f.TIME(value, "written_at")
    try:
        if datetime.datetime.fromisoformat(written).tzinfo is not None:
            return written
    except ValueError:
        pass
    raise sealing.damaged()


_LIMITS: Mapping[PartKind, int] = {
    PartKind.PUSH: PACKED_LIMIT,
    PartKind.FILE: FILE_LIMIT,
    PartKind.ANSWER: ANSWER_LIMIT,
}


def _part(plain: object) -> Part:
    match plain:
        case [str(kind), int(size), bytes(hash), dict(about)] if len(hash) == crypto.HASH_SIZE:
            if all(isinstance(value, str) and len(value) <= 400 for value in about.values()):
                part = Part(f.choice(PartKind)(kind, "kind"), size, hash, about)
                if 0 <= size <= _LIMITS[part.kind]:
                    return part
    raise sealing.damaged()


def check_whole(file: BinaryIO, key: crypto.ExchangeKey) -> Opened:
    """Go through a whole bundle: every byte is authentic and in its place. Faults as `sealing.unseal`, bundle.newer."""
    reader = Reader(file, key)
    for _part, content in reader.parts():
        for _piece in content:
            pass
    return reader.opened


def hashed(kind: PartKind, data: bytes, about: Mapping[str, str] | None = None) -> Part:
    """The part that `data` is."""
    return Part(kind, len(data), crypto.digest(data), about or {})


def pieces(data: bytes) -> Sequence[bytes]:
    return (data,)
