"""Taking in a run: everything is verified and read before the transaction; then one transaction decides each record."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree
from sqlalchemy import Connection

from forms import entities, xml
from forms.api import Form
from forms.casework import events
from forms.errors import Fault
from sync import crypto
from sync.hub import accounts, derive, feed, records, sql
from sync.hub.accounts import Device
from sync.hub.derive import Context, Read
from sync.hub.forms import Compiled
from sync.hub.log import Entry, Log
from sync.hub.records import Alarm, State
from sync.protocol import PROTOCOL, Envelope, Outcome, Result, RowKind, Run, Suite
from sync.wire import XML_LIMIT

_log = logging.getLogger(__name__)


class Reason(StrEnum):
    """Why a record was held or rejected; words under `sync.reason_NAME`."""

    CHAIN = "chain"  # the run's signature or a link does not hold
    COMMIT = "commit"  # the content is not the one that was signed
    SUITE = "suite"
    PROTOCOL = "protocol"
    TOO_LARGE = "too_large"
    XML = "xml"
    OTHER_ID = "other_id"  # instanceID or form in the XML differ from the envelope's
    SAME_ID = "same_id"  # there is a record of this instanceID with another content
    ROLE = "role"
    AREA = "area"
    DEPARTMENT = "department"
    FORM_UNKNOWN = "form_unknown"  # held until the form is published
    UNREADABLE = "unreadable"  # held: reading it failed


@dataclass(frozen=True, slots=True)
class Checked:
    """One envelope after everything that can be known without the database. `read` is None where it is held."""

    envelope: Envelope
    link: bytes
    reason: Reason | None
    read: Read | None


def check(run: Run, device: Device, compiled: Compiled) -> tuple[Checked, ...]:
    """Verify a run and read its records. Nothing here touches the database."""
    suites = {envelope.suite for envelope in run.envelopes}
    if not suites <= set(Suite):
        return tuple(Checked(envelope, bytes(32), Reason.SUITE, None) for envelope in run.envelopes)
    links = crypto.links(run.before, run.envelopes)
    if not _sound(run, device, links):
        return tuple(
            Checked(envelope, link, Reason.CHAIN, None) for envelope, link in zip(run.envelopes, links, strict=True)
        )
    return tuple(_check(envelope, link, compiled) for envelope, link in zip(run.envelopes, links, strict=True))


def _sound(run: Run, device: Device, links: Sequence[bytes]) -> bool:
    """Whether the envelopes are consecutive ones of the device, under its signature of their head."""
    first = run.envelopes[0].seq
    for seq, envelope in enumerate(run.envelopes, first):
        if envelope.seq != seq or envelope.device != device.id:
            return False
    if run.device != device.id or (first == 1 and run.before != crypto.NO_LINK):
        return False
    return crypto.verify(device.key, run.signature, purpose="run", data=links[-1])


def _check(envelope: Envelope, link: bytes, compiled: Compiled) -> Checked:
    reason = _refuse_content(envelope)
    if reason is not None:
        return Checked(envelope, link, reason, None)
    try:
        root = xml.parse(envelope.xml)
    except Fault:
        return Checked(envelope, link, Reason.XML, None)
    if not _names(envelope, root):
        return Checked(envelope, link, Reason.OTHER_ID, None)
    form = compiled.get(envelope.form_id, envelope.form_version)
    if form is None:
        return Checked(envelope, link, None, None)
    return Checked(envelope, link, None, read_record(envelope, form, root))


def _refuse_content(envelope: Envelope) -> Reason | None:
    if envelope.protocol > PROTOCOL:
        return Reason.PROTOCOL
    if len(envelope.xml) > XML_LIMIT:
        return Reason.TOO_LARGE
    if len(envelope.salt) != crypto.SALT_SIZE:
        return Reason.COMMIT
    if crypto.commit(envelope.salt, envelope.xml, envelope.attachments, suite=envelope.suite) != envelope.commit:
        return Reason.COMMIT
    return None


def _names(envelope: Envelope, root: etree._Element) -> bool:
    """Whether the XML says of itself what the envelope says of it."""
    meta = next((child for child in root if xml.local(child.tag) == "meta"), None)
    found = "" if meta is None else next((c.text or "" for c in meta if xml.local(c.tag) == "instanceID"), "")
    form = (root.get("id") or "", root.get("version") or "")
    return found == envelope.instance_id and form == (envelope.form_id, envelope.form_version)


def read_record(envelope: Envelope, form: Form, root: etree._Element) -> Read | None:
    """What a record says to those who derive; None where reading fails, which is no reason to refuse it."""
    try:
        changes = entities.changes(form, envelope.xml)
        if envelope.form_id not in events.FORMS:
            return Read(changes, None, {})
        values = _values(root)
        return Read(changes, events.read(envelope.form_id, envelope.instance_id, values), values)
    except (ValueError, LookupError, etree.LxmlError):
        _log.exception("a record of form %s could not be read", envelope.form_id)
        return None


def _values(root: etree._Element) -> dict[str, str]:
    """Answers by question name, blank ones and the record's own metadata left out."""
    found = {}
    for element in root.iter():
        if (
            len(element) == 0
            and element.text
            and not any(xml.local(up.tag) == "meta" for up in element.iterancestors())
        ):
            found[xml.local(element.tag)] = element.text
    return found


