"""A report of this computer to be given away when something does not work: nothing of anybody in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desktop.services.api import Desk
from desktop.services.clock import Clock
from desktop.services.keeping.doctor import findings
from forms.text import Text

TOLD = ("program", "python", "packages", "cipher", "qt", "fonts", "space", "clock")  # without paths and names


def report(desk: Desk, folder: Path, *, clock: Clock, text: Text, journal: Sequence[str]) -> str:
    """Versions, how much there is, what went wrong; on the LONG lane."""
    found = findings(folder, passphrase=None, user="", clock=clock)
    machine = [f"{text(f'services.doctor_{each.name}')}: {each.value}" for each in found if each.name in TOLD]
    me, status = desk.me, desk.hand_over.status()
    here = [
        f"role: {me.role.value}",
        f"language: {text.language}",
        f"records: {status.records}, waiting: {status.waiting}, files: {status.attachments}",
        f"last hand-over: {status.last_contact or '-'}",
    ]
    audit = desk.audit()
    here.append(f"audit: {audit.entries} {'whole' if audit.ok else 'BROKEN'}")
    parts = (("report.machine", machine), ("report.here", here), ("report.wrong", journal))
    return "\n".join("\n".join([f"# {text(title)}", *(lines or ("-",)), ""]) for title, lines in parts)
