"""Emergency: people counted house by house, told in a few digits, summed without a network.

A count is a submission of the form `headcount`, whose urgency is an emergency: it is the first in a hand-over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from desktop.services.context import Context, whole
from desktop.services.filling.batch import Batch
from desktop.services.filling.filling import FillingDesk
from desktop.services.filling.filling_values import Stored
from desktop.services.filling.forms import HEADCOUNT
from desktop.services.people.emergency_values import (
    CodesTaken,
    Found,
    GroupCount,
    Mark,
    Roll,
    RollHome,
    Situation,
    Sums,
    sums_of,
)
from desktop.services.people.masks import phone
from desktop.services.people.people import HOUSEHOLDS, LEFT, age
from desktop.services.rights import Actor, Use, needs
from forms.casework import headcount
from forms.casework.areas import code
from forms.casework.headcount import Headcount
from forms.errors import Fault, Kind
from forms.xml import parse
from sync.store.api import EntityItem, RecordRow

OPEN = "emergency.open."  # setting: how far a count has come, by group
DAY = timedelta(hours=24)
VILLAGE = 12  # digits of a village's area code
OLD, CHILD = 75, 7  # years beyond and below which somebody may not get out alone
SCAN = 500  # records of a page


@dataclass(frozen=True, slots=True)
class EmergencyDesk:
    context: Context
    filling: FillingDesk

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.SEE_PEOPLE)
    def groups(self) -> tuple[tuple[str, str], ...]:
        """Code and label of the groups of the own area."""
        areas = self.context.areas()
        lowest = (each for each in areas.below(code(self.actor.area)) if not areas.children(each))
        return tuple((each, areas.label(each, self.context.language)) for each in lowest)

    @needs(Use.SEE_PEOPLE)
    def roll(self, group: str) -> Roll:
        """The households of a group, or of all, by their door number, with what was counted and not yet reported."""
        area = self.context.areas().path(group) if group else self.actor.area
        self.actor.require_area(area)
        items = [item for item in self.context.store.entities.all(HOUSEHOLDS, area=area) if not item.deleted]
        members: dict[str, list[EntityItem]] = {item.uuid: [] for item in items}
        for each in self.context.store.visits.residents(list(members)):
            if each.properties.get("state") not in LEFT:
                members[each.properties.get("household", "")].append(each)
        homes = sorted((self._home(item, members[item.uuid]) for item in items), key=_by_door)
        event, marks = self._kept(group)
        return Roll(group, self.context.area_label(area), tuple(homes), event, marks)

    @needs(Use.FILL)
    def keep(self, roll: Roll) -> None:
        """How far one has come: nothing is lost when the power goes."""
        self.context.require_writer()
        self._require(roll)
        said = {uuid: [mark.found.value, mark.missing, mark.need_help] for uuid, mark in roll.marks.items()}
        self.context.store.settings.put(OPEN + roll.group, json.dumps([roll.event, said]) if said else "")

    @needs(Use.FILL)
    def report(self, roll: Roll, *, who_missing: str = "", needs_: str = "") -> Stored:
        """Hand the count in; fault emergency.nobody_counted before anybody was."""
        self.context.require_writer()
        self._require(roll)
        if not sums_of(roll).counted:
            raise Fault("emergency.nobody_counted", Kind.USAGE)
        batch = Batch.begin(self.filling, HEADCOUNT)
        for part in by_group(roll):
            stored = self._report(batch, part, who_missing, needs_)
        self.context.store.settings.put(OPEN + roll.group, "")
        return stored

    def _report(self, batch: Batch, roll: Roll, who_missing: str, needs_: str) -> Stored:
        """One group: what is told and summed is a group's."""
        sums = sums_of(roll)
        said = {
            "who_missing": who_missing if sums.missing else "",
            "needs": needs_ if sums.missing or sums.need_help else "",
        }
        answers = _answers(roll.group, roll.event or "other", sums, self._now(), **said)
        answers["house"] = [_line(uuid, mark) for uuid, mark in roll.marks.items()]
        answers["code"] = headcount.code_of(count_of(roll.group, sums))
        return batch.add(answers, base=Path())

    @needs(Use.FILL)
    def take(self, text: str) -> CodesTaken:
        """Codes as they were heard, typed or scanned, each stored as a count; those that are wrong are named."""
        self.context.require_writer()
        told = headcount.read(text)
        known = {headcount.place_of(group): group for group, _ in self.groups() if len(group) >= VILLAGE}
        batch: Batch | None = None
        taken, refused = 0, list(told.refused)
        for count in told.counts:
            group = known.get(count.place)
            if group is None or (told.village and not group.startswith(told.village)):
                refused.append(str(count))
                continue
            batch = batch or Batch.begin(self.filling, HEADCOUNT)
            sums = Sums(
                people=count.present + count.missing,
                present=count.present,
                missing=count.missing,
                need_help=count.need_help,
            )
            answers = _answers(group, "other", sums, _told_at(told.at, self._now()))
            batch.add(answers | {"how": "code", "code": str(count)}, base=Path())
            taken += 1
        return CodesTaken(taken, tuple(refused))

    @needs(Use.SEE_PEOPLE)
    def situation(self) -> Situation:
        """The newest count of every group within a day, and their sum."""
        newest: dict[str, GroupCount] = {}
        for row in self._recent():
            count = self._read(row)
            before = newest.get(count.group) if count is not None else None
            if count is not None and (before is None or _later(count, before)):
                newest[count.group] = count
        groups = self.groups()
        total = Sums()
        for each in newest.values():
            total = total.plus(each.sums)
        counts = tuple(newest[group] for group, _ in groups if group in newest)
        silent = tuple(label for group, label in groups if group not in newest)
        return Situation(counts, total, silent, self._qr(counts))

    def _require(self, roll: Roll) -> None:
        for group in {roll.group, *(home.group for home in roll.homes)} - {""}:
            self.actor.require_area(self.context.areas().path(group))

    def _qr(self, counts: tuple[GroupCount, ...]) -> str:
        village = code(self.actor.area)
        if len(village) != VILLAGE or not counts:
            return ""
        at = max((each.at for each in counts if each.at), default=self._now())
        return headcount.qr_text(village, f"{at:%Y%m%d%H%M}", [count_of(each.group, each.sums) for each in counts])

    def _recent(self) -> Iterator[RecordRow]:
        since = (self.context.clock.now() - DAY).date().isoformat()
        after = None
        while True:
            page = self.context.store.records.list(form_id=HEADCOUNT, since=since, after=after, limit=SCAN)
            yield from (row for row in page.rows if not row.superseded_by)
            after = page.next
            if after is None:
                return

    def _read(self, row: RecordRow) -> GroupCount | None:
        record = self.context.store.records.get(row.instance_id)
        if record is None or not record.xml:
            return None
        said = {
            str(node.tag).rpartition("}")[2]: node.text or ""
            for node in parse(record.xml).iter()
            if isinstance(node.tag, str)
        }
        group, at = said.get("area", ""), _moment(said.get("counted_at", ""))
        path = self.context.areas().path(group) if group in self.context.areas() else ""
        if not path or not self.actor.sees(path) or at is None or self._now() - at > DAY:
            return None
        numbers = {
            name: whole(said.get(name, "")) or 0
            for name in ("households", "counted", "people", "present", "missing", "need_help")
        }
        return GroupCount(
            group,
            self.context.area_label(group),
            at,
            Sums(**numbers),
            said.get("code", ""),
            by_code=said.get("how") == "code",
            event=said.get("event", ""),
        )

    def _now(self) -> datetime:
        return self.context.clock.now()

    def _home(self, item: EntityItem, members: list[EntityItem]) -> RollHome:
        known = item.properties
        return RollHome(
            uuid=item.uuid,
            head_name=known.get("head_name", item.label),
            house_no=known.get("house_no", ""),
            phone=phone(known.get("phone", "")),
            people=whole(known.get("living", "")) or len(members),
            watch="、".join(self._watched(members)),
            group=code(item.area),
            group_label=self.context.area_label(item.area),
        )

    def _watched(self, members: list[EntityItem]) -> Iterator[str]:
        """Who may not get out alone: old or small, disabled, alone."""
        for each in members:
            years = age(each.properties.get("birth", ""), self.context.today())
            tags = each.properties.get("tags", "").split()
            aged = years is not None and (years >= OLD or years < CHILD)
            if aged or any(tag.startswith("old_") or tag == "disabled" for tag in tags):
                name = each.properties.get("full_name", each.label)
                yield f"{name} {years}" if years is not None else name

    def _kept(self, group: str) -> tuple[str, dict[str, Mark]]:
        kept = self.context.store.settings.get(OPEN + group)
        if not kept:
            return "", {}
        event, marks = json.loads(kept)
        return event, {uuid: Mark(Found(found), missing, help_) for uuid, (found, missing, help_) in marks.items()}


