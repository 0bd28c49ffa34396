"""XLSForm to XForm: the only home of pyxform, which is imported when the first workbook is converted."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from forms.api import FormFault, FormProblem, Severity
from forms.cells import SURVEY, SheetProblem
from forms.precheck import precheck, questions
from forms.sayings import said
from forms.sheets import Row, SheetRows, enabled, is_old_workbook, plain_header, read_sheets


@dataclass(frozen=True, slots=True)
class Converted:
    """The XForm of a workbook, what is odd about it (warnings), and where its questions stand.

    `questions` maps a question's name to its row of the survey sheet.
    """

    xform: bytes
    problems: tuple[FormProblem, ...]
    questions: dict[str, Row]

    @property
    def rows(self) -> dict[str, int]:
        """Question name -> the number of its row of the survey sheet."""
        return {name: row.number for name, row in self.questions.items()}


def convert(workbook: bytes, *, name: str = "") -> Converted:
    """The XForm of an XLSForm workbook; `name` is that of the file, for messages.

    Raises FormFault with every problem found (sheet, row, column, cause, remedy), and Fault `check.*` for what is
    no workbook or would do harm. The same workbook gives the same bytes.
    """
    sheets = read_sheets(workbook, name=name)
    only = next(iter(sheets.values())) if len(sheets) == 1 else None
    if only is not None and any(plain_header(header) == "type" for header in only.headers):
        sheets = {SURVEY: only}  # a survey, whatever it is called
    if SURVEY in sheets:
        sheets[SURVEY] = enabled(sheets[SURVEY])
    found = precheck(sheets, _types())
    if any(problem.severity is Severity.ERROR for problem in found):
        raise FormFault(found, name=name)
    xform, warnings = _compile(workbook, sheets, found, name)
    return Converted(xform, (*found, *warnings), questions(sheets))


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
        raise FormFault((*found, said(str(error), Severity.ERROR, questions(sheets))), name=name) from error
    except Exception as error:
        # A workbook that pyxform did not foresee ends in whatever exception its code meets.
        unforeseen = SheetProblem(Severity.ERROR, "unforeseen", {"cause": f"{type(error).__name__}: {error}"[:300]})
        raise FormFault((*found, unforeseen), name=name) from error
    rows = questions(sheets)
    doubts = tuple(said(warning, Severity.WARNING, rows) for warning in _distinct(warnings))
    return done.xform.encode(), doubts


def _distinct(warnings: Sequence[str]) -> Iterator[str]:
    yield from dict.fromkeys(warning.strip() for warning in warnings if warning.strip())
