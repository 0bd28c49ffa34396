"""What every part of the store stands on: the database, the encrypted files, the clock and randomness passed in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from forms.casework.areas import Areas, code
from forms.casework.calendar import Calendar
from forms.casework.names import Names
from forms.errors import Fault, Kind
from sync.protocol import Role
from sync.store.api import Identity
from sync.vault import audit
from sync.vault.blobs import Blobs
from sync.vault.database import Database

AREAS = "areas.csv"
CALENDAR = "calendar.csv"
SURNAMES = "surnames.csv"
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Context:
    """One connection of a workspace and what its parts share."""

    def __init__(
        self,
        *,
        folder: Path,
        database: Database,
        blobs: Blobs,
        clock: Callable[[], datetime],
        entropy: Callable[[int], bytes],
    ) -> None:
        self.folder = folder
        self.database = database
        self.blobs = blobs
        self.entropy = entropy
        self.clock = clock
        self._seen: dict[str, int] = {}  # what the database's version was when each was looked at
        self._written = 0  # number of the transaction in which this connection wrote one of them
        self._identity: Identity | None = None
        self._areas: tuple[bytes, Areas] = (b"", Areas(()))
        self._calendar: tuple[bytes, Calendar] = (b"", Calendar(()))
        self._names: tuple[bytes, Names] = (b"", Names())

    def now(self) -> str:
        """The clock in UTC, to the millisecond."""
        return self.clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def timestamp(self) -> float:
        """The clock in seconds since 1970."""
        return self.clock().timestamp()

    def today(self) -> str:
        """The clock's day in its own zone."""
        return self.clock().date().isoformat()

    def day(self, moment: str) -> str:
        """The day of an ISO moment in the clock's zone; "" stays ""."""
        if not moment:
            return ""
        return datetime.fromisoformat(moment).astimezone(self.clock().tzinfo).date().isoformat()

    def new_uuid(self) -> str:
        """A version 4 uuid from the randomness passed in."""
        drawn = self.entropy(16)
        digits = drawn.hex()
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{drawn[8] & 0x3F | 0x80:02x}{digits[18:20]}-{digits[20:]}"

    def identity(self) -> Identity:
        """Who this device is; `Fault("store.no_identity")` in a store that was never given one."""
        if self._holds("identity") and self._identity is not None:
            return self._identity
        with self.database.read() as connection:
            row = connection.exec_driver_sql("SELECT * FROM identity").one_or_none()
            self._seen["identity"] = self._version()
        if row is None:
            raise Fault("store.no_identity", Kind.DAMAGED, path=str(self.folder))
        self._identity = Identity(
            device=row.device,
            role=Role(row.role),
            area=row.area,
            letters=row.letters,
            key=row.key,
            departments=tuple(json.loads(row.departments)),
            hub=row.hub,
            hub_name=row.hub_name,
            hub_identity=row.hub_identity,
            hub_backup_identity=row.hub_backup_identity,
            url=row.url,
        )
        return self._identity

    def areas(self) -> Areas:
        """The areas list, compiled again only when it has changed."""
        found = self._changed(AREAS, self._areas[0])
        if found is not None:
            self._areas = (found[0], Areas.read(found[1]))
        return self._areas[1]

    def calendar(self) -> Calendar:
        """The working-day calendar, compiled again only when it has changed."""
        found = self._changed(CALENDAR, self._calendar[0])
        if found is not None:
            self._calendar = (found[0], Calendar.read(found[1]))
        return self._calendar[1]

    def names(self) -> Names:
        """How names are read, with the list of surnames where there is one."""
        found = self._changed(SURNAMES, self._names[0])
        if found is not None:
            self._names = (found[0], Names.read(found[1]))
        return self._names[1]

    def forget(self) -> None:
        """A list or the identity was written in the transaction that runs: read them again."""
        self._seen.clear()
        self._written = self.database.transactions

    def _holds(self, name: str) -> bool:
        if self.database.inside:
            return self._seen.get(name) == self._version()
        with self.database.read():
            return self._seen.get(name) == self._version()

    def _version(self) -> int:
        """What a look holds for: until others commit; after a write, which may be undone, this transaction."""
        running = self.database.transactions
        return -running if running == self._written else self.database.version()

    def _changed(self, name: str, known: bytes) -> tuple[bytes, bytes] | None:
        """Hash and content of a list that is another than `known`; looked at only where somebody may have written."""
        if self._holds(name):
            return None
        with self.database.read() as connection:
            self._seen[name] = self._version()
            hash = connection.exec_driver_sql("SELECT hash FROM list WHERE name = ?", (name,)).scalar()
            if hash is None or hash == known:
                return None
            return hash, connection.exec_driver_sql("SELECT csv FROM list WHERE name = ?", (name,)).scalar_one()

    def village_of(self, area: str) -> str:
        """Path of the village that the path `area` lies in; `area` itself where it lies in none."""
        areas = self.areas()
        return areas.path(areas.village(code(area))) or area

    def audit(self, action: str, *, actor: str, subject: str = "", detail: Mapping[str, str] | None = None) -> None:
        """Append to the audit log in the transaction that runs, or in its own."""
        with self.database.write() as connection:
            audit.add(connection, action, at=self.now(), actor=actor, subject=subject, detail=detail)


def dump(values: object) -> str:
    """JSON as it stands in a column: compact, keys in order."""
    return _ENCODER.encode(values)


@lru_cache(maxsize=16)
def insert(table: str, key: str, columns: tuple[str, ...]) -> str:
    """SQL that inserts a row of named values and gives its id, or nothing where one has its key."""
    places = ", ".join(":" + name for name in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}) ON CONFLICT ({key}) DO NOTHING RETURNING id"  # noqa: S608


@lru_cache(maxsize=16)
def upsert(table: str, key: str, columns: tuple[str, ...], *, returning: bool = True) -> str:
    """SQL that inserts a row of named values or changes the one that has its key, and gives its id."""
    places = ", ".join(":" + name for name in columns)
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608
        f" ON CONFLICT ({key}) DO UPDATE SET {changes}{' RETURNING id' if returning else ''}"
    )


def within(column: str, area: str) -> tuple[str, tuple[object, ...]]:
    """SQL and values for "the path in `column` is `area` or below", a range on an index and by segments; "" is all."""
    if not area:
        return "", ()
    # "0" follows "/" in ASCII: the range holds everything that begins with area/, the last test drops area-1 and such.
    sql = f" AND {column} >= ? AND {column} < ? AND ({column} = ? OR substr({column}, ?, 1) = '/')"
    return sql, (area, area + "0", area, len(area) + 1)
