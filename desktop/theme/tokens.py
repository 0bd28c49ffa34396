"""Colours and sizes of the interface as values; contrast ratios are proved by the tests, from `pairs`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum


class Tone(StrEnum):
    """What a status, banner or icon means. Never carried by colour alone: an icon and a word go with it."""

    INFO = "info"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    TELL = "tell"  # the answer is here, the resident has yet to be told
    MUTE = "mute"


class Look(StrEnum):
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


class Size(Enum):
    """Text size: pixels of body text at 96 dots an inch."""

    OFFICE = 15
    VILLAGE = 18
    LARGE = 22


@dataclass(frozen=True, slots=True)
class Ink:
    """A text colour on its tint; `edge` outlines boxes of that tone."""

    text: str
    tint: str
    edge: str


@dataclass(frozen=True, slots=True)
class Colours:
    """One look. Names say the use, values are `#rrggbb`."""

    bg: str  # the page
    surface: str  # cards, fields, tables
    sunken: str  # headers of tables, explanations, disabled fields
    hover: str
    text: str
    text2: str
    hint: str  # what stands in an empty field, not to be taken for an answer
    line: str  # hairlines between rows, edges of cards
    field: str  # edges of fields and buttons: 3:1
    primary: str
    primary_hover: str
    on_primary: str
    chosen: str  # selected rows and segments
    side: str
    side_on: str
    side_text: str
    side_bright: str
    brand: str  # the plant in the bar
    focus: str
    ring: int  # width of the focus ring, px
    info: Ink
    ok: Ink
    warn: Ink
    bad: Ink
    tell: Ink
    mute: Ink
    badge: str
    on_badge: str

    def tone(self, tone: Tone) -> Ink:
        ink: Ink = getattr(self, tone.value)
        return ink

    def text_pairs(self) -> Iterator[tuple[str, str, str]]:
        """(name, text, ground) of every pair that carries text: 4.5 at least."""
        for ground in ("bg", "surface", "sunken", "chosen", "hover"):
            for ink in ("text", "text2", "primary"):
                yield f"{ink} on {ground}", getattr(self, ink), getattr(self, ground)
        yield "hint in a field", self.hint, self.surface
        yield "on_primary", self.on_primary, self.primary
        yield "on_primary hover", self.on_primary, self.primary_hover
        yield "side_text", self.side_text, self.side
        yield "side_text on chosen", self.side_text, self.side_on
        yield "side_bright", self.side_bright, self.side_on
        yield "badge", self.on_badge, self.badge
        for tone in Tone:
            ink_of = self.tone(tone)
            yield f"{tone} on its tint", ink_of.text, ink_of.tint
            for ground in ("bg", "surface", "chosen", "sunken"):
                yield f"{tone} on {ground}", ink_of.text, getattr(self, ground)
            yield f"text on {tone}", self.text, ink_of.tint
            yield f"text2 on {tone}", self.text2, ink_of.tint

    def edge_pairs(self) -> Iterator[tuple[str, str, str]]:
        """(name, edge, ground) of what is not text but must be seen: 3 at least."""
        for ground in ("bg", "surface", "sunken"):
            yield f"field on {ground}", self.field, getattr(self, ground)
            yield f"focus on {ground}", self.focus, getattr(self, ground)
            yield f"primary on {ground}", self.primary, getattr(self, ground)
        yield "focus on chosen", self.focus, self.chosen
        yield "focus on hover", self.focus, self.hover
        yield "inner ring on primary", self.on_primary, self.primary
        yield "inner ring beside the ring", self.on_primary, self.focus
        yield "focus in the bar", self.side_bright, self.side_on
        yield "focus on the bar's ground", self.side_bright, self.side
        yield "chosen segment's edge", self.primary, self.chosen
        yield "brand in the bar", self.brand, self.side
        for tone in Tone:
            yield f"edge of {tone}", self.tone(tone).edge, self.surface


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes in pixels for one text size; everything grows with the text (`em` = body text)."""

    base: int

    def em(self, ems: float) -> int:
        return round(ems * self.base)

    def px(self, at_office: int) -> int:
        """The length that is `at_office` pixels at the office size."""
        return max(1, round(at_office * self.base / Size.OFFICE.value))

    # text
    @property
    def h1(self) -> int:
        return self.em(1.6)

    @property
    def h2(self) -> int:
        return self.em(1.2)

    @property
    def small(self) -> int:
        return max(13, self.em(0.87))

    @property
    def key(self) -> int:
        return max(12, self.em(0.8))

    @property
    def number(self) -> int:
        return self.em(1.75)

    # space: 4 8 12 16 24
    @property
    def xs(self) -> int:
        return self.px(4)

    @property
    def s(self) -> int:
        return self.px(8)

    @property
    def m(self) -> int:
        return self.px(12)

    @property
    def l(self) -> int:  # noqa: E743
        return self.px(16)

    @property
    def xl(self) -> int:
        return self.px(24)

    # things
    @property
    def control(self) -> int:
        return self.px(40)

    @property
    def control_small(self) -> int:
        return self.px(32)

    @property
    def chip(self) -> int:
        return self.px(23)

    @property
    def row(self) -> int:
        return self.px(36)

    @property
    def row_two(self) -> int:
        return self.px(47)

    @property
    def icon(self) -> int:
        return self.px(18)

    @property
    def icon_small(self) -> int:
        return self.px(14)

    @property
    def radius(self) -> int:
        return self.px(8)

    @property
    def card_radius(self) -> int:
        return self.px(10)

    @property
    def bar(self) -> int:
        return self.px(196)

    @property
    def bar_mini(self) -> int:
        return self.px(76)

    @property
    def outline(self) -> int:
        return self.px(224)

    @property
    def column(self) -> int:
        """Width of the right column."""
        return self.px(302)


