"""Finalised records being read: lists, exact bytes, attachments."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sync.protocol import Envelope
from sync.store import record_rows
from sync.store.api import Finalise, Finalised, Record, RecordRow, RecordState, Slice
from sync.store.context import Context, dump, within
from sync.store.finalise import Finaliser
from sync.store.record_rows import ROW, record_row, stored_file
from sync.vault.blobs import Blob

_PAGE = 200
_READ = 50
"""Records read at a time: few, since each may be large."""
DAY = 24 * 60 * 60


class Records:
    def __init__(self, context: Context, finaliser: Finaliser) -> None:
        self._context = context
        self._finaliser = finaliser

    def finalise(self, record: Finalise) -> Finalised:
        return self._finaliser.finalise(record)

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """See `api.Records.together`."""
        with self._context.database.write():
            yield

    def finalise_all(self, records: Sequence[Finalise]) -> tuple[Finalised, ...]:
        """See `api.Records.finalise_all`."""
        if any(record.attachments for record in records):
            raise ValueError("files are written before a record's transaction and removed where it fails")
        with self.together():
            return tuple(map(self._finaliser.finalise, records))

    def peek_number(self, kind: str) -> str:
        return self._finaliser.peek_number(kind)

    def get(self, instance_id: str) -> Record | None:
        with self._context.database.read() as connection:
            row = connection.exec_driver_sql(f"{ROW} WHERE instance_id = ?", (instance_id,)).one_or_none()
            if row is None:
                return None
            payload = connection.exec_driver_sql(
                "SELECT commit_hash, xml, salt FROM record LEFT JOIN payload ON payload.record = id WHERE id = ?",
                (row.id,),
            ).one()
            files = connection.exec_driver_sql(
                "SELECT attachment.*, ? AS instance_id FROM attachment WHERE record = ? ORDER BY position",
                (instance_id, row.id),
            ).all()
        return Record(
            record_row(row),
            payload.xml or b"",
            payload.salt or b"",
            payload.commit_hash,
            tuple(map(stored_file, files)),
        )

    def latest(self, form_id: str, *, author: str) -> Record | None:
        """See `api.Records.latest`."""
        with self._context.database.read() as connection:
            id = connection.exec_driver_sql(
                "SELECT instance_id FROM record WHERE form_id = ? AND author = ? AND state <> ?"
                " ORDER BY id DESC LIMIT 1",
                (form_id, author, RecordState.PULLED.value),
            ).scalar()
        return None if id is None else self.get(id)

    def envelope(self, instance_id: str) -> Envelope | None:
        """As it travels; None where the record is unknown or has no place in a chain yet."""
        with self._context.database.read() as connection:
            id = connection.exec_driver_sql("SELECT id FROM record WHERE instance_id = ?", (instance_id,)).scalar()
            return None if id is None else record_rows.envelope(connection, id)

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
        sql, values = within("+area", area)
        for test, value in (
            ("form_id = ?", form_id),
            ("state = ?", state.value if state else ""),
            ("wall_time >= ?", since),
            ("wall_time < ?", until),
        ):
            if value:
                sql, values = f"{sql} AND {test}", (*values, value)
        rows = self._page(sql, values, after=int(after or 0), limit=limit + 1)
        more = str(rows[limit - 1].id) if len(rows) > limit else None
        return Slice(tuple(record_row(row) for row in rows[:limit]), more)

    def submissions(
        self, form_id: str, *, area: str = "", since: str = "", until: str = ""
    ) -> Iterator[tuple[RecordRow, bytes]]:
        """See `api.Records.submissions`; other statements may run between."""
        sql, values = within("+area", area)
        sql, values = f"{sql} AND form_id = ? AND superseded_by = ''", (*values, form_id)
        for test, value in (("wall_time >= ?", since), ("wall_time < ?", until)):
            if value:
                sql, values = f"{sql} AND {test}", (*values, value)
        after = 0
        while True:
            rows = self._page(sql, values, after=after, limit=_PAGE)
            for first in range(0, len(rows), _READ):
                some = rows[first : first + _READ]
                with self._context.database.read() as connection:
                    found = connection.exec_driver_sql(
                        "SELECT record, xml FROM payload WHERE record IN (SELECT value FROM json_each(?))",
                        (dump([row.id for row in some]),),
                    ).all()
                payloads = {record: xml for record, xml in found}  # noqa: C416  a row is no pair to mypy
                for row in some:
                    if payloads.get(row.id) is not None:
                        yield record_row(row), payloads[row.id]
            if len(rows) < _PAGE:
                return
            after = rows[-1].id

    def own_by_form(self) -> Mapping[str, int]:
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT form_id, COUNT(*) AS n FROM record WHERE state <> ? GROUP BY form_id",
                (RecordState.PULLED.value,),
            ).all()
        return {row.form_id: row.n for row in rows}

    def of_entity(self, uuid: str, *, forms: Sequence[str] = (), limit: int = 50) -> tuple[RecordRow, ...]:
        which, named = (" AND +form_id IN (SELECT value FROM json_each(?))", (dump(forms),)) if forms else ("", ())
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(
                f"{ROW} WHERE id IN (SELECT record FROM record_entity JOIN entity ON entity.id = entity"  # noqa: S608
                f" WHERE uuid = ?){which} ORDER BY id DESC LIMIT ?",
                (uuid, *named, limit),
            ).all()
        return tuple(record_row(row) for row in rows)

    def attachment(self, instance_id: str, name: str) -> Iterator[bytes]:
        with self._context.database.read() as connection:
            row = connection.exec_driver_sql(
                "SELECT attachment.* FROM attachment JOIN record ON record.id = record"
                " WHERE instance_id = ? AND name = ? AND blob <> ''",
                (instance_id, name),
            ).one_or_none()
        if row is None:
            raise LookupError(name)
        return self._context.blobs.read(Blob(row.blob, row.key, row.hash, row.size))

    def unsound_files(self) -> tuple[str, ...]:
        """Names of attachments' files that are missing, damaged or another's."""
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT blob, key, hash, size FROM attachment WHERE blob <> ''"
                " UNION ALL SELECT blob, key, hash, size FROM draft_file"
            ).all()
        found = (Blob(row.blob, row.key, row.hash, row.size) for row in rows)
        return tuple(blob.name for blob in found if not self._context.blobs.check(blob))

    def sweep_files(self) -> int:
        """Remove files of yesterday and before that no row names; a kill before a commit leaves such. How many."""

        def named(name: str) -> bool:
            with self._context.database.read() as connection:
                return bool(
                    connection.exec_driver_sql(
                        "SELECT 1 FROM attachment WHERE blob = ? AND blob <> '' UNION SELECT 1 FROM draft_file"
                        " WHERE blob = ?",
                        (name, name),
                    ).scalar()
                )

        return self._context.blobs.sweep(named, before=self._context.timestamp() - DAY)

    def _page(self, sql: str, values: tuple[object, ...], *, after: int, limit: int) -> Sequence[Any]:
        with self._context.database.read() as connection:
            found = connection.exec_driver_sql(f"{ROW} WHERE id > ?{sql} ORDER BY id LIMIT ?", (after, *values, limit))
            return found.all()
