"""The small bar: a count of two digits leaves the icon free, at every size of text and in every theme."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from qt_application import new_application

from desktop.pages.parts.places import Name, navigation
from desktop.pages.shell.navigation import Bar, BarButton
from desktop.theme.apply import Theme
from desktop.theme.tokens import Look
from desktop.widgets.mark import CountBadge
from forms.text import Text
from sync.protocol import Role


@pytest.mark.parametrize("size", [15, 18, 22, 30])
@pytest.mark.parametrize("look", list(Look))
def test_a_count_of_two_digits_leaves_the_icon_free(size: int, look: Look) -> None:
    app = QApplication.instance() or new_application()
    theme = Theme(look, size)
    bar = Bar(navigation(Role.VILLAGE), theme=theme, text=Text("zh"), place="石桥村", user="王秀兰")
    bar.shrink(mini=True)
    bar.resize(bar.width(), 690)
    bar.show()
    bar.counts({Name.HAND_OVER: 88})
    app.processEvents()
    badge = next(each for each in bar.findChildren(CountBadge) if each.isVisible())
    button = badge.parentWidget()
    assert button is not None
    right_of_icon = button.width() // 2 + theme.scale.icon // 2
    assert badge.geometry().left() >= right_of_icon
    assert badge.geometry().right() < button.width()
    bar.close()


@pytest.mark.parametrize("mini", [False, True])
def test_words_have_the_colour_of_the_bar_and_their_height(qapp: QApplication, text: Text, mini: bool) -> None:
    theme = Theme(Look.LIGHT, 30)
    theme.apply(qapp)
    bar = Bar(navigation(Role.VILLAGE), theme=theme, text=text, place="石桥村", user="王秀兰")
    bar.resize(bar.width(), 300)  # less than the lines need: they scroll, none is squeezed
    bar.shrink(mini=mini)
    bar.light(Name.TODAY)
    bar.show()
    qapp.processEvents()
    wanted = {theme.colours.side_text.lower(), theme.colours.side_bright.lower()}
    words = [label for button in bar.findChildren(BarButton) for label in button.findChildren(QLabel) if label.text()]
    said = [label for label in words if not label.text().isdigit()]
    assert {label.palette().windowText().color().name() for label in said} <= wanted
    assert all(label.height() >= label.sizeHint().height() for label in said)
