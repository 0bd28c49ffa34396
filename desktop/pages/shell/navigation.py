"""The bar at the left: the pages of the person's role with their counts, settings, who is here, lock."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.pages.parts.places import ICONS, Entry, Name
from desktop.theme.apply import Theme, restyle
from desktop.widgets.basics import reveal
from desktop.widgets.frame import ScrollBody
from desktop.widgets.mark import CountBadge
from forms.text import Text


class BarButton(QPushButton):
    """One line of the bar: icon, word and a count; in the small bar the word stands under the icon."""

    def __init__(self, entry: Entry, theme: Theme, text: Text) -> None:
        super().__init__()
        self.page = entry.page
        self._theme, self._icon = theme, entry.icon
        self._height = 0
        self._mini = self._on = False
        self.setProperty("measure", "free")
        self._word = text(f"shell.nav_{entry.page.value}")
        self._picture, self._label, self._badge = QLabel(), QLabel(self._word), CountBadge(theme)
        self._picture.setFixedWidth(theme.scale.icon)
        for part in (self._picture, self._label, self._badge):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setToolTip(f"{self._word}  {entry.key}" if entry.key else self._word)
        self.setAccessibleName(self._word)
        self._inside = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._inside.addWidget(self._picture)
        self._inside.addWidget(self._label, 1)
        self._lay_out(mini=False)
        self.light(on=False)

    def _lay_out(self, *, mini: bool) -> None:
        scale, inside = self._theme.scale, self._inside
        self._mini = mini
        upright, level = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        inside.setDirection(upright if mini else level)
        inside.setContentsMargins(*(0, 2, 0, 2) if mini else (scale.m, 0, scale.s, 0))
        inside.setSpacing(0 if mini else scale.m)
        centre, none = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag(0)
        inside.setAlignment(self._picture, centre | Qt.AlignmentFlag.AlignBottom if mini else none)
        inside.setAlignment(self._label, centre | Qt.AlignmentFlag.AlignTop if mini else none)
        inside.setStretchFactor(self._picture, 1 if mini else 0)
        inside.removeWidget(self._badge)
        if mini:
            self._badge.setParent(self)
            self._badge.raise_()
        else:
            inside.addWidget(self._badge)
        self._badge.set_count(self._badge.count)
        restyle(self._label, role="key-word" if mini else "")
        self._write()
        self._height = scale.px(54 if mini else 42)
        vertical = QSizePolicy.Policy.Preferred if mini else QSizePolicy.Policy.Fixed
        self.setSizePolicy(QSizePolicy.Policy.Expanding, vertical)
        self._hold_height()
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_badge()

    def _place_badge(self) -> None:
        """In the small bar the count sits beside the icon's upper right corner, narrow enough to leave it free."""
        if self._inside.indexOf(self._badge) < 0:
            hint = self._badge.sizeHint()
            narrow = max(hint.height(), hint.width() - self._theme.scale.s)
            self._badge.resize(narrow, hint.height())
            self._badge.move(self.width() - narrow, 0)

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._hold_height()
        return handled

    def _hold_height(self) -> None:
        """The style sheet gives every button a least height, which a layout takes for more than the hint.

        The words are measured in the small bar only: before the button stands in a bar they would be styled as others.
        There it may be as low as its icon and word are, so that large text needs no scrolling.
        """
        words = self._inside.sizeHint().height() if self._mini else self._height
        self.setMinimumHeight(words)
        self.setMaximumHeight(max(self._height, words))

    def sizeHint(self) -> QSize:
        hint = self._inside.sizeHint()
        return QSize(hint.width(), max(self._height, hint.height()) if self._mini else self._height)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._inside.minimumSize().width(), self.minimumHeight())

    @property
    def word_width(self) -> int:
        """How wide the word is under its icon while the page is shown."""
        return QFontMetrics(self._theme.font(pixels=self._theme.scale.small, bold=True)).horizontalAdvance(self._word)

    def shrink(self, *, mini: bool) -> None:
        self._lay_out(mini=mini)

    def light(self, *, on: bool) -> None:
        """Lit while its page is shown."""
        role = "side_bright" if on else "side_text"
        self._picture.setPixmap(self._theme.pixmap(self._icon, role, ratio=self.devicePixelRatioF()))
        self._on = on
        restyle(self, state="here" if on else "")
        restyle(self._label, state="here" if on else "")
        self._write()
        self._hold_height()

    def _write(self) -> None:
        """The word in the size of the bar, whatever order the sheet and the window set it in."""
        scale = self._theme.scale
        self._label.setFont(self._theme.font(pixels=scale.small if self._mini else scale.base, bold=self._on))

    def count(self, number: int) -> None:
        """Show how many things wait on this page."""
        self._badge.set_count(min(number, 999))
        self._place_badge()
        self.setAccessibleName(f"{self._word} {number}" if number else self._word)


