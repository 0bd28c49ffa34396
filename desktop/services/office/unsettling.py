"""What a settled contradiction was before somebody settled it: from the records that are here."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.services.context import Context
from forms.casework.merging import DECISION
from forms.entities import changes
from sync.store.api import DecisionItem, RecordRow

SAYING = ("resident", "household", "resident_change", "correction", DECISION)
MOST = 60  # records of one entity that are read


def stood_before(context: Context, item: DecisionItem) -> Mapping[str, str]:
    """Of the values that the decision wrote those that still stand, each with what the record before it said."""
    uuid, dataset = item.decided.kept, item.decided.dataset
    kept = context.store.entities.get(uuid, dataset)
    rows = context.store.records.of_entity(uuid, forms=SAYING, limit=MOST)  # the newest first
    at = next((place for place, row in enumerate(rows) if row.instance_id == item.decided.instance_id), None)
    if kept is None or at is None:
        return {}
    wrote, now = _said(context, rows[at], uuid), kept.properties
    chosen = {name: value for name, value in wrote.items() if now.get(name, "") == value}
    found: dict[str, str] = {}
    for row in rows[at + 1 :]:
        if chosen.keys() <= found.keys():
            break
        for name, value in _said(context, row, uuid).items() if not row.superseded_by else ():
            found.setdefault(name, value)
    return {name: found[name] for name, value in chosen.items() if found.get(name, value) != value}


def _said(context: Context, row: RecordRow, uuid: str) -> Mapping[str, str]:
    """The properties of an entity that a record wrote."""
    source = context.store.forms.get(row.form_id, row.form_version)
    record = context.store.records.get(row.instance_id)
    if source is None or record is None or not record.xml:
        return {}
    written: dict[str, str] = {}
    for change in changes(context.library.form(source), record.xml):
        if change.uuid == uuid:
            written |= change.properties
    return written
