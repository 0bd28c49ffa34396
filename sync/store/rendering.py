"""Rows of records rendered from shapes and values. Pure: what is random or counted is put in when they are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter

from forms.casework.areas import Areas, code
from forms.casework.names import Names
from sync.store import search_keys
from sync.store.alike import PARTED, Part, Place, Shape, Sheaf, SubjectShape, Values
from sync.store.search_keys import Subject, held

UNSAFE = frozenset("<>&\"'\\%\n\r\t" + PARTED)
"""Signs that XML or JSON write otherwise: no value of a slot may hold one."""


@dataclass(slots=True)
class Rendering:
    """Renders records into one sheaf after another."""

    areas: Areas
    names: Names
    sheaf: Sheaf = field(default_factory=Sheaf)
    _labels: dict[str, str] = field(default_factory=dict)

    def add(self, shape: Shape, values: Values) -> None:
        """`ValueError` where XML or JSON would write a value otherwise than it is."""
        if not UNSAFE.isdisjoint("".join(values.values())):
            raise ValueError("a value that XML or JSON would write otherwise")
        sheaf, parts = self.sheaf, filled(shape, values)
        born = sheaf.born
        for row in shape.rows:
            if row.table == "record_entity" and isinstance(row.cells[0], Place) and row.cells[0].slot:
                sheaf.links.append((values[row.cells[0].slot], sheaf.born["record"]))
            else:
                cells = [
                    parts[cell.index]
                    if type(cell) is Part
                    else born[cell.table] + cell.offset
                    if type(cell) is Place
                    else cell
                    for cell in row.cells
                ]
                sheaf.rows.setdefault(row.table, []).append(tuple(cells))
        sheaf.rows.setdefault("payload", []).append((sheaf.born["record"], text(shape.xml, parts).encode()))
        for subject in shape.subjects:
            self._search(subject, parts)
        for slot, gain in shape.named:
            sheaf.gains[values[slot]] += gain
        for kind, slot in shape.numbers:
            sheaf.numbers.setdefault(kind, []).append(values[slot])
        detail = {name: text(cell, parts) for name, cell in shape.audit.items()}
        sheaf.said.append((shape.author, text(shape.instance, parts), detail))
        sheaf.born.update(shape.born)

    def take(self) -> Sheaf:
        """What was added since the last time."""
        done, self.sheaf = self.sheaf, Sheaf()
        return done

    def _search(self, shape: SubjectShape, parts: list[str]) -> None:
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
        entity, keys = self.sheaf.born["entity"] + shape.offset, search_keys.keys(subject, self.names)
        found = self.sheaf.keys
        for key in keys:
            if key in found:
                found[key].append(entity)
            else:
                found[key] = [entity]
        self.sheaf.rows.setdefault("entity_key", []).append((entity, held(keys)))


def filled(shape: Shape, values: Values) -> list[str]:
    """The texts of a record."""
    made: str = shape.pattern % itemgetter(*shape.slots)(values)
    return made.split(PARTED)


def text(cell: str | Part, parts: list[str]) -> str:
    return parts[cell.index] if type(cell) is Part else str(cell)
