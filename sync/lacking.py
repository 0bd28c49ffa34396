"""Files that a hub has not got of records that the asking device handed in: its greeting names them.

Whoever has one of them sends it again, whatever the hub said of it once: it may have been put back since, or its disk
may have lost the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sync.wire import cbor
from sync.wire import fields as f

LACKING = "lacking"  # in a greeting: [[instanceID, name], ...], the smallest first
MOST = 20  # in one greeting; the others follow when these have come


def tell(names: Iterable[tuple[str, str]]) -> dict[str, Any]:
    found = [list(each) for each in names]
    return {LACKING: found} if found else {}


def told(extra: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    match extra.get(LACKING):
        case None:
            return frozenset()
        case [*names] if len(names) <= MOST:
            return frozenset(map(_name, names))
    raise cbor.malformed(LACKING)


def _name(plain: object) -> tuple[str, str]:
    match plain:
        case [instance_id, name]:
            return f.CODE(instance_id, LACKING), f.text(255, least=1)(name, LACKING)
    raise cbor.malformed(LACKING)
