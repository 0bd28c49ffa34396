"""The store's frozen rows, as `sync.store.api` shows them. Types only.

Areas are paths of codes (`990621/990621101/990621101201`), times ISO 8601 in UTC, days ISO dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

from forms.api import Form, Submission
from forms.casework.merging import Decided
from forms.entities.types import EntityChange
from sync.protocol import Anchor, Role, Run

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """One page of a list; `next` is opaque."""

    rows: tuple[T, ...]
    next: str | None = None


class RecordState(StrEnum):
    """Where a finalised record is on its way up."""

    WAITING = "waiting"  # not in a hand-over yet
    SENT = "sent"  # has its place in the chain, no acknowledgement yet
    ACKNOWLEDGED = "acknowledged"  # durably at the hub
    HELD = "held"  # the hub keeps it aside, `reason` says why
    REJECTED = "rejected"  # the hub refused it, `reason` says why; stays here and can be exported
    PULLED = "pulled"  # another device's, received from the hub


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this device is: from enrolment, or made up locally until then (`hub` empty).

    `letters` are the village's two and the device's one (SQA); `key` is the seed of the device's signing key.
    """

    device: str
    role: Role
    area: str
    letters: str
    key: bytes = field(repr=False)
    departments: tuple[str, ...] = ()
    hub: str = ""
    hub_name: str = ""
    hub_identity: bytes = b""
    hub_backup_identity: bytes = b""
    url: str = ""

    @property
    def enrolled(self) -> bool:
        return bool(self.hub)


@dataclass(frozen=True, slots=True)
class Succession:
    """A restored workspace: who asks (`former`), the new key's seed, and how far it remembers its old chain."""

    former: Identity
    key: bytes = field(repr=False)
    seq: int = 0


@dataclass(frozen=True, slots=True)
class FormRow:
    """A published form version without its bytes."""

    form_id: str
    version: str
    title: str
    hash: bytes
    current: bool  # the version that new records are filled in
    added_at: str


@dataclass(frozen=True, slots=True)
class FormSource:
    """A form version to compile: XForm XML and its media files by name."""

    form_id: str
    version: str
    title: str
    xform: bytes
    media: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """A file to be kept with a record or draft: `name` as in the XML, `content` a path or bytes."""

    name: str
    content: Path | bytes
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Finalise:
    """All that one finalised record needs.

    `area` is None where the store is to find it: that of the entity that the record creates or updates, else the
    device's. `draft` is the draft that it came from; its files are the record's, and it is gone afterwards.
    `changes` are the submission's entity changes where the caller has read them already.
    """

    submission: Submission
    form: Form
    author: str
    area: str | None = None
    attachments: tuple[NewAttachment, ...] = ()
    draft: str = ""
    changes: tuple[EntityChange, ...] | None = None


@dataclass(frozen=True, slots=True)
class Finalised:
    """What finalising wrote: one value to tell every page."""

    instance_id: str
    form_id: str
    ref: str
    area: str
    entities: tuple[tuple[str, str], ...]  # (dataset, uuid)
    request: str = ""  # uuid of the request that was opened or moved on


class NumberTaken(Exception):
    """The short number in the record is not the next one any more: finalise again."""


class InstanceTaken(Exception):
    """A record of this instanceID is stored already; with the same bytes finalising it again is no error."""


@dataclass(frozen=True, slots=True)
class RecordRow:
    instance_id: str
    form_id: str
    form_version: str
    area: str
    ref: str
    finalised_at: str
    state: RecordState
    reason: str
    author: str
    seq: int | None
    deprecated_id: str
    superseded_by: str
    attachments: int
    missing: int  # attachments that are not here, or not at the hub yet


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An attachment's row. `here`: its bytes are in this store; `received`: how many the hub has."""

    instance_id: str
    name: str
    hash: bytes
    size: int
    here: bool
    received: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Record:
    row: RecordRow
    xml: bytes
    salt: bytes
    commit: bytes
    attachments: tuple[StoredFile, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """An unfinished filling. `place` is the reference of the question where it was left, `subject` a person's uuid.

    `editing` is the instanceID that it corrects, "" for a new record.
    """

    id: str
    form_id: str
    form_version: str
    title: str
    xml: bytes
    language: str = ""
    place: str = ""
    subject: str = ""
    editing: str = ""
    author: str = ""
    filled: int = 0
    total: int = 0
    created_at: str = ""
    saved_at: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EntityItem:
    """An entity as it is shown: the hub's row with own pending edits on top (`pending` of them)."""

    dataset: str
    uuid: str
    label: str
    area: str
    version: int
    properties: Mapping[str, str]
    pending: int
    conflict: str = ""
    deleted: bool = False
    merged_into: str = ""  # uuid of whoever stands for it since they were found to be one


@dataclass(frozen=True, slots=True)
class DecisionItem:
    """A decision on facts, who made it and when; `n` is the hub's position, None while it has none."""

    decided: Decided
    author: str
    wall_time: str
    n: int | None


@dataclass(frozen=True, slots=True)
class SaidItem:
    """What one record says a property is, by whom and when."""

    instance_id: str
    value: str
    author: str
    wall_time: str


@dataclass(frozen=True, slots=True)
class DisputedItem:
    """A property of which several values were said: what they went on from, what stands now, who said what."""

    name: str
    before: str
    now: str
    sides: tuple[SaidItem, ...]


@dataclass(frozen=True, slots=True)
class HeldItem:
    """A change that waits since an earlier one of its branch is missing; `values` is what it would write."""

    instance_id: str
    values: Mapping[str, str]
    author: str
    wall_time: str


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """What the hub says a person has to decide about an entity."""

    dataset: str
    uuid: str
    label: str
    area: str
    disputed: tuple[DisputedItem, ...] = ()
    held: tuple[HeldItem, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonHit:
    """A resident, or a household (dataset says which), found by the search."""

    dataset: str
    uuid: str
    label: str
    area: str
    village: str
    properties: Mapping[str, str]
    last_contact: str = ""
    requests: int = 0


@dataclass(frozen=True, slots=True)
class ArrivingPerson:
    """A resident of whom a first hand-over has brought name and area, and nothing else yet."""

    label: str
    area: str
    village: str


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """`records` are this device's own and the sum of the next five; `pulled` are others'."""

    records: int
    waiting: int
    sent: int
    acknowledged: int
    held: int
    rejected: int
    pulled: int
    drafts: int
    last_contact: str
    backup: str
    backed_up_n: int


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many records were let go, and how many files of theirs."""

    records: int
    files: int


@dataclass(frozen=True, slots=True)
class Erased:
    """How many records lost their bytes, how many entities are tombstones now, and how many files went."""

    records: int
    entities: int
    files: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A run and the hub's anchor, read in one transaction."""

    run: Run
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class Applied:
    """What a pull or a reply changed here."""

    rows: int = 0
    records: tuple[str, ...] = ()  # instanceIDs whose state changed or that arrived
    requests: tuple[str, ...] = ()  # uuids whose course changed
    entities: int = 0
    forms: tuple[tuple[str, str], ...] = ()
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    n: int
    key: str
    body: Mapping[str, object]
    read: bool


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One link: `detail` holds codes and identifiers, never a personal value."""

    n: int
    at: str
    actor: str
    action: str
    subject: str
    detail: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Verified:
    ok: bool
    entries: int
    broken: int | None  # number of the first entry that does not fit
    head: bytes
    countersigned: int = 0  # entries that the hub has signed for
    restored: str = ""  # from when the backup was that was put back, ISO 8601: what was logged since is not in it
