"""A repeat as cards of one line each; the one that is being filled in is open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from desktop.fill.kit import Kit
from desktop.fill.question import QuestionRow
from desktop.fill.rich import noun_of, plain_words
from desktop.fill.say import summary
from desktop.fill.screens import Numbering
from desktop.fill.view import Moved, QuestionsView
from desktop.widgets.basics import button, clear, column, fill, frame, label, reveal, row
from forms.api import Change


class Inside(Protocol):
    """Makes what lies in an open card."""

    def __call__(self, kit: Kit, refs: Sequence[str], numbers: Numbering) -> QuestionsView: ...


class RepeatView(QuestionsView):
    """The instances of one series. At most one card is open, so that few widgets live."""

    def __init__(self, kit: Kit, ref: str, numbers: Numbering, *, inside: Inside) -> None:
        super().__init__()
        self._kit = kit
        self.ref = ref
        self._numbers = numbers
        self._inside = inside
        self._cards: list[Card] = []
        self.opened: int | None = None
        scale = kit.theme.scale
        box = column(self, gap=scale.s)
        self._list = column(gap=scale.s)
        node = kit.session.node(ref)
        self._noun = noun_of(plain_words(node.label)) or kit.text("fill.repeat_noun")
        words = kit.text("fill.add_instance", label=self._noun)
        self.add_button = button(kit.theme, words, icon="plus", tip="Ctrl+I")
        self.add_button.clicked.connect(lambda: self.add.emit(self.ref))
        line = row(gap=scale.s)
        fill(line, [self.add_button, None])
        fill(box, [self._list, line])
        self._build()

    def every_row(self) -> Iterator[QuestionRow]:
        for card in self._cards:
            if card.inside is not None:
                yield from card.inside.every_row()

    def take(self, change: Change, numbers: Numbering) -> Moved:
        """Bring the cards in step; other instances than before make them anew."""
        self._numbers = numbers
        node = self._kit.session.node(self.ref)
        reveal(self, node.relevant)
        moved = Moved()
        if self.ref in change.repeats or len(self._cards) != node.count:
            self._build()
            return moved
        for card in self._cards:
            moved.add(card.take(change, numbers))
        return moved

    def open(self, index: int | None) -> None:
        """Open instance `index` (from 1) and close the other."""
        self.opened = index
        for card in self._cards:
            card.fold(opened=card.index == index, numbers=self._numbers)

    def focus_first(self) -> None:
        if self.opened is not None and 0 < self.opened <= len(self._cards):
            inside = self._cards[self.opened - 1].inside
            first = next((r for r in inside.every_row() if r.can_focus), None) if inside is not None else None
            if first is not None:
                first.take_focus()
                return
        self.add_button.setFocus(Qt.FocusReason.TabFocusReason)

    def _build(self) -> None:
        clear(self._list)
        node = self._kit.session.node(self.ref)
        reveal(self, node.relevant)
        self._cards = []
        if self.opened is not None:
            self.opened = min(self.opened, node.count) or None
        elif node.count == 1:
            self.opened = 1
        for index in range(1, node.count + 1):
            card = Card(self._kit, self, index)
            self._cards.append(card)
            self._list.addWidget(card)
            card.fold(opened=index == self.opened, numbers=self._numbers)
        reveal(self.add_button, node.can_add)

    @property
    def noun(self) -> str:
        return self._noun

    def make_inside(self, instance: str, numbers: Numbering) -> QuestionsView:
        view = self._inside(self._kit, self._kit.session.children(instance), numbers)
        self.pass_on(view)
        return view


class Card(QFrame):
    """One instance: a line with what it says, and its questions while it is open."""

    def __init__(self, kit: Kit, series: RepeatView, index: int) -> None:
        super().__init__()
        self._kit = kit
        self._series = series
        self.index = index
        self.instance = f"{series.ref}[{index}]"
        self.inside: QuestionsView | None = None
        self.setProperty("kind", "card")
        scale, text = kit.theme.scale, kit.text
        self._box = column(self, gap=scale.s, margins=(scale.m, scale.s, scale.s, scale.s))
        self._title = label("", "strong")
        self._words = label("", "second", wrap=True)
        name = text("fill.instance", label=series.noun, n=index)
        self.fold_button = button(kit.theme, text("fill.open_card"), kind="link", small=True)
        self.remove_button = button(kit.theme, "", kind="tool", icon="trash", small=True)
        self.remove_button.setAccessibleName(text("fill.remove_instance", name=name))
        self.remove_button.setToolTip(text("fill.remove_instance", name=name))
        reveal(self.remove_button, kit.session.node(series.ref).can_remove)
        self.fold_button.setAccessibleDescription(name)
        self._title.setText(name)
        self.fold_button.clicked.connect(self._toggle)
        self.remove_button.clicked.connect(lambda: series.remove.emit(series.ref, self.index))
        line = row(gap=scale.s)
        fill(line, [self._title, self._words, self.fold_button, self.remove_button])
        line.setStretch(1, 1)
        self._box.addLayout(line)
        self._rule = frame("line")
        self._box.addWidget(self._rule)

    def fold(self, *, opened: bool, numbers: Numbering) -> None:
        """Open or close the card; a closed one has no widgets for its questions."""
        if opened and self.inside is None:
            self.inside = self._series.make_inside(self.instance, numbers)
            self._box.addWidget(self.inside)
        elif not opened and self.inside is not None:
            self._box.removeWidget(self.inside)
            self.inside.hide()
            self.inside.deleteLater()
            self.inside = None
        reveal(self._rule, opened)
        self.fold_button.setText(self._kit.text("fill.close_card" if opened else "fill.open_card"))
        self._say()

    def take(self, change: Change, numbers: Numbering) -> Moved:
        moved = self.inside.take(change, numbers) if self.inside is not None else Moved()
        self._say()
        return moved

    def _say(self) -> None:
        words = summary(self._kit.session, self.instance, self._kit.text)
        self._words.setText(words or self._kit.text("fill.card_empty"))

    def _toggle(self) -> None:
        self._series.open(None if self.inside is not None else self.index)
        self._series.focus_first()
