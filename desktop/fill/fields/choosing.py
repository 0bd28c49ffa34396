"""One of few, one of many, several of some, and a tick that says: read."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox

from desktop.fill.fields.base import Field
from desktop.fill.index import ChoiceIndex
from desktop.fill.kit import Kit
from desktop.fill.rich import plain_words
from desktop.fill.say import label_of
from desktop.theme.apply import restyle
from desktop.widgets.basics import label, reveal
from desktop.widgets.choices import CheckRows, ChoiceButtons, Option
from desktop.widgets.picker import PickerPopup
from desktop.widgets.search import SearchBox
from forms.api import Choice, Node

FEW = 6
SOON_MS = 60
NONE_OF_THEM = frozenset({"none", "nothing", "no_one", "none_of_the_above", "wu"})
ACKNOWLEDGED = "OK"  # the value that ODK Collect and Web Forms give a trigger


def is_long(node: Node, count: int) -> bool:
    """Whether a select gets a search box instead of buttons side by side."""
    return count > FEW or any(each.startswith(("autocomplete", "search")) for each in node.appearance)


class ButtonsField(Field):
    """One of at most six."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit)
        self.buttons = ChoiceButtons(kit.theme, name=plain_words(node.label))
        self.nothing = label(kit.text("fill.no_choices_yet"), "small", wrap=True)
        self.box.addWidget(self.buttons)
        self.box.addWidget(self.nothing)
        self.buttons.chosen.connect(self.answered)
        self.buttons.confirmed.connect(self.confirmed)

    def show_node(self, node: Node) -> None:
        options = [Option(c.value, plain_words(c.label)) for c in self.kit.session.choices(node.ref)]
        self.buttons.offer(options)
        reveal(self.buttons, options)
        reveal(self.nothing, not options)
        self.buttons.set_value(node.value)
        self.buttons.setEnabled(not node.readonly)

    def take_focus(self) -> None:
        self.buttons.focus_first()


class SearchField(Field):
    """One of many: characters, pinyin, initials or code; the list floats under the line."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit)
        name = plain_words(node.label)
        self._place = "/".join(part.split("[")[0] for part in node.ref.split("/"))
        self._ref = node.ref
        self._value = ""
        self._index: ChoiceIndex | None = None
        self.line = SearchBox(kit.theme, name=name, placeholder=kit.text("fill.search_choice"))
        self.popup = PickerPopup(kit.theme, name=name)
        self.popup.attach(self.line)
        self.box.addWidget(self.line)
        self.line.asked.connect(self._ask)
        self.line.moved.connect(self._move)
        self.line.confirmed.connect(self._confirm)
        self.line.entered.connect(self._enter)
        self.line.left.connect(self.settle)
        self.line.escaped.connect(self.settle)
        self.popup.picked.connect(self._picked)
        self.line.installEventFilter(self)
        self.destroyed.connect(self.popup.deleteLater)

    def show_node(self, node: Node) -> None:
        self._value = node.value
        self._index = None
        self.line.setReadOnly(node.readonly)
        if not self.line.hasFocus() or not self.popup.isVisible():
            self._show_value()

    def take_focus(self) -> None:
        self.line.setFocus(Qt.FocusReason.TabFocusReason)

    def settle(self) -> None:
        self.popup.dismiss()
        self._show_value()

    def mark(self, *, bad: bool) -> None:
        restyle(self.line, state="bad" if bad else "")

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            mine = event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Escape)
            if (mine and self.popup.isVisible()) or self._opens(event):
                event.accept()
                return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._opens(event):
            self._open()
            return True
        return False

    def _opens(self, event: QKeyEvent) -> bool:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        return event.key() == Qt.Key.Key_F4 or (event.key() == Qt.Key.Key_Down and alt)

    @property
    def index(self) -> ChoiceIndex:
        if self._index is None:
            choices = [_plain(choice) for choice in self.kit.session.choices(self._ref)]
            self._index = ChoiceIndex(choices, self.kit.names, often=self.kit.often.get(self._place, ()))
        return self._index

    def _show_value(self) -> None:
        choices = self.kit.session.choices(self._ref)
        self.line.put(label_of(choices, self._value) or self._value)
        self.line.setCursorPosition(0)

    def _enter(self) -> None:
        self.line.selectAll()
        if self._place not in self.kit.lookups:
            QTimer.singleShot(0, self, self._warm)

    def _warm(self) -> None:
        """Spell the choices bit by bit while nothing else is to be done."""
        if not self.kit.spelling():
            QTimer.singleShot(SOON_MS, self, self._warm)
        elif self.index.warm():
            QTimer.singleShot(0, self, self._warm)

    def _ask(self, query: str) -> None:
        lookup = self.kit.lookups.get(self._place)
        offers = lookup(query) if lookup is not None else self.index.find(query)
        note = "" if offers else self.kit.text("fill.no_choice", query=query)
        self.popup.offer(offers, note=note)
        if not query and self._value:
            self._value = ""
            self.answered.emit("")

    def _open(self) -> None:
        if not self.line.isReadOnly():
            self.popup.offer(self.index.find(""))
            self.popup.select(self._value)

    def _move(self, by: int) -> None:
        if self.popup.isVisible():
            self.popup.step(by)
        else:
            self._open()

    def _confirm(self) -> None:
        if self.popup.isVisible():
            if not self.popup.choose():
                return
        else:
            self.confirmed.emit()

    def _picked(self, value: str) -> None:
        changed = value != self._value
        self._value = value
        self.popup.dismiss()
        self._show_value()
        if changed:
            self.answered.emit(value)
        self.confirmed.emit()


class TicksField(Field):
    """Several; the choice that means none unticks the others."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit)
        self.rows = CheckRows(kit.theme, name=plain_words(node.label), exclusive=NONE_OF_THEM)
        self.box.addWidget(self.rows)
        self.rows.ticked.connect(lambda values: self.answered.emit(" ".join(values)))
        self.rows.confirmed.connect(self.confirmed)

    def show_node(self, node: Node) -> None:
        self.rows.offer([Option(c.value, plain_words(c.label)) for c in self.kit.session.choices(node.ref)])
        self.rows.set_values(node.value.split())
        self.rows.setEnabled(not node.readonly)

    def take_focus(self) -> None:
        self.rows.focus_first()


class AcknowledgeField(Field):
    """A tick: I have read it."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit)
        self.tick = QCheckBox(kit.text("fill.acknowledge"))
        self.tick.setAccessibleName(plain_words(node.label))
        self.box.addWidget(self.tick)
        self.tick.toggled.connect(lambda on: self.answered.emit(ACKNOWLEDGED if on else ""))

    def show_node(self, node: Node) -> None:
        self.tick.blockSignals(True)
        self.tick.setChecked(bool(node.value))
        self.tick.blockSignals(False)
        self.tick.setEnabled(not node.readonly)

    def take_focus(self) -> None:
        self.tick.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.confirmed.emit()
        else:
            super().keyPressEvent(event)


def _plain(choice: Choice) -> Choice:
    return Choice(choice.value, plain_words(choice.label), choice.media)
