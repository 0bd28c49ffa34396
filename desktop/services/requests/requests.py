"""Requests: the board, one request with its course, the steps of handling it, and telling the resident."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from desktop.services.context import Context, day
from desktop.services.filling.filling import FillingDesk
from desktop.services.filling.filling_values import Stored
from desktop.services.filling.library import CATEGORIES, DEPARTMENTS, MATTERS
from desktop.services.filling.records import facts
from desktop.services.filling.steps import Steps
from desktop.services.people.people import PeopleDesk
from desktop.services.requests.askers import asker
from desktop.services.requests.course import course_entries
from desktop.services.requests.returning import Missing, missing
from desktop.services.requests.rows import ACTING, Words, quiet_since, request_row
from desktop.services.rights import Actor, Use, needs
from desktop.services.values import (
    Action,
    Asker,
    Board,
    BoardFilter,
    Proposal,
    RequestDetail,
    RequestRow,
    RequestState,
    SameRequest,
    Tab,
)
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
LIMITS = (1, 3, 5, 10, 15, 20, 30)  # working days that are offered when one assigns
MERGED_INTO = "merged_into"  # the question that names another request, by its number or uuid
ALIKE_MOST = 100
SAME_MOST = 5
FRESH_MOST = 100  # that are looked through
STEPS = tuple(action for action in Handling if action not in (Handling.TELL, Handling.TRY))


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
        items, after = self._page(wanted)
        counts = self.counts()
        narrowed = (
            wanted.village, wanted.category, wanted.department, wanted.query.strip(), wanted.state, wanted.stuck
        )  # fmt: skip
        complete = not wanted.after and not after
        total = len(items) if complete else None if any(narrowed) else counts.get(wanted.tab)
        areas, language = self.context.areas(), self.context.language
        villages = tuple(
            (child, areas.label(child, language))
            for child in areas.below(code(self.actor.area))
            if (known := areas.get(child)) is not None and known.level == "village"
        )
        return Board(
            rows=self._rows(items),
            total=total,
            counts=counts,
            villages=villages,
            departments=self._coded(DEPARTMENTS),
            categories=self._coded(CATEGORIES),
            next=after,
        )

    def _page(self, wanted: BoardFilter) -> tuple[list[RequestItem], str]:
        """One page by its place in the index, and where the next begins: the whole is never read."""
        query, after = self._query(wanted), wanted.after or None
        items: list[RequestItem] = []
        if wanted.stuck and not query.states:
            return items, ""  # nobody is to act on what is in this tab
        while len(items) < wanted.limit:
            found = self.context.store.requests.list(query, after=after, limit=wanted.limit)
            items += [item for item in found.rows if self.actor.sees(item.area, item.department)]
            after = found.next
            if after is None:
                break
        return items, after or ""

    def _coded(self, table: str) -> tuple[tuple[str, str], ...]:
        return tuple((each, self.context.label(table, each)) for each in self.context.table(table))

    @needs(Use.SEE_FORMS)
    def usual(self) -> Mapping[str, str]:
        """Which department usually handles each matter, in words."""
        rows = self.context.table(MATTERS).items()
        return {matter: self.context.department(row["dept"]) for matter, row in rows if row.get("dept")}

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
        query_ = self._query(BoardFilter(Tab.ALL, state, department=department, query=query, overdue=overdue))
        found = self.context.store.requests.all(query_)
        return self._rows([item for item in found if self.actor.sees(item.area, item.department)])

    @needs(Use.SEE_REQUESTS)
    def fresh(self) -> tuple[RequestRow, ...]:
        """What was given to somebody and nothing has happened to since, the time of the first ends first."""
        query = RequestQuery(
            states=(S.ASSIGNED,), area=self.actor.area, department=self._only_department(), order="due"
        )
        found = self.context.store.requests.list(query, limit=FRESH_MOST).rows
        mine = (item for item in found if self.actor.sees(item.area, item.department))
        return self._rows([item for item in mine if self._untouched(item.uuid)])

    def _untouched(self, uuid: str) -> bool:
        detail = self.context.store.requests.get(uuid)
        events = [event for event in detail.events if not event.late] if detail is not None else []
        return bool(events) and events[-1].values.get("action") == Handling.ASSIGN

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
            proposal=self._proposal(item) if self.actor.may(Use.ASSIGN) else None,
            lost=self.context.store.inbox.lost_files(item.instance_id),
            asker=asker(detail, self.context),
        )

    @needs(Use.REVEAL_ASKER)
    def reveal(self, ref: str) -> Asker:
        """Who asked with the telephone whole; the look is in the audit log before it is shown."""
        detail = self._detail(ref)
        self.context.audit("request.revealed", subject=detail.item.uuid)
        return asker(detail, self.context, reveal=True)

    def _proposal(self, item: RequestItem) -> Proposal:
        """Whom its matter belongs to, and when each time limit would be over."""
        context = self.context
        department = item.department or item.suggested
        like = RequestQuery(matter=item.matter, department=department, area=self.actor.area)
        alike = self.context.store.requests.list(like, limit=ALIKE_MOST).rows if department else ()
        start = day(item.received_on) or context.today()
        wanted = sorted({*LIMITS, *((item.days,) if item.days else ())})
        ends = tuple((days, context.calendar().due(start, days, item.paused_days).day) for days in wanted)
        others = sum(each.uuid != item.uuid for each in alike)
        here = RequestQuery(matter=item.matter, area=context.areas().path(item.village), open_only=True)
        same = tuple(
            SameRequest(each.uuid, each.ref, each.who, day(each.recorded_on))
            for each in context.store.requests.list(here, limit=SAME_MOST).rows
            if each.uuid != item.uuid
        )
        return Proposal(department, context.department(department), others, item.days, ends, same)

    @needs(Use.SEE_REQUESTS)
    def update(self, ref: str, answers: Mapping[str, object]) -> Stored:
        return self._event(ref, REQUEST_UPDATE, answers)

    @needs(Use.TELL)
    def tell(self, ref: str, answers: Mapping[str, object]) -> Stored:
        return self._event(ref, TOLD, answers)

    @needs(Use.ASSIGN)
    def assign(
        self, refs: Sequence[str], *, department: str = "", days: int | None = None, fresh: bool = False
    ) -> Mapping[str, str]:
        answers = {"action": "assign", **({"dept": department} if department else {})}
        answers |= {} if days is None else {"days": str(days)}

        def give(ref: str) -> None:
            if fresh:
                self._still_free(ref)
            self.update(ref, answers)

        return self._each(refs, give)

    @needs(Use.RETURN)
    def send_back(self, refs: Sequence[str], *, why: Sequence[str], said: str) -> Mapping[str, str]:
        answers = {"action": Handling.RETURN.value, "return_why": list(why), "return_text": said}
        return self._each(refs, lambda ref: self.update(ref, answers))

    @needs(Use.RETURN)
    def missing(self) -> Missing:
        return missing(self.context)

    def _each(self, refs: Sequence[str], step: Callable[[str], object]) -> Mapping[str, str]:
        """One after the other; what one refuses keeps none of the others back."""
        done: dict[str, str] = {}
        for ref in refs:
            try:
                step(ref)
                done[ref] = ""
            except Fault as fault:
                done[ref] = fault.message(self.context.text)
        return done

    def _still_free(self, ref: str) -> None:
        item = self._detail(ref).item
        if RequestState(item.state) is RequestState.ASSIGNED:
            raise Fault("services.taken", Kind.USAGE, department=self.context.department(item.department))

    def _event(self, ref: str, form_id: str, answers: Mapping[str, object]) -> Stored:
        """Fill in one step of handling, from answers alone; Refused says which are wrong."""
        detail = self._detail(ref)
        request = detail.item.uuid
        into = {name: self._detail(str(said)).item.uuid for name, said in answers.items() if _bare(name) == MERGED_INTO}
        given = {"request": request, **answers, **into}
        about = {"requests": (request, *into.values())}
        return Steps(self.context, self.filling).hand_in(form_id, given, about=about, words=True)

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
        if wanted.stuck:
            states = tuple(state for state in ACTING if state in states or not states)
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
            category=wanted.category,
            still_before=quiet_since(self.context.calendar(), self.context.today()).isoformat() if wanted.stuck else "",
            order="recent" if wanted.newest else "due",
        )

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


def _bare(name: str) -> str:
    """A question's name without its path."""
    return name.rpartition("/")[2]
