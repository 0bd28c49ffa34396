"""How much of people leaves: the levels side by side, what each means, and for the full one why and who agrees."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QPushButton, QWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import segment
from desktop.services.rights import RIGHTS, Use
from desktop.services.values import Level
from desktop.theme.tokens import Width
from desktop.widgets.basics import column, label, reveal, row
from desktop.widgets.card import Card

USUAL_WIDTH = 1366  # pixels for which a page is laid out
LEVEL_ICONS = {Level.STATISTICS: "shield-check", Level.HANDLING: "eye-slash", Level.FULL: "lock-open"}


class LevelCard(Card):
    """`changed`: another level was chosen. Reason, approver and secret are blank below the full level."""

    changed = Signal()

    def __init__(self, context: PageContext, levels: Sequence[Level], title: str) -> None:
        theme, t = context.theme, context.text
        super().__init__(theme, title)
        self._text = t
        self._level = Level.HANDLING
        self._buttons: dict[Level, QPushButton] = {}
        self._words = label("", "small", wrap=True)
        self._add_choices(context, levels)
        self.add(self._words)
        self._add_reasons(context)
        self.choose(self._level)

    def _add_choices(self, context: PageContext, levels: Sequence[Level]) -> None:
        """The levels beside the title, or below it where the text is large."""
        theme, t = context.theme, context.text
        line = row(gap=theme.scale.s)
        beside = self.header if theme.tokens.width(USUAL_WIDTH) is Width.WIDE else None
        group = QButtonGroup(self)
        full = context.me.role in RIGHTS[Use.EXPORT_FULL]
        for level in (each for each in levels if full or each is not Level.FULL):
            made = segment(
                theme,
                t(f"pages.level_{level.value}"),
                chosen=level is self._level,
                does_what=partial(self._take, level),
                icon=LEVEL_ICONS[level],
            )
            group.addButton(made)
            self._buttons[level] = made
            if beside is not None:
                beside.add_action(made)
            else:
                line.addWidget(made, 1)
        self.add(line)

    def _add_reasons(self, context: PageContext) -> None:
        """Why everything is needed, and who agrees."""
        theme, t = context.theme, context.text
        self._reason, self._approver, self._secret = QLineEdit(), QLineEdit(), QLineEdit()
        self._secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._full = QWidget()
        fields = column(self._full, gap=theme.scale.s)
        other = row(gap=theme.scale.s)
        for field, name in ((self._reason, "reason"), (self._approver, "approver"), (self._secret, "approver_secret")):
            field.setPlaceholderText(t(f"pages.export_{name}"))
            field.setAccessibleName(t(f"pages.export_{name}"))
            (fields if field is self._reason else other).addWidget(field)
        fields.addLayout(other)
        self.add(self._full)

    @property
    def level(self) -> Level:
        return self._level

    @property
    def reason(self) -> str:
        return self._said(self._reason).strip()

    @property
    def approver(self) -> str:
        return self._said(self._approver).strip()

    @property
    def approver_secret(self) -> str:
        return self._said(self._secret)

    def choose(self, level: Level) -> None:
        """Choose without telling."""
        self._level = level
        self._buttons[level].setChecked(True)
        self._words.setText(self._text(f"pages.level_{level.value}_detail"))
        reveal(self._full, level is Level.FULL)

    def point_out(self) -> None:
        """Where something is missing for the full level, the cursor stands there."""
        fields = (self._reason, self._approver, self._secret)
        blank = next((field for field in fields if not field.text().strip()), None)
        if self._level is Level.FULL and blank is not None:
            blank.setFocus()

    def forget(self) -> None:
        """The second person's passphrase was used: it is typed anew for the next time."""
        self._secret.clear()

    def _take(self, level: Level) -> None:
        self.choose(level)
        self.changed.emit()

    def _said(self, field: QLineEdit) -> str:
        return field.text() if self._level is Level.FULL else ""
