"""What callers of the store see: frozen rows and the store's parts. Types only.

One `Store` stands on one connection and belongs to one thread; reading works on any, writing only on the one that
was opened as the writer. Every writing method is one durable transaction. Areas are paths of codes
(`990621/990621101/990621101201`), times ISO 8601 in UTC, days ISO dates. Lists are paged by key: hand the `next` of a
page in as `after` to get the following one; it is None at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from forms.api import Form, Rows, Submission
from sync.protocol import Anchor, Attachment, Envelope, HelloReply, Page, PushReply, Role, Run

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
    """

    submission: Submission
    form: Form
    author: str
    area: str | None = None
    attachments: tuple[NewAttachment, ...] = ()
    draft: str = ""


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
class RequestItem:
    """A line of the request list: opened by `instance_id`, moved on by events; `state` as interface words have it.

    `village` is its code. `due` is "" where there is no limit yet; a paused clock is never overdue. `hand_over` is
    the state of the record that opened it, `pending` the number of own events that no hub has acknowledged.
    """

    uuid: str
    ref: str
    instance_id: str
    form_id: str
    label: str
    area: str
    village: str
    person: str
    who: str
    category: str
    matter: str
    urgency: str
    department: str  # that it was assigned to
    suggested: str  # the matter's
    state: str
    outcome: str
    recorded_on: str
    changed_at: str
    due: str
    provisional: bool  # that year's holidays are not known yet
    days: int | None
    paused: bool
    open: bool
    hand_over: RecordState
    pending: int
    answer: str = ""
    next_step: str = ""
    returned_text: str = ""
    told_on: str = ""
    told_way: str = ""
    reaction: str = ""
    reopened: bool = False
    late: int = 0


@dataclass(frozen=True, slots=True)
class EventItem:
    """One event of a request's course, in order: `n` is its position at the hub, None while only here."""

    instance_id: str
    request: str
    form_id: str
    author: str
    wall_time: str
    n: int | None
    late: bool
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RequestDetail:
    item: RequestItem
    properties: Mapping[str, str]
    events: tuple[EventItem, ...]


@dataclass(frozen=True, slots=True)
class RequestQuery:
    """Which requests; empty means any. `area` is a path prefix; `overdue_on` keeps those whose due day is before it."""

    states: tuple[str, ...] = ()
    outcome: str = ""
    department: str = ""
    area: str = ""
    matter: str = ""
    person: str = ""
    query: str = ""
    overdue_on: str = ""
    open_only: bool = False
    since: str = ""  # recorded on or after
    until: str = ""  # recorded on or before
    order: str = "recent"  # or "due"


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


class Records(Protocol):
    def finalise(self, record: Finalise) -> Finalised:
        """Store a record and all that follows from it, in one durable transaction. NumberTaken, InstanceTaken."""
        ...

    def peek_number(self, kind: str) -> str:
        """The short number that the next record of the kind will get (QS-SQA-0424-7)."""
        ...

    def get(self, instance_id: str) -> Record | None: ...
    def envelope(self, instance_id: str) -> Envelope | None: ...
    def list(
        self,
        *,
        form_id: str = "",
        state: RecordState | None = None,
        since: str = "",
        until: str = "",
        area: str = "",
        after: str | None = None,
        limit: int = 50,
    ) -> Slice[RecordRow]:
        """In the order of finalising (for pulled ones of arrival)."""
        ...

    def submissions(
        self, form_id: str, *, area: str = "", since: str = "", until: str = ""
    ) -> Iterator[tuple[RecordRow, bytes]]:
        """Row and XML of every record of a form that nothing superseded, for an export; streamed."""
        ...

    def of_entity(self, uuid: str, *, limit: int = 50) -> tuple[RecordRow, ...]:
        """Records that created, changed or named the entity, newest first."""
        ...

    def attachment(self, instance_id: str, name: str) -> Iterator[bytes]:
        """The file's bytes in chunks; `LookupError` where the record has none of that name here."""
        ...


class Drafts(Protocol):
    def save(self, draft: Draft) -> str:
        """Store or replace; returns the id (a new one where `draft.id` is empty)."""
        ...

    def get(self, draft_id: str) -> Draft | None: ...
    def list(self, *, form_id: str = "") -> tuple[Draft, ...]:
        """Newest first, without XML."""
        ...

    def attach(self, draft_id: str, file: NewAttachment) -> None: ...
    def detach(self, draft_id: str, name: str) -> None: ...
    def attachment(self, draft_id: str, name: str) -> Iterator[bytes]: ...
    def discard(self, draft_id: str) -> None: ...


class Entities(Protocol):
    def get(self, uuid: str, dataset: str = "") -> EntityItem | None: ...
    def list(
        self, dataset: str, *, query: str = "", area: str = "", after: str | None = None, limit: int = 50
    ) -> Slice[EntityItem]: ...
    def count(self, dataset: str, *, area: str = "") -> int: ...
    def rows(self, dataset: str, *, columns: Iterable[str] | None = None, area: str | None = None) -> Rows:
        """A snapshot for a session: name, label, __version, __trunkVersion, __branchId and properties as columns.

        `columns` limits the properties; `area` (a path) the rows, by default to the device's. For requests,
        status, dept, due, outcome, answer and told fields come from the fold of events.
        """
        ...

    def versions(self, dataset: str, uuid: str) -> tuple[str, str, str]:
        """(baseVersion, trunkVersion, branchId) for a new edit."""
        ...

    def members(self, household: str) -> tuple[EntityItem, ...]:
        """The residents of a household."""
        ...

    def all(self, dataset: str, *, area: str = "") -> Iterator[EntityItem]: ...


