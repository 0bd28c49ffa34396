"""Compile and lint a form: everything that is wrong or doubtful about it, each with place, cause and remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from forms.api import Form, FormFault, FormProblem, Question, Severity
from forms.cells import EXPRESSIONS, SOMETIMES, SURVEY, SheetProblem
from forms.errors import Fault, Kind
from forms.load import load_form
from forms.sheets import Row, looks_like_workbook, plain_header
from forms.xlsform import convert

_PERSONAL = re.compile(
    r"身份证|证件号|银行卡|社保卡号|宗教|信仰|病史|疾病|残疾|艾滋|怀孕|收入|指纹|人脸|政治面貌|民族|"
    r"identity (?:card|number)|passport|bank (?:card|account)|religio|illness|disease|disabilit|pregnan|income|"
    r"fingerprint|ethnic|HIV",
    re.IGNORECASE,
)
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


def lint(form: Form, rows: Mapping[str, Row]) -> Iterator[SheetProblem]:
    """Warnings about what a form asks: sensitive questions without a legal basis, personal ones without a mark."""
    marked = [question for question in form.questions if question.attributes.get("hamlet:sensitive")]
    based = any(question.attributes.get("hamlet:basis") for question in form.questions)
    for question in marked:
        if not based:
            yield _about(question, "basis_missing", rows, sensitive=question.attributes["hamlet:sensitive"])
    for question in form.questions:
        asked = question.control is not None and not question.note
        if asked and not _is_marked(question) and _PERSONAL.search(" ".join(question.labels.values())):
            yield _about(question, "sensitive_unmarked", rows)


def _is_marked(question: Question) -> bool:
    return any(question.attributes.get(name) for name in ("hamlet:sensitive", "hamlet:level"))


def _about(question: Question, code: str, rows: Mapping[str, Row], **values: object) -> SheetProblem:
    row = rows.get(question.name)
    label = next(iter(question.labels.values()), "") or question.name
    return SheetProblem(
        Severity.WARNING,
        code,
        {"question": label, **values},
        SURVEY if row else None,
        row.number if row else None,
        "name" if row else None,
    )


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
    """The header of the one cell of `row` that can be meant: the only expression, or the one that calls a function."""
    cells = {header: value for header, value in row.values.items() if plain_header(header) in _HOLD_EXPRESSIONS}
    called = str(problem.values.get("function", ""))
    if called:
        cells = {header: value for header, value in cells.items() if re.search(rf"{re.escape(called)}\s*\(", value)}
    else:
        cells = {header: value for header, value in cells.items() if "${" in value}
    return next(iter(cells)) if len(cells) == 1 else None