# ---- inside the transaction


@dataclass(slots=True)
class Intake:
    """One writing transaction that takes in checked records one by one."""

    connection: Connection
    log: Log
    device: Device
    context: Context
    duplicates: int = 0

    def chain(self, run: Run, checked: Sequence[Checked]) -> None:
        """Remember every link that was shown; note clones and gaps. Both sides of a fork are kept."""
        if not checked or checked[0].reason in (Reason.CHAIN, Reason.SUITE):
            self._alarm(Alarm.CHAIN, self.device.id)
            return
        first = checked[0].envelope.seq
        if first > 1 and not self._known(first - 1, run.before):
            self._alarm(Alarm.GAP, f"{self.device.id}/{first}")
        for item in checked:
            if self._forked(item):
                self._alarm(Alarm.CLONE, f"{self.device.id}/{item.envelope.seq}")
            sql.run(
                self.connection,
                "INSERT INTO chain (device, seq, link, instance_id) VALUES (:device, :seq, :link, :id)"
                " ON CONFLICT (device, seq, link) DO NOTHING",
                device=self.device.id,
                seq=item.envelope.seq,
                link=item.link,
                id=item.envelope.instance_id,
            )

    def take(self, item: Checked) -> Result:
        """Decide and store one record."""
        envelope = item.envelope
        if item.reason is not None:
            return self._reject(envelope, item.reason)
        known = sql.one(
            self.connection, "SELECT n, hash, state FROM record WHERE instance_id = :id", id=envelope.instance_id
        )
        if known is not None:
            return self._again(envelope, known.n, known.hash, State(known.state))
        refusal = derive.refusal(self.connection, self.device, envelope, item.read, areas=self.context.areas)
        if refusal:
            return self._reject(envelope, Reason(refusal))
        return self._store(item)

    def _store(self, item: Checked) -> Result:
        envelope = item.envelope
        n = self.log.append(Entry.RECORD, envelope.instance_id, crypto.digest(crypto.metadata(envelope)))
        about = derive.subject(self.connection, envelope, item.read, self.context.areas)
        state = State.HELD if item.read is None else State.APPLIED
        records.insert(self.connection, envelope, n=n, state=state, area=about.area)
        feed.put(self.connection, RowKind.RECORD, envelope.instance_id, n=n, body=None, area=about.area)
        if item.read is None:
            return Result(envelope.instance_id, Outcome.HELD, Reason.FORM_UNKNOWN, n)
        if not derive_safely(self.connection, envelope, item.read, n=n, context=self.context):
            self._alarm(Alarm.UNREADABLE, envelope.instance_id)
            return Result(envelope.instance_id, Outcome.HELD, Reason.UNREADABLE, n)
        return Result(envelope.instance_id, Outcome.STORED, "", n)

    def _again(self, envelope: Envelope, n: int, known: bytes, state: State) -> Result:
        """The same record again is a duplicate; another one under its id puts both under suspicion."""
        if known == envelope.commit:
            self.duplicates += 1
            if state is State.HELD:
                return Result(envelope.instance_id, Outcome.HELD, Reason.FORM_UNKNOWN, n)
            return Result(envelope.instance_id, Outcome.DUPLICATE, "", n)
        first = records.get(self.connection, envelope.instance_id)
        if first is not None:
            records.quarantine(self.connection, first, reason=Reason.SAME_ID, now=self.context.now)
        self._alarm(Alarm.SAME_ID, envelope.instance_id)
        return self._reject(envelope, Reason.SAME_ID)

    def _reject(self, envelope: Envelope, reason: Reason) -> Result:
        records.quarantine(self.connection, envelope, reason=reason, now=self.context.now)
        return Result(envelope.instance_id, Outcome.REJECTED, reason)

    def _known(self, seq: int, link: bytes) -> bool:
        query = "SELECT 1 FROM chain WHERE device = :device AND seq = :seq AND link = :link"
        return sql.one(self.connection, query, device=self.device.id, seq=seq, link=link) is not None

    def _forked(self, item: Checked) -> bool:
        query = "SELECT 1 FROM chain WHERE device = :device AND seq = :seq AND link <> :link"
        found = sql.one(self.connection, query, device=self.device.id, seq=item.envelope.seq, link=item.link)
        return found is not None

    def _alarm(self, kind: Alarm, subject: str) -> None:
        records.alarm(self.connection, kind, device=self.device.id, subject=subject, now=self.context.now)


