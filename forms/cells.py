"""What is wrong inside the cells of an XLSForm: references, expressions, patterns; each with sheet, row and column."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Collection, Iterator

from forms.api import FormProblem, Severity
from forms.sheets import Row, plain_header
from forms.text import Text
from forms.xpath.errors import EvaluationFault, ExpressionError
from forms.xpath.functions.strings import pattern
from forms.xpath.parser import parse
from forms.xpath.syntax import Call, Expression, Literal, Path

NAMED = SURVEY, CHOICES, SETTINGS, ENTITIES = "survey", "choices", "settings", "entities"

REFERENCE = re.compile(r"\$\{\s*(?:last-saved#)?([^}\s]*)\s*\}")
EXPRESSIONS = ("relevant", "relevance", "constraint", "calculation", "calculate", "choice_filter", "repeat_count")
SOMETIMES = ("required", "read_only", "readonly", "trigger", "default", "label", "hint")
"""Columns that hold an expression always, and sometimes."""

_YES_NO = frozenset({"yes", "no", "true", "false", "true()", "false()"})
_STRAIGHT = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")
"""Word processors' quotes, which pyxform makes plain in every cell."""
_BROKEN = frozenset({"#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#N/A", "#NULL!", "#NUM!"})
_ALWAYS = frozenset({"name", "label", "itextId", "geometry"})


class SheetProblem(FormProblem):
    """A problem whose words are in `check.json`."""

    __slots__ = ()

    def message(self, text: Text) -> str:
        return text(f"check.{self.code}", **self.values)

    def remedy(self, text: Text) -> str:
        likely = f"check.{self.code}.near"
        return text(
            likely if self.values.get("near") and likely in text else f"check.{self.code}.remedy", **self.values
        )


def error(code: str, sheet: str | None = None, row: int | None = None, column: str | None = None,
          **values: object) -> SheetProblem:  # fmt: skip
    return SheetProblem(Severity.ERROR, code, values, sheet, row, column)


def warning(code: str, sheet: str | None = None, row: int | None = None, column: str | None = None,
            **values: object) -> SheetProblem:  # fmt: skip
    return SheetProblem(Severity.WARNING, code, values, sheet, row, column)


def cell_problems(sheet: str, row: Row, names: Collection[str]) -> Iterator[SheetProblem]:
    """References to questions that do not exist, and expressions that do not parse, in the cells of a row."""
    for header, value in row.values.items():
        plain = plain_header(header)
        if plain == "note_to_authors":
            continue
        if value in _BROKEN:
            yield error("formula", sheet, row.number, header, value=value)
            continue
        unknown = [name for name in REFERENCE.findall(value) if name not in names] if "${" in value else []
        for name in unknown:
            yield error("reference_unknown", sheet, row.number, header, name=name, near=nearest(name, names))
        if not unknown and (plain in EXPRESSIONS or _is_expression(sheet, plain, value)):
            yield from _expression(sheet, row, header, value)


def filter_problems(row: Row, columns: Collection[str]) -> Iterator[SheetProblem]:
    """Columns that a choice filter names and the sheet choices, whose headers are `columns`, does not have."""
    header = next((each for each in row.values if plain_header(each) == "choice_filter"), None)
    if header is None:
        return
    try:
        parsed = parse(
            REFERENCE.sub(lambda found: f"'{'q' * (len(found[0]) - 2)}'", row.values[header].translate(_STRAIGHT))
        )
    except ExpressionError:
        return  # said of the cell
    known = {*_ALWAYS, *columns, *(each.partition("::")[0] for each in columns)}
    for name in dict.fromkeys(_steps(parsed)):
        if name not in known:
            yield warning("filter_column", SURVEY, row.number, header, name=name, near=nearest(name, known))


def _steps(tree: Expression) -> Iterator[str]:
    """Names of children of the context that an expression looks at, outside of predicates."""
    for node in _nodes(tree):
        if isinstance(node, Path) and node.start is None:
            first = node.steps[0]
            if first.axis == "child" and first.test[-1] not in "*)":
                yield first.test


def _nodes(node: object) -> Iterator[object]:
    """A syntax tree's nodes, outside of predicates."""
    if isinstance(node, tuple):
        for each in node:
            yield from _nodes(each)
    elif dataclasses.is_dataclass(node):
        yield node
        for each in dataclasses.fields(node):
            if each.name not in ("steps", "predicates"):
                yield from _nodes(getattr(node, each.name))


def nearest(name: str, known: Collection[str]) -> str:
    """The one of `known` that `name` is most like, "" where none is; capital letters count for nothing."""
    folded = {each.lower(): each for each in known}
    found = difflib.get_close_matches(name.lower(), list(folded), n=1, cutoff=0.75)
    return folded[found[0]] if found else ""


def _is_expression(sheet: str, plain: str, value: str) -> bool:
    if sheet == ENTITIES:
        return plain in ("label", "create_if", "update_if", "entity_id")
    return plain in ("required", "read_only", "readonly") and value.lower() not in _YES_NO


def _expression(sheet: str, row: Row, header: str, value: str) -> Iterator[SheetProblem]:
    try:
        parsed = parse(REFERENCE.sub(lambda found: "q" * len(found[0]), value.translate(_STRAIGHT)))
    except ExpressionError as broken:
        at = int(str(broken.values.get("at", 1)))
        left = value[max(0, at - 1) :][:20].strip()
        code = "expression" if left else "expression_end"
        yield error(code, sheet, row.number, header, expression=value[:120], at=at, near=left)
        return
    for node in _nodes(parsed):
        if isinstance(node, Call) and node.name == "regex" and isinstance(node.arguments[-1], Literal):
            try:
                pattern(node.arguments[-1].value)
            except EvaluationFault:
                yield error("pattern", sheet, row.number, header, pattern=node.arguments[-1].value[:60])
