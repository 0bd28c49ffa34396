"""Lists of requests: the township's board and the village's own page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.models.paged import Ask, PagedRows
from desktop.services.values import RequestRow
from desktop.theme.tokens import Tone
from desktop.widgets.mark import Mark
from desktop.widgets.table_model import Cell, Column
from forms.text import Text


@dataclass(frozen=True, slots=True)
class Sayings:
    """How the page says a row's parts: status chip, time limit with its tone, day of asking, where it is."""

    state: Callable[[RequestRow], Mark]
    due: Callable[[RequestRow], tuple[str, Tone]]
    asked: Callable[[RequestRow], str]
    where: Callable[[RequestRow], str]


def _due(say: Sayings, row: RequestRow) -> Cell:
    words, tone = say.due(row)
    urgent = tone in (Tone.BAD, Tone.WARN, Tone.OK)
    return Cell(words, tone=tone if urgent else None, icon="warning-fill" if tone is Tone.BAD else "")


def board_table(text: Text, *, say: Sayings, ask: Ask[RequestRow], ticks: bool) -> PagedRows[RequestRow]:
    """Picture 03: number, matter over who and where, category, status, time limit; with a box where one may tick."""

    def matter(row: RequestRow) -> Cell:
        about = " · ".join(filter(None, (row.who, row.village_label, say.asked(row))))
        return Cell(row.matter_label, about, strong=True)

    wide = text.language != "zh"
    columns: tuple[Column[RequestRow], ...] = (
        Column(text("pages.col_ref"), lambda row: Cell(row.ref), width=11 if ticks else 9),
        Column(text("pages.col_matter"), matter),
        Column(text("pages.col_category"), lambda row: Cell(row.category_label), width=7.5),
        Column(text("pages.col_state"), lambda row: Cell(mark=say.state(row)), width=10.6 if wide else 8.6),
        Column(text("pages.col_due"), lambda row: _due(say, row), width=7.6),
    )
    return PagedRows(columns, key=lambda row: row.uuid, ask=ask, checkable=ticks)


def village_table(text: Text, *, say: Sayings, ask: Ask[RequestRow]) -> PagedRows[RequestRow]:
    """Who and what over where it is in words, status, day, number."""

    def what(row: RequestRow) -> Cell:
        return Cell(f"{row.who} · {row.matter_label}", say.where(row), strong=True)

    wide = text.language != "zh"
    columns: tuple[Column[RequestRow], ...] = (
        Column(text("pages.col_who"), what),
        Column(text("pages.col_state"), lambda row: Cell(mark=say.state(row)), width=13 if wide else 9.5),
        Column(text("pages.col_asked"), lambda row: Cell(say.asked(row)), width=7),
        Column(text("pages.col_ref"), lambda row: Cell(row.ref), width=9),
    )
    return PagedRows(columns, key=lambda row: row.uuid, ask=ask)
