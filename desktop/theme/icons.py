"""Icons: one family of SVGs (Phosphor, MIT), tinted with the theme's colours and kept once drawn."""

from __future__ import annotations

from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.theme.tokens import Tokens, Tone

TONES = frozenset(tone.value for tone in Tone)
RATIOS = (1.0, 1.5, 2.0)  # device pixels a pixel, as Windows and Wayland commonly set them


class Icons:
    """Icons of one theme. `role` is a colour of `Colours` ("text", "primary", "on_primary") or a `Tone`."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._sources: dict[str, bytes] = {}
        self._icons: dict[tuple[str, str, int, int], QIcon] = {}
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}

    def icon(self, name: str, role: str = "text", size: int | None = None, *, gap: int = 0) -> QIcon:
        """The icon for a button, `size` pixels or the scale's icon size, with `gap` empty pixels at its right."""
        pixels = size or self._tokens.scale.icon
        key = (name, str(role), pixels, gap)
        found = self._icons.get(key)
        if found is None:
            found = QIcon()
            for ratio in RATIOS:
                found.addPixmap(_widened(self.pixmap(name, role, size=pixels, ratio=ratio), gap))
                faded = self.pixmap(name, "field", size=pixels, ratio=ratio)
                found.addPixmap(_widened(faded, gap), QIcon.Mode.Disabled)
            self._icons[key] = found
        return found

    def pixmap(self, name: str, role: str = "text", *, size: int, ratio: float = 1.0) -> QPixmap:
        """The icon as a square of `size` pixels, drawn at `ratio` device pixels each."""
        key = (name, str(role), size, ratio)
        found = self._pixmaps.get(key)
        if found is None:
            found = self._pixmaps[key] = self._draw(name, self._colour(role), size=size, ratio=ratio)
        return found

    def _colour(self, role: str) -> str:
        colours = self._tokens.colours
        if role in TONES:
            return colours.tone(Tone(role)).text
        value: str = getattr(colours, role)
        return value

    def _source(self, name: str) -> bytes:
        found = self._sources.get(name)
        if found is None:
            found = self._sources[name] = (files("resources") / "icons" / f"{name}.svg").read_bytes()
        return found

    def _draw(self, name: str, colour: str, *, size: int, ratio: float) -> QPixmap:
        renderer = QSvgRenderer(QByteArray(self._source(name).replace(b"currentColor", colour.encode())))
        pixmap = QPixmap(round(size * ratio), round(size * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        return pixmap


def _widened(drawn: QPixmap, gap: int) -> QPixmap:
    """With `gap` empty pixels at the right."""
    if not gap:
        return drawn
    ratio = drawn.devicePixelRatio()
    wide = QPixmap(drawn.width() + round(gap * ratio), drawn.height())
    wide.setDevicePixelRatio(ratio)
    wide.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wide)
    painter.drawPixmap(0, 0, drawn)
    painter.end()
    return wide
