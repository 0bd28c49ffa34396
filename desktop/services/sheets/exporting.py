"""Exports: current rows or a form's records as a workbook, at a level of disclosure, with an audit line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from desktop.services.context import Context, day
from desktop.services.keeping.approval import approve
from desktop.services.requests.course import course_entries
from desktop.services.rights import Actor, Use, needs
from desktop.services.sheets.leaving import earlier, remember
from desktop.services.values import ExportColumn, Exported, ExportOrder, ExportPreview, Level, Progress
from forms.api import Form
from forms.casework.areas import code
from forms.casework.calendar import Due
from forms.casework.course import Course, days_left
from forms.casework.events import Reaction, Way
from forms.casework.states import Outcome, State
from forms.entities import EntityRow
from forms.errors import Fault, Kind
from forms.export import Current, Entry, Order, Record, Table, entity_tables, form_tables, request_tables, write
from forms.export.disclose import Shown, Tally, shown
from forms.export.statistics import counts
from forms.export.types import Guard
from sync.store.api import EntityItem, RequestItem, RequestQuery

USES = {
    Level.STATISTICS: Use.EXPORT_STATISTICS,
    Level.HANDLING: Use.EXPORT_HANDLING,
    Level.FULL: Use.EXPORT_FULL,
}
ENDINGS = (".xlsx", ".csv")
CURRENT = ("requests", "residents", "households")
SOURCES = {
    "requests": ("request", "hazard", "opinion", "request_update", "told"),
    "residents": ("resident", "household", "resident_change"),
    "households": ("household", "visit", "resident_change"),
}


@dataclass(frozen=True, slots=True)
class ExportDesk:
    context: Context

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.EXPORT_STATISTICS)
    def run(
        self,
        order: ExportOrder,
        *,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Exported:
        self.actor.require(USES[order.level])
        if order.to.suffix.lower() not in ENDINGS:
            raise Fault("services.export_ending", Kind.USAGE, file=order.to.name)
        tables = self._tables(order)
        self._check_columns(order, tables)
        approve(self.context, order.level, order.reason, order.approver, order.approver_passphrase)

        def report(done: int, total: int) -> None:
            if progress is not None:
                progress(Progress("write", done, total))

        written = write(self._asked(order, tables), tables, progress=report, cancelled=cancelled)
        context = self.context
        remember(context, order.what, order.since, order.until, written.release)
        rows = str(sum(written.sheets.values()))
        context.audit("export", what=order.what, level=order.level.value, rows=rows, approver=order.approver)
        return Exported(written.path, written.sheets, written.masked, written.suppressed)

    def _asked(self, order: ExportOrder, tables: Sequence[Table], level: Level | None = None) -> Order:
        """The order as the writer takes it, at `level` where a preview shows less; without tables nothing heads it."""
        context, level = self.context, level or order.level
        counted = bool(tables) and level is Level.STATISTICS
        return Order(
            target=order.to,
            level=level,
            language=context.language,
            columns=order.columns,
            lookup=self.lookup,
            title=tables[0].name if tables else "",
            made_on=context.today() if tables else None,
            reason=order.reason if tables else "",
            zone=context.clock.zone,
            choices=order.choices,
            words=order.words,
            earlier=earlier(context, order.what, order.since, order.until) if counted else (),
        )

    @needs(Use.EXPORT_STATISTICS)
    def columns(self, what: str) -> tuple[ExportColumn, ...]:
        tables = self._tables(ExportOrder(what, Path("x.xlsx")))
        return tuple(
            ExportColumn(column.key, column.label, Level(column.level.value), starred=column.guard is Guard.NUMBER)
            for column in tables[0].columns
        )

    @needs(Use.EXPORT_STATISTICS)
    def preview(self, order: ExportOrder, *, limit: int = 6) -> ExportPreview:
        """As the file would look; numbers that only the full level shows are starred until it is approved."""
        self.actor.require(USES[order.level])
        tables = self._tables(order)
        self._check_columns(order, tables)
        level = Level.HANDLING if order.level is Level.FULL else order.level
        asked = self._asked(order, (), level)
        if level is Level.STATISTICS:
            table = Shown.whole(counts(tables, asked, iter).tables[0])
        else:
            table = shown(tables[0], asked, Tally())
        rows = tuple(tuple(row) for row in islice(table.rows(), limit))
        return ExportPreview(tuple(column.label for column in table.columns), rows, table.table.total)

    def _check_columns(self, order: ExportOrder, tables: Sequence[Table]) -> None:
        known = {column.key for table in tables for column in table.columns}
        for name in order.columns:
            if name not in known:
                raise Fault("services.unknown_column", Kind.USAGE, name=name, known=", ".join(sorted(known)))

    def _area(self, order: ExportOrder) -> str:
        area = self.context.areas().path(order.area) if order.area else self.actor.area
        self.actor.require_area(area)
        return area

    @needs(Use.EXPORT_HANDLING)
    def tables(self, order: ExportOrder) -> tuple[Table, ...]:
        """The tables of an order before anything is covered: the actor's own area, and who may see people."""
        return self._tables(order)

    def _tables(self, order: ExportOrder) -> tuple[Table, ...]:
        if order.what == "requests":
            return self._request_tables(order)
        if order.what in CURRENT:
            return self._entity_tables(order)
        return self._form_tables(order)

    def _forms(self, dataset: str) -> tuple[Form, ...]:
        found = []
        for form_id in SOURCES[dataset]:
            source = self.context.store.forms.get(form_id)
            if source is not None:
                found.append(self.context.library.form(source))
        return tuple(found)

    def _request_tables(self, order: ExportOrder) -> tuple[Table, ...]:
        context, area = self.context, self._area(order)
        query = RequestQuery(
            area=area,
            since=order.since.isoformat() if order.since else "",
            until=order.until.isoformat() if order.until else "",
        )

        def shown() -> Iterator[RequestItem]:
            for item in context.store.requests.all(query):
                if self.actor.sees(item.area, item.department):
                    yield item

        def rows() -> Iterator[Current]:
            for item in shown():
                entity = context.store.entities.get(item.uuid, "requests")
                if entity is not None:
                    course = course_of(item, context)
                    left = days_left(course, context.today(), context.calendar())
                    yield Current(entity_row(entity), course, left)

        def history() -> Iterator[Entry]:
            for item in shown():
                detail = context.store.requests.get(item.uuid)
                if detail is None:
                    continue
                for entry in course_entries(detail, context):
                    late = entry.kind.value == "late"
                    yield Entry(
                        item.ref,
                        item.uuid,
                        entry.when.isoformat(timespec="seconds"),
                        entry.title,
                        by=entry.by,
                        text=entry.detail,
                        late=late,
                        instance_id=entry.instance_id,
                    )

        forms = self._forms("requests")
        return request_tables(forms, rows, history, text=context.text, areas=context.areas())

    def _entity_tables(self, order: ExportOrder) -> tuple[Table, ...]:
        context, area = self.context, self._area(order)
        self.actor.require(Use.SEE_PEOPLE)

        def shown() -> Iterator[EntityItem]:
            return (item for item in context.store.entities.all(order.what, area=area) if not item.deleted)

        def rows() -> Iterator[Current]:
            return (Current(entity_row(item)) for item in shown())

        def history() -> Iterator[Entry]:
            for item in shown():
                for record in reversed(context.store.records.of_entity(item.uuid)):
                    what = "services.timeline_changed" if record.deprecated_id else "services.timeline_registered"
                    yield Entry(
                        item.label,
                        item.uuid,
                        record.finalised_at,
                        context.text(what),
                        by=record.author,
                        instance_id=record.instance_id,
                    )

        return entity_tables(
            order.what,
            self._forms(order.what),
            rows,
            history,
            text=context.text,
            areas=context.areas(),
            today=context.today(),
            total=context.store.entities.count(order.what, area=area),
        )

    def _form_tables(self, order: ExportOrder) -> tuple[Table, ...]:
        context, area = self.context, self._area(order)
        form = context.form(order.what)
        since = order.since.isoformat() if order.since else ""
        until = order.until.isoformat() + "T23:59:59.999Z" if order.until else ""

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

    def lookup(self, name: str, value: str) -> str:
        """The label of a value of an external list; entities by their label."""
        context = self.context
        data = context.list_bytes(name)
        if data is not None:
            return context.label(name, value)
        item = context.store.entities.get(value, name.removesuffix(".csv"))
        return item.label if item is not None else value


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
