"""Filling a department's own workbook from known facts, with everything else in it left as it came."""

from forms.export.department.book import Book
from forms.export.department.fill import Disclosure, Filled, Gap, Line, Why, fill
from forms.export.department.layout import Heading, Layout, read_layout
from forms.export.department.mapping import ColumnMap, WorkbookMap, read_map, write_map
from forms.export.department.suggest import Hints, Subject, subject_of, suggest

__all__ = [
    "Book",
    "ColumnMap",
    "Disclosure",
    "Filled",
    "Gap",
    "Heading",
    "Hints",
    "Layout",
    "Line",
    "Subject",
    "Why",
    "WorkbookMap",
    "fill",
    "read_layout",
    "read_map",
    "subject_of",
    "suggest",
    "write_map",
]
