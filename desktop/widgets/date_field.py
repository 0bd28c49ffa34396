"""A date as a line one writes in, empty until someone does; a calendar where the weekday matters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from desktop.theme.apply import Theme
from desktop.widgets.calendar import CalendarPopup
from desktop.widgets.dates import Precision, read_date
from desktop.widgets.say_date import say_date, say_lunar
from forms.text import Text


class DateField(QLineEdit):
    """Reads what is written on leaving or Enter; words that are no date stay as they are.

    `answered(str)`: the ISO date, or the raw words where they cannot be read, or "".
    `today` is asked at every reading.
    """

    answered = Signal(str)
    confirmed = Signal()

    def __init__(
        self,
        theme: Theme,
        text: Text,
        *,
        name: str,
        today: Callable[[], date],
        precision: Precision = Precision.DAY,
    ) -> None:
        super().__init__()
        self._theme, self._text, self._today, self._precision = theme, text, today, precision
        self._value = ""
        self.setAccessibleName(name)
        self.setPlaceholderText(text(f"widgets.date_examples_{precision.value}"))
        self._calendar: CalendarPopup | None = None
        if precision is Precision.DAY:
            opener = QAction(theme.icon("calendar-blank", "text2"), text("widgets.open_calendar"), self)
            opener.triggered.connect(self.open_calendar)
            self.addAction(opener, QLineEdit.ActionPosition.TrailingPosition)
            self.setAccessibleDescription(text("widgets.calendar_keys"))

    @property
    def value(self) -> str:
        return self._value

    @property
    def readable(self) -> bool:
        """False where words stand that are no date."""
        return not self._value or self._date() is not None

    def set_value(self, value: str) -> None:
        """Show an ISO date in words, other words as they are; no signal."""
        self._value = value
        day = self._date()
        self.setText(say_date(day, self._text, precision=self._precision) if day is not None else value)
        self.setToolTip(say_lunar(day, self._text) if day is not None else "")

    def take(self) -> None:
        """Read what stands there, and tell where it is another answer than before."""
        words = self.text().strip()
        day = self._date()
        if day is not None and words == say_date(day, self._text, precision=self._precision):
            return
        found = read_date(words, today=self._today(), precision=self._precision)
        value = found.isoformat() if found is not None else words
        changed = value != self._value
        self.set_value(value)
        if changed:
            self.answered.emit(value)

    def open_calendar(self) -> None:
        """Show the month of the date, or of today."""
        self.take()
        calendar = CalendarPopup(self._theme, self._text, chosen=self._date() or self._today(), today=self._today())
        calendar.picked.connect(self._picked)
        calendar.move(self.mapToGlobal(QPoint(0, self.height() + self._theme.scale.xs)))
        calendar.show()
        calendar.days.setFocus()
        self._calendar = calendar

    def event(self, event: QEvent) -> bool:
        """F4 is the calendar's here, whatever else it does in the window."""
        asks = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if asks and event.key() == Qt.Key.Key_F4 and self._precision is Precision.DAY:  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        opens = event.key() == Qt.Key.Key_F4 or (event.key() == Qt.Key.Key_Down and alt)
        if opens and self._precision is Precision.DAY:
            self.open_calendar()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.take()
            self.confirmed.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.take()

    def _date(self) -> date | None:
        try:
            return date.fromisoformat(self._value[:10]) if self._value else None
        except ValueError:
            return None

    def _picked(self, day: date) -> None:
        changed = day.isoformat() != self._value
        self.set_value(day.isoformat())
        self.setFocus()
        if changed:
            self.answered.emit(self._value)
