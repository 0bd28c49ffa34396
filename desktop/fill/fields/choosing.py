"""One of few side by side, the head of a table of choices, and a tick that says: read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.fill.fields.base import Field
from desktop.fill.fields.lost import LostChoice
from desktop.fill.kit import Kit
from desktop.fill.rich import plain_words
from desktop.widgets.basics import label, reveal
from desktop.widgets.choices import ChoiceButtons, Option, Spread
from desktop.widgets.flow import ColumnsLayout
from forms.api import Choice, Node

FEW = 6
MOST_SIDE_BY_SIDE = 40  # where the form asks for columns, more choices than FEW are shown at once
PICTURE_EMS = (12, 9)
ACKNOWLEDGED = "OK"  # the value that ODK Collect and Web Forms give a trigger
SEARCHED = ("autocomplete", "search")
COUNTED = re.compile(r"(?:columns|compact|quickcompact)-(\d+)")
TABLED = frozenset({"label", "list-nolabel", "list"})
SPREAD = frozenset({"columns", "columns-flex", "compact", "quickcompact", "horizontal-compact"})
PACKED = frozenset({"columns-pack", "horizontal", "no-buttons"})


def is_searched(node: Node) -> bool:
    """Whether the form asks for a search box, however many choices there are."""
    return any(each.startswith(SEARCHED) for each in node.appearance)


def is_long(node: Node, count: int) -> bool:
    """Whether a select has too many choices for buttons side by side."""
    return count > (MOST_SIDE_BY_SIDE if _shows_all(node) else FEW)


def spread_of(node: Node, count: int) -> Spread:
    """How the choices of a select lie, as its appearance says."""
    looks = set(node.appearance)
    if looks & TABLED:
        return Spread(columns=count, named="list-nolabel" not in looks, least_ems=3)
    if "likert" in looks:
        return Spread(columns=count, least_ems=6)
    counted = [found for look in node.appearance if (found := COUNTED.fullmatch(look))]
    if counted:
        return Spread(columns=max(1, int(counted[0][1])))
    return Spread(columns=0, least_ems=14) if looks & SPREAD and not looks & PACKED else Spread()


def options_of(kit: Kit, choices: Sequence[Choice], node: Node) -> list[Option]:
    """What the buttons show; `no-buttons` and `compact` leave the words away where there is a picture."""
    bare = bool(set(node.appearance) & {"no-buttons", "compact", "quickcompact"})
    found = []
    for choice in choices:
        picture = kit.picture(choice.media.get("image", ""), PICTURE_EMS)
        words = "" if bare and picture is not None else plain_words(choice.label)
        found.append(Option(choice.value, words, picture))
    return found


def advances(node: Node) -> bool:
    """Whether an answer leads to the next question at once."""
    return any(each.startswith("quick") for each in node.appearance)


def _shows_all(node: Node) -> bool:
    looks = set(node.appearance)
    return bool(looks & (TABLED | SPREAD | PACKED)) or any(COUNTED.fullmatch(look) for look in looks)


class ButtonsField(Field):
    """One of a few."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit)
        self._advances = advances(node)
        spread = spread_of(node, len(kit.session.choices(node.ref)))
        self.buttons = ChoiceButtons(kit.theme, name=plain_words(node.label), spread=spread)
        self.nothing = label(kit.text("fill.no_choices_yet"), "small", wrap=True)
        self.lost = LostChoice(kit)
        self.box.addWidget(self.buttons)
        self.box.addWidget(self.lost)
        self.box.addWidget(self.nothing)
        self.buttons.chosen.connect(self._chosen)
        self.buttons.by_digit.connect(self._by_digit)
        self.buttons.confirmed.connect(self.confirmed)

    @property
    def asks(self) -> bool:
        return bool(self.buttons.buttons)

    def show_node(self, node: Node) -> None:
        options = options_of(self.kit, self.kit.session.choices(node.ref), node)
        self.buttons.offer(options)
        reveal(self.buttons, options)
        reveal(self.nothing, not options)
        self.buttons.set_value(node.value)
        self.lost.watch(node.value, next((each.label for each in options if each.value == node.value), ""))
        self.buttons.setEnabled(not node.readonly)

    def take_focus(self) -> None:
        self.buttons.focus_first()

    def _by_digit(self) -> None:
        """Where somebody wants it so, a digit is answer and Enter in one."""
        if self.kit.digits() and not self._advances:
            self.confirmed.emit()

    def _chosen(self, value: str) -> None:
        self.lost.chose(value)
        self.answered.emit(value)
        if value and self._advances:
            self.confirmed.emit()


class HeadField(Field):
    """The head of a table of choices: their words over the columns in which the next questions answer."""

    @property
    def asks(self) -> bool:
        return False

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit)
        count = len(kit.session.choices(node.ref))
        self._holder = QWidget()
        gap, least = kit.theme.scale.s, kit.theme.scale.em(3)
        self._line = ColumnsLayout(self._holder, gap=gap, columns=count, least=least)
        self.words: list[str] = []
        self.box.addWidget(self._holder)

    def show_node(self, node: Node) -> None:
        words = [plain_words(choice.label) for choice in self.kit.session.choices(node.ref)]
        if words == self.words:
            return
        self.words = words
        while (item := self._line.takeAt(0)) is not None:
            item.widget().deleteLater()
        for number, each in enumerate(words, 1):
            made = label(f"{number}  {each}", "small-strong", wrap=True)
            made.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom)
            self._line.addWidget(made)


class AcknowledgeField(Field):
    """A tick: I have read it."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit)
        self.tick = QCheckBox(kit.text("fill.acknowledge"))
        self.tick.setAccessibleName(plain_words(node.label))
        self.box.addWidget(self.tick)
        self.tick.toggled.connect(lambda on: self.answered.emit(ACKNOWLEDGED if on else ""))

    def show_node(self, node: Node) -> None:
        self.tick.blockSignals(True)
        self.tick.setChecked(bool(node.value))
        self.tick.blockSignals(False)
        self.tick.setEnabled(not node.readonly)

    def take_focus(self) -> None:
        self.tick.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.confirmed.emit()
        else:
            super().keyPressEvent(event)
