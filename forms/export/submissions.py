"""Tables of a form's submissions: one row a record, and a linked sheet for each repeat."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from forms.api import Form
from forms.export.types import Record, Table
from forms.text import Text


def form_tables(
    form: Form, records: Callable[[], Iterable[Record]], *, text: Text, total: int = 0
) -> tuple[Table, ...]:
    """The root's table and one for each repeat of `form`, linked by the columns `key` and `parent`.

    `records` starts anew at every call; it is read once for each table. Labels are in the language of `text`.
    """
    raise NotImplementedError
