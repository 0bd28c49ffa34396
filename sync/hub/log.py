"""The hub's hash-chained log: what happened, in the order of commit. Everything derived follows from it."""

from __future__ import annotations

import secrets
from enum import StrEnum

from sqlalchemy import Connection

from sync import crypto
from sync.hub import sql
from sync.protocol import Anchor
from sync.wire import cbor


class Entry(StrEnum):
    RECORD = "record"  # an envelope was stored; digest of its metadata, which covers the commit
    RELEASE = "release"  # a held record can be read now
    FORM = "form"
    LIST = "list"
    FILE = "file"  # somebody waits to hear of a file, and it came or is lost; key instanceID/name
    RECEIPT = "receipt"  # a hub above signed for a run, or gave notice; digest of what it said
    SHOWN = "shown"  # rows that a newer program shows otherwise are in the feed again
    CONTINUE = "continue"  # a restored laptop goes on as another device; key OLD/SEQ/NEW


_SALT = 8  # bytes


class Log:
    """The end of the log inside one writing transaction; positions are given while its lock is held.

    Every transaction salts its heads: a hub that was put back and takes the same records again makes another log of
    them. Else nobody would see that what stands beside the log, files and runs, is gone. `salt` is for reading a log
    again. Heads from before there were salts stay as they are: no head is ever made anew.
    """

    def __init__(self, connection: Connection, *, now: str, salt: str = "") -> None:
        self._connection = connection
        self._now = now
        self._salt = salt or secrets.token_hex(_SALT)
        sql.run(connection, "UPDATE log_head SET n = n WHERE one = 1")  # takes the lock on any database
        row = sql.one(connection, "SELECT n, head FROM log_head")
        self.n: int = row.n
        self.head: bytes = row.head
        self._added: list[dict[str, object]] = []

    def append(self, kind: Entry, key: str, digest: bytes) -> int:
        """The position of a new entry; written by `flush`."""
        self.n += 1
        entry = [self.n, str(kind), key, digest, self._salt]
        self.head = crypto.digest(b"hamlet/log\0" + self.head + cbor.dumps(entry))
        self._added.append(
            {
                "n": self.n,
                "kind": str(kind),
                "key": key,
                "digest": digest,
                "head": self.head,
                "at": self._now,
                "salt": self._salt,
            }
        )
        return self.n

    def flush(self) -> None:
        """Write what was appended; once, before the transaction ends."""
        if self._added:
            sql.run_many(
                self._connection,
                "INSERT INTO log (n, kind, key, digest, head, at, salt)"
                " VALUES (:n, :kind, :key, :digest, :head, :at, :salt)",
                self._added,
            )
            sql.run(self._connection, "UPDATE log_head SET n = :n, head = :head", n=self.n, head=self.head)
            self._added = []


def anchor(connection: Connection, epoch: str) -> Anchor:
    row = sql.one(connection, "SELECT n, head FROM log_head")
    return Anchor(epoch=epoch, n=row.n, head=row.head)


def anchor_at(connection: Connection, epoch: str, n: int) -> Anchor:
    """What the log says of itself at position `n`, which it has."""
    head = sql.scalar(connection, "SELECT head FROM log WHERE n = :n", n=n) if n else bytes(32)
    return Anchor(epoch=epoch, n=n, head=head)


def proven(connection: Connection, epoch: str, known: Anchor) -> bool:
    """Whether this log holds what `known` says of it. One who knows nothing yet is right."""
    if not known.epoch:
        return True
    if known.epoch != epoch:
        return False
    if known.n == 0:
        return True
    return bool(sql.scalar(connection, "SELECT head FROM log WHERE n = :n", n=known.n) == known.head)
