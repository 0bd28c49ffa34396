"""A workspace brought back from a copy takes the place of the one that is there, which is kept beside it.

Two folders are renamed. A kill between the two leaves the place empty and the one that was brought back beside it:
`finish` puts it where it belongs at the next start, so that nobody is asked to begin anew.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.services.clock import Clock
    from desktop.services.keeping.workspace import OpenWorkspace
    from desktop.services.values import Progress

RESTORED, BEFORE = "-restored", "-before-"


def bring_back(
    source: Path,
    folder: Path,
    *,
    user: str,
    passphrase: str,
    clock: Clock,
    progress: Callable[[Progress], None] | None = None,
) -> OpenWorkspace:
    """Restore `source` beside the workspace in `folder`, which goes on as it is; `take_place` comes next.

    What a restore that was broken off left there is taken away first. Faults as `backup.restore`.
    """
    from desktop.services.keeping.backup import restore

    beside = folder.with_name(folder.name + RESTORED)
    if beside.exists():
        shutil.rmtree(beside)
    return restore(source, beside, user=user, passphrase=passphrase, clock=clock, progress=progress, instead_of=folder)


def take_place(restored: OpenWorkspace, folder: Path, now: datetime) -> tuple[OpenWorkspace, Path]:
    """The one brought back, open in `folder`, and where the other is kept now. Nothing of either may be open."""
    from desktop.services.keeping.workspace import OpenWorkspace

    kept = _free(folder.with_name(f"{folder.name}{BEFORE}{now:%Y%m%d-%H%M}"))
    os.replace(folder, kept)
    try:
        os.replace(restored.folder, folder)
    except OSError:
        os.replace(kept, folder)
        raise
    return OpenWorkspace(folder, restored.user, restored.clock, restored.entropy, _key=restored.key()), kept


def finish(folder: Path) -> None:
    """At a start: where a kill came between the two renames, do the second."""
    beside = folder.with_name(folder.name + RESTORED)
    if not folder.exists() and beside.is_dir() and any(folder.parent.glob(f"{folder.name}{BEFORE}*")):
        os.replace(beside, folder)


def _free(wanted: Path) -> Path:
    number, found = 1, wanted
    while found.exists():
        number += 1
        found = wanted.with_name(f"{wanted.name}-{number}")
    return found
