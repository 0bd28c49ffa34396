"""A hub that belongs to another: runs go up whole, receipts and what was written above come down.

One exchange is a list of steps, as a laptop's hand-over is; everything that matters is in the database, so one that
breaks off anywhere is simply run again, for weeks if need be.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import Connection

from forms.errors import Fault, Kind
from sync import crypto, lacking, receipts, vouching
from sync.hub import above, attachments, below, erasing, records, relay_files, runs, sql
from sync.hub import log as hub_log
from sync.hub.above import HubAbove
from sync.hub.accounts import Device
from sync.hub.book import Book
from sync.hub.log import Entry, Log
from sync.hub.relay_files import File
from sync.hub.runs import Kept
from sync.hub.service import Hub
from sync.protocol import (
    PROTOCOL,
    Anchor,
    AttachmentPart,
    AttachmentReply,
    Hello,
    HelloReply,
    Page,
    Pull,
    Push,
    PushReply,
    Role,
    Row,
    RowKind,
    Run,
    SyncProtocol,
)
from sync.receipts import Receipt
from sync.vouching import HandedOn, Vouched
from sync.wire import cbor, purpose, read_envelope, signed_part

Entropy = Callable[[int], bytes]
Question = TypeVar("Question", Hello, Push, Pull, AttachmentPart)
Reply = TypeVar("Reply", HelloReply, PushReply, Page, AttachmentPart, AttachmentReply)

PAGE_BYTES = 256 * 1024
PART_BYTES = 48 * 1024
_NOT_THERE = frozenset({"hub.attachment_awaited", "hub.attachment_lost", "hub.attachment_missing", "hub.no_attachment"})
_QUOTA = "hub.quota"
_OF_THE_DISK = frozenset({"vault.damaged", "vault.missing"})
_OF_THE_WHOLE = frozenset({"hub.revoked", "hub.unknown_device", "hub.went_back", "sync.false_hub"})


@dataclass(slots=True)
class Exchanged:
    """What one exchange did."""

    runs: int = 0
    records: int = 0
    files: int = 0
    rows: int = 0
    again: bool = False  # the hub above had gone back in time
    lost: bool = False  # this hub had gone back in time: what it had handed on comes back
    trouble: str = ""  # the code of what came down and could not be used


class Relay:
    """The exchange of `hub` with the hub above it over a transport that is held to that hub's identity."""

    def __init__(self, hub: Hub, to: HubAbove, transport: SyncProtocol, *, entropy: Entropy = os.urandom) -> None:
        self._hub = hub
        self._to = to
        self._transport = transport
        self._entropy = entropy
        self._key = crypto.SigningKey.load(to.key)
        self._told = Anchor("", 0, b"")  # what the hub above knows of this one's log
        self.done = Exchanged()

    def exchange(self) -> Exchanged:
        """All steps. Faults as of a hand-over; what got through before one is kept."""
        self.done = Exchanged()
        reply = self.hello()
        self.forward()
        self.send_files()
        self.pull(anything=reply.waiting or self.done.runs > 0 or self.done.lost)
        self.fetch_files()
        if self.done.lost:
            self._tell()
        now = self._hub.now()
        self._hub.write(lambda there: self._seen(there, reply, now))
        return self.done

    def _seen(self, connection: Connection, reply: HelloReply, now: str) -> None:
        above.seen(connection, backed_up_n=reply.backed_up_n, trouble=self.done.trouble, now=now)
        erasing.carry_on(connection)

    def hello(self) -> HelloReply:
        stand = self._hub.read(above.standing)
        message = Hello(self._nonce(), self._to.device, PROTOCOL, PROTOCOL, stand.anchor, stand.cursor, b"")
        signed = self._signed(message)
        reply = self._checked(self._transport.hello(signed), signed.nonce)
        if reply.revoked:
            raise Fault("hub.revoked", Kind.DENIED)
        if not reply.proven:
            self.done.again = True
            self._hub.write(lambda there: above.start_again(there, reply.anchor))
        else:
            self._hub.write(lambda there: above.known(there, reply.anchor))
        names = lacking.told(reply.extra)
        if names:
            self._hub.write(lambda there: relay_files.send_again(there, names))
        self._hub.write(lambda there: above.settle(there, self._to, backed_up_n=reply.backed_up_n))
        self._told = vouching.reminded(reply.extra)
        self.done.lost = not self._hub.read(lambda there: hub_log.proven(there, self._hub.identity.epoch, self._told))
        return reply

    def forward(self) -> None:
        """Hand on the runs that the hub above has not signed for, byte for byte, oldest first.

        One that it does not take keeps no other back; it is offered again with the next exchange.
        """
        for kept in self._hub.read(runs.waiting):
            try:
                self._forward(kept)
            except Fault as fault:
                if fault.kind is Kind.UNREACHABLE or fault.code in _OF_THE_WHOLE:
                    raise
                self.done.trouble = fault.code

    def _forward(self, kept: Kept) -> None:
        run, shown, anchor, own = self._hub.read(lambda there: self._ready(there, kept))
        if run is None or shown is None:
            self._hub.write(lambda there: runs.signed_above(there, kept, above.NOT_WHOLE))
            return
        extra = vouching.vouch(shown, self._refused(kept))
        if not self.done.lost:  # else what was lost would not come back if this broke off
            extra |= vouching.tell(self._told, own)
        message = Push(self._nonce(), self._to.device, anchor, run, b"", extra)
        signed = self._signed(message)
        reply = self._checked(self._transport.push(signed), signed.nonce)
        self._told = self._told if self.done.lost else own
        receipt = self._receipt(kept, reply)
        self._hub.write(lambda there: self._settle(there, kept, receipt, reply))
        self.done.runs += 1
        self.done.records += len(run.envelopes)

    def _refused(self, kept: Kept) -> dict[int, str]:
        """Places of a run whose records this hub did not take: twins of others must not come first above."""
        return receipts.refused(kept.receipt, self._hub.identity.public)

    def _ready(self, connection: Connection, kept: Kept) -> tuple[Run | None, Vouched | None, Anchor, Anchor]:
        """A run, whose it is, and how far the log above and the own one are."""
        device = below.writer(connection, kept.device)
        shown = None if device is None else below.shown(device)
        own = hub_log.anchor(connection, self._hub.identity.epoch)
        return runs.whole(connection, kept), shown, above.standing(connection).anchor, own

    def _receipt(self, kept: Kept, reply: PushReply) -> bytes:
        """The receipt for exactly this run, under the identity of the hub above."""
        for body in reply.receipts:
            data = body.get(receipts.STATEMENT)
            found = receipts.read(data, self._to.identity)
            if found is not None and (found.hub, found.device, found.first, found.last, found.link) == (
                self._to.hub,
                kept.device,
                kept.first,
                kept.last,
                kept.link,
            ):
                return bytes(data)  # type: ignore[arg-type]
        raise Fault("hub.no_receipt", Kind.DAMAGED)

    def _settle(self, connection: Connection, kept: Kept, receipt: bytes, reply: PushReply) -> None:
        log = Log(connection, now=self._hub.now())
        above.carry_down(connection, log, kept, receipt, hub=self._to.hub)
        log.flush()
        above.known(connection, reply.anchor)

    # ---- attachments

    def send_files(self) -> None:
        """Send the files that are whole here and not above, small ones first."""
        for file in self._hub.read(relay_files.to_send):
            try:
                self.done.files += self._send_file(file)
            except Fault as fault:
                if fault.code not in _OF_THE_DISK:
                    raise
                self.done.trouble = fault.code
                self._hub.write(lambda there, file=file: attachments.lost(there, file.instance_id, file.name))  # type: ignore[misc]

    def _send_file(self, file: File) -> int:
        """1 where the file is whole above now."""
        offset, before = file.received, -1
        while offset != before:
            data = self._hub.part_of(file.blob, offset=offset, size=PART_BYTES)
            signed = self._signed(self._part(file, offset=offset, data=data))
            try:
                reply = self._checked(self._transport.attach(signed), signed.nonce)
            except Fault as fault:
                if fault.code not in ("hub.no_attachment", "hub.attachment_size"):
                    raise
                return 0  # the record was refused above
            before, offset = offset, reply.received
            self._hub.write(
                lambda there, reply=reply: relay_files.note(  # type: ignore[misc]
                    there, file, received=reply.received, complete=reply.complete
                )
            )
            if reply.complete:
                return 1
        return 0

    def fetch_files(self) -> None:
        """Get back the files that the hub above has, of records that were handed on.

        All are asked for where this hub went back in time; else those that are known to be there.
        """
        for file in self._hub.read(lambda there: relay_files.to_fetch(there, known=not self.done.lost)):
            try:
                self._fetch_file(file)
            except Fault as fault:
                if fault.code == _QUOTA:
                    return
                if fault.code not in _NOT_THERE:
                    raise
                self._hub.write(lambda there, file=file: relay_files.note(there, file, received=0, complete=False))  # type: ignore[misc]

    def _fetch_file(self, file: File) -> None:
        """Keep what the hub above has of a file; it is known to have it when all has come."""
        device = self._hub.read(lambda there: below.writer(there, file.device))
        offset, before, complete = file.received, -1, False
        while device is not None and offset != before and not complete:
            question = self._part(file, offset=offset)
            signed = self._signed(question)
            reply = self._checked(self._transport.fetch(signed), signed.nonce)
            before = offset
            offset, complete = self._hub.take_part(device, replace(question, device=device.id, data=reply.data))
        if complete:
            self._hub.write(lambda there: relay_files.note(there, file, received=offset, complete=True))

    def _part(self, file: File, *, offset: int, data: bytes = b"") -> AttachmentPart:
        """A piece of a file, or the question for one."""
        return AttachmentPart(
            nonce=self._nonce(),
            device=self._to.device,
            instance_id=file.instance_id,
            name=file.name,
            hash=file.blob.hash,
            offset=offset,
            size=file.blob.size,
            data=data,
            signature=b"",
        )

    # ---- down

    def pull(self, *, anything: bool) -> None:
        """Take what was written, published and signed above; the cursor moves after what it covers.

        Where this hub went back in time, what it had handed on comes too: some of it may be nowhere else.
        """
        more = anything
        extra = {vouching.LOST: True, vouching.RUNS: True} if self.done.lost else {}
        while more:
            cursor = self._hub.read(above.standing).cursor
            signed = self._signed(Pull(self._nonce(), self._to.device, cursor, PAGE_BYTES, b"", extra))
            page = self._checked(self._transport.pull(signed), signed.nonce)
            for row in page.rows:
                self._usable(lambda row=row: self._take(row))  # type: ignore[misc]
            for handed_on in vouching.given_back(page.extra):
                self._usable(lambda one=handed_on: self._take_back(one))  # type: ignore[misc]
            self._hub.write(lambda there, page=page: above.read_to(there, page.cursor))  # type: ignore[misc]
            self.done.rows += len(page.rows)
            more = page.more and page.cursor != cursor

    def _tell(self) -> None:
        """What was lost is back: from now on the hub above goes by the log as it is."""
        cursor = self._hub.read(above.standing).cursor
        own = self._hub.read(lambda there: hub_log.anchor(there, self._hub.identity.epoch))
        signed = self._signed(Pull(self._nonce(), self._to.device, cursor, 1, b"", vouching.tell(self._told, own)))
        self._checked(self._transport.pull(signed), signed.nonce)
        self._told = own

    def _usable(self, take: Callable[[], None]) -> None:
        """What cannot be used here is left out, and the rest goes on."""
        try:
            take()
        except (Fault, KeyError, TypeError, ValueError) as problem:
            if isinstance(problem, Fault) and problem.code.startswith(("vault.", "hub.database")):
                raise
            self.done.trouble = problem.code if isinstance(problem, Fault) else "sync.malformed"

    def _take(self, row: Row) -> None:
        match row.kind:
            case RowKind.FORM:
                self._hub.publish_form(bytes(row.body["xform"]), media=dict(row.body.get("media") or {}), area=row.area)
            case RowKind.LIST:
                self._hub.publish_list(row.key, bytes(row.body["csv"]))
            case RowKind.RECORD:
                self._take_record(row)
            case RowKind.NOTICE | RowKind.RECEIPT:
                self._hub.write(lambda there: _pass_on(there, row, now=self._hub.now()))

    def _take_record(self, row: Row) -> None:
        """What somebody above wrote for this area; the hub above has judged whether they may."""
        envelope = read_envelope(row.body)
        if self._hub.read(lambda there: records.get(there, envelope.instance_id)) is None:
            self._hub.take_loose(anybody(self._to, envelope.device), envelope)

    def _take_back(self, one: HandedOn) -> None:
        """A run that this hub handed on and has lost, whole, with what the hub above signed for it."""
        link = crypto.links(one.run.before, one.run.envelopes)[-1]
        known = self._hub.read(lambda there: runs.find(there, one.run.device, one.run.envelopes[0].seq, link))
        if known is None:
            self._hub.take_back(below.vouched_for(one.whose), one.run, refused=one.refused)
        found = receipts.read(one.receipt, self._to.identity)
        if found is not None and (found.hub, found.device) == (self._to.hub, one.run.device):
            self._hub.write(lambda there: self._signed_for(there, found, one.receipt))

    def _signed_for(self, connection: Connection, receipt: Receipt, signed: bytes) -> None:
        kept = runs.find(connection, receipt.device, receipt.first, receipt.link)
        if kept is not None and not kept.above:
            log = Log(connection, now=self._hub.now())
            above.carry_down(connection, log, kept, signed, hub=self._to.hub)
            log.flush()

    # ---- small things

    def _nonce(self) -> bytes:
        return self._entropy(16)

    def _signed(self, message: Question) -> Question:
        return replace(message, signature=self._key.sign(purpose(message), signed_part(message)))

    def _checked(self, reply: Reply, nonce: bytes) -> Reply:
        covered = signed_part(reply)
        if not crypto.verify(self._to.identity, reply.signature, purpose=purpose(reply), data=covered):
            raise Fault("sync.false_hub", Kind.DENIED, url=self._to.url)
        if reply.nonce != nonce:
            raise Fault("sync.stale_reply", Kind.UNREACHABLE, url=self._to.url)
        return reply


def _pass_on(connection: Connection, row: Row, *, now: str) -> None:
    """A notice or receipt from above, for a device of this hub or for everybody."""
    device = ""
    if row.kind is RowKind.RECEIPT:
        found = records.get(connection, row.key)
        if found is None:
            return
        device = found.device
    log = Log(connection, now=now)
    body = dict(row.body)
    n = log.append(Entry.RECEIPT, f"{row.kind}/{row.key}", crypto.digest(cbor.dumps(body)))
    book = Book(connection)
    book.show(row.kind, row.key, n=n, body=body, device=device)
    book.write()
    log.flush()


def anybody(to: HubAbove, device: str) -> Device:
    """Somebody of the hub above, whose rights it has judged; here what is written must lie in this hub's area."""
    return Device(device, b"", "", Role.TOWNSHIP, to.area, (), "", 0, "", "", "")


def waiting(connection: Connection) -> int:
    """Runs that the hub above has not signed for."""
    return int(sql.scalar(connection, "SELECT count(*) FROM run WHERE length(above) = 0") or 0)
