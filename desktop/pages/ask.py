"""Whose request is it: the person first, always. Three letters and Enter for somebody who is registered."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QKeySequence, QShortcut

from desktop.pages.finder import PersonFinder
from desktop.pages.page import Page, PageContext
from desktop.pages.parts import act
from desktop.pages.places import Name, Place
from desktop.services.values import PersonRow
from desktop.widgets.basics import label
from desktop.widgets.card import Card, KeyHint
from desktop.widgets.flow import FlowLayout
from desktop.widgets.picker import Offer

REGISTER, NAME_ONLY, VILLAGE = "+register", "+name", "+village"


class AskPage(Page):
    """F3. The list ends with what may be done for somebody who is not in it."""

    kept = False

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        theme, scale = context.theme, context.theme.scale
        self._frame = self.frame_in(self.t("pages.start_request"), self.t("pages.ask_detail"), scrolls=False)
        card = Card(theme, self.t("pages.whose"))
        if card.header is not None:
            card.header.add_action(KeyHint("F3"))
        self._finder = PersonFinder(context, placeholder=self.t("pages.find_placeholder"), tail=self._tail, inline=True)
        self._finder.picked.connect(self._picked)
        self._finder.other.connect(self._other)
        card.add(self._finder)
        card.add(label(self.t("pages.ask_hint"), "small", wrap=True))
        others = FlowLayout(gap=scale.s)
        self._village = act(theme, self.t("pages.ask_village"), lambda: self._start("village", ""), icon="users")
        hint = KeyHint("Ctrl+D")
        self._unnamed = act(theme, self.t("pages.ask_name_only"), self._name_only, icon="user")
        for each in (self._unnamed, hint, self._village):
            others.addWidget(each)
        self._frame.add(card)
        self._frame.add(others)
        self._frame.body.addStretch(1)
        QShortcut(QKeySequence("Ctrl+D"), self).activated.connect(self._name_only)

    def visit(self, place: Place) -> None:
        self._finder.clear()
        self._finder.setFocus()

    def find_here(self) -> bool:
        self._finder.setFocus()
        return True

    def type_query(self, words: str) -> None:
        """Ask as if it had been typed."""
        self._finder.box.setText(words)

    def _tail(self, query: str, _found: int) -> Sequence[Offer]:
        """Only what can be a name is offered to be registered: no digits."""
        if any(sign.isdigit() for sign in query):
            return ()
        return (
            Offer(
                REGISTER, self.t("pages.register_named", name=query), self.t("pages.register_detail"), icon="user-plus"
            ),
            Offer(
                NAME_ONLY, self.t("pages.name_only_named", name=query), self.t("pages.name_only_detail"), icon="user"
            ),
        )

    def _picked(self, person: PersonRow) -> None:
        self._start("person", person.uuid)

    def _other(self, key: str, query: str) -> None:
        if key == REGISTER:
            place = Place(Name.FORM, "resident", tab="then_request", known=(("full_name", query), ("name", query)))
            self.context.instead(place)
        else:
            self._start("visitor", query)

    def _name_only(self) -> None:
        self._start("visitor", self._finder.box.text().strip())

    def _start(self, requester: str, whom: str) -> None:
        known = [("requester", requester)]
        if requester == "person":
            known.append(("resident", whom))
        elif requester == "visitor":
            known.append(("visitor_name", whom))
        self.context.instead(Place(Name.FORM, "request", known=tuple(known)))
