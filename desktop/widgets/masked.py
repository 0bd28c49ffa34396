"""A value that is covered until someone holds the key or the eye."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.theme.apply import Theme
from desktop.widgets.basics import button, fill, label, row
from forms.text import Text


class MaskedLabel(QWidget):
    """Shows `masked`; while the eye or F7 is held, what `revealed` made the page put with `uncover`.

    The value itself is not in the widget until then; `revealed` is where the page fetches and logs it.
    """

    revealed = Signal()

    def __init__(self, theme: Theme, text: Text, masked: str, *, name: str = "") -> None:
        super().__init__()
        self._masked = masked
        self.words = label(masked)
        self.eye = button(
            theme, "", kind="tool", icon="eye", name=text("widgets.reveal"), tip=text("widgets.reveal_tip")
        )
        self.eye.pressed.connect(self.reveal)
        self.eye.released.connect(self.cover)
        self.setAccessibleName(name or masked)
        fill(row(self, gap=theme.scale.xs), [self.words, self.eye, None])

    def reveal(self) -> None:
        self.revealed.emit()

    def uncover(self, value: str) -> None:
        self.words.setText(value)

    def cover(self) -> None:
        self.words.setText(self._masked)
