"""Under a repeat: the button that adds one more, named with what is added."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from desktop.fill.kit import Kit
from desktop.fill.rich import noun_of, plain_words
from desktop.widgets.basics import button


def noun(kit: Kit, ref: str) -> str:
    """What people call one instance."""
    return noun_of(plain_words(kit.session.node(ref).label)) or kit.text("fill.repeat_noun")


def add_button(kit: Kit, ref: str) -> QPushButton:
    return button(kit.theme, kit.text("fill.add_instance", label=noun(kit, ref)), icon="plus", tip="Ctrl+I")


def move_buttons(kit: Kit, ref: str, index: int) -> tuple[QPushButton, QPushButton]:
    """Up and down; each disabled at its end."""
    name, count = kit.text("fill.instance", label=noun(kit, ref), n=index), kit.session.node(ref).count
    made = []
    for way, icon, end in (("up", "arrow-up", 1), ("down", "arrow-down", count)):
        words = kit.text(f"fill.move_{way}", name=name)
        one = button(kit.theme, "", kind="tool", icon=icon, small=True, name=words, tip=words)
        one.setEnabled(index != end)
        made.append(one)
    return made[0], made[1]


def remove_button(kit: Kit, ref: str, index: int) -> QPushButton:
    name = kit.text("fill.instance", label=noun(kit, ref), n=index)
    words = kit.text("fill.remove_instance", name=name)
    return button(kit.theme, "", kind="tool", icon="trash", small=True, name=words, tip=words)
