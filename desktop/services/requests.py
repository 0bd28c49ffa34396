"""Requests: the board, one request with its course, the steps of handling it, and telling the resident."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.services.answers import apply, read
from desktop.services.context import Context
from desktop.services.course import course_entries
from desktop.services.filling import FillingDesk, named
from desktop.services.people import PeopleDesk
from desktop.services.records import facts
from desktop.services.refusal import refusal
from desktop.services.request_rows import Words, request_row
from desktop.services.rights import Actor, Use, needs
from desktop.services.values import (
    Action,
    Board,
    BoardFilter,
    RequestDetail,
    RequestRow,
    RequestState,
    Stored,
    Tab,
)
from forms.api import Form, NotReady
from forms.casework.areas import code
from forms.casework.events import REQUEST_UPDATE, TOLD
from forms.casework.events import Action as Handling
from forms.casework.transitions import allowed
from forms.errors import Fault, Kind
from sync.protocol import Role
from sync.store.api import RequestDetail as StoredDetail
from sync.store.api import RequestItem, RequestQuery

S = RequestState
UNASSIGNED = (S.ARRIVED, S.TAKEN_UP, S.REOPENED)
TABS: Mapping[Tab, tuple[RequestState, ...]] = {
    Tab.TO_ASSIGN: UNASSIGNED,
    Tab.IN_PROGRESS: (S.ASSIGNED, S.FORWARDED),
    Tab.RETURNED: (S.RETURNED,),
    Tab.TO_TELL: (S.ANSWERED,),
    Tab.HANDED_OVER: (S.SENT, *UNASSIGNED, S.ASSIGNED, S.FORWARDED),
    Tab.WAITING: (S.READY,),
    Tab.ENDED: (S.TOLD, S.CLOSED),
    Tab.ALL: (),
    Tab.OPEN: (),
    Tab.OVERDUE: (),
}
STEPS = tuple(action for action in Handling if action not in (Handling.TELL, Handling.TRY))


def _placed(name: str, value: object, form: Form) -> str:
    """A bare question name means the only question of that name, wherever its group is."""
    if name.startswith("/") or isinstance(value, Mapping):
        return name
    return named(form, name) or name


@dataclass(frozen=True, slots=True)
class RequestsDesk:
    context: Context
    filling: FillingDesk
    people: PeopleDesk

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.SEE_REQUESTS)
    def board(self, wanted: BoardFilter) -> Board:
        items = [item for item in self._all(self._query(wanted)) if self._shown(item, wanted)]
        areas = self.context.areas()
        mine = code(self.actor.area)
        villages = tuple(
            (child, areas.label(child, self.context.language))
            for child in areas.below(mine)
            if (known := areas.get(child)) is not None and known.level == "village"
        )
        departments = sorted({item.department for item in items if item.department})
        return Board(
            rows=self._rows(items[wanted.offset : wanted.offset + wanted.limit]),
            total=len(items),
            counts=self.counts(),
            villages=villages,
            departments=tuple((each, self.context.department(each)) for each in departments),
        )

    @needs(Use.SEE_REQUESTS)
    def counts(self) -> Mapping[Tab, int]:
        store, area = self.context.store, self.actor.area
        department = self._only_department()
        by_state = store.requests.counts(area=area, department=department)
        found = {tab: sum(by_state.get(state, 0) for state in states) for tab, states in TABS.items()}
        found[Tab.ALL] = sum(by_state.values())
        found[Tab.OPEN] = found[Tab.ALL] - found[Tab.ENDED]
        found[Tab.OVERDUE] = store.requests.overdue(self.context.today().isoformat(), area=area, department=department)
        return found

    @needs(Use.SEE_REQUESTS)
    def list(
        self, *, state: RequestState | None = None, overdue: bool = False, department: str = "", query: str = ""
    ) -> tuple[RequestRow, ...]:
        """All that fit, for scripts."""
        wanted = BoardFilter(Tab.ALL, state, department=department, query=query, overdue=overdue, limit=10**9)
        return self._rows([item for item in self._all(self._query(wanted)) if self._shown(item, wanted)])

    @needs(Use.SEE_REQUESTS)
    def show(self, ref: str) -> RequestDetail:
        detail = self._detail(ref)
        item = detail.item
        record = self.context.store.records.get(item.instance_id)
        shown = (
            facts(self.context.form(record.row.form_id, record.row.form_version), record.xml, self.context)
            if record is not None
            else ()
        )
        person = None
        if item.person and self.actor.may(Use.SEE_PEOPLE):
            known = self.context.store.entities.get(item.person, "residents")
            person = self.people.row(known) if known is not None else None
        return RequestDetail(
            row=self.row(item, detail.properties),
            course=tuple(course_entries(detail, self.context)),
            facts=shown,
            person=person,
            actions=self._actions(item),
            attachments=tuple(file.name for file in record.attachments) if record is not None else (),
            receipt=self.context.local(detail.properties.get("received_on", "")),
        )

    @needs(Use.SEE_REQUESTS)
    def update(self, ref: str, answers: Mapping[str, object]) -> Stored:
        return self._event(ref, REQUEST_UPDATE, answers)

    @needs(Use.TELL)
    def tell(self, ref: str, answers: Mapping[str, object]) -> Stored:
        return self._event(ref, TOLD, answers)

    @needs(Use.ASSIGN)
    def assign(self, refs: Sequence[str], *, department: str, days: int | None = None) -> Mapping[str, str]:
        done: dict[str, str] = {}
        for ref in refs:
            answers = {"action": "assign", "dept": department, **({} if days is None else {"days": str(days)})}
            try:
                self.update(ref, answers)
                done[ref] = ""
            except Fault as fault:
                done[ref] = fault.message(self.context.text)
        return done

    def _event(self, ref: str, form_id: str, answers: Mapping[str, object]) -> Stored:
        """Fill in one step of handling, from answers alone; Refused says which are wrong."""
        detail = self._detail(ref)
        opening = self.filling.start(form_id, known={"request": detail.item.uuid})
        given = {_placed(name, value, opening.form): value for name, value in answers.items()}
        problems = apply(opening.session, read(given, opening.form))
        if problems:
            raise refusal(opening.session, self.context.language, problems)
        try:
            return self.filling.finish(opening)
        except NotReady:
            raise refusal(opening.session, self.context.language) from None

    def _detail(self, ref: str) -> StoredDetail:
        found = self.context.store.requests.get(ref)
        if found is None:
            raise Fault("services.unknown_request", Kind.USAGE, ref=ref)
        self.actor.require_area(found.item.area, found.item.department)
        return found

    def _actions(self, item: RequestItem) -> tuple[Action, ...]:
        labels = self.context.library.choices(self.context.source(REQUEST_UPDATE), self.context.language)
        return tuple(
            Action(step.value, labels.get(("action", step.value), step.value))
            for step in allowed(RequestState(item.state), reopened=item.reopened)
            if step in STEPS and self.actor.may(Use(step.value))
        )

    def _only_department(self) -> str:
        only_one = self.actor.role is Role.DEPARTMENT and len(self.actor.departments) == 1
        return self.actor.departments[0] if only_one else ""

    def _query(self, wanted: BoardFilter) -> RequestQuery:
        states = (wanted.state,) if wanted.state is not None else TABS[wanted.tab]
        overdue = wanted.overdue or wanted.tab is Tab.OVERDUE
        area = self.context.areas().path(wanted.village) if wanted.village else self.actor.area
        self.actor.require_area(area)
        return RequestQuery(
            states=tuple(states),
            department=wanted.department or self._only_department(),
            area=area,
            query=wanted.query,
            overdue_on=self.context.today().isoformat() if overdue else "",
            open_only=wanted.tab is Tab.OPEN and wanted.state is None,
            order="due",
        )

    def _all(self, query: RequestQuery) -> Sequence[RequestItem]:
        return tuple(self.context.store.requests.all(query))

    def _shown(self, item: RequestItem, wanted: BoardFilter) -> bool:
        if wanted.category and item.category != wanted.category:
            return False
        return self.actor.sees(item.area, item.department)

    def row(self, item: RequestItem, properties: Mapping[str, str] | None = None) -> RequestRow:
        """A request of the store as people see it."""
        if properties is None:
            return self._rows([item])[0]
        return request_row(item, properties, Words.of(self.context))

    def _rows(self, items: Sequence[RequestItem]) -> tuple[RequestRow, ...]:
        """As `row`, with facts and words read once for all."""
        known = self.context.store.entities.facts("requests", [item.uuid for item in items])
        words = Words.of(self.context)
        return tuple(request_row(item, known.get(item.uuid, {}), words) for item in items)
