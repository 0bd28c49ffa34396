"""A hub's backup in one file: written from one consistent view beside a running hub, proven by reading it again.

A tar of the slots, the database, the certificate and the encrypted files, with a manifest that the data key seals.
Laptops let payloads go below what is in it, so nothing is said of it before it has been opened and compared.
"""

from __future__ import annotations

import os
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from sqlalchemy import Connection

from forms.errors import Fault, Kind
from sync import crypto
from sync.hub import location, sql
from sync.hub.accounts import stamp
from sync.hub.identity import CERTIFICATE, KEY
from sync.hub.opening import BLOBS, DATABASE
from sync.hub.service import Hub
from sync.vault import audit, files, manifest, platform, slots
from sync.vault.blobs import Blob
from sync.vault.database import Database
from sync.vault.keys import DataKey
from sync.vault.manifest import Manifest

MANIFEST, SLOTS = "manifest.json", slots.COPIES[0]
KEPT_DAYS = 90  # that backups of a hub are kept: what was erased is gone from all of them then
_LOOKED_AT = 1000  # files of a folder
PARTS = (SLOTS, DATABASE, CERTIFICATE, KEY)
PASSES = 4  # over all bytes: laid down, packed, unpacked again, compared

Step = Callable[[int, int], None]
"""Hears of bytes done and all; may raise to stop."""

_MEMBER = re.compile(rf"{MANIFEST}|{'|'.join(map(re.escape, PARTS))}|{BLOBS}/([0-9a-f]{{2}})/\1[0-9a-f]{{62}}")


