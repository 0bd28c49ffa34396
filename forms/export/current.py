"""Tables of current rows: requests with their course, residents, households; and their history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from forms.api import Form, Question
from forms.casework.areas import Areas
from forms.casework.course import Course
from forms.casework.disclosure import Level
from forms.casework.events import Reaction, Way
from forms.casework.states import Outcome, State, wording
from forms.entities.apply import PROJECTED, REQUESTS
from forms.export.columns import question_column, saved_questions, village_codes
from forms.export.types import Cell, Column, Current, Entry, Guard, Table
from forms.text import Text

Value = Callable[[Current], str]


@dataclass(frozen=True, slots=True)
class _Made:
    """A column, and how its value comes out of a current row."""

    column: Column
    value: Value


def request_tables(
    forms: Sequence[Form],
    rows: Callable[[], Iterable[Current]],
    history: Callable[[], Iterable[Entry]],
    *,
    text: Text,
    areas: Areas,
    total: int = 0,
) -> tuple[Table, ...]:
    """Requests with their properties and computed columns, and the history sheet.

    `forms` are those whose questions fill dataset `requests`, the one that creates it first: they give labels,
    choices and levels. `rows` and `history` start anew at every call.
    """
    saved = saved_questions(forms, REQUESTS)
    made = [
        _property("request_no", text("export.ref"), saved, text),
        _computed("state", text, _state, level=Level.STATISTICS, choices=_words(State, text)),
        _computed("outcome", text, _outcome, level=Level.STATISTICS, choices=_words(Outcome, text, "outcome")),
        *_where(text, areas),
        *_properties(saved, {"request_no", "area", "village", *PROJECTED[REQUESTS]}, text),
        _department(saved, text),
        *_course(text),
        _computed("uuid", text, lambda each: each.entity.uuid),
    ]
    table = _table(REQUESTS, text("export.requests"), made, rows, total)
    finest = ("category", "matter") if {"category", "matter"} <= saved.keys() else ()
    return (replace(table, period="asked_on", finest=finest), _history(history, text))


def entity_tables(
    dataset: str,
    forms: Sequence[Form],
    rows: Callable[[], Iterable[Current]],
    history: Callable[[], Iterable[Entry]],
    *,
    text: Text,
    areas: Areas,
    today: date,
    total: int = 0,
) -> tuple[Table, ...]:
    """Entities of `dataset` (residents, households) as they stand, and the history sheet; `today` is for ages."""
    saved = saved_questions(forms, dataset)
    made = [*_where(text, areas), *_properties(saved, {"area", "village"}, text)]
    if "birth" in saved:
        age = _computed("age", text, lambda each: _age(each.entity.properties.get("birth", ""), today), Cell.WHOLE)
        place = next(at for at, each in enumerate(made) if each.column.key == "birth")
        made.insert(place, replace(age, column=replace(age.column, level=Level.STATISTICS)))
    made += [
        _computed("version", text, lambda each: str(each.entity.version), Cell.WHOLE),
        _computed("conflict", text, lambda each: each.entity.conflict, choices=_conflicts(text)),
        _computed("uuid", text, lambda each: each.entity.uuid),
    ]
    key = f"export.{dataset}"
    return (_table(dataset, text(key) if key in text else dataset, made, rows, total), _history(history, text))


def _table(key: str, name: str, made: Sequence[_Made], rows: Callable[[], Iterable[Current]], total: int) -> Table:
    values = [each.value for each in made]

    def written() -> Iterator[Sequence[str]]:
        for row in rows():
            yield [value(row) for value in values]

    return Table(key, name, tuple(each.column for each in made), written, total)


def _history(history: Callable[[], Iterable[Entry]], text: Text) -> Table:
    columns = (
        Column("ref", text("export.ref")),
        Column("on", text("export.on"), Cell.MOMENT, width=18),
        Column("what", text("export.what")),
        Column("by", text("export.by_whom")),
        Column("text", text("export.said"), guard=Guard.SCAN, width=40),
        Column("late", text("export.late")),
        Column("uuid", text("export.uuid"), width=14),
        Column("key", text("export.key"), width=14),
    )

    def rows() -> Iterator[Sequence[str]]:
        yes = text("export.yes")
        for each in history():
            late = yes if each.late else ""
            yield (each.ref, each.on, each.what, each.by, each.text, late, each.uuid, each.instance_id)

    return Table("history", text("export.history"), columns, rows, history=True)


def _where(text: Text, areas: Areas) -> list[_Made]:
    language = text.language

    def village(each: Current) -> str:
        return areas.label(areas.village(each.entity.area), language)

    def group(each: Current) -> str:
        code = each.entity.area
        return areas.label(code, language) if code != areas.village(code) else ""

    named = _computed("village", text, village, level=Level.STATISTICS, counted=True)
    return [
        replace(named, column=replace(named.column, codes=village_codes(areas, language))),
        _computed("group", text, group, level=Level.STATISTICS),
    ]


def _properties(saved: Mapping[str, Question], left_out: set[str], text: Text) -> list[_Made]:
    return [_property(name, "", saved, text) for name in saved if name not in left_out]


def _property(name: str, label: str, saved: Mapping[str, Question], text: Text) -> _Made:
    def value(each: Current) -> str:
        return each.entity.properties.get(name, "")

    question = saved.get(name)
    if question is None:
        return _Made(Column(name, label or name, guard=Guard.SCAN), value)
    column = question_column(question, text.language, key=name)
    if name == "request_no":
        column = replace(column, guard=Guard.NONE)
    if name == "sensitive":
        column = replace(column, choices={"1": text("export.yes"), "0": text("export.no")})
    if name == "state":
        column = replace(column, choices={state: text(f"export.state_{state}") for state in _REGISTERED})
    key = f"export.property_{name}"
    if question.name not in question.labels.values() and not question.labels and key in text:
        label = label or text(key)
    return _Made(replace(column, label=label or column.label, list=column.list or _LISTS.get(name, "")), value)


_REGISTERED = ("active", "moved", "died", "gone", "void", "erased")
_LISTS = {"category": "categories.csv", "household": "households.csv", "resident": "residents.csv"}
"""Properties whose value is a name in a list, where no select says so."""


def _computed(
    key: str,
    text: Text,
    value: Value,
    cell: Cell = Cell.TEXT,
    *,
    level: Level = Level.HANDLING,
    choices: Mapping[str, str] | None = None,
    counted: bool = False,
    guard: Guard = Guard.NONE,
) -> _Made:
    counted = counted or (bool(choices) and level is Level.STATISTICS)
    column = Column(
        key, text(f"export.{key}"), cell, level, guard, choices or {}, counted=counted, type=text("export.computed")
    )
    return _Made(column, value)


def _department(saved: Mapping[str, Question], text: Text) -> _Made:
    """The assigned department; before that the cell is blank."""
    question = saved.get("dept")
    choices = question_column(question, text.language).choices if question else {}
    made = _computed("department", text, _of(lambda course: course.department), level=Level.STATISTICS, choices=choices)
    return replace(
        made, column=replace(made.column, list="departments.csv", counted=True, blank=text("export.unassigned"))
    )


def _course(text: Text) -> list[_Made]:
    yes = {"1": text("export.yes")}
    statistics = Level.STATISTICS
    late = _computed("overdue", text, _overdue, level=statistics, choices=yes)
    return [
        _computed("days", text, _of(lambda course: _number(course.days)), Cell.WHOLE, level=statistics),
        _computed("received_on", text, _of(lambda course: _iso(course.start)), Cell.DATE, level=statistics),
        _computed(
            "due", text, _of(lambda course: _iso(course.due.day if course.due else None)), Cell.DATE, level=statistics
        ),
        _computed("days_left", text, lambda each: _number(each.days_left), Cell.WHOLE, level=statistics),
        replace(late, column=replace(late.column, blank=text("export.no"))),
        _computed(
            "paused_days", text, _of(lambda course: _number(course.paused_days or None)), Cell.WHOLE, level=statistics
        ),
        _computed("answer", text, _of(lambda course: course.answer), guard=Guard.SCAN),
        _computed("answered_on", text, _of(lambda course: _iso(course.answered_on)), Cell.DATE, level=statistics),
        _computed("next_step", text, _of(lambda course: course.next_step), guard=Guard.SCAN),
        _computed("told_on", text, _of(lambda course: _iso(course.told_on)), Cell.DATE, level=statistics),
        _computed(
            "told_way",
            text,
            _of(lambda course: course.told_way or ""),
            level=statistics,
            choices=_words(Way, text, "way"),
        ),
        _computed(
            "reaction",
            text,
            _of(lambda course: course.reaction or ""),
            level=statistics,
            choices=_words(Reaction, text, "reaction"),
        ),
        _computed("why_not", text, _of(lambda course: course.why_not), guard=Guard.SCAN),
        _computed("reopened", text, _of(lambda course: "1" if course.reopened else ""), level=statistics, choices=yes),
    ]


def _of(value: Callable[[Course], str]) -> Value:
    return lambda each: value(each.course) if each.course else ""


def _state(each: Current) -> str:
    return each.course.state if each.course else each.entity.properties.get("status", "")


def _outcome(each: Current) -> str:
    return (each.course.outcome or "") if each.course else each.entity.properties.get("outcome", "")


def _overdue(each: Current) -> str:
    return "1" if each.days_left is not None and each.days_left < 0 else ""


def _words(kind: Iterable[str], text: Text, area: str = "") -> dict[str, str]:
    if not area:
        return {state: text(wording(state)) for state in State}
    return {each: text(f"casework.{area}_{each}") for each in kind}


def _conflicts(text: Text) -> dict[str, str]:
    return {"none": "", "soft": text("casework.conflict_soft"), "hard": text("casework.conflict_hard")}


def _age(birth: str, today: date) -> str:
    try:
        born = date.fromisoformat(birth)
    except ValueError:
        return ""
    return str(today.year - born.year - ((today.month, today.day) < (born.month, born.day)))


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
