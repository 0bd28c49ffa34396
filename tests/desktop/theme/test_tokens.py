"""Contrast of every pair of colours, by WCAG 2.2's formula."""

import pytest

from desktop.theme.tokens import COLOURS, Colours, Look, Scale, Size, Width, tokens


def luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def pairs(kind: str) -> list[object]:
    found = []
    for look, colours in COLOURS.items():
        of = colours.text_pairs() if kind == "text" else colours.edge_pairs()
        found += [pytest.param(a, b, id=f"{look}: {name}") for name, a, b in of]
    return found


def test_formula() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("ink", "ground"), pairs("text"))
def test_text_can_be_read(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), pairs("edge"))
def test_edges_can_be_seen(edge: str, ground: str) -> None:
    assert contrast(edge, ground) >= 3


@pytest.mark.parametrize("look", list(Look))
def test_body_text_is_easy_to_read(look: Look) -> None:
    colours: Colours = COLOURS[look]
    assert contrast(colours.text, colours.surface) >= 7


def test_everything_grows_with_the_text() -> None:
    small, large = Scale(15), Scale(30)
    for name in ("control", "chip", "row", "outline", "column", "m", "h1"):
        assert getattr(large, name) == 2 * getattr(small, name)


def test_small_text_stays_legible() -> None:
    for size in Size:
        assert Scale(size.value).small >= 13
        assert Scale(size.value).control_small >= 32


def test_widths_are_counted_in_text() -> None:
    assert tokens(size=15).width(1366) is Width.WIDE
    assert tokens(size=18).width(1366) is Width.MIDDLE
    assert tokens(size=22).width(1366) is Width.NARROW
