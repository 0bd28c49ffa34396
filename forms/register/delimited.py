"""A register that arrives as text: csv or tsv in UTF-8, UTF-16 or GB 18030, as the workbook that it was saved from."""

from __future__ import annotations

import codecs
import csv
import io
from itertools import islice

from forms.errors import Fault, Kind
from forms.export.types import Cell
from forms.export.xlsx import Header, Workbook
from forms.sheets import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, looks_like_workbook

ENDINGS = (".csv", ".tsv", ".txt")
_SIGNS = ("\t", ",", ";", "，", "|")
_LOOKED_AT = 20
_WIDTH = 12


def as_workbook(content: bytes, *, name: str) -> bytes:
    """`content` itself where it is a workbook or not called a text, else its lines as one.

    Raises Fault `check.*` for what is too large, or no text.
    """
    if looks_like_workbook(content) or not name.lower().endswith(ENDINGS):
        return content
    if len(content) > MAX_BYTES:
        raise Fault("check.too_large", Kind.DAMAGED, name=name, limit=MAX_BYTES // 1024 // 1024)
    text = _decoded(content, name)
    try:
        lines = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)), MAX_ROWS))
    except csv.Error as error:
        raise Fault("check.damaged", Kind.DAMAGED, name=name, cause=type(error).__name__) from error
    columns = min(max(map(len, lines), default=0), MAX_COLUMNS)
    if not columns:
        raise Fault("check.not_a_workbook", Kind.DAMAGED, name=name)
    full = [[*line[:columns], *[""] * (columns - len(line))] for line in lines]
    stream = io.BytesIO()
    with Workbook(stream) as book:
        sheet = book.sheet(name, [Header(label, Cell.TEXT, _WIDTH) for label in full[0]])
        sheet.extend(full[1:])
        sheet.close()
    return stream.getvalue()


def _decoded(content: bytes, name: str) -> str:
    """By the mark at its beginning, else as UTF-8, else as Chinese Windows saves it."""
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Fault("check.not_a_workbook", Kind.DAMAGED, name=name)


def _delimiter(text: str) -> str:
    """The sign that parts most of the first lines; a comma where none does."""
    lines = [line for line in text.splitlines()[:_LOOKED_AT] if line.strip()]
    return max(_SIGNS, key=lambda sign: (sum(sign in line for line in lines), sum(line.count(sign) for line in lines)))
