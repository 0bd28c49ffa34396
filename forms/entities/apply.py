"""Decide what an entity change does to a row, as ODK Central 2024.1 to 2025.1 decides it.

Two differences, both deliberate. A branch whose earlier edit is missing is held until that arrives or a person
decides, never forced after five days. The properties in `PROJECTED` are folded from events (`casework.course`), those
in `NEWEST` are what the last writer says: an update of these alone never conflicts and is never held.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from forms.entities.types import UUID4, Applied, Conflict, Decision, EntityChange, EntityRow, EntityVersion, Refusal

REQUESTS, HOUSEHOLDS = "requests", "households"

PROJECTED: Mapping[str, frozenset[str]] = {
    REQUESTS: frozenset(
        {
            "status",
            "dept",
            "days",
            "due",
            "received_on",
            "changed_on",
            "outcome",
            "answer",
            "answered_on",
            "next_step",
            "merged_into",
        }
        | {"paused_days", "decline_reason", "decline_basis", "return_text", "forward_to"}
        | {"told_way", "told_on", "reaction", "why_not", "try_on", "reopened", "label"}
    ),
}

NEWEST: Mapping[str, frozenset[str]] = {
    HOUSEHOLDS: frozenset({"last_visit", "last_visit_way", "next_visit", "nobody_count"}),
}
"""What two people may both write without contradicting each other: two visits of one household."""


def apply(change: EntityChange, row: EntityRow | None, *, alone: bool = False) -> Applied:
    """What `change` does to `row`, which is None where there is no entity of its uuid.

    An update is tried before a create where a block asks for both. `alone`: a person has decided that it counts
    although what it goes on from is missing; it is then judged as if it went on from the version that it names, or
    from the present one. Pure: the same arguments give the same answer.
    """
    if not UUID4.fullmatch(change.uuid):
        return Applied(Decision.REFUSED, row, refusal=Refusal.ID_INVALID)
    if change.update:
        done = _update(change, row)
        if alone and done.decision is Decision.HELD and row is not None:
            done = _alone(change, row)
        if not (change.create and done.refusal in (Refusal.UNKNOWN, Refusal.BASE_MISSING)):
            return done
    if change.create:
        return _create(change, row)
    return done if change.update else Applied(Decision.NOTHING, row)


def replay(row: EntityRow | None, pending: Iterable[EntityChange]) -> EntityRow | None:
    """`row` as its hub gave it with own pending changes on top, for showing and for the next edit.

    Every change is laid on, whatever its base: the hub judges conflicts, a person must see what they wrote. The
    version counts on from the hub's, the trunk stays.
    """
    for change in pending:
        if row is None:
            if change.create:
                row = _born(change, branch_id=change.branch_id)
        elif change.update or change.create:
            row = _grown(row, change, _next(row, change, base=row.version), row.conflict)
    return row


def _create(change: EntityChange, row: EntityRow | None) -> Applied:
    if row is not None:
        return Applied(Decision.REFUSED, row, refusal=Refusal.DELETED if row.deleted else Refusal.EXISTS)
    if not change.label:
        return Applied(Decision.REFUSED, row, refusal=Refusal.LABEL_MISSING)
    born = _born(change, branch_id="")
    return Applied(Decision.CREATED, born, added=born.history[-1])


def _born(change: EntityChange, *, branch_id: str) -> EntityRow:
    label = change.label or ""
    first = EntityVersion(1, label, dict(change.properties), change.received, change.instance_id)
    return EntityRow(change.dataset, change.uuid, label, 1, first.properties, branch_id=branch_id, history=(first,))


def _update(change: EntityChange, row: EntityRow | None) -> Applied:
    if row is None and change.branch_id:  # of a branch: what it goes on from may still come
        return Applied(Decision.HELD, row)
    if row is None:
        return Applied(Decision.REFUSED, row, refusal=Refusal.UNKNOWN)
    if row.deleted:
        return Applied(Decision.REFUSED, row, refusal=Refusal.DELETED)
    if _is_free(change):
        added = _next(row, change, base=row.version)
        return Applied(Decision.UPDATED, _grown(row, change, added, row.conflict), added=added)
    if change.base_version is None:
        return Applied(Decision.REFUSED, row, refusal=Refusal.BASE_MISSING)
    base = None if (change.trunk_version or 0) > row.version else _base(change, row)
    if base is None and change.branch_id:  # what it goes on from may still come, as after a hub went back
        return Applied(Decision.HELD, row)
    if base is None:
        return Applied(Decision.REFUSED, row, refusal=Refusal.BASE_UNKNOWN)
    return _laid(change, row, base)


def _laid(change: EntityChange, row: EntityRow, base: EntityVersion) -> Applied:
    conflict, conflicting = _judge(change, row, base)
    added = _next(row, change, base=base.version, conflicting=conflicting, conflict=conflict)
    return Applied(
        Decision.UPDATED, _grown(row, change, added, graver(row.conflict, conflict)), added, conflict, conflicting
    )


def _alone(change: EntityChange, row: EntityRow) -> Applied:
    """A change of a broken branch, from the trunk of its branch where that is known."""
    history = row.history or (_present(row),)
    base = next((each for each in history if each.version == change.trunk_version), history[-1])
    return _laid(change, row, base)


def _is_free(change: EntityChange) -> bool:
    return change.received.keys() <= _free(change.dataset) and change.dataset in {**PROJECTED, **NEWEST}


def _free(dataset: str) -> frozenset[str]:
    """Properties of which no two values are in conflict."""
    return PROJECTED.get(dataset, frozenset()) | NEWEST.get(dataset, frozenset())


def _base(change: EntityChange, row: EntityRow) -> EntityVersion | None:
    """The version that the change was built on; in a branch, `baseVersion` counts the device's own edits."""
    history = row.history or (_present(row),)
    if not change.branch_id or change.base_version in (1, change.trunk_version):
        return next((each for each in history if each.version == change.base_version), None)
    wanted = (change.branch_id, (change.base_version or 0) - 1)
    return next((each for each in history if (each.branch_id, each.branch_base_version) == wanted), None)


