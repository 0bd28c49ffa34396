"""Several requests back to their villages: what is missing, of which question, and what each village is to add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtWidgets import QPlainTextEdit

from desktop.pages.board.plans import DeedWords, Plan
from desktop.pages.parts.menu import ChoiceButton
from desktop.pages.parts.page import PageContext
from desktop.services.api import Desk
from desktop.services.requests.returning import Missing
from desktop.services.values import RequestRow, RequestState
from desktop.widgets.basics import fill, label, reveal
from desktop.widgets.choices import CheckRows, Option, Spread
from forms.text import Text

EDITOR = 5.6  # em
RETURNABLE = (
    RequestState.SENT,
    RequestState.READY,
    RequestState.ARRIVED,
    RequestState.TAKEN_UP,
    RequestState.ASSIGNED,
    RequestState.REOPENED,
)
RETURNING = DeedWords(
    "board.return_many", "board.return_commit", "board.return_cancel", "board.return_waits", "board.return_running",
    "board.return_done", "board.return_not_done", "board.return_none", "arrow-bend-up-left",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Returning:
    """Which requests go back, for which reasons (values of the form's question) and with which words."""

    refs: tuple[str, ...]
    why: tuple[str, ...]
    words: str

    def write(self, desk: Desk, refs: Sequence[str]) -> Mapping[str, str]:
        """Some of them; "" or why not for each."""
        return desk.requests.send_back(refs, why=self.why, said=self.words)

    def said(self, text: Text) -> str:
        return text("board.return_preview", count=len(self.refs))


class ReturnPlan(Plan):
    """All of them get the same words; a question that is named stands at their head."""

    words: ClassVar[DeedWords] = RETURNING

    def __init__(self, context: PageContext, rows: Sequence[RequestRow]) -> None:
        super().__init__(context, rows)
        t, scale = context.text, context.theme.scale
        self._named = ""  # the sentence that names the question, as it stands in the words
        self.why = CheckRows(context.theme, name=t("board.return_why"), spread=Spread(columns=2))
        self.question = ChoiceButton(context.theme, name=t("board.return_question"))
        self.question.stretch()
        self.question.chosen.connect(lambda _: self._name_it())
        self.said = QPlainTextEdit()
        self.said.setAccessibleName(t("board.return_text"))
        self.said.setPlaceholderText(t("board.return_hint"))
        self.said.setTabChangesFocus(True)
        self.said.setFixedHeight(scale.em(EDITOR))
        self._problem = label("", "error", wrap=True)
        self._problem.hide()
        parts = (
            ("board.return_why", self.why),
            ("board.return_question", self.question),
            ("board.return_text", self.said),
        )
        for name, field in parts:
            fill(self.lines, [label(t(name), "strong"), field])
            self.lines.addSpacing(scale.xs)
        self.lines.addWidget(self._problem)
        self.offer(Missing((), ()))
        context.lanes.read(self, lambda desk: desk.requests.missing(), self._came, latest="missing")

    @property
    def states(self) -> tuple[RequestState, ...]:
        return RETURNABLE

    def offer(self, known: Missing) -> None:
        """What can be missing, and which questions can be named."""
        self.why.offer([Option(value, words) for value, words in known.why])
        self.question.offer([("", self.context.text("board.return_no_question")), *known.questions])

    def preview(self) -> str:
        return self._order().said(self.context.text)

    def deed(self) -> Returning | None:
        order = self._order()
        problem = ""
        if not order.why:
            problem = "board.return_why_missing"
            self.why.focus_first()
        elif not order.words:
            problem = "board.return_text_missing"
            self.said.setFocus()
        reveal(self._problem, bool(problem))
        self._problem.setText(self.context.text(problem) if problem else "")
        return None if problem else order

    def take_focus(self) -> None:
        if self.why.boxes:
            self.why.focus_first()
        else:
            self.question.setFocus()

    def _came(self, known: Missing) -> None:
        here = self.question.hasFocus()
        self.offer(known)
        if here:
            self.take_focus()

    def _order(self) -> Returning:
        return Returning(self.refs, self.why.values, self.said.toPlainText().strip())

    def _name_it(self) -> None:
        """The question stands at the head of the words; another choice takes the place of the one before."""
        rest = self.said.toPlainText()
        if self._named:
            rest = rest.removeprefix(self._named)
        question = self.question.words if self.question.value else ""
        self._named = self.context.text("board.return_named", question=question) if question else ""
        self.said.setPlainText(self._named + rest)
        cursor = self.said.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        self.said.setTextCursor(cursor)
        self.said.setFocus()
