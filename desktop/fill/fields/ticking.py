"""Several of some, and several of many: ticks below each other, or what was chosen over a search box."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.fill.fields.base import Field, mark_bad
from desktop.fill.fields.choosing import options_of, spread_of
from desktop.fill.fields.searching import plain_choice
from desktop.fill.index import ChoiceIndex
from desktop.fill.kit import Kit
from desktop.fill.rich import plain_words
from desktop.fill.say import label_of, values_of
from desktop.widgets.basics import button, clear, label, reveal
from desktop.widgets.choices import CheckRows
from desktop.widgets.flow import FlowLayout
from desktop.widgets.picker import PickerPopup
from desktop.widgets.search import SearchBox
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


class PicksField(Field):
    """Several of many: the chosen ones as buttons that take them out, under them a search box that adds."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit)
        name = plain_words(node.label)
        self._ref = node.ref
        self._values: list[str] = []
        self._readonly = False
        self._index: ChoiceIndex | None = None
        self.chosen = QWidget()
        self._flow = FlowLayout(self.chosen, gap=kit.theme.scale.xs)
        self.line = SearchBox(kit.theme, name=name, placeholder=kit.text("fill.search_choices"))
        self._popup: PickerPopup | None = None
        self.box.addWidget(self.chosen)
        self.box.addWidget(self.line)
        self.line.asked.connect(self._ask)
        self.line.moved.connect(self._move)
        self.line.confirmed.connect(self._confirm)
        self.line.left.connect(self.settle)
        self.line.escaped.connect(self.settle)
        self.line.installEventFilter(self)

    def show_node(self, node: Node) -> None:
        self._index = None
        self._readonly = node.readonly
        self.line.setReadOnly(node.readonly)
        if node.value.split() != self._values or not self._flow.count():
            self._values = node.value.split()
            self._show_chosen()

    def take_focus(self) -> None:
        self.line.setFocus(Qt.FocusReason.TabFocusReason)

    def settle(self) -> None:
        self._close()
        self.line.put("")

    @property
    def popup(self) -> PickerPopup:
        """The list under the line; made when it is first needed, as many questions never need theirs."""
        if self._popup is None:
            self._popup = PickerPopup(self.kit.theme, name=self.line.accessibleName())
            self._popup.attach(self.line)
            self._popup.picked.connect(self._picked)
            self.destroyed.connect(self._popup.deleteLater)
        return self._popup

    @property
    def _open_now(self) -> bool:
        return self._popup is not None and self._popup.isVisible()

    def _close(self) -> None:
        if self._popup is not None:
            self._popup.dismiss()

    def mark(self, *, bad: bool) -> None:
        mark_bad(self.line, bad=bad)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Escape) and self._open_now:
                event.accept()
                return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            empties = event.key() == Qt.Key.Key_Backspace and not self.line.query
            if empties and self._values and not self._readonly:
                self._drop(self._values[-1])
                return True
        return False

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

    def _move(self, by: int) -> None:
        if self._open_now:
            self.popup.step(by)
        elif not self._readonly:
            self._ask("")

    def _confirm(self) -> None:
        if self._open_now and (self.popup.current is not None or self.line.query):
            self.popup.choose()
        else:
            self._close()
            self.confirmed.emit()

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
