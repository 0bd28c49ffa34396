"""The hub: SyncProtocol over its encrypted store. Every route begins with who asks and what they may."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection

from forms.api import Form
from forms.casework.areas import Areas
from forms.errors import Fault, Kind
from sync import countersigning, crypto, enrolment, publication, receipts, resuming, succession, vouching
from sync.hub import (
    above,
    accounts,
    asking,
    attachments,
    below,
    continuing,
    feed,
    forms,
    greeting,
    ingest,
    paging,
    quota,
    records,
    review,
    runs,
)
from sync.hub import log as hub_log
from sync.hub.accounts import Device
from sync.hub.bodies import Bodies
from sync.hub.countersigning import countersign
from sync.hub.derive import Context
from sync.hub.identity import HubIdentity
from sync.hub.lanes import Lanes
from sync.hub.log import Log
from sync.hub.routes import PUBLISHERS, ROUTES, Call
from sync.protocol import (
    PROTOCOL,
    WAITING,
    AttachmentPart,
    AttachmentReply,
    Enrol,
    Enrolled,
    Envelope,
    Hello,
    HelloReply,
    Outcome,
    Page,
    Pull,
    Push,
    PushReply,
    Result,
    Role,
    Run,
)
from sync.vault import audit
from sync.vault.blobs import Blob, Blobs
from sync.wire import PART_LIMIT, purpose, signed_part

Clock = Callable[[], datetime.datetime]
T = TypeVar("T")
Signed = TypeVar("Signed", HelloReply, PushReply, Page, AttachmentReply, AttachmentPart)


class Hub:
    """Implements SyncProtocol. Thread-safe: what touches the database runs in its lanes."""

    def __init__(
        self,
        lanes: Lanes,
        identity: HubIdentity,
        *,
        fingerprint: bytes,
        blobs: Blobs,
        load: forms.Load,
        clock: Clock,
        limits: quota.Limits | None = None,
    ) -> None:
        """`fingerprint` is that of the certificate under which this hub is reached; `load` compiles an XForm."""
        self.identity = identity
        self.fingerprint = fingerprint
        self.limits = limits or quota.Limits()
        self.bodies = Bodies()
        self._lanes = lanes
        self._blobs = blobs
        self._compiled = forms.Compiled(load)
        self._reference = forms.Reference()
        self._clock = clock

    # ---- SyncProtocol

    def enrol(self, message: Enrol) -> Enrolled:
        """Make a device of whoever knows a live code. Faults: hub.code_unknown, hub.code_used, hub.code_expired."""
        invitation, device = self.admit(message, fingerprint=self.fingerprint)
        reply = Enrolled(
            nonce=message.nonce,
            identity=self.identity.public,
            backup_identity=self.identity.backup,
            hub=self.identity.hub,
            hub_name=self.identity.name,
            device=device.id,
            role=device.role,
            area=device.area,
            departments=device.departments,
            village_letters=device.letters,
            proof=b"",
        )
        covered = signed_part(reply)
        shown = enrolment.proof(invitation.key, enrolment.HUB, fingerprint=self.fingerprint, message=covered)
        return replace(reply, proof=shown)

    def hello(self, message: Hello) -> HelloReply:
        """Prove who the hub is, and say whether anything waits."""
        device = self._who(Call.HELLO, message, revoked=True)
        if not message.min <= PROTOCOL <= message.max:
            raise Fault("sync.version", Kind.DAMAGED, least=message.min, most=message.max, known=PROTOCOL)
        now = self.now()
        asked = None if device.revoked else succession.asked(message.extra)
        heir = None if asked is None else self._lanes.write(lambda to: self._succeed(to, device, asked, now))
        reply = self._lanes.read(lambda connection: self._greet(connection, message, heir or device, now))
        end = None if device.revoked or asked is not None else countersigning.asked(message.extra)
        if end is not None:
            reply = replace(reply, extra={**reply.extra, **self._countersign(device, end, now)})
        if heir is not None:
            reply = replace(reply, extra={**reply.extra, **succession.give(succession.Given(heir.id, heir.letters))})
        if not device.revoked and device.seen_at[:10] != now[:10]:
            self._lanes.write(lambda connection: accounts.seen(connection, device.id, now=now))
        return self._sign(reply)

    def push(self, message: Push) -> PushReply:
        """Take in a run; every record gets a result, after the durable commit."""
        device = self._who(Call.PUSH, message, revoked=True)
        if device.revoked:
            return self._sign(self._lanes.write(lambda connection: self._take_aside(connection, message, device)))
        self._publish(device, publication.unpack(message.extra))
        author = self._author(device, message)
        checked = self._check(author, message.run)
        if author is not device:
            checked = ingest.refused_below(checked, vouching.refused(message.extra))
        reply = self._lanes.write(lambda connection: self._take(connection, message, author, checked))
        self._read_held(checked)
        return self._sign(reply)

    def pull(self, message: Pull) -> Page:
        """The next page of what the device may see."""
        device = self._who(Call.PULL, message)
        told = vouching.told(message.extra) if device.hub else None
        if told is not None:
            self._lanes.write(lambda connection: below.note(connection, device.id, *told))
        return self._sign(self._lanes.read(lambda to: paging.answer(to, self.identity, device, message)))

    def attach(self, message: AttachmentPart) -> AttachmentReply:
        """Take a piece of an attachment of one of the device's own records."""
        device = self._who(Call.ATTACH, message)

        received, complete = self.take_part(device, message)
        reply = AttachmentReply(nonce=message.nonce, received=received, complete=complete, signature=b"")
        return self._sign(reply)

    def fetch(self, message: AttachmentPart) -> AttachmentPart:
        """Bytes of an attachment of the device's own record, or of its area where it reads every field."""
        device = self._who(Call.FETCH, message)
        held = self._lanes.read(lambda connection: attachments.find(connection, device, message, own=False))
        if held.blob is None:
            now = self.now()
            raise self._lanes.write(lambda to: attachments.wait(to, device, message, now=now))
        try:
            data = attachments.read(held, self._blobs, offset=message.offset, size=PART_LIMIT)
        except Fault as fault:
            if fault.code == "hub.attachment_missing":
                self._lanes.write(lambda connection: attachments.lost(connection, held.instance_id, held.name))
            raise
        reply = replace(message, hash=held.hash, size=held.size, data=data, signature=b"")
        return self._sign(reply)

    # ---- for what comes by other ways than a conversation: bundles, and runs that another hub hands on

    def admit(self, message: Enrol, *, fingerprint: bytes) -> tuple[accounts.Invitation, Device]:
        """The device of whoever knows a live code; a wrong one is counted. Faults as `enrol`."""
        now = self.now()
        try:
            return self._lanes.write(lambda connection: self._admit(connection, message, fingerprint, now))
        except Fault as fault:
            if fault.code == "hub.code_unknown":
                self._lanes.write(lambda connection: accounts.note_failure(connection, now=now))
            raise

    def take_run(self, device: Device, run: Run) -> tuple[Result, ...]:
        """Take in a run whose sender was made sure of; a result for every record, after the durable commit."""
        checked = self._check(device, run)

        def take(connection: Connection) -> tuple[Result, ...]:
            self._spend(connection, device, run)
            return self._intake(connection, device, run, checked)[0]

        results = self._lanes.write(take)
        self._read_held(checked)
        return results

    def take_back(self, device: Device, run: Run, *, refused: Mapping[int, str]) -> None:
        """Take in a run that this hub has handed on before it was put back, however much that is on one day.

        `refused` are places of it that were not taken then.
        """
        checked = ingest.refused_below(self._check(device, run), refused)

        def take(connection: Connection) -> None:
            below.remember(connection, device)
            self._intake(connection, device, run, checked)

        self._lanes.write(take)
        self._read_held(checked)

    def set_aside(self, device: Device, run: Run) -> tuple[Result, ...]:
        """Keep what a device had finished before it was shut out, until somebody has looked at it."""
        return self._lanes.write(
            lambda connection: review.keep_aside(connection, self.identity, device, run, now=self.now())
        )

    def go_on(self, claim: succession.Claim) -> Device | None:
        """The device that takes another's place, as its bundle says; None where that one does not agree."""
        old = self._lanes.read(lambda connection: accounts.find_device(connection, claim.former))
        if old is None or old.revoked or not claim.by(old.key):
            return None
        now = self.now()
        return self._lanes.write(lambda to: self._succeed(to, old, claim.asked, now))

    def take_loose(self, device: Device, envelope: Envelope) -> Result:
        """Take in one envelope whose run was checked before, or elsewhere."""
        self._compile({(envelope.form_id, envelope.form_version)})
        checked = ingest.check_one(envelope, self._compiled)

        def take(connection: Connection) -> Result:
            now = self.now()
            log = Log(connection, now=now)
            result = ingest.Intake(connection, log, device, self._context(connection, now)).take_loose(checked)
            log.flush()
            if result.outcome is Outcome.HELD:
                below.remember(connection, device)
            return result

        result = self._lanes.write(take)
        self._read_held((checked,))
        return result

    def take_part(self, device: Device, part: AttachmentPart) -> tuple[int, bool]:
        """Take a piece of an attachment of a record of `device`: how much is here, and whether that is all."""

        def take(connection: Connection) -> tuple[int, bool]:
            held = attachments.find(connection, device, part, own=True)
            quota.spend(connection, self.limits, device.id, size=len(part.data), now=self.now())
            received, complete = attachments.take(connection, held, part, self._blobs)
            if complete and held.blob is None:
                attachments.came(connection, held, now=self.now())
                above.file_came(connection, held.instance_id)
            return received, complete

        return self._lanes.write(take)

    def ask_after(self, asked: asking.Asked) -> asking.Standing | None:
        """Where a request stands, for who knows its number and code."""

        def find(connection: Connection) -> asking.Standing | None:
            return asking.find(connection, asked.number, asked.code, self._reference.calendar(connection))

        return self._lanes.read(find)

    def part_of(self, blob: Blob, *, offset: int, size: int) -> bytes:
        """Bytes of an attachment that is whole here."""
        return self._blobs.read_part(blob, offset=offset, size=size)

    def asker(self, message: AttachmentPart) -> Device:
        """Who signed a question to the counter. Faults: hub.unknown_device, hub.revoked, hub.no_right."""
        return self._who(Call.ATTACH, message)

    @property
    def folder(self) -> Path:
        """Where the hub's files lie."""
        return self._blobs.folder.parent

    def greeting(self, device: Device, message: Hello) -> HelloReply:
        """What `hello` says to a device whose question came by bundle."""
        now = self.now()
        return self._sign(self._lanes.read(lambda connection: self._greet(connection, message, device, now)))

    def page_for(self, device: Device, message: Pull) -> Page:
        """What `pull` gives a device whose question came by bundle."""
        return self._sign(self._lanes.read(lambda to: paging.answer(to, self.identity, device, message)))

    def signed(self, reply: Signed) -> Signed:
        """`reply` under this hub's signature."""
        return self._sign(reply)

    # ---- for administration, on the same lanes

    def publish_form(self, xform: bytes, *, media: dict[str, bytes] | None = None, area: str = "") -> bool:
        """Publish a form version; records that waited for it are read now. False where it was there."""

        def publish(connection: Connection) -> bool:
            log = Log(connection, now=now)
            added = forms.publish_form(connection, log, form, xform, media or {}, area=area)
            if added:
                ingest.release(connection, log, form, self._context(connection, now))
                log.flush()
            return added

        now = self.now()
        form = self._compiled.load(xform)
        return self._lanes.write(publish)

    def publish_list(self, name: str, csv: bytes) -> bool:
        def publish(connection: Connection) -> bool:
            log = Log(connection, now=now)
            added = forms.publish_list(connection, log, name, csv)
            log.flush()
            return added

        now = self.now()
        return self._lanes.write(publish)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on a reading connection."""
        return self._lanes.read(work)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a writing transaction."""
        return self._lanes.write(work)

    def lets_leave(self, piece: resuming.Piece) -> None:
        """Fault hub.unknown_device for who leaves bytes here without the pass that a greeting gave."""
        if not crypto.same(resuming.make_pass(self.identity.cursors, piece.device), piece.key):
            raise Fault("hub.unknown_device", Kind.DENIED)

    def backed_up(self, n: int) -> None:
        """A verified backup holds the log up to `n`: below it, laptops may let payloads go."""
        self._lanes.write(lambda connection: records.backed_up(connection, n))

    def areas(self) -> Areas:
        return self._lanes.read(self._reference.areas)

    def now(self) -> str:
        """The hub's time, ISO 8601 in UTC."""
        return accounts.stamp(self._clock())

    def close(self) -> None:
        self._lanes.close()

    # ---- steps

    def _context(self, connection: Connection, now: str) -> Context:
        return Context(self._reference.areas(connection), self._reference.calendar(connection), now)

    def _who(self, call: Call, message: Any, *, revoked: bool = False) -> Device:
        """The device that signed `message`, if its role has this route.

        Faults: hub.unknown_device, hub.revoked, hub.no_right. An unknown device and a wrong signature
        look the same from outside.
        """
        device = self._lanes.read(lambda connection: accounts.find_device(connection, message.device))
        covered = signed_part(message)
        if device is None or not crypto.verify(device.key, message.signature, purpose=purpose(message), data=covered):
            raise Fault("hub.unknown_device", Kind.DENIED)
        if device.revoked and not revoked:
            raise Fault("hub.revoked", Kind.DENIED)
        roles = ROUTES[call].roles
        if roles is not None and device.role not in roles:
            raise Fault("hub.no_right", Kind.DENIED, role=str(device.role))
        return device

    def _sign(self, reply: Signed) -> Signed:
        return replace(reply, signature=self.identity.key.sign(purpose(reply), signed_part(reply)))

    def _compile(self, wanted: set[tuple[str, str]]) -> None:
        missing = self._compiled.missing(wanted)
        if missing:
            self._compiled.compile(self._lanes.read(lambda connection: forms.sources(connection, missing)))

    def _publish(self, device: Device, offered: tuple[publication.Publication, ...]) -> None:
        """Take form versions that a workspace brings: the township's are for everybody, a village's for its area."""
        if offered and device.role not in PUBLISHERS:
            raise Fault("hub.no_right", Kind.DENIED, role=str(device.role))
        area = "" if device.role is Role.TOWNSHIP else device.area
        for one in offered:
            self.publish_form(one.xform, media=dict(one.media), area=area)

    def _author(self, device: Device, message: Push) -> Device:
        """Whose run a push brings: the device's own, or that of one for which a hub below vouches."""
        shown = vouching.vouched(message.extra)
        if shown is None or message.run.device == device.id:
            return device
        return self._lanes.write(lambda connection: below.accept(connection, device, shown))

    def _check(self, device: Device, run: Run) -> tuple[ingest.Checked, ...]:
        """Verify and read a run with the forms that it needs."""
        self._compile({(envelope.form_id, envelope.form_version) for envelope in run.envelopes})
        return ingest.check(run, device, self._compiled) if run.envelopes else ()

    def _read_held(self, checked: tuple[ingest.Checked, ...]) -> None:
        """A form may have been published between the reading of a record and its transaction."""
        wanted = {(item.envelope.form_id, item.envelope.form_version) for item in checked if item.waits_for_form}
        self._compile(wanted)
        for form in [form for key in sorted(wanted) if (form := self._compiled.get(*key)) is not None]:
            self._lanes.write(lambda connection, form=form: self._release(connection, form))  # type: ignore[misc]

    def _release(self, connection: Connection, form: Form) -> None:
        now = self.now()
        log = Log(connection, now=now)
        ingest.release(connection, log, form, self._context(connection, now))
        log.flush()

    def _admit(
        self, connection: Connection, message: Enrol, fingerprint: bytes, now: str
    ) -> tuple[accounts.Invitation, Device]:
        invitation = accounts.match(connection, message, fingerprint=fingerprint, now=now)
        areas = self._reference.areas(connection)
        device = accounts.admit(connection, invitation, message, areas=areas, now=now)
        hub = vouching.introduced(message.extra)
        if hub is not None:
            below.enter(connection, device, hub)
        audit.add(connection, "device.enrolled", at=now, actor=device.id, subject=device.id)
        return invitation, device

    def _countersign(self, device: Device, end: countersigning.End, now: str) -> dict[str, Any]:
        signed = self._lanes.write(lambda to: countersign(to, self.identity, device.id, end, now=now))
        return countersigning.give(signed, recovery=self.identity.recovery.public)

    def _succeed(self, connection: Connection, old: Device, asked: succession.Asked, now: str) -> Device:
        log = Log(connection, now=now)
        areas = self._reference.areas(connection)
        device = continuing.succeed(connection, log, old, asked, areas=areas, now=now)
        log.flush()
        return device

    def _greet(self, connection: Connection, message: Hello, device: Device, now: str) -> HelloReply:
        return greeting.answer(
            connection,
            self.identity,
            device,
            message,
            fingerprint=self.fingerprint,
            bodies=self.bodies,
            now=now,
        )

    def _take(
        self, connection: Connection, message: Push, device: Device, checked: tuple[ingest.Checked, ...]
    ) -> PushReply:
        if not hub_log.proven(connection, self.identity.epoch, message.anchor):
            raise Fault("hub.went_back", Kind.DAMAGED)
        before = hub_log.anchor(connection, self.identity.epoch).n
        self._spend(connection, device, message.run)
        results, receipt = self._intake(connection, device, message.run, checked)
        told = vouching.told(message.extra)
        if told is not None:
            below.note(connection, message.device, *told)
        reply = self._reply(connection, message, results, receipt)
        return replace(reply, extra={**reply.extra, WAITING: feed.waiting(connection, device, after=before)})

    def _take_aside(self, connection: Connection, message: Push, device: Device) -> PushReply:
        self._spend(connection, device, message.run)
        results = review.keep_aside(connection, self.identity, device, message.run, now=self.now())
        return self._reply(connection, message, results, b"")

    def _reply(self, connection: Connection, message: Push, results: tuple[Result, ...], receipt: bytes) -> PushReply:
        return PushReply(
            nonce=message.nonce,
            anchor=hub_log.anchor(connection, self.identity.epoch),
            results=results,
            backed_up_n=records.backed_up_n(connection),
            receipts=({receipts.STATEMENT: receipt},) if receipt else (),
            signature=b"",
        )

    def _intake(
        self, connection: Connection, device: Device, run: Run, checked: tuple[ingest.Checked, ...]
    ) -> tuple[tuple[Result, ...], bytes]:
        """Results, and the receipt that this hub signs for the run; b"" where its chain does not hold."""
        if not checked:
            return (), b""
        now = self.now()
        log = Log(connection, now=now)
        intake = ingest.Intake(connection, log, device, self._context(connection, now))
        results = intake.take_all(run, checked)
        log.flush()
        receipt = b""
        if not any(item.reason is not None and item.reason.breaks_run for item in checked):
            receipt = runs.keep(connection, self.identity, run, results, link=checked[-1].link, n=log.n, now=now)
        if intake.duplicates:
            records.count(connection, "duplicates", more=intake.duplicates)
        return results, receipt

    def _spend(self, connection: Connection, device: Device, run: Run) -> None:
        quota.spend_run(connection, self.limits, device.id, run, now=self.now())
