"""What a hand-over sees of the store: what waits to go, what came, sticks, receipts. Types only; see `api`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

from sync.protocol import Anchor, Attachment, HelloReply, Page, PushReply
from sync.receipts import Receipt
from sync.store.arrival_values import Arrival
from sync.store.carried import Above, ToCarry
from sync.store.rows import Applied, Notice, Outgoing, Pruned, StoredFile


class Elsewhere(StrEnum):
    """What is known of a file that is not here."""

    UNKNOWN = ""  # to be asked for
    AWAITED = "awaited"  # the hub has not got it, and will say when that changes
    LOST = "lost"  # it is nowhere, as far as the hub knows


class Outbox(Protocol):
    def next_run(self, max_bytes: int) -> Outgoing | None:
        """The next envelopes of the chain, at least one, at most about `max_bytes` of XML; None when all are through.

        Records that have none yet get their place in the chain now, urgent ones first.
        """
        ...

    def apply_push_reply(self, reply: PushReply) -> Applied:
        """Flags, peer anchor and receipts in one transaction. The caller has checked nonce and signature."""
        ...

    def prune(self, *, before: str) -> Pruned:
        """Let go of the bytes of old records that the top hub has in a verified backup; `before` is an ISO moment."""
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
    def asking(self) -> Mapping[str, Any]:
        """What a first pull says of itself, for its `extra` part; nothing in a later one."""
        ...

    def apply_page(self, page: Page) -> Applied:
        """Rows and cursor in one transaction. The caller has checked nonce and signature."""
        ...

    def contact(self, reply: HelloReply) -> None:
        """Remember that the hub answered: time, clock offset, anchor where proven, backed-up watermark."""
        ...

    def missing_files(self) -> tuple[StoredFile, ...]:
        """Attachments of pulled records whose bytes are not here, and of which the hub was not asked in vain."""
        ...

    def file_elsewhere(self, instance_id: str, name: str, state: Elsewhere) -> None: ...
    def lost_files(self, instance_id: str) -> tuple[str, ...]:
        """Names of a record's files that are nowhere."""
        ...

    def store_file(self, instance_id: str, attachment: Attachment, content: Iterable[bytes]) -> None: ...
    def notices(self) -> tuple[Notice, ...]: ...


class Arrivals(Protocol):
    """What villages handed over; see `sync.store.arrivals`."""

    def list(self, *, area: str = "", since: str = "", limit: int = 20_000) -> tuple[Arrival, ...]: ...
    def subjects(self, instance_ids: Iterable[str]) -> Mapping[str, str]: ...
    def last(self, *, area: str = "") -> Mapping[str, str]: ...


class Bundles(Protocol):
    def carry(self, max_bytes: int) -> ToCarry:
        """Everything without an end-to-end receipt, in runs of about `max_bytes` of XML, as of one moment."""
        ...

    def written(self, id: bytes, carried: ToCarry, *, path: str) -> None:
        """Remember a bundle that lies whole on its stick."""
        ...

    def asked(self, id: bytes) -> bool:
        """Whether this laptop wrote that bundle, as far as it knows: a restored one has forgotten its last ones."""
        ...

    def answered(self, id: bytes) -> None: ...
    def newer(self, told: Anchor) -> bool:
        """Whether an answer knows at least as much of the hub's log as this laptop does."""
        ...

    def stale(self, epoch: str) -> bool:
        """Whether an epoch of the hub is over, as far as this laptop knows."""
        ...

    def heard(self, reply: HelloReply) -> None:
        """Which hubs there are above the own one; known before rows that they have signed."""
        ...

    def contact(self, reply: HelloReply, *, same_log: bool) -> None:
        """What else the hub's greeting on a stick says; the clock is not set by it.

        `same_log`: False where the hub's log may be another than the one that is known.
        """
        ...

    def files_arrived(self, files: Sequence[tuple[str, str]]) -> None:
        """Files, by instanceID and name, that the hub has whole."""
        ...

    def corrected(self) -> str:
        """The time as the hub has it: the laptop's clock may be years off."""
        ...

    def last(self) -> str:
        """When the last bundle was written, "" before the first."""
        ...

    def carried(self, instance_id: str) -> str:
        """When a record that has no receipt yet was last put on a stick, "" for never."""
        ...


class Receipts(Protocol):
    def of(self, instance_id: str) -> tuple[Receipt, ...]:
        """Signed receipts that cover a record of this laptop, the own hub's first."""
        ...

    def above(self) -> tuple[Above, ...]:
        """Hubs above the own one, the lowest first."""
        ...
