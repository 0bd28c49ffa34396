"""Somebody new in a few answers: their household and themselves as two open forms, filled in from one short list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from desktop.services.filling.filling import Started, named
from forms.api import AnswerProblem, Change, Node, Session, Skipped

SHORT = "short:"  # before the rest of a draft's place: it goes on in the short list, not on the form page
NAME, HOUSEHOLD = "name", "household"


class Ask(StrEnum):
    """What the short list asks; the value is the question's name in its form."""

    SEX = "sex_asked"
    AREA = "area"
    HOUSE_NO = "house_no"
    PHONE = "phone"
    ID_NO = "id_no"
    RELATION = "relation"
    CONSENT = "guardian_consent"


AT_HOME = (Ask.AREA, Ask.HOUSE_NO)
LATER = (Ask.PHONE, Ask.ID_NO, Ask.RELATION)  # may stay open
OPENERS = {Ask.PHONE: ("has_phone", "yes"), Ask.ID_NO: ("id_has", "have")}
"""What must be so before the question is asked."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """`home` and `person` are the forms household and resident; the draft that is kept is the person's.

    `about` is the request (uuid) that was written for a name only and shall be theirs, `remark` what the record says
    of answers that nobody gave.
    """

    home: Started
    person: Started
    remark: str
    about: str = ""

    @property
    def complete(self) -> bool:
        """Whether both forms have all the questions of the list: a township may have changed them."""
        return all(self.ref(ask) for ask in Ask) and all(named(self.person.form, each) for each in (NAME, HOUSEHOLD))

    @property
    def name(self) -> str:
        return self.person.session.node(named(self.person.form, NAME)).value

    @property
    def derived(self) -> tuple[str, str]:
        """Sex (m, f) and day of birth that follow from a sound identity number; "" each while there is none."""
        session = self.person.session
        found = (session.node(named(self.person.form, each)).value for each in ("id_sex", "id_birth"))
        return next(found), next(found)

    @property
    def touched(self) -> bool:
        """Whether there is more than the name."""
        return any(self.node(ask).value for ask in Ask)

    def session(self, ask: Ask) -> Session:
        return self.opening(ask).session

    def ref(self, ask: Ask) -> str:
        return named(self.opening(ask).form, ask.value)

    def node(self, ask: Ask) -> Node:
        return self.session(ask).node(self.ref(ask))

    def rename(self, name: str) -> None:
        self.person.session.set(named(self.person.form, NAME), name)

    def answer(self, ask: Ask, value: str) -> Change:
        """Put an answer in; telephone and identity number are had then, or not yet."""
        if ask in OPENERS and value:
            self._put(self.person, *OPENERS[ask])
        return self.session(ask).set(self.ref(ask), value)

    def settle(self, *, head: bool) -> None:
        """Answer what the list does not ask as the forms would have it of somebody of whom nothing else is known.

        `head`: the household begins with them.
        """
        phone = self.node(Ask.PHONE).value
        self._put(self.person, "id_has", "have" if self.node(Ask.ID_NO).value else "later")
        self._put(self.person, "has_phone", "yes" if phone else "no")
        relation = "head" if head else self.node(Ask.RELATION).value
        self._put(self.person, Ask.RELATION, "other" if not relation or (relation == "head" and not head) else relation)
        self._put_open(self.person, "tags", "none")
        self._put_open(self.person, "remark", self.remark)
        for name, value in (("head_name", self.name), ("registered", "1"), ("living", "1")):
            self._put(self.home, name, value)
        self._put(self.home, "has_phone", "yes" if phone else "no")
        self._put(self.home, "phone", phone)

    def problems(self) -> tuple[tuple[Ask | None, AnswerProblem], ...]:
        """What stops handing in once it is settled, in the order of the list; None for what the list does not ask."""
        by_ref = {(ask in AT_HOME, self.ref(ask)): ask for ask in Ask}
        found = [(by_ref.get((True, each.ref)), each) for each in self.home.session.problems()]
        mine = self.person.session.problems()
        later = named(self.person.form, HOUSEHOLD)  # is chosen when it is stored
        found += [(by_ref.get((False, each.ref)), each) for each in mine if each.ref != later]
        order = {ask: at for at, ask in enumerate(Ask)}
        return tuple(sorted(found, key=lambda each: order[each[0]] if each[0] is not None else -1))

    def place(self) -> str:
        """What the draft of the person cannot hold, as its place."""
        rest = {ask.value: self.node(ask).value for ask in AT_HOME}
        return SHORT + json.dumps({**rest, "about": self.about}, ensure_ascii=False)

    def opening(self, ask: Ask) -> Started:
        """The form in which the question stands."""
        return self.home if ask in AT_HOME else self.person

    def _put(self, opening: Started, name: str, value: str) -> Skipped | None:
        return opening.session.set(named(opening.form, name), value).skipped

    def _put_open(self, opening: Started, name: str, value: str) -> None:
        ref = named(opening.form, name)
        if ref and not opening.session.node(ref).value:
            opening.session.set(ref, value)


def is_short(place: str) -> bool:
    """Whether a draft with this place belongs into the short list."""
    return place.startswith(SHORT)


def unpack(place: str) -> Mapping[str, str]:
    """What `Newcomer.place` put together; of a damaged one nothing."""
    try:
        found = json.loads(place.removeprefix(SHORT))
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}
