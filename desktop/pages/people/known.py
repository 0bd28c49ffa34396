"""What is known of a resident: facts, with those that are old marked, and who lives in the same home."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, face, picture, two_lines
from desktop.pages.parts.places import Name, Place
from desktop.services.values import Fact, Person, PersonRow
from desktop.widgets.basics import column, fill, label, row
from desktop.widgets.card import Card

YEAR = timedelta(days=365)  # after which a fact is worth asking about again
NAME_EMS = 6.6
MEMBERS = 12  # of a household that are shown


class FactsCard(Card):
    """Each fact with the sign of its age: written down within a year, or longer ago; none where that is not known."""

    def __init__(self, context: PageContext, person: Person) -> None:
        super().__init__(context.theme, context.text("pages.facts"))
        self._context = context
        old = sum(self._is_old(fact) for fact in person.facts)
        if self.header is not None and old:
            self.header.add_action(label(context.text("people.old_facts", count=old), "small", tone="warn"))
        for fact in person.facts:
            self.add(self._fact(fact))
        if not person.facts:
            self.add(label(context.text("pages.facts_none"), "small", wrap=True))

    def _is_old(self, fact: Fact) -> bool:
        return fact.noted is not None and self._context.words.today() - fact.noted > YEAR

    def _fact(self, fact: Fact) -> QWidget:
        theme = self._context.theme
        made = QWidget()
        line = row(made, gap=theme.scale.s)
        name = label(fact.label, "small")
        name.setFixedWidth(theme.scale.em(NAME_EMS))
        name.setWordWrap(True)
        said = column()
        said.addWidget(label(fact.value, wrap=True))
        line.addWidget(name)
        line.addLayout(said, 1)
        if fact.noted is not None:
            old, day = self._is_old(fact), self._context.words.day(fact.noted)
            since = self._context.text("people.noted", day=day)
            if old:
                said.addWidget(label(since, "small", tone="warn", wrap=True))
            sign = picture(theme, "clock" if old else "check-circle-fill", "warn" if old else "ok", theme.scale.px(15))
            sign.setToolTip(since)
            sign.setAccessibleName(since)
            line.addWidget(sign, 0, Qt.AlignmentFlag.AlignVCenter)
        return made


class HouseholdCard(Card):
    """Who lives in the same home, each a step away."""

    def __init__(self, context: PageContext, person: Person) -> None:
        house = person.household
        where = f"{house.area_label} {context.words.house(house.house_no)}" if house else ""
        super().__init__(context.theme, context.text("pages.this_household"), second=where)
        self._context = context
        for member in person.members[:MEMBERS]:
            self.add(self._member(member, oneself=member.uuid == person.row.uuid))
        more = len(person.members) - MEMBERS
        if more > 0:
            self.add(label(context.text("people.more_members", count=more), "small"))

    def _member(self, member: PersonRow, *, oneself: bool) -> QWidget:
        context, theme = self._context, self._context.theme
        made = QWidget()
        line = row(made, gap=theme.scale.s)
        line.addWidget(face(theme, member.name))
        line.addWidget(two_lines(member.name, said_of(context, member), wrap=True), 1)
        if not oneself:
            go = partial(context.go, Place(Name.RESIDENT, member.uuid))
            look = act(theme, context.text("pages.look"), go, kind="link", small=True)
            look.setAccessibleName(f"{context.text('pages.look')} {member.name}")
            line.addWidget(look)
        return made


def said_of(context: PageContext, member: PersonRow) -> str:
    """Who somebody is in a household: relation to its head, age, where they are."""
    age = context.text("shell.age", age=member.age) if member.age is not None else ""
    return " · ".join(filter(None, (member.relation, age, member.presence)))


def masked_note(context: PageContext) -> Card:
    """Why numbers are not whole, and how one sees them."""
    note = Card(context.theme, sunken=True)
    said = row(gap=context.theme.scale.m)
    fill(said, [picture(context.theme, "eye-slash", "text2")])
    said.addWidget(two_lines(context.text("pages.masked"), context.text("pages.masked_detail"), wrap=True), 1)
    note.add(said)
    return note


def known_cards(context: PageContext, person: Person) -> list[QWidget]:
    """Household, facts, and why something is masked."""
    made: list[QWidget] = []
    if person.household is not None or person.members:
        made.append(HouseholdCard(context, person))
    made += [FactsCard(context, person), masked_note(context)]
    return made