def derive_safely(connection: Connection, envelope: Envelope, read: Read, *, n: int, context: Context) -> bool:
    """Derive rows; where that fails the record stays stored and held, and nobody else's is delayed by it."""
    inner = connection.begin_nested()
    try:
        derive.apply(connection, envelope, read, n=n, context=context)
    except (ValueError, LookupError, TypeError, ArithmeticError, Fault):
        inner.rollback()
        _log.exception("rows of a record of form %s could not be derived", envelope.form_id)
        sql.run(
            connection,
            "UPDATE record SET state = :held WHERE instance_id = :id",
            held=str(State.HELD),
            id=envelope.instance_id,
        )
        return False
    inner.commit()
    return True


def release(connection: Connection, log: Log, form: Form, context: Context) -> int:
    """Read the records that were held for want of `form`; returns how many are readable now."""
    waiting = sql.run(
        connection,
        "SELECT instance_id FROM record WHERE form_id = :form AND form_version = :version AND state = :held ORDER BY n",
        form=form.form_id,
        version=form.version,
        held=str(State.HELD),
    ).scalars()
    released = 0
    for instance_id in list(waiting):
        envelope = records.get(connection, instance_id)
        read = None if envelope is None else read_record(envelope, form, xml.parse(envelope.xml))
        device = None if envelope is None else accounts.find_device(connection, envelope.device)
        if envelope is None or read is None or device is None:
            continue
        if derive.refusal(connection, device, envelope, read, areas=context.areas):
            records.alarm(connection, Alarm.NO_RIGHT, device=device.id, subject=instance_id, now=context.now)
            continue
        n = log.append(Entry.RELEASE, instance_id, envelope.commit)
        if derive_safely(connection, envelope, read, n=n, context=context):
            _released(connection, envelope, n)
            released += 1
    return released


def _released(connection: Connection, envelope: Envelope, n: int) -> None:
    sql.run(
        connection,
        "UPDATE record SET state = :applied WHERE instance_id = :id",
        applied=str(State.APPLIED),
        id=envelope.instance_id,
    )
    body: Mapping[str, object] = {"level": "hub", "n": n, "state": "applied"}
    feed.put(connection, RowKind.RECEIPT, envelope.instance_id, n=n, body=body, device=envelope.device)
