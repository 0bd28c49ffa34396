"""One theme put on the application: style, palette, font and one style sheet, rendered once."""

from __future__ import annotations

import sys
from functools import cached_property
from importlib.resources import files
from string import Template

from PySide6.QtGui import QColor, QFont, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from desktop.theme.icons import Icons
from desktop.theme.tokens import Colours, Look, Scale, Size, Tokens, Tone, tokens

STANDS = "hamlet.theme"  # property of the application: the sheet of the theme that stands on it, drawn
FAMILIES = {
    "win32": ["Microsoft YaHei UI", "Microsoft YaHei", "Segoe UI"],
    "darwin": ["PingFang SC", "Helvetica Neue"],
    "linux": ["Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "Noto Sans"],
}


class Theme:
    """A look at one text size, for widgets to take sizes, colours and icons from.

    Immutable: another look or size is another theme; pages are built anew after it is applied.
    """

    def __init__(self, look: Look = Look.LIGHT, size: int = Size.OFFICE.value, *, motion: bool = False) -> None:
        """`motion`: what comes may slide in."""
        self.tokens: Tokens = tokens(look, size)
        self.motion = motion
        self.icons = Icons(self.tokens)

    @property
    def scale(self) -> Scale:
        return self.tokens.scale

    @property
    def colours(self) -> Colours:
        return self.tokens.colours

    def icon(self, name: str, role: str = "text", size: int | None = None, *, gap: int = 0) -> QIcon:
        return self.icons.icon(name, role, size, gap=gap)

    def pixmap(self, name: str, role: str = "text", *, size: int | None = None, ratio: float = 1.0) -> QPixmap:
        return self.icons.pixmap(name, role, size=size or self.scale.icon, ratio=ratio)

    def colour(self, role: str) -> QColor:
        """A colour of `Colours` by name, for painters."""
        return QColor(getattr(self.colours, role))

    def font(self, *, pixels: int | None = None, bold: bool = False) -> QFont:
        """The interface's font, for painters; body size unless given. Digits have one width."""
        font = QFont(self._font)
        if pixels is not None:
            font.setPixelSize(pixels)
        font.setBold(bold)
        return font

    @cached_property
    def _font(self) -> QFont:
        font = QFont()
        font.setFamilies(FAMILIES.get(sys.platform, FAMILIES["linux"]))
        font.setPixelSize(self.scale.base)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def apply(self, app: QApplication, *, drawn: bool = True) -> None:
        """Put the theme on the application; widgets made before it keep their sizes, so build pages after it.

        Without `drawn`, what only our own style draws (marks in boxes, the inner focus ring) is left to `draw`: a
        style in Python makes the binding load every class of Qt's, a fifth of the time until the first paint. Where
        they are loaded already it is drawn at once. A theme that stands, as after a change of language, is left so:
        every widget would be styled anew and look as before.
        """
        sheet = self.sheet()
        if app.property(STANDS) == sheet:
            return
        if drawn or "desktop.theme.style" in sys.modules:
            self.draw(app)
        else:
            app.setStyle("Fusion")
            app.setProperty(STANDS, "")
        app.setPalette(self.palette())
        app.setFont(self._font)
        app.setStyleSheet(sheet)

    def draw(self, app: QApplication) -> None:
        """After `apply` without it; once is enough."""
        from desktop.theme.style import HamletStyle

        sheet = self.sheet()
        if app.property(STANDS) != sheet:
            app.setStyle(HamletStyle(self.tokens))
            app.setProperty(STANDS, sheet)

    def palette(self) -> QPalette:
        """For what no sheet reaches: delegates, native menus and dialogs."""
        role, c = QPalette.ColorRole, self.colours
        palette = QPalette(QColor(c.surface), QColor(c.bg))
        for of, value in {
            role.Window: c.bg,
            role.WindowText: c.text,
            role.Base: c.surface,
            role.AlternateBase: c.sunken,
            role.Text: c.text,
            role.PlaceholderText: c.hint,
            role.Button: c.surface,
            role.ButtonText: c.text,
            role.BrightText: c.on_primary,
            role.Highlight: c.primary,
            role.HighlightedText: c.on_primary,
            role.Link: c.primary,
            role.LinkVisited: c.primary,
            role.ToolTipBase: c.text,
            role.ToolTipText: c.surface,
            role.Mid: c.line,
            role.Dark: c.field,
            role.Light: c.surface,
        }.items():
            palette.setColor(of, QColor(value))
        for of in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, of, QColor(c.field))
        return palette

    def sheet(self) -> str:
        """The style sheet with this theme's values in the place of its `$names`."""
        template = Template((files("desktop.theme") / "app.qss.tmpl").read_text("utf-8"))
        return template.substitute(_values(self.tokens))


def _values(of: Tokens) -> dict[str, str]:
    c, scale = of.colours, of.scale
    values = {name: str(getattr(c, name)) for name in c.__slots__ if name not in set(Tone)}
    for tone in Tone:
        ink = c.tone(tone)
        values |= {tone.value: ink.text, f"{tone}_tint": ink.tint, f"{tone}_edge": ink.edge}
    names = ("h1", "h2", "small", "key", "number", "xs", "s", "m", "l", "xl", "control", "control_small", "chip",
             "row", "row_two", "icon", "radius", "card_radius")  # fmt: skip
    values |= {name: f"{getattr(scale, name)}px" for name in names}
    # Heights in the sheet are those of the content: without the edge.
    values |= {name: f"{getattr(scale, name) - 2}px" for name in ("control", "control_small")}
    values |= {"base": f"{scale.base}px", "ring": f"{c.ring}px"}
    values["off"] = "dashed" if c.sunken == c.surface else "solid"  # what is off is known by its ground or its edge
    values |= {"bar_width": f"{scale.px(10)}px", "half_chip": f"{scale.chip // 2}px", "bar_half": f"{scale.px(4)}px"}
    # A focused field has a thicker edge and so much less padding: nothing moves.
    edge = c.ring - 1
    values |= {"pad_x": f"{scale.px(11)}px", "pad_x_focus": f"{scale.px(11) - edge}px"}
    values |= {"pad_y": f"{scale.px(8)}px", "pad_y_focus": f"{scale.px(8) - edge}px"}
    values |= {"button_x": f"{scale.px(13)}px", "button_x_focus": f"{scale.px(13) - edge}px"}
    values |= {"slider": f"{scale.px(20) - 4}px", "slider_out": f"-{scale.px(7)}px", "groove": f"{scale.px(6)}px"}
    values |= {"half_groove": f"{scale.px(6) // 2}px", "half_slider": f"{scale.px(20) // 2}px"}
    values |= {"half_bar": f"{scale.px(10) // 2}px", "h3_find": f"{scale.em(1.1)}px"}
    return values


def restyle(widget: QWidget, **properties: str | bool) -> None:
    """Set dynamic properties that the sheet selects on, and style that widget anew."""
    changed = False
    for name, value in properties.items():
        if widget.property(name) != value:
            widget.setProperty(name, value)
            changed = True
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()
