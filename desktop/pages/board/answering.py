"""An answer being written beside the board: outcome, a template's slots, and how the village will see and read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QInputDialog, QLabel, QPlainTextEdit, QWidget

from desktop.pages.board.detail_parts import dotted
from desktop.pages.board.same import about
from desktop.pages.parts.menu import ChoiceButton
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act
from desktop.pages.parts.words import Words
from desktop.services.api import Desk
from desktop.services.office.remembered import AnswerTemplate, open_slots
from desktop.services.values import RequestDetail, RequestState, SameRequest
from desktop.widgets.basics import column, fill, label, reveal, rule
from desktop.widgets.card import Card
from desktop.widgets.frame import Drawer
from forms.casework.states import Outcome
from sync.protocol import Role

WIDTH = 376
LINES = {"did": 5.6, "reason": 4.4, "basis": 2.9, "next_step": 4.4}  # em
ASKED: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.PARTLY: ("did", "next_step"),
    Outcome.DECLINED: ("reason", "basis", "next_step"),
}
"""What must be written for an outcome; `did` alone for the others."""
QUESTIONS = {"did": "did", "reason": "decline_reason", "basis": "decline_basis", "next_step": "next_step"}
KEYS = {"did": "did", "reason": "reason", "basis": "basis", "next_step": "next"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be written for which request; `answers` are those of the form request_update."""

    uuid: str
    ref: str
    answers: Mapping[str, object]


def asked(outcome: Outcome) -> tuple[str, ...]:
    return ASKED.get(outcome, ("did",))


