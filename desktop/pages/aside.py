"""Beside the form: whom it is about, and what they asked before."""

from __future__ import annotations

from desktop.pages.page import PageContext
from desktop.pages.parts import act, face, two_lines
from desktop.pages.places import Name, Place
from desktop.services.values import Person
from desktop.theme.tokens import Tone
from desktop.widgets.basics import fill, label, row
from desktop.widgets.card import Card
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
