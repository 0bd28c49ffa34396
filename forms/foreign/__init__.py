"""Spreadsheets that somebody else made: their cells, headings and lines, and which fact of ours a column means.

A register that is taken in and a department's workbook that is filled are both such a sheet. What is not understood
is never touched.
"""

from forms.foreign.book import Book
from forms.foreign.layout import Heading, Layout, read_layout
from forms.foreign.mapping import ColumnMap, WorkbookMap, read_map, write_map
from forms.foreign.suggest import Hints, Subject, subject_of, suggest

__all__ = [
    "Book",
    "ColumnMap",
    "Heading",
    "Hints",
    "Layout",
    "Subject",
    "WorkbookMap",
    "read_layout",
    "read_map",
    "subject_of",
    "suggest",
    "write_map",
]
