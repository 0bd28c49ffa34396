"""Rows of like maps as columns, documents as markup and values, UUIDs as 16 bytes: what zstd then makes small.

Lossless for any bytes. A hundred requests of the pack take 110 bytes each so, 132 as rows: random parts remain.
Decoding counts the bytes that it makes and stops at a limit, since a short column can name a long markup often.
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync.wire.cbor import malformed
from sync.wire.pack import PLAIN_LIMIT, too_large

_UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_VALUE = re.compile(rb"(?<=>)([^<>]*)(?=</)")  # text of an element without children, as its writer left it
_MARK = b"\x01"  # stands for a UUID; no XML document and no text of ours contains it
_END = b"\n"
_MANY = 20  # documents or texts from which on columns are shorter than they are themselves
_FEW = 64  # different texts of a column whose numbers are sent
_WORD = 120  # signs of such a text
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST_DAY = datetime.date(1900, 1, 1).toordinal()


@dataclass(slots=True)
class _Uuids:
    """The distinct UUIDs of a message in the order of their first use, and which one each mark means."""

    places: dict[bytes, int] = field(default_factory=dict)
    marks: list[int] = field(default_factory=list)

    def strip(self, data: bytes) -> bytes:
        return _UUID.sub(self._note, data)

    def _note(self, found: re.Match[bytes]) -> bytes:
        raw = bytes.fromhex(found[0].replace(b"-", b"").decode())
        self.marks.append(self.places.setdefault(raw, len(self.places)))
        return _MARK


@dataclass(slots=True)
class _Restored:
    """UUIDs put back one by one; `left` is how many bytes may still be made."""

    uuids: Sequence[bytes]
    marks: Sequence[int]
    left: int = PLAIN_LIMIT
    at: int = 0

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise too_large(PLAIN_LIMIT)

    def fill(self, data: bytes) -> bytes:
        pieces = data.split(_MARK)
        self.spend(len(data) + 35 * (len(pieces) - 1))
        made = [pieces[0]]
        for piece in pieces[1:]:
            if self.at >= len(self.marks):
                raise malformed("uuids")
            made += (self.uuids[self.marks[self.at]], piece)
            self.at += 1
        return b"".join(made)


def pack_rows(rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Maps of plain values as `[number of rows, UUIDs, marks, table]`; a mark is written as its step from the last."""
    uuids = _Uuids()
    table = _pack_table(rows, uuids)
    steps = [mark - before for before, mark in itertools.pairwise([0, *uuids.marks])]
    return [len(rows), b"".join(uuids.places), steps, table]


def unpack_rows(packed: object, *, limit: int, field: str) -> list[dict[str, Any]]:
    """The maps that were packed; more than `limit` of them are refused."""
    match packed:
        case [int(count), bytes(raw), list(steps), list(table)] if 0 <= count <= limit and len(raw) % 16 == 0:
            pass
        case _:
            raise malformed(field)
    known = len(raw) // 16
    if not all(type(step) is int for step in steps):
        raise malformed(field)
    marks = list(itertools.accumulate(steps))
    if not all(0 <= mark < known for mark in marks):
        raise malformed(field)
    restored = _Restored([_written(raw[at : at + 16]) for at in range(0, len(raw), 16)], marks)
    rows = _unpack_table(table, count, restored, field)
    if restored.at != len(marks):
        raise malformed(field)
    return rows


def _written(raw: bytes) -> bytes:
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}".encode()


def _pack_table(rows: Sequence[Mapping[str, Any]], uuids: _Uuids) -> list[Any]:
    """`[shape of each row, [[keys, columns] of each shape]]`; the first part is empty where all have one shape."""
    shapes: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        shapes.setdefault(tuple(sorted(row)), []).append(row)
    numbers = {shape: number for number, shape in enumerate(shapes)}
    order = [numbers[tuple(sorted(row))] for row in rows] if len(shapes) > 1 else []
    return [order, [[list(keys), [_pack([row[key] for row in same], uuids) for key in keys]]
                    for keys, same in shapes.items()]]  # fmt: skip


