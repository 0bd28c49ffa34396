"""The office's own lists: departments, and the calendar of working days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from desktop.pages.office.ask import Ask, said
from desktop.pages.office.month import MonthGrid
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act
from desktop.services.office.office_values import CalendarDay, Listed
from desktop.widgets.basics import clear, column, fill, label, row
from desktop.widgets.card import Card
from desktop.widgets.flow import FlowLayout
from desktop.widgets.frame import ScrollBody
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Cell, Column, RowsModel

Department = tuple[str, str, str]


class DepartmentsCard(Card):
    """Departments with their names in both languages; one is added or renamed below the list."""

    def __init__(self, context: PageContext, ask: Ask) -> None:
        super().__init__(context.theme)
        self._context, self._ask = context, ask
        theme, t = context.theme, context.text
        columns: tuple[Column[Department], ...] = (
            Column(t("office.code"), lambda each: Cell(each[0]), 6),
            Column(t("office.name_zh"), lambda each: Cell(each[1], strong=True)),
            Column(t("office.name_en"), lambda each: Cell(each[2])),
        )
        self._model = RowsModel(columns, key=lambda each: each[0])
        self._table = DataTable(theme, self._model, name=t("office.tab_departments"), two_lines=False)
        self._table.chosen.connect(self._stand_on)
        self.body.addWidget(self._table, 1)
        line = row(gap=theme.scale.s)
        self._fields = [self._field(key) for key in ("office.code", "office.name_zh", "office.name_en")]
        self._fields[0].setMaximumWidth(theme.scale.em(7))
        for field in self._fields:
            line.addWidget(field)
        line.addWidget(act(theme, t("office.department_keep"), self.keep, kind="primary", icon="check"))
        self.add(line)
        foot = row(gap=theme.scale.s)
        other = act(theme, t("office.lists_file"), self._choose_files, icon="folder-open")
        foot.addWidget(other)
        foot.addWidget(label(t("office.lists_hint"), "small", wrap=True), 1)
        self.add(foot)

    def look(self) -> None:
        self._ask(lambda office: office.departments(), self._model.put)

    def keep(self) -> None:
        """Add or rename; the forms that name departments are published anew."""
        code, zh, en = (field.text().strip() for field in self._fields)
        if code and zh:
            self._ask(lambda office: office.name_department(code.upper(), zh, en), self._listed)

    def _field(self, key: str) -> QLineEdit:
        made = QLineEdit()
        made.setPlaceholderText(self._context.text(key))
        made.setAccessibleName(self._context.text(key))
        made.returnPressed.connect(self.keep)
        return made

    def _stand_on(self, number: int) -> None:
        if 0 <= number < self._model.rowCount():
            for field, words in zip(self._fields, self._model.row_at(number), strict=True):
                field.setText(words)

    def _choose_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self, self._context.text("office.lists_file"), "", "CSV, GeoJSON (*.csv *.geojson)"
        )
        if names:
            self._ask(lambda office: office.put_lists([Path(name) for name in names]), self._listed)

    def _listed(self, done: Listed) -> None:
        tell_listed(self._context, done)
        self.look()


class CalendarCard(Card):
    """A year by months; a day is pressed to be worked or not."""

    def __init__(self, context: PageContext, ask: Ask) -> None:
        super().__init__(context.theme)
        self._context, self._ask = context, ask
        self._year = context.words.today().year
        theme, t = context.theme, context.text
        head = row(gap=theme.scale.s)
        self._title = label("", "h2")
        before = act(theme, "", lambda: self._turn(-1), kind="tool", icon="caret-left", name=t("office.year_before"))
        after = act(theme, "", lambda: self._turn(1), kind="tool", icon="caret-right", name=t("office.year_after"))
        self._said = label("", "small")
        fill(head, [before, self._title, after, self._said, None])
        self.add(head)
        self.add(label(t("office.calendar_hint"), "small", wrap=True))
        scroll = ScrollBody(gap=theme.scale.m)
        holder = QWidget()
        self._months = FlowLayout(holder, gap=theme.scale.l)
        scroll.body.addWidget(holder)
        scroll.body.addStretch(1)
        self.body.addWidget(scroll, 1)
        self._days: dict[date, CalendarDay] = {}

    def look(self) -> None:
        year = self._year
        self._ask(lambda office: office.days(year), self._show)

    def _turn(self, by: int) -> None:
        self._year += by
        self.look()

    def _show(self, days: Sequence[CalendarDay]) -> None:
        t = self._context.text
        self._days = {each.day: each for each in days}
        self._title.setText(t("office.year", year=self._year))
        worked = sum(each.works for each in days)
        known = all(each.official for each in days)
        said_ = t("office.year_days", count=worked) if days else t("office.year_missing")
        self._said.setText(said_ if known or not days else f"{said_} · {t('office.year_provisional')}")
        clear(self._months)
        for month in range(1, 13):
            if any(day.month == month for day in self._days):
                self._months.addWidget(self._month(month))

    def _month(self, month: int) -> QWidget:
        theme, t = self._context.theme, self._context.text
        made = QWidget()
        lines = column(made, gap=theme.scale.xs)
        name = t(f"shell.month_{month}") if t.language == "en" else t("office.month", month=month)
        lines.addWidget(label(name, "strong"))
        days = {day: each for day, each in self._days.items() if day.month == month}
        grid = MonthGrid(theme, name, days, self._say_day, heads=self._heads())
        grid.pressed.connect(lambda day: self.set_day(day, works=not self._days[day].works))
        lines.addWidget(grid)
        lines.addStretch(1)
        return made

    def _heads(self) -> list[str]:
        """The last sign of a weekday in Chinese, in English its first two letters."""
        t = self._context.text
        names = [t(f"shell.weekday_{number}") for number in range(1, 8)]
        return [name[-1] if t.language == "zh" else name[:2] for name in names]

    def _say_day(self, each: CalendarDay) -> str:
        state = self._context.text("office.day_work" if each.works else "office.day_rest")
        return " · ".join(filter(None, (self._context.words.long_day(each.day), state, each.label)))

    def set_day(self, day: date, *, works: bool) -> None:
        """Work on this day, or not; open time limits follow with the next hand-over."""

        def done(listed: Listed) -> None:
            tell_listed(self._context, listed)
            self.look()

        self._ask(lambda office: office.set_days({day: works}), done)


def tell_listed(context: PageContext, done: Listed) -> None:
    """What is new for the villages."""
    t = context.text
    detail = t("office.listed_forms", forms=", ".join(done.forms)) if done.forms else t("office.listed_next")
    if done.own:
        detail += " " + t("office.listed_own", forms=", ".join(done.own))
    said(context, t("office.listed"), detail)
