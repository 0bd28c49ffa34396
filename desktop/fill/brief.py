"""A form with few questions is checked where it is filled in: all answers in one strip over the buttons."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame

from desktop.fill.answering import Answers
from desktop.fill.rich import noun_of, plain_words
from desktop.fill.say import said
from desktop.fill.screens import is_asked, leaves
from desktop.services.people.masks import masked
from desktop.theme.apply import Theme
from desktop.widgets.basics import label, reveal, row
from forms.api import Control, Node, Session
from forms.text import Text

MOST = 8  # questions from the screen on which the form began
LONGEST = 40  # signs of one answer in the strip
CHOSEN = (Control.SELECT_ONE, Control.SELECT_MULTIPLE, Control.TRIGGER)


def is_brief(answers: Answers, first: int) -> bool:
    """Whether no more than MOST questions are asked from screen `first` on; those before were known."""
    if answers.single:
        return False
    screens = [answers.screens[at] for at in answers.shown() if at >= first]
    asked = (node for screen in screens for node in leaves(answers.glance, screen.refs) if is_asked(node))
    return sum(not node.readonly for node in asked) <= MOST


class BriefStrip(QFrame):
    """What would be handed in, as people read it, and what would not."""

    def __init__(self, theme: Theme, text: Text) -> None:
        super().__init__()
        self._text = text
        scale = theme.scale
        self.setProperty("kind", "footer")
        self.words = label("", "small", wrap=True)
        self.dropped = label("", "small", tone="warn", wrap=True)
        line = row(self, gap=scale.m, margins=(scale.xl, scale.s, scale.xl, scale.s))
        line.addWidget(label(text("fill.brief"), "small-strong"))
        line.addWidget(self.words, 1)
        line.addWidget(self.dropped)
        reveal(self, False)

    def show_answers(self, answers: Answers) -> None:
        session, text = answers.kit.session, self._text
        every = [node for group in answers.groups for node in leaves(answers.glance, group.refs)]
        parts = [_line(session, node, text) for node in every if is_asked(node) and node.value]
        self.words.setText("  ·  ".join(parts))
        self.setAccessibleName(f"{text('fill.brief')} {self.words.text()}")
        dropped = [node for node in session.dropped() if node.control is not None and not node.readonly]
        names = text("fill.list_and").join(noun_of(plain_words(node.label)) for node in dropped)
        self.dropped.setText(text("fill.brief_dropped", names=names) if names else "")
        reveal(self.dropped, bool(names))


def _line(session: Session, node: Node, text: Text) -> str:
    """An answer; what says nothing by itself with its question. Numbers are covered: their fields show them."""
    words = masked(node.name, node.value, node.attributes) or said(session, node, text)
    short = words if len(words) <= LONGEST else words[:LONGEST] + "…"
    alone = node.control in CHOSEN or node.type in ("string", "binary")
    return short if alone else f"{noun_of(plain_words(node.label))} {short}"
