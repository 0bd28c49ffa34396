"""Places as they are written: latitude and longitude, one or a line or border of them."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.fill.exif import position
from desktop.fill.fields.attaching import IMAGES, MOST_BYTES
from desktop.fill.fields.base import Field, mark_bad
from desktop.fill.fields.map_pad import MapPad
from desktop.fill.fields.writing import LineField, Paper
from desktop.fill.kit import Kit
from desktop.fill.rich import plain_words
from desktop.widgets.basics import button, fill, label, reveal
from desktop.widgets.flow import FlowLayout
from forms.api import Node

PLACE_EMS = 22
LINES = 4
NUMBER = r"([+-]?\d{1,3}(?:\.\d+)?)"
PAIR = re.compile(rf"\s*{NUMBER}(?:\s*[,，]\s*|\s+){NUMBER}(?:\s+[+-]?\d+(?:\.\d+)?){{0,2}}\s*")
BETWEEN = re.compile(r"[;；\n]")
LEAST = {"geotrace": 2, "geoshape": 4}


def read_place(words: str) -> str:
    """`LATITUDE LONGITUDE 0 0` for words that are a place, else ""."""
    plain = unicodedata.normalize("NFKC", words).replace("°", "")
    found = PAIR.fullmatch(plain)
    if not found or abs(float(found[1])) > 90 or abs(float(found[2])) > 180:
        return ""
    return f"{found[1]} {found[2]} 0 0"


class PlaceField(LineField):
    """`26.5812 106.7203` as one line, or from a photograph; other words stay and are told to be no place."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit, node)
        self.line.setMaximumWidth(kit.theme.scale.em(PLACE_EMS))
        self.line.setPlaceholderText(kit.text("fill.place_example"))
        self.photo = button(kit.theme, kit.text("fill.place_photo"), icon="image", small=True)
        self.photo.setAccessibleDescription(plain_words(node.label))
        self.photo.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.photo.clicked.connect(self._pick)
        self.own = button(kit.theme, kit.text("fill.place_own"), icon="house", small=True)
        self.own.setAccessibleDescription(plain_words(node.label))
        self.own.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.own.clicked.connect(self._take_own)
        reveal(self.own, bool(kit.own_point))
        self.note = label("", "small", wrap=True)
        self.note.setVisible(False)
        self.box.removeWidget(self.line)
        ways = QWidget()
        flow = FlowLayout(ways, gap=kit.theme.scale.s)
        self.chart = button(kit.theme, kit.text("fill.place_map"), icon="map-pin", small=True)
        self.chart.setAccessibleDescription(plain_words(node.label))
        self.chart.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.chart.clicked.connect(self._open_map)
        reveal(self.chart, bool(kit.outlines))
        self.map: MapPad | None = None
        for way in (self.own, self.chart, self.photo):
            flow.addWidget(way)
        fill(self.box, [self.line, ways, self.note])

    def show_node(self, node: Node) -> None:
        self._last = node.value
        self.line.setReadOnly(node.readonly)
        for way in (self.own, self.chart, self.photo):
            way.setEnabled(not node.readonly)
        if self._read(self.line.text()) != node.value and not self.line.hasFocus():
            parts = node.value.split()
            self.line.setText(" ".join(parts[:2]) if len(parts) == 4 else node.value)

    def take_photo(self, path: str) -> None:
        """Read the place from a photograph."""
        source = Path(path)
        try:
            found = position(source.read_bytes()) if source.stat().st_size <= MOST_BYTES else None
        except OSError:
            self._say(self.kit.text("fill.file_unreadable", name=source.name))
            return
        if found is None:
            self._say(self.kit.text("fill.place_not_in_photo"))
            return
        words = f"{found.latitude:.6f} {found.longitude:.6f}"
        self.line.setText(words)
        self._edited(words)
        self._say(self.kit.text("fill.place_from_photo", name=source.name))

    def _open_map(self) -> None:
        """The outlines under the line, the cross where the answer is; once more puts them away."""
        if self.map is None:
            name, keys = self.line.accessibleName(), self.kit.text("fill.place_map_keys")
            self.map = MapPad(self.kit.theme, self.kit.outlines, name=name, keys=keys)
            self.map.pointed.connect(self._pointed)
            self.map.hide()
            self.box.addWidget(self.map)
        shown = self.map.isHidden()
        reveal(self.map, shown)
        self._say(self.kit.text("fill.place_map_keys") if shown else "")
        parts = read_place(self.line.text()).split()
        if parts:
            self.map.show_point(float(parts[0]), float(parts[1]))
        if shown:
            self.map.setFocus(Qt.FocusReason.TabFocusReason)

    def _pointed(self, latitude: float, longitude: float) -> None:
        words = f"{latitude:.5f} {longitude:.5f}"
        self.line.setText(words)
        self._edited(words)

    def _take_own(self) -> None:
        """The village's point: near enough for what happened somewhere in it."""
        self.line.setText(self.kit.own_point)
        self._edited(self.kit.own_point)
        self._say(self.kit.text("fill.place_is_own"))

    def _pick(self) -> None:
        kind = f"{self.kit.text('fill.pictures')} ({IMAGES})"
        path, _ = QFileDialog.getOpenFileName(self, self.photo.text(), self.kit.photos.folder, kind)
        if path:
            self.take_photo(path)

    def _say(self, words: str) -> None:
        self.note.setText(words)
        reveal(self.note, bool(words))

    def settle(self) -> None:
        """Words stay as they are written."""

    def _read(self, words: str) -> str:
        return read_place(words) or words.strip()


class PlacesField(Field):
    """A line or border as places below each other; a border is closed by itself."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit)
        self._least = LEAST.get(node.type, 2)
        self._closes = node.type == "geoshape"
        self.paper = Paper(breaks=True)
        metrics = self.paper.fontMetrics()
        self.paper.setFixedHeight(metrics.lineSpacing() * LINES + 2 * kit.theme.scale.m)
        self.paper.setMaximumWidth(kit.theme.scale.em(PLACE_EMS * 1.5))
        self.paper.setPlaceholderText(kit.text("fill.place_example"))
        how = "fill.border_how" if self._closes else "fill.trace_how"
        self.box.addWidget(label(kit.text(how), "small", wrap=True))
        self.box.addWidget(self.paper)
        self._last = ""
        self.paper.textChanged.connect(self._edited)
        self.paper.confirmed.connect(self.confirmed)

    def show_node(self, node: Node) -> None:
        self._last = node.value
        self.paper.setReadOnly(node.readonly)
        if not self.paper.hasFocus() and self._read() != node.value:
            pairs = [" ".join(part.split()[:2]) if read_place(part) else part for part in node.value.split(";")]
            self.paper.setPlainText("\n".join(part for part in pairs if part.strip()))

    def take_focus(self) -> None:
        self.paper.setFocus(Qt.FocusReason.TabFocusReason)

    def mark(self, *, bad: bool) -> None:
        mark_bad(self.paper, bad=bad)

    def _edited(self) -> None:
        value = self._read()
        if value != self._last:
            self._last = value
            self.answered.emit(value)

    def _read(self) -> str:
        """The value; words as they are where they are no places or too few."""
        words = self.paper.toPlainText()
        places = [read_place(part) for part in BETWEEN.split(words) if part.strip()]
        if self._closes and len(places) >= self._least - 1 and places[0] != places[-1]:
            places.append(places[0])
        return ";".join(places) if all(places) and len(places) >= self._least else words.strip()