def _unpack_table(table: object, count: int, restored: _Restored, field: str) -> list[dict[str, Any]]:
    match table:
        case [list(order), list(shapes)] if len(shapes) <= max(count, 0) and bool(count) == bool(shapes):
            pass
        case _:
            raise malformed(field)
    if len(shapes) > 1:
        if len(order) != count or not all(type(number) is int and 0 <= number < len(shapes) for number in order):
            raise malformed(field)
    elif order:
        raise malformed(field)
    else:
        order = [0] * count
    counts = [0] * len(shapes)
    for number in order:
        counts[number] += 1
    pending = [iter(_unpack_shape(shape, size, restored, field)) for shape, size in zip(shapes, counts, strict=True)]
    return [next(pending[number]) for number in order]


def _unpack_shape(shape: object, count: int, restored: _Restored, field: str) -> list[dict[str, Any]]:
    match shape:
        case [list(keys), list(columns)] if len(keys) == len(columns) and all(type(key) is str for key in keys):
            pass
        case _:
            raise malformed(field)
    if sorted(set(keys)) != keys:
        raise malformed(field)
    restored.spend(16 * count)
    unpacked = [_unpack(column, count, restored, f"{field}.{key}") for key, column in zip(keys, columns, strict=True)]
    return [dict(zip(keys, values, strict=True)) for values in zip(*unpacked, strict=True)] if keys else [
        {} for _ in range(count)
    ]  # fmt: skip


def _pack(values: Sequence[Any], uuids: _Uuids) -> list[Any]:
    """One column, by the shortest of the ways that fit all of its values."""
    first = values[0]
    kind = type(first)
    if any(type(value) is not kind for value in values):
        return ["list", list(values)]
    if kind in (str, int, bool, bytes) and len(values) > 1 and all(value == first for value in values):
        return ["same", first]
    if kind is str:
        return _pack_texts(values, uuids)
    if kind is bytes:
        if len(first) <= 64 and all(len(value) == len(first) for value in values):
            return ["sized", b"".join(values)]
        if len(values) >= _MANY and not any(_MARK in value for value in values):
            return ["documents", *_pack_documents(values, uuids)]
    if kind is dict:
        return ["maps", _pack_table(values, uuids)]
    if kind is int and len(values) > 1:
        return ["steps", [first, *(later - value for value, later in itertools.pairwise(values))]]
    return ["list", list(values)]


def _pack_texts(values: Sequence[str], uuids: _Uuids) -> list[Any]:
    if len(values) >= _MANY:
        coded = _pack_days(values) or _pack_coded(values)
        if coded is not None:
            return coded
    data = [value.encode() for value in values]
    if any(_MARK in value or _END in value for value in data):
        return ["list", list(values)]
    return ["texts", _END.join(uuids.strip(value) for value in data)]


def _pack_coded(values: Sequence[str]) -> list[Any] | None:
    """Few different values as their numbers, a byte each: half of what zstd makes of the words themselves."""
    numbers: dict[str, int] = {}
    for value in values:
        if value in numbers:
            continue
        if len(numbers) == _FEW or len(value) > _WORD or _UUID.search(value.encode()):
            return None  # identifiers are shorter otherwise, and once for all columns
        numbers[value] = len(numbers)
    return ["coded", list(numbers), bytes(numbers[value] for value in values)]


def _pack_days(values: Sequence[str]) -> list[Any] | None:
    """ISO days as how long after the first possible one they are, high bytes first; None where one is no such day."""
    days = []
    for value in values:
        found = _DAY.fullmatch(value)
        try:
            day = datetime.date.fromisoformat(value).toordinal() - _FIRST_DAY if found else -1
        except ValueError:
            return None
        if not 0 <= day < 1 << 16:
            return None
        days.append(day)
    return ["days", bytes(day >> 8 for day in days) + bytes(day & 255 for day in days)]


def _unpack_coded(words: list[Any], numbers: bytes, restored: _Restored, field: str) -> list[str]:
    if not all(type(word) is str for word in words) or (numbers and max(numbers) >= len(words)):
        raise malformed(field)
    sizes = [len(word.encode()) + 8 for word in words]
    restored.spend(sum(sizes[number] for number in numbers))
    return [words[number] for number in numbers]


def _unpack_days(data: bytes, restored: _Restored) -> list[str]:
    half = len(data) // 2
    restored.spend(18 * half)
    pairs = zip(data[:half], data[half:], strict=True)
    return [datetime.date.fromordinal(_FIRST_DAY + (high << 8 | low)).isoformat() for high, low in pairs]