def _present(row: EntityRow) -> EntityVersion:
    return EntityVersion(row.version, row.label, row.properties, {})


def _judge(change: EntityChange, row: EntityRow, base: EntityVersion) -> tuple[Conflict, tuple[str, ...]]:
    if base.version == row.version:
        return (Conflict.SOFT if _interrupted(change, row) else Conflict.NONE), ()
    now, then = {**row.properties, "label": row.label}, {**base.properties, "label": base.label}
    changed = {name for name, value in now.items() if then.get(name) != value}
    free = _free(change.dataset)
    conflicting = tuple(
        name for name, value in change.received.items() if name in changed and name not in free and now[name] != value
    )
    return (Conflict.HARD if conflicting else Conflict.SOFT), conflicting


def _interrupted(change: EntityChange, row: EntityRow) -> bool:
    """Whether a version of another branch lies above the trunk: the branch is not contiguous with it."""
    if not change.branch_id:
        return False
    trunk = change.trunk_version or 1
    return any(each.version > trunk and each.branch_id != change.branch_id for each in row.history)


def _next(
    row: EntityRow,
    change: EntityChange,
    *,
    base: int,
    conflicting: tuple[str, ...] = (),
    conflict: Conflict = Conflict.NONE,
) -> EntityVersion:
    return EntityVersion(
        version=row.version + 1,
        label=change.label or row.label,
        properties={**row.properties, **change.properties},
        received=change.received,
        instance_id=change.instance_id,
        base_version=base,
        trunk_version=change.trunk_version,
        branch_id=change.branch_id,
        branch_base_version=change.base_version if change.branch_id else None,
        conflicting=conflicting,
        conflict=conflict,
    )


def _grown(row: EntityRow, change: EntityChange, added: EntityVersion, conflict: Conflict) -> EntityRow:
    return replace(
        row,
        label=added.label,
        version=added.version,
        properties=added.properties,
        conflict=conflict,
        history=(*row.history, added) if row.history else (),
    )


def graver(one: Conflict, other: Conflict) -> Conflict:
    """The graver of two."""
    order = (Conflict.NONE, Conflict.SOFT, Conflict.HARD)
    return max(one, other, key=order.index)
