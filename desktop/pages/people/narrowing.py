"""What narrows the list of people: where they live, a group that is looked after, how long nobody was there."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.pages.parts.menu import ChoiceButton
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act
from desktop.services.people.narrowing_values import Narrowings
from desktop.widgets.basics import reveal
from desktop.widgets.flow import FlowLayout
from sync.protocol import Role

MONTHS = (1, 3, 6, 12)
KEYS = {"place": "Alt+G", "tag": "Alt+T", "visit": "Alt+V"}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """As the services take it."""

    group: str = ""
    tag: str = ""
    months: int = 0

    def __bool__(self) -> bool:
        return bool(self.group or self.tag or self.months)


class PeopleFilters(QWidget):
    """`changed`: another choice, or none any more."""

    changed = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        t, theme = context.text, context.theme
        flow = FlowLayout(self, gap=theme.scale.s)
        self._boxes = {name: self._box(name) for name in KEYS}
        self._clear = act(theme, t("people.clear"), self.clear, kind="link", icon="x", small=True, tip="Esc")
        for each in (*self._boxes.values(), self._clear):
            flow.addWidget(each)
        months = tuple((str(each), t("people.unseen", months=each)) for each in MONTHS)
        self._boxes["visit"].offer((("", t("people.any_visit")), *months))
        self.offer(Narrowings((), ()))
        reveal(self._clear, False)

    @property
    def chosen(self) -> Narrowing:
        place, tag, months = (self._boxes[name].value for name in KEYS)
        return Narrowing(place, tag, int(months or 0))

    def offer(self, found: Narrowings) -> None:
        """What there is to choose from; what was chosen stays."""
        village = self._context.me.role is Role.VILLAGE
        everywhere = self._context.text("people.every_group" if village else "people.every_village")
        self._boxes["place"].offer((("", everywhere), *found.places))
        self._boxes["tag"].offer((("", self._context.text("people.every_tag")), *found.tags))

    def open(self, name: str) -> None:
        """The choices of one filter, as its key does."""
        box = self._boxes[name]
        box.setFocus()
        box.open()

    def clear(self) -> None:
        """Everybody again."""
        for box in self._boxes.values():
            box.choose("")
        self._changed()

    def _box(self, name: str) -> ChoiceButton:
        made = ChoiceButton(self._context.theme, name=self._context.text(f"people.{name}"))
        made.setProperty("measure", "small")
        made.setToolTip(KEYS[name])
        made.chosen.connect(lambda _: self._changed())
        return made

    def _changed(self) -> None:
        reveal(self._clear, bool(self.chosen))
        self.changed.emit()
