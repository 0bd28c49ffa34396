"""Lists of records and where they are, for the hand-over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from desktop.models.paged import Ask, PagedRows
from desktop.services.filling.filling_values import RecordRow
from desktop.widgets.mark import Mark
from desktop.widgets.table_model import Cell, Column
from forms.text import Text


def records_table(
    text: Text,
    *,
    state: Callable[[RecordRow], Mark],
    when: Callable[[datetime], str],
    form: Callable[[str], str],
    ask: Ask[RecordRow],
) -> PagedRows[RecordRow]:
    """Picture 04: number, what it is, which form, when it was written, how far it got."""

    def content(row: RecordRow) -> Cell:
        return Cell(row.title or form(row.form_id))

    def written(row: RecordRow) -> Cell:
        return Cell(when(datetime.fromisoformat(row.finalised)))

    wide = text.language != "zh"
    columns: tuple[Column[RecordRow], ...] = (
        Column(text("pages.col_ref"), lambda row: Cell(row.ref or "—"), width=9),
        Column(text("pages.col_content"), content, least=12),
        Column(text("pages.col_kind"), lambda row: Cell(form(row.form_id)), width=8.5 if wide else 6.5, spare=2),
        Column(text("pages.col_written"), written, width=8.5, spare=1),
        Column(text("pages.col_step"), lambda row: Cell(mark=state(row)), width=11 if wide else 9.5),
    )
    return PagedRows(columns, key=lambda row: row.instance_id, ask=ask)
