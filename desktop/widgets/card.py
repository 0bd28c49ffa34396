"""White boxes with a heading: the ground of every page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QSizePolicy, QWidget

from desktop.theme.apply import Theme
from desktop.theme.tokens import Tone
from desktop.widgets.basics import button, column, fill, label, reveal, row
from desktop.widgets.mark import CountBadge


class SectionHeader(QWidget):
    """A heading with a count beside it and actions at the right."""

    def __init__(self, theme: Theme, title: str, *, second: str = "", role: str = "h2") -> None:
        super().__init__()
        self._theme = theme
        self._row = row(self, gap=theme.scale.s)
        self.title = label(title, role)
        self.badge = CountBadge(theme, tone=Tone.MUTE)
        self.second = label(second, "small")
        reveal(self.second, bool(second))
        fill(self._row, [self.title, self.badge, self.second, None])

    def set_count(self, count: int, *, tone: Tone = Tone.MUTE) -> None:
        """Show the number in a badge; 0 hides it."""
        index = self._row.indexOf(self.badge)
        self._row.removeWidget(self.badge)
        self.badge.deleteLater()
        self.badge = CountBadge(self._theme, count, tone=tone)
        self._row.insertWidget(index, self.badge)

    def add_action(self, widget: QWidget) -> None:
        """Put a button or key hint at the right end."""
        self._row.addWidget(widget)


class Card(QFrame):
    """A white box; `body` takes what is in it. `sunken` is the grey one for explanations."""

    def __init__(self, theme: Theme, title: str = "", *, second: str = "", sunken: bool = False) -> None:
        super().__init__()
        self.setProperty("kind", "sunken" if sunken else "card")
        scale = theme.scale
        self._theme = theme
        self.body = column(self, gap=scale.s, margins=(scale.l, scale.m, scale.l, scale.m))
        self.header: SectionHeader | None = None
        if title:
            self.header = SectionHeader(theme, title, second=second)
            self.body.addWidget(self.header)
            self.setAccessibleName(title)

    def add(self, item: QWidget | QLayout) -> None:
        fill(self.body, [item])

    def flush(self) -> None:
        """No inner margins, for a card that is one list or table; what is in it leaves the round corners free."""
        corner = self._theme.scale.card_radius // 2
        self.body.setContentsMargins(1, corner, 1, corner)
        self.body.setSpacing(0)


class KeyHint(QLabel):
    """A key's name as a small key cap; decoration, never the only sign."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.setProperty("role", "key")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


class EmptyState(QWidget):
    """What a list shows that has nothing: an icon, one sentence, one action at most (`action`, else None)."""

    def __init__(self, theme: Theme, sentence: str, *, icon: str = "check", action: str = "") -> None:
        super().__init__()
        scale = theme.scale
        box = column(self, gap=scale.m, margins=(scale.xl, scale.xl, scale.xl, scale.xl))
        picture = QLabel()
        picture.setPixmap(theme.pixmap(icon, "field", size=scale.px(36), ratio=self.devicePixelRatioF()))
        self.sentence = label(sentence, "second", wrap=True)
        self.setAccessibleName(sentence)
        self.action = button(theme, action) if action else None
        box.addStretch(1)
        box.addLayout(_centred(picture))
        box.addWidget(self.sentence)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        if self.action is not None:
            box.addLayout(_centred(self.action))
        box.addStretch(2)


def _centred(widget: QWidget) -> QHBoxLayout:
    line = row()
    fill(line, [None, widget, None])
    return line
