"""Lists of records and where they are, for the hand-over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from desktop.models.cells import Cell, Style
from desktop.models.paged import Column, PagedTable
from desktop.services.values import RecordRow
from desktop.theme.tokens import Tone
from forms.text import Text


def records_table(
    text: Text,
    *,
    state: Callable[[RecordRow], tuple[str, Tone, str]],
    when: Callable[[datetime], str],
    form: Callable[[str], str],
) -> PagedTable[RecordRow]:
    """Picture 04: what it is, which form, when it was written, how far it got. The newest page is enough to show."""

    def step(row: RecordRow) -> Cell:
        word, tone, icon = state(row)
        return Cell(word, style=Style.CHIP, tone=tone, icon=icon)

    def written(row: RecordRow) -> Cell:
        return Cell(when(datetime.fromisoformat(row.finalised)), style=Style.SECOND)

    columns = (
        Column[RecordRow](text("pages.col_ref"), lambda row: Cell(row.ref or "—", style=Style.SECOND), ems=9.5),
        Column[RecordRow](
            text("pages.col_content"),
            lambda row: Cell(row.title or form(row.form_id), row.reason, Style.STRONG if row.reason else Style.PLAIN),
            stretch=1,
        ),
        Column[RecordRow](text("pages.col_kind"), lambda row: Cell(form(row.form_id), style=Style.SECOND), ems=8),
        Column[RecordRow](text("pages.col_written"), written, ems=8),
        Column[RecordRow](text("pages.col_step"), step, ems=11),
    )
    return PagedTable(columns, key=lambda row: row.instance_id)
