"""Small things kept by name, and who this device is."""

from __future__ import annotations

from sqlalchemy import Connection

from sync.store.api import Identity
from sync.store.context import Context, dump


class Settings:
    def __init__(self, context: Context) -> None:
        self._context = context

    def get(self, name: str, default: str = "") -> str:
        with self._context.database.read() as connection:
            found = connection.exec_driver_sql("SELECT value FROM setting WHERE name = ?", (name,)).scalar()
        return default if found is None else str(found)

    def put(self, name: str, value: str) -> None:
        with self._context.database.write() as connection:
            put(connection, name, value)


def put(connection: Connection, name: str, value: str) -> None:
    """Keep a value in the transaction that runs."""
    connection.exec_driver_sql(
        "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def enrol(context: Context, identity: Identity) -> None:
    """Take on an identity. What has no receipt yet goes on its chain, what was on another device's chain too; and so
    does a record whose files are not all there, since a hub takes them from whom it has the record."""
    with context.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE record SET state = 'waiting', reason = '', device = NULL, seq = NULL, link = NULL"
            " WHERE device <> ? AND (state IN ('sent', 'held') OR state = 'acknowledged' AND EXISTS"
            " (SELECT 1 FROM attachment WHERE record = record.id AND complete = 0 AND blob <> ''))",
            (identity.device,),
        )
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO identity (one, device, role, area, letters, key, departments, hub, hub_name,"
            " hub_identity, hub_backup_identity, url) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                identity.device,
                identity.role.value,
                identity.area,
                identity.letters,
                identity.key,
                dump(list(identity.departments)),
                identity.hub,
                identity.hub_name,
                identity.hub_identity,
                identity.hub_backup_identity,
                identity.url,
            ),
        )
        context.forget()
        context.audit(
            "workspace.enrolled" if identity.enrolled else "workspace.identity",
            actor=identity.device,
            subject=identity.hub or identity.device,
            detail={"role": identity.role.value, "area": identity.area},
        )
