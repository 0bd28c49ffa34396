"""The page of the form with an appearance a question, and what tests do on it."""

from form_pages import open_session
from looks_form import looks_form
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage

from desktop.fill.fields.base import Field
from desktop.fill.page import FormPage
from desktop.fill.question import QuestionRow
from forms.load import load_form


def looks_page(open_page, **more: object) -> FormPage:
    """`open_page` is the fixture of that name."""
    media = {f"p{n}.png": png() for n in range(1, 5)}
    return open_page(open_session(load_form(looks_form(), name="looks")), "en", media=media, **more)


def png(colour: str = "white", size: tuple[int, int] = (40, 30)) -> bytes:
    image = QImage(*size, QImage.Format.Format_RGB888)
    image.fill(QColor(colour))
    target = QBuffer()
    target.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(target, "PNG")
    return bytes(target.data().data())


def show(page: FormPage, name: str) -> QuestionRow:
    page.go_to(f"/data/{name}")
    row = next(each for each in page.stage.rows() if each.ref == f"/data/{name}")
    row.take_focus()
    return row


def field(page: FormPage, name: str) -> Field:
    found = show(page, name).field
    assert found is not None
    return found


def value(page: FormPage, name: str) -> str:
    return page.session.node(f"/data/{name}").value