def _unpack(column: object, count: int, restored: _Restored, field: str) -> list[Any]:
    match column:
        case ["list", list(values)]:
            unpacked = values
        case ["same", str() | int() | bytes() as value]:
            restored.spend(count * (len(value) if isinstance(value, str | bytes) else 8))
            unpacked = [value] * count
        case ["texts", bytes(data)]:
            unpacked = _unpack_texts(data, restored, field)
        case ["coded", list(words), bytes(numbers)] if len(numbers) == count and len(words) <= _FEW:
            unpacked = _unpack_coded(words, numbers, restored, field)
        case ["days", bytes(data)] if len(data) == 2 * count:
            unpacked = _unpack_days(data, restored)
        case ["sized", bytes(data)] if count and len(data) % count == 0:
            size = len(data) // count
            unpacked = [data[at * size : (at + 1) * size] for at in range(count)]
        case ["steps", list(steps)] if all(type(step) is int for step in steps):
            unpacked = []
            for step in steps:
                unpacked.append(step + (unpacked[-1] if unpacked else 0))
        case ["maps", list(table)]:
            unpacked = _unpack_table(table, count, restored, field)
        case ["documents", list(markups), list(order), dict(texts)] if len(order) == count:
            unpacked = _unpack_documents(markups, order, texts, restored=restored, field=field)
        case _:
            raise malformed(field)
    if len(unpacked) != count:
        raise malformed(field)
    return unpacked


def _unpack_texts(data: bytes, restored: _Restored, field: str) -> list[str]:
    try:
        return [restored.fill(value).decode() for value in data.split(_END)]
    except UnicodeDecodeError:
        raise malformed(field) from None


def _pack_documents(documents: Sequence[bytes], uuids: _Uuids) -> tuple[list[list[bytes]], list[int], dict[str, Any]]:
    """Distinct markups, which one each document has, and the values of each element name in document order."""
    markups: dict[tuple[bytes, ...], int] = {}
    order = []
    columns: dict[bytes, list[bytes]] = {}
    for document in documents:
        parts = _VALUE.split(uuids.strip(document))
        order.append(markups.setdefault(tuple(parts[::2]), len(markups)))
        for before, value in zip(parts[::2], parts[1::2], strict=False):
            columns.setdefault(_column(before), []).append(value)
    texts = {
        name.hex(): values if any(_END in value for value in values) else _END.join(values)
        for name, values in columns.items()
    }
    return [list(markup) for markup in markups], order, texts


def _column(before: bytes) -> bytes:
    """The tag that a value follows names its column."""
    return before[before.rfind(b"<") :]


def _unpack_documents(
    markups: list[Any], order: list[Any], texts: dict[str, Any], *, restored: _Restored, field: str
) -> list[bytes]:
    values = {name: iter(_column_values(column, field)) for name, column in texts.items()}
    known = [_read_markup(markup, values, field) for markup in markups]
    made = []
    for number in order:
        if type(number) is not int or not 0 <= number < len(known):
            raise malformed(field)
        first, places, size = known[number]
        restored.spend(size)
        pieces = [first]
        for column, after in places:
            value = next(column, None)
            if value is None:
                raise malformed(field)
            pieces += (value, after)
        made.append(restored.fill(b"".join(pieces)))
    if any(next(rest, None) is not None for rest in values.values()):
        raise malformed(field)
    return made


def _read_markup(
    markup: object, values: dict[str, Iterator[bytes]], field: str
) -> tuple[bytes, list[tuple[Iterator[bytes], bytes]], int]:
    """How a markup begins, whose values follow and what stands after each, and how long it is itself."""
    if not isinstance(markup, list) or not markup or not all(type(part) is bytes for part in markup):
        raise malformed(field)
    nothing: Iterator[bytes] = iter(())
    places = [(values.get(_column(before).hex(), nothing), after) for before, after in itertools.pairwise(markup)]
    return markup[0], places, sum(map(len, markup))


def _column_values(column: object, field: str) -> list[bytes]:
    if isinstance(column, bytes):
        return column.split(_END)
    if isinstance(column, list) and all(type(value) is bytes for value in column):
        return column
    raise malformed(field)
