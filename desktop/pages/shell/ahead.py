"""What is loaded beside the window once the first page is painted: modules of pages, and how names are spelled."""

from __future__ import annotations

import sys
import time
from importlib import import_module

from desktop.tasks import Ticket
from sync.protocol import Role

BREATH = 0.02  # seconds between two modules, in which the window has the interpreter to itself
PAGES = "desktop.pages"
EVERYWHERE = (f"{PAGES}.exchange.page", f"{PAGES}.keeping.settings")
OFTEN = {
    Role.VILLAGE: (
        f"{PAGES}.people.page",
        f"{PAGES}.filling.page",
        f"{PAGES}.people.ask",
        f"{PAGES}.filling.requests",
        f"{PAGES}.people.resident",
        f"{PAGES}.filling.list",
    ),
    Role.TOWNSHIP: (
        f"{PAGES}.board.page",
        f"{PAGES}.inbox.page",
        f"{PAGES}.review.page",
        f"{PAGES}.overview.page",
        f"{PAGES}.filling.page",
    ),
    Role.SUPERVISOR: (f"{PAGES}.overview.page", f"{PAGES}.board.page"),
    Role.DEPARTMENT: (f"{PAGES}.board.page",),
}


def load_ahead(role: Role, ticket: Ticket) -> None:
    """The pages that people in this role open most, then pinyin, which the first letter in a list waits for."""
    for module in (*OFTEN[role], *EVERYWHERE):
        if ticket.cancelled:
            return
        if module not in sys.modules:
            import_module(module)
            time.sleep(BREATH)
    from desktop.fill.index import shipped_names

    shipped_names().keys("村")
