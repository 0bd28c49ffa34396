"""A hand-over as a list of steps: hello, push, attachments, pull, done.

The store is never held across the network: each use of it is one short piece of work handed to `on_store`, which on
the desktop runs it in the WRITE lane and on the command line right here. Everything that matters is in the store, so
a hand-over that breaks off anywhere is simply run again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol, TypeVar

from forms.errors import Fault, Kind
from sync import crypto, publication
from sync.client.transport import Transport
from sync.protocol import (
    PROTOCOL,
    Attachment,
    AttachmentPart,
    AttachmentReply,
    Hello,
    HelloReply,
    Outcome,
    Page,
    Pull,
    Push,
    PushReply,
    Result,
    Run,
)
from sync.store.api import Applied, FormSource, Identity, Inbox, Outbox, Outgoing, StoredFile, StoreStatus
from sync.wire import purpose, signed_part

T = TypeVar("T")
Signed = TypeVar("Signed", Hello, Push, Pull, AttachmentPart)

FIRST_BATCH = 32 * 1024  # bytes on the wire
LARGEST_BATCH = 256 * 1024
SMALLEST_BATCH = 4 * 1024
FIRST_RATIO = 6.0  # bytes of XML in one on the wire, until measured
PAGE_BYTES = 1024 * 1024  # of rows before packing
PART_BYTES = 48 * 1024
ATTEMPTS = 4  # in a row without anything getting through
FIRST_WAIT = 0.5  # seconds; doubles, with jitter


class Step(StrEnum):
    """What a hand-over is doing; words under `sync.step_NAME`."""

    HELLO = "hello"
    PUSH = "push"
    ATTACH = "attach"
    PULL = "pull"
    FETCH = "fetch"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` in this step; `total` is 0 where nobody knows."""

    step: Step
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class HandOver:
    """What one hand-over did. `bytes_*` count bodies; `cancelled` and `deferred` say that something still waits."""

    pushed: int = 0
    duplicate: int = 0
    held: int = 0
    rejected: int = 0
    pulled: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    requests: int = 0
    seconds: float = 0.0
    files_up: int = 0
    files_down: int = 0
    resent: int = 0
    cancelled: bool = False
    deferred: bool = False
    refused: tuple[Result, ...] = ()
    published: tuple[str, ...] = ()
    unpublished: tuple[str, ...] = ()
    changed: Applied = field(default_factory=Applied)


class OutboxStore(Protocol):
    """What a hand-over needs of the store (`sync.store.api.Store`)."""

    @property
    def outbox(self) -> Outbox: ...
    @property
    def inbox(self) -> Inbox: ...
    def identity(self) -> Identity: ...
    def status(self) -> StoreStatus: ...


class OnStore(Protocol):
    """Runs a piece of work where the store may be written, and returns its result."""

    def __call__(self, work: Callable[[OutboxStore], T], /) -> T: ...


class Cancelled(Exception):
    """The person stopped the hand-over; everything up to here is done and stays."""


@dataclass(frozen=True, slots=True)
class World:
    """Time, chance and the person: `wait(seconds)` is true where the person stopped it meanwhile."""

    seconds: Callable[[], float]  # monotonic
    wait: Callable[[float], bool]
    chance: Callable[[], float]  # in [0, 1)
    cancelled: Callable[[], bool] = lambda: False
    progress: Callable[[Progress], None] = lambda _progress: None
    entropy: Callable[[int], bytes] = os.urandom


def hand_over(
    on_store: OnStore,
    transport: Transport,
    world: World,
    *,
    budget: int | None = None,
    forms: Sequence[FormSource] = (),
) -> HandOver:
    """Exchange everything with the hub. `budget` in bytes defers attachments, never text.

    `forms` are versions that somebody added here and the hub has not heard of; `published` names those it took, or
    had already, `unpublished` those it refused, as `form/version`.

    Faults: sync.not_enrolled (USAGE), sync.unreachable, sync.false_hub, hub.revoked and what else the hub refuses.
    What got through before a Fault is kept.
    """
    job = _Job(on_store, transport, world, budget, forms)
    started = world.seconds()
    try:
        job.run()
    except Cancelled:
        job.tally = replace(job.tally, cancelled=True)
    traffic = transport.traffic
    world.progress(Progress(Step.DONE))
    return replace(
        job.tally,
        bytes_up=traffic.up,
        bytes_down=traffic.down,
        requests=traffic.requests,
        seconds=world.seconds() - started,
    )


