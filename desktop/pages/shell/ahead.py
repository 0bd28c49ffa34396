"""What is loaded beside the window once the first page is painted: modules of pages, and how names are spelled."""

from __future__ import annotations

import sys
import time
from importlib import import_module

from desktop.tasks import Ticket
from sync.protocol import Role

BREATH = 0.02  # seconds between two modules, in which the window has the interpreter to itself
EVERYWHERE = ("exchange.page", "keeping.settings")
OFTEN = {
    Role.VILLAGE: ("people.page", "filling.page", "people.ask", "filling.requests", "people.resident", "filling.list"),
    Role.TOWNSHIP: ("board.page", "inbox.page", "review.page", "overview.page", "filling.page"),
    Role.SUPERVISOR: ("overview.page", "board.page"),
    Role.DEPARTMENT: ("board.page",),
}


def load_ahead(role: Role, ticket: Ticket) -> None:
    """The pages that people in this role open most, then pinyin, which the first letter in a list waits for."""
    for name in (*OFTEN[role], *EVERYWHERE):
        if ticket.cancelled:
            return
        module = f"desktop.pages.{name}"
        if module not in sys.modules:
            import_module(module)
            time.sleep(BREATH)
    from desktop.fill.index import shipped_names

    shipped_names().keys("村")
