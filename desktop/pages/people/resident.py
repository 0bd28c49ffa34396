"""One resident: who they are, what came of what they asked, their household, what is known and can be done."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLayout, QPushButton, QVBoxLayout, QWidget

from desktop.pages.parts.notice import Notice
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act, face
from desktop.pages.parts.places import Name, Place
from desktop.pages.people.history import HistoryCard
from desktop.pages.people.known import known_cards
from desktop.pages.people.twin import TwinCard
from desktop.pages.people.walk import WalkLine
from desktop.pages.visits.visit import visit_of
from desktop.services.api import Desk
from desktop.services.keeping.choices import REVEAL, reveal_seconds
from desktop.services.values import Person, RequestState, TimelineEntry, TimelineKind
from desktop.theme.tokens import Tone, Width
from desktop.widgets.basics import bind, clear, column, fill, frame, label, reveal, row
from desktop.widgets.flow import FlowLayout
from desktop.widgets.frame import ScrollBody
from desktop.widgets.mark import Chip, Mark
from sync.protocol import Role

WINDOW = 1366  # pixels for which the columns are laid out, as today is


class ResidentPage(Page):
    """Picture 08. F7 held shows what is masked; each look is logged."""

    kept = False

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        scale = context.theme.scale
        self._uuid = ""
        self._shown: Person | None = None
        self._arriving = False
        self._held = False  # the key that shows what is masked
        self._kind = ""  # of what happened, that is shown alone
        self._stays = 0  # seconds that what is masked stays readable after F7 was let go
        self._cover = QTimer(self, singleShot=True)
        self._cover.timeout.connect(self._cover_now)
        self._aside: QVBoxLayout = column()
        self._walk = WalkLine(context, self)
        self._head = frame("card")
        self._narrow = context.theme.tokens.width(WINDOW) is not Width.WIDE
        self._middle: QBoxLayout = row(gap=scale.m)
        whole = column(self, gap=scale.m, margins=(scale.xl, scale.m, scale.xl, scale.l))
        whole.addLayout(self._top())
        whole.addWidget(self._head)
        self._add_middle(whole)
        if context.me.role is Role.VILLAGE:
            bind(self, {"Ctrl+N": self._new_request})

    def _top(self) -> QHBoxLayout:
        """Back, where one is in the list, and what they may have of what is known of them."""
        context, line = self.context, row(gap=self.context.theme.scale.m)
        self._back = act(context.theme, self.t("pages.back_to_people"), context.back, kind="link", icon="arrow-left")
        self._back.setToolTip("Alt+←")
        fill(line, [self._back, self._walk, None])
        if context.me.role in (Role.VILLAGE, Role.TOWNSHIP):
            own = self.t("own.title")
            line.addWidget(act(context.theme, own, self._own_data, kind="link", icon="identification-card"))
        return line

    def _add_middle(self, whole: QVBoxLayout) -> None:
        """What happened and, beside it, what is known; with large text below it, and the page scrolls."""
        if not self._narrow:
            whole.addLayout(self._middle, 1)
            return
        scroll = ScrollBody()
        self._middle = scroll.body
        self._middle.setSpacing(self.context.theme.scale.m)
        whole.addWidget(scroll, 1)

    def visit(self, place: Place) -> None:
        self._uuid = place.subject
        self._arriving = True
        self.setFocus()  # its keys are heard while it is read
        self._walk.look(place)
        self.refresh()

    def refresh(self) -> None:
        def read(desk: Desk) -> tuple[Person, tuple[TimelineEntry, ...]]:
            return desk.people.person(self._uuid, ages=True), desk.people.timeline(self._uuid)

        self.context.lanes.read(self, read, lambda found: self._show(*found), latest="person")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _reveals(event):
            uuid = self._uuid
            self._held = True
            self._cover.stop()
            self.context.lanes.write(self, lambda desk: _looked_at(desk, uuid), self._uncover)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_F7, Qt.Key.Key_7) and not event.isAutoRepeat():
            self._held = False
            self._cover.start(self._stays * 1000)
        else:
            super().keyReleaseEvent(event)

    def _uncover(self, found: tuple[Person, int]) -> None:
        """Show what is masked; where the key was let go before it was here, for as long as was chosen."""
        person, self._stays = found
        self._show_facts(person)
        if not self._held:
            self._cover.start(max(1, self._stays) * 1000)

    def leave(self) -> None:
        self._cover_now()

    def _cover_now(self) -> None:
        self._cover.stop()
        if self._shown is not None:
            self._show_facts(self._shown)

    def _show(self, person: Person, entries: tuple[TimelineEntry, ...]) -> None:
        self._shown = person
        self._fill_head(person)
        clear(self._middle)
        self._aside = self._add_aside(self._history_card(entries))
        self._show_facts(person)
        if self._arriving:
            (self._head.findChild(QPushButton) or self._back).setFocus()  # what one mostly comes for
        self._arriving = False

    def _add_aside(self, history: QFrame) -> QVBoxLayout:
        scale = self.context.theme.scale
        if self._narrow:
            below = column(gap=scale.m)
            fill(self._middle, [history, below])
            return below
        right = ScrollBody(gap=scale.m)
        right.setFixedWidth(scale.px(316))
        self._middle.addWidget(history, 7)
        self._middle.addWidget(right)
        return right.body

    def _fill_head(self, person: Person) -> None:
        scale, words = self.context.theme.scale, self.context.words
        old = self._head.layout()
        if old is not None:
            clear(old)
            QWidget().setLayout(old)
        whole = column(self._head, gap=scale.m, margins=(scale.l, scale.m, scale.l, scale.m))
        line = row(gap=scale.m)
        whole.addLayout(line)
        line.addWidget(face(self.context.theme, person.row.name, large=True))
        who = person.row
        about = words.person(sex=who.sex, age=who.age, area=who.area_label, house_no=who.house_no)
        phone = self.t("pages.phone_of", phone=who.phone) if who.phone else self.t("pages.no_phone")
        tail = self.t("pages.id_of", tail=who.id_tail) if who.id_tail else ""
        names = column(gap=2)
        fill(names, [self._marks(person), label(" · ".join(filter(None, (about, phone, tail))), "second", wrap=True)])
        line.addLayout(names, 1)
        if self.context.me.role is not Role.VILLAGE:
            return
        acts: QLayout = FlowLayout(gap=scale.s) if self._narrow else line  # large text needs the line for itself
        reveal(visit := self._visit_button(person), person.household is not None)
        for each in (self._request_button(), visit, self._change_button()):
            acts.addWidget(each)
        if acts is not line:
            whole.addLayout(acts)

    def _marks(self, person: Person) -> QHBoxLayout:
        """The name, the groups they belong to, what is to be told."""
        theme = self.context.theme
        marks = row(gap=theme.scale.s)
        marks.addWidget(label(person.row.name, "h1"))
        if person.row.left:
            marks.addWidget(Chip(theme, Mark(person.row.left, Tone.MUTE, "-")))
        for tag in person.row.tag_labels[:3]:
            marks.addWidget(Chip(theme, Mark(tag, Tone.INFO, "-")))
        if person.to_tell:
            marks.addWidget(Chip(theme, Mark(self.t("pages.to_tell_count", count=person.to_tell), Tone.TELL)))
        if person.row.pending:
            marks.addWidget(Chip(theme, Mark(self.t("pages.pending"), Tone.WARN)))
        marks.addStretch(1)
        return marks

    def _request_button(self) -> QPushButton:
        words = self.t("pages.start_request")
        return act(self.context.theme, words, self._new_request, kind="primary", icon="plus-circle", tip="Ctrl+N")

    def _visit_button(self, person: Person) -> QPushButton:
        """To their home, with them as who was met."""
        there = (
            visit_of(person.household.uuid, seen=person.row.uuid) if person.household is not None else Place(Name.VISIT)
        )
        return act(self.context.theme, self.t("visits.visit"), partial(self.context.go, there), icon="house", tip="F4")

    def _change_button(self) -> QPushButton:
        """What is wrong or no longer so, as a correction, which asks why."""
        known = (("target", "resident"), ("resident", self._uuid))
        there = Place(Name.FORM, "correction", known=known)
        return act(self.context.theme, self.t("people.change"), partial(self.context.go, there), icon="pencil-simple")

    def _history_card(self, entries: tuple[TimelineEntry, ...]) -> QFrame:
        card = HistoryCard(self.context, entries, act=self._button_of, kind=self._kind, narrow=self._narrow)
        card.begin.connect(self._new_request)
        card.chosen.connect(self._keep_kind)
        return card

    def _keep_kind(self, kind: str) -> None:
        self._kind = kind

    def _button_of(self, entry: TimelineEntry) -> QPushButton | None:
        theme = self.context.theme
        village = self.context.me.role is Role.VILLAGE
        if village and entry.kind is TimelineKind.ANSWERED and entry.state is RequestState.ANSWERED:
            tell = Place(Name.FORM, "told", known=(("request", entry.request),))
            return act(
                theme, self.t("shell.state_told"), partial(self.context.go, tell), kind="tell", icon="check", small=True
            )
        if entry.undo_until is not None and self.context.me.role is Role.TOWNSHIP:
            undo = act(theme, self.t("review.undo"), partial(self._undo, entry), small=True, icon="arrow-bend-up-left")
            undo.setToolTip(self.t("review.until", day=self.context.words.day(entry.undo_until)))
            undo.setAccessibleName(f"{undo.text()} {entry.title}")
            return undo
        if entry.kind is TimelineKind.REQUEST and entry.request:
            page = Name.REQUESTS if village else Name.BOARD
            look = Place(page, subject=entry.request)
            kind = "" if self._narrow else "link"  # below the words a frame stands in line with them
            return act(theme, self.t("pages.look"), partial(self.context.go, look), kind=kind, icon="eye", small=True)
        return None

    def _undo(self, entry: TimelineEntry) -> None:
        """They are two again, with what stood before."""
        context, id = self.context, entry.instance_id

        def done(_stored: object) -> None:
            context.warn(Notice(Tone.OK, self.t("review.undone"), entry.title))
            context.changed()

        context.lanes.write(self, lambda desk: desk.review.undo(id), done, failed=context.failed)

    def _show_facts(self, person: Person) -> None:
        if self._shown is None:
            return
        clear(self._aside)
        if self.context.me.role in (Role.VILLAGE, Role.TOWNSHIP):
            self._aside.addWidget(TwinCard(self.context, person.row.uuid))
        fill(self._aside, [*known_cards(self.context, person), None])

    def _own_data(self) -> None:
        self.context.go(Place(Name.OWN_DATA, self._uuid))

    def _new_request(self) -> None:
        known = (("requester", "person"), ("resident", self._uuid))
        self.context.go(Place(Name.FORM, "request", known=known))


def _reveals(event: QKeyEvent) -> bool:
    """F7, or Alt+7 where there are no F-keys; held, it says so once."""
    twin = event.key() == Qt.Key.Key_7 and event.modifiers() == Qt.KeyboardModifier.AltModifier
    return not event.isAutoRepeat() and (twin or event.key() == Qt.Key.Key_F7)


def _looked_at(desk: Desk, uuid: str) -> tuple[Person, int]:
    """The person with nothing masked, which is logged, and how long it may be read after F7 was let go."""
    return desk.people.person(uuid, reveal=True, ages=True), reveal_seconds(desk.settings.get(REVEAL))
