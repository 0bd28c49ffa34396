"""The way down: rows that a hub derived, applied with their cursor in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import cbor2
from sqlalchemy import Connection

from forms.casework.merging import DECISION
from forms.errors import Fault, Kind
from forms.xml import Element
from sync import crypto
from sync.protocol import Anchor, Attachment, Envelope, HelloReply, Page, Row, RowKind
from sync.store import arriving, receipts, record_rows
from sync.store.api import Applied, FormSource, Notice, RecordState, StoredFile
from sync.store.context import AREAS, CALENDAR, Context, dump
from sync.store.entity_log import Touched
from sync.store.erasure import gone
from sync.store.exchange import Elsewhere
from sync.store.finalise import Derived, supersede
from sync.store.forms import Forms, Lists
from sync.store.outbox import put_anchor, put_receipt, read_anchor, requests_of
from sync.store.pruning import BACKED_UP_ABOVE, backed_up_above
from sync.store.record_rows import stored_file
from sync.vault.database import fetch_value
from sync.wire import read_envelope


@dataclass(slots=True)
class _Taken:
    """What a page changes, as it is being applied."""

    connection: Connection
    now: str
    touched: Touched = field(default_factory=Touched)
    rows: int = 0
    entities: int = 0
    records: list[str] = field(default_factory=list)
    forms: list[tuple[str, str]] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)


class Inbox:
    def __init__(self, context: Context, derived: Derived, forms: Forms, lists: Lists) -> None:
        self._context = context
        self._derived = derived
        self._forms = forms
        self._lists = lists
        self._take: Mapping[RowKind, Callable[[_Taken, Row], None]] = {
            RowKind.ENTITY: self._entity,
            RowKind.EVENT: self._event,
            RowKind.RECORD: self._record,
            RowKind.RECEIPT: self._receipt,
            RowKind.NOTICE: self._notice,
            RowKind.FORM: self._form,
            RowKind.LIST: self._list,
        }

    def anchor(self) -> Anchor:
        with self._context.database.read() as connection:
            return read_anchor(connection)

    def cursor(self) -> bytes:
        with self._context.database.read() as connection:
            found: bytes = fetch_value(connection, "SELECT cursor FROM peer")
        return found

    def asking(self) -> dict[str, Any]:
        """See `api.Inbox.asking`."""
        with self._context.database.read() as connection:
            return arriving.ask(connection)

    def apply_page(self, page: Page) -> Applied:
        """See `api.Inbox.apply_page`. A row that can't be applied is noted in the audit log and holds up no other."""
        try:
            return self._apply_page(page)
        except arriving.Missing:
            with self._context.database.write() as connection:
                arriving.begin_again(connection)
            raise Fault("sync.stale_reply", Kind.UNREACHABLE, url=self._context.identity().url) from None

    def _apply_page(self, page: Page) -> Applied:
        with self._context.database.write() as connection:
            taken = _Taken(connection, self._context.now())
            for row in arriving.take(self._context, connection, page):
                self._apply(taken, row)
            if {AREAS, CALENDAR} & set(taken.lists):
                self._reread(taken)
            if not page.more:
                arriving.clear(connection)
                self._derived.entities.settle(connection, taken.touched)
            self._derived.rows_came(connection, taken.touched)
            requests = self._derived.follow(connection, taken.touched)
            connection.exec_driver_sql(
                "UPDATE peer SET cursor = ?, last_contact = ?", (page.cursor, self._context.now())
            )
        return Applied(
            taken.rows, tuple(taken.records), requests, taken.entities, tuple(taken.forms), tuple(taken.lists)
        )

    def _apply(self, taken: _Taken, row: Row) -> None:
        about = {RowKind.ENTITY: "uuid", RowKind.EVENT: "request"}.get(row.kind, "")
        if about and gone(taken.connection, str(row.body.get(about, ""))):
            taken.rows += 1  # nothing of what was erased comes back
            return
        try:
            with self._context.database.attempt():
                self._take[row.kind](taken, row)
            taken.rows += 1
        except (Fault, KeyError, TypeError, ValueError, AttributeError) as problem:
            reason = problem.code if isinstance(problem, Fault) else type(problem).__name__
            self._context.audit(
                "pull.row_refused",
                actor=self._context.identity().device,
                subject=row.key,
                detail={"kind": row.kind.value, "n": str(row.n), "reason": reason},
            )

    def _reread(self, taken: _Taken) -> None:
        """Other areas or working days: paths and due days follow."""
        if AREAS in taken.lists:
            self._derived.entities.relocate(taken.connection, taken.touched)
        open_ones = taken.connection.exec_driver_sql("SELECT uuid FROM request WHERE open = 1").scalars()
        taken.touched.requests.update(open_ones)

    def _entity(self, taken: _Taken, row: Row) -> None:
        area = str(row.body.get("area") or row.area)
        if self._derived.entities.pulled(taken.connection, n=row.n, area=area, body=row.body, touched=taken.touched):
            taken.entities += 1

    def _event(self, taken: _Taken, row: Row) -> None:
        if row.body.get("form") == DECISION:
            self._decision(taken, row)
            return
        request = str(row.body["request"])
        self._derived.requests.add_event(
            taken.connection,
            instance_id=row.key,
            form_id=str(row.body["form"]),
            author=str(row.body.get("author", "")),
            wall_time=str(row.body.get("wall_time", "")),
            n=int(row.body.get("n", row.n)),
            request=request,
            answers={str(name): str(value) for name, value in row.body["values"].items()},
        )
        taken.touched.requests.add(request)

    def _decision(self, taken: _Taken, row: Row) -> None:
        known = self._derived.decisions.add(
            taken.connection,
            instance_id=row.key,
            author=str(row.body.get("author", "")),
            wall_time=str(row.body.get("wall_time", "")),
            n=int(row.body.get("n", row.n)),
            answers={str(name): str(value) for name, value in row.body["values"].items()},
            touched=taken.touched,
        )
        if not known:
            raise ValueError(row.key)

    def _record(self, taken: _Taken, row: Row) -> None:
        envelope = read_envelope(row.body)
        known = taken.connection.exec_driver_sql(
            "SELECT commit_hash FROM record WHERE instance_id = ?", (envelope.instance_id,)
        ).scalar()
        if known is not None:
            if known != envelope.commit:
                raise Fault("store.other_commit", Kind.DAMAGED, record=envelope.instance_id)
            taken.connection.exec_driver_sql(  # it is shown again where the hub has something to say of its files
                "UPDATE attachment SET elsewhere = '' WHERE elsewhere <> ''"
                " AND record = (SELECT id FROM record WHERE instance_id = ?)",
                (envelope.instance_id,),
            )
            return
        if envelope.xml:
            made = crypto.commit(envelope.salt, envelope.xml, envelope.attachments, suite=envelope.suite)
            if made != envelope.commit:
                raise Fault("store.other_commit", Kind.DAMAGED, record=envelope.instance_id)
        self._keep(taken, envelope, row.n)
        taken.records.append(envelope.instance_id)

    def _keep(self, taken: _Taken, envelope: Envelope, n: int) -> None:
        connection = taken.connection
        root = record_rows.read(envelope.xml) if envelope.xml else None
        if root is not None and any(gone(connection, uuid) for uuid in _named(root)):
            envelope, root = replace(envelope, xml=b"", salt=b""), None
        answers = record_rows.answers(root) if root is not None else {}
        replaces = record_rows.deprecated(root) if root is not None else ""
        chained = connection.exec_driver_sql("SELECT 1 FROM chain WHERE device = ?", (envelope.device,)).scalar()
        own = bool(chained) or envelope.device == self._context.identity().device  # which may have had no chain yet
        id = _insert(connection, envelope, n, own=own, ref=record_rows.ref_in(answers), replaces=replaces)
        supersede(connection, envelope.instance_id, replaces)
        named = _named(root) if root is not None else set()
        self._derived.contact(connection, id, named, envelope.wall_time)
        self._derived.await_rows(connection, id, named)
        taken.touched.requests |= requests_of(connection, id, envelope.instance_id)

    def _receipt(self, taken: _Taken, row: Row) -> None:
        if receipts.STATEMENT in row.body:
            receipts.put(self._context, taken.connection, row.body)
            return
        put_receipt(taken.connection, {**row.body, "instance_id": row.key}, taken.now)
        found = taken.connection.exec_driver_sql(
            "SELECT id FROM record WHERE instance_id = ? AND state IN ('sent', 'held')", (row.key,)
        ).scalar()
        if found is None:
            return
        if row.body.get("state") == "applied":  # it was held, or the reply was lost
            taken.connection.exec_driver_sql(
                "UPDATE record SET state = 'acknowledged', reason = '', n = ?, acknowledged_at = ? WHERE id = ?",
                (int(row.body.get("n", row.n)), taken.now, found),
            )
            taken.records.append(row.key)
        taken.touched.requests |= requests_of(taken.connection, found, row.key)

    def _notice(self, taken: _Taken, row: Row) -> None:
        taken.connection.exec_driver_sql(
            "INSERT OR REPLACE INTO notice (key, n, body, read) VALUES (?, ?, ?, 0)",
            (row.key, row.n, dump(dict(row.body))),
        )

    def _form(self, taken: _Taken, row: Row) -> None:
        body = row.body
        media = {str(name): bytes(content) for name, content in (body.get("media") or {}).items()}
        source = FormSource(
            str(body["form_id"]), str(body["version"]), str(body.get("title", "")), bytes(body["xform"]), media
        )
        self._forms.replace(taken.connection, source)
        taken.forms.append((source.form_id, source.version))

    def _list(self, taken: _Taken, row: Row) -> None:
        self._lists.put(row.key, bytes(row.body["csv"]))
        taken.lists.append(row.key)

    def contact(self, reply: HelloReply) -> None:
        """See `api.Inbox.contact`."""
        now = self._context.now()
        offset = round((_moment(reply.now) - _moment(now)).total_seconds()) if reply.now else 0
        with self._context.database.write() as connection:
            connection.exec_driver_sql(
                "UPDATE peer SET last_contact = ?, clock_offset = ?, backed_up_n = ?", (now, offset, reply.backed_up_n)
            )
            if reply.proven:
                put_anchor(connection, reply.anchor)
            connection.exec_driver_sql(
                "INSERT INTO setting (name, value) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
                (BACKED_UP_ABOVE, str(backed_up_above(reply))),
            )
            receipts.heard(connection, reply)

    def missing_files(self) -> tuple[StoredFile, ...]:
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT attachment.*, instance_id FROM attachment JOIN record ON record.id = record"
                " WHERE blob = '' AND elsewhere = ''"
                " AND EXISTS (SELECT 1 FROM payload WHERE payload.record = attachment.record)"
                " ORDER BY size, attachment.record"
            ).all()
        return tuple(map(stored_file, rows))

    def file_elsewhere(self, instance_id: str, name: str, state: Elsewhere) -> None:
        """Remember what the hub says of a file that it has not got."""
        with self._context.database.write() as connection:
            connection.exec_driver_sql(
                "UPDATE attachment SET elsewhere = ? WHERE name = ? AND blob = ''"
                " AND record = (SELECT id FROM record WHERE instance_id = ?)",
                (state.value, name, instance_id),
            )

    def lost_files(self, instance_id: str) -> tuple[str, ...]:
        """See `api.Inbox.lost_files`."""
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT name FROM attachment JOIN record ON record.id = record"
                " WHERE instance_id = ? AND blob = '' AND elsewhere = ? ORDER BY position",
                (instance_id, Elsewhere.LOST.value),
            )
            return tuple(rows.scalars())

    def store_file(self, instance_id: str, attachment: Attachment, content: Iterable[bytes]) -> None:
        """Keep the bytes of a pulled record's file. Fault store.file_differs where they are others."""
        blob = self._context.blobs.write(content)
        if blob.hash != attachment.hash:
            self._context.blobs.remove(blob.name)
            raise Fault("store.file_differs", Kind.DAMAGED, name=attachment.name)
        with self._context.database.write() as connection, self._context.blobs.undone(blob.name):
            connection.exec_driver_sql(
                "UPDATE attachment SET blob = ?, key = ?, received = size, complete = 1 WHERE name = ?"
                " AND hash = ? AND record = (SELECT id FROM record WHERE instance_id = ?)",
                (blob.name, blob.key, attachment.name, attachment.hash, instance_id),
            )

    def notices(self) -> tuple[Notice, ...]:
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT * FROM notice ORDER BY n DESC").all()
        return tuple(Notice(row.n, row.key, json.loads(row.body), bool(row.read)) for row in rows)


