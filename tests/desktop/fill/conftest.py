"""Pages that show sessions of the pack's forms."""

import dataclasses
from collections.abc import Callable, Iterator
from importlib.resources import files
from itertools import count

import pytest
from form_pages import load, now
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop.fill.known import Known
from desktop.fill.page import FormPage
from desktop.theme.apply import Theme
from forms.api import Form, Session
from forms.casework.names import Names
from forms.text import Text

Opener = Callable[..., FormPage]


@pytest.fixture(scope="session")
def forms() -> dict[str, Form]:
    return {name: load(name) for name in ("request", "household", "resident", "told", "request_update")}


@pytest.fixture(scope="session")
def names() -> Names:
    return Names.read((files("resources") / "pack" / "surnames.csv").read_bytes())


@pytest.fixture
def open_page(qapp: QApplication, theme: Theme, names: Names) -> Iterator[Opener]:
    """Opens a page on a session, shown at 1366 x 690."""
    opened: list[FormPage] = []

    def opener(session: Session, language: str = "zh", **more: object) -> FormPage:
        numbers = count(1)
        said = {each.name: more.pop(each.name) for each in dataclasses.fields(Known) if each.name in more}
        page = FormPage(
            session,
            theme,
            Text(language),
            now=now,
            new_name=lambda ending: f"file-{next(numbers)}{ending}",
            known=Known(**{"names": names, **said}),  # type: ignore[arg-type]
            **more,  # type: ignore[arg-type]
        )
        page.resize(1366, 690)
        page.show()
        page.activateWindow()
        qapp.processEvents()
        opened.append(page)
        return page

    yield opener
    QGuiApplication.clipboard().clear()  # what lies in it would outlive the program
    for page in opened:
        page.close()
        page.deleteLater()
