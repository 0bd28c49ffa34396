"""A month to pick a day from: Monday first, the lunar day under each number."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QLocale, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QFrame, QTableView

from desktop.theme.apply import Theme
from desktop.widgets.basics import button, column, fill, label, row
from desktop.widgets.lunar import DAY_NAMES, MONTHS, lunar_of
from desktop.widgets.say_date import say_date, say_lunar, say_month
from forms.text import Text

LOCALES = {"zh": QLocale(QLocale.Language.Chinese, QLocale.Country.China), "en": QLocale(QLocale.Language.English)}


class MonthView(QCalendarWidget):
    """The days of a month; today is ringed, the chosen one filled."""

    def __init__(self, theme: Theme, text: Text, *, today: date) -> None:
        super().__init__()
        self._theme = theme
        self._lunar = text.language == "zh"
        self._today = today
        self.setLocale(LOCALES[text.language])
        self.setAccessibleName(text("widgets.calendar"))
        self.setNavigationBarVisible(False)
        self.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.ShortDayNames)
        plain = QTextCharFormat()
        plain.setForeground(QColor(theme.colours.text2))
        for day in Qt.DayOfWeek:
            self.setWeekdayTextFormat(day, plain)
        self.setMinimumSize(theme.scale.em(22), theme.scale.em(19))
        for table in self.findChildren(QTableView):
            table.setAccessibleName(text("widgets.calendar"))

    def paintCell(self, painter: QPainter, rect: QRect, day: QDate) -> None:
        colours, scale = self._theme.colours, self._theme.scale
        here = python_date(day)
        chosen, inside = day == self.selectedDate(), day.month() == self.monthShown()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, QColor(colours.surface))
        box = QRectF(rect).adjusted(2, 1, -2, -1)
        if chosen or here == self._today:
            painter.setPen(QPen(QColor(colours.primary), 1.4))
            painter.setBrush(QColor(colours.primary if chosen else colours.surface))
            painter.drawRoundedRect(box, scale.radius, scale.radius)
        ink = colours.on_primary if chosen else colours.text if inside else colours.text2
        painter.setPen(QColor(ink))
        painter.setFont(self._theme.font(bold=chosen))
        if not self._lunar:
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(day.day()))
        else:
            half = rect.height() * 11 // 20
            upper = QRect(rect.left(), rect.top() + 2, rect.width(), half)
            painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, str(day.day()))
            painter.setFont(self._theme.font(pixels=scale.em(0.72)))
            painter.setPen(QColor(colours.on_primary if chosen else colours.text2))
            lower = QRect(rect.left(), rect.top() + half - 1, rect.width(), rect.height() - half)
            painter.drawText(lower, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, short_lunar(here))
        painter.restore()


class CalendarPopup(QFrame):
    """A month with buttons to turn it; under it the chosen day in words. PgUp and PgDn turn it too."""

    picked = Signal(date)

    def __init__(self, theme: Theme, text: Text, *, chosen: date, today: date) -> None:
        super().__init__(None, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("kind", "popup")
        self._text = text
        scale = theme.scale
        self.days = MonthView(theme, text, today=today)
        self.days.setSelectedDate(QDate(chosen.year, chosen.month, chosen.day))
        back = button(theme, "", kind="tool", icon="caret-left", small=True, name=text("widgets.month_before"))
        on = button(theme, "", kind="tool", icon="caret-right", small=True, name=text("widgets.month_after"))
        back.clicked.connect(self.days.showPreviousMonth)
        on.clicked.connect(self.days.showNextMonth)
        self._month = label("", "h3")
        self._words = label("", "small")
        head = row(gap=scale.s)
        fill(head, [back, None, self._month, None, on])
        box = column(self, gap=scale.xs, margins=(scale.s, scale.s, scale.s, scale.s))
        fill(box, [head, self.days, self._words])
        self.days.activated.connect(self._pick)
        self.days.clicked.connect(self._pick)
        self.days.selectionChanged.connect(self._tell)
        self.days.currentPageChanged.connect(self._tell)
        self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _tell(self) -> None:
        day = python_date(self.days.selectedDate())
        self._words.setText(f"{say_date(day, self._text)}  {say_lunar(day, self._text)}")
        self._month.setText(say_month(self.days.yearShown(), self.days.monthShown(), self._text))

    def _pick(self, day: QDate) -> None:
        self.picked.emit(python_date(day))
        self.close()


def short_lunar(day: date) -> str:
    """The lunar day, on the first of a month the month's name."""
    lunar = lunar_of(day)
    if lunar is None:
        return ""
    return f"{MONTHS[lunar.month - 1]}月" if lunar.day == 1 else DAY_NAMES[lunar.day - 1]


def python_date(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())
