"""Published form versions and lists: what the township sends down, or somebody adds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from forms.casework.areas import Areas
from forms.casework.calendar import Calendar
from forms.casework.names import Names
from forms.errors import Fault, Kind
from sync import crypto
from sync.store.api import FormRow, FormSource
from sync.store.context import AREAS, CALENDAR, SURNAMES, Context


class Forms:
    def __init__(self, context: Context) -> None:
        self._context = context

    def add(self, form: FormSource) -> FormRow:
        """Publish a version. Fault store.form_taken where another form stands under this id and version."""
        hash = crypto.digest(form.xform)
        with self._context.database.write() as connection:
            known = connection.exec_driver_sql(
                "SELECT hash FROM form WHERE form_id = ? AND version = ?", (form.form_id, form.version)
            ).scalar()
            if known is not None and known != hash:
                raise Fault("store.form_taken", Kind.DAMAGED, form=form.form_id, version=form.version)
            if known is None:
                self._insert(connection, form, hash)
            self._put_media(connection, form)
            return self._row(connection, form.form_id, form.version)

    def replace(self, connection: Connection, form: FormSource) -> None:
        """What the hub publishes counts, in the caller's transaction; also over other bytes of the same version."""
        hash = crypto.digest(form.xform)
        changed = connection.exec_driver_sql(
            "UPDATE form SET xform = ?, title = ?, hash = ? WHERE form_id = ? AND version = ?",
            (form.xform, form.title, hash, form.form_id, form.version),
        )
        if not changed.rowcount:
            self._insert(connection, form, hash)
        self._put_media(connection, form)

    def _insert(self, connection: Connection, form: FormSource, hash: bytes) -> None:
        newest = connection.exec_driver_sql(
            "SELECT version FROM form WHERE form_id = ? AND current = 1", (form.form_id,)
        ).scalar()
        current = newest is None or version_order(form.version) >= version_order(newest)
        if current:
            connection.exec_driver_sql("UPDATE form SET current = 0 WHERE form_id = ?", (form.form_id,))
        connection.exec_driver_sql(
            "INSERT INTO form (form_id, version, title, hash, xform, current, added_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (form.form_id, form.version, form.title, hash, form.xform, int(current), self._context.now()),
        )

    def _put_media(self, connection: Connection, form: FormSource) -> None:
        for name, content in form.media.items():
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO form_media (form_id, version, name, content) VALUES (?, ?, ?, ?)",
                (form.form_id, form.version, name, content),
            )

    def list(self) -> tuple[FormRow, ...]:
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(f"{_FORM} WHERE current = 1 ORDER BY form_id").all()
        return tuple(_form_row(row) for row in rows)

    def get(self, form_id: str, version: str | None = None) -> FormSource | None:
        """A version, by default the current one; None where there is none."""
        which, values = ("current = 1", (form_id,)) if version is None else ("version = ?", (form_id, version))
        with self._context.database.read() as connection:
            found = connection.exec_driver_sql(
                f"SELECT version, title, xform FROM form WHERE form_id = ? AND {which}",  # noqa: S608
                values,
            ).one_or_none()
            if found is None:
                return None
            media = connection.exec_driver_sql(
                "SELECT name, content FROM form_media WHERE form_id = ? AND version = ?", (form_id, found.version)
            ).all()
        return FormSource(form_id, found.version, found.title, found.xform, {row.name: row.content for row in media})

    def _row(self, connection: Connection, form_id: str, version: str) -> FormRow:
        row = connection.exec_driver_sql(f"{_FORM} WHERE form_id = ? AND version = ?", (form_id, version)).one()
        return _form_row(row)


_FORM = "SELECT form_id, version, title, hash, current, added_at FROM form"


def _form_row(row: Any) -> FormRow:
    return FormRow(row.form_id, row.version, row.title, row.hash, bool(row.current), row.added_at)


def version_order(version: str) -> tuple[int, int, str]:
    """Versions that are numbers go by value, and after those that are not."""
    plain = version.strip()
    return (1, int(plain), "") if plain.isascii() and plain.isdigit() else (0, 0, plain)


_CHECKS: dict[str, Callable[[bytes], object]] = {AREAS: Areas.read, CALENDAR: Calendar.read, SURNAMES: Names.read}


class Lists:
    def __init__(self, context: Context) -> None:
        self._context = context

    def put(self, name: str, csv: bytes) -> None:
        """Store or replace a list. A broken areas.csv or calendar.csv is refused before anything changes."""
        if name in _CHECKS:
            _CHECKS[name](csv)
        with self._context.database.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO list (name, csv, hash, updated_at) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
                " csv = excluded.csv, hash = excluded.hash, updated_at = excluded.updated_at",
                (name, csv, crypto.digest(csv), self._context.now()),
            )
        self._context.forget()

    def get(self, name: str) -> bytes | None:
        with self._context.database.read() as connection:
            found: bytes | None = connection.exec_driver_sql("SELECT csv FROM list WHERE name = ?", (name,)).scalar()
        return found

    def names(self) -> tuple[str, ...]:
        with self._context.database.read() as connection:
            return tuple(connection.exec_driver_sql("SELECT name FROM list ORDER BY name").scalars())
