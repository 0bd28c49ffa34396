"""A place as it is written: latitude and longitude."""

from __future__ import annotations

import re
import unicodedata

from desktop.fill.fields.writing import LineField
from desktop.fill.kit import Kit
from forms.api import Node

PLACE_EMS = 22
PAIR = re.compile(r"\s*([+-]?\d{1,3}(?:\.\d+)?)\s*[,;，；\s]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*")


class PlaceField(LineField):
    """`26.5812 106.7203` as one line; other words stay as they are and are told to be no place."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit, node)
        self.line.setMaximumWidth(kit.theme.scale.em(PLACE_EMS))
        self.line.setPlaceholderText(kit.text("fill.place_example"))

    def show_node(self, node: Node) -> None:
        self._last = node.value
        self.line.setReadOnly(node.readonly)
        if self._read(self.line.text()) != node.value and not self.line.hasFocus():
            parts = node.value.split()
            self.line.setText(" ".join(parts[:2]) if len(parts) == 4 else node.value)

    def _read(self, words: str) -> str:
        found = PAIR.fullmatch(unicodedata.normalize("NFKC", words).replace("°", ""))
        if not found or abs(float(found[1])) > 90 or abs(float(found[2])) > 180:
            return words.strip()
        return f"{found[1]} {found[2]} 0 0"
