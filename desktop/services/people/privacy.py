"""What a person may ask of those who keep records of them: to see, to take away, to have covered, to be erased."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from desktop.services.context import Context
from desktop.services.filling.batch import Batch
from desktop.services.filling.filling import FillingDesk
from desktop.services.filling.records import facts, record_row
from desktop.services.people.people import PeopleDesk
from desktop.services.people.privacy_values import Expired, OwnData, OwnRecord
from desktop.services.people.privacy_values import Reason as Reason
from desktop.services.rights import Actor, Use, needs
from desktop.services.values import Fact
from forms.casework.disclosure import Level
from forms.casework.erasing import ERASURE
from forms.errors import Fault, Kind
from forms.export.columns import METADATA
from forms.export.types import Cell, Column, Order, Table
from forms.export.write import write
from sync.store.api import Erased, Record

RETENTION = "retention."  # setting: months that a form's records are kept, by form
DAYS_OF_A_MONTH = 31  # rather a few days too long than too short
MOST = 10_000  # records of one person


@dataclass(frozen=True, slots=True)
class PrivacyDesk:
    context: Context
    people: PeopleDesk
    filling: FillingDesk

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.REVEAL)
    def reveal(self, instance_id: str) -> tuple[Fact, ...]:
        """A record's answers with nothing covered; the look is in the audit log before anything is shown."""
        record = self._record(instance_id)
        self._log("record.revealed", instance_id)
        return self._facts(record)

    @needs(Use.REVEAL)
    def own(self, uuid: str) -> OwnData:
        """Everything about a resident, to be read together with them; logged."""
        person = self.people.person(uuid, reveal=True)
        self._log("person.shown", uuid)
        return OwnData(person, self.people.timeline(uuid), tuple(self._records(uuid)))

    @needs(Use.REVEAL)
    def export(self, uuid: str, target: Path) -> Path:
        """The same as a workbook (.xlsx) or .csv for the resident to take away; logged.

        A record that others share, such as a household's, is left out: it says things that are not theirs.
        """
        data = self.own(uuid)
        shared = self._shared(uuid, [each.row.instance_id for each in data.records])
        text, made = self.context.text, self.context.clock.now()
        column = tuple(
            Column(key, text(f"privacy.{key}"), Cell.TEXT) for key in ("source", "date", "question", "answer")
        )
        rows = list(_lines(data, text("privacy.register"), shared))
        table = Table("own", text("privacy.sheet"), column, lambda: rows, len(rows))
        order = Order(
            target,
            level=Level.FULL,
            language=self.context.language,
            title=text("privacy.sheet"),
            made_on=made.date(),
            zone=self.context.clock.zone,
        )
        written = write(order, (table,))
        self._log("person.taken_away", uuid)
        return written.path

    @needs(Use.ERASE)
    def erase(self, uuid: str, *, reason: Reason, copy_given: bool = False) -> Erased:
        """Erase a resident on this computer for good. Nothing brings them back here; see `sync.store.erasure`.

        Where the workspace has the form for it, a record that names nobody goes to all others with the hand-over:
        what they show of the person becomes blank.
        """
        self.people.person(uuid)  # who is unknown or of another area is refused
        self.context.require_writer()
        return self.context.store.erasure.person(
            uuid, actor=self.actor.user, reason=reason.value, first=lambda: self._order(uuid, reason, copy_given)
        )

    def _order(self, uuid: str, reason: Reason, copy_given: bool) -> None:
        if self.context.store.forms.get(ERASURE) is not None:
            said = {"resident": uuid, "why": reason.value, "copy_given": "yes" if copy_given else "no", "sure": "OK"}
            Batch.begin(self.filling, ERASURE).add({"whom": said}, base=Path())

    @needs(Use.ERASE)
    def keep_for(self, form_id: str, *, months: int | None) -> None:
        """How long a form's records are kept once the township has them; None: as long as the workspace."""
        self.context.require_writer()
        self.context.source(form_id)
        if months is not None and months < 1:
            raise Fault("privacy.months", Kind.USAGE, months=months)
        self.context.store.settings.put(RETENTION + form_id, "" if months is None else str(months))

    @needs(Use.ERASE)
    def expire(self) -> tuple[Expired, ...]:
        """Erase the bytes of records whose time is over, form by form; what the registers say stays."""
        self.context.require_writer()
        done = []
        for form in self.context.store.forms.list():
            months = self.context.store.settings.get(RETENTION + form.form_id)
            if not form.current or not months:
                continue
            until = self.context.clock.instant() - timedelta(days=int(months) * DAYS_OF_A_MONTH)
            before = until.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            gone = self.context.store.erasure.older(form.form_id, before=before, actor=self.actor.user)
            if gone.records:
                done.append(Expired(form.form_id, gone.records))
        return tuple(done)

    def _log(self, action: str, subject: str) -> None:
        self.context.require_writer()
        self.context.store.audit.add(action, actor=self.actor.user, subject=subject)

    def _record(self, instance_id: str) -> Record:
        record = self.context.store.records.get(instance_id)
        if record is None:
            raise Fault("services.unknown_record", Kind.USAGE, id=instance_id)
        self.actor.require_area(record.row.area)
        return record

    def _records(self, uuid: str) -> Iterator[OwnRecord]:
        for row in self.context.store.records.of_entity(uuid, limit=MOST):
            record = self.context.store.records.get(row.instance_id)
            if record is not None and self.actor.sees(row.area):
                title = self.context.form(row.form_id, row.form_version).title
                yield OwnRecord(record_row(row, self.context), title, self._facts(record))

    def _facts(self, record: Record) -> tuple[Fact, ...]:
        if not record.xml:
            return ()
        form = self.context.form(record.row.form_id, record.row.form_version)
        found = facts(form, record.xml, self.context, reveal=True)
        return tuple(fact for fact in found if fact.name not in METADATA)  # who wrote and when stands beside it

    def _shared(self, uuid: str, records: Sequence[str]) -> frozenset[str]:
        """Those among the records that create or name another resident too."""
        person = self.context.store.entities.get(uuid, "residents")
        household = person.properties.get("household", "") if person is not None else ""
        others = [item.uuid for item in self.context.store.entities.members(household) if item.uuid != uuid]
        theirs = {
            row.instance_id for other in others for row in self.context.store.records.of_entity(other, limit=MOST)
        }
        return frozenset(theirs.intersection(records))


def _lines(data: OwnData, register: str, shared: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
    for fact in data.person.facts:
        yield register, "", fact.label, fact.value
    left_out = frozenset(shared)
    for record in data.records:
        if record.row.instance_id not in left_out:
            for fact in record.facts:
                yield record.title, record.row.finalised[:10], fact.label, fact.value
    for entry in data.timeline:
        yield register, f"{entry.when:%Y-%m-%d}", entry.title, entry.detail