class Width(Enum):
    """How much fits beside each other, by the window's width in em."""

    NARROW = 0
    MIDDLE = 70
    WIDE = 90


@dataclass(frozen=True, slots=True)
class Tokens:
    look: Look
    colours: Colours
    scale: Scale

    def width(self, pixels: int) -> Width:
        ems = pixels / self.scale.base
        return max((w for w in Width if ems >= w.value), key=lambda w: w.value)


LIGHT = Colours(
    bg="#F4F5F1", surface="#FFFFFF", sunken="#EEF0EB", hover="#F1F5F2",
    text="#17211D", text2="#4D5A54", hint="#66736C", line="#DDE2DD", field="#7E8A84",
    primary="#0B6652", primary_hover="#095443", on_primary="#FFFFFF", chosen="#E0EFEA",
    side="#103B33", side_on="#215C50", side_text="#DCE9E4", side_bright="#FFFFFF", brand="#F2B33D",
    focus="#1D5FD1", ring=2,
    info=Ink("#1A5796", "#E6F0FA", "#1A5796"),
    ok=Ink("#1B6A3A", "#E3F3E8", "#1B6A3A"),
    warn=Ink("#8F4A00", "#FDF0DC", "#B26A12"),
    bad=Ink("#A8221A", "#FBE9E7", "#A8221A"),
    tell=Ink("#6236A0", "#F0E9FA", "#6236A0"),
    mute=Ink("#4D5A54", "#EBEEEB", "#7E8A84"),
    badge="#D98A12", on_badge="#1B1200",
)  # fmt: skip

DARK = Colours(
    bg="#141A18", surface="#1D2522", sunken="#19201D", hover="#232D29",
    text="#EEF3F0", text2="#B7C4BE", hint="#93A29B", line="#323E39", field="#788A82",
    primary="#3FB396", primary_hover="#54C4A8", on_primary="#06231B", chosen="#1D3831",
    side="#0E1513", side_on="#1F3D35", side_text="#DCE9E4", side_bright="#FFFFFF", brand="#F2B95E",
    focus="#8CB8FF", ring=2,
    info=Ink("#8CC0F5", "#1B2E42", "#5E93C8"),
    ok=Ink("#7FD39B", "#18321F", "#57A873"),
    warn=Ink("#F2B95E", "#3A2B12", "#B8873C"),
    bad=Ink("#FF9A90", "#421E1B", "#D0665C"),
    tell=Ink("#C9A8F5", "#2F2145", "#9A7ACB"),
    mute=Ink("#B7C4BE", "#2A3430", "#788A82"),
    badge="#F2B95E", on_badge="#1B1200",
)  # fmt: skip

CONTRAST = Colours(
    bg="#FFFFFF", surface="#FFFFFF", sunken="#FFFFFF", hover="#EDEDED",
    text="#000000", text2="#000000", hint="#595959", line="#000000", field="#000000",
    primary="#003D2F", primary_hover="#001F18", on_primary="#FFFFFF", chosen="#E0E0E0",
    side="#000000", side_on="#004D3B", side_text="#FFFFFF", side_bright="#FFFFFF", brand="#FFD24A",
    focus="#0000C8", ring=3,
    info=Ink("#002F6C", "#FFFFFF", "#002F6C"),
    ok=Ink("#00401A", "#FFFFFF", "#00401A"),
    warn=Ink("#5C2E00", "#FFFFFF", "#5C2E00"),
    bad=Ink("#8A0000", "#FFFFFF", "#8A0000"),
    tell=Ink("#3D0080", "#FFFFFF", "#3D0080"),
    mute=Ink("#000000", "#FFFFFF", "#000000"),
    badge="#8F4A00", on_badge="#FFFFFF",
)  # fmt: skip

COLOURS = {Look.LIGHT: LIGHT, Look.DARK: DARK, Look.CONTRAST: CONTRAST}


def tokens(look: Look = Look.LIGHT, size: int = Size.OFFICE.value) -> Tokens:
    """`size`: pixels of body text, usually of `Size`; 12 to 44 for Ctrl + and -."""
    return Tokens(look, COLOURS[look], Scale(min(44, max(12, size))))
