"""Attachments beside the database: each file encrypted under its own random key, which stands in the database.

A file is named by a keyed hash, so that a name says nothing of its content. Erasing the key erases the file.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from forms.errors import Fault, Kind
from sync import crypto
from sync.vault import files, platform

_SEALED = crypto.CHUNK + 16


@dataclass(frozen=True, slots=True)
class Blob:
    """What the database keeps of a file: `name` on disk, `key`, and `hash` and `size` of its content."""

    name: str
    key: bytes
    hash: bytes
    size: int

    def fits(self, file: IO[bytes]) -> bool:
        """Whether `file`, open at its beginning, is authentic and has the content that the database names."""
        total = max(1, -(-file.seek(0, os.SEEK_END) // _SEALED))
        file.seek(0)
        running = crypto.running_digest()
        for number in range(total):
            plain = crypto.unseal_chunk(self.key, file.read(_SEALED), number=number, last=number == total - 1)
            if plain is None:
                return False
            running.update(plain)
        return running.digest() == self.hash


class Blobs:
    """A folder of encrypted files. `names` is `DataKey.file_names()`."""

    def __init__(self, folder: Path, names: bytes, *, entropy: Callable[[int], bytes]) -> None:
        self.folder = folder
        self._names = names
        self._entropy = entropy

    def write(self, content: Path | bytes | Iterable[bytes]) -> Blob:
        """Encrypt and store durably, in chunks. Faults: vault.disk_full, vault.missing, vault.unwritable."""
        key = self._entropy(crypto.KEY_SIZE)
        name = crypto.keyed(self._names, key).hex()
        path = self.path(name)
        new_folder = not path.parent.exists()
        with files.world(path):
            platform.private_folder(path.parent)
            if new_folder:
                platform.sync_folder(self.folder)
        seen = _Counted(_chunks(content))
        with files.replacing(path) as out:
            for piece in crypto.seal_chunks(key, seen):
                out.write(piece)
        return Blob(name, key, seen.hash(), seen.size)

    def read(self, blob: Blob, *, offset: int = 0) -> Generator[bytes, None, None]:
        """The content from `offset` on, in chunks. Faults: vault.missing, vault.damaged."""
        path = self.path(blob.name)
        first, skip = divmod(offset, crypto.CHUNK)
        with files.world(path), path.open("rb") as file:
            total = max(1, -(-path.stat().st_size // _SEALED))
            file.seek(first * _SEALED)
            for number in range(first, total):
                plain = crypto.unseal_chunk(blob.key, file.read(_SEALED), number=number, last=number == total - 1)
                if plain is None:
                    raise Fault("vault.damaged", Kind.DAMAGED, path=str(path))
                yield plain[skip:]
                skip = 0

    def read_part(self, blob: Blob, *, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`, empty at the end."""
        found = bytearray()
        if offset >= blob.size:
            return b""
        with contextlib.closing(self.read(blob, offset=offset)) as pieces:
            for piece in pieces:
                found += piece
                if len(found) >= size:
                    break
        return bytes(found[:size])

    def check(self, blob: Blob) -> bool:
        """Whether the file is there, authentic, and has the content that the database names."""
        try:
            with self.path(blob.name).open("rb") as file:
                return blob.fits(file)
        except OSError:
            return False

    def remove(self, name: str) -> None:
        """Remove a file; one that is gone already is no error, and one that stays is taken by the next sweep."""
        with contextlib.suppress(OSError):
            self.path(name).unlink()

    @contextlib.contextmanager
    def undone(self, *names: str) -> Iterator[None]:
        """Remove these files where the block fails.

        It stands inside the transaction whose rows name them: a commit that fails may have reached the disk all the
        same, and an interrupt may come just after it. The sweep takes what no row names.
        """
        try:
            yield
        except Exception:
            for name in names:
                self.remove(name)
            raise

    def names(self) -> Iterator[str]:
        """Names of the files that lie here, rubbish of broken writes included (they end in `.part`)."""
        if self.folder.exists():
            for path in self.folder.glob("??/*"):
                yield path.name

    def sweep(self, kept: Callable[[str], bool], *, before: float) -> int:
        """Remove files that no row names: left by a kill between file and commit. Returns how many.

        Younger ones than `before` (seconds since 1970) stay: their row may be about to be committed.
        """
        doomed = [name for name in self.names() if name.endswith(files.PART) or not kept(name)]
        old = [name for name in doomed if self.path(name).stat().st_mtime < before]
        for name in old:
            self.remove(name)
        return len(old)

    def path(self, name: str) -> Path:
        """Where the file of this name lies."""
        return self.folder / name[:2] / name


class _Counted:
    """Chunks as they pass, with their hash and size."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self._running = crypto.running_digest()
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._running.update(chunk)
            self.size += len(chunk)
            yield chunk

    def hash(self) -> bytes:
        return self._running.digest()


def _chunks(content: Path | bytes | Iterable[bytes]) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
    elif isinstance(content, Path):
        with files.world(content), content.open("rb") as file:
            while piece := file.read(crypto.CHUNK):
                yield piece
    else:
        yield from content
