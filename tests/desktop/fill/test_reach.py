"""Everything on the page is reached by Tab, in reading order, and is in sight when it has the focus."""

import pytest
from form_pages import open_session, press
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from desktop.fill.question import row_of
from desktop.theme.apply import Theme
from desktop.widgets.guards import install
from forms.api import Form


def stops(page: QWidget) -> set[QWidget]:
    """What Tab must reach: visible, enabled, a stop, and no container."""
    return {
        each
        for each in page.findChildren(QWidget)
        if each.isVisible() and each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(each, QScrollArea)
    }  # fmt: skip


@pytest.mark.parametrize("name", ["request", "household", "told", "request_update"])
def test_tab_reaches_everything(forms: dict[str, Form], open_page, name: str) -> None:
    page = open_page(open_session(forms[name]))
    wanted = stops(page)
    seen: set[QWidget] = set()
    for _ in range(len(wanted) + 5):
        found = QApplication.focusWidget()
        if found is not None:
            seen.add(found)
        press(Qt.Key.Key_Tab)
    assert wanted - seen == set()


def test_questions_come_in_reading_order(forms: dict[str, Form], open_page) -> None:
    page = open_page(open_session(forms["household"]))
    places = []
    for _ in range(30):
        row = row_of(QApplication.focusWidget(), within=page)
        if row is not None and (not places or places[-1] != row):
            places.append(row)
        press(Qt.Key.Key_Tab)
    tops = [row.mapTo(page.body, QPoint(0, 0)).y() + page.body.scroller.verticalScrollBar().value() for row in places]
    first = tops[: len(set(places))]
    assert first == sorted(first)


def test_the_focus_is_never_behind_the_footer(
    qapp: QApplication, theme: Theme, forms: dict[str, Form], open_page
) -> None:
    guards = install(qapp, theme.scale.m)
    page = open_page(open_session(forms["household"]))
    page.resize(1000, 480)
    qapp.processEvents()
    for _ in range(20):
        press(Qt.Key.Key_Tab)
        qapp.processEvents()
        found = QApplication.focusWidget()
        assert found is not None
        if row_of(found, within=page) is not None:
            top = found.mapTo(page.body.scroller.viewport(), QPoint(0, 0)).y()
            assert top >= 0
            assert min(found.height(), 60) + top <= page.body.scroller.viewport().height()
    qapp.removeEventFilter(guards)
    guards.deleteLater()
