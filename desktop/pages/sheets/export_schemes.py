"""Kept exports: chosen from a list, kept under a name, forgotten."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.pages.parts.menu import ChoiceButton
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act
from desktop.services.sheets.schemes import Scheme
from desktop.widgets.basics import bind, reveal, row

NONE = ""


class SchemeLine(QWidget):
    """`chosen(Scheme)`: it is to be used. `now` gives what is chosen on the page, to be kept under a name."""

    chosen = Signal(object)

    def __init__(self, context: PageContext, now: Callable[[str], Scheme]) -> None:
        super().__init__()
        t, theme = context.text, context.theme
        self._context, self._now = context, now
        self._schemes: dict[str, Scheme] = {}
        line = row(self, gap=theme.scale.s)
        self._list = ChoiceButton(theme, name=t("schemes.title"))
        self._list.chosen.connect(self._take)
        self._name = QLineEdit()
        self._name.setProperty("measure", "small")
        self._name.setPlaceholderText(t("schemes.name"))
        self._name.setAccessibleName(t("schemes.name"))
        self._name.returnPressed.connect(self.keep)
        bind(self._name, {"Escape": self._close})
        self._add = act(theme, t("schemes.add"), self._open, kind="link", icon="bookmark-simple", small=True)
        self._keep = act(theme, t("schemes.keep"), self.keep, small=True)
        self._forget = act(theme, t("schemes.forget"), self.forget, kind="link", small=True)
        for made in (self._list, self._name, self._keep, self._add, self._forget):
            line.addWidget(made)
        self._offer(())
        self._close()

    def read(self) -> None:
        """Read the list anew."""
        self._context.lanes.read(self, lambda desk: desk.schemes.list(), self._offer, latest="schemes")

    def keep(self) -> None:
        """Keep what is chosen now under the name that was written."""
        name = self._name.text().strip()
        if not name:
            self._name.setFocus()
            return
        scheme = self._now(name)

        def kept(_: None) -> None:
            self._close()
            self._context.lanes.read(self, lambda desk: desk.schemes.list(), lambda found: self._offer(found, name))

        self._context.lanes.write(self, lambda desk: desk.schemes.keep(scheme), kept)

    def forget(self) -> None:
        """Forget the one that is chosen."""
        name = self._list.value
        self._context.lanes.write(self, lambda desk: desk.schemes.forget(name), lambda _: self.read())

    def _offer(self, schemes: Sequence[Scheme], chosen: str = NONE) -> None:
        self._schemes = {scheme.name: scheme for scheme in schemes}
        self._list.offer([(NONE, self._context.text("schemes.none")), *((name, name) for name in self._schemes)])
        if chosen in self._schemes:
            self._list.choose(chosen)
        reveal(self._list, bool(self._schemes))
        reveal(self._forget, bool(self._list.value))

    def _take(self, name: str) -> None:
        reveal(self._forget, bool(name))
        if name in self._schemes:
            self.chosen.emit(self._schemes[name])

    def _open(self) -> None:
        for made in (self._name, self._keep):
            reveal(made, True)
        reveal(self._add, False)
        self._name.setFocus()

    def _close(self) -> None:
        self._name.clear()
        for made in (self._name, self._keep):
            reveal(made, False)
        reveal(self._add, True)
