"""Lists of entities kept up with what was just recorded, row by row: to read all again takes seconds where there are
very many."""

from __future__ import annotations

from collections.abc import Iterable

from forms.api import Rows
from forms.rows import Columns
from sync.store.api import Store

FIXED = ("name", "label", "__version", "__trunkVersion", "__branchId")


def renewed(rows: Rows, store: Store, dataset: str, uuids: Iterable[str]) -> Rows | None:
    """The list with these entities as they stand now; None where it has to be read again.

    As `Entities.rows` reads it: in the order of arrival, within the area of the device.
    """
    if not isinstance(rows, Columns):
        return None
    table = {name: list(rows.column(name) or ()) for name in rows.columns}
    home, length = store.identity().area, len(rows)
    for uuid in uuids:
        item, places = store.entities.get(uuid, dataset), rows.where("name", uuid)
        inside = item is not None and (item.area == home or item.area.startswith(f"{home}/"))
        if item is None or item.deleted or not inside:
            return None
        fixed = dict(zip(FIXED, (uuid, item.label, *store.entities.versions(dataset, uuid)), strict=True))
        said = {name: fixed.get(name, item.properties.get(name, "")) for name in table}
        at = places[0] if places else length
        for name, column in table.items():
            column[at : at + 1] = [said[name]]
        length = max(length, at + 1)
    return Columns(table, length)
