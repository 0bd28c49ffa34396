"""What the overview shows: values only. Villages or townships are lines, in their fixed order; nothing is ranked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from forms.insight.coverage import Covered
from forms.insight.handling import Age, Ageing, Answers, Load, Wait
from forms.insight.needs import Growth, MonthPoint, Need


class Span(StrEnum):
    """Over which months the needs are summed; words under `overview.span_KEY`."""

    MONTH = "month"
    FOUR = "four"
    YEAR = "year"


class View(StrEnum):
    """The six views; words under `overview.view_KEY`."""

    NEEDS = "needs"
    LATE = "late"
    TREND = "trend"
    VISITS = "visits"
    ANSWERS = "answers"
    LOADS = "loads"


@dataclass(frozen=True, slots=True)
class Line:
    """A village, or above a township one of those; `silent` days since its newest record, None where there is none."""

    code: str
    path: str
    label: str
    silent: int | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on one page. `cells` by line and category; `months` are those of the heat table.

    `version` is another number whenever something in the store changed.
    """

    version: int
    today: date
    span: Span
    place: str
    months: tuple[str, ...]
    lines: tuple[Line, ...]
    categories: tuple[tuple[str, str], ...]
    cells: tuple[tuple[Need, ...], ...]
    trend: tuple[MonthPoint, ...]
    growth: tuple[tuple[str, Growth], ...]  # label, figures
    late: Ageing
    late_department: str
    answers: Answers
    answers_before: Answers
    covered: tuple[Covered, ...]
    loads: tuple[tuple[str, Load], ...]

    @property
    def total(self) -> int:
        return sum(cell.count for row in self.cells for cell in row)

    @property
    def households(self) -> tuple[int, int]:
        """Visited, and all."""
        return sum(each.visited for each in self.covered), sum(each.households for each in self.covered)


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of a chart, to be opened as a list: the view, and which line, category, month or key of it."""

    view: View
    title: str
    line: str = ""
    category: str = ""
    month: str = ""
    matter: str = ""
    age: Age | None = None
    wait: Wait | None = None
    department: str = ""
    untold: bool = False


@dataclass(frozen=True, slots=True)
class Behind:
    """One line of the list behind a mark: a request, or a household where `household` holds its uuid.

    `person` is whom to open for a household, the first who lives there.
    """

    title: str
    detail: str
    when: str
    request: str = ""
    household: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """The list behind a mark; `more` says that it goes on."""

    title: str
    rows: tuple[Behind, ...]
    more: bool