class _Job:
    """One hand-over under way. `tally` is what it has done so far."""

    def __init__(
        self,
        on_store: OnStore,
        transport: Transport,
        world: World,
        budget: int | None,
        forms: Sequence[FormSource],
    ) -> None:
        self.tally = HandOver()
        self._on_store = on_store
        self._transport = transport
        self._world = world
        self._budget = budget
        self._forms = list(forms)
        self._identity = on_store(lambda store: store.identity())
        if not self._identity.enrolled:
            raise Fault("sync.not_enrolled", Kind.USAGE)
        self._key = crypto.SigningKey.load(self._identity.key)
        self._batch = FIRST_BATCH
        self._ratio = FIRST_RATIO
        self._moved = 0  # grows with everything that got through

    def run(self) -> None:
        """All steps; after a broken connection again from hello, as long as each attempt gets something through."""
        greeted, failures = False, 0
        while True:
            moved = self._moved
            try:
                reply = self.hello()
                greeted = True
                self.publish()
                self.push()
                self.attach()
                self.pull(anything=reply.waiting or self._moved > 0)
                self.fetch()
                return
            except Fault as fault:
                failures = 0 if self._moved > moved else failures
                failures += 1
                if not _passing(fault) or not greeted or failures >= ATTEMPTS:
                    raise
            self._batch = max(SMALLEST_BATCH, self._batch // 2)
            self._pause(failures)

    def hello(self) -> HelloReply:
        """Learn that this is our hub, whether it has lost anything, and whether something waits."""
        self._step(Step.HELLO)
        anchor, cursor = self._on_store(lambda store: (store.inbox.anchor(), store.inbox.cursor()))
        message = Hello(
            nonce=self._nonce(),
            device=self._identity.device,
            min=PROTOCOL,
            max=PROTOCOL,
            anchor=anchor,
            cursor=cursor,
            signature=b"",
        )
        reply = self._transport.hello(self._sign(message))
        self._check(reply, message.nonce)
        if reply.revoked:
            raise Fault("hub.revoked", Kind.DENIED)
        if not reply.proven:
            resent = self._on_store(lambda store: store.outbox.unacknowledge(reply.anchor))
            self.tally = replace(self.tally, resent=self.tally.resent + resent)
        self._on_store(lambda store: store.inbox.contact(reply))
        return reply

    def publish(self) -> None:
        """Bring the hub form versions that were added here, before the records that are filled in with them."""
        while self._forms:
            form = self._forms[0]
            anchor = self._on_store(lambda store: store.inbox.anchor())
            message = Push(
                nonce=self._nonce(),
                device=self._identity.device,
                anchor=anchor,
                run=Run(self._identity.device, crypto.NO_LINK, (), bytes(64)),
                signature=b"",
                extra=publication.pack([publication.Publication(form.xform, form.media)]),
            )
            key = f"{form.form_id}/{form.version}"
            try:
                reply = self._transport.push(self._sign(message))
            except Fault as fault:
                if not _refuses_form(fault):
                    raise
                self.tally = replace(self.tally, unpublished=(*self.tally.unpublished, key))
            else:
                self._check(reply, message.nonce)
                self.tally = replace(self.tally, published=(*self.tally.published, key))
            self._forms.pop(0)
            self._moved += 1

    def push(self) -> None:
        """Send finished records, run by run, until none waits."""
        status = self._on_store(lambda store: store.status())
        total, done = status.waiting + status.sent, 0
        while True:
            self._step(Step.PUSH, done, total)
            size = int(self._batch * self._ratio)
            outgoing = self._on_store(lambda store, size=size: store.outbox.next_run(size))  # type: ignore[misc]
            if outgoing is None:
                return
            reply = self._send(outgoing)
            applied = self._on_store(lambda store, reply=reply: store.outbox.apply_push_reply(reply))  # type: ignore[misc]
            self._count(reply, applied)
            done += len(reply.results)

    def _send(self, outgoing: Outgoing) -> PushReply:
        message = Push(
            nonce=self._nonce(),
            device=self._identity.device,
            anchor=outgoing.anchor,
            run=outgoing.run,
            signature=b"",
        )
        before = self._transport.traffic.up
        reply = self._transport.push(self._sign(message))
        self._check(reply, message.nonce)
        sent = self._transport.traffic.up - before
        if sent:
            self._ratio = max(1.0, sum(len(envelope.xml) for envelope in outgoing.run.envelopes) / sent)
        self._batch = min(LARGEST_BATCH, self._batch * 2)
        return reply

    def _count(self, reply: PushReply, applied: Applied) -> None:
        outcomes = [result.outcome for result in reply.results]
        refused = tuple(r for r in reply.results if r.outcome in (Outcome.HELD, Outcome.REJECTED))
        tally = self.tally
        self.tally = replace(
            tally,
            pushed=tally.pushed + outcomes.count(Outcome.STORED),
            duplicate=tally.duplicate + outcomes.count(Outcome.DUPLICATE),
            held=tally.held + outcomes.count(Outcome.HELD),
            rejected=tally.rejected + outcomes.count(Outcome.REJECTED),
            refused=tally.refused + refused,
            changed=_merged(tally.changed, applied),
        )
        self._moved += len(outcomes)

    def attach(self) -> None:
        """Send attachments of records that the hub has, text being through."""
        files = self._on_store(lambda store: store.outbox.waiting_files())
        for done, file in enumerate(files):
            self._step(Step.ATTACH, done, len(files))
            if self._spent():
                return
            if self._attach(file):
                self.tally = replace(self.tally, files_up=self.tally.files_up + 1)

    def _attach(self, file: StoredFile) -> bool:
        """Send one file from where the hub has it; whether it is complete there now."""
        offset, stalled = file.received, 0
        while stalled < ATTEMPTS:
            self._heed()
            data = self._on_store(
                lambda store, offset=offset: store.outbox.read_file(  # type: ignore[misc]
                    file.instance_id, file.name, offset=offset, size=PART_BYTES
                )
            )
            message = self._part(file.instance_id, file.name, file.hash, offset=offset, size=file.size, data=data)
            reply: AttachmentReply = self._transport.attach(message)
            self._check(reply, message.nonce)
            self._on_store(
                lambda store, reply=reply: store.outbox.file_received(  # type: ignore[misc]
                    file.instance_id, file.name, received=reply.received, complete=reply.complete
                )
            )
            self._moved += 1
            if reply.complete:
                return True
            stalled = 0 if reply.received > offset else stalled + 1
            offset = reply.received
        return False

    def pull(self, *, anything: bool) -> None:
        """Fetch what others did, page by page; each page and its cursor are applied in one transaction."""
        more = anything
        while more:
            self._step(Step.PULL, self.tally.pulled)
            cursor = self._on_store(lambda store: store.inbox.cursor())
            message = Pull(
                nonce=self._nonce(),
                device=self._identity.device,
                cursor=cursor,
                max_bytes=PAGE_BYTES,
                signature=b"",
            )
            page: Page = self._transport.pull(self._sign(message))
            self._check(page, message.nonce)
            applied = self._on_store(lambda store, page=page: store.inbox.apply_page(page))  # type: ignore[misc]
            self.tally = replace(
                self.tally,
                pulled=self.tally.pulled + len(page.rows),
                changed=_merged(self.tally.changed, applied),
            )
            self._moved += 1
            more = page.more

    def fetch(self) -> None:
        """Fetch attachments of records that came down."""
        files = self._on_store(lambda store: store.inbox.missing_files())
        for done, file in enumerate(files):
            self._step(Step.FETCH, done, len(files))
            if self._spent():
                return
            if self._fetch(file):
                self.tally = replace(self.tally, files_down=self.tally.files_down + 1)

    def _fetch(self, file: StoredFile) -> bool:
        content = bytearray()
        while len(content) < file.size or not content:
            self._heed()
            message = self._part(file.instance_id, file.name, file.hash, offset=len(content), size=file.size)
            try:
                part = self._transport.fetch(message)
            except Fault as fault:
                if fault.code in ("hub.attachment_missing", "hub.no_attachment"):
                    return False  # its writer has not sent it yet
                raise
            self._check(part, message.nonce)
            content += part.data
            if not part.data:
                break
        if crypto.digest(bytes(content)) != file.hash:
            raise Fault("sync.attachment_damaged", Kind.DAMAGED, name=file.name)
        attachment = Attachment(file.name, file.hash, file.size)
        self._on_store(lambda store: store.inbox.store_file(file.instance_id, attachment, [bytes(content)]))
        self._moved += 1
        return True

    # ---- small things

    def _part(
        self, instance_id: str, name: str, hash: bytes, *, offset: int, size: int, data: bytes = b""
    ) -> AttachmentPart:
        return self._sign(
            AttachmentPart(
                nonce=self._nonce(),
                device=self._identity.device,
                instance_id=instance_id,
                name=name,
                hash=hash,
                offset=offset,
                size=size,
                data=data,
                signature=b"",
            )
        )

    def _sign(self, message: Signed) -> Signed:
        return replace(message, signature=self._key.sign(purpose(message), signed_part(message)))

    def _check(self, reply: HelloReply | PushReply | Page | AttachmentReply | AttachmentPart, nonce: bytes) -> None:
        """A reply that is not the hub's, or answers another question, changes nothing."""
        genuine = crypto.verify(
            self._identity.hub_identity, reply.signature, purpose=purpose(reply), data=signed_part(reply)
        )
        if not genuine:
            raise Fault("sync.false_hub", Kind.DENIED, url=self._identity.url)
        if reply.nonce != nonce:
            raise Fault("sync.stale_reply", Kind.UNREACHABLE, url=self._identity.url)

    def _nonce(self) -> bytes:
        return self._world.entropy(16)

    def _step(self, step: Step, done: int = 0, total: int = 0) -> None:
        self._heed()
        self._world.progress(Progress(step, done, total))

    def _heed(self) -> None:
        if self._world.cancelled():
            raise Cancelled

    def _pause(self, failures: int) -> None:
        wait = FIRST_WAIT * 2 ** (failures - 1)
        if self._world.wait(wait * (0.5 + self._world.chance())):
            raise Cancelled

    def _spent(self) -> bool:
        """Whether the byte budget is used up; what is left waits for the next time."""
        traffic = self._transport.traffic
        if self._budget is None or traffic.up + traffic.down < self._budget:
            return False
        self.tally = replace(self.tally, deferred=True)
        return True


def _passing(fault: Fault) -> bool:
    """Whether trying again may help: the line broke, or the hub turned out to be restored since hello."""
    return fault.kind is Kind.UNREACHABLE or fault.code == "hub.went_back"


def _refuses_form(fault: Fault) -> bool:
    """Whether the hub has read the form and does not want it; anything else leaves it waiting for the next time."""
    if fault.code == "sync.malformed":
        return fault.values.get("field") == publication.FORMS
    return fault.code in ("hub.form_changed", "sync.too_large") or fault.code.startswith("forms.")


def _merged(one: Applied, other: Applied) -> Applied:
    return Applied(
        rows=one.rows + other.rows,
        records=one.records + other.records,
        requests=tuple(dict.fromkeys(one.requests + other.requests)),
        entities=one.entities + other.entities,
        forms=tuple(dict.fromkeys(one.forms + other.forms)),
        lists=tuple(dict.fromkeys(one.lists + other.lists)),
    )
