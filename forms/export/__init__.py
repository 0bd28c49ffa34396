"""Spreadsheets: tables of records and of current rows, written as xlsx or csv without anything that a program runs.

`form_tables`, `request_tables` and `entity_tables` make tables; `write` writes them at a level of disclosure.
"""

from forms.export.current import entity_tables, request_tables
from forms.export.submissions import form_tables
from forms.export.types import (
    Cancelled,
    Cell,
    Choices,
    Column,
    Current,
    Entry,
    Guard,
    Lookup,
    Order,
    Progress,
    Record,
    Table,
    Words,
    Written,
)
from forms.export.write import write

__all__ = [
    "Cancelled",
    "Cell",
    "Choices",
    "Column",
    "Current",
    "Entry",
    "Guard",
    "Lookup",
    "Order",
    "Progress",
    "Record",
    "Table",
    "Words",
    "Written",
    "entity_tables",
    "form_tables",
    "request_tables",
    "write",
]
