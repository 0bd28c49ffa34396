"""What callers of the store see: its parts, and with them the frozen rows. Types only.

One `Store` stands on one connection and belongs to one thread; reading works on any, writing only on the one that
was opened as the writer. Every writing method is one durable transaction. Areas are paths of codes
(`990621/990621101/990621101201`), times ISO 8601 in UTC, days ISO dates. Lists are paged by key: hand the `next` of a
page in as `after` to get the following one; it is None at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from forms.api import Rows
from forms.casework.merging import Standing
from sync.protocol import Envelope
from sync.receipts import Receipt
from sync.store.alike import Shape, Sheaf
from sync.store.arrival_values import Arrival
from sync.store.carried import Above, ToCarry
from sync.store.exchange import Arrivals, Bundles, Inbox, Outbox, Receipts
from sync.store.import_values import Imports
from sync.store.office_values import Releases, Tallies
from sync.store.platform_values import PlatformStore
from sync.store.request_values import EventItem, RequestDetail, RequestItem, RequestQuery
from sync.store.resident_values import Beside, ResidentQuery, Residents
from sync.store.rows import (
    Applied,
    ArrivingPerson,
    AuditEntry,
    DecisionItem,
    DisputedItem,
    Draft,
    EntityItem,
    Erased,
    Finalise,
    Finalised,
    FormRow,
    FormSource,
    HeldItem,
    Identity,
    InstanceTaken,
    NewAttachment,
    Notice,
    NumberTaken,
    Outgoing,
    PersonHit,
    Pruned,
    Record,
    RecordRow,
    RecordState,
    ReviewItem,
    SaidItem,
    Slice,
    StoredFile,
    StoreStatus,
    Succession,
    Verified,
)
from sync.store.visit_values import Unseen, UnseenQuery, VisitCoverage, Visits
from sync.succession import Given

FORMS_AGAIN = "forms_again"  # setting: "1" while a hub that went back may lack forms that were brought from here

__all__ = [
    "FORMS_AGAIN",
    "Above",
    "Applied",
    "Arrival",
    "Arrivals",
    "ArrivingPerson",
    "Audit",
    "AuditEntry",
    "Beside",
    "Bundles",
    "DecisionItem",
    "Decisions",
    "DisputedItem",
    "Draft",
    "Drafts",
    "Entities",
    "EntityItem",
    "Erased",
    "EventItem",
    "Finalise",
    "Finalised",
    "FormRow",
    "FormSource",
    "FormsTable",
    "HeldItem",
    "Identity",
    "Inbox",
    "InstanceTaken",
    "Lists",
    "NewAttachment",
    "Notice",
    "NumberTaken",
    "Outbox",
    "Outgoing",
    "People",
    "PersonHit",
    "Pruned",
    "Receipt",
    "Receipts",
    "Record",
    "RecordRow",
    "RecordState",
    "Records",
    "RequestDetail",
    "RequestItem",
    "RequestQuery",
    "Requests",
    "ResidentQuery",
    "Residents",
    "ReviewItem",
    "SaidItem",
    "Settings",
    "Slice",
    "Standing",
    "Store",
    "StoreStatus",
    "StoredFile",
    "Succession",
    "ToCarry",
    "Unseen",
    "UnseenQuery",
    "Verified",
    "VisitCoverage",
    "Visits",
]


class Records(Protocol):
    def finalise(self, record: Finalise) -> Finalised:
        """Store a record and all that follows from it, in one durable transaction. NumberTaken, InstanceTaken."""
        ...

    def together(self) -> AbstractContextManager[None]:
        """What is finalised inside is kept in one durable transaction, or none of it; for records without files."""
        ...

    def finalise_all(self, records: Sequence[Finalise]) -> tuple[Finalised, ...]:
        """As `finalise`, all in one durable transaction or none; records without files. NumberTaken, InstanceTaken."""
        ...

    def peek_number(self, kind: str) -> str:
        """The short number that the next record of the kind will get (QS-SQA-0424-7)."""
        ...

    def get(self, instance_id: str) -> Record | None: ...
    def latest(self, form_id: str, *, author: str) -> Record | None:
        """What this device's `author` finalised last of a form."""
        ...

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

    def own_by_form(self) -> Mapping[str, int]:
        """How many records this device wrote, by form."""
        ...

    def of_entity(self, uuid: str, *, forms: Sequence[str] = (), limit: int = 50) -> tuple[RecordRow, ...]:
        """Records that created, changed or named the entity, newest first; `forms` narrows them to these."""
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

    def facts(self, dataset: str, uuids: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Properties of many entities as submissions wrote them, by uuid; unknown ones are left out."""
        ...

    def members(self, household: str) -> tuple[EntityItem, ...]:
        """The residents of a household."""
        ...

    def all(self, dataset: str, *, area: str = "", after: str = "") -> Iterator[EntityItem]:
        """Every entity in the order of arrival, from the one after the uuid `after` on."""
        ...


class Decisions(Protocol):
    """Who is who and which value stands. Decisions are made by finalising a submission of form `decision`."""

    def standing(self) -> Standing:
        """What all decisions come to, own ones that no hub has seen among them: see `forms.casework.merging`."""
        ...

    def all(self) -> tuple[DecisionItem, ...]:
        """Every decision that is known here, in the hub's order, own pending ones last."""
        ...

    def of(self, dataset: str, uuid: str) -> tuple[DecisionItem, ...]: ...
    def review(self, dataset: str, uuid: str) -> ReviewItem | None:
        """What a person has to decide about an entity, as the hub says it; None where there is nothing."""
        ...

    def reviews(self, dataset: str = "") -> tuple[ReviewItem, ...]:
        """All that is to be decided, of one list or of all."""
        ...


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

    def arriving(self, text: str, *, near: str = "", limit: int = 20) -> tuple[ArrivingPerson, ...]:
        """Residents by name and group of whom the rest is still on its way; nobody but during a first hand-over."""
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


class Audit(Protocol):
    def add(self, action: str, *, actor: str, subject: str = "", **detail: str) -> None: ...
    def list(self, *, after: int = 0, limit: int = 100) -> tuple[AuditEntry, ...]: ...
    def verify(self) -> Verified: ...
    def to_show(self) -> dict[str, Any]:
        """What a hello asks the hub to sign: once a day, where the log has grown."""
        ...

    def keep(self, extra: Mapping[str, Any]) -> None:
        """Take what the reply to it says."""
        ...


class Settings(Protocol):
    def get(self, name: str, default: str = "") -> str: ...
    def put(self, name: str, value: str) -> None: ...


class Bulk(Protocol):
    """Very many records of a few shapes; see `sync.store.bulk`."""

    def learn(self, example: Finalise, marks: Mapping[str, str]) -> Shape:
        """What records like the example leave in the store; the example is not kept. NotAlike where it cannot say."""
        ...

    def filling(self, expected: int) -> AbstractContextManager[Filling]:
        """One durable transaction for all that is put into it; an exception leaves the store as it was."""
        ...


class Filling(Protocol):
    """`now` is when all records of it are made."""

    @property
    def now(self) -> str: ...
    def put(self, sheaf: Sheaf) -> None:
        """Write rows after all that were put before. NumberTaken."""
        ...


class Erasure(Protocol):
    """Bytes, salts and files that go for good; commits and links stay, so that chains still prove."""

    def person(self, uuid: str, *, actor: str, reason: str, first: Callable[[], object] = lambda: None) -> Erased:
        """Erase a resident, their requests, and every record that has to do with them; `reason` is a code.

        `first` runs in the same transaction: the order to erase, which goes to others, is stored there.

        Faults store.unknown_person, and store.hand_over_first while records that others of the household share
        are not at the hub.
        """
        ...

    def older(self, form_id: str, *, before: str, actor: str) -> Erased:
        """Erase the bytes of a form's records finalised before a moment (UTC) that the hub has; registers stay."""
        ...

    def again(self, known: Mapping[str, str], *, actor: str) -> None:
        """In a copy brought back: erase what was erased since it was made, keys with their reasons. What others share
        with it was at the hub by then."""
        ...

    def ordered(self) -> tuple[str, ...]:
        """Residents whom a record of form `erasure` made blank elsewhere, but whose bytes are still here."""
        ...

    def known(self, key: str) -> bool:
        """Whether an entity's uuid or a record's instanceID was erased."""
        ...


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
    def decisions(self) -> Decisions: ...
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
    def arrivals(self) -> Arrivals: ...
    @property
    def bundles(self) -> Bundles: ...
    @property
    def bulk(self) -> Bulk: ...
    @property
    def erasure(self) -> Erasure: ...
    @property
    def imports(self) -> Imports: ...
    @property
    def receipts(self) -> Receipts: ...
    @property
    def releases(self) -> Releases: ...
    @property
    def tallies(self) -> Tallies: ...
    @property
    def visits(self) -> Visits: ...
    @property
    def residents(self) -> Residents: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def platforms(self) -> PlatformStore: ...
    def identity(self) -> Identity: ...
    def enrol(self, identity: Identity) -> None:
        """Take on the identity that a hub gave; records not handed over yet will carry it."""
        ...

    def succession(self, *, again: bool = False) -> Succession | None:
        """What is to be asked of the hub; with `again` what it agreed to, where it has forgotten that."""
        ...

    def succeed(self, agreed: Succession, given: Given) -> None:
        """Be the device that the hub gave; what has no receipt goes on its chain."""
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
