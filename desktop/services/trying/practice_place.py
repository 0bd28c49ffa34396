"""Where the workspace to practise in lies, and how it is told from a real one."""

from __future__ import annotations

from pathlib import Path

from forms.errors import Fault, Kind
from sync.store.api import Store

ENDING = "-practice"


def practice_folder(folder: Path) -> Path:
    """Beside the real workspace, which it never touches."""
    return folder.with_name(folder.name + ENDING)


def is_practice(folder: Path) -> bool:
    return folder.name.endswith(ENDING)


def refuse_practice(store: Store) -> None:
    """Fault training.not_handed_over: what was practised never leaves this computer."""
    if is_practice(store.folder):
        raise Fault("training.not_handed_over", Kind.DENIED)
