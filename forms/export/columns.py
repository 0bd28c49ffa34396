"""Columns from a form's questions: what a cell holds, who may see it, what masking does to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from forms.api import Control, Form, Question
from forms.casework.areas import Areas
from forms.casework.disclosure import Level
from forms.export.types import Cell, Column, Guard
from forms.sealed import marked

METADATA = frozenset({"start", "end", "today_meta", "today", "username", "deviceid", "email", "phonenumber", "audit"})

_CELLS = {
    "int": Cell.WHOLE,
    "integer": Cell.WHOLE,
    "long": Cell.WHOLE,
    "decimal": Cell.DECIMAL,
    "double": Cell.DECIMAL,
    "date": Cell.DATE,
    "dateTime": Cell.MOMENT,
}
_DAYS = frozenset({"birth", "id_birth", "due"})
_NUMBERS = ("identity", "contact")


def question_column(question: Question, language: str, *, key: str = "") -> Column:
    """The column of one question, under its own name or `key`."""
    several = question.control in (Control.SELECT_MULTIPLE, Control.RANK)
    one = question.control is Control.SELECT_ONE
    level = _level(question)
    choices = {value: in_language(labels, language) or value for value, labels in question.choices}
    sealed = bool(marked(question.attributes))
    return Column(
        key=key or question.name,
        label=in_language(question.labels, language) or question.name,
        cell=Cell.TEXT if one or several else _cell(question),
        level=level,
        guard=_guard(question, level, chosen=one or several),
        choices=choices,
        several=several,
        list=question.itemset,
        path=question.path,
        type=question.type,
        counted=one and bool(choices) and level is Level.STATISTICS and not sealed,
        sealed=sealed,
    )


def saved_questions(forms: Iterable[Form], dataset: str) -> dict[str, Question]:
    """Property of `dataset` -> the question that fills it, in the order of `forms`.

    Where several do, the first that is asked: a calculation knows neither choices nor words.
    """
    found: dict[str, Question] = {}
    for form in forms:
        by_path = {question.path: question for question in form.questions}
        for declaration in form.entities:
            if declaration.dataset == dataset:
                for name, path in declaration.properties.items():
                    question = by_path.get(path)
                    if question and (name not in found or (found[name].control is None and question.control)):
                        found[name] = question
    return found


def in_language(labels: Mapping[str, str], language: str) -> str:
    """The label in `language` ("zh" finds "中文 (zh)"), else the first there is."""
    for name, label in labels.items():
        if name == language or name.endswith(f"({language})"):
            return label
    return next(iter(labels.values()), "")


def distinct(columns: Sequence[Column]) -> tuple[str, ...]:
    """Headers: the labels, with the key, and where that is the same too the path, behind those that are alike."""
    found = [column.label for column in columns]
    for behind in ([column.key for column in columns], [column.path for column in columns]):
        times = Counter(label.lower() for label in found)
        pairs = zip(found, behind, strict=True)
        found = [
            f"{label} ({more})" if times[label.lower()] > 1 and more not in ("", label) else label
            for label, more in pairs
        ]
    return tuple(found)


def _cell(question: Question) -> Cell:
    """A calculation has no type of its own: one that is named as a day holds one, and what is none stays text."""
    if question.calculated and question.type == "string":
        return Cell.DATE if question.name.endswith("_on") or question.name in _DAYS else Cell.TEXT
    return _CELLS.get(question.type, Cell.TEXT)


def _level(question: Question) -> Level:
    written = question.attributes.get("hamlet:level", "")
    if written in tuple(Level):
        return Level(written)
    return Level.FULL if question.name in METADATA and question.control is None else Level.HANDLING


_UNSCANNED = frozenset({"date", "dateTime", "time", "geopoint", "geotrace", "geoshape", "binary", "boolean"})


def _guard(question: Question, level: Level, *, chosen: bool) -> Guard:
    sensitive = question.attributes.get("hamlet:sensitive", "")
    asked = question.control is not None and question.type == "string" and not chosen
    if asked and any(word in sensitive for word in _NUMBERS):
        return Guard.NUMBER
    if chosen or question.type in _UNSCANNED or (question.calculated and level is Level.STATISTICS):
        return Guard.NONE
    return Guard.SCAN


def village_codes(areas: Areas, language: str) -> dict[str, str]:
    """Label -> code; of villages that are called the same all codes, as they are one line."""
    found: dict[str, str] = {}
    for code in areas.below(""):
        if areas.village(code) == code:
            label = areas.label(code, language)
            found[label] = f"{found[label]}+{code}" if label in found else code
    return found
