"""Drafts: unfinished fillings, pinned to the version of their form, with their files encrypted beside the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from sync.store.api import Draft, NewAttachment
from sync.store.context import Context
from sync.vault.blobs import Blob

_COLUMNS = (
    "id, form_id, form_version, title, language, place, subject, editing, author, filled, total, created_at, saved_at"
)


class Drafts:
    def __init__(self, context: Context) -> None:
        self._context = context

    def save(self, draft: Draft) -> str:
        id = draft.id or self._context.new_uuid()
        now = self._context.now()
        with self._context.database.write() as connection:
            connection.exec_driver_sql(
                f"INSERT INTO draft ({_COLUMNS}, xml) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
                " ON CONFLICT (id) DO UPDATE SET xml = excluded.xml, title = excluded.title,"
                " language = excluded.language, place = excluded.place, subject = excluded.subject,"
                " author = excluded.author, filled = excluded.filled, total = excluded.total,"
                " saved_at = excluded.saved_at",
                (
                    id,
                    draft.form_id,
                    draft.form_version,
                    draft.title,
                    draft.language,
                    draft.place,
                    draft.subject,
                    draft.editing,
                    draft.author,
                    draft.filled,
                    draft.total,
                    now,
                    now,
                    draft.xml,
                ),
            )
        return id

    def get(self, draft_id: str) -> Draft | None:
        with self._context.database.read() as connection:
            row = connection.exec_driver_sql("SELECT * FROM draft WHERE id = ?", (draft_id,)).one_or_none()
            return None if row is None else _draft(connection, row, row.xml)

    def list(self, *, form_id: str = "") -> tuple[Draft, ...]:
        which, values = (" WHERE form_id = ?", (form_id,)) if form_id else ("", ())
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(
                f"SELECT {_COLUMNS} FROM draft{which} ORDER BY saved_at DESC",  # noqa: S608
                values,
            ).all()
            return tuple(_draft(connection, row, b"") for row in rows)

    def attach(self, draft_id: str, file: NewAttachment) -> None:
        """Keep a file with the draft; one of the same name is replaced. `LookupError` for an unknown draft."""
        blob = self._context.blobs.write(file.content)
        with self._context.database.write() as connection, self._context.blobs.undone(blob.name):
            if not connection.exec_driver_sql("SELECT 1 FROM draft WHERE id = ?", (draft_id,)).scalar():
                raise LookupError(draft_id)
            old = self._drop(connection, draft_id, file.name)
            connection.exec_driver_sql(
                "INSERT INTO draft_file (draft, name, hash, size, blob, key) VALUES (?, ?, ?, ?, ?, ?)",
                (draft_id, file.name, blob.hash, blob.size, blob.name, blob.key),
            )
        self._remove(old)

    def detach(self, draft_id: str, name: str) -> None:
        with self._context.database.write() as connection:
            old = self._drop(connection, draft_id, name)
        self._remove(old)

    def attachment(self, draft_id: str, name: str) -> Iterator[bytes]:
        with self._context.database.read() as connection:
            row = connection.exec_driver_sql(
                "SELECT * FROM draft_file WHERE draft = ? AND name = ?", (draft_id, name)
            ).one_or_none()
        if row is None:
            raise LookupError(name)
        return self._context.blobs.read(Blob(row.blob, row.key, row.hash, row.size))

    def discard(self, draft_id: str) -> None:
        """Forget the draft and its files; an unknown one is no error."""
        with self._context.database.write() as connection:
            blobs = connection.exec_driver_sql("SELECT blob FROM draft_file WHERE draft = ?", (draft_id,))
            names = tuple(blobs.scalars())
            connection.exec_driver_sql("DELETE FROM draft_file WHERE draft = ?", (draft_id,))
            connection.exec_driver_sql("DELETE FROM draft WHERE id = ?", (draft_id,))
        self._remove(names)

    def _drop(self, connection: Connection, draft_id: str, name: str) -> tuple[str, ...]:
        found = connection.exec_driver_sql(
            "SELECT blob FROM draft_file WHERE draft = ? AND name = ?", (draft_id, name)
        ).scalars()
        names = tuple(found)
        connection.exec_driver_sql("DELETE FROM draft_file WHERE draft = ? AND name = ?", (draft_id, name))
        return names

    def _remove(self, names: tuple[str, ...]) -> None:
        for name in names:
            self._context.blobs.remove(name)


def _draft(connection: Connection, row: Any, xml: bytes) -> Draft:
    files = connection.exec_driver_sql("SELECT name FROM draft_file WHERE draft = ? ORDER BY name", (row.id,))
    return Draft(
        id=row.id,
        form_id=row.form_id,
        form_version=row.form_version,
        title=row.title,
        xml=xml,
        language=row.language,
        place=row.place,
        subject=row.subject,
        editing=row.editing,
        author=row.author,
        filled=row.filled,
        total=row.total,
        created_at=row.created_at,
        saved_at=row.saved_at,
        files=tuple(files.scalars()),
    )
