"""What a question asks of its field.

Methods that raise NotImplementedError are each kind's own: Qt's metaclass and ABCMeta do not go together.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.fill.kit import Kit
from desktop.theme.apply import restyle
from desktop.widgets.basics import column
from forms.api import Node


def mark_bad(widget: QWidget, *, bad: bool) -> None:
    """The edge that says so; polishing takes its time, so only where it is another than before."""
    if (widget.property("state") == "bad") is not bad:
        restyle(widget, state="bad" if bad else "")


class Field(QWidget):
    """Base of all fields. `answered(str)`: another lexical value; `confirmed()`: Enter, go on.

    `show_node` is called at first and whenever the node's state is another; it must not disturb typing.
    """

    answered = Signal(str)
    confirmed = Signal()

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self.kit = kit
        self.box = column(self, gap=kit.theme.scale.xs)

    @property
    def asks(self) -> bool:
        """False where there is nothing to answer, or nothing to choose from yet."""
        return True

    def show_node(self, node: Node) -> None:
        """Show value, choices and whether it can be changed."""
        raise NotImplementedError

    def take_focus(self) -> None:
        """Put the focus where one answers."""
        self.setFocus()

    def settle(self) -> None:
        """Take in what stands there and has not been told yet; called on leaving."""

    def mark(self, *, bad: bool) -> None:
        """Show that something is to be mended."""

    def describe(self, name: str, hint: str) -> None:
        """Name the inner widgets for a screen reader."""
        for child in self.findChildren(QWidget):
            if child.focusPolicy().value and not child.accessibleName():
                child.setAccessibleName(name)
                child.setAccessibleDescription(hint)
