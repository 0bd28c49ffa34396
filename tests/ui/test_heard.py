"""The main flows as a screen reader tells them: what it finds in Qt's tree at each stop, and what is said aloud."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication
from window_driver import WindowDriver

from desktop.pages.parts.places import Name, Place

NAMED = {
    QAccessible.Role.Button, QAccessible.Role.EditableText, QAccessible.Role.CheckBox, QAccessible.Role.RadioButton,
    QAccessible.Role.List, QAccessible.Role.Table, QAccessible.Role.Tree, QAccessible.Role.Slider,
    QAccessible.Role.PageTab, QAccessible.Role.ComboBox, QAccessible.Role.ButtonMenu,
}  # fmt: skip


def tree(of: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    """What can be come to now, in reading order; rows of long lists are heard through their selection."""
    if of.state().invisible:
        return
    yield of
    if of.role() in (QAccessible.Role.List, QAccessible.Role.Table, QAccessible.Role.Tree):
        return
    for at in range(of.childCount()):
        child = of.child(at)
        if child is not None and child.isValid():
            yield from tree(child)


def name_of(found: QAccessibleInterface) -> str:
    return found.text(QAccessible.Text.Name).strip()


def stop(window: WindowDriver) -> tuple[str, QAccessible.Role]:
    """What is read at the focus: its name and what kind of thing it is."""
    widget = QApplication.focusWidget()
    assert widget is not None
    found = QAccessible.queryAccessibleInterface(widget)
    assert found is not None
    assert found.state().focusable
    return name_of(found), found.role()


def nameless(window: WindowDriver) -> list[str]:
    """Controls of the page that say nothing of themselves."""
    root = QAccessible.queryAccessibleInterface(window.window)
    assert root is not None
    return [
        f"{type(each.object()).__name__} {each.role()}"
        for each in tree(root)
        if each.role() in NAMED and not name_of(each) and not each.text(QAccessible.Text.Value).strip()
    ]


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is said aloud besides the focus."""
    said: list[str] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: said.append(getattr(event, "message", str)()))
    return said


def test_a_request_heard_from_start_to_receipt(window: WindowDriver, seeded, announced: list[str]) -> None:
    assert nameless(window) == []
    window.press("F3")
    window.settle()
    name, role = stop(window)
    assert role is QAccessible.Role.EditableText
    assert name
    window.type(seeded.initials)
    window.settle()
    window.press("Return")
    window.settle()
    name, role = stop(window)
    form = window.page.form  # type: ignore[attr-defined]
    assert name == form.stage.row.node.label  # the question is read where one answers it
    assert nameless(window) == []
    window.type("ld")
    window.press("Return")
    window.commit("村东头小学路口三盏路灯不亮")
    name, _ = stop(window)
    assert name == form.stage.row.node.label
    window.press("Ctrl+Return")
    window.settle()
    assert window.here.page is Name.REGISTERED
    root = QAccessible.queryAccessibleInterface(window.page)
    read = " ".join(name_of(each) for each in tree(root))
    assert seeded.name in read
    assert "QS-" in read
    assert nameless(window) == []


def test_a_question_that_comes_and_one_that_is_missing_are_said(
    window: WindowDriver, seeded, announced: list[str]
) -> None:
    window.go(Place(Name.FORM, "household"))
    form = window.page.form  # type: ignore[attr-defined]
    before = len(announced)
    form.go_to("/data/where/has_phone")
    window.press("2")
    window.press("1")
    window.settle()
    assert len([said for said in announced[before:] if said]) >= 1  # why it came
    window.press("Ctrl+Return")
    window.settle()
    name, role = stop(window)
    assert role is QAccessible.Role.Button
    assert name  # the first of what is missing, in the words that stand at its question
    window.press("Return")
    window.settle()
    row = form.stage.row
    assert row is not None
    spoken = QAccessible.queryAccessibleInterface(row._error)
    assert spoken is not None
    assert name_of(spoken) == row.wrong
    assert row.wrong in name
    assert nameless(window) == []


@pytest.mark.parametrize("page", [Name.TODAY, Name.PEOPLE, Name.REQUESTS, Name.VISITS, Name.EMERGENCY, Name.SETTINGS])
def test_every_page_begins_with_its_name_and_has_no_nameless_control(window: WindowDriver, page: Name) -> None:
    window.go(Place(page))
    assert nameless(window) == []
    found = QAccessible.queryAccessibleInterface(window.page)
    assert found is not None
    assert any(name_of(each) for each in tree(found))


def test_nothing_moves_but_what_can_be_switched_off() -> None:
    """Whoever is made sick by motion meets none: one module moves anything, and asks whether it may."""
    root = Path(__file__).parents[2] / "desktop"
    moving = ("QPropertyAnimation", "QVariantAnimation", "QSequentialAnimationGroup", "QTimeLine", "QMovie")
    found = [file.name for file in root.rglob("*.py") if any(word in file.read_text("utf-8") for word in moving)]
    assert found == ["motion.py"]
