"""Taking in a run: everything is verified and read before the transaction; then one transaction decides each record."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from lxml import etree
from sqlalchemy import Connection

from forms import entities, xml
from forms.api import Form
from forms.casework import events, merging
from forms.casework.erasing import ERASURE
from forms.entities.apply import REQUESTS
from forms.errors import Fault
from sync import crypto
from sync.hub import accounts, asking, below, derive, erasing, records, returned, sql
from sync.hub.accounts import Device
from sync.hub.book import Book
from sync.hub.derive import Context, Read, Subject
from sync.hub.forms import Compiled
from sync.hub.log import Entry, Log
from sync.hub.records import Alarm, State, Stored
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
    NO_RIGHT = "no_right"  # held: its form came later, and with it that its device may not write it

    @property
    def breaks_run(self) -> bool:
        """Whether the whole run is refused, since its chain or signature cannot be relied on."""
        return self in (Reason.CHAIN, Reason.SUITE)


@dataclass(frozen=True, slots=True)
class Checked:
    """One envelope after everything that can be known without the database.

    `reason` says why it is refused. Where `read` is None all the same, it is held for the reason `held`.
    """

    envelope: Envelope
    link: bytes
    reason: Reason | None
    read: Read | None
    held: Reason = Reason.FORM_UNKNOWN

    @property
    def waits_for_form(self) -> bool:
        return self.reason is None and self.read is None and self.held is Reason.FORM_UNKNOWN


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


def refused_below(checked: Sequence[Checked], places: Mapping[int, str]) -> tuple[Checked, ...]:
    """The same records with those refused that the hub below did not take, for its reason where that is known here."""
    known = {str(reason): reason for reason in Reason}
    return tuple(
        item
        if item.reason is not None or item.envelope.seq not in places
        else replace(item, reason=known.get(places[item.envelope.seq], Reason.SAME_ID))
        for item in checked
    )


def _sound(run: Run, device: Device, links: Sequence[bytes]) -> bool:
    """Whether the envelopes are consecutive ones of the device, under its signature of their head."""
    first = run.envelopes[0].seq
    for seq, envelope in enumerate(run.envelopes, first):
        if envelope.seq != seq or envelope.device != device.id:
            return False
    if run.device != device.id or (first == 1 and run.before != crypto.NO_LINK):
        return False
    return crypto.verify(device.key, run.signature, purpose="run", data=links[-1])


def check_one(envelope: Envelope, compiled: Compiled) -> Checked:
    """Verify and read an envelope whose place in a chain was proven before, or to the hub that hands it on."""
    if envelope.suite not in set(Suite):
        return Checked(envelope, bytes(32), Reason.SUITE, None)
    return _check(envelope, bytes(32), compiled)


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
    return Checked(envelope, link, None, read_record(envelope, form, root), held=Reason.UNREADABLE)


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
        changes = entities.changes_in(form, root)
        if envelope.form_id not in events.FORMS | {merging.DECISION}:
            return Read(changes, None, {}, checked=returned.read(envelope.form_id, root))
        values = _values(root)
        if envelope.form_id == merging.DECISION:
            return Read(changes, None, {}, merging.read(envelope.form_id, envelope.instance_id, values))
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


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored under an instanceID."""

    n: int
    commit: bytes
    state: State
    reason: str
    place: tuple[str, int]  # device and seq


