"""Who is likely meant, beside the box in which they are looked for: one press takes them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.fill.kit import Kit
from desktop.fill.say import label_of
from desktop.widgets.basics import button, label, reveal
from desktop.widgets.flow import FlowLayout
from desktop.widgets.picker import Offer

MOST = 8


class NearChips(QWidget):
    """`taken(value)`: this one. Only those show that are choices now and are not the answer already."""

    taken = Signal(str)

    def __init__(self, kit: Kit, ref: str, offers: Sequence[Offer], *, name: str) -> None:
        super().__init__()
        self._kit, self._ref = kit, ref
        flow = FlowLayout(self, gap=kit.theme.scale.xs)
        flow.addWidget(label(kit.text("fill.near"), "small"))
        self.chips: dict[str, QWidget] = {}
        for offer in offers[:MOST]:
            words = " · ".join(filter(None, (offer.title, offer.detail)))
            chip = button(kit.theme, words, small=True, name=f"{name} {words}")
            chip.clicked.connect(partial(self.taken.emit, offer.key))
            flow.addWidget(chip)
            self.chips[offer.key] = chip

    def show_for(self, value: str, *, readonly: bool) -> None:
        choices = self._kit.session.choices(self._ref)
        shown = [key for key in self.chips if key != value and label_of(choices, key)]
        for key, chip in self.chips.items():
            reveal(chip, key in shown)
        reveal(self, bool(shown) and not readonly)
