"""Images of a folder after the power went: what was flushed is there, of the rest any part, in any order, or torn.

Data that was not flushed (fsync of its file) is kept or dropped sector by sector; names (files made, renamed, removed)
that were not flushed (fsync of a folder) are kept up to some point, in their order, as journaling file systems do.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from failing_disk import Call, Kind

SECTOR = 512


@dataclass
class File:
    """`pending` are writes and truncations that were not flushed."""

    durable: bytes = b""
    pending: list[Call] = field(default_factory=list)

    def content(self, chance: random.Random | None) -> bytes:
        """With everything that was written, or with what `chance` leaves of it."""
        data = bytearray(self.durable)
        for call in self.pending:
            if call.kind is Kind.TRUNCATE:
                if chance is None or chance.random() < 0.5:
                    _cut(data, call.offset)
                continue
            for place, piece in _sectors(call):
                if chance is None or chance.random() < 0.5:
                    _put(data, place, piece)
        return bytes(data)


class Image:
    """A folder's files, as `calls` change them from what lies in `folder` at first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[int, File] = {}
        self._live: dict[int, int] = {}  # inode -> our number of the file, since inodes are used again
        self.names: dict[str, int] = {}
        self.folders: set[str] = set()
        self._unflushed: list[Call] = []
        self._names_before: dict[str, int] = {}
        self._folders_before: set[str] = set()
        for path in (folder, *sorted(folder.rglob("*"))):
            if path.is_dir():
                self.folders.add(str(path))
            elif not path.name.endswith("-shm"):
                self.names[str(path)] = self._made(path.stat().st_ino, path.read_bytes())
        self._flushed()

    def apply(self, call: Call) -> None:
        match call.kind:
            case Kind.WRITE | Kind.TRUNCATE:
                self.files[self._live[call.ino]].pending.append(call)
            case Kind.SYNC if call.path:
                self._flushed()
            case Kind.SYNC:
                file = self.files[self._live[call.ino]]
                file.durable, file.pending = file.content(None), []
            case _:
                if call.kind is Kind.CREATE:
                    call = replace(call, ino=self._made(call.ino, b""))
                self._unflushed.append(call)
                _named(call, self.names, self.folders)

    def write(self, target: Path, chance: random.Random | None) -> None:
        """Lay an image down in `target`: everything that was done, or what a power cut leaves of it."""
        names, folders = dict(self._names_before), set(self._folders_before)
        kept = len(self._unflushed) if chance is None else chance.randint(0, len(self._unflushed))
        for call in self._unflushed[:kept]:
            _named(call, names, folders)
        for name in sorted(folders):
            (target / Path(name).relative_to(self.folder)).mkdir(parents=True, exist_ok=True)
        for name, ino in names.items():
            place = target / Path(name).relative_to(self.folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(self.files[ino].content(chance))

    def _made(self, inode: int, content: bytes) -> int:
        number = len(self.files)
        self.files[number] = File(content)
        self._live[inode] = number
        return number

    def _flushed(self) -> None:
        self._unflushed = []
        self._names_before, self._folders_before = dict(self.names), set(self.folders)


def images(folder: Path, calls: Iterable[Call]) -> Iterable[Image]:
    """The state before each call, and after the last."""
    image = Image(folder)
    for call in calls:
        yield image
        image.apply(call)
    yield image


def _named(call: Call, names: dict[str, int], folders: set[str]) -> None:
    match call.kind:
        case Kind.CREATE:
            names[call.path] = call.ino
        case Kind.UNLINK:
            names.pop(call.path, None)
        case Kind.MAKE:
            folders.add(call.path)
        case Kind.REMOVE:
            folders.discard(call.path)
        case Kind.RENAME if call.path in names:
            names[call.other] = names.pop(call.path)
        case Kind.RENAME:
            _move_folder(call, names, folders)


def _move_folder(call: Call, names: dict[str, int], folders: set[str]) -> None:
    inside = call.path + "/"
    for name in [name for name in names if name.startswith(inside)]:
        names[call.other + "/" + name[len(inside) :]] = names.pop(name)
    for name in [name for name in folders if name == call.path or name.startswith(inside)]:
        folders.discard(name)
        folders.add(call.other + name[len(call.path) :])


def _sectors(call: Call) -> Iterable[tuple[int, bytes]]:
    place = call.offset
    end = place + len(call.data)
    while place < end:
        until = min(end, (place // SECTOR + 1) * SECTOR)
        yield place, call.data[place - call.offset : until - call.offset]
        place = until


def _put(data: bytearray, place: int, piece: bytes) -> None:
    if len(data) < place:
        data.extend(bytes(place - len(data)))
    data[place : place + len(piece)] = piece


def _cut(data: bytearray, size: int) -> None:
    del data[size:]
    if len(data) < size:
        data.extend(bytes(size - len(data)))