class Intake:
    """One writing transaction that takes in checked records one by one; `finish` writes what they changed."""

    def __init__(self, connection: Connection, log: Log, device: Device, context: Context) -> None:
        self.duplicates = 0
        self._connection = connection
        self._log = log
        self._device = device
        self._context = context
        self._book = Book(connection)
        self._known: dict[str, Known] = {}
        self._stored: list[Stored] = []
        self._came: list[Envelope] = []
        self._erased: dict[str, Mapping[str, str]] = {}

    def take_all(self, run: Run, checked: Sequence[Checked]) -> tuple[Result, ...]:
        """A result for every record of a run."""
        self._chain(run, checked)
        self._prepare(checked)
        results = tuple(self._take(item) for item in checked)
        self._finish()
        return results

    def take_loose(self, item: Checked) -> Result:
        """A result for one record that comes without its run."""
        self._prepare((item,))
        result = self._take(item)
        self._finish()
        return result

    def _finish(self) -> None:
        """Write what was read, then take away what is to be erased of it."""
        came = tuple(self._came)
        self._flush()
        self._book.write()
        for uuid, known in self._erased.items():
            erasing.order(self._connection, uuid, known)
        erasing.arrived(self._connection, came)

    def _prepare(self, checked: Sequence[Checked]) -> None:
        """Read together what deciding will need."""
        reads = [item.read for item in checked if item.read is not None]
        names = {(change.dataset, change.uuid) for read in reads for change in read.changes}
        decided = [read.decided for read in reads if read.decided is not None]
        names |= {(one.dataset, uuid) for one in decided for uuid in (one.kept, one.other) if uuid}
        requests = {read.event.request for read in reads if read.event is not None}
        requests |= {uuid for dataset, uuid in names if dataset == REQUESTS}
        self._book.read(names | {(REQUESTS, request) for request in requests}, requests)
        ids = [item.envelope.instance_id for item in checked]
        for row in sql.among(
            self._connection,
            "SELECT instance_id, n, hash, state, reason, device, seq FROM record WHERE instance_id IN :wanted",
            ids,
        ):
            self._known[row.instance_id] = Known(row.n, row.hash, State(row.state), row.reason, (row.device, row.seq))

    def _chain(self, run: Run, checked: Sequence[Checked]) -> None:
        """Remember every link that was shown; note clones and gaps. Both sides of a fork are kept."""
        if checked[0].reason in (Reason.CHAIN, Reason.SUITE):
            self._alarm(Alarm.CHAIN, self._device.id)
            return
        if accounts.succeeded(self._connection, self._device.id):
            self._alarm(Alarm.SUCCEEDED, self._device.id)
        first = checked[0].envelope.seq
        query = "SELECT seq, link FROM chain WHERE device = :device AND seq BETWEEN :first AND :last"
        found = sql.run(
            self._connection, query, device=self._device.id, first=first - 1, last=first + len(checked)
        ).all()
        shown: dict[int, set[bytes]] = {}
        for row in found:
            shown.setdefault(row.seq, set()).add(row.link)
        if first > 1 and run.before not in shown.get(first - 1, ()):
            self._alarm(Alarm.GAP, f"{self._device.id}/{first}")
        for item in checked:
            if shown.get(item.envelope.seq, set()) - {item.link}:
                self._alarm(Alarm.CLONE, f"{self._device.id}/{item.envelope.seq}")
        links = [
            {
                "device": self._device.id,
                "seq": item.envelope.seq,
                "link": item.link,
                "instance_id": item.envelope.instance_id,
            }
            for item in checked
        ]
        sql.put_many(self._connection, "chain", ["device", "seq", "link"], links, keep=True)

    def _take(self, item: Checked) -> Result:
        """Decide one record."""
        envelope = item.envelope
        if item.reason is not None:
            return self._reject(envelope, item.reason)
        known = self._known.get(envelope.instance_id)
        if known is not None:
            return self._again(item, known)
        areas = self._context.areas
        about = derive.subject(self._book, envelope, item.read, areas)
        refusal = derive.refusal(self._book, self._device, envelope, item.read, about=about, areas=areas)
        if refusal:
            return self._reject(envelope, Reason(refusal))
        return self._store(item, about)

    def _store(self, item: Checked, about: Subject) -> Result:
        envelope = item.envelope
        n = self._log.append(Entry.RECORD, envelope.instance_id, crypto.digest(crypto.metadata(envelope)))
        reason = item.held if item.read is None else None
        self._note_erasure(item)
        if item.read is not None and not derive_safely(
            self._book, envelope, item.read, n=n, about=about, context=self._context
        ):
            reason = Reason.UNREADABLE
        if reason is Reason.UNREADABLE:
            self._alarm(Alarm.UNREADABLE, envelope.instance_id)
        state = State.APPLIED if reason is None else State.HELD
        self._book.show(RowKind.RECORD, envelope.instance_id, n=n, body=None, area=about.area)
        self._stored.append(Stored(envelope, n, state, about.area, reason or ""))
        self._came.append(envelope)
        self._known[envelope.instance_id] = Known(
            n, envelope.commit, state, reason or "", (envelope.device, envelope.seq)
        )
        if reason is None:
            return Result(envelope.instance_id, Outcome.STORED, "", n)
        return Result(envelope.instance_id, Outcome.HELD, str(reason), n)

    def _note_erasure(self, item: Checked) -> None:
        """Whom a record orders to erase, with what is known of them before it is applied."""
        if item.envelope.form_id != ERASURE or item.read is None:
            return
        for change in item.read.changes:
            if change.dataset == erasing.RESIDENTS and change.properties.get("state") == "erased":
                known = self._book.entity(change.dataset, change.uuid)
                self._erased.setdefault(change.uuid, {} if known is None else dict(known.row.properties))

    def _again(self, item: Checked, known: Known) -> Result:
        """The same record again is a duplicate; another one under its id puts both under suspicion."""
        envelope = item.envelope
        if known.commit == envelope.commit:
            self.duplicates += 1
            if known.place != (envelope.device, envelope.seq):
                records.keep_again(self._connection, envelope, link=item.link)
            if known.state is State.HELD:
                return Result(envelope.instance_id, Outcome.HELD, known.reason, known.n)
            return Result(envelope.instance_id, Outcome.DUPLICATE, "", known.n)
        self._flush()
        first = records.get(self._connection, envelope.instance_id)
        if first is not None:
            records.quarantine(self._connection, first, reason=Reason.SAME_ID, now=self._context.now)
        self._alarm(Alarm.SAME_ID, envelope.instance_id)
        return self._reject(envelope, Reason.SAME_ID)

    def _flush(self) -> None:
        records.insert(self._connection, self._stored)
        asking.note_numbers(self._connection, [one.envelope for one in self._stored])
        self._stored = []

    def _reject(self, envelope: Envelope, reason: Reason) -> Result:
        records.quarantine(self._connection, envelope, reason=reason, now=self._context.now)
        return Result(envelope.instance_id, Outcome.REJECTED, str(reason))

    def _alarm(self, kind: Alarm, subject: str) -> None:
        records.alarm(self._connection, kind, device=self._device.id, subject=subject, now=self._context.now)


