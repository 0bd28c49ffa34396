"""Rows of records rendered from shapes and values. Pure: what is random or counted is put in when they are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter

from forms.casework.areas import Areas, code
from forms.casework.names import Names
from sync.store import search_keys
from sync.store.alike import PARTED, Part, Place, Shape, Sheaf, SubjectShape, Values
from sync.store.search_keys import Subject, held

UNSAFE = re.compile("[<>&\"'\\\\%\n\r\t" + PARTED + "]")
"""Signs that XML or JSON write otherwise: no value of a slot may hold one."""

Pick = Callable[[tuple[object, ...]], tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Ready:
    """A shape whose cells are picked from one tuple: texts of the record, then ids, then what is always the same."""

    shape: Shape
    ids: tuple[tuple[str, int], ...]  # table, offset
    same: tuple[object, ...]
    tables: tuple[tuple[str, Pick], ...]  # all cells of a table's rows, one row after another
    links: tuple[str, ...]  # slots of known entities that the record names


@dataclass(slots=True)
class Rendering:
    """Renders records into one sheaf after another."""

    areas: Areas
    names: Names
    sheaf: Sheaf = field(default_factory=Sheaf)
    _labels: dict[str, str] = field(default_factory=dict)
    _ready: dict[int, Ready] = field(default_factory=dict)
    _details: dict[tuple[str, ...], Mapping[str, str]] = field(default_factory=dict)

    def add(self, shape: Shape, values: Values) -> None:
        """`ValueError` where XML or JSON would write a value otherwise than it is."""
        if UNSAFE.search("".join(values.values())):
            raise ValueError("a value that XML or JSON would write otherwise")
        ready = self._ready.get(id(shape))
        if ready is None:
            ready = self._ready[id(shape)] = prepared(shape)
        sheaf, parts = self.sheaf, filled(shape, values)
        born, rows = sheaf.born, sheaf.rows
        record, entity = born["record"], born["entity"]
        cells = (*parts, *[born[table] + offset for table, offset in ready.ids], *ready.same)
        for table, pick in ready.tables:
            rows.setdefault(table, []).extend(pick(cells))
        rows.setdefault("payload", []).extend((record, text(shape.xml, parts).encode(), b""))
        sheaf.links += [(values[slot], record) for slot in ready.links]
        for subject in shape.subjects:
            self._search(subject, parts, entity + subject.offset)
        for slot, gain in shape.named:
            sheaf.gains[values[slot]] += gain
        for kind, slot in shape.numbers:
            sheaf.numbers.setdefault(kind, []).append(values[slot])
        sheaf.said.append((shape.author, text(shape.instance, parts), self._detail(shape, parts)))
        born.update(shape.born)

    def take(self) -> Sheaf:
        """What was added since the last time."""
        done, self.sheaf = self.sheaf, Sheaf()
        return done

    def _detail(self, shape: Shape, parts: list[str]) -> Mapping[str, str]:
        """What the audit log says of the record, one object for all of which it says the same."""
        said = tuple([text(cell, parts) for cell in shape.audit.values()])
        known = self._details.get(said)
        if known is None:
            known = self._details[said] = dict(zip(shape.audit, said, strict=True))
        return known

    def _search(self, shape: SubjectShape, parts: list[str], entity: int) -> None:
        area = text(shape.area, parts)
        place = self._labels.get(area)
        if place is None:
            place = self._labels[area] = self.areas.label(code(area))
        subject = Subject(
            shape.dataset,
            text(shape.label, parts),
            {name: text(cell, parts) for name, cell in shape.properties},
            place,
            text(shape.door, parts),
            text(shape.who, parts),
        )
        keys, found, numbered = search_keys.keys(subject, self.names), self.sheaf.keys, self.sheaf.numbered
        for key in keys:
            if key[1] in search_keys.NUMBERED:
                numbered += key, entity
            elif key in found:
                found[key].append(entity)
            else:
                found[key] = [entity]
        self.sheaf.rows.setdefault("entity_key", []).extend((entity, held(keys)))


def prepared(shape: Shape) -> Ready:
    rows = [row for row in shape.rows if not _known(row.cells[0])]
    ids = dict.fromkeys((cell.table, cell.offset) for row in rows for cell in row.cells if isinstance(cell, Place))
    same = dict.fromkeys((type(cell), cell) for row in rows for cell in row.cells if not isinstance(cell, Part | Place))
    first = shape.pattern.count(PARTED) + 1
    at: dict[object, int] = {key: first + number for number, key in enumerate((*ids, *same))}
    tables: dict[str, list[int]] = {}
    for row in rows:
        tables.setdefault(row.table, []).extend(_position(cell, at) for cell in row.cells)
    return Ready(
        shape,
        tuple(ids),
        tuple(value for _, value in same),
        tuple((table, itemgetter(*positions)) for table, positions in tables.items()),
        tuple(row.cells[0].slot for row in shape.rows if isinstance(row.cells[0], Place) and row.cells[0].slot),
    )


def _position(cell: object, at: Mapping[object, int]) -> int:
    if isinstance(cell, Part):
        return cell.index
    return at[(cell.table, cell.offset) if isinstance(cell, Place) else (type(cell), cell)]


def _known(cell: object) -> bool:
    """Whether a row begins with an entity that was there before."""
    return isinstance(cell, Place) and bool(cell.slot)


def filled(shape: Shape, values: Values) -> list[str]:
    """The texts of a record."""
    made: str = shape.pattern % itemgetter(*shape.slots)(values)
    return made.split(PARTED)


def text(cell: str | Part, parts: list[str]) -> str:
    return parts[cell.index] if type(cell) is Part else str(cell)
