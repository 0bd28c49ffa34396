"""A computer that began alone comes to belong to a township: the code and the address, at any time."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act
from desktop.pages.shell.presenter import present
from desktop.services.keeping.workspace import OpenWorkspace, enrol_existing
from desktop.services.trying.practice_place import is_practice
from desktop.theme.tokens import Tone
from desktop.widgets.basics import fill, label
from desktop.widgets.card import Card
from desktop.widgets.flow import FlowLayout
from desktop.widgets.notices import Banner


class JoinCard(Card):
    """Asks the hub; what was recorded here alone goes to it with the next hand-over. The window is built anew then."""

    def __init__(self, context: PageContext, door: OpenWorkspace) -> None:
        super().__init__(context.theme, context.text("first.join"))
        self._context, self._door = context, door
        self._said = Banner(context.theme)
        self._code, self._hub = self._field("code"), self._field("hub")
        self._code.setInputMethodHints(Qt.InputMethodHint.ImhPreferUppercase | Qt.InputMethodHint.ImhNoPredictiveText)
        self._go = act(context.theme, context.text("exchange.join"), self.join, kind="primary", icon="handshake")
        line = FlowLayout(gap=context.theme.scale.s)
        for part in (self._code, self._hub, self._go):
            line.addWidget(part)
        detail = label(context.text("exchange.join_detail"), "small", wrap=True)
        fill(self.body, [self._said, detail, line, label(context.text("first.join_detail"), "small", wrap=True)])

    def join(self) -> None:
        """Nothing changes before the hub has shown that it knows the code."""
        code, url, door = self._code.text().strip(), self._hub.text().strip(), self._door
        for field in (self._code, self._hub):
            if not field.text().strip():
                self._said.say(Tone.WARN, self._context.text("first.missing", field=field.accessibleName()))
                field.setFocus()
                return
        self._go.setEnabled(False)
        self._said.say(Tone.INFO, self._context.text("first.working"))
        lanes = self._context.lanes
        lanes.net(
            self,
            lambda _ticket: enrol_existing(door, url=url, code=code),
            lambda _: self._context.restyle(),
            failed=self._failed,
        )

    def _failed(self, error: BaseException) -> None:
        self._go.setEnabled(True)
        notice = present(error, self._context.text)
        if notice is not None:
            self._said.say(notice.tone, notice.title, notice.detail)

    def _field(self, name: str) -> QLineEdit:
        made, t = QLineEdit(), self._context.text
        made.setAccessibleName(t(f"first.{name}"))
        made.setPlaceholderText(t(f"first.{name}_hint"))
        made.setMinimumWidth(self._context.theme.scale.em(22))
        made.returnPressed.connect(self.join)
        return made


def may_join(door: object) -> OpenWorkspace | None:
    """The workspace that can come to belong to a township; those to practise in never do."""
    return door if isinstance(door, OpenWorkspace) and not is_practice(door.folder) else None