def derive_safely(book: Book, envelope: Envelope, read: Read, *, n: int, about: Subject, context: Context) -> bool:
    """Derive rows; where that fails the record stays stored and held, and nobody else's is delayed by it."""
    book.mark()
    try:
        derive.apply(book, envelope, read, n=n, about=about, context=context)
    except (ValueError, LookupError, TypeError, ArithmeticError, Fault):
        book.revert()
        _log.exception("rows of a record of form %s could not be derived", envelope.form_id)
        return False
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
    book = Book(connection)
    released = sum(_release(connection, book, log, form, instance_id, context) for instance_id in list(waiting))
    book.write()
    return released


def _release(connection: Connection, book: Book, log: Log, form: Form, instance_id: str, context: Context) -> bool:
    envelope = records.get(connection, instance_id)
    read = None if envelope is None else read_record(envelope, form, xml.parse(envelope.xml))
    device = None if envelope is None else below.writer(connection, envelope.device)
    if envelope is None or device is None:
        return False
    if read is None:
        _hold(connection, instance_id, Reason.UNREADABLE)
        return False
    about = derive.subject(book, envelope, read, context.areas)
    if derive.refusal(book, device, envelope, read, about=about, areas=context.areas):
        records.alarm(connection, Alarm.NO_RIGHT, device=device.id, subject=instance_id, now=context.now)
        _hold(connection, instance_id, Reason.NO_RIGHT)
        return False
    n = log.append(Entry.RELEASE, instance_id, envelope.commit)
    if not derive_safely(book, envelope, read, n=n, about=about, context=context):
        _hold(connection, instance_id, Reason.UNREADABLE)
        return False
    query = "UPDATE record SET state = :applied, reason = '' WHERE instance_id = :id"
    sql.run(connection, query, applied=str(State.APPLIED), id=instance_id)
    body = {"level": "hub", "n": n, "state": "applied"}
    for shown_by in _shown_by(connection, envelope):
        book.show(RowKind.RECEIPT, instance_id, n=n, body=body, device=shown_by)
    return True


def _shown_by(connection: Connection, envelope: Envelope) -> set[str]:
    """Devices that have handed this record in: its own, and those of the same laptop enrolled anew."""
    query = "SELECT device FROM chain WHERE instance_id = :id"
    return {envelope.device, *sql.run(connection, query, id=envelope.instance_id).scalars()}


def _hold(connection: Connection, instance_id: str, reason: Reason) -> None:
    """Say why a record is held still."""
    sql.run(
        connection, "UPDATE record SET reason = :reason WHERE instance_id = :id", reason=str(reason), id=instance_id
    )
