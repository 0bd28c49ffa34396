"""What one cell of a list shows, as a value: painted by the table's delegate, read out by a screen reader."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Qt

from desktop.theme.tokens import Tone

CELL = int(Qt.ItemDataRole.UserRole) + 1
ROW = int(Qt.ItemDataRole.UserRole) + 2


class Style(Enum):
    PLAIN = "plain"
    STRONG = "strong"  # the first line is bold
    CHIP = "chip"  # on a tint, with its icon
    SECOND = "second"  # in the second colour, small
    CHECK = "check"  # a box that is ticked or not
    WARNING = "warning"  # in its tone's colour, with its icon


@dataclass(frozen=True, slots=True)
class Cell:
    """`text` over `second`; `tone` and `icon` mark a status beside its word, never alone."""

    text: str = ""
    second: str = ""
    style: Style = Style.PLAIN
    tone: Tone | None = None
    icon: str = ""
    checked: bool = False

    @property
    def spoken(self) -> str:
        """The cell for a screen reader."""
        return ", ".join(part for part in (self.text, self.second) if part)
