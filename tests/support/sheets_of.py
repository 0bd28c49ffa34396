"""Small XLSForms as bytes, from rows written down as they stand in a spreadsheet."""

import io

from openpyxl import Workbook


def workbook(**sheets):
    """`workbook(survey=[["type", "name"], ["text", "a"]])` -> bytes of an .xlsx."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


SETTINGS = [["form_title", "form_id", "version"], ["T", "t", "1"]]


def form(*rows, header=("type", "name", "label", "relevant", "calculation"), choices=None, **sheets):
    """An XLSForm of survey rows below `header`."""
    sheets = {"settings": SETTINGS, **sheets}
    if choices is not None:
        sheets["choices"] = [["list_name", "name", "label"], *choices]
    return workbook(survey=[list(header), *[list(row) for row in rows]], **sheets)
