"""F10 at the township: head counts of all villages summed, from records and from codes that were told or scanned."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QPlainTextEdit, QStackedWidget

from desktop.models.roll import counts_table
from desktop.pages.emergency.parts import numbers
from desktop.pages.parts.notice import Notice
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act
from desktop.pages.parts.places import Place
from desktop.services.people.emergency_values import CodesTaken, GroupCount, Situation
from desktop.theme.tokens import Tone, Width
from desktop.widgets.basics import clear, column, fill, label, row
from desktop.widgets.card import Card, EmptyState, KeyHint
from desktop.widgets.frame import ScrollBody
from desktop.widgets.table import DataTable
from sync.protocol import Role

WINDOW = 1366  # pixels for which the columns are laid out, as today is
LINES = 5  # of the box for codes
NAMED = 8  # silent groups that are named


class EmergencyOfficePage(Page):
    """The cursor stands in the box for codes: a scanner types, Ctrl+Enter adds."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        theme, t = context.theme, context.text
        self._frame = self.frame_in(t("emergency.title"), t("emergency.office_detail"), scrolls=False)
        wide = theme.tokens.width(WINDOW) is Width.WIDE
        body: QBoxLayout = row(gap=theme.scale.m) if wide else column(gap=theme.scale.m)
        self._model = counts_table(t, moment=self._moment)
        table = DataTable(theme, self._model, name=t("emergency.title"))
        self._stack = QStackedWidget()
        card = Card(theme)
        card.flush()
        card.add(table)
        self._stack.addWidget(card)
        self._stack.addWidget(EmptyState(theme, t("emergency.none"), icon="users"))
        body.addWidget(self._stack, 7 if wide else 1)
        right = ScrollBody(gap=theme.scale.m)
        self._sums = column()
        right.body.addLayout(self._sums)
        if context.me.role is Role.TOWNSHIP:
            right.body.addWidget(self._box_card())
        right.body.addStretch(1)
        if wide:
            right.setFixedWidth(theme.scale.px(336))
        body.addWidget(right, 0 if wide else 1)
        self._frame.body.addLayout(body, 1)

    def visit(self, place: Place) -> None:
        self.refresh()
        if self.context.me.role is Role.TOWNSHIP:
            self._box.setFocus()

    def refresh(self) -> None:
        self.context.lanes.read(self, lambda desk: desk.emergency.situation(), self._show, latest="situation")

    def _box_card(self) -> Card:
        t, theme = self.context.text, self.context.theme
        card = Card(theme, t("emergency.codes"))
        self._box = QPlainTextEdit()
        self._box.setPlaceholderText(t("emergency.codes_hint"))
        self._box.setAccessibleName(t("emergency.codes"))
        self._box.setTabChangesFocus(True)
        self._box.setFixedHeight(theme.scale.em(1.6 * LINES))
        card.add(self._box)
        line = row(gap=theme.scale.s)
        add = act(theme, t("emergency.add_codes"), self._take, kind="primary", icon="plus")
        fill(line, [add, KeyHint("Ctrl+Enter"), None])
        card.add(line)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self._take)
        return card

    def _take(self) -> None:
        text = self._box.toPlainText()
        if text.strip():
            self.context.lanes.write(self, lambda desk: desk.emergency.take(text), self._taken)

    def _taken(self, result: CodesTaken) -> None:
        """What was wrong stays in the box, to be put right."""
        t = self.context.text
        self._box.setPlainText("\n".join(result.refused))
        if result.refused:
            wrong = self.context.text("emergency.codes_wrong", count=len(result.refused))
            self.context.warn(Notice(Tone.BAD, wrong, t("emergency.codes_wrong_detail")))
        elif result.taken:
            self.context.warn(Notice(Tone.OK, self.context.text("emergency.codes_taken", count=result.taken), ""))
        self.context.changed()

    def _show(self, situation: Situation) -> None:
        t, theme = self.context.text, self.context.theme
        self._model.put(situation.counts)
        self._stack.setCurrentIndex(0 if situation.counts else 1)
        clear(self._sums)
        card = Card(theme, t("emergency.sum"), second=t("emergency.groups_heard", count=len(situation.counts)))
        card.add(numbers(self.context, situation.total))
        if situation.silent:
            names = (", " if t.language == "en" else "、").join(situation.silent[:NAMED])
            more = len(situation.silent) - NAMED
            said = (
                t("emergency.silent", names=names) if more <= 0 else t("emergency.silent_more", names=names, more=more)
            )
            card.add(label(said, "small", tone="bad", wrap=True))
        self._sums.addWidget(card)

    def _moment(self, count: GroupCount) -> str:
        return f"{count.at:%H:%M}" if count.at is not None else ""
