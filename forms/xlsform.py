"""XLSForm to XForm: the only home of pyxform, which is imported when the first workbook is converted."""

from __future__ import annotations

import io
from dataclasses import dataclass

from forms.api import FormProblem


@dataclass(frozen=True, slots=True)
class Converted:
    """The XForm of a workbook, and what is odd about it (warnings: errors are a `FormFault`)."""

    xform: bytes
    problems: tuple[FormProblem, ...]


def convert(workbook: bytes, *, name: str = "") -> Converted:
    """The XForm of an XLSForm workbook; `name` is that of the file, for messages."""
    from pyxform.xls2xform import convert as xls2xform

    result = xls2xform(io.BytesIO(workbook), file_type=".xlsx", form_name="data", pretty_print=True)
    return Converted(result.xform.encode(), ())
