"""Who can open a workspace, asked before anything heavy is loaded."""

from __future__ import annotations

from pathlib import Path


def users_of(folder: Path) -> tuple[str, ...]:
    """Names of the people with a slot; empty where there is no workspace."""
    if not folder.is_dir():
        return ()
    from desktop.services.workspace import exists, users

    return users(folder) if exists(folder) else ()
