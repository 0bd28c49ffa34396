"""How departments and registers name things: the township's own lists where it has them, else the pack's."""

from __future__ import annotations

from desktop.services.context import Context
from forms.foreign import Hints

HEADINGS, WORKBOOKS = "headings.csv", "workbooks.csv"


def read_hints(context: Context) -> Hints:
    return Hints.read(context.list_bytes(HEADINGS) or b"", context.list_bytes(WORKBOOKS) or b"")
