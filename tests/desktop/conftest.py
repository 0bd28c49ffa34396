"""One application for all tests of the window; a warning of Qt fails the test in which it comes."""

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from qt_application import close_all, new_application

from desktop.theme.apply import Theme
from forms.text import Text

# What Qt says of this machine or of a damaged file, and not of the program.
OF_OTHERS = (
    "JPEG datastream contains no image",
    "This plugin does not support",
    "Populating font family aliases took",
)


@pytest.fixture(scope="session")
def qt_app() -> QApplication:
    """The application, with the light theme at the office's size."""
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else new_application()
    Theme().apply(app)
    return app


@pytest.fixture(scope="session")
def plain_sheet(qt_app: QApplication) -> str:
    """The style sheet with which every test begins."""
    return qt_app.styleSheet()


@pytest.fixture
def qapp(qt_app: QApplication, plain_sheet: str) -> Iterator[QApplication]:
    """The application for one test: windows left open are closed, warnings of Qt fail the test."""
    said: list[str] = []
    if qt_app.styleSheet() != plain_sheet:  # another test of this process, of the window's, wore another look
        Theme().apply(qt_app)

    def hear(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not message.startswith(OF_OTHERS):
            said.append(message)

    before = qInstallMessageHandler(hear)
    try:
        yield qt_app
        close_all(qt_app)
    finally:
        qInstallMessageHandler(before)
    assert not said, f"Qt warned: {said}"


@pytest.fixture(scope="session")
def theme(qt_app: QApplication) -> Theme:
    """Its icons are pixmaps, which want an application."""
    return Theme()


@pytest.fixture(params=["zh", "en"])
def text(request: pytest.FixtureRequest) -> Text:
    """The strings of each language."""
    return Text(request.param)
