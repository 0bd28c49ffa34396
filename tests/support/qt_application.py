"""The one application of a test process, made as the program makes its own."""

from PySide6.QtWidgets import QApplication

from desktop.garbage import GuiGarbage


def new_application() -> QApplication:
    app = QApplication(["hamlet"])
    GuiGarbage(app)
    return app
