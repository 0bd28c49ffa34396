"""Days, times of day, and both."""

from __future__ import annotations

from datetime import datetime, time

from PySide6.QtCore import Qt

from desktop.fill.fields.base import Field, mark_bad
from desktop.fill.fields.writing import Line
from desktop.fill.kit import Kit
from desktop.fill.rich import plain_words
from desktop.fill.say import precision_of
from desktop.widgets.basics import fill, label, row
from desktop.widgets.date_field import DateField
from desktop.widgets.dates import Precision, read_time
from desktop.widgets.say_date import say_lunar
from forms.api import Node

DAY_EMS = 22
TIME_EMS = 9


FOREIGN = ("ethiopian", "coptic", "islamic", "bikram-sambat", "myanmar", "persian", "buddhist")


def foreign_of(node: Node) -> str:
    """The calendar that the form wants and this window has not, "" for none."""
    return next((name for name in FOREIGN if name in node.appearance), "")


class DayField(Field):
    """A date, echoed in words with its lunar date."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit)
        self.day = _day_line(kit, node)
        self.echo = label("", "small")
        line = row(gap=kit.theme.scale.m)
        fill(line, [self.day, self.echo, None])
        self.box.addLayout(line)
        if foreign := foreign_of(node):
            words = kit.text("fill.foreign_calendar", calendar=kit.text(f"fill.calendar_{foreign}"))
            self.box.addWidget(label(words, "small", tone="warn", wrap=True))
        self.day.answered.connect(self.answered)
        self.day.confirmed.connect(self.confirmed)

    def show_node(self, node: Node) -> None:
        if self.day.value != node.value:
            self.day.set_value(node.value)
        self.day.setReadOnly(node.readonly)
        self.echo.setText(self._lunar(node.value) if precision_of(node) is Precision.DAY else "")

    def take_focus(self) -> None:
        self.day.setFocus(Qt.FocusReason.TabFocusReason)

    def settle(self) -> None:
        self.day.take()

    def mark(self, *, bad: bool) -> None:
        mark_bad(self.day, bad=bad)

    def _lunar(self, value: str) -> str:
        if self.kit.text.language != "zh":
            return ""
        try:
            return say_lunar(datetime.fromisoformat(value).date(), self.kit.text)
        except ValueError:
            return ""


class ClockField(Field):
    """A time of day as HH:MM, or in words."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit)
        self.clock = _time_line(kit, plain_words(node.label))
        self.box.addWidget(self.clock)
        self._value = ""
        self.clock.left.connect(self.settle)
        self.clock.confirmed.connect(self._confirm)

    def show_node(self, node: Node) -> None:
        self._value = node.value
        self.clock.setReadOnly(node.readonly)
        if not self.clock.hasFocus():
            self.clock.setText(node.value[:5] if node.value[2:3] == ":" else node.value)

    def take_focus(self) -> None:
        self.clock.setFocus(Qt.FocusReason.TabFocusReason)

    def settle(self) -> None:
        words = self.clock.text().strip()
        found = read_time(words)
        if found is not None:
            self.clock.setText(f"{found:%H:%M}")
        value = _stamp(self.kit, found) if found is not None else words
        if value[:5] != self._value[:5]:
            self._value = value
            self.answered.emit(value)

    def mark(self, *, bad: bool) -> None:
        mark_bad(self.clock, bad=bad)

    def _confirm(self) -> None:
        self.settle()
        self.confirmed.emit()


class MomentField(Field):
    """A day and a time of that day; the zone is the one in which the program shows dates."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit)
        self.day = _day_line(kit, node)
        self.clock = _time_line(kit, kit.text("fill.time_of", label=plain_words(node.label)))
        line = row(gap=kit.theme.scale.s)
        fill(line, [self.day, self.clock, None])
        self.box.addLayout(line)
        self._value = ""
        self.day.answered.connect(self._day_answered)
        self.day.confirmed.connect(self.clock.setFocus)
        self.clock.left.connect(self.settle)
        self.clock.confirmed.connect(self._confirm)

    def show_node(self, node: Node) -> None:
        self._value = node.value
        day, _, clock = node.value.partition("T")
        if self.day.value != day:
            self.day.set_value(day)
        if not self.clock.hasFocus():
            self.clock.setText(clock[:5])
        self.day.setReadOnly(node.readonly)
        self.clock.setReadOnly(node.readonly)

    def take_focus(self) -> None:
        self.day.setFocus(Qt.FocusReason.TabFocusReason)

    def settle(self) -> None:
        self.day.take()
        found = read_time(self.clock.text())
        if found is not None:
            self.clock.setText(f"{found:%H:%M}")
        value = self._compose(found)
        if value[:16] != self._value[:16]:
            self._value = value
            self.answered.emit(value)

    def mark(self, *, bad: bool) -> None:
        mark_bad(self.day, bad=bad)
        mark_bad(self.clock, bad=bad)

    def _compose(self, found: time | None) -> str:
        words = self.clock.text().strip()
        if not self.day.value and not words:
            return ""
        if not self.day.value or not self.day.readable or found is None:
            return f"{self.day.value} {words}".strip()  # no moment: kept as it is, and the form says so
        return f"{self.day.value}T{_stamp(self.kit, found)}"

    def _day_answered(self, value: str) -> None:
        """The time is asked next; without it the day alone is no answer yet."""
        if self.clock.text() or not value:
            self.settle()

    def _confirm(self) -> None:
        self.settle()
        self.confirmed.emit()


def _day_line(kit: Kit, node: Node) -> DateField:
    made = DateField(kit.theme, kit.text, name=plain_words(node.label), today=kit.today, precision=precision_of(node))
    made.setMinimumWidth(kit.theme.scale.em(DAY_EMS))
    made.setMaximumWidth(kit.theme.scale.em(DAY_EMS))
    return made


def _time_line(kit: Kit, name: str) -> Line:
    made = Line()
    made.setAccessibleName(name)
    made.setPlaceholderText(kit.text("fill.time_example"))
    made.setMaximumWidth(kit.theme.scale.em(TIME_EMS))
    return made


def _stamp(kit: Kit, at: time) -> str:
    """08:30:00.000+08:00."""
    moment = datetime.combine(kit.today(), at, tzinfo=kit.now().tzinfo)
    return moment.timetz().isoformat(timespec="milliseconds")
