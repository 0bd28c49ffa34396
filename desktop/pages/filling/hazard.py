"""F6: a hazard is reported, and the place comes first: which group of the village."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.places import Name, Place
from desktop.widgets.basics import label
from desktop.widgets.card import Card, KeyHint
from desktop.widgets.picker import Offer, PickerPopup
from desktop.widgets.search import SearchBox
from forms.casework.names import Names


class HazardPage(Page):
    """A few letters or the group's number, Enter; then the form, with the place known."""

    kept = False

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        theme = context.theme
        self._groups: tuple[tuple[str, str], ...] = ()
        self._read = self._waiting = False
        self._frame = self.frame_in(self.t("visits.hazard"), self.t("visits.hazard_detail"), scrolls=False)
        card = Card(theme, self.t("visits.where"))
        if card.header is not None:
            card.header.add_action(KeyHint("F6"))
        self._box = SearchBox(theme, name=self.t("visits.where"), placeholder=self.t("visits.where_find"))
        self._list = PickerPopup(theme, name=self.t("visits.where_list"))
        self._box.asked.connect(lambda _: self._show())
        self._box.moved.connect(self._list.step)
        self._box.confirmed.connect(self._confirm)
        self._list.picked.connect(self._picked)
        for each in (self._box, self._list):
            card.add(each)
        card.add(label(self.t("visits.danger"), "small", tone="bad", wrap=True))
        self._frame.add(card)
        self._frame.body.addStretch(1)

    def visit(self, place: Place) -> None:
        self._box.setFocus()
        self.context.lanes.read(self, lambda desk: desk.visiting.groups(), self._known, latest="groups")

    def find_here(self) -> bool:
        self._box.setFocus()
        return True

    def _known(self, groups: Sequence[tuple[str, str]]) -> None:
        self._groups, self._read = tuple(groups), True
        self._show()
        if self._waiting:
            self._list.choose()

    def _show(self) -> None:
        asked = self._box.query.strip()
        fitting = [each for each in self._groups if not asked or fits(asked, *each)]
        offers = [Offer(code, name, icon="map-pin") for code, name in fitting]
        self._list.offer(offers, note="" if offers or not self._read else self.t("visits.where_none"))

    def _confirm(self) -> None:
        self._waiting = not self._read
        if self._read:
            self._list.choose()

    def _picked(self, code: str) -> None:
        self.context.instead(Place(Name.FORM, "hazard", known=(("area", code),)))


def fits(asked: str, code: str, name: str) -> bool:
    """The group's own number (its code's last two digits), or a part of its name, its pinyin or initials."""
    if asked.isdigit():
        return code[-2:].lstrip("0").startswith(asked.lstrip("0"))
    keys = Names().keys(name)
    typed = asked.casefold()
    return typed in name.casefold() or any(key.startswith(typed) for key in (*keys.full, *keys.initials))
