"""Icons are drawn, tinted and kept."""

from importlib.resources import files

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from desktop.theme.apply import Theme
from desktop.theme.tokens import Look

FOLDER = files("resources") / "icons"
NAMES = sorted(path.name.removesuffix(".svg") for path in FOLDER.iterdir() if path.name.endswith(".svg"))


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_draws_something(qapp: QApplication, theme: Theme, name: str) -> None:
    image = theme.pixmap(name, size=24).toImage()
    assert any(image.pixelColor(x, y).alpha() > 100 for x in range(24) for y in range(24))


def test_the_family_has_its_licence() -> None:
    assert "MIT License" in (files("resources") / "icons" / "LICENSE.txt").read_text("utf-8")


def test_icons_take_the_role_s_colour(qapp: QApplication) -> None:
    for look in Look:
        theme = Theme(look)
        image = theme.pixmap("circle", "primary", size=64).toImage()
        darkest = max((image.pixelColor(x, 32) for x in range(64)), key=lambda c: c.alpha())
        want = QColor(theme.colours.primary)
        assert abs(darkest.red() - want.red()) < 8
        assert abs(darkest.green() - want.green()) < 8


def test_icons_are_drawn_once(qapp: QApplication, theme: Theme) -> None:
    assert theme.icon("house").cacheKey() == theme.icon("house").cacheKey()
    assert theme.icon("house").cacheKey() != theme.icon("house", "primary").cacheKey()


def test_an_unknown_name_is_an_error(qapp: QApplication, theme: Theme) -> None:
    with pytest.raises(FileNotFoundError):
        theme.icon("no-such-icon")
