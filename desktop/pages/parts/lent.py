"""The focus of a button that cannot be pressed while its work runs, and comes back to it afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from shiboken6 import isValid


class Lent:
    """Where one went on to something else meanwhile, the focus stays there."""

    def __init__(self) -> None:
        self._lender: QPushButton | None = None
        self._holder: QWidget | None = None

    def switch(self, buttons: Sequence[QPushButton], *, on: bool) -> None:
        """Enable them all, or none."""
        had = next((button for button in buttons if button.hasFocus()), None)
        for button in buttons:
            button.setEnabled(on)
        if on:
            self._give_back()
        elif had is not None:
            self._lender, self._holder = had, QApplication.focusWidget()

    def _give_back(self) -> None:
        lender, holder, self._lender, self._holder = self._lender, self._holder, None, None
        if lender is not None and isValid(lender) and QApplication.focusWidget() is holder:
            lender.setFocus()
