"""Choices that hang on one another (province, county, village) side by side, as one line of boxes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtWidgets import QWidget

from desktop.fill.question import QuestionRow
from desktop.theme.apply import Theme
from desktop.widgets.basics import column, fill
from desktop.widgets.flow import ColumnsLayout
from forms.api import Control, Form, Question

MOST = 3  # boxes in a line
BOXED = frozenset({"minimal", "autocomplete", "search"})  # how else a choice looks, its author wants to see
PEOPLE = ("residents.csv", "households.csv")  # few of a household stand better side by side as they are
LEAST_EMS = 15  # of a box; where there is less room a line has fewer
_PLACE = re.compile(r"\[\d+\]")


def hangs_on(form: Form) -> Mapping[str, frozenset[str]]:
    """By the path of a choice of one, the choices of one that decide what it offers."""
    boxes = {question.path: question for question in form.questions if _fits(question)}
    found = {path: frozenset(question.follows) & boxes.keys() for path, question in boxes.items()}
    return {path: before for path, before in found.items() if before}


def _fits(question: Question) -> bool:
    """Whether it may stand in a box beside others."""
    single = question.control is Control.SELECT_ONE and question.itemset not in PEOPLE
    return single and all(look.partition("(")[0] in BOXED for look in question.appearance)


def in_lines(refs: Sequence[str], after: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, ...]]:
    """The references in order, those that stand in one line together: each of these hangs on the one before it."""
    line: tuple[str, ...] = ()
    for ref in refs:
        hangs = bool(line) and _path(line[-1]) in after.get(_path(ref), frozenset())
        if hangs and len(line) < MOST:
            line += (ref,)
            continue
        if line:
            yield line
        line = (ref,)
    if line:
        yield line


def _path(ref: str) -> str:
    return _PLACE.sub("", ref)


class CascadeLine(QWidget):
    """The questions of one line; `add` puts the next into its column."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.rows: list[QuestionRow] = []
        self._line = ColumnsLayout(self, gap=theme.scale.m, columns=MOST, least=theme.scale.em(LEAST_EMS))

    def add(self, row: QuestionRow) -> None:
        holder = QWidget()
        fill(column(holder), [row, None])
        self.rows.append(row)
        self._line.addWidget(holder)
