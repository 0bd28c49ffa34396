"""Tables by hand, and what a workbook says when it is read back."""

import openpyxl
import pytest

from forms.export import Column, Order, Table, write


@pytest.fixture
def exported(tmp_path):
    """`exported(rows, columns, **order)` -> (what was written, rows of the first sheet as openpyxl reads them)."""

    def export(rows, of, name="t.xlsx", **order):
        columns = tuple(each if isinstance(each, Column) else Column(each, each.upper()) for each in of)
        table = Table("t", "表", columns, lambda: rows, len(rows))
        written = write(Order(tmp_path / name, **order), [table])
        return written, sheet_rows(tmp_path / name, 0)

    return export


def sheet_rows(path, at):
    book = openpyxl.load_workbook(path)
    return [[cell.value for cell in row] for row in book.worksheets[at].iter_rows()]


@pytest.fixture
def rows_of():
    return sheet_rows
