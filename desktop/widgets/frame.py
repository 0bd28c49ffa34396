"""The frame of a page: title, what is beside it, a body that scrolls, a footer that stays."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.theme.apply import Theme
from desktop.widgets.basics import button, column, fill, frame, label, reveal, row
from desktop.widgets.flow import FlowLayout
from forms.text import Text

LAPTOP, LINE_OF_ITS_OWN = 1366, 52  # pixels of a window; em that it has at least for words beside buttons


class Shrinking(QWidget):
    """A widget whose height for a width is the least that its content can do with."""

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        return layout.minimumHeightForWidth(width) if layout is not None else 0


class ScrollBody(QScrollArea):
    """A scroll area whose content grows with the width; `body` is its layout.

    `as_needed`: what is in it scrolls by itself, and is made as small as it can be before the body scrolls.
    """

    def __init__(
        self, *, gap: int = 0, margins: tuple[int, int, int, int] = (0, 0, 0, 0), as_needed: bool = False
    ) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = Shrinking() if as_needed else QWidget()
        inner.setProperty("kind", "body")
        self.body: QVBoxLayout = column(inner, gap=gap, margins=margins)
        self.setWidget(inner)


class PageFrame(QWidget):
    """A page. `body` takes the content; `aside` the chips and buttons right of the title; `footer` stays in sight.

    With `scrolls=False` the body fills the page and the lists in it scroll; the body does where it has less room than
    it needs, as with large text.
    """

    def __init__(self, theme: Theme, title: str, subtitle: str = "", *, scrolls: bool = True) -> None:
        super().__init__()
        scale = theme.scale
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(title)
        self.title = label(title, "h1")
        self.subtitle = label(subtitle, "second", wrap=True)
        reveal(self.subtitle, bool(subtitle))
        self.aside = row(gap=scale.s)
        whole = column(self)
        whole.addLayout(self._head(theme))
        margins = (scale.xl, scale.xs, scale.xl, scale.l)
        self.scroller = ScrollBody(gap=scale.m, margins=margins, as_needed=not scrolls)
        self.body: QVBoxLayout = self.scroller.body
        whole.addWidget(self.scroller, 1)
        self._foot = frame("footer")
        self.footer = row(self._foot, gap=scale.s, margins=(scale.xl, scale.s, scale.xl, scale.s))
        self._foot.setVisible(False)
        whole.addWidget(self._foot)

    def _head(self, theme: Theme) -> QBoxLayout:
        """The title over what is said of it; with very large text that has a line of its own below all of it."""
        scale = theme.scale
        below = scale.em(LINE_OF_ITS_OWN) > LAPTOP
        words = column(gap=2)
        fill(words, [self.title] if below else [self.title, self.subtitle])
        first = row(gap=scale.l)
        first.addLayout(words, 1)
        first.addLayout(self.aside)
        head = column(gap=2, margins=(scale.xl, scale.l, scale.xl, scale.s))
        head.addLayout(first)
        if below:
            head.addWidget(self.subtitle)
        return head

    def add(self, item: QWidget | QLayout) -> None:
        fill(self.body, [item])

    def set_title(self, title: str, subtitle: str = "") -> None:
        self.title.setText(title)
        self.subtitle.setText(subtitle)
        reveal(self.subtitle, bool(subtitle))
        self.setAccessibleName(title)

    def show_footer(self, *, shown: bool = True) -> None:
        reveal(self._foot, shown)


class Drawer(QFrame):
    """A card at the right that tells of the chosen row: head, scrolling body, buttons that stay."""

    closed = Signal()

    def __init__(self, theme: Theme, text: Text) -> None:
        super().__init__()
        scale = theme.scale
        self.setProperty("kind", "drawer")
        self.setFixedWidth(scale.px(344))
        whole = column(self)
        self.head = row(gap=2, margins=(scale.l, scale.m, scale.s, scale.xs))
        marks = QWidget()
        self.marks = FlowLayout(marks, gap=scale.s)
        self.head.addWidget(marks, 1, Qt.AlignmentFlag.AlignVCenter)
        self.close_button = button(theme, "", kind="tool", small=True, icon="x", name=text("widgets.close"), tip="Esc")
        self.close_button.clicked.connect(self.closed)
        self.head.addWidget(self.close_button)
        whole.addLayout(self.head)
        self.scroller = ScrollBody(gap=scale.s, margins=(scale.l, scale.xs, scale.l, scale.m))
        self.body = self.scroller.body
        whole.addWidget(self.scroller, 1)
        foot = QWidget()
        self.buttons = FlowLayout(foot, gap=scale.s)
        held = row(margins=(scale.l, scale.s, scale.l, scale.m))
        held.addWidget(foot)
        whole.addLayout(held)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
