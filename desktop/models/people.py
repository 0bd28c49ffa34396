"""The list of people."""

from __future__ import annotations

from collections.abc import Callable

from desktop.models.cells import Cell, Style
from desktop.models.paged import Column, PagedTable
from desktop.services.values import PersonRow
from desktop.theme.tokens import Tone
from forms.text import Text

Ask = Callable[[PersonRow | None, int], None]


def people_table(
    text: Text, *, who: Callable[[PersonRow], str], day: Callable[[PersonRow], str], ask: Ask
) -> PagedTable[PersonRow]:
    """Name over sex and age, where they live, groups they belong to, telephone, last contact."""

    def tags(row: PersonRow) -> Cell:
        if row.pending:
            return Cell(text("pages.pending"), style=Style.CHIP, tone=Tone.WARN, icon="clock-fill")
        return Cell(
            "、".join(row.tag_labels) if text.language == "zh" else ", ".join(row.tag_labels), style=Style.SECOND
        )

    columns = (
        Column[PersonRow](text("pages.col_name"), lambda row: Cell(row.name, who(row), Style.STRONG), stretch=3),
        Column[PersonRow](
            text("pages.col_place"),
            lambda row: Cell(row.area_label, text("shell.house", no=row.house_no) if row.house_no else ""),
            stretch=3,
        ),
        Column[PersonRow](text("pages.col_tags"), tags, stretch=3),
        Column[PersonRow](text("pages.col_phone"), lambda row: Cell(row.phone, style=Style.SECOND), ems=9),
        Column[PersonRow](text("pages.col_last"), lambda row: Cell(day(row), style=Style.SECOND), ems=8),
    )
    return PagedTable(columns, key=lambda row: row.uuid, ask=ask)
