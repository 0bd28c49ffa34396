"""Buttons and ticks whose words go on in the next line where the width ends."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

from desktop.theme.apply import Theme
from desktop.widgets.basics import Button

WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


def _grow(widget: QWidget) -> None:
    policy = widget.sizePolicy()
    policy.setHorizontalPolicy(QSizePolicy.Policy.Preferred)  # a button's own would be no narrower than its words
    policy.setHeightForWidth(True)
    widget.setSizePolicy(policy)


def _words_height(theme: Theme, words: str, width: int) -> int:
    metrics = QFontMetrics(theme.font(bold=True))
    return metrics.boundingRect(QRect(0, 0, max(1, width), 10_000), WRAP, words).height()


class Segment(QPushButton):
    """A checkable button as wide as its words, or as the room that there is."""

    def __init__(self, theme: Theme, words: str, picture: QPixmap | None = None) -> None:
        """With a picture the words stand under it."""
        super().__init__(words)
        self._theme = theme
        self._picture = picture
        self._pad = theme.scale.px(14)
        self.setProperty("kind", "segment")
        self.setCheckable(True)
        self.setAutoDefault(False)
        _grow(self)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._theme.font(bold=True))
        wide = max(metrics.horizontalAdvance(self.text()), self._picture.width() if self._picture is not None else 0)
        return QSize(wide + 2 * self._pad + 2, self._theme.scale.control + self._above)

    @property
    def _above(self) -> int:
        """The height that the picture takes."""
        return self._picture.height() + self._theme.scale.s if self._picture is not None else 0

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.scale.em(3), self._theme.scale.control)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width >= self.sizeHint().width():
            return self._theme.scale.control + self._above
        words = _words_height(self._theme, self.text(), width - 2 * self._pad)
        return max(self._theme.scale.control, words + self._theme.scale.l) + self._above

    def paintEvent(self, _event: object) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""  # type: ignore[attr-defined]
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.setFont(self._theme.font(bold=self.isChecked()))
        painter.setPen(self._theme.colour("text" if self.isEnabled() else "field"))
        room = self.rect().adjusted(self._pad - 2, 0, 2 - self._pad, 0)
        if self._picture is not None:
            left = (self.width() - self._picture.width()) // 2
            painter.drawPixmap(left, self._theme.scale.s, self._picture)
            room.setTop(self._above)
        # The room for bold words is shared out to both sides; words in several lines begin below each other.
        one_line = self.width() >= self.sizeHint().width()
        words = Qt.AlignmentFlag.AlignCenter if one_line else WRAP
        painter.drawText(room, words, self.text())
        painter.end()


class Tick(QCheckBox):
    """A check box whose words wrap."""

    def __init__(self, theme: Theme, words: str, picture: QPixmap | None = None) -> None:
        """With a picture the words stand under it."""
        super().__init__(words)
        self._theme = theme
        self._picture = picture
        _grow(self)
        policy = self.sizePolicy()
        policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)  # its own would be one line high
        self.setSizePolicy(policy)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.scale.em(6), self._theme.scale.control_small)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        words = _words_height(self._theme, self.text(), width - self._left() - self._theme.scale.s)
        return max(self._theme.scale.px(34), words + self._theme.scale.s) + self._above

    @property
    def _above(self) -> int:
        """The height that the picture takes."""
        return self._picture.height() + self._theme.scale.xs if self._picture is not None else 0

    def paintEvent(self, _event: object) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""  # type: ignore[attr-defined]
        painter.drawControl(QStyle.ControlElement.CE_CheckBox, option)
        painter.setFont(self._theme.font(bold=self.isChecked()))
        painter.setPen(self._theme.colour("text" if self.isEnabled() else "field"))
        if self._picture is not None:
            painter.drawPixmap(self._left(), self._theme.scale.xs, self._picture)
        room = self.rect().adjusted(self._left(), self._above, -self._theme.scale.s, 0)
        painter.drawText(room, WRAP, self.text())
        painter.end()

    def _left(self) -> int:
        scale = self._theme.scale
        return scale.px(20) + 2 * scale.s + 2


class WrappedLink(Button):
    """A link whose words go on in the next line."""

    def __init__(self, theme: Theme, words: str) -> None:
        super().__init__(words)
        self._theme = theme
        self.setAutoDefault(False)
        self.setProperty("kind", "link")
        self.setProperty("measure", "free")
        self.setAccessibleName(words)
        _grow(self)

    def sizeHint(self) -> QSize:
        wide = QFontMetrics(self._theme.font()).horizontalAdvance(self.text())
        return QSize(wide + 2 * self._theme.scale.s + 2, self._theme.scale.control_small)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.scale.em(6), self._theme.scale.control_small)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        words = _words_height(self._theme, self.text(), width - 2 * self._theme.scale.s)
        return max(self._theme.scale.control_small, words + self._theme.scale.s)

    def paintEvent(self, _event: object) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""  # type: ignore[attr-defined]
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.setPen(self._theme.colour("primary" if self.isEnabled() else "field"))
        pad = self._theme.scale.s
        painter.drawText(self.rect().adjusted(pad, 0, -pad, 0), WRAP, self.text())
        painter.end()
