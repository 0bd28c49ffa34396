"""The one application of a test process, made as the program makes its own."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from desktop.garbage import GuiGarbage


def new_application() -> QApplication:
    app = QApplication(["hamlet"])
    GuiGarbage(app)
    return app


def process_events(app: QApplication) -> None:
    """What a turn of the event loop does: outside of `exec` Qt keeps everything that was to be deleted later, and
    every new style sheet would be put on the widgets of all tests before.
    """
    app.processEvents()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def close_all(app: QApplication) -> None:
    """Close and delete every window of a test."""
    for window in app.topLevelWidgets():
        window.close()
        window.deleteLater()
    process_events(app)
