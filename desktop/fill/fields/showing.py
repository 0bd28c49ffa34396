"""What is shown and not asked: a computed value, and a kind of question that cannot be answered here."""

from __future__ import annotations

from desktop.fill.fields.base import Field
from desktop.fill.kit import Kit
from desktop.fill.say import said
from desktop.widgets.basics import label, reveal
from forms.api import Node


class ComputedField(Field):
    """A value that the form works out."""

    @property
    def asks(self) -> bool:
        return False

    def __init__(self, kit: Kit, _node: Node) -> None:
        super().__init__(kit)
        self.words = label("", "strong", wrap=True, selectable=True)
        self.box.addWidget(self.words)

    def show_node(self, node: Node) -> None:
        self.words.setText(said(self.kit.session, node, self.kit.text))
        reveal(self.words, bool(node.value))


class UnsupportedField(Field):
    """Says that this kind cannot be filled in here, and that the rest can."""

    @property
    def asks(self) -> bool:
        return False

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit)
        self.words = label(kit.text("fill.unsupported", kind=node.type), "small", tone="warn", wrap=True)
        self.box.addWidget(self.words)

    def show_node(self, node: Node) -> None:
        """Nothing changes here."""