class Requests(Protocol):
    def list(self, query: RequestQuery, *, after: str | None = None, limit: int = 50) -> Slice[RequestItem]: ...
    def get(self, key: str) -> RequestDetail | None:
        """By uuid, or by short number."""
        ...

    def counts(self, *, area: str = "", department: str = "") -> Mapping[str, int]:
        """Requests by state, from the counts table."""
        ...

    def overdue(self, today: str, *, area: str = "", department: str = "") -> int: ...
    def all(self, query: RequestQuery) -> Iterator[RequestItem]: ...


class People(Protocol):
    def search(
        self, text: str, *, datasets: Sequence[str] = ("residents",), near: str = "", limit: int = 20
    ) -> tuple[PersonHit, ...]:
        """By Chinese name, pinyin, initials, door number, group, last four of phone or id number, or a mixture.

        `near` is the path of the own village: its people come first, lately seen ones before others. Empty text
        gives those lately seen.
        """
        ...


class FormsTable(Protocol):
    def add(self, form: FormSource) -> FormRow:
        """Publish a version; the newest version of a form is the current one. Same bytes again: nothing happens."""
        ...

    def list(self) -> tuple[FormRow, ...]:
        """Current versions, by form id."""
        ...

    def get(self, form_id: str, version: str | None = None) -> FormSource | None: ...


class Lists(Protocol):
    def put(self, name: str, csv: bytes) -> None: ...
    def get(self, name: str) -> bytes | None: ...
    def names(self) -> tuple[str, ...]: ...


class Outbox(Protocol):
    def next_run(self, max_bytes: int) -> Outgoing | None:
        """The next envelopes of the chain, at least one, at most about `max_bytes` of XML; None when all are through.

        Records that have none yet get their place in the chain now, urgent ones first.
        """
        ...

    def apply_push_reply(self, reply: PushReply) -> Applied:
        """Flags, peer anchor and receipts in one transaction. The caller has checked nonce and signature."""
        ...

    def waiting_files(self) -> tuple[StoredFile, ...]:
        """Attachments of acknowledged records that the hub lacks, small ones first."""
        ...

    def read_file(self, instance_id: str, name: str, *, offset: int, size: int) -> bytes: ...
    def file_received(self, instance_id: str, name: str, *, received: int, complete: bool) -> None: ...
    def unacknowledge(self, anchor: Anchor, *, proven: frozenset[str] = frozenset()) -> int:
        """The hub went back in time: send again all but `proven`, pull from the start. Returns how many."""
        ...


class Inbox(Protocol):
    def anchor(self) -> Anchor: ...
    def cursor(self) -> bytes: ...
    def apply_page(self, page: Page) -> Applied:
        """Rows and cursor in one transaction. The caller has checked nonce and signature."""
        ...

    def contact(self, reply: HelloReply) -> None:
        """Remember that the hub answered: time, clock offset, anchor where proven, backed-up watermark."""
        ...

    def missing_files(self) -> tuple[StoredFile, ...]:
        """Attachments of pulled records whose bytes are not here."""
        ...

    def store_file(self, instance_id: str, attachment: Attachment, content: Iterable[bytes]) -> None: ...
    def notices(self) -> tuple[Notice, ...]: ...


class Audit(Protocol):
    def add(self, action: str, *, actor: str, subject: str = "", **detail: str) -> None: ...
    def list(self, *, after: int = 0, limit: int = 100) -> tuple[AuditEntry, ...]: ...
    def verify(self) -> Verified: ...


class Settings(Protocol):
    def get(self, name: str, default: str = "") -> str: ...
    def put(self, name: str, value: str) -> None: ...


class Store(Protocol):
    """A workspace's store on one connection. `close` wipes nothing on disk and ends the connection."""

    @property
    def folder(self) -> Path: ...
    @property
    def writer(self) -> bool: ...
    @property
    def records(self) -> Records: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def entities(self) -> Entities: ...
    @property
    def requests(self) -> Requests: ...
    @property
    def people(self) -> People: ...
    @property
    def forms(self) -> FormsTable: ...
    @property
    def lists(self) -> Lists: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def settings(self) -> Settings: ...
    def identity(self) -> Identity: ...
    def enrol(self, identity: Identity) -> None:
        """Take on the identity that a hub gave; records not handed over yet will carry it."""
        ...

    def status(self) -> StoreStatus: ...
    def check(self) -> tuple[str, ...]:
        """What is wrong with the database and the files beside it; empty when all is sound."""
        ...

    def tidy(self) -> int:
        """Remove what a broken-off write left beside the database; returns how many files."""
        ...

    def close(self) -> None: ...


# The ways in, in `sync.store.opening`:
#
#   create(folder, *, user, secret, identity, clock, entropy=os.urandom) -> DataKey
#       Lay out a new workspace: slots, database, blobs. Fault vault.not_empty, vault.weak_passphrase.
#   unlock(folder, *, user, secret) -> DataKey
#       Fault vault.wrong_passphrase (DENIED), vault.no_user, store.no_workspace, vault.slots_damaged.
#   open_store(folder, key, *, writer, clock, entropy=os.urandom) -> Store
#       The writer migrates. Fault vault.wrong_key, vault.damaged, vault.newer, vault.not_encrypted, vault.busy.
#   users(folder) -> tuple[str, ...]; add_user(folder, key, *, user, secret); remove_user(folder, *, user)
