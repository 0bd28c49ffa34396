"""Whether a record that came is sound: judged by its own form, by the calendar, and beside what is known already."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from desktop.services.context import Context, day
from desktop.services.filling.filling import FillingDesk, Numbers
from desktop.services.office.inbox_values import Finding, Flaw
from forms.api import AnswerProblem, Form, Mode, Question, Rows
from forms.casework import duplicates
from forms.casework.areas import code
from forms.casework.duplicates import LIKELY, Person
from forms.casework.names import Names
from forms.entities import EntityChange, changes
from sync.store.api import EntityItem, Record, RequestItem, RequestQuery

FIRST_DAY = date(1900, 1, 1)
AGAIN_DAYS = 30  # within which the same wish of the same person is one
CLOCK_DAYS = 1  # a laptop's clock may be wrong by so much
MOST_ALIKE = 30
PLACE = re.compile(r"\[[0-9]+\]")


@dataclass(slots=True)
class QualityCheck:
    """`look` judges one record; lists are read once for all records of a form."""

    context: Context
    filling: FillingDesk
    names: Names
    _rows: dict[str, dict[str, Rows]] = field(default_factory=dict)

    def look(self, record: Record) -> tuple[Finding, ...]:
        """Findings, the gravest first; nothing of a record whose bytes are gone."""
        if not record.xml:
            return ()
        form = self.context.form(record.row.form_id, record.row.form_version)
        found = [*self._by_form(record, form), *self._by_clock(record)]
        for change in changes(form, record.xml) if form.entities else ():
            found += self._by_facts(change, record)
        return tuple(found)

    # what the form says

    def _by_form(self, record: Record, form: Form) -> list[Finding]:
        environment = replace(self.filling.environment(Numbers()), now=self.context.clock.now)
        rows = self._rows.setdefault(f"{form.form_id}/{form.version}", self._plain_lists(form))
        session = form.open(environment, rows=rows, instance=record.xml, mode=Mode.RESTORE)
        questions = {question.path: question for question in form.questions}
        found = []
        for problem in session.problems():
            question = questions.get(_bare(problem.ref))
            if question is not None and not question.itemset:
                found.append(self._finding(problem, question))
        return found

    def _plain_lists(self, form: Form) -> dict[str, Rows]:
        """Lists of choices; without the registers an answer that picked somebody stands as it is."""
        source = self.context.source(form.form_id, form.version)
        plain = frozenset(each.id for each in form.externals if self.context.list_bytes(each.name) is not None)
        return self.filling.rows(form, source, only=plain)

    def _finding(self, problem: AnswerProblem, question: Question) -> Finding:
        flaw = Flaw.OTHER
        if problem.code == "required":
            flaw = Flaw.MISSING
        elif question.type.startswith("date"):
            flaw = Flaw.DATE
        label = problem.label or question.name
        return Finding(flaw, self.context.text(f"inbox.say_{flaw}", label=label), question.path, label)

    # what the calendar says

    def _by_clock(self, record: Record) -> list[Finding]:
        """When it was written, by the laptop's clock: everything is dated by that."""
        written = self.context.local(record.row.finalised_at)
        if written is None or _can_be(written, self.context.clock.now()):
            return []
        said = self.context.text("inbox.say_clock", day=written.date().isoformat())
        return [Finding(Flaw.DATE, said)]

    # what is known already

    def _by_facts(self, change: EntityChange, record: Record) -> list[Finding]:
        if not change.create:
            return []
        if change.dataset == "requests":
            return self._asked_before(change)
        if change.dataset == "residents":
            return self._registered_before(change)
        return []

    def _asked_before(self, change: EntityChange) -> list[Finding]:
        store = self.context.store
        detail = store.requests.get(change.uuid)
        if detail is None:
            return []
        item = detail.item
        query = RequestQuery(matter=item.matter, area=self.context.areas().path(item.village), open_only=True)
        said = detail.properties.get("description", "")
        for other in store.requests.list(query, limit=MOST_ALIKE).rows:
            if other.uuid != item.uuid and _same_wish(item, other) and _earlier(other, item):
                before = store.entities.facts("requests", [other.uuid]).get(other.uuid, {}).get("description", "")
                if before == said or item.person:
                    words = self.context.text("inbox.say_again", ref=other.ref or other.who)
                    return [Finding(Flaw.DUPLICATE, words)]
        return []

    def _registered_before(self, change: EntityChange) -> list[Finding]:
        store, name = self.context.store, change.properties.get("full_name", "")
        mine = store.entities.get(change.uuid, "residents")
        if mine is None or not name:
            return []
        others = store.people.search(name, datasets=("residents",), near=mine.area, limit=MOST_ALIKE)
        people = [as_person(hit.uuid, hit.properties) for hit in others if hit.uuid != mine.uuid]
        found = duplicates.candidates(as_person(mine.uuid, mine.properties), people, self.names, at_least=LIKELY)
        known = store.entities.get(found[0].uuid, "residents") if found else None
        if known is None or not _older(known, mine):
            return []
        where = self.context.area_label(known.area)
        return [Finding(Flaw.DUPLICATE, self.context.text("inbox.say_person", name=known.label, where=where))]


def as_person(uuid: str, known: Mapping[str, str]) -> Person:
    """A resident's facts as duplicates are compared by."""
    return Person(
        uuid=uuid,
        name=known.get("full_name", ""),
        house=known.get("household", ""),
        phone=known.get("phone", ""),
        id_tail=known.get("id_tail", ""),
        birth=known.get("birth", ""),
        sex=known.get("sex", ""),
    )


def _same_wish(one: RequestItem, other: RequestItem) -> bool:
    if one.person or other.person:
        return one.person == other.person
    return bool(one.who) and one.who == other.who


def _earlier(one: RequestItem, other: RequestItem) -> bool:
    """Whether `one` was asked before `other`, and not long before."""
    first, second = day(one.recorded_on), day(other.recorded_on)
    if first is None or second is None or not timedelta(0) <= second - first <= timedelta(days=AGAIN_DAYS):
        return False
    return (one.recorded_on, one.ref, one.uuid) < (other.recorded_on, other.ref, other.uuid)


def _older(known: EntityItem, new: EntityItem) -> bool:
    """Of two that came together the one with the smaller uuid counts as known: only one of a pair is flagged."""
    return known.version > 1 or new.version > 1 or known.uuid < new.uuid


def _can_be(written: datetime, now: datetime) -> bool:
    return FIRST_DAY <= written.date() <= now.date() + timedelta(days=CLOCK_DAYS)


def _bare(ref: str) -> str:
    """A reference without the places of repeats."""
    return PLACE.sub("", ref)


def village_of(context: Context, area: str) -> str:
    """The code of the village that an area (a path) lies in, of the area itself where it lies in none."""
    return context.areas().village(code(area)) or code(area)
