"""No text of the form page is cut at 1366 x 690, in any text size and language."""

from collections.abc import Iterator
from itertools import count

import pytest
from form_pages import now, open_session
from looks_form import looks_form
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop.fill.known import Known
from desktop.fill.page import FormPage
from desktop.theme.apply import Theme
from desktop.theme.tokens import Look, Size
from forms.api import Form
from forms.casework.names import Names
from forms.load import load_form
from forms.text import Text

pytestmark = pytest.mark.slow
BESIDE_THE_BAR = 1250  # of 1366, with the bar at the largest size


@pytest.fixture(params=list(Size), ids=lambda size: size.name.lower())
def sized(request: pytest.FixtureRequest, qapp: QApplication, theme: Theme) -> Iterator[Theme]:
    made = Theme(Look.LIGHT, request.param.value)
    made.apply(qapp)
    yield made
    theme.apply(qapp)


def cut(page: FormPage) -> list[str]:
    """The words that have less room than they need."""
    found = []
    for each in page.findChildren(QPushButton):
        if each.isVisible() and each.property("kind") != "segment" and each.sizeHint().width() > each.width() + 1:
            found.append(f"button {each.text()}: {each.width()} of {each.sizeHint().width()}")
    for label in page.findChildren(QLabel):
        if not label.isVisible() or not label.text() or label.property("role") == "key":
            continue
        need = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
        wide = 0 if label.wordWrap() else label.sizeHint().width()
        if need > label.height() + 1 or wide > label.width() + 1:
            found.append(f"label {label.text()[:30]}: {label.size().toTuple()} of {(wide, need)}")
    return found


def settle(qapp: QApplication) -> None:
    """Layouts inside layouts ask for room one after the other."""
    for _ in range(5):
        qapp.processEvents()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["request", "household", "told"])
def test_nothing_is_cut(
    qapp: QApplication, sized: Theme, names: Names, forms: dict[str, Form], name: str, language: str
) -> None:
    numbers = count()
    page = FormPage(
        open_session(forms[name]), sized, Text(language), now=now, known=Known(names=names),
        new_name=lambda ending: f"{next(numbers)}{ending}", title="登记" if language == "zh" else "Registration",
    )  # fmt: skip
    page.resize(1290, 690)
    page.show()
    page.show_kept("10:26")
    for at in range(len(page.outline.buttons)):
        page.go(at)
        page.stage.finish()
        settle(qapp)
        assert cut(page) == []
        assert page.body.scroller.widget().width() <= page.body.scroller.viewport().width()
    page.check()
    settle(qapp)
    assert cut(page) == []
    assert page.minimumSizeHint().width() <= 1290
    assert page.minimumSizeHint().height() <= 690
    page.close()
    page.deleteLater()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_appearance_fits(qapp: QApplication, sized: Theme, names: Names, language: str) -> None:
    numbers = count()
    page = FormPage(
        open_session(load_form(looks_form(), name="looks")), sized, Text(language), now=now, known=Known(names=names),
        new_name=lambda ending: f"{next(numbers)}{ending}",
    )  # fmt: skip
    page.resize(BESIDE_THE_BAR, 690)
    page.show()
    page.show_kept("10:26")
    for at in range(3):
        page.go(at)
        page.stage.finish()
        settle(qapp)
        assert cut(page) == []
        assert page.body.scroller.widget().width() <= page.body.scroller.viewport().width()
    page.switch_one_by_one()
    page.stage.finish()
    settle(qapp)
    assert cut(page) == []
    assert page.minimumSizeHint().width() <= BESIDE_THE_BAR
    page.close()
    page.deleteLater()
