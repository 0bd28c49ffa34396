"""Six things to practise with invented people; each is done once a record of it was finished."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from desktop.services.context import Context
from desktop.services.filling.forms import HEADCOUNT
from desktop.services.rights import Actor, Use, needs

BEFORE = "practice.before"  # setting: how many records of each form were invented


class Task(StrEnum):
    """In the order in which they are learnt; words under training.NAME."""

    REQUEST = "request"
    VISIT = "visit"
    HOUSEHOLD = "household"
    CORRECTION = "correction"
    HAZARD = "hazard"
    EMERGENCY = "emergency"


FORMS = {task: task.value for task in Task} | {Task.EMERGENCY: HEADCOUNT}


@dataclass(frozen=True, slots=True)
class TrainingDesk:
    context: Context

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.SEE_RECORDS)
    def done(self) -> frozenset[Task]:
        """What was done since the invented people were laid out."""
        kept = self.context.store.settings.get(BEFORE)
        before = json.loads(kept) if kept else {}
        return frozenset(task for task in Task if self._count(task) > before.get(task.value, 0))

    @needs(Use.FILL)
    def begin(self) -> None:
        """From now on what is finished counts as practised."""
        self.context.require_writer()
        counts = {task.value: self._count(task) for task in Task}
        self.context.store.settings.put(BEFORE, json.dumps(counts))

    def _count(self, task: Task) -> int:
        return len(self.context.store.records.list(form_id=FORMS[task], limit=1000).rows)
