"""Under a choice whose list changed: what was chosen and is not there any more."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from desktop.fill.kit import Kit


class LostChoice(QLabel):
    """Watches the value of one choice; what went away by itself is shown struck through until there is another."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._value = self._words = ""
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setProperty("role", "small")
        self.setProperty("tone", "warn")
        self.setVisible(False)

    def chose(self, value: str) -> None:
        """The person gave this answer, or took it back."""
        self._value = value

    def watch(self, value: str, words: str) -> None:
        """The question holds `value` now, in `words`."""
        gone = self._value and not value and self._words
        if gone:
            said = self._kit.text("fill.was_chosen", label=self._words)
            self.setText(f"<s>{escape(self._words)}</s>&ensp;{escape(said)}")
            self.setVisible(True)
        elif value:
            self.setVisible(False)
        self._value = value
        self._words = words if value else ""
