"""Exports: current rows or a form's records as a workbook, at a level of disclosure, with an audit line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from desktop.services.context import Context
from desktop.services.keeping.approval import approve
from desktop.services.rights import Actor, Use, needs
from desktop.services.sheets.export_tables import Tables
from desktop.services.sheets.export_values import ExportColumn, Exported, ExportOrder, ExportPreview
from desktop.services.sheets.leaving import earlier, evened, remember
from desktop.services.values import Level, Progress
from forms.errors import Fault, Kind
from forms.export import Order, Table, write
from forms.export.disclose import Shown, Tally, shown
from forms.export.statistics import counts
from forms.export.types import Guard

USES = {
    Level.STATISTICS: Use.EXPORT_STATISTICS,
    Level.HANDLING: Use.EXPORT_HANDLING,
    Level.FULL: Use.EXPORT_FULL,
}
ENDINGS = (".xlsx", ".csv")


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
            earlier=earlier(context, order.what) if counted else (),
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

    @needs(Use.EXPORT_HANDLING)
    def tables(self, order: ExportOrder) -> tuple[Table, ...]:
        """The tables of an order before anything is covered: the actor's own area, and who may see people."""
        return self._tables(order)

    def _tables(self, order: ExportOrder) -> tuple[Table, ...]:
        return Tables(self.context, evened(order, self.context.areas())).all()

    def lookup(self, name: str, value: str) -> str:
        """The label of a value of an external list; entities by their label."""
        context = self.context
        data = context.list_bytes(name)
        if data is not None:
            return context.label(name, value)
        item = context.store.entities.get(value, name.removesuffix(".csv"))
        return item.label if item is not None else value
