"""Whose request is it: the person first, always. Three letters and Enter for somebody who is registered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.pages.filling.typed_ahead import TypedAhead
from desktop.pages.parts.notice import Notice
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act
from desktop.pages.parts.places import Name, Place
from desktop.pages.people.finder import PersonFinder
from desktop.pages.people.registering import ShortForm
from desktop.services.api import Desk
from desktop.services.filling.filling_values import DraftSave, Stored
from desktop.services.people.newcomer import AT_HOME, Ask, Newcomer
from desktop.services.values import PersonRow
from desktop.theme.tokens import Tone
from desktop.widgets.basics import column, label
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
        looking = QWidget()
        whole = column(looking, gap=scale.m)
        others = FlowLayout(gap=scale.s)
        self._village = act(theme, self.t("pages.ask_village"), lambda: self._start("village", ""), icon="users")
        self._unnamed = act(theme, self.t("pages.ask_name_only"), self._name_only, icon="user")
        for each in (self._unnamed, self._village):
            others.addWidget(each)
        whole.addWidget(card)
        whole.addLayout(others)
        whole.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(looking)
        self._frame.body.addWidget(self._stack, 1)
        self._short: ShortForm | None = None
        self._ahead = TypedAhead(self)
        QShortcut(QKeySequence("Ctrl+D"), self).activated.connect(self._name_only)

    @property
    def short(self) -> ShortForm | None:
        """The short registration, while one is being filled in."""
        return self._short

    def visit(self, place: Place) -> None:
        """A draft goes on (`tab`), the person of a request for a name only is registered (`subject`), or one looks."""
        if place.tab:
            self._begin(lambda desk: desk.registering.resume(place.tab))
        elif place.subject:
            self._begin(lambda desk: desk.registering.start(about=place.subject))
        else:
            self._finder.clear()
            self._finder.setFocus()

    def leave(self) -> None:
        if self._short is not None:
            self._short.flush()

    def place_to_resume(self, here: Place) -> Place:
        short = self._short
        return Place(Name.ASK, tab=short.newcomer.person.draft) if short is not None and short.saved else here

    def find_here(self) -> bool:
        if self._short is None:
            self._finder.setFocus()
        return self._short is None

    def escape(self) -> bool:
        """Out of the short registration, whose answers stay as a draft; back to finding."""
        if self._short is None:
            return False
        short = self._short
        short.flush()
        self._close_short()
        if short.saved:
            self.context.warn(Notice(Tone.INFO, self.t("registering.kept", name=short.newcomer.name), ""))
        return True

    def type_query(self, words: str) -> None:
        """Ask as if it had been typed."""
        self._finder.box.setText(words)

    def _tail(self, query: str, _found: int) -> Sequence[Offer]:
        """Only what can be a name is offered to be registered: no digits."""
        if any(sign.isdigit() for sign in query):
            return ()
        return (
            Offer(REGISTER, self.t("pages.register_named", name=query), self.t("registering.offer"), icon="user-plus"),
            Offer(
                NAME_ONLY, self.t("pages.name_only_named", name=query), self.t("pages.name_only_detail"), icon="user"
            ),
        )

    def _picked(self, person: PersonRow) -> None:
        self._start("person", person.uuid)

    def _other(self, key: str, query: str) -> None:
        if key == REGISTER:
            self._begin(lambda desk: desk.registering.start(query))
        else:
            self._start("visitor", query)

    def _name_only(self) -> None:
        if self._short is None:
            self._start("visitor", self._finder.box.text().strip())

    def _begin(self, open_: Callable[[Desk], Newcomer]) -> None:
        """On the READ lane; what is typed until the forms are open is typed into them."""
        self._ahead.listen()

        def read(desk: Desk) -> tuple[Newcomer, Callable[[Newcomer], DraftSave]]:
            return open_(desk), desk.registering.snapshot

        self.context.lanes.read(self, read, lambda found: self._opened(*found))

    def _opened(self, newcomer: Newcomer, snapshot: Callable[[Newcomer], DraftSave]) -> None:
        if not newcomer.complete:  # the township has other forms: all questions then
            self._fill_whole(newcomer)
            return
        short = self._short = ShortForm(self.context, newcomer, snapshot=snapshot)
        short.done.connect(self._registered)
        short.taken.connect(self._take)
        short.whole.connect(lambda: self._fill_whole(newcomer))
        self._stack.addWidget(short)
        self._stack.setCurrentWidget(short)
        short.focus_first()
        self._ahead.release()

    def _close_short(self) -> None:
        if self._short is not None:
            self._stack.removeWidget(self._short)
            self._short.hide()
            self._short.deleteLater()
            self._short = None
        self._finder.setFocus()

    def _registered(self, stored: Stored) -> None:
        about = self._short.newcomer.about if self._short is not None else ""
        self._short = None
        if about:
            self.context.instead(Place(Name.RESIDENT, stored.uuid))
            self.context.warn(Notice(Tone.OK, self.t("registering.linked"), ""))
        else:
            self._start("person", stored.uuid)
        self.context.changed()

    def _take(self, uuid: str) -> None:
        """It is somebody who is registered: what was begun is not wanted, unless one takes that back."""
        short = self._short
        if short is None:
            return
        name, about = short.newcomer.name, short.newcomer.about
        short.drop()
        self._short = None
        if about:
            self.context.lanes.write(
                self.context.status, lambda desk: desk.registering.link(about, uuid), lambda _: self.context.changed()
            )
            self.context.instead(Place(Name.RESIDENT, uuid))
        else:
            self._start("person", uuid)
        self.context.warn(Notice(Tone.INFO, self.t("registering.taken_back", name=name), ""))

    def _fill_whole(self, newcomer: Newcomer) -> None:
        """All questions, with the answers so far."""
        known = [("name", newcomer.name)]
        known += [(ask.value, newcomer.node(ask).value) for ask in Ask if ask not in AT_HOME and newcomer.ref(ask)]
        if self._short is not None:
            self._short.drop()
            self._short = None
        kept = tuple(pair for pair in known if pair[1])
        self.context.instead(Place(Name.FORM, "resident", tab="then_request", known=kept))

    def _start(self, requester: str, whom: str) -> None:
        known = [("requester", requester)]
        if requester == "person":
            known.append(("resident", whom))
        elif requester == "visitor":
            known += [("visitor_name", whom), ("area_asked", self.context.me.area)]
        self.context.instead(Place(Name.FORM, "request", known=tuple(known)))
