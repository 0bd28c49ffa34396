"""Spreadsheets that were taken in: which records came of each, so that a whole import can be looked up and undone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from sync.store.context import Context, dump
from sync.store.import_values import ImportRun, Written

_RUN = (
    "SELECT id, form_id, file, author, at, undone_at,"
    " (SELECT count(*) FROM import_record WHERE run = import_run.id) AS records FROM import_run"
)


class Imports:
    """See `import_values.Imports`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        with self._context.database.write():
            yield

    def begin(self, form_id: str, *, file: str, author: str) -> int:
        with self._context.database.write() as connection:
            done = connection.exec_driver_sql(
                "INSERT INTO import_run (form_id, file, author, at) VALUES (?, ?, ?, ?)",
                (form_id, file, author, self._context.now()),
            )
        return int(done.lastrowid)

    def note(self, run: int, instance_ids: Sequence[str]) -> None:
        with self._context.database.write() as connection:
            connection.exec_driver_sql(
                "INSERT OR IGNORE INTO import_record (record, run)"
                " SELECT r.id, ? FROM json_each(?) j JOIN record r ON r.instance_id = j.value",
                (run, dump(list(instance_ids))),
            )

    def get(self, run: int) -> ImportRun | None:
        with self._context.database.read() as connection:
            row = connection.exec_driver_sql(f"{_RUN} WHERE id = ?", (run,)).one_or_none()
        return None if row is None else ImportRun(*row)

    def list(self) -> tuple[ImportRun, ...]:
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(f"{_RUN} ORDER BY id DESC").all()
        return tuple(ImportRun(*row) for row in rows)

    def records(self, run: int) -> tuple[str, ...]:
        with self._context.database.read() as connection:
            return tuple(
                connection.exec_driver_sql(
                    "SELECT instance_id FROM import_record JOIN record r ON r.id = record WHERE run = ? ORDER BY r.id",
                    (run,),
                ).scalars()
            )

    def written(self, run: int) -> Sequence[Written]:
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT r.form_id, r.form_version, coalesce(p.xml, x'') FROM import_record i JOIN record r"
                " ON r.id = i.record LEFT JOIN payload p ON p.record = r.id WHERE i.run = ? ORDER BY r.id",
                (run,),
            )
            return [Written(*row) for row in rows]

    def touched(self, run: int) -> frozenset[str]:
        with self._context.database.read() as connection:
            return frozenset(
                connection.exec_driver_sql(
                    "SELECT DISTINCT e.uuid FROM import_record i JOIN record_entity l ON l.record = i.record"
                    " JOIN record_entity o ON o.entity = l.entity JOIN entity e ON e.id = l.entity"
                    " WHERE i.run = ? AND NOT EXISTS"
                    " (SELECT 1 FROM import_record j WHERE j.record = o.record AND j.run = i.run)",
                    (run,),
                ).scalars()
            )

    def undone(self, run: int) -> None:
        with self._context.database.write() as connection:
            connection.exec_driver_sql("UPDATE import_run SET undone_at = ? WHERE id = ?", (self._context.now(), run))
