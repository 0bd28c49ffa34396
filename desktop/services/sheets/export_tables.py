"""What exports are made of: current requests and people with what happened to them, and any form's records.

Rows are read while they are written; whom the order's maker may not see is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from desktop.services.context import Context, day
from desktop.services.requests.course import course_entries
from desktop.services.rights import Use
from desktop.services.sheets.export_values import ExportOrder
from forms.api import Form
from forms.casework.areas import code
from forms.casework.calendar import Due
from forms.casework.course import Course, days_left
from forms.casework.events import Reaction, Way
from forms.casework.states import Outcome, State
from forms.entities import EntityRow
from forms.export import Current, Entry, Record, Table, entity_tables, form_tables, request_tables
from sync.store.api import EntityItem, RequestItem, RequestQuery

REQUESTS = "requests"
SOURCES = {
    REQUESTS: ("request", "hazard", "opinion", "request_update", "told"),
    "residents": ("resident", "household", "resident_change"),
    "households": ("household", "visit", "resident_change"),
}
"""What is exported as current rows, and the forms whose questions they answer."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one order, before anything is covered."""

    context: Context
    order: ExportOrder

    def all(self) -> tuple[Table, ...]:
        """Faults: services.other_area, services.no_right, services.unknown_form."""
        if self.order.what == REQUESTS:
            return self._requests()
        return self._entities() if self.order.what in SOURCES else self._records()

    def _area(self) -> str:
        context = self.context
        area = context.areas().path(self.order.area) if self.order.area else context.actor.area
        context.actor.require_area(area)
        return area

    def _forms(self) -> tuple[Form, ...]:
        store = self.context.store
        sources = (store.forms.get(form_id) for form_id in SOURCES[self.order.what])
        return tuple(self.context.library.form(source) for source in sources if source is not None)

    def _requests(self) -> tuple[Table, ...]:
        order, context = self.order, self.context
        since = order.since.isoformat() if order.since else ""
        until = order.until.isoformat() if order.until else ""
        query = RequestQuery(area=self._area(), since=since, until=until)

        def shown() -> Iterator[RequestItem]:
            items = context.store.requests.all(query)
            return (item for item in items if context.actor.sees(item.area, item.department))

        def rows() -> Iterator[Current]:
            return (row for item in shown() if (row := self._request(item)) is not None)

        def history() -> Iterator[Entry]:
            return (entry for item in shown() for entry in self._course(item))

        return request_tables(self._forms(), rows, history, text=context.text, areas=context.areas())

    def _request(self, item: RequestItem) -> Current | None:
        context = self.context
        entity = context.store.entities.get(item.uuid, REQUESTS)
        if entity is None:
            return None
        if item.person and item.who and not context.actor.may(Use.SEE_PEOPLE):
            named = {**entity.properties, "resident": item.who}  # a department has no register to look them up in
            entity = replace(entity, properties=named)
        course = course_of(item, context)
        return Current(entity_row(entity), course, days_left(course, context.today(), context.calendar()))

    def _course(self, item: RequestItem) -> Iterator[Entry]:
        detail = self.context.store.requests.get(item.uuid)
        for entry in course_entries(detail, self.context) if detail is not None else ():
            yield Entry(
                item.ref,
                item.uuid,
                entry.when.isoformat(timespec="seconds"),
                entry.title,
                by=entry.by,
                text=entry.detail,
                late=entry.kind.value == "late",
                instance_id=entry.instance_id,
            )

    def _entities(self) -> tuple[Table, ...]:
        what, context, area = self.order.what, self.context, self._area()
        context.actor.require(Use.SEE_PEOPLE)

        def shown() -> Iterator[EntityItem]:
            return (item for item in context.store.entities.all(what, area=area) if not item.deleted)

        return entity_tables(
            what,
            self._forms(),
            lambda: (Current(entity_row(item)) for item in shown()),
            lambda: (entry for item in shown() for entry in self._history(item)),
            text=context.text,
            areas=context.areas(),
            today=context.today(),
            total=context.store.entities.count(what, area=area),
        )

    def _history(self, item: EntityItem) -> Iterator[Entry]:
        for record in reversed(self.context.store.records.of_entity(item.uuid)):
            what = "services.timeline_changed" if record.deprecated_id else "services.timeline_registered"
            yield Entry(
                item.label,
                item.uuid,
                record.finalised_at,
                self.context.text(what),
                by=record.author,
                instance_id=record.instance_id,
            )

    def _records(self) -> tuple[Table, ...]:
        order, context, area = self.order, self.context, self._area()
        form = context.form(order.what)
        since = context.clock.begins(order.since) if order.since else ""
        until = context.clock.begins(order.until + timedelta(days=1)) if order.until else ""

        def records() -> Iterator[Record]:
            for row, xml in context.store.records.submissions(order.what, area=area, since=since, until=until):
                yield Record(
                    xml,
                    row.instance_id,
                    ref=row.ref,
                    area=code(row.area),
                    finalised=row.finalised_at,
                    state=context.text(f"services.record_{row.state}"),
                    author=row.author,
                )

        return form_tables(form, records, text=context.text, areas=context.areas())


def entity_row(item: EntityItem) -> EntityRow:
    """An entity of the store as the export's tables take it; the area as its code."""
    properties = dict(item.properties)
    properties.setdefault("area", code(item.area))
    return EntityRow(item.dataset, item.uuid, item.label, item.version, properties)


def course_of(item: RequestItem, context: Context) -> Course:
    """The course as the store folded it."""
    due = day(item.due)
    return Course(
        state=State(item.state),
        outcome=Outcome(item.outcome) if item.outcome else None,
        department=item.department,
        days=item.days,
        due=Due(due, context.calendar().provisional(due)) if due is not None else None,
        start=day(item.received_on),
        paused=item.paused,
        paused_days=item.paused_days,
        answer=item.answer,
        answered_on=day(item.answered_on),
        next_step=item.next_step,
        told_on=day(item.told_on),
        told_way=Way(item.told_way) if item.told_way else None,
        reaction=Reaction(item.reaction) if item.reaction else None,
        why_not=item.why_not,
        reopened=item.reopened,
        returned_text=item.returned_text,
    )
