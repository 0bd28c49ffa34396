"""What one needs less often, a click away from the page of the day."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act
from desktop.pages.parts.places import Name, Place
from desktop.widgets.flow import FlowLayout
from sync.protocol import Role

LINKS = (
    ("printing.title", "printer", Name.PRINTING, "Ctrl+P", (Role.VILLAGE, Role.TOWNSHIP)),
    ("emergency.short", "users", Name.EMERGENCY, "F10", (Role.VILLAGE, Role.TOWNSHIP, Role.SUPERVISOR)),
    ("training.title", "star", Name.TRAINING, "", (Role.VILLAGE,)),
)


def more_of(context: PageContext) -> QWidget:
    """Links to print, to count heads, to practise; each with its key as a tip."""
    made = QWidget()
    line = FlowLayout(made, gap=context.theme.scale.s)
    for words, icon, page, key, roles in LINKS:
        if context.me.role in roles:
            go = partial(context.go, Place(page))
            line.addWidget(act(context.theme, context.text(words), go, kind="link", icon=icon, small=True, tip=key))
    return made
