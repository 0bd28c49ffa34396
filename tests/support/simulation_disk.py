"""Databases in memory that behave like a disk in a bad world: killed around a commit, full, put back to an image.

The library is the one that ships (SQLCipher's), without a key: what is encrypted at rest is tested elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Engine

from sync.vault.blobs import Blobs
from sync.vault.database import STATEMENTS, Database, engine_on, prepare


class Killed(BaseException):
    """The process ends here; nothing may catch it but the simulator."""


class When(StrEnum):
    BEFORE = "before"
    AFTER = "after"


@dataclass(slots=True)
class Kill:
    """The process dies around the commit that comes after `commits` others."""

    commits: int
    when: When


class Connection(driver.Connection):
    """A connection whose commits can be the last thing that its process does. Only `destroy` closes it."""

    kill: Kill | None = None
    commits = 0
    dead = False
    destroyed = False
    _counted = 0

    def commit(self) -> None:
        wrote = self.total_changes != self._counted
        self._counted = self.total_changes
        if wrote:
            self._strike(When.BEFORE)
        super().commit()
        if wrote:
            self.commits += 1
            self._strike(When.AFTER)

    def rollback(self) -> None:
        if self.destroyed:  # an engine that is collected late
            return
        super().rollback()
        self._counted = self.total_changes

    def close(self) -> None:
        """The image outlives the process."""

    def destroy(self) -> None:
        self.destroyed = True
        super().close()

    def _strike(self, when: When) -> None:
        plan = self.kill
        if plan is None or plan.when is not when:
            return
        if plan.commits:
            plan.commits -= 1
            return
        self.kill = None
        self.dead = True
        raise Killed


class Disk:
    """What one process has on disk: committed images of one database."""

    def __init__(self, image: Connection) -> None:
        self._raw = _copy(image)
        self._engine = self._plugged_in()
        self._process: Database | None = None
        self._put_back = 0

    @property
    def stamp(self) -> tuple[int, int]:
        """Another one once anything may be another than it was."""
        return self._put_back, self._raw.total_changes

    @property
    def raw(self) -> Connection:
        """The connection of the process that runs now; reading it outside a transaction shows what is committed."""
        return self._raw

    def open(self, name: str) -> Database:
        """The database of the process that begins; the one before has ended."""
        self._end()
        self._process = Database(self._engine, path=Path(name), writer=True)
        return self._process

    def restart(self) -> None:
        """The process is gone: what it had not committed is too."""
        self._end()
        self._raw.rollback()
        self._raw.dead = False
        self._raw.kill = None

    def image(self) -> Connection:
        """A backup as of the last commit."""
        return _copy(self._raw)

    def put_back(self, image: Connection) -> None:
        """Let the disk hold a copy of `image`."""
        self._end()
        old, self._raw = self._raw, _copy(image)
        self._engine = self._plugged_in()
        self._put_back += 1
        old.destroy()

    def _plugged_in(self) -> Engine:
        prepare(self._raw, writer=True)
        raw = self._raw
        return engine_on(lambda: raw)

    def _end(self) -> None:
        """Nothing of a process that is gone may reach the connection later, when it is collected."""
        if self._process is not None:
            self._process.close()
            self._process = None

    def fill(self, pages: int) -> None:
        """Leave room for `pages` more pages."""
        used = self._raw.execute("PRAGMA page_count").fetchone()[0]
        self._raw.execute(f"PRAGMA max_page_count = {used + pages}").fetchone()

    def empty(self) -> None:
        """Room again."""
        self._raw.execute("PRAGMA max_page_count = 1073741823").fetchone()

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows as committed."""
        return list(self._raw.execute(sql, values).fetchall())

    def destroy(self) -> None:
        self._end()
        self._raw.destroy()


class Files(Blobs):
    """Encrypted files beside a database: a process that has died removes nothing any more."""

    def __init__(self, disk: Disk, folder: Path, *, entropy: Callable[[int], bytes]) -> None:
        super().__init__(folder, bytes(32), entropy=entropy)
        self._connection = disk.raw

    def remove(self, name: str) -> None:
        if not self._connection.dead:
            super().remove(name)


def _copy(image: Connection) -> Connection:
    made = _in_memory()
    image.backup(made)
    return made


def _in_memory() -> Connection:
    made: Connection = driver.connect(
        ":memory:", isolation_level=None, factory=Connection, cached_statements=STATEMENTS
    )
    return made


def decrypted(path: Path, key: bytes) -> Connection:
    """The content of an encrypted database, in memory and without a key."""
    source = driver.connect(str(path), isolation_level=None)
    try:
        source.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        source.execute("ATTACH DATABASE ':memory:' AS plain KEY ''")
        source.execute("SELECT sqlcipher_export('plain')").fetchone()
        made = _in_memory()
        source.backup(made, name="plain")
    finally:
        source.close()
    return made
