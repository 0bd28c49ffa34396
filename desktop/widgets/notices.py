"""Messages inside the page: a banner near what it speaks of, a toast that can undo, a job that runs."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QPushButton, QWidget

from desktop.theme.apply import Theme, restyle
from desktop.theme.tokens import Tone
from desktop.widgets.basics import button, column, fill, label, reveal, row
from desktop.widgets.mark import TONE_ICONS, Chip, Mark
from forms.text import Text

BANNER_ICONS = TONE_ICONS | {Tone.INFO: "info-fill", Tone.WARN: "warning-circle-fill"}
UNDO_MS = 10_000


class Banner(QFrame):
    """One message with up to two actions, in the layout near its context. Hidden until something is `say`-ed."""

    def __init__(self, theme: Theme, tone: Tone = Tone.INFO, title: str = "", detail: str = "") -> None:
        super().__init__()
        self._theme = theme
        scale = theme.scale
        self.setProperty("kind", "banner")
        line = row(self, gap=scale.m, margins=(scale.l, scale.s, scale.m, scale.s))
        self._icon = QLabel()
        self.title = label("", "strong", wrap=True)
        self.detail = label("", "small", wrap=True)
        words = column(gap=2)
        fill(words, [self.title, self.detail])
        line.addWidget(self._icon)
        line.addLayout(words, 1)
        self._actions = row(gap=scale.s)
        line.addLayout(self._actions)
        self.setVisible(False)
        if title:
            self.say(tone, title, detail)

    def say(self, tone: Tone, title: str, detail: str = "") -> None:
        restyle(self, tone=tone.value)
        size = self._theme.scale.px(22)
        self._icon.setPixmap(self._theme.pixmap(BANNER_ICONS[tone], tone, size=size, ratio=self.devicePixelRatioF()))
        self.title.setText(title)
        self.detail.setText(detail)
        reveal(self.detail, bool(detail))
        self.setAccessibleName(title)
        self.setAccessibleDescription(detail)
        reveal(self, True)

    def add_action(self, action: QPushButton) -> QPushButton:
        self._actions.addWidget(action)
        return action

    def silence(self) -> None:
        self.setVisible(False)


class UndoToast(QFrame):
    """What was just done, with 撤销 for ten seconds; lies over the lower edge of `over`.

    `undone` comes at most once, `expired` only where it was not undone.
    """

    undone = Signal()
    expired = Signal()

    def __init__(self, theme: Theme, text: Text, *, over: QWidget, message: str, seconds_ms: int = UNDO_MS) -> None:
        super().__init__(over)
        scale = theme.scale
        self.setProperty("kind", "toast")
        self._margin = scale.l
        self._over = over
        line = row(self, gap=scale.m, margins=(scale.l, scale.s, scale.s, scale.s))
        self.undo = button(theme, text("widgets.undo"), small=True, tip="Ctrl+Z")
        fill(line, [label(message), self.undo])
        self.setAccessibleName(message)
        self.undo.clicked.connect(self._undo)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), over)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._undo)
        self._shortcut = shortcut
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._expire)
        self._timer.start(seconds_ms)
        over.installEventFilter(self)
        self.show()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def dismiss(self) -> None:
        """Take it away at once, as if its time were over."""
        if self._timer.isActive():
            self._expire()

    def _place(self) -> None:
        over = self._over
        self.adjustSize()
        left = (over.width() - self.width()) // 2
        self.move(max(0, left), over.height() - self.height() - self._margin)
        self.raise_()

    def _undo(self) -> None:
        if self._timer.isActive():
            self._end()
            self.undone.emit()

    def _expire(self) -> None:
        self._end()
        self.expired.emit()

    def _end(self) -> None:
        self._timer.stop()
        self._shortcut.setEnabled(False)
        self._shortcut.deleteLater()
        self.hide()
        self.deleteLater()


class JobCard(QFrame):
    """Work that runs: what, n of m, and a button that stops it."""

    cancelled = Signal()

    def __init__(
        self, theme: Theme, text: Text, title: str, *, chip: str = "", detail: str = "", icon: str = "hourglass"
    ) -> None:
        super().__init__()
        self._text = text
        scale = theme.scale
        self.setProperty("kind", "card")
        self.setAccessibleName(title)
        picture = QLabel()
        picture.setPixmap(theme.pixmap(icon, "primary", size=scale.px(22), ratio=self.devicePixelRatioF()))
        self.title = label(title, "strong")
        self.count = label("", "second")
        self.stop = button(theme, text("widgets.stop"), icon="x", small=True)
        self.stop.clicked.connect(self._stop)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(title)
        self.detail = label(detail, "small", wrap=True)
        reveal(self.detail, bool(detail))
        head = row(gap=scale.s)
        fill(head, [picture, self.title])
        if chip:
            head.addWidget(Chip(theme, Mark(chip, Tone.OK)))
        fill(head, [None, self.count, self.stop])
        box = column(self, gap=scale.s, margins=(scale.l, scale.m, scale.l, scale.m))
        fill(box, [head, self.bar, self.detail])

    def set_progress(self, done: int, of: int) -> None:
        """`of` 0: nobody knows yet."""
        self.bar.setRange(0, of)
        self.bar.setValue(done)
        self.count.setText(self._text("widgets.n_of_m", n=done, m=of) if of else "")

    def _stop(self) -> None:
        self.stop.setEnabled(False)
        self.stop.setText(self._text("widgets.stopping"))
        self.cancelled.emit()
