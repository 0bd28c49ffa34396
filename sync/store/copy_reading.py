"""Copies of a workspace as they are read again: a file or a folder of a day, proven by opening it."""

from __future__ import annotations

import re
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from forms.errors import Fault, Kind
from sync import crypto
from sync.store import access
from sync.store.record_rows import named_files
from sync.vault import audit, files, manifest, platform, slots
from sync.vault.blobs import Blob
from sync.vault.database import Database
from sync.vault.keys import DataKey
from sync.vault.manifest import Manifest

MANIFEST, SLOTS, DATABASE, BLOBS = "manifest.json", slots.COPIES[0], access.DATABASE, "blobs"

_MEMBER = re.compile(rf"{MANIFEST}|{re.escape(SLOTS)}|{re.escape(DATABASE)}|{BLOBS}/([0-9a-f]{{2}})/\1[0-9a-f]{{62}}")


class Copy:
    """A copy as it lies there. `claimed` is what it says before a key has proven it."""

    def __init__(self, path: Path, data: bytes) -> None:
        self.path = path
        self._data = data
        self.claimed = manifest.read(data, path=str(path))

    def proven(self, key: DataKey) -> Manifest:
        return manifest.verified(self._data, key, path=str(self.path))

    def slots(self) -> slots.Slots:
        """Fault vault.slots_damaged."""
        found = slots.decode(self.content(SLOTS), self.path)
        if found is None:
            raise Fault("vault.slots_damaged", Kind.DAMAGED, path=str(self.path))
        return found

    def content(self, name: str) -> bytes:
        with self.open(name) as file:
            return file.read(manifest.MOST_BYTES)

    def open(self, name: str) -> IO[bytes]:
        """One of its three files, or `blobs/ab/ab…`. Fault vault.damaged where it is missing."""
        raise NotImplementedError

    def take(self, name: str, target: Path) -> None:
        """Write one of its files to `target`, durably."""
        with files.world(target):
            platform.private_folder(target.parent)
        with self.open(name) as file, files.replacing(target) as out:
            copy_bytes(file, out)


class _FileCopy(Copy):
    def __init__(self, path: Path, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self._members = dict(_members(path, archive))
        self.path = path
        super().__init__(path, self.content(MANIFEST))

    def open(self, name: str) -> IO[bytes]:
        member = self._members.get(name)
        found = self._archive.extractfile(member) if member is not None else None
        if found is None:
            raise Fault("vault.damaged", Kind.DAMAGED, path=str(self.path))
        return found


class _FolderCopy(Copy):
    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(path, self.content(MANIFEST))

    def open(self, name: str) -> IO[bytes]:
        path = (self.path.parent if name.startswith(BLOBS) else self.path) / name
        try:
            return path.open("rb")
        except FileNotFoundError:
            raise Fault("vault.damaged", Kind.DAMAGED, path=str(path)) from None
        except OSError as problem:
            raise files.fault_of(problem, path) from None


@contextmanager
def read_copy(path: Path) -> Iterator[Copy]:
    """A file that `to_file` wrote, or the folder of a day. Faults: vault.missing, vault.damaged, vault.newer."""
    if path.is_dir():
        yield _FolderCopy(path)
        return
    with ExitStack() as stack:
        with files.world(path):
            file = stack.enter_context(path.open("rb"))
        try:
            copy = _FileCopy(path, stack.enter_context(tarfile.open(fileobj=file, mode="r:")))
            yield copy
        except (tarfile.TarError, EOFError, OverflowError, UnicodeError):
            raise Fault("vault.damaged", Kind.DAMAGED, path=str(path)) from None


def _members(path: Path, archive: tarfile.TarFile) -> Iterator[tuple[str, tarfile.TarInfo]]:
    """Plain files under the names that we give, each once; anything else is refused (R17)."""
    seen = set()
    for member in archive:
        if not member.isreg() or member.issparse() or not _MEMBER.fullmatch(member.name) or member.name in seen:
            raise Fault("vault.damaged", Kind.DAMAGED, path=str(path))
        seen.add(member.name)
        yield member.name, member


def prove(copy: Copy, key: DataKey, scratch: Path) -> Manifest:
    """That a copy is whole and opens, by opening it: its database is laid down in `scratch`, which is left empty.

    Fault vault.damaged.
    """
    found = copy.proven(key)
    try:
        for name in (SLOTS, DATABASE):
            copy.take(name, scratch / name)
            if digest_of(scratch / name) != found.files.get(name):
                raise Fault("vault.damaged", Kind.DAMAGED, path=str(copy.path))
        for blob in prove_database(scratch / DATABASE, key, found):
            _prove_blob(copy, blob)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return found


def prove_database(
    path: Path, key: DataKey, found: Manifest, where: Callable[[str], Path] | None = None
) -> tuple[Blob, ...]:
    """The files that the database names; `where` they lie, if it is to be seen that they do."""
    database = Database.open(path, key.database(), writer=False)
    try:
        problems = database.check()
        with database.read() as connection:
            blobs = named_files(connection)
            chain = audit.verify(connection)
    finally:
        database.close()
    blobs = tuple(blob for blob in blobs if blob.name not in found.lost)
    lost = [] if where is None else [blob.name for blob in blobs if not where(blob.name).exists()]
    told = (chain.entries, chain.head.hex(), len(blobs) + len(found.lost)) == (
        found.audit_entries,
        found.audit_head,
        found.blobs,
    )
    if problems or lost or not told:
        raise Fault("vault.damaged", Kind.DAMAGED, path=str(path))
    return blobs


def _prove_blob(copy: Copy, blob: Blob) -> None:
    with copy.open(f"{BLOBS}/{blob.name[:2]}/{blob.name}") as file:
        if not blob.fits(file):
            raise Fault("vault.damaged", Kind.DAMAGED, path=str(copy.path))


def digest_of(path: Path) -> str:
    with files.world(path), path.open("rb") as file:
        return crypto.digest_chunks(iter(lambda: file.read(crypto.CHUNK), b"")).hex()


def copy_bytes(source: IO[bytes], target: IO[bytes]) -> None:
    """All of `source`, piece by piece."""
    while piece := source.read(crypto.CHUNK):
        target.write(piece)
