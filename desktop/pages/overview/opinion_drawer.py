"""One opinion: what was said, what needs care and why, what might be published, and the decision."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act
from desktop.services.overview.opinion_values import OpinionRow, Ruling
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, label
from desktop.widgets.frame import Drawer
from desktop.widgets.mark import Chip, Mark
from desktop.widgets.notices import Banner


class OpinionDrawer(Drawer):
    """`decided(OpinionRow, Ruling, str, str)`: with the words that may leave, and the answer."""

    decided = Signal(object, object, str, str)

    def __init__(self, context: PageContext, *, decides: bool) -> None:
        super().__init__(context.theme, context.text)
        self._context, self._decides = context, decides
        self._row: OpinionRow | None = None
        self._text: QPlainTextEdit | None = None
        self._answer: QPlainTextEdit | None = None

    def put(self, row: OpinionRow) -> None:
        self._row = row
        clear(self.body)
        clear(self.marks)
        clear(self.buttons)
        t, theme = self._context.text, self._context.theme
        for care in dict.fromkeys(each.care for each in row.findings):
            self.marks.addWidget(Chip(theme, Mark(t(f"opinions.care_{care}"), Tone.WARN, "warning-fill")))
        about = " · ".join(filter(None, (row.topic_label, row.stance_label, row.village_label, row.source)))
        self.body.addWidget(label(about, "small", wrap=True))
        self.body.addWidget(label(row.text, "strong", wrap=True, selectable=True))
        self.body.addWidget(label(t("opinions.so_many", count=row.people), "small", wrap=True))
        for finding in row.findings:
            words = t(f"opinions.reason_{finding.care}", quote=finding.quote)
            self.body.addWidget(Banner(theme, Tone.WARN, words))
        if self._decides:
            self._editors(row)
        elif row.published:
            self.body.addWidget(label(row.published, wrap=True))
            self.body.addWidget(label(row.answer, "second", wrap=True))
        self.body.addStretch(1)

    def _editors(self, row: OpinionRow) -> None:
        t, theme = self._context.text, self._context.theme
        self._text = self._editor("opinions.may_leave", row.published or row.suggested)
        self._answer = self._editor("opinions.answer", row.answer)
        self.body.addWidget(label(t("opinions.no_names"), "small", wrap=True))
        for ruling, kind, icon in (
            (Ruling.PUBLISH, "primary", "megaphone"),
            (Ruling.KEEP, "", "eye-slash"),
            (Ruling.PASSED, "", "arrow-bend-up-right"),
        ):
            self.buttons.addWidget(
                act(theme, t(f"opinions.do_{ruling}"), partial(self._decide, ruling), kind=kind, icon=icon)
            )

    def _editor(self, key: str, words: str) -> QPlainTextEdit:
        name = self._context.text(key)
        self.body.addWidget(label(name, "small-strong", wrap=True))
        made = QPlainTextEdit(words)
        made.setAccessibleName(name)
        made.setTabChangesFocus(True)
        made.setFixedHeight(self._context.theme.scale.em(5.5))
        self.body.addWidget(made)
        return made

    def _decide(self, ruling: Ruling) -> None:
        if self._row is not None and self._text is not None and self._answer is not None:
            self.decided.emit(self._row, ruling, self._text.toPlainText(), self._answer.toPlainText())
