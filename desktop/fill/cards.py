"""A repeat as cards of one line each; the one that is being filled in is open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from desktop.fill.adding import add_button, move_buttons, noun, remove_button
from desktop.fill.kit import Kit
from desktop.fill.question import QuestionRow
from desktop.fill.say import summary
from desktop.fill.screens import Numbering
from desktop.fill.view import Moved, QuestionsView, SeriesView
from desktop.widgets.basics import button, clear, column, fill, frame, label, reveal, row
from forms.api import Change

MOST_SHOWN = 40  # cards at a time; more are shown on a press


class Inside(Protocol):
    """Makes what lies in an open card."""

    def __call__(self, kit: Kit, refs: Sequence[str], numbers: Numbering) -> QuestionsView: ...


class RepeatCards(SeriesView):
    """The instances of one series. At most one card is open, so that few widgets live."""

    def __init__(self, kit: Kit, ref: str, numbers: Numbering, *, inside: Inside) -> None:
        super().__init__()
        self._kit = kit
        self.ref = ref
        self._numbers = numbers
        self._inside = inside
        self._cards: list[Card] = []
        self._most = MOST_SHOWN
        scale = kit.theme.scale
        box = column(self, gap=scale.s)
        self._list = column(gap=scale.s)
        self.add_button = add_button(kit, ref)
        self.add_button.clicked.connect(lambda: self.add.emit(self.ref))
        self.more = button(kit.theme, "", kind="link", small=True)
        self.more.clicked.connect(self._show_more)
        line = row(gap=scale.s)
        fill(line, [self.add_button, self.more, None])
        fill(box, [self._list, line])
        self._build()

    def every_row(self) -> Iterator[QuestionRow]:
        for card in self._cards:
            if card.inside is not None:
                yield from card.inside.every_row()

    def series(self, ref: str) -> SeriesView | None:
        inside = self._inside_of(ref)
        return inside.series(ref) if inside is not None else None

    def open_card(self, ref: str) -> None:
        self.open(_index(self.ref, ref))
        inside = self._inside_of(ref)
        if inside is not None:
            inside.open_card(ref)

    def series_to_grow(self, here: str) -> str:
        inside = self._inside_of(here)
        deeper = inside.series_to_grow(here) if inside is not None else ""
        return deeper or self.ref

    def take(self, change: Change, numbers: Numbering) -> Moved:
        """Bring the cards in step; other instances than before make them anew."""
        self._numbers = numbers
        node = self._kit.session.node(self.ref)
        reveal(self, node.relevant)
        moved = Moved()
        if self.ref in change.repeats or len(self._cards) != min(node.count, self._most):
            self._build()
            return moved
        for card in self._cards:
            moved.add(card.take(change, numbers))
        return moved

    def open(self, index: int | None) -> None:
        self.opened = index
        if index is not None and index > self._most:
            self._most = index
            self._build()
            return
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

    def focus_instance(self, index: int) -> None:
        self.open(index)
        self.focus_first()

    def focus_move(self, index: int, by: int) -> None:
        card = self._cards[index - 1]
        ways = (card.up, card.down) if by < 0 else (card.down, card.up)
        next((way for way in ways if way.isEnabled()), card.fold_button).setFocus(Qt.FocusReason.TabFocusReason)

    def make_inside(self, instance: str, numbers: Numbering) -> QuestionsView:
        view = self._inside(self._kit, self._kit.session.children(instance), numbers)
        self.pass_on(view)
        return view

    def _inside_of(self, ref: str) -> QuestionsView | None:
        at = _index(self.ref, ref)
        return self._cards[at - 1].inside if 0 < at <= len(self._cards) else None

    def _build(self) -> None:
        clear(self._list)
        node = self._kit.session.node(self.ref)
        reveal(self, node.relevant)
        self._cards = []
        if self.opened is not None:
            self.opened = min(self.opened, node.count) or None
            self._most = max(self._most, self.opened or 0)
        elif node.count == 1:
            self.opened = 1
        for index in range(1, min(node.count, self._most) + 1):
            card = Card(self._kit, self, index)
            self._cards.append(card)
            self._list.addWidget(card)
            card.fold(opened=index == self.opened, numbers=self._numbers)
        reveal(self.add_button, node.can_add)
        rest = node.count - len(self._cards)
        self.more.setText(self._kit.text("fill.more_cards", n=rest))
        self.more.setAccessibleName(self.more.text())
        reveal(self.more, rest > 0)

    def _show_more(self) -> None:
        self._most += MOST_SHOWN
        self._build()


class Card(QFrame):
    """One instance: a line with what it says, and its questions while it is open."""

    def __init__(self, kit: Kit, series: RepeatCards, index: int) -> None:
        super().__init__()
        self._kit = kit
        self._series = series
        self.index = index
        self.instance = f"{series.ref}[{index}]"
        self.inside: QuestionsView | None = None
        self.setProperty("kind", "card")
        scale, text = kit.theme.scale, kit.text
        self._box = column(self, gap=scale.s, margins=(scale.m, scale.s, scale.s, scale.s))
        name = text("fill.instance", label=noun(kit, series.ref), n=index)
        self._words = label("", "second", wrap=True)
        self.fold_button = button(kit.theme, text("fill.open_card"), kind="link", small=True)
        self.remove_button = remove_button(kit, series.ref, index)
        reveal(self.remove_button, kit.session.node(series.ref).can_remove)
        self.fold_button.setAccessibleDescription(name)
        self.fold_button.clicked.connect(self._toggle)
        self.remove_button.clicked.connect(lambda: series.remove.emit(series.ref, self.index))
        self.up, self.down = move_buttons(kit, series.ref, index)
        self.up.clicked.connect(lambda: series.shift.emit(series.ref, self.index, -1))
        self.down.clicked.connect(lambda: series.shift.emit(series.ref, self.index, 1))
        for way in (self.up, self.down):
            reveal(way, kit.session.node(series.ref).count > 1)
        line = row(gap=scale.s)
        fill(line, [label(name, "strong"), self._words, self.fold_button, self.up, self.down, self.remove_button])
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
        if any(ref.startswith(self.instance) for ref in change.refs):
            self._say()
        return moved

    def _say(self) -> None:
        words = summary(self._kit.session, self.instance, self._kit.text)
        self._words.setText(words or ("" if self.inside is not None else self._kit.text("fill.card_empty")))

    def _toggle(self) -> None:
        self._series.open(None if self.inside is not None else self.index)
        self._series.focus_first()


def _index(series: str, ref: str) -> int:
    """The instance of `series` in which `ref` lies, 0 for none."""
    head = ref.removeprefix(f"{series}[").partition("]")[0]
    return int(head) if ref.startswith(f"{series}[") and head.isdecimal() else 0
