"""Since when a fact of a resident stands: the day of the last record on this computer that said it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date

from desktop.services.context import Context
from forms.api import Form
from forms.entities import changes

SAYING = ("resident", "household", "resident_change", "correction")
"""Forms whose records say facts of residents."""
MOST = 40  # records of one resident that are read: somebody waits for the page


def noted(context: Context, uuid: str, facts: Set[str]) -> Mapping[str, date]:
    """The day of each of these properties that a record here has written; what only the register knows is left out."""
    found: dict[str, date] = {}
    forms: dict[tuple[str, str], Form | None] = {}
    for row in context.store.records.of_entity(uuid, forms=SAYING, limit=MOST):  # the newest first
        when = context.local(row.finalised_at)
        if when is None or row.superseded_by:
            continue
        which = row.form_id, row.form_version
        if which not in forms:
            source = context.store.forms.get(*which)
            forms[which] = context.library.form(source) if source is not None else None
        form, record = forms[which], context.store.records.get(row.instance_id)
        if record is None or not record.xml or form is None:
            continue
        for change in changes(form, record.xml):
            if change.uuid == uuid:
                for name in change.properties:
                    found.setdefault(name, when.date())
        if facts <= found.keys():
            break
    return found
