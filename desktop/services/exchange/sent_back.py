"""Records that the township sent back and that nobody here has mended yet: to be corrected, with what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.services.context import Context
from sync.store.api import RecordState

RETURNED = "returned"  # what the hub's notice says it is


@dataclass(frozen=True, slots=True)
class SentBack:
    """One record of this computer; `said` is what the township asks for, `question` the path of what it is about."""

    instance_id: str
    form_id: str
    form_title: str
    said: str
    question: str
    by: str
    when: datetime | None


def sent_back(context: Context) -> tuple[SentBack, ...]:
    """The newest first. A request that was returned is none: it goes on by its own course."""
    found = []
    for notice in context.store.inbox.notices():
        body = {name: str(value) for name, value in notice.body.items()}
        record = context.store.records.get(body.get("record", "")) if body.get("what") == RETURNED else None
        if record is None or record.row.superseded_by or record.row.state is RecordState.PULLED or not record.xml:
            continue
        if record.row.ref and context.store.requests.get(record.row.ref) is not None:
            continue
        source = context.store.forms.get(record.row.form_id)
        found.append(
            SentBack(
                record.row.instance_id,
                record.row.form_id,
                source.title if source is not None else record.row.form_id,
                body.get("said", ""),
                body.get("question", ""),
                body.get("author", ""),
                context.local(body.get("wall_time", "")),
            )
        )
    return tuple(found)
