"""The list of people."""

from __future__ import annotations

from collections.abc import Callable

from desktop.models.paged import Ask, PagedRows
from desktop.services.values import PersonRow
from desktop.theme.tokens import Tone
from desktop.widgets.mark import Mark
from desktop.widgets.table_model import Cell, Column
from forms.text import Text


def people_table(
    text: Text,
    *,
    who: Callable[[PersonRow], str],
    place: Callable[[PersonRow], str],
    day: Callable[[PersonRow], str],
    ask: Ask[PersonRow],
) -> PagedRows[PersonRow]:
    """Name over sex and age, where they live, groups they belong to, telephone, last contact."""
    comma = "、" if text.language == "zh" else ", "

    def last(row: PersonRow) -> Cell:
        """When they were last in touch; what is not yet handed over, or not all here, says so there."""
        if row.arriving:
            return Cell(mark=Mark(text("pages.arriving"), Tone.WARN))
        return Cell(mark=Mark(text("pages.pending"), Tone.WARN)) if row.pending else Cell(day(row))

    wide = text.language != "zh"
    columns: tuple[Column[PersonRow], ...] = (
        Column(text("pages.col_name"), lambda row: Cell(row.name, who(row), strong=True)),
        Column(text("pages.col_place"), lambda row: Cell(place(row)), width=13),
        Column(text("pages.col_tags"), lambda row: Cell(comma.join(row.tag_labels))),
        Column(text("pages.col_phone"), lambda row: Cell(row.phone), width=9),
        Column(text("pages.col_last"), last, width=12 if wide else 8.5),
    )
    return PagedRows(columns, key=lambda row: row.uuid or f"{row.area} {row.name}", ask=ask)
