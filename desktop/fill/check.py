"""The check page: every answer by group, what is missing, what will be dropped; a key back to each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.fill.kit import Kit
from desktop.fill.rich import plain_words
from desktop.fill.say import said, wrong_words
from desktop.fill.screens import Numbering, Screen, heading, is_asked, is_shown, leaves
from desktop.theme.tokens import Tone
from desktop.widgets.basics import button, column, label, row, rule
from desktop.widgets.card import Card
from desktop.widgets.notices import Banner
from desktop.widgets.wrapping import WrappedLink
from forms.api import AnswerProblem, Node

LABEL_EMS = 15


class CheckView(QWidget):
    """`change(ref)`: go back to that question."""

    change = Signal(str)

    def __init__(
        self, kit: Kit, parts: Sequence[Screen], numbers: Numbering, *, problems: Sequence[AnswerProblem]
    ) -> None:
        super().__init__()
        self._kit = kit
        self._numbers = numbers
        scale = kit.theme.scale
        self._box = column(self, gap=scale.m)
        self.links: list[QPushButton] = []
        self._box.addWidget(label(kit.text("fill.check_title"), "h1"))
        if problems:
            self._box.addWidget(self._problems(problems))
        at = 0
        for screen in parts:
            if is_shown(kit.session, screen):
                at += 1
                self._group(screen, at)
        dropped = [node for node in kit.session.dropped() if node.control is not None and not node.readonly]
        if dropped:
            self._box.addWidget(self._dropped(dropped))
        self._box.addStretch(1)

    def _problems(self, problems: Sequence[AnswerProblem]) -> QWidget:
        text = self._kit.text
        banner = Banner(self._kit.theme, Tone.BAD, text("fill.check_problems", n=len(problems)), text("fill.check_how"))
        holder = Card(self._kit.theme)
        holder.add(banner)
        for problem in problems:
            words = f"{self._numbers[problem.ref]}  {problem_words(problem, self._kit)}".strip()
            link = WrappedLink(self._kit.theme, words)
            link.clicked.connect(lambda _checked, ref=problem.ref: self.change.emit(ref))
            holder.add(link)
            self.links.append(link)
        return holder

    def _group(self, screen: Screen, at: int) -> None:
        session, kit = self._kit.session, self._kit
        head = heading(session, screen)
        title = plain_words(session.node(head).label) if head else kit.text("fill.loose")
        every = [kit.node(n.ref) for n in leaves(session, screen.refs)]
        nodes = [n for n in every if is_asked(n) or (n.label and n.value)]
        if not nodes:
            return
        card = Card(kit.theme, f"{at} {title}")
        card.body.setSpacing(kit.theme.scale.xs)
        for nth, node in enumerate(nodes):
            if nth:
                card.add(rule())
            card.add(self._line(node))
        self._box.addWidget(card)

    def _line(self, node: Node) -> QWidget:
        kit, scale = self._kit, self._kit.theme.scale
        holder = QWidget()
        line = row(holder, gap=scale.m)
        name = plain_words(node.label)
        asked = label(f"{self._numbers[node.ref]}  {name}".strip(), "second", wrap=True)
        asked.setFixedWidth(scale.em(LABEL_EMS))
        words = said(kit.session, node, kit.text)
        answer = label(words or kit.text("fill.unanswered"), "" if words else "second", wrap=True)
        line.addWidget(asked, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(answer, 1, Qt.AlignmentFlag.AlignVCenter)
        if is_asked(node):
            link = button(kit.theme, kit.text("fill.change"), kind="link", small=True)
            link.setAccessibleName(kit.text("fill.change_answer", label=name))
            link.clicked.connect(lambda _checked, ref=node.ref: self.change.emit(ref))
            line.addWidget(link, 0, Qt.AlignmentFlag.AlignVCenter)
            self.links.append(link)
        return holder

    def _dropped(self, nodes: Sequence[Node]) -> QWidget:
        text = self._kit.text
        card = Card(self._kit.theme, text("fill.dropped"), second=text("fill.dropped_how"))
        for node in nodes:
            name, answer = plain_words(node.label), said(self._kit.session, node, text)
            words = text("fill.dropped_line", label=name, answer=answer) if answer else name
            card.add(label(words, "second", wrap=True))
        return card


def problem_words(problem: AnswerProblem, kit: Kit) -> str:
    """The same words as under the question."""
    if problem.said:
        return plain_words(problem.said)
    return wrong_words(problem.code, kit.node(problem.ref), kit.text)