class AnswerDrawer(Drawer):
    """`committed(Answer)`: it is to go out so."""

    committed = Signal(object)

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.theme, context.text)
        self.setFixedWidth(context.theme.scale.px(WIDTH))
        self._context = context
        self._detail: RequestDetail | None = None
        self._templates: Sequence[AnswerTemplate] = ()
        self._fields: dict[str, QPlainTextEdit] = {}
        self._names: dict[str, QLabel] = {}
        self._seen = Words(context.text, context.clock, Role.VILLAGE)

    @property
    def outcome(self) -> Outcome:
        return Outcome(self._outcome.value)

    def open(self, detail: RequestDetail) -> None:
        """Begin an answer to this request."""
        self._make()
        self._detail = detail
        offered = [each for each in Outcome if self._same(detail) or each is not Outcome.MERGED]
        self._ref.setText(dotted(detail.row.ref, detail.row.who))
        self._title.setText(detail.row.matter_label)
        self._text.setText(detail.row.description)
        self._outcome.offer([(each.value, self._context.words.outcome(each.value)) for each in offered])
        self._outcome.choose(Outcome.DONE.value)
        self._into.offer([(each.ref, about(self._context, each)) for each in self._same(detail)])
        for field in self._fields.values():
            field.clear()
        self._context.lanes.read(self, lambda desk: desk.remembered.templates(), self._know, latest="templates")
        self._arrange()
        self._fields["did"].setFocus()

    def merge(self, ref: str) -> None:
        """It is the same as that request: say so, and where to."""
        self._into.choose(ref)
        self._outcome.choose(Outcome.MERGED.value)
        self._arrange()
        self._fields["did"].setFocus()

    def commit(self) -> None:
        """Send it off, or say what is missing."""
        if self._detail is None:
            return
        missing = self._missing()
        if missing:
            field, words = missing
            self._problem.setText(words)
            reveal(self._problem, shown=True)
            self._fields[field].setFocus()
            self._select_slot(field)
            return
        answers: dict[str, object] = {"action": "answer", "outcome": self.outcome.value}
        answers |= {QUESTIONS[name]: self._said(name) for name in asked(self.outcome)}
        if self.outcome is Outcome.MERGED:
            answers["merged_into"] = self._into.value
        row = self._detail.row
        self.committed.emit(Answer(row.uuid, row.ref, answers))

    def _same(self, detail: RequestDetail) -> Sequence[SameRequest]:
        return detail.proposal.same if detail.proposal is not None else ()

    # parts

    def _make(self) -> None:
        if self._fields:
            return
        t, theme = self._context.text, self._context.theme
        self._ref, self._title = label("", "small"), label("", "h2", wrap=True)
        self._text = label("", wrap=True)
        self.marks.addWidget(self._ref)
        self._outcome = self._choice("answers.outcome")
        self._template = self._choice("answers.template")
        self._into = self._choice("answers.into")
        self._into_name = label(t("answers.into"), "strong")
        self._outcome.chosen.connect(lambda _: self._arrange())
        self._template.chosen.connect(self._take)
        self._into.chosen.connect(lambda _: self._merge())
        fill(self.body, [self._title, self._text, rule(), label(t("answers.outcome"), "strong"), self._outcome])
        fill(self.body, [self._template, self._into_name, self._into])
        for name, lines in LINES.items():
            self._add_field(name, lines)
        self._problem = label("", "error", wrap=True)
        self._problem.hide()
        fill(self.body, [self._problem, self._preview()])
        self.body.addStretch(1)
        for made in (
            act(theme, t("answers.send"), self.commit, kind="primary", icon="megaphone", tip="Ctrl+Enter"),
            act(theme, t("answers.keep"), self._keep, icon="bookmark-simple"),
        ):
            self.buttons.addWidget(made)

    def _choice(self, key: str) -> ChoiceButton:
        made = ChoiceButton(self._context.theme, name=self._context.text(key))
        made.stretch()
        return made

    def _add_field(self, name: str, lines: float) -> None:
        t = self._context.text
        field = QPlainTextEdit()
        field.setTabChangesFocus(True)
        field.setPlaceholderText(t(f"answers.{KEYS[name]}_hint"))
        field.setFixedHeight(self._context.theme.scale.em(lines))
        field.textChanged.connect(self._show_preview)
        self._fields[name], self._names[name] = field, label("", "strong")
        fill(self.body, [self._names[name], field])

    def _preview(self) -> QWidget:
        t = self._context.text
        card = Card(self._context.theme, sunken=True)
        inside = column(gap=self._context.theme.scale.xs)
        self._as_seen, self._as_read = label("", wrap=True), label("", wrap=True)
        for key, shown in (("answers.as_seen", self._as_seen), ("answers.as_read", self._as_read)):
            fill(inside, [label(t(key), "small-strong"), shown])
            inside.addSpacing(self._context.theme.scale.xs)
        card.add(inside)
        card.setAccessibleName(t("answers.as_seen"))
        return card

    # what is written

    def _arrange(self) -> None:
        """The questions of the outcome, its templates, and where it goes when it is merged."""
        t, needed = self._context.text, asked(self.outcome)
        shown = needed if self.outcome is not Outcome.MERGED else ("did",)
        for name, field in self._fields.items():
            words = t(f"answers.{KEYS[name]}")
            self._names[name].setText(words)
            field.setAccessibleName(words)
            reveal(field, name in shown)
            reveal(self._names[name], name in shown)
        merges = self.outcome is Outcome.MERGED
        reveal(self._into, merges)
        reveal(self._into_name, merges)
        names = [each.name for each in self._templates if each.outcome is self.outcome]
        reveal(self._template, bool(names))
        self._template.offer([("", t("answers.no_template")), *((name, name) for name in names)])
        self._template.choose("")
        reveal(self._problem, shown=False)
        if merges:
            self._merge()
        self._show_preview()

    def _know(self, templates: Sequence[AnswerTemplate]) -> None:
        self._templates = templates
        self._arrange()

    def _take(self, name: str) -> None:
        """A template's words; the first slot is selected."""
        found = next((each for each in self._templates if each.name == name and each.outcome is self.outcome), None)
        if found is None:
            return
        for part in LINES:
            self._fields[part].setPlainText(getattr(found, part))
        first = next((part for part in asked(self.outcome) if open_slots(self._said(part))), "did")
        if not self._fields[first].isHidden():
            self._fields[first].setFocus()
            self._select_slot(first)

    def _select_slot(self, name: str) -> None:
        slots = open_slots(self._said(name))
        field = self._fields[name]
        if slots:
            at = field.toPlainText().index(slots[0])
            cursor = field.textCursor()
            cursor.setPosition(at)
            cursor.setPosition(at + len(slots[0]), QTextCursor.MoveMode.KeepAnchor)
            field.setTextCursor(cursor)

    def _merge(self) -> None:
        if self._into.value:
            self._fields["did"].setPlainText(self._context.text("answers.same", ref=self._into.value))

    def _said(self, name: str) -> str:
        return self._fields[name].toPlainText().strip()

    def _missing(self) -> tuple[str, str] | None:
        """The first question that is empty or has a slot open, with what to say of it."""
        t = self._context.text
        for name in asked(self.outcome):
            words = self._said(name)
            if not words:
                return name, t("answers.empty", what=t(f"answers.{KEYS[name]}"))
            slots = open_slots(words)
            if slots:
                return name, t("answers.slot_open", slot=slots[0])
        return None

    def _show_preview(self) -> None:
        if self._detail is None:
            return
        t = self._context.text
        answer = self._said("did")
        if self.outcome is Outcome.DECLINED:
            answer = t("answers.declined", reason=self._said("reason"), basis=self._said("basis"))
        step = self._said("next_step") if "next_step" in asked(self.outcome) else ""
        row = replace(
            self._detail.row,
            state=RequestState.ANSWERED,
            answer=answer or "…",
            outcome=self.outcome.value,
            next_step=step,
            department_label=self._detail.row.department_label or self._context.me.area_label,
        )
        self._as_seen.setText(f"{self._seen.state(RequestState.ANSWERED)} · {self._seen.where(row)}")
        read = t("answers.read_out", matter=row.matter_label, answer=answer or "…")
        self._as_read.setText(" ".join(filter(None, (read, t("answers.read_next", next=step) if step else ""))))

    def _keep(self) -> None:
        """What is written, as a template of this office."""
        t, context = self._context.text, self._context
        name, given = QInputDialog.getText(self, t("answers.keep"), t("answers.keep_name"))
        if not given or not name.strip():
            return
        did, reason, basis, step = (self._said(part) for part in LINES)
        template = AnswerTemplate(name.strip(), self.outcome, did, reason, basis, step)

        def keep(desk: Desk) -> Sequence[AnswerTemplate]:
            desk.remembered.keep_template(template)
            return desk.remembered.templates()

        context.lanes.write(self, keep, self._know, failed=context.failed)
