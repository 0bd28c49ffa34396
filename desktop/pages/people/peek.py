"""A look at somebody beside the list, without leaving it."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, picture, two_lines
from desktop.pages.parts.places import Name, Place
from desktop.pages.parts.words import KINDS
from desktop.pages.people.known import MEMBERS, said_of
from desktop.services.api import Desk
from desktop.services.values import Person, TimelineEntry
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, fill, label, row
from desktop.widgets.frame import Drawer
from desktop.widgets.mark import Chip, Mark
from sync.protocol import Role

SHOWN = 4  # of what happened
Seen = tuple[Person, tuple[TimelineEntry, ...]]


class Peek(Drawer):
    """Who it is, how to reach them, who lives with them, what happened last. `open(uuid)` shows another person."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.theme, context.text)
        self._context = context
        self._uuid = ""
        self.setAccessibleName(context.text("people.peek"))
        self.hide()

    def open(self, uuid: str) -> None:
        """Read and show somebody; who is shown stays until they have come."""
        self._uuid = uuid

        def read(desk: Desk) -> Seen:
            return desk.people.person(uuid), desk.people.timeline(uuid)

        self._context.lanes.read(self, read, lambda seen: self._show(*seen), latest="peek")

    def _show(self, person: Person, entries: tuple[TimelineEntry, ...]) -> None:
        if person.row.uuid != self._uuid:
            return
        for layout in (self.marks, self.body, self.buttons):
            clear(layout)
        self._show_marks(person)
        self._show_person(person)
        for entry in entries[:SHOWN]:
            self.body.addWidget(self._entry(entry))
        if not entries:
            self.body.addWidget(label(self._context.text("pages.timeline_empty"), "small", wrap=True))
        self.body.addStretch(1)
        self._show_buttons()

    def _show_marks(self, person: Person) -> None:
        theme, t = self._context.theme, self._context.text
        if person.row.left:
            self.marks.addWidget(Chip(theme, Mark(person.row.left, Tone.MUTE, "-")))
        if person.to_tell:
            self.marks.addWidget(Chip(theme, Mark(t("pages.to_tell_count", count=person.to_tell), Tone.TELL)))
        for tag in person.row.tag_labels:
            self.marks.addWidget(Chip(theme, Mark(tag, Tone.INFO, "-")))

    def _show_person(self, person: Person) -> None:
        who, t, words = person.row, self._context.text, self._context.words
        about = words.person(sex=who.sex, age=who.age, area=who.area_label, house_no=who.house_no)
        phone = t("pages.phone_of", phone=who.phone) if who.phone else t("pages.no_phone")
        lines = [label(who.name, "h1"), label(about, wrap=True), label(phone, wrap=True)]
        fill(self.body, lines)
        others = [member for member in person.members if member.uuid != who.uuid]
        if others:
            self.body.addWidget(label(t("pages.this_household"), "h3"))
        for member in others[:MEMBERS]:
            self.body.addWidget(label(f"{member.name} · {said_of(self._context, member)}", wrap=True))
        self.body.addWidget(label(t("pages.timeline"), "h3"))

    def _entry(self, entry: TimelineEntry) -> QWidget:
        theme, words, sign = self._context.theme, self._context.words, KINDS[entry.kind]
        made = QWidget()
        line = row(made, gap=theme.scale.s)
        line.addWidget(picture(theme, sign.icon, sign.tone.value))
        line.addWidget(two_lines(entry.title, words.moment(entry.when), wrap=True), 1)
        return made

    def _show_buttons(self) -> None:
        context, t, theme = self._context, self._context.text, self._context.theme
        there = partial(context.go, Place(Name.RESIDENT, self._uuid))
        self.buttons.addWidget(act(theme, t("people.whole"), there, icon="user", small=True, tip="Enter"))
        if context.me.role is Role.VILLAGE:
            about = (("requester", "person"), ("resident", self._uuid))
            ask = partial(context.go, Place(Name.FORM, "request", known=about))
            self.buttons.addWidget(act(theme, t("pages.start_request"), ask, icon="plus-circle", small=True))
