"""Requests of the store as people see them; the words for their codes are read once for a whole list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from desktop.services.context import Context, day, labelled
from desktop.services.filling.library import CATEGORIES, DEPARTMENTS, MATTERS
from desktop.services.filling.sealing import readable
from desktop.services.people.masks import phone
from desktop.services.requests.askers import SEALED, unsealed_asker
from desktop.services.values import RequestRow, RequestState
from forms.casework.areas import Areas, code
from forms.casework.calendar import Calendar
from forms.casework.states import SETTLED
from forms.sealed import is_sealed
from sync.store.api import RequestItem

QUIET = 5  # working days without an entry after which a request is said to stand still
ACTING = (RequestState.TAKEN_UP, RequestState.ARRIVED, RequestState.REOPENED, RequestState.ASSIGNED)
Table = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Words:
    """What codes are called, and which days people work, as of today."""

    language: str
    areas: Areas
    calendar: Calendar
    today: date
    matters: Table
    categories: Table
    departments: Table
    read: Callable[[str], str]  # what may be sealed, as this actor reads it
    asker: Callable[[str], str]  # the name of who asked, where that was sealed and the key is here
    kinds: Mapping[str, str]  # form that opened a request -> what it is called, where it is no plain request

    @classmethod
    def of(cls, context: Context) -> Words:
        matters, categories, departments = (context.table(name) for name in (MATTERS, CATEGORIES, DEPARTMENTS))
        return cls(
            context.language,
            context.areas(),
            context.calendar(),
            context.today(),
            matters,
            categories,
            departments,
            lambda value: readable(value, context),
            lambda value: unsealed_asker(value, context)[0],
            {form: context.text(f"services.kind_{form}") for form in ("hazard", "opinion")},
        )

    def kind(self, form_id: str) -> str:
        return self.kinds.get(form_id, "")

    def area(self, path: str) -> str:
        return self.areas.label(code(path), self.language)

    def label(self, table: Table, value: str) -> str:
        return labelled(table, value, self.language)


def request_row(item: RequestItem, facts: Mapping[str, str], words: Words) -> RequestRow:
    """`facts` are the properties of the request's entity."""
    due, state = day(item.due), RequestState(item.state)
    running = due is not None and not item.paused and state not in SETTLED and item.open
    left = words.calendar.days_left(words.today, due) if running and due is not None else None
    return RequestRow(
        ref=item.ref,
        uuid=item.uuid,
        instance_id=item.instance_id,
        area=code(item.area),
        area_label=words.area(item.area),
        village_label=words.area(item.village) if item.village else "",
        kind_label=words.kind(item.form_id),
        matter=item.matter,
        matter_label=words.label(words.matters, item.matter),
        category=item.category,
        category_label=words.label(words.categories, item.category),
        who=item.who or (words.asker(sealed) if is_sealed(sealed := facts.get(SEALED, "")) else ""),
        resident=item.person,
        description=words.read(facts.get("description", "")),
        urgency=item.urgency,
        asked_on=day(item.recorded_on),
        state=state,
        outcome=item.outcome,
        department=item.department,
        department_label=words.label(words.departments, item.department),
        due=due,
        provisional=due is not None and words.calendar.provisional(due),
        overdue=left is not None and left < 0,
        days=item.days,
        days_left=left,
        paused=item.paused,
        answer=item.answer,
        next_step=item.next_step,
        returned_text=item.returned_text,
        told_on=day(item.told_on),
        told_way=item.told_way,
        reaction=item.reaction,
        tell_by=facts.get("tell_by", ""),
        phone=phone(facts.get("phone", "")),
        pending=item.hand_over.value in ("waiting", "sent") or bool(item.pending),
        quiet=_quiet(item, state, words),
        sealed_for=_sealed_for(item, facts, words),
    )


def _sealed_for(item: RequestItem, facts: Mapping[str, str], words: Words) -> str:
    """The department of the matter: it alone reads what was sealed, to whomever the request is given."""
    if not is_sealed(facts.get("description", "")):
        return ""
    return words.matters.get(item.matter, {}).get("dept", "") or item.suggested


def quiet_since(calendar: Calendar, today: date) -> date:
    """Whatever nothing happened to from this day on is quiet today."""
    day, worked = today, 0
    while worked < QUIET:
        worked += calendar.works(day)
        day -= timedelta(days=1)
    return day + timedelta(days=1)


def _quiet(item: RequestItem, state: RequestState, words: Words) -> int:
    changed = day(item.changed_at[:10]) if item.changed_at else None
    if changed is None or state not in ACTING:
        return 0
    days = words.calendar.between(changed, words.today)
    return days if days >= QUIET else 0