def _named(root: Element) -> set[str]:
    """Uuids that a submission declares or names."""
    return {uuid for _, uuid in record_rows.declared(root)} | record_rows.uuids(record_rows.answers(root))


def _insert(connection: Connection, envelope: Envelope, n: int, *, own: bool, ref: str, replaces: str) -> int:
    """`own` ones are this laptop's from before it was restored: the hub gives them back, and has them."""
    result = connection.exec_driver_sql(
        "INSERT INTO record (instance_id, form_id, form_version, area, ref, author, wall_time, clock_offset,"
        " commit_hash, suite, protocol, extra, urgent, state, reason, device, seq, n, acknowledged_at,"
        " deprecated_id, superseded_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, '', ?, ?, ?, '', ?, '')",
        (
            envelope.instance_id,
            envelope.form_id,
            envelope.form_version,
            envelope.area,
            ref,
            envelope.author,
            envelope.wall_time,
            envelope.clock_offset,
            envelope.commit,
            int(envelope.suite),
            envelope.protocol,
            cbor2.dumps(dict(envelope.extra)) if envelope.extra else b"",
            (RecordState.ACKNOWLEDGED if own else RecordState.PULLED).value,
            envelope.device,
            None if own else envelope.seq,
            n,
            replaces,
        ),
    )
    id = int(result.lastrowid)
    if envelope.xml:
        connection.exec_driver_sql(
            "INSERT INTO payload (record, xml, salt) VALUES (?, ?, ?)", (id, envelope.xml, envelope.salt)
        )
    for position, file in enumerate(envelope.attachments):
        connection.exec_driver_sql(
            "INSERT INTO attachment (record, position, name, hash, size, blob, key, received, complete)"
            " VALUES (?, ?, ?, ?, ?, '', x'', 0, 1)",
            (id, position, file.name, file.hash, file.size),
        )
    return id


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)
