"""The hand-over: what waits, what was sent and signed for, and one round with the hub."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from desktop.services.context import Context
from desktop.services.exchange.connection import exchange, reach
from desktop.services.exchange.hand_over_values import HandOverResult, HandOverStatus
from desktop.services.filling.filling_values import RecordRow
from desktop.services.filling.records import record_row
from desktop.services.requests.requests import RequestsDesk
from desktop.services.rights import Actor, Use, needs
from desktop.services.trying.practice_place import refuse_practice
from desktop.services.values import BoardFilter, Progress, RecordState, RequestRow, Tab
from forms.entities import changes
from sync.store.api import RecordRow as StoredRow
from sync.store.api import Store

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class HandOverDesk:
    context: Context
    requests: RequestsDesk

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.HAND_OVER)
    def status(self) -> HandOverStatus:
        store = self.context.store
        found, identity = store.status(), store.identity()
        platform = store.platforms.platform()
        files = store.outbox.waiting_files()
        contact = self.context.local(found.last_contact)
        silent = (self.context.clock.now() - contact).days if contact is not None else None
        return HandOverStatus(
            records=found.records,
            waiting=found.waiting,
            sent=found.sent,
            acknowledged=found.acknowledged,
            held=found.held,
            rejected=found.rejected,
            attachments=len(files),
            waiting_bytes=sum(file.size - file.received for file in files),
            last_contact=contact,
            silent_days=silent,
            hub=platform.shown if platform else identity.url,
            hub_name=platform.shown if platform else identity.hub_name,
            to_tell=self.requests.counts()[Tab.TO_TELL] if self.actor.may(Use.SEE_REQUESTS) else 0,
            backup=self.context.local(found.backup),
        )

    @needs(Use.HAND_OVER)
    def list(self, state: RecordState, *, limit: int = 200) -> tuple[RecordRow, ...]:
        found = self.context.store.records.list(state=state, area=self.actor.area, limit=limit)
        return tuple(replace(record_row(row, self.context), title=self._subject(row)) for row in found.rows)

    def _subject(self, row: StoredRow) -> str:
        """Whom or what a record is about: a request's person and matter, else the label of its entity."""
        store = self.context.store
        keys = [row.ref] if row.ref else []
        labels: list[str] = []
        record = None if keys else store.records.get(row.instance_id)
        if record is not None and record.xml:
            for change in changes(self.context.form(row.form_id, row.form_version), record.xml):
                labels += [change.label] if change.label else []
                keys += [change.uuid] if change.dataset == "requests" else []
        for key in keys:
            found = store.requests.get(key)
            if found is not None:
                request = self.requests.row(found.item)
                return " · ".join(filter(None, (request.who, request.matter_label)))
        return labels[0] if labels else ""

    @needs(Use.HAND_OVER)
    def answers(self, *, limit: int = 200) -> tuple[RequestRow, ...]:
        return self.requests.board(BoardFilter(Tab.TO_TELL, limit=limit)).rows

    @needs(Use.HAND_OVER)
    def run(
        self,
        *,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        budget: int | None = None,
    ) -> HandOverResult:
        self.context.require_writer()
        return exchange(self.here, clock=self.context.clock, progress=progress, cancelled=cancelled, budget=budget)

    @needs(Use.HAND_OVER)
    def here(self, work: Callable[[Store], T], /) -> T:
        """Run `work` on this desk's store; the window's NET thread calls this through the WRITE lane."""
        self.context.require_writer()
        refuse_practice(self.context.store)
        return work(self.context.store)

    @needs(Use.HAND_OVER)
    def again(self) -> int:
        """Let what a platform refused go once more; how many records."""
        return self.here(lambda store: store.platforms.again())

    def reach(self) -> str:
        """ "" where the hub answers; else the code of what is wrong."""
        return reach(lambda work: work(self.context.store))
