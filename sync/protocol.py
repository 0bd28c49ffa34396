"""The one protocol: spoken by client, hub, relay and bundle. Types only, standard library only.

`bytes` that are hashes have 32 bytes (SHA-256 in suite 1), signatures 64 (Ed25519), nonces and salts 16.
Areas are paths of codes (`990621/990621101/990621101201`); times are ISO 8601 in UTC.
Unknown fields of a message are kept in `extra` and sent on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, Protocol

PROTOCOL = 1
WAITING = "waiting"
COMMITS = "commits"


class Suite(IntEnum):
    """Named everywhere; an unknown one fails closed. 2 (SM3, SM2) is reserved."""

    STANDARD = 1  # SHA-256, Ed25519, X25519, AES-256-GCM


class Role(StrEnum):
    VILLAGE = "village"
    TOWNSHIP = "township"
    DEPARTMENT = "department"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that belongs to a record: `name` as in the XML, never a path; `hash` of its content."""

    name: str
    hash: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """One finalised record on its way up; immutable.

    `commit = H(salt || xml || attachment hashes)`; chain and signatures cover the commit, never the XML, so that
    a payload can be erased (`xml` and `salt` empty, `commit` kept) without touching anything signed.
    `seq` is the position in the device's chain, from 1, given when the record is first put into a hand-over.
    """

    instance_id: str
    form_id: str
    form_version: str
    xml: bytes
    salt: bytes
    commit: bytes
    attachments: tuple[Attachment, ...]
    area: str
    author: str
    device: str
    seq: int
    wall_time: str
    clock_offset: int  # seconds that the hub's clock was ahead when last seen
    suite: int = Suite.STANDARD
    protocol: int = PROTOCOL
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive envelopes of one device's chain under one signature of the head.

    `before` is the link hash of the envelope before the first (32 zero bytes at seq 1); `signature` is the
    device's over the last link, for the purpose "run". A relay keeps runs whole.
    """

    device: str
    before: bytes
    envelopes: tuple[Envelope, ...]
    signature: bytes


@dataclass(frozen=True, slots=True)
class Anchor:
    """What one side knows of a hub's log: at position `n` of `epoch` its head had this hash."""

    epoch: str
    n: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Hello:
    """First request on a connection, before any payload; signed by the device (purpose: the message's kind)."""

    nonce: bytes
    device: str
    min: int
    max: int
    anchor: Anchor
    cursor: bytes
    signature: bytes
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HelloReply:
    """Signed by the hub's identity over the certificate fingerprint and the client's nonce (and all the rest).

    `proven` is false where the hub's log at the anchor's position is another: the hub went back in time.
    `waiting` says whether a pull would bring anything.
    """

    nonce: bytes
    version: int
    fingerprint: bytes  # SHA-256 of the certificate in DER
    hub: str
    anchor: Anchor
    proven: bool
    waiting: bool
    backed_up_n: int
    now: str
    revoked: bool
    signature: bytes
    extra: Mapping[str, Any] = field(default_factory=dict)


class Outcome(StrEnum):
    STORED = "stored"
    DUPLICATE = "duplicate"
    HELD = "held"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one record; `reason` is a code with words in `sync.json` for held and rejected ones."""

    instance_id: str
    outcome: Outcome
    reason: str = ""
    n: int = 0  # position in the hub's log where stored or duplicate


@dataclass(frozen=True, slots=True)
class Push:
    nonce: bytes
    device: str
    anchor: Anchor  # read in the same transaction as the run
    run: Run
    signature: bytes
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PushReply:
    """A reply to another nonce changes nothing. `extra[WAITING]` says whether what was pushed made rows to pull.

    By stick `extra[COMMITS]` gives for each result the commit that it is about: it is nothing to other contents.
    """

    nonce: bytes
    anchor: Anchor
    results: tuple[Result, ...]
    backed_up_n: int
    receipts: tuple[Mapping[str, Any], ...]  # from the hub above, later
    signature: bytes
    extra: Mapping[str, Any] = field(default_factory=dict)


class RowKind(StrEnum):
    # key dataset/uuid: {dataset, uuid, label, version, properties, area, conflict, deleted}; of a request also
    # opened: {instance_id, form_id, author, wall_time, at: when the hub took it}. Where it left the device's area
    # {dataset, uuid, deleted} alone.
    ENTITY = "entity"
    EVENT = "event"  # key instanceID: a request's event, {request, form, values, author, wall_time, n: its place}
    RECORD = "record"  # key instanceID: `wire.envelope_fields`, for devices that may read every field of the area
    RECEIPT = "receipt"  # key instanceID: {level, n, state: received|applied}, for the record's author
    NOTICE = "notice"
    FORM = "form"  # key form_id/version: {form_id, version, xform, title, media: {name: bytes}}
    LIST = "list"  # key file name (areas.csv, calendar.csv): {csv}


@dataclass(frozen=True, slots=True)
class Row:
    """One change that the hub derived, cut for the asking device by area, role and field.

    `n` is where the change stands in the feed; a row that is sent again for a wider audience has a newer one.
    """

    n: int
    kind: RowKind
    key: str
    area: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pull:
    nonce: bytes
    device: str
    cursor: bytes  # opaque, authenticated; empty for the first
    max_bytes: int
    signature: bytes
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in order of n and the cursor after them, applied in one transaction."""

    nonce: bytes
    rows: tuple[Row, ...]
    cursor: bytes
    more: bool
    signature: bytes
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AttachmentPart:
    """Bytes of an attachment from `offset`; complete when its content hashes to `hash`."""

    nonce: bytes
    device: str
    instance_id: str
    name: str
    hash: bytes
    offset: int
    size: int
    data: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class AttachmentReply:
    """How many bytes the hub holds now; `complete` once the hash was verified and the file stored durably."""

    nonce: bytes
    received: int
    complete: bool
    signature: bytes


@dataclass(frozen=True, slots=True)
class Enrol:
    """Sent over unverified TLS, and the code never: K = Argon2id(code, salt = hub id).

    `proof` is HMAC(K, "c" || fingerprint of the certificate || `wire.signed_part`), which covers device key, nonce
    and all the rest.
    """

    nonce: bytes
    device_key: bytes
    user: str
    proof: bytes
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The hub's answer; the client stores nothing before `proof` = HMAC(K, "h" || fingerprint || `wire.signed_part`).

    The proof covers the hub's identity as well as role and area; the nonce is that of the question.
    """

    nonce: bytes
    identity: bytes  # the hub's Ed25519 public key: what is pinned
    backup_identity: bytes
    hub: str
    hub_name: str
    device: str
    role: Role
    area: str
    departments: tuple[str, ...]
    village_letters: str  # SQA of QS-SQA-0424-7 = village letters SQ and device letter A
    proof: bytes
    extra: Mapping[str, Any] = field(default_factory=dict)


class SyncProtocol(Protocol):
    """What a client calls and a hub serves; one contract test runs over both ends and over a bundle."""

    def enrol(self, message: Enrol) -> Enrolled: ...
    def hello(self, message: Hello) -> HelloReply: ...
    def push(self, message: Push) -> PushReply: ...
    def pull(self, message: Pull) -> Page: ...
    def attach(self, message: AttachmentPart) -> AttachmentReply: ...
    def fetch(self, message: AttachmentPart) -> AttachmentPart:
        """Ask for bytes of an attachment from `offset` (`data` empty); answered with them."""
        ...
