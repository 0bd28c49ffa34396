"""Duplicates and conflicts: shown side by side, decided by a submission of the form `decision`, undone for 30 days."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from desktop.services.context import Context, day
from desktop.services.filling.filling import FillingDesk
from desktop.services.filling.filling_values import Stored
from desktop.services.filling.steps import Steps
from desktop.services.office.look_alikes import HOUSEHOLDS, MOST, RESIDENTS, LookAlikes, Step
from desktop.services.office.review_values import (
    ConflictDetail,
    ConflictFact,
    ConflictRow,
    HeldChange,
    PairDetail,
    PairRow,
    ReviewView,
    Side,
    SideFact,
    Told,
    Undoable,
)
from desktop.services.office.unsettling import stood_before
from desktop.services.people.facts_said import DECISION_PREFIX, FOLLOW, FactsSaid
from desktop.services.rights import Actor, Use, needs
from forms.casework.merging import DAYS_TO_UNDO, DECISION, Act, Decided, Standing, can_be_undone
from forms.errors import Fault, Kind
from forms.xml import parse
from sync.store.api import DecisionItem, DisputedItem, EntityItem, RequestQuery, ReviewItem

TARGET = {"residents": "resident", "households": "household"}
IDENTITY = frozenset({"full_name", "id_no", "birth", "sex", "head_name"})
"""What says who somebody is: no value of it is suggested."""
SEVERAL = frozenset({"tags"})
"""Facts of which several values may stand together."""
NONE = "none"
DECIDED_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    context: Context
    filling: FillingDesk

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.DECIDE)
    def view(self) -> ReviewView:
        """What contradicts itself, and what was decided lately."""
        return ReviewView(tuple(self._conflicts()), tuple(self._undoable()))

    @needs(Use.DECIDE)
    def count(self) -> int:
        """How much waits to be decided, without looking for pairs."""
        return sum(1 for _ in self._conflicts()) + len(self._standing().proposed)

    # who is who

    @needs(Use.DECIDE)
    def pairs(self, step: Step = lambda done, of: None) -> tuple[PairRow, ...]:
        """Residents and households of the area that may be one: proposed ones first, then the likeliest. For LONG."""
        return self._alike().rows(self.actor.area, step)

    @needs(Use.DECIDE)
    def pair(self, dataset: str, one: str, other: str) -> PairDetail:
        """Both beside each other. Fault review.gone where one is there no more."""
        left, right = self._entity(dataset, one), self._entity(dataset, other)
        said = FactsSaid.of(self.context, dataset)
        facts = tuple(self._side_facts(said, left, right))
        reasons = self._alike().like(dataset, left, right).reasons
        return PairDetail(dataset, self._side(left), self._side(right), facts, reasons)

    @needs(Use.DECIDE)
    def merge(
        self, dataset: str, kept: str, other: str, values: Mapping[str, str], *, versions: tuple[int, int] | None = None
    ) -> Stored:
        """They are one: `kept` stands for both, with `values` of it changed. Fault review.changed where one is other
        than `versions` says, review.gone."""
        mine, theirs = self._entity(dataset, kept), self._entity(dataset, other)
        if versions is not None and versions != (mine.version, theirs.version):
            raise Fault("review.changed", Kind.USAGE)
        changed = self._with_following(mine, theirs, values)
        before = {name: mine.properties.get(name, "") for name in changed}
        answers = self._settled(dataset, changed) | {"before": json.dumps(before, ensure_ascii=False)}
        return self._decide(Act.MERGE, dataset, kept, other, answers if changed else {})

    @needs(Use.DECIDE)
    def different(self, dataset: str, one: str, other: str) -> Stored:
        """They are two: nobody is asked again."""
        self._entity(dataset, one)
        self._entity(dataset, other)
        return self._decide(Act.DIFFERENT, dataset, one, other, {})

    @needs(Use.PROPOSE)
    def twins(self, uuid: str) -> tuple[PairRow, ...]:
        """Who may be the same as a resident, and which households as theirs: of whom nobody has said anything yet.

        Fault review.gone.
        """
        mine, alike = self._entity(RESIDENTS, uuid), self._alike()
        home = self.context.store.entities.get(mine.properties.get("household", ""), HOUSEHOLDS)
        found = list(alike.of(mine, RESIDENTS))
        if home is not None and not home.deleted and not home.merged_into:
            found += alike.of(home, HOUSEHOLDS)
        return tuple(found)

    @needs(Use.PROPOSE)
    def propose(self, dataset: str, one: str, other: str) -> Stored:
        """They may be one: for the township to decide."""
        self._entity(dataset, one)
        self._entity(dataset, other)
        return self._decide(Act.PROPOSE, dataset, one, other, {})

    @needs(Use.DECIDE)
    def undo(self, instance_id: str) -> Stored:
        """Two are two again, or values as they stood before. Faults review.too_late, review.gone, review.as_before."""
        item = next(
            (each for each in self.context.store.decisions.all() if each.decided.instance_id == instance_id), None
        )
        if item is None:
            raise Fault("review.gone", Kind.USAGE)
        decided = item.decided
        if not _undoable_on(decided, self.context.today()):
            raise Fault("review.too_late", Kind.USAGE, days=DAYS_TO_UNDO)
        if decided.act is Act.CONFLICT:
            return self._unsettle(item)
        back = self._put_back(item) if decided.act is Act.MERGE else {}
        answers = {"undone": instance_id, **self._settled(decided.dataset, back)}
        return self._decide(Act.UNDO, decided.dataset, decided.kept, "", answers)

    def _unsettle(self, item: DecisionItem) -> Stored:
        """Both sides have been looked at, and what stood before stands again: a decision like the first."""
        decided, back = item.decided, stood_before(self.context, item)
        if not back:
            raise Fault("review.as_before", Kind.USAGE)
        answers = {"about": " ".join(decided.about), **self._settled(decided.dataset, back)}
        return self._decide(Act.CONFLICT, decided.dataset, decided.kept, "", answers)

    # which value stands

    @needs(Use.DECIDE)
    def conflict(self, dataset: str, uuid: str) -> ConflictDetail:
        """What was said of an entity without knowing of each other. Fault review.settled where nothing is left."""
        found = self.context.store.decisions.review(dataset, uuid)
        if found is None:
            raise Fault("review.settled", Kind.USAGE)
        self.actor.require_area(found.area)
        said = FactsSaid.of(self.context, dataset)
        facts = tuple(self._conflict_fact(said, each) for each in found.disputed if each.name in said.labels)
        held = tuple(
            HeldChange(
                each.instance_id,
                tuple((said.label(name), said.words(name, value)) for name, value in each.values.items()),
                each.author,
                self.context.local(each.wall_time),
            )
            for each in found.held
        )
        where = self.context.area_label(found.area)
        return ConflictDetail(dataset, uuid, self._title(found.label), where, facts, held, _seen(found))

    @needs(Use.DECIDE)
    def settle(self, detail: ConflictDetail, values: Mapping[str, str]) -> Stored:
        """These values stand. Fault review.changed where somebody has decided, or said more, meanwhile."""
        self._unchanged(detail)
        about = sorted({told.instance_id for fact in detail.facts for told in fact.told})
        answers = {"about": " ".join(about), **self._settled(detail.dataset, values)}
        return self._decide(Act.CONFLICT, detail.dataset, detail.uuid, "", answers)

    @needs(Use.DECIDE)
    def decide_held(self, detail: ConflictDetail, *, take: bool) -> Stored:
        """Changes whose forerunner does not come count all the same, or not at all. Fault review.changed."""
        self._unchanged(detail)
        answers = {"about": " ".join(each.instance_id for each in detail.held)}
        return self._decide(Act.TAKE if take else Act.DROP, detail.dataset, detail.uuid, "", answers)

    def _unchanged(self, detail: ConflictDetail) -> None:
        now = self.context.store.decisions.review(detail.dataset, detail.uuid)
        if now is None or _seen(now) != detail.seen:
            raise Fault("review.changed", Kind.USAGE)
        self.actor.require_area(now.area)

    # how it is written

    def _decide(self, act: Act, dataset: str, kept: str, other: str, answers: Mapping[str, object]) -> Stored:
        target = TARGET[dataset]
        given: dict[str, object] = {"act": act.value, "target": target, target: kept, **answers}
        if other:
            given[f"other_{target}"] = other
        about = {dataset: (kept, other) if other else (kept,)}
        return Steps(self.context, self.filling).hand_in(DECISION, given, about=about)

    def _settled(self, dataset: str, values: Mapping[str, str]) -> dict[str, object]:
        prefix = DECISION_PREFIX[dataset]
        known = FactsSaid.of(self.context, dataset).labels
        kept = {f"{prefix}{name}": value for name, value in values.items() if name in known}
        return {"fields": list(kept), **kept} if kept else {}

    def _with_following(self, mine: EntityItem, theirs: EntityItem, values: Mapping[str, str]) -> dict[str, str]:
        """Chosen values that differ from what stands, with what goes along with them."""
        changed = {name: value for name, value in values.items() if mine.properties.get(name, "") != value}
        for name in tuple(changed):
            source = theirs if theirs.properties.get(name, "") == changed[name] else mine
            changed |= {each: source.properties.get(each, "") for each in FOLLOW.get(name, ()) if source is theirs}
        return changed

    def _put_back(self, item: DecisionItem) -> dict[str, str]:
        """What the merge changed, as it was before it; what somebody changed since stays."""
        record = self.context.store.records.get(item.decided.instance_id)
        kept = self.context.store.entities.get(item.decided.kept, item.decided.dataset)
        if record is None or not record.xml or kept is None:
            return {}
        root = parse(record.xml)
        written = next((each.text for each in root.iter("{*}before") if each.text), "{}")
        prefix = DECISION_PREFIX[item.decided.dataset]
        back = {}
        for name, value in json.loads(written).items():
            merged = next((each.text or "" for each in root.iter(f"{{*}}{prefix}{name}")), None)
            if merged is not None and kept.properties.get(name, "") == merged:
                back[name] = str(value)
        return back

    # how it is read

    def _standing(self) -> Standing:
        return self.context.store.decisions.standing()

    def _alike(self) -> LookAlikes:
        return LookAlikes(self.context, self._standing())

    def _entity(self, dataset: str, uuid: str) -> EntityItem:
        found = self.context.store.entities.get(uuid, dataset)
        if found is None or found.deleted:
            raise Fault("review.gone", Kind.USAGE)
        self.actor.require_area(found.area)
        return found

    def _side(self, item: EntityItem) -> Side:
        store = self.context.store
        records = store.records.of_entity(item.uuid, limit=1)
        return Side(
            item.uuid,
            item.label,
            self.context.area_label(item.area),
            registered=day(records[-1].finalised_at) if records else None,
            requests=len(store.requests.list(RequestQuery(person=item.uuid), limit=MOST).rows),
            version=item.version,
            members=len(store.entities.members(item.uuid)),
        )

    def _side_facts(self, said: FactsSaid, left: EntityItem, right: EntityItem) -> Iterator[SideFact]:
        for name in said.names():
            mine, theirs = left.properties.get(name, ""), right.properties.get(name, "")
            if mine or theirs:
                yield SideFact(
                    name,
                    said.label(name),
                    said.words(name, mine),
                    said.words(name, theirs),
                    mine == theirs,
                    mine,
                    theirs,
                )

    def _conflicts(self) -> Iterator[ConflictRow]:
        for each in self.context.store.decisions.reviews():
            if each.dataset in TARGET and self.actor.sees(each.area):
                where = self.context.area_label(each.area)
                name = self._title(each.label)
                yield ConflictRow(each.dataset, each.uuid, name, where, len(each.disputed), len(each.held))

    def _title(self, label: str) -> str:
        """What is held may be of somebody whose first record has not come."""
        return label or self.context.text("review.not_here_yet")

    def _conflict_fact(self, said: FactsSaid, each: DisputedItem) -> ConflictFact:
        own = self.context.me.user
        told = tuple(
            Told(
                side.instance_id,
                said.words(each.name, side.value),
                side.value,
                side.author,
                self.context.local(side.wall_time),
                side.author == own,
            )
            for side in each.sides
        )
        newest = max(told, key=lambda side: side.when.timestamp() if side.when else 0.0, default=None)
        suggested = "" if each.name in IDENTITY or newest is None else newest.instance_id
        both = _union(side.raw for side in told) if each.name in SEVERAL else ""
        before = said.words(each.name, each.before)
        return ConflictFact(each.name, said.label(each.name), before, each.before, told, each.now, suggested, both)

    def _undoable(self) -> Iterator[Undoable]:
        """The newest first."""
        standing, today = self._standing(), self.context.today()
        shown, settled = 0, set[tuple[str, ...]]()
        for item in reversed(self.context.store.decisions.all()):
            decided = item.decided
            over = decided.act is Act.PROPOSE or decided.instance_id in standing.undone or decided.about in settled
            if over or not _undoable_on(decided, today) or shown >= DECIDED_SHOWN:
                continue
            settled |= {decided.about} if decided.about else set()  # who decided the same anew decided last
            names = tuple(self._name(decided.dataset, uuid) for uuid in (decided.kept, decided.other))
            limited = decided.act in (Act.MERGE, Act.CONFLICT) and decided.on is not None
            until = decided.on + timedelta(days=DAYS_TO_UNDO) if limited and decided.on else None
            shown += 1
            yield Undoable(
                decided.instance_id,
                decided.act,
                decided.dataset,
                decided.kept,
                (names[0], names[1]),
                item.author,
                decided.on or day(item.wall_time),
                until,
            )

    def _name(self, dataset: str, uuid: str) -> str:
        found = self.context.store.entities.get(uuid, dataset)
        return found.label if found is not None else ""


def _undoable_on(decided: Decided, today: date) -> bool:
    if decided.act is Act.CONFLICT:
        return decided.on is None or (today - decided.on).days <= DAYS_TO_UNDO
    return can_be_undone(decided, today)


def _seen(item: ReviewItem) -> tuple[str, ...]:
    """What a person looked at, as one value to compare."""
    told = {f"{each.name}={side.instance_id}" for each in item.disputed for side in each.sides}
    return tuple(sorted(told | {f"held={each.instance_id}" for each in item.held}))


def _union(values: Iterable[str]) -> str:
    """All choices of several values, "none of these" only where nothing else was chosen."""
    found = list(dict.fromkeys(each for value in values for each in value.split()))
    return " ".join([each for each in found if each != NONE] or found)
