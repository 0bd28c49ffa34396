"""What the window needs between two people: nobody's desk, who was there before, a page that says one waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from desktop.widgets.basics import label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop.pages.parts.places import Place
    from desktop.services.keeping.interrupted import Interrupted


class Nobody:
    """The desk of lanes that have none: they only derive keys and ask the network before somebody is in."""

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True, slots=True)
class Left:
    """Who was where when the window was locked, and what ran then."""

    user: str
    place: Place | None
    work: tuple[Interrupted, ...]


def waiting(words: str) -> QWidget:
    """A page that only says what one waits for."""
    made = label(words, "second")
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made
