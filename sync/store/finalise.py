"""Finalising: the record, its files, entity changes, events, projections, search keys, outbox and audit together."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from sqlalchemy import Connection

from forms import entities
from forms.casework import events
from forms.casework.areas import code
from forms.casework.merging import DECISION
from forms.casework.numbers import format_number
from forms.entities import EntityChange
from forms.errors import Fault, Kind
from sync import crypto
from sync.protocol import PROTOCOL, Attachment, Suite
from sync.store import record_rows
from sync.store.api import Finalise, Finalised, InstanceTaken, NumberTaken
from sync.store.context import Context, dump
from sync.store.decisions import DecisionLog
from sync.store.entity_log import EntityLog, Touched
from sync.store.people import PeopleIndex
from sync.store.request_fold import RequestFold
from sync.vault import audit
from sync.vault.blobs import Blob
from sync.vault.database import fetch, fetch_one, fetch_value, run

URGENT = "emergency"


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What can be read before the transaction begins."""

    answers: Mapping[str, str]
    changes: tuple[EntityChange, ...]
    files: tuple[tuple[str, Blob], ...]
    written: tuple[str, ...]  # blobs that this finalising wrote, to be removed where it fails
    left: tuple[str, ...]  # blobs of the draft that the record does not take along, to be removed where it succeeds


