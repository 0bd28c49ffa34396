"""A search box with a list that floats under it: what fields that search their choices have in common.

Methods that raise NotImplementedError are each kind's own: Qt's metaclass and ABCMeta do not go together.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from desktop.fill.fields.base import Field, mark_bad
from desktop.fill.kit import Kit
from desktop.fill.rich import plain_words
from desktop.widgets.picker import PickerPopup
from desktop.widgets.search import SearchBox
from forms.api import Choice, Node

OF_THE_LIST = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Escape)  # while it is open


class ListedField(Field):
    """`line` is put into a layout by the field itself. The list is made when it is first needed: few ever are."""

    def __init__(self, kit: Kit, node: Node, *, placeholder: str) -> None:
        super().__init__(kit)
        self._ref = node.ref
        self._popup: PickerPopup | None = None
        self.line = SearchBox(kit.theme, name=plain_words(node.label), placeholder=placeholder)
        self.line.asked.connect(self._ask)
        self.line.moved.connect(self._move)
        self.line.confirmed.connect(self._confirm)
        self.line.left.connect(self.settle)
        self.line.escaped.connect(self.settle)
        self.line.installEventFilter(self)

    def take_focus(self) -> None:
        self.line.setFocus(Qt.FocusReason.TabFocusReason)

    def mark(self, *, bad: bool) -> None:
        mark_bad(self.line, bad=bad)

    @property
    def popup(self) -> PickerPopup:
        """The list under the line."""
        if self._popup is None:
            self._popup = PickerPopup(self.kit.theme, name=self.line.accessibleName())
            self._popup.attach(self.line)
            self._popup.picked.connect(self._picked)
            self.destroyed.connect(self._popup.deleteLater)
        return self._popup

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            if (event.key() in OF_THE_LIST and self._open_now) or self._is_mine(event):
                event.accept()
                return True
        elif event.type() == QEvent.Type.KeyPress and self._is_mine(event):
            self._pressed(event)
            return True
        return False

    @property
    def _open_now(self) -> bool:
        return self._popup is not None and self._popup.isVisible()

    def _close(self) -> None:
        if self._popup is not None:
            self._popup.dismiss()

    def _move(self, by: int) -> None:
        """Up and Down: in the list, or open it."""
        if self._open_now:
            self.popup.step(by)
        else:
            self._open()

    def _confirm(self) -> None:
        """Enter: what is marked in the list, else on to the next question."""
        if self._open_now and (self.popup.current is not None or self.line.query):
            self.popup.choose()
        else:
            self._close()
            self.confirmed.emit()

    def _is_mine(self, event: QKeyEvent) -> bool:
        """Whether a key does something here that it does nowhere else."""
        raise NotImplementedError

    def _pressed(self, event: QKeyEvent) -> None:
        """What it does."""
        raise NotImplementedError

    def _ask(self, query: str) -> None:
        """Offer what there is for the words in the line."""
        raise NotImplementedError

    def _open(self) -> None:
        """Offer everything."""
        raise NotImplementedError

    def _picked(self, value: str) -> None:
        """Take what was picked from the list."""
        raise NotImplementedError


def plain_choice(choice: Choice) -> Choice:
    """A choice whose label is words without marks."""
    return Choice(choice.value, plain_words(choice.label), choice.media)
