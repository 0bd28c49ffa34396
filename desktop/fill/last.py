"""What was written last before a session broke off, beside what had stood there; each can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.fill.kit import Kit
from desktop.fill.rich import noun_of, plain_words
from desktop.fill.say import said
from desktop.theme.tokens import Tone
from desktop.widgets.basics import button, clear, column, label, reveal, row
from desktop.widgets.card import Card
from desktop.widgets.frame import ScrollBody
from desktop.widgets.notices import Banner
from forms.api import Node, Session

HIGH_EMS = 14


@dataclass
class Before:
    """What stood in each question when the form was opened, of those that were answered since; by reference."""

    session: Session
    values: dict[str, str] = field(default_factory=dict)

    def note(self, ref: str, before: str) -> None:
        self.values.setdefault(ref, before)

    def forget(self, series: str) -> None:
        """Instances came, went or changed places: what stood where is not known any more."""
        for ref in [ref for ref in self.values if ref.startswith(f"{series}[")]:
            del self.values[ref]

    def changed(self) -> Mapping[str, str]:
        """Those that stand otherwise now."""
        return {
            ref: was for ref, was in self.values.items() if (node := node_of(self.session, ref)) and node.value != was
        }


def node_of(session: Session, ref: str) -> Node | None:
    try:
        return session.node(ref)
    except LookupError:
        return None


class LastWritten(QWidget):
    """A banner with the number of answers, and on demand each of them: now and before.

    `went(ref)`: to the question; `restore(ref, value)`: as it was.
    """

    went = Signal(str)
    restore = Signal(str, str)

    def __init__(self, kit: Kit, was: Mapping[str, str]) -> None:
        super().__init__()
        self._kit, text = kit, kit.text
        before = Before(kit.session, dict(was))
        self._was = dict(before.changed())
        self.banner = Banner(kit.theme)
        self.look = self.banner.add_action(button(kit.theme, text("fill.last_look"), icon="eye", small=True))
        done = self.banner.add_action(button(kit.theme, text("fill.last_done"), kind="link", small=True))
        self.look.clicked.connect(self._open)
        done.clicked.connect(lambda: reveal(self, False))
        self._card = Card(kit.theme)
        self._lines = ScrollBody(gap=kit.theme.scale.s)
        self._lines.setFixedHeight(kit.theme.scale.em(HIGH_EMS))
        self._card.add(self._lines)
        whole = column(self)
        whole.addWidget(self.banner)
        whole.addWidget(self._card)
        reveal(self._card, False)
        reveal(self, bool(self._was))
        if self._was:
            self.banner.say(Tone.WARN, text("fill.last", n=len(self._was)), text("fill.last_detail"))

    def _open(self) -> None:
        """Each question with what stands there now and what stood there."""
        clear(self._lines.body)
        for ref, was in self._was.items():
            node = node_of(self._kit.session, ref)
            if node is not None:
                self._lines.body.addWidget(self._line(node, was))
        self._lines.body.addStretch(1)
        reveal(self._card, True)
        reveal(self.look, False)

    def _line(self, node: Node, was: str) -> QWidget:
        kit, text = self._kit, self._kit.text
        name = noun_of(plain_words(node.label)) or node.name
        now, old = (
            said(kit.session, each, text) or text("fill.unanswered") for each in (node, replace(node, value=was))
        )
        made = QWidget()
        line = row(made, gap=kit.theme.scale.m)
        words = column(gap=1)
        words.addWidget(label(name, "small-strong", wrap=True))
        words.addWidget(label(text("fill.last_now", value=now), wrap=True))
        words.addWidget(label(text("fill.last_was", value=old), "small", wrap=True))
        line.addLayout(words, 1)
        there = button(kit.theme, text("fill.last_there"), kind="link", small=True)
        there.clicked.connect(partial(self.went.emit, node.ref))
        back = button(kit.theme, text("fill.last_back"), icon="arrow-counter-clockwise", small=True)
        back.clicked.connect(partial(self._take_back, node.ref, back))
        for each in (there, back):
            each.setAccessibleName(f"{each.text()} {name}")
            line.addWidget(each)
        return made

    def _take_back(self, ref: str, pressed: QWidget) -> None:
        pressed.setEnabled(False)
        self.restore.emit(ref, self._was[ref])