class Derived:
    """What follows from records: entities, events, requests, search keys; one place for own and for pulled ones."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.entities = EntityLog(context)
        self.requests = RequestFold(context)
        self.decisions = DecisionLog()
        self.people = PeopleIndex(context)

    def follow(self, connection: Connection, touched: Touched) -> tuple[str, ...]:
        """Bring projections and search keys up to what was touched; returns the uuids of requests that changed."""
        self.decisions.refold(connection, touched)
        self._renamed(connection, touched)
        written = self.requests.refold(connection, touched.requests)
        self.people.index(connection, touched.entities)
        return written

    def _renamed(self, connection: Connection, touched: Touched) -> None:
        """Requests carry the name of who asks: it may have come later, or be another now."""
        if not touched.subjects:
            return
        renamed = fetch(
            connection,
            "SELECT r.uuid, q.id FROM json_each(?) j JOIN entity e ON e.id = j.value"
            " JOIN request r ON r.person = e.uuid AND r.person <> '' AND r.who <> e.label"
            " JOIN entity q ON q.uuid = r.uuid AND q.dataset = 'requests'",
            (dump(sorted(touched.subjects)),),
        )
        touched.requests.update(request.uuid for request in renamed)
        touched.entities.update(request.id for request in renamed)

    def contact(self, connection: Connection, record: int, named: Set[str], at: str) -> None:
        """Note that the record has to do with the entities that it names, by their uuids."""
        run(
            connection,
            "INSERT OR IGNORE INTO record_entity (entity, record)"
            " SELECT e.id, ? FROM json_each(?) j JOIN entity e ON e.uuid = j.value",
            (record, dump(sorted(named))),
        )
        run(
            connection,
            "UPDATE entity SET last_contact = ? WHERE last_contact < ?"
            " AND id IN (SELECT entity FROM record_entity WHERE record = ?)",
            (at, at, record),
        )

    def await_rows(self, connection: Connection, record: int, named: Set[str]) -> None:
        """Note which of the named entities are not here yet: a changed one comes after the record that created it."""
        run(
            connection,
            "INSERT OR IGNORE INTO record_awaits (uuid, record) SELECT j.value, ? FROM json_each(?) j"
            " WHERE NOT EXISTS (SELECT 1 FROM entity e WHERE e.uuid = j.value)",
            (record, dump(sorted(named))),
        )

    def rows_came(self, connection: Connection, touched: Touched) -> None:
        """Link the entities that have come with the records that waited for them."""
        waited = fetch(
            connection,
            "SELECT e.uuid, a.record, r.wall_time FROM json_each(?) j JOIN entity e ON e.id = j.value"
            " JOIN record_awaits a ON a.uuid = e.uuid JOIN record r ON r.id = a.record",
            (dump(sorted(touched.entities)),),
        )
        for row in waited:
            self.contact(connection, row.record, {row.uuid}, row.wall_time)
            run(connection, "DELETE FROM record_awaits WHERE uuid = ? AND record = ?", (row.uuid, row.record))


class Finaliser:
    def __init__(self, context: Context, derived: Derived) -> None:
        self._context = context
        self._derived = derived

    def peek_number(self, kind: str) -> str:
        with self._context.database.read() as connection:
            letters = self._context.identity().letters
            last = fetch_value(
                connection, "SELECT running FROM number_counter WHERE kind = ? AND letters = ?", (kind, letters)
            )
        return format_number(kind, letters, (last or 0) + 1)

    def finalise(self, record: Finalise) -> Finalised:
        """See `api.Records.finalise`. A fault of the world leaves nothing behind."""
        if record.submission.attachments:  # asked again, its draft and files may be gone
            with self._context.database.read() as connection:
                known = self._known(connection, record)
            if known is not None:
                return known
        prepared = self._prepare(record)
        with self._context.database.write() as connection, self._context.blobs.undone(*prepared.written):
            known = self._known(connection, record)
            if known is not None:
                self._remove(prepared.written)
                return known
            done = self._write(connection, record, prepared)
        self._remove(prepared.left)
        return done

    def _prepare(self, record: Finalise) -> _Prepared:
        xml = record.submission.xml
        answers = record_rows.answers(record_rows.read(xml))
        changes = entities.changes(record.form, xml) if record.changes is None else record.changes
        files, written = [], []
        drafted = self._drafted(record.draft)
        given = {file.name: file.content for file in record.attachments}
        for name in dict.fromkeys((*record.submission.attachments, *given)):
            if name in given:
                blob = self._context.blobs.write(given[name])
                written.append(blob.name)
            elif name in drafted:
                blob = drafted[name]
            else:
                raise Fault("store.file_missing", Kind.DAMAGED, name=name)
            files.append((name, blob))
        taken = {blob.name for _, blob in files}
        left = tuple(blob.name for blob in drafted.values() if blob.name not in taken)
        return _Prepared(answers, changes, tuple(files), tuple(written), left)

    def _drafted(self, draft: str) -> dict[str, Blob]:
        if not draft:
            return {}
        with self._context.database.read() as connection:
            rows = fetch(connection, "SELECT * FROM draft_file WHERE draft = ?", (draft,))
        return {row.name: Blob(row.blob, row.key, row.hash, row.size) for row in rows}

    def _remove(self, names: tuple[str, ...]) -> None:
        for name in names:
            self._context.blobs.remove(name)

    def _known(self, connection: Connection, record: Finalise) -> Finalised | None:
        row = fetch_one(
            connection,
            "SELECT record.id, ref, area, xml FROM record LEFT JOIN payload ON payload.record = record.id"
            " WHERE instance_id = ?",
            (record.submission.instance_id,),
        )
        if row is None:
            return None
        if row.xml != record.submission.xml:
            raise InstanceTaken(record.submission.instance_id)
        found = fetch(
            connection,
            "SELECT dataset, uuid FROM record_entity JOIN entity ON entity.id = entity WHERE record = ?",
            (row.id,),
        )
        pairs = tuple((each.dataset, each.uuid) for each in found)
        request = next((uuid for dataset, uuid in pairs if dataset == "requests"), "")
        return Finalised(record.submission.instance_id, record.submission.form_id, row.ref, row.area, pairs, request)

    def _write(self, connection: Connection, record: Finalise, prepared: _Prepared) -> Finalised:
        submission = record.submission
        ref = self._take_numbers(connection, record) or record_rows.ref_in(prepared.answers)
        area = record.area if record.area is not None else self._area(connection, prepared)
        now = self._context.now()
        id = self._insert(connection, record, prepared, ref=ref, area=area, now=now)
        self._insert_files(connection, id, prepared)
        touched = Touched()
        done = self._derived.entities.own(connection, prepared.changes, record=id, home=area, at=now, touched=touched)
        request = self._event(connection, record, prepared, now)
        request = request or next((uuid for dataset, uuid in done if dataset == "requests"), "")
        if request:
            touched.requests.add(request)
        if submission.form_id == DECISION:
            self._decision(connection, record, prepared, now, touched)
        named = record_rows.uuids(prepared.answers) | {uuid for _, uuid in done}
        self._derived.contact(connection, id, named, now)
        self._derived.follow(connection, touched)
        if record.draft:
            run(connection, "DELETE FROM draft_file WHERE draft = ?", (record.draft,))
            run(connection, "DELETE FROM draft WHERE id = ?", (record.draft,))
        audit.add(
            connection,
            "record.finalised",
            at=now,
            actor=record.author,
            subject=submission.instance_id,
            detail={"form": submission.form_id, "version": submission.form_version, "area": area},
        )
        return Finalised(submission.instance_id, submission.form_id, ref, area, done, request)

    def _take_numbers(self, connection: Connection, record: Finalise) -> str:
        """Confirm that the numbers in the record are still the next ones, and count on; the first is its ref."""
        for kind, number in record.submission.numbers:
            letters = self._context.identity().letters
            running = fetch_value(
                connection,
                "INSERT INTO number_counter (kind, letters, running) VALUES (?, ?, 1)"
                " ON CONFLICT (kind, letters) DO UPDATE SET running = running + 1 RETURNING running",
                (kind, letters),
            )
            if number != format_number(kind, letters, running):
                raise NumberTaken(number)
        return record.submission.numbers[0][1] if record.submission.numbers else ""

    def _area(self, connection: Connection, prepared: _Prepared) -> str:
        """That of the entity it creates or names first; else the device's."""
        home = self._context.identity().area
        for change in prepared.changes:
            written = change.properties.get("area", "")
            if written:
                return home if code(home) == written else self._context.areas().path(written)
            known = fetch_value(
                connection,
                "SELECT area FROM entity WHERE uuid = ? AND dataset = ?",
                (change.uuid, change.dataset),
            )
            if known:
                return str(known)
        request = prepared.answers.get("request", "")
        known = fetch_value(connection, "SELECT area FROM entity WHERE uuid = ? LIMIT 1", (request,))
        return str(known or home)

    def _insert(
        self, connection: Connection, record: Finalise, prepared: _Prepared, *, ref: str, area: str, now: str
    ) -> int:
        submission = record.submission
        salt = self._context.entropy(crypto.SALT_SIZE)
        listed = [Attachment(name, blob.hash, blob.size) for name, blob in prepared.files]
        id = run(
            connection,
            "INSERT INTO record (instance_id, form_id, form_version, area, ref, author, wall_time, clock_offset,"
            " commit_hash, suite, protocol, extra, urgent, state, reason, acknowledged_at, deprecated_id,"
            " superseded_by) VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT clock_offset FROM peer), ?, ?, ?, x'', ?, 'waiting',"
            " '', '', ?, '')",
            (
                submission.instance_id,
                submission.form_id,
                submission.form_version,
                area,
                ref,
                record.author,
                now,
                crypto.commit(salt, submission.xml, listed),
                int(Suite.STANDARD),
                PROTOCOL,
                int(prepared.answers.get("urgency") == URGENT),
                submission.deprecated_id,
            ),
        )
        run(connection, "INSERT INTO payload (record, xml, salt) VALUES (?, ?, ?)", (id, submission.xml, salt))
        if submission.deprecated_id:
            supersede(connection, submission.instance_id, submission.deprecated_id)
        return id

    def _insert_files(self, connection: Connection, id: int, prepared: _Prepared) -> None:
        for position, (name, blob) in enumerate(prepared.files):
            run(
                connection,
                "INSERT INTO attachment (record, position, name, hash, size, blob, key, received, complete)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)",
                (id, position, name, blob.hash, blob.size, blob.name, blob.key),
            )

    def _event(self, connection: Connection, record: Finalise, prepared: _Prepared, now: str) -> str:
        """Store the request's event that the submission is, if it is one; returns the request's uuid."""
        submission = record.submission
        event = events.read(submission.form_id, submission.instance_id, prepared.answers)
        if event is None:
            return ""
        self._derived.requests.add_event(
            connection,
            instance_id=submission.instance_id,
            form_id=submission.form_id,
            author=record.author,
            wall_time=now,
            n=None,
            request=event.request,
            answers=prepared.answers,
        )
        return event.request

    def _decision(
        self, connection: Connection, record: Finalise, prepared: _Prepared, now: str, touched: Touched
    ) -> None:
        self._derived.decisions.add(
            connection,
            instance_id=record.submission.instance_id,
            author=record.author,
            wall_time=now,
            n=None,
            answers=prepared.answers,
            touched=touched,
        )


def supersede(connection: Connection, instance_id: str, deprecated_id: str) -> None:
    """People see the newer of two versions; whichever comes first, the pair is found."""
    if deprecated_id:
        run(
            connection,
            "UPDATE record SET superseded_by = ? WHERE instance_id = ? AND superseded_by = ''",
            (instance_id, deprecated_id),
        )
    newer = fetch_value(
        connection,
        "SELECT instance_id FROM record WHERE deprecated_id = ? AND deprecated_id <> '' LIMIT 1",
        (instance_id,),
    )
    if newer:
        run(connection, "UPDATE record SET superseded_by = ? WHERE instance_id = ?", (newer, instance_id))
