"""The office's inbox: what villages handed over, judged, accepted or returned with the question named.

A verdict is a submission of the form `batch_check`; a request that is accepted is taken up, one that goes back is
returned by a step of its course. So both can be broken off anywhere and done again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.services.context import Context
from desktop.services.filling.filling import FillingDesk
from desktop.services.filling.forms import BATCH_CHECK
from desktop.services.filling.steps import Steps
from desktop.services.office.inbox_values import (
    BatchDetail,
    BatchRow,
    Came,
    Channel,
    Finding,
    Flaw,
    InboxView,
    Quality,
    Return,
    SilentVillage,
    Taken,
    Verdict,
)
from desktop.services.office.quality import QualityCheck, village_of
from desktop.services.rights import Actor, Use, needs
from forms.casework.events import REQUEST_UPDATE
from forms.casework.names import Names
from forms.casework.states import HANDED_OVER, State
from forms.errors import Fault, Kind
from forms.xml import parse
from sync.store.api import Arrival

DAYS = 60  # how far back one looks
TOGETHER = timedelta(minutes=30)  # what a computer handed over within is one batch
SILENT_DAYS = 7
STICKS = "inbox_sticks"  # setting: [village, when its stick was read], the newest last
MOST_STICKS = 200
WHY: Mapping[Flaw, str] = {Flaw.MISSING: "what", Flaw.DATE: "what", Flaw.DUPLICATE: "dup", Flaw.OTHER: "other"}
"""Flaws as the form request_update has its reasons for a return."""
SURNAMES = "surnames.csv"

Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class InboxDesk:
    context: Context
    filling: FillingDesk

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.CHECK)
    def view(self) -> InboxView:
        """Batches of the last weeks, and villages that nothing came from."""
        verdicts = self._verdicts()
        rows = [self._row(key, arrivals, verdicts) for key, arrivals in self._batches().items()]
        rows.sort(key=lambda row: (not row.open, -(row.came.timestamp() if row.came else 0.0)))
        return InboxView(tuple(rows), self._silent())

    @needs(Use.CHECK)
    def waiting(self) -> int:
        """Batches in which something waits for a look."""
        verdicts = self._verdicts()
        return sum(any(each.instance_id not in verdicts for each in found) for found in self._batches().values())

    @needs(Use.CHECK)
    def batch(self, key: str) -> BatchDetail:
        """The records of one. Fault inbox.no_batch."""
        arrivals, verdicts = self._of(key), self._verdicts()
        titles = {row.form_id: row.title for row in self.context.store.forms.list()}
        requests = self._requests_of(arrivals)
        subjects = self.context.store.arrivals.subjects(each.instance_id for each in arrivals)
        records = tuple(
            Came(
                instance_id=each.instance_id,
                form_id=each.form_id,
                form_title=titles.get(each.form_id, each.form_id),
                ref=each.ref,
                title=requests.get(each.instance_id, ("", ""))[1],
                author=each.author,
                written=self.context.local(each.wall_time),
                verdict=verdicts.get(each.instance_id, Verdict.OPEN),
                request=requests.get(each.instance_id, ("", ""))[0],
                about=subjects.get(each.instance_id, ""),
            )
            for each in sorted(arrivals, key=lambda each: each.seq)
        )
        return BatchDetail(self._row(key, arrivals, verdicts), records)

    @needs(Use.CHECK)
    def quality(self, key: str, step: Step = lambda done, of: None) -> Quality:
        """What is wrong with the records of a batch that nobody has decided on yet."""
        verdicts = self._verdicts()
        open_ones = [each for each in self._of(key) if each.instance_id not in verdicts]
        data = self.context.list_bytes(SURNAMES)
        names = self.context.library.names(data) if data else Names()
        check = QualityCheck(self.context, self.filling, names)
        found: dict[str, tuple[Finding, ...]] = {}
        for number, each in enumerate(sorted(open_ones, key=lambda each: each.seq), start=1):
            record = self.context.store.records.get(each.instance_id)
            findings = check.look(record) if record is not None else ()
            if findings:
                found[each.instance_id] = findings
            step(number, len(open_ones))
        return Quality(found, len(open_ones))

    @needs(Use.CHECK)
    def take(
        self,
        key: str,
        *,
        accept: Iterable[str],
        back: Mapping[str, Return],
        step: Step = lambda done, of: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Taken:
        """Accept some records of a batch and return others; what nobody named stays open. From the writer's desk."""
        self.context.require_writer()
        arrivals, verdicts = self._of(key), self._verdicts()
        here = {each.instance_id: each for each in arrivals if each.instance_id not in verdicts}
        wanted: dict[str, Return | None] = {id: None for id in accept if id in here}
        wanted |= {id: why for id, why in back.items() if id in here}
        requests, done, failed, stopped = self._requests_of(arrivals), [], {}, False
        for number, (id, why) in enumerate(wanted.items(), start=1):
            if cancelled():
                stopped = True
                break
            try:
                self._decide(requests.get(id, ("", ""))[0], why)
                done.append(id)
            except Fault as fault:
                failed[id] = fault.message(self.context.text)
            step(number, len(wanted))
        returned = {id: why for id in done if (why := wanted[id]) is not None}
        if done:
            self._write_check(key, [here[id] for id in done], returned)
        return Taken(len(done) - len(returned), len(returned), failed, stopped)

    @needs(Use.CHECK)
    def came_by_stick(self, area: str) -> None:
        """Remember that what comes from this village (a code) next was on a stick."""
        known: list[list[str]] = json.loads(self.context.store.settings.get(STICKS, "[]"))
        known.append([area, self.context.clock.utc()])
        self.context.store.settings.put(STICKS, json.dumps(known[-MOST_STICKS:]))

    # batches

    def _batches(self) -> dict[str, list[Arrival]]:
        """Arrivals by the computer and the time that they came from and at, newest first."""
        since = (self.context.clock.instant() - timedelta(days=DAYS)).isoformat()[:19]
        found: dict[str, list[Arrival]] = {}
        last: dict[str, tuple[str, datetime]] = {}
        for each in self.context.store.arrivals.list(area=self.actor.area, since=since):
            at = self.context.local(each.at)
            if at is None:
                continue
            key, before = last.get(each.device, ("", at))
            if not key or before - at > TOGETHER:
                key = f"{each.device}@{each.at}"
            last[each.device] = (key, at)
            found.setdefault(key, []).append(each)
        return found

    def _of(self, key: str) -> list[Arrival]:
        found = self._batches().get(key)
        if found is None:
            raise Fault("inbox.no_batch", Kind.USAGE)
        return found

    def _row(self, key: str, arrivals: Sequence[Arrival], verdicts: Mapping[str, Verdict]) -> BatchRow:
        area = village_of(self.context, arrivals[0].area)
        counts = [verdicts.get(each.instance_id, Verdict.OPEN) for each in arrivals]
        return BatchRow(
            key=key,
            area=area,
            village=self.context.areas().label(area, self.context.language),
            device=arrivals[0].device,
            came=self.context.local(arrivals[0].at),
            channel=self._channel(arrivals[0]),
            total=len(arrivals),
            open=counts.count(Verdict.OPEN),
            accepted=counts.count(Verdict.ACCEPTED),
            returned=counts.count(Verdict.RETURNED),
            authors=tuple(sorted({each.author for each in arrivals})),
        )

    def _channel(self, arrival: Arrival) -> Channel:
        at = self.context.local(arrival.at)
        village = village_of(self.context, arrival.area)
        for area, read in json.loads(self.context.store.settings.get(STICKS, "[]")):
            when = self.context.local(read)
            if area == village and at and when and timedelta(0) <= at - when <= TOGETHER:
                return Channel.STICK
        return Channel.NETWORK

    def _silent(self) -> tuple[SilentVillage, ...]:
        """In the order of the list of areas: nobody is ranked."""
        last: dict[str, str] = {}
        for area, at in self.context.store.arrivals.last(area=self.actor.area).items():
            village = village_of(self.context, area)
            last[village] = max(at, last.get(village, ""))
        areas, now, found = self.context.areas(), self.context.clock.now(), []
        for each in areas.below(self.actor.area.rpartition("/")[2]):
            known = areas.get(each)
            if known is None or known.level != "village":
                continue
            came = self.context.local(last.get(each, ""))
            days = (now.date() - came.date()).days if came is not None else None
            if days is None or days > SILENT_DAYS:
                found.append(SilentVillage(each, areas.label(each, self.context.language), days, came))
        return tuple(found)

    def _verdicts(self) -> Mapping[str, Verdict]:
        """What was decided, here and by colleagues, read from the submissions that say so."""
        found: dict[str, Verdict] = {}
        since = (self.context.clock.instant() - timedelta(days=DAYS)).isoformat()[:19]
        for _, xml in self.context.store.records.submissions(BATCH_CHECK, since=since):
            root = parse(xml)
            for ids in root.iter("{*}accepted_ids"):
                found |= dict.fromkeys((ids.text or "").split(), Verdict.ACCEPTED)
            for id in root.iter("{*}record"):
                if id.text:
                    found[id.text] = Verdict.RETURNED
        return found

    def _requests_of(self, arrivals: Sequence[Arrival]) -> dict[str, tuple[str, str]]:
        """Uuid and title of the request that each record opened, by instanceID."""
        found = {}
        for each in arrivals:
            detail = self.context.store.requests.get(each.ref) if each.ref else None
            if detail is not None and detail.item.instance_id == each.instance_id:
                matter = self.context.matter(detail.item.matter)
                found[each.instance_id] = (detail.item.uuid, " · ".join(filter(None, (matter, detail.item.who))))
        return found

    # deciding

    def _decide(self, request: str, why: Return | None) -> None:
        """Take a request up, or return it; other records have no course."""
        if not request:
            return
        found = self.context.store.requests.get(request)
        if found is None or State(found.item.state) not in HANDED_OVER:
            return
        answers: dict[str, object] = {"request": request, "action": "receive"}
        if why is not None:
            kinds = dict.fromkeys(WHY[flaw] for flaw in why.why)
            answers |= {"action": "return", "return_why": list(kinds) or ["other"], "return_text": why.said}
        Steps(self.context, self.filling).hand_in(REQUEST_UPDATE, answers, about={"requests": (request,)})

    def _write_check(self, key: str, done: Sequence[Arrival], back: Mapping[str, Return]) -> None:
        row = self._row(key, done, {})
        accepted = [each.instance_id for each in done if each.instance_id not in back]
        items = [
            {
                "record": each.instance_id,
                "form": each.form_id,
                "ref": each.ref,
                "why": [flaw.value for flaw in why.why] or [Flaw.OTHER.value],
                "question": why.question,
                "said": why.said,
            }
            for each in done
            if (why := back.get(each.instance_id)) is not None
        ]
        answers: dict[str, object] = {
            "batch/village": row.area,
            "batch/device": row.device,
            "batch/came_at": done[0].at,
            "batch/channel": row.channel.value,
            "batch/total": len(done),
            "result/accepted": len(accepted),
            "result/accepted_ids": " ".join(accepted),
            "item": items,
        }
        Steps(self.context, self.filling).hand_in(BATCH_CHECK, answers, about={})


def suggested(findings: Sequence[Finding]) -> Return:
    """What a person would most likely say of these: to be changed before it goes out."""
    said = "\n".join(dict.fromkeys(each.said for each in findings))
    question = next((each.question for each in findings if each.question), "")
    return Return(tuple(dict.fromkeys(each.flaw for each in findings)), said, question)
