"""Lists of requests: the township's board and the village's own page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.models.cells import Cell, Style
from desktop.models.paged import Column, PagedTable
from desktop.services.values import RequestRow
from desktop.theme.tokens import Tone
from forms.text import Text

Ask = Callable[[RequestRow | None, int], None]


@dataclass(frozen=True, slots=True)
class Sayings:
    """How the page says a row's parts: status chip (word, tone, icon), time limit with tone, place, where it is."""

    state: Callable[[RequestRow], tuple[str, Tone, str]]
    due: Callable[[RequestRow], tuple[str, Tone]]
    asked: Callable[[RequestRow], str]
    where: Callable[[RequestRow], str]


def _chip(say: Sayings, row: RequestRow) -> Cell:
    word, tone, icon = say.state(row)
    return Cell(word, style=Style.CHIP, tone=tone, icon=icon)


def _due(say: Sayings, row: RequestRow) -> Cell:
    words, tone = say.due(row)
    return Cell(words, style=Style.WARNING, tone=tone)


def board_table(text: Text, *, say: Sayings, ask: Ask, ticks: bool) -> PagedTable[RequestRow]:
    """Picture 03: number, matter over who and where, category, status, time limit; with a box where one may tick."""
    columns: list[Column[RequestRow]] = [
        Column(text("pages.col_ref"), lambda row: Cell(row.ref, style=Style.SECOND), ems=9.2),
        Column(
            text("pages.col_matter"),
            lambda row: Cell(
                row.matter_label, " · ".join(filter(None, (row.who, row.village_label, say.asked(row)))), Style.STRONG
            ),
            stretch=4,
        ),
        Column(text("pages.col_category"), lambda row: Cell(row.category_label, style=Style.SECOND), stretch=2),
        Column(text("pages.col_state"), lambda row: _chip(say, row), ems=9.5),
        Column(text("pages.col_due"), lambda row: _due(say, row), ems=7.4),
    ]
    if ticks:
        columns.insert(0, Column("", lambda row: Cell(style=Style.CHECK, checked=table.is_checked(row)), ems=2.8))
    table = PagedTable(columns, key=lambda row: row.uuid, ask=ask)
    return table


def village_table(text: Text, *, say: Sayings, ask: Ask) -> PagedTable[RequestRow]:
    """Who and what, in words where it is, status, number."""
    columns = (
        Column[RequestRow](
            text("pages.col_who"),
            lambda row: Cell(f"{row.who} · {row.matter_label}", say.where(row), Style.STRONG),
            stretch=1,
        ),
        Column[RequestRow](text("pages.col_state"), lambda row: _chip(say, row), ems=12.5),
        Column[RequestRow](text("pages.col_asked"), lambda row: Cell(say.asked(row), style=Style.SECOND), ems=7),
        Column[RequestRow](text("pages.col_ref"), lambda row: Cell(row.ref, style=Style.SECOND), ems=9.5),
    )
    return PagedTable(columns, key=lambda row: row.uuid, ask=ask)