@dataclass(frozen=True, slots=True)
class Held:
    """What a hub's database holds: its log ends at `n`, whose link is `head`."""

    n: int
    head: bytes
    records: int
    chain: audit.Verified
    blobs: tuple[Blob, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was written and read again."""

    path: Path
    n: int
    manifest: Manifest


def quiet(done: int, all: int) -> None:
    """Nobody listens."""


@dataclass(slots=True)
class _Way:
    """How far a backup is: each pass counts every byte once."""

    step: Step
    all: int
    done: int = field(default=0)
    ends: int = field(default=0)  # of this pass

    def on(self, count: int) -> None:
        """So many bytes more; there may be more of them in a pass than were there when it began."""
        self.done = min(self.done + count, self.ends)
        self.step(self.done, self.all)

    def to(self, part: int) -> None:
        """So many passes are done."""
        self.done, self.ends = self.all * part // PASSES, self.all * (part + 1) // PASSES
        self.step(self.done, self.all)


class _Read:
    """A file that is read, which says so."""

    def __init__(self, file: IO[bytes], way: _Way) -> None:
        self._file, self._way = file, way

    def read(self, count: int = -1) -> bytes:
        """The next bytes."""
        piece = self._file.read(count)
        self._way.on(len(piece))
        return piece


def to_file(hub: Hub, folder: Path, key: DataKey, target: Path, *, step: Step = quiet) -> Made:
    """Everything of the hub in `folder`; afterwards its laptops are told how far the backup reaches.

    `step` hears of bytes done and all, and may raise to stop: then nothing is left and nobody was told anything.
    Faults: hub.backup_elsewhere (the database is not in the folder), vault.not_empty (a file is there),
    vault.disk_full, vault.unwritable, vault.damaged.
    """
    if location.remembered(folder, key):
        raise Fault("hub.backup_elsewhere", Kind.USAGE)
    if target.exists():
        raise Fault("vault.not_empty", Kind.USAGE, path=str(target))
    with files.beside(target) as beside:
        way = _Way(step, PASSES * _bytes_of(folder))
        found, held = _lay_down(hub, folder, key, beside, way)
        way.to(1)
        written = beside / "whole"
        with files.world(target), written.open("xb") as out:
            _write_tar(out, beside, folder, held, found, way)
            out.flush()
            os.fsync(out.fileno())
        again = platform.private_folder(beside / "again")
        way.to(2)
        unpack(written, again, way.on)
        way.to(3)
        proven = prove(again, key, path=written, heard=way.on)
        way.to(PASSES)
        with files.world(target):
            written.replace(target)
            platform.sync_folder(target.parent)
    hub.write(lambda to: _note(to, hub, proven.n))
    hub.backed_up(proven.n)
    return Made(target, proven.n, found)


def unpack(source: Path, folder: Path, heard: Callable[[int], None] = lambda _: None) -> None:
    """Lay the members of a backup down in `folder`. Faults: vault.damaged, vault.missing, vault.disk_full."""
    seen = set()
    with _reading(source) as archive:
        for member in archive:
            if not member.isreg() or member.issparse() or not _MEMBER.fullmatch(member.name) or member.name in seen:
                raise _damaged(source)
            seen.add(member.name)
            content = archive.extractfile(member)
            target = folder / member.name
            with files.world(target):
                platform.private_folder(target.parent)
            with files.replacing(target) as out:
                while content is not None and (piece := content.read(crypto.CHUNK)):
                    out.write(piece)
                    heard(len(piece))
    if not {MANIFEST, *PARTS} <= seen:
        raise _damaged(source)


def prove(folder: Path, key: DataKey, *, path: Path, heard: Callable[[int], None] = lambda _: None) -> Held:
    """That what was laid down is what the manifest of who had `key` says, and opens. Faults: vault.damaged, .newer."""
    with files.world(folder):
        found = manifest.verified((folder / MANIFEST).read_bytes(), key, path=str(path))
    if any(_digest_of(folder / name) != found.files.get(name) for name in PARTS):
        raise _damaged(path)
    held, problems = _read(folder / DATABASE, key)
    told = (held.records, len(held.blobs), held.chain.entries, held.chain.head.hex())
    if problems or told != (found.records, found.blobs, found.audit_entries, found.audit_head):
        raise _damaged(path)
    for blob in held.blobs:
        if blob.name in found.lost:
            continue
        if not _fits(folder / BLOBS / blob.name[:2] / blob.name, blob):
            raise _damaged(path)
        heard(blob.size)
    return held


def of_hub(folder: Path, key: DataKey, hub: str) -> Iterator[tuple[Manifest, Path]]:
    """Backups of this hub in a folder, as far as their seals prove; whatever else lies there is passed over."""
    for path in sorted(folder.iterdir())[:_LOOKED_AT]:
        with suppress(Fault, OSError):
            if path.is_file():
                found = manifest.verified(_manifest_of(path), key, path=str(path))
                if found.device == hub:
                    yield found, path


def expire(folder: Path, key: DataKey, hub: str, *, now: datetime) -> int:
    """Take away those made more than KEPT_DAYS ago, but never the newest; how many went."""
    known = sorted(of_hub(folder, key, hub), key=lambda each: each[0].made_at)
    since, gone = stamp(now - timedelta(days=KEPT_DAYS)), 0
    for found, path in known[:-1]:
        if found.made_at < since:
            with files.world(path):
                path.unlink(missing_ok=True)
            gone += 1
    return gone


def _manifest_of(path: Path) -> bytes:
    with _reading(path) as archive:
        entry = next((each for each in archive if each.name == MANIFEST and each.isreg()), None)
        content = archive.extractfile(entry) if entry is not None else None
        return content.read(manifest.MOST_BYTES + 1) if content is not None else b""


def _lay_down(hub: Hub, folder: Path, key: DataKey, beside: Path, way: _Way) -> tuple[Manifest, Held]:
    """Database, slots, certificate and manifest, in `beside`."""
    source = Database.open(folder / DATABASE, key.database(), writer=False)
    try:
        share = way.all // PASSES
        source.copy_to(
            beside / DATABASE, key.database(), step=lambda done, all: way.step(share * done // max(all, 1), way.all)
        )
    finally:
        source.close()
    known = slots.load(folder)
    slots.write_copy(beside, known)
    for name in (CERTIFICATE, KEY):
        with files.world(folder / name):
            files.write(beside / name, (folder / name).read_bytes())
    held, problems = _read(beside / DATABASE, key)
    if problems:
        raise _damaged(folder / DATABASE)
    found = Manifest(
        workspace=known.id,
        device=hub.identity.hub,
        made_at=hub.now(),
        records=held.records,
        waiting=0,
        drafts=0,
        blobs=len(held.blobs),
        lost=tuple(blob.name for blob in held.blobs if not _path(folder, blob).exists()),
        audit_entries=held.chain.entries,
        audit_head=held.chain.head.hex(),
        files={name: _digest_of(beside / name) for name in PARTS},
    )
    files.write(beside / MANIFEST, found.encode(key))
    return found, held


def _write_tar(out: IO[bytes], beside: Path, folder: Path, held: Held, found: Manifest, way: _Way) -> None:
    there = [blob for blob in held.blobs if blob.name not in found.lost]
    members = [(name, beside / name) for name in (MANIFEST, *PARTS)]
    members += [(f"{BLOBS}/{blob.name[:2]}/{blob.name}", _path(folder, blob)) for blob in there]
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, path in members:
            entry = tarfile.TarInfo(name)
            with files.world(path), path.open("rb") as file:
                entry.size, entry.mode = path.stat().st_size, platform.PRIVATE_FILE
                archive.addfile(entry, _Read(file, way))


def _read(path: Path, key: DataKey) -> tuple[Held, tuple[str, ...]]:
    """What a database holds, and what is wrong with its file."""
    database = Database.open(path, key.database(), writer=False)
    try:
        problems = database.check()
        with database.read() as connection:
            return _held(connection), problems
    finally:
        database.close()


def _held(connection: Connection) -> Held:
    end = sql.run(connection, "SELECT n, head FROM log_head").one()
    rows = sql.run(connection, "SELECT blob_name, blob_key, hash, size FROM attachment WHERE complete = 1")
    return Held(
        n=end.n,
        head=bytes(end.head),
        records=int(sql.scalar(connection, "SELECT count(*) FROM record")),
        chain=audit.verify(connection),
        blobs=tuple({row.blob_name: Blob(row.blob_name, row.blob_key, row.hash, row.size) for row in rows}.values()),
    )


def _note(connection: Connection, hub: Hub, n: int) -> None:
    audit.add(connection, "backup.made", at=hub.now(), actor=hub.identity.hub, detail={"n": str(n)})


@contextmanager
def _reading(path: Path) -> Iterator[tarfile.TarFile]:
    with files.world(path):
        file = path.open("rb")
    try:
        with file, tarfile.open(fileobj=file, mode="r:") as archive:
            yield archive
    except (tarfile.TarError, EOFError, OverflowError, UnicodeError):
        raise _damaged(path) from None


def _bytes_of(folder: Path) -> int:
    """About how much a backup of this folder holds."""
    known = (folder / DATABASE, *(folder / BLOBS).glob("*/*"))
    return max(1, sum(path.stat().st_size for path in known if path.is_file()))


def _path(folder: Path, blob: Blob) -> Path:
    return folder / BLOBS / blob.name[:2] / blob.name


def _fits(path: Path, blob: Blob) -> bool:
    with files.world(path), path.open("rb") as file:
        return blob.fits(file)


def _digest_of(path: Path) -> str:
    with files.world(path), path.open("rb") as file:
        return crypto.digest_chunks(iter(lambda: file.read(crypto.CHUNK), b"")).hex()


def _damaged(path: Path) -> Fault:
    return Fault("vault.damaged", Kind.DAMAGED, path=str(path))
