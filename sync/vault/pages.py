"""Rows read straight off the pages of a database, for where the way to them (a page above, the schema) is damaged.

Format: https://www.sqlite.org/fileformat2.html, sections 1.5, 1.6 and 2. Only pages that are authentic and in use are
read: what lies on the free list was deleted, and stays so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sync import crypto

Value = int | float | str | bytes | None

_TABLE_LEAF, _INDEX_LEAF, _INDEX_INNER = 0x0D, 0x0A, 0x02
_USABLE = crypto.DatabasePages.USABLE


@dataclass(frozen=True, slots=True)
class Cell:
    """One row as it is stored. `rowid` is None in tables that have none, and in indexes."""

    rowid: int | None
    values: tuple[Value, ...]


class Pages:
    """The authentic pages of a file, by number; `broken` are the others."""

    def __init__(self, path: Path, key: bytes) -> None:
        data = path.read_bytes()
        size = crypto.DatabasePages.SIZE
        opener = crypto.DatabasePages(key, data[: crypto.SALT_SIZE])
        found = {n: opener.open(data[(n - 1) * size : n * size], n) for n in range(1, len(data) // size + 1)}
        self._pages = {number: page for number, page in found.items() if page is not None}
        self.broken = tuple(number for number, page in found.items() if page is None)

    def cells(self) -> Iterator[Cell]:
        """Every row on every page in use. A row whose end is on a broken page is left out."""
        free = self._free()
        for number, page in self._pages.items():
            if number not in free:
                try:
                    yield from self._of(page, 100 if number == 1 else 0)
                except (IndexError, ValueError):  # bytes of a long row, which look like the head of a page
                    continue

    def _of(self, page: bytes, start: int) -> Iterator[Cell]:
        kind = page[start]
        if kind not in (_TABLE_LEAF, _INDEX_LEAF, _INDEX_INNER):
            return
        head = start + (12 if kind == _INDEX_INNER else 8)
        for cell in range(_number(page, start + 3, 2)):
            place = _number(page, head + 2 * cell, 2) + (4 if kind == _INDEX_INNER else 0)
            size, place = _varint(page, place)
            rowid: int | None = None
            if kind == _TABLE_LEAF:
                rowid, place = _varint(page, place)
            whole = self._payload(page, place, size, table=kind == _TABLE_LEAF)
            if whole is not None:
                yield Cell(rowid, tuple(_record(whole)))

    def _payload(self, page: bytes, place: int, size: int, *, table: bool) -> bytes | None:
        most = _USABLE - 35 if table else (_USABLE - 12) * 64 // 255 - 23
        if size <= most:
            return page[place : place + size]
        least = (_USABLE - 12) * 32 // 255 - 23
        here = least + (size - least) % (_USABLE - 4)
        here = here if here <= most else least
        found = bytearray(page[place : place + here])
        after = _number(page, place + here, 4)
        while after and len(found) < size:
            more = self._pages.get(after)
            if more is None:
                return None
            found += more[4 : min(_USABLE, 4 + size - len(found))]
            after = _number(more, 0, 4)
        return bytes(found) if len(found) == size else None

    def _free(self) -> frozenset[int]:
        """Pages on the free list, as far as it can be followed; all of it hangs on the first page."""
        first = self._pages.get(1)
        found: set[int] = set()
        trunk = _number(first, 32, 4) if first is not None else 0
        while trunk and trunk not in found:
            found.add(trunk)
            page = self._pages.get(trunk)
            if page is None:
                break
            leaves = min(_number(page, 4, 4), _USABLE // 4 - 2)
            found.update(_number(page, 8 + 4 * leaf, 4) for leaf in range(leaves))
            trunk = _number(page, 0, 4)
        return frozenset(found)


def _record(data: bytes) -> Iterator[Value]:
    end, place = _varint(data, 0)
    kinds = []
    while place < end:
        kind, place = _varint(data, place)
        kinds.append(kind)
    for kind in kinds:
        if kind >= 12:
            size = (kind - 12) // 2
            piece = data[place : place + size]
            yield piece if kind % 2 == 0 else piece.decode("utf-8")
        elif kind in (8, 9):
            size = 0
            yield kind - 8
        elif kind == 7:
            raise ValueError("no table of ours has such a number")
        else:
            size = (0, 1, 2, 3, 4, 6, 8)[kind]
            yield int.from_bytes(data[place : place + size], "big", signed=True) if size else None
        place += size


def _number(page: bytes, place: int, size: int) -> int:
    piece = page[place : place + size]
    if len(piece) < size:
        raise IndexError
    return int.from_bytes(piece, "big")


def _varint(data: bytes, place: int) -> tuple[int, int]:
    found = 0
    for count in range(9):
        byte = data[place]
        place += 1
        if count == 8:
            return (found << 8) | byte, place
        found = (found << 7) | (byte & 0x7F)
        if byte < 0x80:
            return found, place
    raise IndexError
