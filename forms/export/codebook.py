"""The codebook sheet: what the file is, and for every column its question, type, level and choices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forms.export.columns import distinct
from forms.export.disclose import Shown, treatment
from forms.export.types import Cell, Column, Order
from forms.export.xlsx import Header
from forms.text import Text

_HEADERS = (
    ("sheet", 16),
    ("column", 24),
    ("key", 18),
    ("path", 28),
    ("type", 12),
    ("level", 12),
    ("treatment", 16),
    ("choices", 60),
)


def headers(text: Text) -> list[Header]:
    return [Header(text(f"export.codebook_{key}"), Cell.TEXT, signs) for key, signs in _HEADERS]


def codebook(order: Order, tables: Sequence[Shown], text: Text) -> Iterator[list[str]]:
    """Rows of the sheet: first the file itself, then every column of every table."""
    about = [
        (text("export.about_title"), order.title),
        (text("export.level"), text(f"casework.level_{order.level}")),
        (text("export.about_reason"), order.reason),
        (text("export.about_made_on"), order.made_on.isoformat() if order.made_on else ""),
        (text("export.about_source"), text("export.about_hamlet")),
    ]
    for label, value in about:
        if value:
            yield ["", label, "", "", "", "", "", value]
    for table in tables:
        for column, label in zip(table.columns, distinct(table.columns), strict=True):
            yield _line(table.table.name, label, column, order, text)


def _line(sheet: str, label: str, column: Column, order: Order, text: Text) -> list[str]:
    return [
        sheet,
        label,
        column.key,
        column.path,
        _type(column, text),
        text(f"casework.level_{column.level}"),
        text(treatment(column, order.level)),
        "; ".join(f"{value} = {choice}" for value, choice in column.choices.items()) or column.list,
    ]


def _type(column: Column, text: Text) -> str:
    """What the cells hold, as people say it; of what no question asks, that it was computed."""
    if column.type and not column.path:
        return column.type
    if column.several:
        return text("export.cell_several")
    if column.choices or column.list:
        return text("export.cell_one")
    named = f"export.cell_{column.type}"
    return text(named if named in text else f"export.cell_{column.cell}")
