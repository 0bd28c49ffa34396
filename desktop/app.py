"""The composition root of the window: the only place that constructs and connects.

Before the first paint only the theme and the lock page are loaded; the rest is loaded while the person types.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from desktop.garbage import GuiGarbage
from desktop.pages.keeping.preferences import PreferenceFile
from desktop.pages.shell.window import Window
from desktop.services.clock import Clock, fixed

if TYPE_CHECKING:
    import argparse

    from desktop.services.api import Workspace


def run(argv: Sequence[str] = ()) -> int:
    """Open the window and stay until it is closed; the process's exit status."""
    options = _options(argv)
    app = application()
    preferences = PreferenceFile()
    clock = fixed(options.now) if options.now else Clock()
    window = Window(app, folder=options.workspace or _folder(), clock=clock, preferences=preferences)
    if options.language:
        window.speak(options.language)
    window.open(minimised=options.minimised)
    return app.exec()


def picture_pages(
    workspaces: Sequence[Workspace],
    out: Path,
    languages: Sequence[str] = ("zh", "en"),
    *,
    clock: Clock | None = None,
) -> list[str]:
    """Every page of these workspaces in these languages, 1366x768, as PNG in `out`; the files' names.

    Nothing is written in the workspaces and nothing of Qt's is shown where there is no display.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = application()
    from desktop.pages.keeping.preferences import Preferences
    from desktop.pages.shell.gallery import Gallery, pictures

    names: list[str] = []
    for language in languages:
        gallery = Gallery(app, out, clock=clock or Clock(), preferences=Preferences(language=language))
        gallery.closed(workspaces[0].user)
        for workspace in workspaces:
            gallery.workspace(workspace, pictures)
        names += gallery.names
    return names


def show(workspace: Workspace, *, language: str = "", clock: Clock | None = None) -> int:
    """Open the window on a workspace that is unlocked already, and stay until it is closed."""
    app = application()
    window = Window(app, folder=workspace.folder, clock=clock or Clock(), preferences=PreferenceFile())
    if language:
        window.speak(language)
    window.open()
    window.enter(workspace)
    return app.exec()


def application() -> QApplication:
    """The one QApplication of the process."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    QApplication.setApplicationName("hamlet")
    app = QApplication([sys.argv[0] or "hamlet"])
    GuiGarbage(app)
    return app


def _folder() -> Path:
    """The workspace that HAMLET_WORKSPACE names, else the one in the platform's folder for a person's data."""
    import platformdirs

    named = os.environ.get("HAMLET_WORKSPACE", "")
    return Path(named) if named else Path(platformdirs.user_data_dir("hamlet", appauthor=False))


def _options(argv: Sequence[str]) -> argparse.Namespace:
    import argparse

    parser = argparse.ArgumentParser(prog="hamlet")
    parser.add_argument("--workspace", type=Path)
    parser.add_argument("--language", choices=("zh", "en"), default="")
    parser.add_argument("--now", default="")
    parser.add_argument("--minimised", action="store_true")
    return parser.parse_args(list(argv))
