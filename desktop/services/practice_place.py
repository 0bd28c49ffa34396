"""Where the workspace to practise in lies, and how it is told from a real one."""

from __future__ import annotations

from pathlib import Path

ENDING = "-practice"


def practice_folder(folder: Path) -> Path:
    """Beside the real workspace, which it never touches."""
    return folder.with_name(folder.name + ENDING)


def is_practice(folder: Path) -> bool:
    return folder.name.endswith(ENDING)
