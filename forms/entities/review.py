"""What a person has to decide about an entity: values that contradict each other, and who said them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from forms.entities.apply import graver
from forms.entities.types import Conflict, EntityRow, EntityVersion


@dataclass(frozen=True, slots=True)
class Said:
    """What one submission says a property is."""

    instance_id: str
    value: str


@dataclass(frozen=True, slots=True)
class Disputed:
    """A property of which several values were said without knowing of each other.

    `before` is what all of them went on from, `sides` what was said since in the hub's order, `now` what stands.
    """

    name: str
    before: str
    sides: tuple[Said, ...]
    now: str


def settle(row: EntityRow, settled: Collection[str]) -> EntityRow:
    """`row` without the conflicts on which a person has decided: those of changes whose instanceID is in `settled`."""
    found = Conflict.NONE
    for version in row.history:
        if version.instance_id not in settled:
            found = graver(found, _met(version))
    return row if found is row.conflict else replace(row, conflict=found)


def disputed(row: EntityRow, settled: Collection[str]) -> tuple[Disputed, ...]:
    """What is to be decided about `row`, by property; nothing where its history is not here."""
    spans: dict[str, tuple[int, int]] = {}
    for version in row.history:
        if version.instance_id in settled:
            continue
        for name in version.conflicting:
            first = version.base_version or 0
            spans[name] = (min(first, spans.get(name, (first, 0))[0]), version.version)
    return tuple(_disputed(row, name, *span) for name, span in sorted(spans.items()))


def _disputed(row: EntityRow, name: str, base: int, last: int) -> Disputed:
    before = next((each for each in row.history if each.version == base), None)
    said = [each for each in row.history if base < each.version <= last and name in each.received]
    return Disputed(
        name=name,
        before="" if before is None else _value(before, name),
        sides=tuple(Said(each.instance_id, each.received[name]) for each in said),
        now=row.label if name == "label" else row.properties.get(name, ""),
    )


def _value(version: EntityVersion, name: str) -> str:
    return version.label if name == "label" else version.properties.get(name, "")


def _met(version: EntityVersion) -> Conflict:
    """What its change met; versions of an earlier release name only the properties."""
    return version.conflict if version.conflict is not Conflict.NONE or not version.conflicting else Conflict.HARD
