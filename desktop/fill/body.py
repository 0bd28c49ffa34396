"""Between the bars: the screen's card or the check page, and at the right what is known of the person."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.fill.check import CheckView
from desktop.fill.group import GroupView
from desktop.fill.outline import Outline
from desktop.theme.apply import Theme
from desktop.theme.tokens import Width
from desktop.widgets.basics import clear, column, label, reveal, row
from desktop.widgets.card import Card
from desktop.widgets.frame import ScrollBody
from forms.text import Text

CARD_EMS = 76


class Body(QWidget):
    """Outline, screen and right column. Holds one GroupView at a time, so that few widgets live."""

    def __init__(self, theme: Theme, text: Text) -> None:
        super().__init__()
        scale = theme.scale
        self.outline = Outline(theme, text)
        self.group: GroupView | None = None
        self.check: CheckView | None = None
        self.scroller = ScrollBody(gap=scale.m, margins=(scale.xl, scale.l, scale.l, scale.l))
        self._heading = label("", "h2", wrap=True)
        self._of = label("", "small")
        self._slot = column()
        self.scroller.body.addWidget(self._card(theme))
        self.scroller.body.addStretch(1)
        self._checking = ScrollBody(gap=scale.m, margins=(scale.xl, scale.l, scale.l, scale.l))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.scroller)
        self._stack.addWidget(self._checking)
        self.aside = ScrollBody(gap=scale.m, margins=(scale.s, scale.l, scale.l, scale.l))
        self.aside.body.addStretch(1)
        self.aside.setFixedWidth(scale.column + scale.xl)
        self._has_aside = False
        self._below: QWidget | None = None
        line = row(self)
        line.addWidget(self.outline)
        line.addWidget(self._stack, 1)
        line.addWidget(self.aside)

    def put_below_aside(self, card: QWidget) -> None:
        """Below what is known of the person, while it is not hidden."""
        self._below = card
        self.aside.body.insertWidget(self.aside.body.count() - 1, card)

    def put_aside(self, widget: QWidget) -> None:
        """Put a card on top of the right column."""
        self._has_aside = True
        self.aside.body.insertWidget(0, widget)

    @property
    def has_aside(self) -> bool:
        return self._has_aside or (self._below is not None and not self._below.isHidden())

    def show_title(self, title: str, of: str) -> None:
        self._heading.setText(title)
        self._of.setText(of)

    def show_group(self, group: GroupView) -> None:
        """Another screen in the place of the one before."""
        clear(self._slot)
        self.group = group
        self._slot.addWidget(group)
        self.scroller.verticalScrollBar().setValue(0)

    def show_form(self) -> None:
        """The screen again instead of the check page."""
        if self.check is not None:
            self.check = None
            clear(self._checking.body)
        self._stack.setCurrentWidget(self.scroller)

    def show_check(self, check: CheckView) -> None:
        self.show_form()
        self.check = check
        self._checking.body.addWidget(check)
        self._stack.setCurrentWidget(self._checking)
        self._checking.verticalScrollBar().setValue(0)

    def fit(self, width: Width) -> None:
        reveal(self.outline, width is not Width.NARROW)
        reveal(self.aside, self.has_aside and width is Width.WIDE)

    def _card(self, theme: Theme) -> Card:
        scale = theme.scale
        card = Card(theme)
        card.setMaximumWidth(scale.em(CARD_EMS))
        card.body.setContentsMargins(scale.px(20), scale.l, scale.px(20), scale.l)
        card.body.setSpacing(scale.m)
        head = row(gap=scale.m)
        head.addWidget(self._heading, 1)
        head.addWidget(self._of)
        card.add(head)
        card.add(self._slot)
        return card
