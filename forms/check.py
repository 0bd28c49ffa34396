"""Compile and lint a form: everything that is wrong or doubtful about it, each with place, cause and remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from forms.api import FormFault, FormProblem, Severity
from forms.cells import EXPRESSIONS, SOMETIMES, SURVEY
from forms.errors import Fault, Kind
from forms.lint import lint
from forms.load import load_form
from forms.sheets import Row, looks_like_workbook, plain_header
from forms.xlsform import convert

_PATH = re.compile(r"/[\w./:-]+")
_HOLD_EXPRESSIONS = frozenset({*EXPRESSIONS, *SOMETIMES} - {"label", "hint"})


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found; `ok` says that there is no error. Form id and version are "" where it did not compile."""

    ok: bool
    form_id: str
    version: str
    problems: tuple[FormProblem, ...]


def check(content: bytes, *, name: str = "") -> Checked:
    """Check an XLSForm workbook or an XForm document. Raises Fault only for what is neither or would do harm."""
    if not content.strip():
        raise Fault("check.empty", Kind.DAMAGED, name=name)
    if not looks_like_workbook(content) and b"<" not in content[:64]:
        raise Fault("check.not_a_form", Kind.DAMAGED, name=name)
    rows: Mapping[str, Row] = {}
    found: tuple[FormProblem, ...] = ()
    try:
        if looks_like_workbook(content):
            converted = convert(content, name=name)
            content, rows, found = converted.xform, converted.questions, converted.problems
        form = load_form(content, name=name)
    except FormFault as fault:
        return Checked(False, "", "", (*found, *(_placed(problem, rows) for problem in fault.problems)))
    problems = (*found, *(_placed(problem, rows) for problem in form.warnings), *lint(form, rows))
    return Checked(not any(each.severity is Severity.ERROR for each in problems), form.form_id, form.version, problems)


def _placed(problem: FormProblem, rows: Mapping[str, Row]) -> FormProblem:
    """A problem of the XForm with the cell that it speaks of, where a workbook stands behind it."""
    if problem.row is not None or not rows:
        return problem
    for value in problem.values.values():
        for path in _PATH.findall(str(value)):
            name = path.rpartition("/")[2]
            row = rows.get(name) or rows.get(name.removesuffix("_count"))
            if row is not None:
                return replace(problem, sheet=SURVEY, row=row.number, column=_column(problem, row))
    return problem


def _column(problem: FormProblem, row: Row) -> str | None:
    """The header of the one cell of `row` that can be meant.

    That is the cell which says the expression, else the only one that calls the function, else the only expression.
    """
    cells = {header: value for header, value in row.values.items() if plain_header(header) in _HOLD_EXPRESSIONS}
    expression, called = str(problem.values.get("expression", "")), str(problem.values.get("function", ""))
    said = {header: value for header, value in cells.items() if expression and _becomes(value, expression)}
    if said:
        cells = said
    elif called:
        cells = {header: value for header, value in cells.items() if re.search(rf"{re.escape(called)}\s*\(", value)}
    else:
        cells = {header: value for header, value in cells.items() if "${" in value}
    return next(iter(cells)) if len(cells) == 1 else None


def _becomes(cell: str, expression: str) -> bool:
    """Whether a cell was converted to the expression: each `${name}` in it has become a path."""
    parts = (re.escape(part.strip()) for part in re.split(r"\$\{[^}]*\}", cell))
    return re.fullmatch(r"\s*[^\s=]*\s*".join(parts), expression.strip()) is not None
