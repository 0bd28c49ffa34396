"""Rows of any spreadsheet as answers to a form: columns known by the questions' words, cells by what was asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from forms.api import Control, Form, Question
from forms.foreign.layout import Layout, plain
from forms.foreign.mapping import ColumnMap, WorkbookMap
from forms.register import lenient
from forms.register.lenient import Flaw, Telephone, When, Wrong, plainly
from forms.register.places import Places
from forms.register.reasons import Problem
from forms.register.table import Row, Written

AREAS = "areas.csv"
VILLAGE, GROUP = "village", "group"
"""Facts that together answer the only question that takes an area."""
_PARTED = re.compile(r"[、,，;；/\n|]+")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_WHOLE = frozenset({"int", "integer", "long"})
_FILES = frozenset({"binary"})
_PLACES = {
    **dict.fromkeys(("村", "村名", "行政村", "village"), VILLAGE),
    **dict.fromkeys(("组", "组别", "小组", "group"), GROUP),
}


@dataclass(frozen=True, slots=True)
class Filling:
    """What a row answers, by the question's path; with `problems` it cannot be taken in."""

    row: int
    answers: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


def asked(form: Form) -> dict[str, Question]:
    """Fact -> the question that a column may answer: its name, or its path where that is not the only one."""
    found = [
        each
        for each in form.questions
        if each.control and not (each.repeats or each.calculated or each.note) and each.type not in _FILES
    ]
    names = [each.name for each in found]
    return {each.name if names.count(each.name) == 1 else each.path: each for each in found}


def facts_of(form: Form) -> tuple[str, ...]:
    """Every fact that a column of a spreadsheet may give for the form."""
    known = asked(form)
    return (*known, *((VILLAGE, GROUP) if area_question(known) else ()))


def area_question(known: Mapping[str, Question]) -> Question | None:
    """The question for an area, where there is one and only one."""
    found = [each for each in known.values() if each.itemset == AREAS]
    return found[0] if len(found) == 1 else None


def suggest_answers(form: Form, layout: Layout, sheet: str) -> WorkbookMap:
    """A map from headings to questions: by label in any language, or by name."""
    known = asked(form)
    words: dict[str, str] = {}
    for fact, question in known.items():
        for said in (question.name, *question.labels.values()):
            words.setdefault(plain(said), fact)
    if (area := area_question(known)) is not None:
        for word, fact in _PLACES.items():
            words.setdefault(plain(word), fact)
        if any(words.get(plain(heading.path[-1])) == VILLAGE for heading in layout.headings):
            words = {said: GROUP if known.get(fact) is area else fact for said, fact in words.items()}
    taken: set[str] = set()
    columns = []
    for heading in layout.headings:
        if heading.is_running_number or heading.column in layout.computed:
            continue
        fact = words.get(plain(heading.path[-1])) or words.get(plain(heading.text)) or ""
        columns.append(ColumnMap(heading.text, "" if fact in taken else fact))
        taken.add(fact)
    return WorkbookMap(sheet, form.form_id, tuple(columns))


