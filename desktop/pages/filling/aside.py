"""Beside the form: whom it is about, and what they asked before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, face, two_lines
from desktop.pages.parts.places import Name, Place
from desktop.services.values import Person, PersonRow, RequestRow
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, column, fill, label, reveal, row
from desktop.widgets.card import Card, KeyHint
from desktop.widgets.flow import FlowLayout
from desktop.widgets.mark import Chip, Mark


class PersonCard(Card):
    """Name, age, place, groups, telephone as it is shown, the household; a link to everything."""

    def __init__(self, context: PageContext, person: Person) -> None:
        super().__init__(context.theme)
        theme, t, who = context.theme, context.text, person.row
        words = context.words.person(sex=who.sex, age=who.age, area=who.area_label, house_no=who.house_no)
        head = row(gap=theme.scale.m)
        head.addWidget(face(theme, who.name))
        head.addWidget(two_lines(who.name, words, wrap=True), 1)
        self.add(head)
        if who.tag_labels:
            flow = FlowLayout(gap=theme.scale.xs)
            for tag in who.tag_labels[:6]:
                flow.addWidget(Chip(theme, Mark(tag, Tone.INFO, "-")))
            self.body.addLayout(flow)
        phone = t("pages.phone_of", phone=who.phone) if who.phone else t("pages.no_phone")
        self.add(label(phone, "small"))
        if person.household is not None:
            head_words = t("pages.household_of", head=person.household.head_name, count=len(person.members))
            self.add(label(head_words, "small", wrap=True))
        if who.last_contact is not None:
            self.add(label(t("pages.last_contact", day=context.words.day(who.last_contact)), "small"))
        there = Place(Name.RESIDENT, who.uuid)
        look = act(
            theme, t("pages.see_timeline"), lambda: context.go(there), kind="link", icon="clock-counter-clockwise"
        )
        foot = row()
        fill(foot, [None, look, None])
        self.add(foot)
        self.setAccessibleName(who.name)


class RequestCard(Card):
    """What the step or the telling is about: number, matter, what was asked for, when."""

    def __init__(self, context: PageContext, request: RequestRow) -> None:
        super().__init__(context.theme)
        asked = context.words.day(request.asked_on) if request.asked_on else ""
        self.add(two_lines(request.matter_label, " · ".join(filter(None, (request.ref, asked))), wrap=True))
        if request.description:
            self.add(label(request.description, wrap=True))
        self.setAccessibleName(f"{request.ref} {request.matter_label}")


class AlikeCard(Card):
    """Who may be meant already, while somebody new is being registered. `taken(uuid)`: it is this one."""

    taken = Signal(str)

    def __init__(self, context: PageContext, *, none: str = "") -> None:
        """`none`: what it says while nobody is alike."""
        super().__init__(context.theme, context.text("pages.alike"))
        self._context = context
        self._none = none or context.text("pages.alike_none")
        holder = QWidget()
        self._people = column(holder, gap=context.theme.scale.s)
        self.add(holder)
        self._hint = KeyHint("Alt+Enter")
        if self.header is not None:
            self.header.add_action(self._hint)
        self._first = ""
        key = QShortcut(QKeySequence("Alt+Return"), self)
        key.activated.connect(self._take_first)
        self.show_people(())

    def show_people(self, people: Sequence[PersonRow], *, because: Mapping[str, str] | None = None) -> None:
        """These may be meant; `because` says why, by uuid."""
        clear(self._people)
        context = self._context
        self._first = people[0].uuid if people else ""
        reveal(self._hint, bool(people))
        if not people:
            self._people.addWidget(label(self._none, "small", wrap=True))
        for number, person in enumerate(people):
            line = QWidget()
            inside = row(line, gap=context.theme.scale.s)
            where = context.words.person(
                sex=person.sex, age=person.age, area=person.area_label, house_no=person.house_no
            )
            why = (because or {}).get(person.uuid, "")
            inside.addWidget(two_lines(person.name, "\n".join(filter(None, (where, why))), wrap=True), 1)
            tip = "" if number else "Alt+Enter"
            take = act(
                context.theme,
                context.text("pages.alike_take"),
                partial(self.taken.emit, person.uuid),
                small=True,
                tip=tip,
            )
            take.setAccessibleName(f"{take.text()} {person.name}")
            inside.addWidget(take)
            self._people.addWidget(line)

    def _take_first(self) -> None:
        if self._first:
            self.taken.emit(self._first)
