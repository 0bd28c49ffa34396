"""Each message's fields with their checks, and the plain form that signatures cover."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from sync import protocol as p
from sync.wire import fields as f
from sync.wire.cbor import malformed

M = TypeVar("M")

RUN_LIMIT = 5_000  # envelopes
ROW_LIMIT = 50_000
XML_LIMIT = 10 * 1024 * 1024
PART_LIMIT = 256 * 1024  # bytes of an attachment in one message


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Part:
    """One field: `check` reads it, `plain` writes it."""

    check: f.Check
    plain: Callable[[Any], Any] = _same


@dataclass(frozen=True, slots=True)
class Shape(Generic[M]):
    """A message or a part of one as a map. Fields unknown here go to `extra`, where the type has one."""

    make: Callable[..., M]
    parts: Mapping[str, Part]
    open: bool

    def read(self, value: object, field: str) -> M:
        if not isinstance(value, dict):
            raise malformed(field)
        missing = self.parts.keys() - value.keys()
        unknown = {key: rest for key, rest in value.items() if key not in self.parts}
        if missing or (unknown and not self.open):
            raise malformed(f"{field}.{min(missing or unknown)}")
        known = {name: part.check(value[name], f"{field}.{name}") for name, part in self.parts.items()}
        return self.make(**known, extra=unknown) if self.open else self.make(**known)

    def write(self, message: M) -> dict[str, Any]:
        written = {name: part.plain(getattr(message, name)) for name, part in self.parts.items()}
        extra: Mapping[str, Any] = getattr(message, "extra", {})
        if extra.keys() & written.keys():
            raise ValueError("an extra field has the name of a known one")
        return {**extra, **written}

    @property
    def part(self) -> Part:
        return Part(self.read, self.write)


def _shape(make: type[M], **parts: f.Check | Part) -> Shape[M]:
    names = {item.name for item in fields(make)}  # type: ignore[arg-type]
    if names - {"extra"} != set(parts):
        raise ValueError(f"fields of {make.__name__}: {names ^ set(parts)}")
    known = {name: part if isinstance(part, Part) else Part(part) for name, part in parts.items()}
    return Shape(make, known, "extra" in names)


def _list_of(shape: Shape[Any], most: int) -> Part:
    return Part(f.several(shape.read, most), lambda values: [shape.write(value) for value in values])


ATTACHMENT = _shape(p.Attachment, name=f.text(255, least=1), hash=f.HASH, size=f.whole())
ANCHOR = _shape(p.Anchor, epoch=f.text(64), n=f.whole(), head=f.octets_up_to(32, or_just=32))
RESULT = _shape(
    p.Result,
    instance_id=f.CODE,
    outcome=Part(f.choice(p.Outcome), str),
    reason=f.text(100),
    n=f.whole(),
)
ENVELOPE = _shape(
    p.Envelope,
    instance_id=f.CODE,
    form_id=f.text(200),
    form_version=f.text(200),
    xml=f.octets_up_to(XML_LIMIT),
    salt=f.octets_up_to(16, or_just=16),
    commit=f.HASH,
    attachments=_list_of(ATTACHMENT, 1_000),
    area=f.AREA,
    author=f.text(200),
    device=f.CODE,
    seq=f.whole(1),
    wall_time=f.TIME,
    clock_offset=f.whole(-(2**40), 2**40),
    suite=Part(f.whole(0, 255), int),
    protocol=f.whole(1, 65_535),
)
ROW = _shape(p.Row, n=f.whole(1), kind=Part(f.choice(p.RowKind), str), key=f.text(400), area=f.AREA, body=f.anything)
HELLO = _shape(
    p.Hello,
    nonce=f.NONCE,
    device=f.CODE,
    min=f.whole(1, 65_535),
    max=f.whole(1, 65_535),
    anchor=ANCHOR.part,
    cursor=f.octets_up_to(256),
    signature=f.SIGNATURE,
)
HELLO_REPLY = _shape(
    p.HelloReply,
    nonce=f.NONCE,
    version=f.whole(1, 65_535),
    fingerprint=f.HASH,
    hub=f.CODE,
    anchor=ANCHOR.part,
    proven=f.flag,
    waiting=f.flag,
    backed_up_n=f.whole(),
    now=f.TIME,
    revoked=f.flag,
    signature=f.SIGNATURE,
)
PUSH_REPLY = _shape(
    p.PushReply,
    nonce=f.NONCE,
    anchor=ANCHOR.part,
    results=_list_of(RESULT, RUN_LIMIT),
    backed_up_n=f.whole(),
    receipts=Part(f.several(f.anything, RUN_LIMIT), list),
    signature=f.SIGNATURE,
)
PULL = _shape(
    p.Pull,
    nonce=f.NONCE,
    device=f.CODE,
    cursor=f.octets_up_to(256),
    max_bytes=f.whole(1, 64 * 1024 * 1024),
    signature=f.SIGNATURE,
)
ATTACHMENT_PART = _shape(
    p.AttachmentPart,
    nonce=f.NONCE,
    device=f.CODE,
    instance_id=f.CODE,
    name=f.text(255, least=1),
    hash=f.HASH,
    offset=f.whole(),
    size=f.whole(),
    data=f.octets_up_to(PART_LIMIT),
    signature=f.SIGNATURE,
)
ATTACHMENT_REPLY = _shape(p.AttachmentReply, nonce=f.NONCE, received=f.whole(), complete=f.flag, signature=f.SIGNATURE)
ENROL = _shape(p.Enrol, nonce=f.NONCE, device_key=f.octets(32), user=f.text(200), proof=f.HASH)
ENROLLED = _shape(
    p.Enrolled,
    nonce=f.NONCE,
    identity=f.octets(32),
    backup_identity=f.octets(32),
    hub=f.CODE,
    hub_name=f.text(200),
    device=f.CODE,
    role=Part(f.choice(p.Role), str),
    area=f.AREA,
    departments=Part(f.several(f.CODE, 100), list),
    village_letters=f.text(8),
    proof=f.HASH,
)