@dataclass(frozen=True, slots=True)
class AnswerReader:
    """`lists` gives of each external list the value for a word, plainly written; "" where it stands for several."""

    form: Form
    mapping: WorkbookMap
    places: Places
    lists: Mapping[str, Mapping[str, str]]
    century_before: int
    known: Mapping[str, Question] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", asked(self.form))

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the questions that the map answers, in its order."""
        area = area_question(self.known)
        found = [self.known[each.fact].path for each in self.mapping.columns if each.fact in self.known]
        given = {each.fact for each in self.mapping.columns}
        if area is not None and given & {VILLAGE, GROUP}:
            found.append(area.path)
        return tuple(dict.fromkeys(found))

    def read(self, row: Row) -> Filling:
        answers: dict[str, str] = {}
        problems: list[Problem] = []
        for column in self.mapping.columns:
            question = self.known.get(column.fact)
            cell = row.cells.get(column.heading, Written(""))
            if question is None or not cell.text.strip():
                continue
            value = self._value(question, cell, column)
            if isinstance(value, Wrong):
                problems.append(Problem(column.heading, value.flaw, cell.text.strip()))
            elif value:
                answers[question.path] = value
        problems += self._place(row, answers)
        return Filling(row.number, answers, tuple(problems))

    def _place(self, row: Row, answers: dict[str, str]) -> Sequence[Problem]:
        """Village and group in two columns, as one answer."""
        area = area_question(self.known)
        columns = {each.fact: each.heading for each in self.mapping.columns if each.fact in (VILLAGE, GROUP)}
        if area is None or not columns or area.path in answers:
            return ()
        village, group = (row.text(columns.get(fact, "")) for fact in (VILLAGE, GROUP))
        code = self.places.village(village)
        if isinstance(code, Wrong):
            return (Problem(columns.get(VILLAGE, ""), code.flaw, village),)
        found = self.places.group(code, group)
        if isinstance(found, Wrong):
            return (Problem(columns.get(GROUP, ""), found.flaw, group),)
        answers[area.path] = found
        return ()

    def _value(self, question: Question, cell: Written, column: ColumnMap) -> str | Wrong:
        text = cell.text.strip()
        if question.control in (Control.SELECT_MULTIPLE, Control.RANK):
            return self._several(question, text, column)
        if question.control is Control.SELECT_ONE:
            return self._chosen(question, text, column) or Wrong(Flaw.CHOICE)
        if question.type in ("date", "dateTime"):
            return self._day(question, text)
        if question.type in _WHOLE or question.type in ("decimal", "double"):
            return _number(text, whole=question.type in _WHOLE)
        sensitive = question.attributes.get("hamlet:sensitive", "")
        if "identity" in sensitive:
            return lenient.identity(cell)
        if "contact" in sensitive:
            found = lenient.telephone(text)
            return found.digits if isinstance(found, Telephone) else found or ""
        return text

    def _day(self, question: Question, text: str) -> str | Wrong:
        found = lenient.when(text, century_before=self.century_before)
        if isinstance(found, When) and found.iso:
            return found.iso
        if question.type == "dateTime" and re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d", text):
            return text
        return Wrong(Flaw.DAY)

    def _several(self, question: Question, text: str, column: ColumnMap) -> str | Wrong:
        whole = self._chosen(question, text, column)
        if whole:
            return whole
        found = [self._chosen(question, part, column) for part in _PARTED.split(text) if part.strip()]
        return Wrong(Flaw.CHOICE) if not found or not all(found) else " ".join(dict.fromkeys(found))

    def _chosen(self, question: Question, text: str, column: ColumnMap) -> str:
        """The value of a choice written as its code, as one of its labels, or as the map says; "" where none fits."""
        said = plainly(text).lower()
        theirs = {plainly(word).lower(): ours for ours, word in column.words.items()}
        if said in theirs:
            return theirs[said]
        if question.itemset:
            return self.lists.get(question.itemset, {}).get(said, "")
        return _by_label(question.choices).get(said, "")


def _number(text: str, *, whole: bool) -> str | Wrong:
    plain_text = plainly(text).replace(",", "")
    if not _NUMBER.fullmatch(plain_text):
        return Wrong(Flaw.NUMBER)
    if whole and "." in plain_text:
        head, _, rest = plain_text.partition(".")
        return head if not rest.strip("0") else Wrong(Flaw.NUMBER)
    return plain_text


def _by_label(choices: Iterable[tuple[str, Mapping[str, str]]]) -> dict[str, str]:
    return by_word((value, (value, *labels.values())) for value, labels in choices)


def by_word(named: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """Word, plainly written -> the value that it stands for, "" where for several; what a bracket adds may lack."""
    found: dict[str, str] = {}
    for value, words in named:
        for word in dict.fromkeys(part for each in words for part in (each, re.split(r"[（(]", each)[0])):
            said = plainly(word).lower()
            if said:
                found[said] = value if found.get(said, value) == value else ""
    return found