class Bar(QFrame):
    """The whole bar. `chosen` carries the page, `locked` asks for the lock."""

    chosen = Signal(str)
    locked = Signal()

    def __init__(self, entries: tuple[Entry, ...], *, theme: Theme, text: Text, place: str, user: str) -> None:
        super().__init__()
        self._theme = theme
        self._mini = False
        self.setProperty("kind", "side")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        scale = theme.scale
        column = QVBoxLayout(self)
        self._column = column
        column.setContentsMargins(scale.px(10), scale.l, scale.px(10), scale.m)
        column.setSpacing(scale.xs)
        self._brand = self._make_brand(text, place)
        column.addWidget(self._brand)
        self._buttons: dict[Name, BarButton] = {}
        listed = ScrollBody(gap=scale.xs, as_needed=True)  # large text may need more height than there is
        self._listed = listed
        for entry in entries:
            listed.body.addWidget(self._button(entry, text))
        listed.body.addStretch(1)
        column.addWidget(listed, 1)
        column.addWidget(self._button(Entry(Name.SETTINGS, ICONS[Name.SETTINGS], ""), text))
        column.addWidget(self._make_user(text, user))
        self.setFixedWidth(scale.bar)

    def _button(self, entry: Entry, text: Text) -> BarButton:
        button = BarButton(entry, self._theme, text)
        button.clicked.connect(lambda: self.chosen.emit(entry.page.value))
        self._buttons[entry.page] = button
        return button

    def _make_brand(self, text: Text, place: str) -> QWidget:
        scale = self._theme.scale
        brand = QWidget()
        row = QHBoxLayout(brand)
        row.setContentsMargins(scale.px(10), 0, 0, scale.xs + scale.s)
        row.setSpacing(scale.m)
        plant = QLabel()
        plant.setPixmap(self._theme.pixmap("plant", "brand", size=scale.px(24), ratio=self.devicePixelRatioF()))
        row.addWidget(plant)
        names = QVBoxLayout()
        names.setSpacing(0)
        name, where = QLabel(text("shell.name")), QLabel(place)
        name.setProperty("role", "brand")
        where.setProperty("role", "small")
        where.setWordWrap(True)  # a department says its township, too
        names.addWidget(name)
        names.addWidget(where)
        row.addLayout(names, 1)
        return brand

    def _make_user(self, text: Text, user: str) -> QWidget:
        scale = self._theme.scale
        self._user = QPushButton()
        row = QHBoxLayout(self._user)
        self._user_row = row
        row.setContentsMargins(scale.m, 0, scale.s, 0)
        row.setSpacing(scale.m)
        face, lock = QLabel(), QLabel()
        self._padlock = lock
        ratio = self.devicePixelRatioF()
        face.setPixmap(self._theme.pixmap("user-circle", "side_text", ratio=ratio))
        lock.setPixmap(self._theme.pixmap("lock", "side_text", ratio=ratio))
        self._who = QLabel(user)
        self._who.setProperty("role", "small")
        for part in (face, self._who, lock):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(face)
        row.addWidget(self._who, 1)
        row.addWidget(lock)
        self._user.setToolTip(text("shell.lock_tip"))
        self._user.setAccessibleName(text("shell.lock_name", user=user))
        self._user.clicked.connect(self.locked)
        return self._user

    def light(self, page: Name) -> None:
        for name, button in self._buttons.items():
            button.light(on=name is page)

    def counts(self, numbers: Mapping[Name, int]) -> None:
        for name, button in self._buttons.items():
            button.count(numbers.get(name, 0))

    def shrink(self, *, mini: bool) -> None:
        """The small bar, while a form is open or the window is narrow."""
        if mini is self._mini:
            return
        self._mini = mini
        reveal(self._brand, not mini)
        reveal(self._who, not mini)
        reveal(self._padlock, not mini)
        restyle(self._user, measure="small" if mini else "")
        for button in self._buttons.values():
            button.shrink(mini=mini)
        scale = self._theme.scale
        side = 1 if mini else scale.px(10)
        middle = (self._mini_width() - scale.icon) // 2 - side - 1
        self._user_row.setContentsMargins(middle if mini else scale.m, 0, 0 if mini else scale.s, 0)
        ends = (scale.s, scale.s) if mini else (scale.l, scale.m)
        self._column.setContentsMargins(side, ends[0], side, ends[1])
        for lines in (self._column, self._listed.body):
            lines.setSpacing(2 if mini else scale.xs)
        self.setFixedWidth(self._mini_width() if mini else scale.bar)

    def _mini_width(self) -> int:
        """Wide enough for the longest word in bold, with a scroll bar beside it where the text is large."""
        scale = self._theme.scale
        words = max(button.word_width for button in self._buttons.values())
        beside = self._listed.verticalScrollBar().sizeHint().width()
        return max(scale.bar_mini, words + beside + scale.xs)
