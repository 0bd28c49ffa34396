"""XLSForm to XForm: the only home of pyxform, which is imported when the first workbook is converted."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from forms.api import FormFault, FormProblem, Severity
from forms.precheck import SheetProblem, precheck, rows_by_name
from forms.sheets import SheetRows, is_old_workbook, read_sheets

_PLACE = re.compile(r"\[row\s*:\s*(\d+)\]\s*")
_SHEET = re.compile(r"(?:On|on) the '(\w+)' sheet|\b(survey|choices|settings|entities|osm|external_choices)\b sheet")
_COLUMN = re.compile(r"the '([\w: ()]+)' (?:value|column)")


@dataclass(frozen=True, slots=True)
class Converted:
    """The XForm of a workbook, what is odd about it (warnings), and where its questions stand.

    `rows` maps a question's name to its row of the survey sheet.
    """

    xform: bytes
    problems: tuple[FormProblem, ...]
    rows: dict[str, int]


def convert(workbook: bytes, *, name: str = "") -> Converted:
    """The XForm of an XLSForm workbook; `name` is that of the file, for messages.

    Raises FormFault with every problem found (sheet, row, column, cause, remedy), and Fault `check.*` for what is
    no workbook or would do harm. The same workbook gives the same bytes.
    """
    sheets = read_sheets(workbook, name=name)
    found = precheck(sheets, _types())
    if any(problem.severity is Severity.ERROR for problem in found):
        raise FormFault(found, name=name)
    xform, warnings = _compile(workbook, sheets, found, name)
    return Converted(xform, (*found, *warnings), rows_by_name(sheets))


def _types() -> frozenset[str]:
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    return frozenset(key.lower() for key in QUESTION_TYPE_DICT)


def _compile(
    workbook: bytes, sheets: dict[str, SheetRows], found: Sequence[FormProblem], name: str
) -> tuple[bytes, tuple[FormProblem, ...]]:
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert as xls2xform

    warnings: list[str] = []
    try:
        done = xls2xform(
            io.BytesIO(workbook),
            warnings=warnings,
            file_type=".xls" if is_old_workbook(workbook) else ".xlsx",
            form_name="data",
            pretty_print=True,
        )
    except PyXFormError as error:
        raise FormFault((*found, _said(str(error), Severity.ERROR, sheets)), name=name) from error
    except Exception as error:
        # A workbook that pyxform did not foresee ends in whatever exception its code meets.
        unforeseen = SheetProblem(Severity.ERROR, "unforeseen", {"cause": f"{type(error).__name__}: {error}"[:300]})
        raise FormFault((*found, unforeseen), name=name) from error
    said = tuple(_said(warning, Severity.WARNING, sheets) for warning in _distinct(warnings))
    return done.xform.encode(), said


def _distinct(warnings: Sequence[str]) -> Iterator[str]:
    yield from dict.fromkeys(warning.strip() for warning in warnings if warning.strip())


def _said(message: str, severity: Severity, sheets: dict[str, SheetRows]) -> SheetProblem:
    """A message of pyxform as a problem: the place out of its words, the words as the cause."""
    place, sheet = _PLACE.search(message), _SHEET.search(message)
    column = _COLUMN.search(message)
    named = (sheet[1] or sheet[2]) if sheet else "survey"
    row = int(place[1]) if place else None
    cause = " ".join(_PLACE.sub("", message).split())
    where = column[1] if column else None
    return SheetProblem(severity, "pyxform", {"cause": cause}, named if row or sheet else None, row, where)
