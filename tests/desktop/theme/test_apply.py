"""The theme on an application; colours live nowhere else."""

import re
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLabel

import desktop
from desktop.theme.apply import Theme, restyle
from desktop.theme.tokens import Look, Size
from desktop.widgets.basics import button

ROOT = Path(desktop.__file__).parent


@pytest.mark.parametrize("look", list(Look))
@pytest.mark.parametrize("size", list(Size))
def test_the_sheet_is_complete(look: Look, size: Size) -> None:
    sheet = Theme(look, size.value).sheet()
    assert "$" not in re.sub(r"/\*.*?\*/", "", sheet, flags=re.S)
    assert "px" in sheet


@pytest.mark.parametrize("look", list(Look))
def test_themes_can_be_put_on(qapp: QApplication, theme: Theme, look: Look) -> None:
    Theme(look, 18).apply(qapp)
    label = QLabel("村")
    label.ensurePolished()
    assert label.font().pixelSize() == 18
    theme.apply(qapp)


def test_only_the_theme_knows_colours_and_sheets() -> None:
    for path in ROOT.rglob("*.py"):
        if path.parent == ROOT / "theme":
            continue
        source = path.read_text("utf-8")
        assert not re.search(r"#[0-9a-fA-F]{6}\b", source), f"a colour in {path}"
        assert "setStyleSheet(" not in source, f"a style sheet in {path}"


def test_restyle_asks_the_sheet_again(qapp: QApplication) -> None:
    label = QLabel("村")
    label.ensurePolished()
    restyle(label, role="h1")
    assert label.font().pixelSize() == 24
    restyle(label, role="")
    assert label.font().pixelSize() == 15


class Emitter(QObject):
    fired = Signal(bool)


def test_signals_cost_no_reference_to_true(qapp: QApplication) -> None:
    """PySide6 6.12 on CPython 3.11 loses one at every emit, until the process dies."""
    emitter = Emitter()
    heard: list[bool] = []
    emitter.fired.connect(lambda value: heard.append(bool(value)) if not heard else None)
    emitter.fired.emit(True)
    before = sys.getrefcount(True)
    for _ in range(100):
        emitter.fired.emit(True)
    assert sys.getrefcount(True) - before in range(-2, 3)


@pytest.mark.parametrize("look", list(Look))
def test_focus_on_a_coloured_button_shows_by_two_lines(qapp: QApplication, theme: Theme, look: Look) -> None:
    """The ring, and inside it a line in the colour of the words: one of them differs from whatever is beside it."""
    worn = Theme(look)
    worn.apply(qapp)
    made = button(worn, "核对并提交", kind="primary")
    made.show()
    made.activateWindow()
    made.setFocus()
    qapp.processEvents()
    image = made.grab().toImage()
    column = [image.pixelColor(image.width() // 2, y).name().upper() for y in range(3 * worn.colours.ring)]
    theme.apply(qapp)
    assert worn.colours.focus in column
    assert worn.colours.on_primary in column
    assert column.index(worn.colours.focus) < column.index(worn.colours.on_primary)
