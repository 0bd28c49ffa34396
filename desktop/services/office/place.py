"""Where a workspace's reception lies; asked before anything of the network is loaded."""

from __future__ import annotations

from pathlib import Path

FOLDER = "reception"


def place_of(workspace: Path) -> Path:
    return workspace / FOLDER


def receives(workspace: Path) -> bool:
    """Whether a reception was set up there."""
    return place_of(workspace).is_dir()
