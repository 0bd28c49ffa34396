"""Several of some, and several of many: ticks below each other, or what was chosen over a search box."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.fill.fields.base import Field
from desktop.fill.fields.choosing import options_of, spread_of
from desktop.fill.fields.listed import ListedField, plain_choice
from desktop.fill.index import ChoiceIndex
from desktop.fill.kit import Kit
from desktop.fill.rich import plain_words
from desktop.fill.say import label_of, values_of
from desktop.widgets.basics import button, clear, label, reveal
from desktop.widgets.choices import CheckRows
from desktop.widgets.flow import FlowLayout
from forms.api import Node

NONE_OF_THEM = frozenset({"none", "nothing", "no_one", "none_of_the_above", "wu"})
MOST_TICKS = 24  # more are searched


class TicksField(Field):
    """Several; the choice that means none unticks the others."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit)
        spread = spread_of(node, len(kit.session.choices(node.ref)))
        self.rows = CheckRows(kit.theme, name=plain_words(node.label), exclusive=NONE_OF_THEM, spread=spread)
        self.nothing = label(kit.text("fill.no_choices_yet"), "small", wrap=True)
        self.box.addWidget(self.rows)
        self.box.addWidget(self.nothing)
        self.rows.ticked.connect(lambda values: self.answered.emit(" ".join(values)))
        self.rows.confirmed.connect(self.confirmed)

    @property
    def asks(self) -> bool:
        return bool(self.rows.boxes)

    def show_node(self, node: Node) -> None:
        options = options_of(self.kit, self.kit.session.choices(node.ref), node)
        self.rows.offer(options)
        reveal(self.nothing, not options)
        self.rows.set_values(node.value.split())
        self.rows.setEnabled(not node.readonly)

    def take_focus(self) -> None:
        self.rows.focus_first()


class PicksField(ListedField):
    """Several of many: the chosen ones as buttons that take them out, under them a search box that adds."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit, node, placeholder=kit.text("fill.search_choices"))
        self._values: list[str] = []
        self._readonly = False
        self._index: ChoiceIndex | None = None
        self.chosen = QWidget()
        self._flow = FlowLayout(self.chosen, gap=kit.theme.scale.xs)
        self.box.addWidget(self.chosen)
        self.box.addWidget(self.line)

    def show_node(self, node: Node) -> None:
        self._index = None
        self._readonly = node.readonly
        self.line.setReadOnly(node.readonly)
        if node.value.split() != self._values or not self._flow.count():
            self._values = node.value.split()
            self._show_chosen()

    def settle(self) -> None:
        self._close()
        self.line.put("")

    def _is_mine(self, event: QKeyEvent) -> bool:
        """Backspace in the empty line takes the last one out."""
        empties = event.key() == Qt.Key.Key_Backspace and not self.line.query
        return empties and bool(self._values) and not self._readonly

    def _pressed(self, event: QKeyEvent) -> None:
        self._drop(self._values[-1])

    def _show_chosen(self) -> None:
        clear(self._flow)
        choices = self.kit.session.choices(self._ref)
        for value in self._values:
            words = label_of(choices, value) or value
            name = self.kit.text("fill.take_out", label=words)
            made = button(self.kit.theme, words, icon="x", small=True, name=name, tip=name)
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            made.setEnabled(not self._readonly)
            made.clicked.connect(lambda _checked, each=value: self._drop(each))
            self._flow.addWidget(made)
            made.show()
        reveal(self.chosen, bool(self._values))

    def _ask(self, query: str) -> None:
        if self._index is None:
            choices = self.kit.session.choices(self._ref)
            self._index = ChoiceIndex([plain_choice(each) for each in choices], self.kit.names)
        taken = set(self._values)
        offers = [offer for offer in self._index.find(query) if offer.key not in taken]
        note = "" if offers or not query else self.kit.text("fill.no_choice", query=query)
        self.popup.offer(offers, note=note)

    def _open(self) -> None:
        if not self._readonly:
            self._ask("")

    def _picked(self, value: str) -> None:
        self.popup.dismiss()
        self.line.put("")
        alone = value in NONE_OF_THEM
        self._tell([value] if alone else [*(each for each in self._values if each not in NONE_OF_THEM), value])

    def _drop(self, value: str) -> None:
        self._tell([each for each in self._values if each != value])
        self.take_focus()

    def _tell(self, wanted: list[str]) -> None:
        order = {value: at for at, value in enumerate(values_of(self.kit.session.choices(self._ref)))}
        self._values = sorted(wanted, key=lambda value: order.get(value, len(order)))
        self._show_chosen()
        self.answered.emit(" ".join(self._values))
