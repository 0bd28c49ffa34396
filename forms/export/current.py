"""Tables of current rows: requests with their course, residents, households; and their history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from forms.api import Form
from forms.casework.areas import Areas
from forms.export.types import Current, Entry, Table
from forms.text import Text


def request_tables(
    forms: Sequence[Form],
    rows: Callable[[], Iterable[Current]],
    history: Callable[[], Iterable[Entry]],
    *,
    text: Text,
    areas: Areas,
    total: int = 0,
) -> tuple[Table, ...]:
    """Requests with their properties and computed columns, and the history sheet.

    `forms` are those whose questions fill dataset `requests`, the one that creates it first: they give labels,
    choices and levels. `rows` and `history` start anew at every call.
    """
    raise NotImplementedError


def entity_tables(
    dataset: str,
    forms: Sequence[Form],
    rows: Callable[[], Iterable[Current]],
    history: Callable[[], Iterable[Entry]],
    *,
    text: Text,
    areas: Areas,
    today: date,
    total: int = 0,
) -> tuple[Table, ...]:
    """Entities of `dataset` (residents, households) as they stand, and the history sheet; `today` is for ages."""
    raise NotImplementedError
