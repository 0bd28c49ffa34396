"""Lists of requests: the township's board and the village's own page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.models.paged import Ask, PagedRows
from desktop.services.values import RequestRow, RequestState
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


STATES = tuple(RequestState)


def counted_days(text: Text, days: int) -> str:
    """For how many working days nothing has happened."""
    return text("board.quiet", count=days)


HALF, MOST = 0.5, 0.8  # of a time limit: from there one is reminded


def used(row: RequestRow) -> float:
    """How much of the time limit is gone, 1 on its last day; 0 while no clock runs."""
    if not row.days or row.days_left is None or row.paused:
        return 0.0
    return min(1.0, max(0.0, 1 - row.days_left / row.days))


def _due(text: Text, say: Sayings, row: RequestRow) -> Cell:
    """The time limit over what reminds of it: that nothing happens, or that most of it is gone."""
    words, tone = say.due(row)
    share = used(row)
    reminder = counted_days(text, row.quiet) if row.quiet else ""
    if tone is Tone.MUTE and share >= HALF:
        reminder = reminder or text("board.most_used" if share >= MOST else "board.half_used")
        tone = Tone.WARN if share >= MOST else tone
    urgent = tone in (Tone.BAD, Tone.WARN, Tone.OK)
    icon = "warning-fill" if tone is Tone.BAD else ""
    return Cell(words, reminder, strong=urgent, tone=tone if urgent else None, icon=icon)


def board_table(text: Text, *, say: Sayings, ask: Ask[RequestRow], ticks: bool) -> PagedRows[RequestRow]:
    """Picture 03: number, matter over who and where, category, status, time limit; with a box where one may tick."""

    def matter(row: RequestRow) -> Cell:
        about = " · ".join(filter(None, (row.kind_label, row.who, row.village_label, say.asked(row))))
        return Cell(row.matter_label, about, strong=True)

    def urgency(row: RequestRow) -> tuple[bool, int, str]:
        return row.days_left is None, row.days_left or 0, row.ref

    wide = text.language != "zh"
    columns: tuple[Column[RequestRow], ...] = (
        Column(text("pages.col_ref"), lambda row: Cell(row.ref), 11 if ticks else 9, lambda row: row.ref),
        Column(text("pages.col_matter"), matter, order=lambda row: (row.matter_label, row.who)),
        Column(
            text("pages.col_category"),
            lambda row: Cell(row.category_label),
            7.5,
            lambda row: row.category_label,
            spare=2,
        ),
        Column(
            text("pages.col_state"),
            lambda row: Cell(mark=say.state(row)),
            width=10.6 if wide else 8.6,
            order=lambda row: STATES.index(row.state),
            spare=1,
        ),
        Column(text("pages.col_due"), lambda row: _due(text, say, row), width=9.4 if wide else 7.6, order=urgency),
    )
    return PagedRows(columns, key=lambda row: row.uuid, ask=ask, checkable=ticks)


def village_table(text: Text, *, say: Sayings, ask: Ask[RequestRow]) -> PagedRows[RequestRow]:
    """Who and what over where it is in words, status, day, number."""

    def what(row: RequestRow) -> Cell:
        head = " · ".join(filter(None, (row.kind_label, row.who, row.matter_label)))
        return Cell(head, say.where(row), strong=True)

    wide = text.language != "zh"
    columns: tuple[Column[RequestRow], ...] = (
        Column(text("pages.col_who"), what),
        Column(text("pages.col_state"), lambda row: Cell(mark=say.state(row)), width=13 if wide else 9.5),
        Column(text("pages.col_asked"), lambda row: Cell(say.asked(row)), width=7, spare=1),
        Column(text("pages.col_ref"), lambda row: Cell(row.ref), width=9, spare=2),
    )
    return PagedRows(columns, key=lambda row: row.uuid, ask=ask)
