"""The roll of a head count: a household a row, who is there, how many are missing or need help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.services.people.emergency_values import Found, GroupCount, Mark, RollHome
from desktop.theme.tokens import Tone
from desktop.widgets.mark import Mark as Chip
from desktop.widgets.table_model import Cell, Column, RowsModel
from forms.text import Text

SIGNS = {
    Found.ALL: (Tone.OK, "check"),
    Found.AWAY: (Tone.MUTE, "phone"),
    Found.HELP: (Tone.WARN, "warning"),
    Found.MISSING: (Tone.BAD, "warning-circle-fill"),
}


@dataclass(frozen=True, slots=True)
class RollRow:
    """A household and what was found there, None before it was counted."""

    home: RollHome
    mark: Mark | None


def roll_table(text: Text, *, house: Callable[[str], str], cramped: bool = False) -> RowsModel[RollRow]:
    """`cramped`: large text leaves no room for columns of numbers, and the chip says them."""

    def name(row: RollRow) -> Cell:
        about = " · ".join(filter(None, (row.home.group_label, row.home.phone, row.home.watch)))
        return Cell(" ".join(filter(None, (house(row.home.house_no), row.home.head_name))), about, strong=True)

    def found(row: RollRow) -> Cell:
        if row.mark is None:
            return Cell(text("emergency.not_yet"))
        tone, icon = SIGNS[row.mark.found]
        many = {Found.MISSING: row.mark.missing, Found.HELP: row.mark.need_help}.get(row.mark.found, 0)
        words = text(f"emergency.found_{row.mark.found.value}")
        return Cell(mark=Chip(f"{words} {many}" if cramped and many > 1 else words, tone, icon))

    def missing(row: RollRow) -> Cell:
        return Cell(str(row.mark.missing), tone=Tone.BAD) if row.mark and row.mark.missing else Cell("")

    def need_help(row: RollRow) -> Cell:
        return Cell(str(row.mark.need_help), tone=Tone.WARN) if row.mark and row.mark.need_help else Cell("")

    wide = text.language != "zh"
    columns: tuple[Column[RollRow], ...] = (
        Column(text("emergency.col_house"), name),
        Column(text("emergency.col_people"), lambda row: Cell(str(row.home.people)), width=5 if wide else 4),
        Column(text("emergency.col_found"), found, width=13 if wide else 11),
        Column(text("emergency.missing"), missing, width=6),
        Column(text("emergency.need_help"), need_help, width=7 if wide else 6),
    )
    return RowsModel(columns[:3] if cramped else columns, key=lambda row: row.home.uuid)


def counts_table(text: Text, *, moment: Callable[[GroupCount], str]) -> RowsModel[GroupCount]:
    """The newest count of each group."""

    def how(row: GroupCount) -> str:
        if row.by_code:
            return text("emergency.by_code", code=row.code)
        return text("emergency.by_house", counted=row.sums.counted, households=row.sums.households)

    columns: tuple[Column[GroupCount], ...] = (
        Column(text("emergency.col_group"), lambda row: Cell(row.label, how(row), strong=True)),
        Column(text("emergency.present"), lambda row: Cell(str(row.sums.present), strong=True), width=6),
        Column(
            text("emergency.missing"),
            lambda row: Cell(str(row.sums.missing), strong=True, tone=Tone.BAD if row.sums.missing else None),
            width=6,
        ),
        Column(
            text("emergency.need_help"),
            lambda row: Cell(str(row.sums.need_help), strong=True, tone=Tone.WARN if row.sums.need_help else None),
            width=7,
        ),
        Column(text("emergency.col_when"), lambda row: Cell(moment(row)), width=9),
    )
    return RowsModel(columns, key=lambda row: row.group)
