"""Since when a fact of a resident stands: the day of the last record on this computer that said it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from desktop.services.context import Context
from forms.entities import changes

SAYING = ("resident", "household", "resident_change", "correction")
"""Forms whose records say facts of residents."""
MOST = 200  # records of one resident


def noted(context: Context, uuid: str) -> Mapping[str, date]:
    """The day of each property that a record here has written; what only the register knows is left out."""
    found: dict[str, date] = {}
    for row in context.store.records.of_entity(uuid, limit=MOST):  # the newest first
        when = context.local(row.finalised_at)
        if when is None or row.form_id not in SAYING or row.superseded_by:
            continue
        record = context.store.records.get(row.instance_id)
        source = context.store.forms.get(row.form_id, row.form_version)
        if record is None or not record.xml or source is None:
            continue
        for change in changes(context.library.form(source), record.xml):
            if change.uuid == uuid:
                for name in change.properties:
                    found.setdefault(name, when.date())
    return found