def by_group(roll: Roll) -> Iterator[Roll]:
    """A roll for each group in which somebody was counted."""
    for group in sorted({home.group for home in roll.homes if home.uuid in roll.marks}):
        homes = tuple(home for home in roll.homes if home.group == group)
        marks = {home.uuid: roll.marks[home.uuid] for home in homes if home.uuid in roll.marks}
        yield Roll(group, homes[0].group_label, homes, roll.event, marks)


def count_of(group: str, sums: Sums) -> Headcount:
    return Headcount(headcount.place_of(group), sums.present, sums.missing, sums.need_help)


def _answers(group: str, event: str, sums: Sums, at: datetime, **more: str) -> dict[str, object]:
    return {
        "where": {"event": event, "area": group, "counted_at": at.isoformat(timespec="seconds")},
        "people_found": {
            **{name: said for name, said in more.items() if said},
            "households": sums.households,
            "counted": sums.counted,
            "people": sums.people,
            "present": sums.present,
            "missing": sums.missing,
            "need_help": sums.need_help,
        },
    }


def _line(uuid: str, mark: Mark) -> dict[str, object]:
    line: dict[str, object] = {"household": uuid, "found": mark.found.value}
    if mark.found is Found.MISSING:
        line["house_missing"] = mark.missing
    if mark.found in (Found.HELP, Found.MISSING):
        line["house_help"] = mark.need_help
    return line


def _told_at(written: str, otherwise: datetime) -> datetime:
    try:
        return datetime.strptime(written, "%Y%m%d%H%M").replace(tzinfo=otherwise.tzinfo)
    except ValueError:
        return otherwise


def _moment(iso: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _later(one: GroupCount, other: GroupCount) -> bool:
    return one.at is not None and (other.at is None or one.at >= other.at)


def _by_door(home: RollHome) -> tuple[str, int, str]:
    number = re.search(r"\d+", home.house_no)
    return (home.group, int(number.group()) if number else 1 << 30, home.house_no)
